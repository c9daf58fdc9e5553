/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Random channel programs, most of them wrong somewhere: the translation does to the guest's
 * storage exactly what the program itself would have done, and ends with the same status at the
 * same CCW.
 */
#include "tests/driver/channel.h"

#include <stdio.h>
#include <stdlib.h>

#define PROGRAMS 30000u
/* CCWs stand at the end of two pages, so that programs run out of storage. */
#define SLOTS	 8u
#define AREA_1	 (0x2000u - 8 * SLOTS)
#define AREA_2	 (0x4000u - 8 * SLOTS)
#define LISTS	 0x5000u
#define DATA	 0x8000u
#define DATA_END 0x10000u

static uint64_t random_state;

static uint32_t draw(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)((random_state * 0x2545F4914F6CDD1Dull) >> 33) % below;
}

static bool chance(uint32_t percent)
{
	return draw(100) < percent;
}

static uint32_t draw_slot(void)
{
	return (chance(70) ? AREA_1 : AREA_2) + 8 * draw(SLOTS);
}

static struct channel_device device(uint64_t seed, unsigned int command)
{
	uint64_t x = (seed + 1) * 0x9E3779B97F4A7C15ull + command * 0xD1B54A32D192ED03ull;

	x ^= x >> 29;
	x *= 0xBF58476D1CE4E5B9ull;
	x ^= x >> 32;
	return (struct channel_device){
		.immediate = x % 8 == 0,
		.status_modifier = x / 8 % 4 == 0,
		.bytes = x / 32 % 3 == 0 ? (uint32_t)(x / 96 % 20) : 65536,
	};
}

static uint64_t draw_data(void)
{
	static const uint64_t edges[] = {
		0xFFFFF0,
		0x7FFFFFF0,
		0,
		FAKE_PAGE_HIGH,
		0xFFF000,
		FAKE_LOW_SIZE - 100,
		0x40000000,
		FAKE_PAGE_2G,
		0x80000000u,
		CHANIO_ADDRESS_INVALID,
		UINT64_MAX - 100,
	};

	if (chance(10))
		return edges[draw(sizeof(edges) / sizeof(edges[0]))] + draw(32);
	return DATA + draw(DATA_END - DATA);
}

static void put(struct fake *fake, uint64_t at, uint64_t value, unsigned int size)
{
	for (unsigned int i = size; i-- > 0; value >>= 8)
		*(uint8_t *)fake_guest(fake, at + i) = (uint8_t)value;
}

/*
 * A program reads backward with all its commands or with none: one CCW that is reached both as part
 * of a read backward and as something else cannot be expressed with one list.
 */
static bool backward;

/* An IDAL, mostly of the right kind. */
static uint32_t draw_idal(struct fake *fake, uint32_t control)
{
	unsigned int size = control & ARCH_ORB_FORMAT_2_IDAW ? 8 : 4;
	uint32_t at = chance(10) ? 0x6000u - size * draw(4) : LISTS + size * draw(64);
	uint64_t unit =
		(control & ARCH_ORB_FORMAT_2_IDAW) && !(control & ARCH_ORB_2K_IDAW) ? 4096 : 2048;
	bool downwards = backward != chance(5);

	for (uint32_t i = 0; i < 10 && at + size * i < 0x6000; i++) {
		uint64_t address = draw_data();

		if (i && !chance(4))
			address = (address & ~(unit - 1)) + (downwards ? unit - 1 : 0);
		put(fake, at + size * i, address, size);
	}
	return at + (chance(5) ? draw(size) : 0);
}

static uint32_t draw_midal(struct fake *fake)
{
	uint32_t at = chance(20) ? 0x6000u - 16 * (1 + draw(4)) : LISTS + 16 * draw(32);

	for (uint32_t i = 0; i < 10 && at + 16 * i < 0x6000; i++) {
		uint64_t address = draw_data();
		uint32_t count = chance(3) ? 0 : 1 + draw(chance(30) ? 4096 : 64);
		uint8_t flags = chance(10) ? ARCH_MIDAW_SKIP : 0;

		if (address % 4096 + count > 4096 && !chance(10))
			address &= ~4095ull;
		if (i > 4 && chance(30))
			flags |= ARCH_MIDAW_LAST;
		put(fake, at + 16 * i, chance(2) ? 1 : 0, 5);
		put(fake, at + 16 * i + 5, flags, 1);
		put(fake, at + 16 * i + 6, count, 2);
		put(fake, at + 16 * i + 8, address, 8);
	}
	return at + (chance(4) ? 1 + draw(15) : 0);
}

