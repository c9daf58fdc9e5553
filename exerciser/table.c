/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Puts a table's program into storage, runs it, and compares. */
#include "exerciser/table.h"

uint8_t table_byte(uint32_t index)
{
	return (uint8_t)(index * 7 + (index >> 8) * 13 + 3);
}

static void prepare_storage(struct exerciser *x)
{
	uint8_t *data = client_at(exerciser_client(x), DATA);

	for (uint32_t i = 0; i < OUT - DATA; i++)
		data[i] = table_byte(i);
	fill(x, OUT, OUT_SIZE);
}

void map_out(struct exerciser *x, uint64_t iova)
{
	struct client *client = exerciser_client(x);
	int result = client_map(client, iova, client_at(client, OUT), CLIENT_PAGE);

	/* Of the run before. */
	EXPECT_RESULT(x, "MAP_DMA", result == -EEXIST ? 0 : result, 0);
}

static void put_list(struct exerciser *x, const struct table_case *given)
{
	struct client *client = exerciser_client(x);
	uint32_t at = given->list_at ? given->list_at : LISTS;

	for (unsigned int i = 0; i < TABLE_LISTS; i++) {
		if (given->list == LIST_IDAW1)
			client_put_idaw1(client, at + 4 * i, (uint32_t)given->entries[i].address);
		else if (given->list == LIST_IDAW2)
			client_put_idaw2(client, at + 8 * i, given->entries[i].address);
		else if (given->entries[i].flags || given->entries[i].count ||
			 given->entries[i].address)
			client_put_midaw(client, at + 16 * i, given->entries[i].flags,
					 given->entries[i].count, given->entries[i].address);
	}
}

static unsigned int count_ccws(const struct table_case *given)
{
	unsigned int count = given->ccw_count;

	while (!given->ccw_count && count < TABLE_CCWS &&
	       (given->ccws[count].command || given->ccws[count].flags))
		count++;
	return count;
}

struct arch_orb table_program(struct exerciser *x, const struct table_case *given)
{
	uint32_t begin = given->program ? given->program : PROGRAM;
	uint32_t control = (ORB_USUAL & ~given->clear) | given->set;
	struct program program = program_at(x, begin);
	unsigned int count = count_ccws(given);

	program.format_0 = given->format_0;
	if (given->format_0)
		control &= ~ARCH_ORB_FORMAT_1;
	prepare_storage(x);
	if (given->list)
		put_list(x, given);
	if (given->step_count) {
		for (unsigned int i = 0; i < given->step_count; i++)
			put_step(x, i, &given->steps[i]);
		begin -= 8;
		program.next = begin;
		add_script(&program, given->step_count);
	}
	for (unsigned int i = 0; i < count; i++)
		add_ccw(&program, given->ccws[i].command, given->ccws[i].flags,
			given->ccws[i].count, given->ccws[i].address);
	if (given->prepare)
		given->prepare(x);
	return client_orb(control, begin);
}

static void check_bytes(struct exerciser *x, const struct table_case *given)
{
	const uint8_t *out = client_at(exerciser_client(x), OUT);

	for (unsigned int i = 0; i < TABLE_BYTES; i++) {
		for (uint32_t n = 0; n < given->bytes[i].size; n++) {
			uint32_t at = given->bytes[i].at + n, from = given->bytes[i].from;
			uint8_t expected = from == LEFT_FILL ? FILL : table_byte(from + n);

			EXPECT(x, out[at] == expected, "storage at %#x: expected %02x, got %02x",
			       OUT + at, expected, out[at]);
		}
	}
}

void table_check(struct exerciser *x, const struct table_case *given, const struct arch_irb *irb)
{
	bool normal = !given->control;

	if (given->subchannel == ARCH_SS_PROGRAM_CHECK && !given->device && !normal)
		EXPECT(x, irb->scsw.subchannel_status == ARCH_SS_PROGRAM_CHECK,
		       "subchannel status: expected program check, got %02x (device status %02x)",
		       irb->scsw.subchannel_status, irb->scsw.device_status);
	else
		expect_status(x, irb, normal ? ENDED : given->control,
			      normal ? CE_DE : given->device, given->subchannel);
	if (given->ccw_address)
		expect_ccw_address(x, irb, given->ccw_address);
	else if (given->last != ANY)
		expect_ccw_address(x, irb,
				   (given->program ? given->program : PROGRAM) +
					   8 * (uint32_t)given->last + 8);
	if (given->residual != ANY)
		expect_count(x, irb, (unsigned int)given->residual);
	check_bytes(x, given);
	if (given->check)
		given->check(x);
}

/* Once; `prefetch`: the whole program may be fetched beforehand. */
static void run_once(struct exerciser *x, const struct table_case *given, bool prefetch)
{
	struct arch_orb orb = table_program(x, given);
	struct arch_irb irb;

	if (!prefetch)
		orb.control = arch_put32(arch_get32(orb.control) & ~ARCH_ORB_PREFETCH);
	irb = run_orb(x, &orb);
	table_check(x, given, &irb);
}

void run_table(struct exerciser *x)
{
	const struct table_case *given = exerciser_case_of(x)->with;

	run_once(x, given, true);
	if (exerciser_case_of(x)->needs & EXERCISER_TEST_DEVICE)
		forget(x);
	exerciser_context(x, "without prefetch: ");
	run_once(x, given, false);
	expect_quiet(x, CLIENT_IRQ_IO);
}
