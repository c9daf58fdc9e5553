/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Console by SCLP, end by the wait PSW that QEMU takes for a shutdown, instructions. */
#include "bare.h"

/* One event of type 1A (ASCII console) with room for a line. */
static struct {
	uint16_t length;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
	uint16_t event_length;
	uint8_t type;
	uint8_t flags;
	uint16_t reserved;
	char text[200];
} __attribute__((packed, aligned(4096))) sccb;

static struct {
	uint16_t length;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
	uint16_t reserved;
	uint16_t mask_length;
	uint32_t receive, send, their_receive, their_send;
} __attribute__((packed, aligned(4096))) mask;

enum { SCLP_WRITE_EVENT = 0x00760005, SCLP_WRITE_MASK = 0x00780005, EVENT_ASCII = 0x1a };

static void service_call(uint32_t command, void *block)
{
	asm volatile("	.insn rre,0xb2200000,%0,%1\n"
		     :
		     : "d"((uint64_t)command), "a"(block)
		     : "cc", "memory");
}

void bare_print(const char *text)
{
	static bool ready;
	size_t length = 0;

	if (!ready) {
		mask.length = sizeof(mask);
		mask.mask_length = 4;
		mask.send = 0x80000000u >> (EVENT_ASCII - 1);
		service_call(SCLP_WRITE_MASK, &mask);
		ready = true;
	}
	while (text[length] && length < sizeof(sccb.text)) {
		sccb.text[length] = text[length];
		length++;
	}
	sccb.event_length = (uint16_t)(6 + length);
	sccb.length = (uint16_t)(8 + sccb.event_length);
	sccb.response = 0;
	sccb.type = EVENT_ASCII;
	sccb.flags = 0;
	service_call(SCLP_WRITE_EVENT, &sccb);
}

void bare_number(const char *before, uint64_t value, const char *after)
{
	char text[17];
	int place = 16;

	text[place] = 0;
	do {
		text[--place] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	bare_print(before);
	bare_print(&text[place]);
	bare_print(after);
}

_Noreturn void bare_exit(int status)
{
	static const uint64_t quiesced[2] = {0x0002000180000000, 0xfff};

	bare_number("GUEST: exit ", (uint64_t)status, "\n");
	asm volatile("	lpswe %0\n" : : "Q"(quiesced));
	__builtin_unreachable();
}

void bare_program_check(uint64_t code, uint64_t address)
{
	bare_number("GUEST: fail program check ", code, "");
	bare_number(" at ", address, "\n");
	bare_exit(2);
}

uint64_t bare_microseconds(void)
{
	uint64_t clock;

	asm volatile("	stck %0\n" : "=Q"(clock) : : "cc");
	return clock >> 12;
}

/* Instructions that name the subchannel in register 1 and a block in storage. */
#define CHANNEL_INSTRUCTION(name, type, mnemonic)                                                  \
	int bare_##name(uint32_t id, type *block)                                                  \
	{                                                                                          \
		register uint64_t r1 asm("1") = id;                                                \
		int cc;                                                                            \
		asm volatile("	" mnemonic " 0(%2)\n	ipm %0\n	srl %0,28\n"                         \
			     : "=d"(cc)                                                            \
			     : "d"(r1), "a"(block)                                                 \
			     : "cc", "memory");                                                    \
		return cc;                                                                         \
	}

CHANNEL_INSTRUCTION(stsch, struct bare_schib, "stsch")
CHANNEL_INSTRUCTION(msch, struct bare_schib, "msch")
CHANNEL_INSTRUCTION(ssch, struct bare_orb, "ssch")
CHANNEL_INSTRUCTION(tsch, struct bare_irb, "tsch")

int bare_hsch(uint32_t id)
{
	register uint64_t r1 asm("1") = id;
	int cc;

	asm volatile("	hsch\n	ipm %0\n	srl %0,28\n" : "=d"(cc) : "d"(r1) : "cc", "memory");
	return cc;
}

int bare_csch(uint32_t id)
{
	register uint64_t r1 asm("1") = id;
	int cc;

	asm volatile("	csch\n	ipm %0\n	srl %0,28\n" : "=d"(cc) : "d"(r1) : "cc", "memory");
	return cc;
}