static void draw_ccw(struct fake *fake, uint32_t control, uint32_t at)
{
	static const uint8_t commands[] = {1, 2, 3, 4, 7, 2, 1, 0x31, 0x0F, 0x10, 0xE4};
	uint8_t command = backward ? 0x0C : commands[draw(sizeof(commands))], flags = 0;
	uint16_t count = (uint16_t)(1 + draw(chance(40) ? 12000 : 40));
	uint32_t address = (uint32_t)draw_data();

	if (chance(60))
		flags |= ARCH_CCW_CC;
	if (chance(20))
		flags |= ARCH_CCW_CD;
	if (chance(70))
		flags |= ARCH_CCW_SLI;
	if (chance(8))
		flags |= ARCH_CCW_SKIP;
	if (chance(5))
		flags |= ARCH_CCW_PCI;
	if (chance(2))
		flags |= ARCH_CCW_SUSPEND;
	if (chance(30)) {
		flags |= ARCH_CCW_IDA;
		address = draw_idal(fake, control);
	} else if (chance(control & ARCH_ORB_MIDAW ? 30 : 2)) {
		flags |= ARCH_CCW_MIDA;
		address = draw_midal(fake);
	}
	if (chance(25)) {
		command = control & ARCH_ORB_FORMAT_1 || chance(50) ? 8
								    : (uint8_t)(draw(16) << 4 | 8);
		address = chance(95) ? draw_slot() : draw(0x7000) ^ (chance(5) ? 0x80000000 : 0);
		if (chance(90))
			flags = 0, count = 0;
	}
	if (chance(3))
		count = 0;
	if (control & ARCH_ORB_FORMAT_1)
		fake_ccw1(fake, at, command, flags, count, address);
	else
		fake_ccw0(fake, at, command, flags, count, address);
}

static uint32_t draw_orb(void)
{
	uint32_t control = 0x8000 | ARCH_ORB_PREFETCH;
	static const uint32_t bits[] = {ARCH_ORB_FORMAT_1,	  ARCH_ORB_FORMAT_2_IDAW,
					ARCH_ORB_2K_IDAW,	  ARCH_ORB_MIDAW,
					ARCH_ORB_LENGTH_SUPPRESS, ARCH_ORB_SUSPEND};

	for (unsigned int i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (chance(60))
			control |= bits[i];
	return control;
}

static uint32_t draw_program(struct fake *fake, uint32_t *control)
{
	*control = draw_orb();
	backward = chance(15);
	for (unsigned int i = 0; i < SLOTS; i++) {
		draw_ccw(fake, *control, AREA_1 + 8 * i);
		draw_ccw(fake, *control, AREA_2 + 8 * i);
	}
	for (uint32_t page = DATA; page < DATA_END; page += CHANIO_PAGE_SIZE)
		fake_map(fake, page, !chance(10));
	if (chance(2))
		return draw(0x7000);
	return chance(80) ? AREA_1 : draw_slot();
}

static bool run_one(struct fake *fake, uint64_t seed)
{
	static struct channel guest, host;
	struct arch_irb irb;
	uint32_t control, program;
	bool same;

	random_state = seed * 0x9E3779B97F4A7C15ull + 0x1234567;
	program = draw_program(fake, &control);
	guest = (struct channel){
		.fake = fake, .orb_control = control, .device = device, .seed = seed};
	host = guest;
	host.host = true;
	channel_run(&guest, program);
	assert_int_equal(fake_start(fake, control, program), 124);
	host.orb_control = arch_get32(fake->orb.control);
	channel_run(&host, arch_get32(fake->orb.program_address));
	same = channel_same(&guest, &host);
	if (host.cut)
		host.ccw_address = guest.ccw_address = 0;
	fake_present(fake, FAKE_END, host.ccw_address);
	fake_read_irb(fake, &irb);
	if (arch_get32(irb.scsw.ccw_address) != guest.ccw_address) {
		fprintf(stderr, "CCW address %x, not %x\n", arch_get32(irb.scsw.ccw_address),
			guest.ccw_address);
		same = false;
	}
	fake_work(fake);
	assert_int_equal(fake->pinned, 0);
	return same;
}

static void a_translated_program_does_what_the_guests_would_have_done(void **state)
{
	const char *one = getenv("SEED"), *many = getenv("PROGRAMS");
	uint64_t first = one ? strtoull(one, NULL, 0) : 1;
	uint64_t last = one ? first : many ? strtoull(many, NULL, 0) : PROGRAMS;
	struct fake *fake = fake_create_open();

	fake_map(fake, 0x2000, false);
	fake_map(fake, 0x4000, false);
	fake_map(fake, 0x6000, false);
	for (uint64_t seed = first; seed <= last; seed++)
		if (!run_one(fake, seed)) {
			fprintf(stderr, "again: SEED=%llu\n", (unsigned long long)seed);
			fail();
		}
	fake_destroy(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_translated_program_does_what_the_guests_would_have_done),
	};

	return cmocka_run_group_tests_name("driver equivalence", tests, NULL, NULL);
}
