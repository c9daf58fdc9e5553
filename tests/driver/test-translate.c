/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Translation, case by case: what is written down here is what the architecture says of the guest's
 * program (channel-io.md sections 6 to 8); the translated program must do it, and so must the
 * guest's own on the same channel, lest the test expect the wrong thing.
 */
#include "tests/driver/channel.h"

#include <errno.h>
#include <stdio.h>

#define F0    0u
#define F1    ARCH_ORB_FORMAT_1
#define H     ARCH_ORB_FORMAT_2_IDAW
#define T     ARCH_ORB_2K_IDAW
#define D     ARCH_ORB_MIDAW
#define S     ARCH_ORB_SUSPEND
#define CC    ARCH_CCW_CC
#define CD    ARCH_CCW_CD
#define SLI   ARCH_CCW_SLI
#define SKIP  ARCH_CCW_SKIP
#define IDA   ARCH_CCW_IDA
#define MIDA  ARCH_CCW_MIDA
#define PCHK  ARCH_SS_PROGRAM_CHECK
#define ILEN  ARCH_SS_INCORRECT_LENGTH
#define ALL   65536u
#define READ  2
#define WRITE 1
#define SEEK  7
#define BACK  0x0C
#define TIC   8
#define NOP   3

struct one_case {
	const char *what;
	uint32_t orb;
	uint32_t program;
	struct {
		uint32_t at;
		uint8_t command, flags;
		uint16_t count;
		uint32_t address;
	} ccw[8];
	/* Lists: entries as the ORB or the MIDA flag has them; MIDAW: flags << 16 | count first. */
	uint32_t list;
	uint64_t entry[8];
	struct channel_device device[8];
	/* What comes of it */
	uint8_t status;
	uint32_t ccw_address;
	uint32_t bytes;	  /* moved, in all */
	uint64_t address; /* of the first; 0: none */
};

/* 0x9000 is not mapped, nor are 0x3000 and 0x6000. */
static const struct one_case cases[] = {
	/* ---- chaining ---- */
	{"a no-operation", F1 | H, 0x1000, {{0x1000, NOP, SLI, 1, 0}}, .ccw_address = 0x1008},
	{"a read of one page",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, 0, 4096, 0x8000}},
	 .device = {{.bytes = 4096}},
	 .ccw_address = 0x1008,
	 .bytes = 4096,
	 .address = 0x8000},
	{"a read across pages",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, 0, 12000, 0xA123}},
	 .device = {{.bytes = 12000}},
	 .ccw_address = 0x1008,
	 .bytes = 12000,
	 .address = 0xA123},
	{"a read into nowhere stops where storage stops",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, 0, 0x1000, 0x8F00}},
	 .device = {{.bytes = ALL}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x100,
	 .address = 0x8F00},
	{"a short record never gets to where storage stops",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, SLI, 0x1000, 0x8F00}},
	 .device = {{.bytes = 0x80}},
	 .ccw_address = 0x1008,
	 .bytes = 0x80,
	 .address = 0x8F00},
	{"incorrect length ends the chain",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CC, 100, 0x8000}, {0x1008, NOP, 0, 0, 0}},
	 .device = {{.bytes = 50}},
	 .status = ILEN,
	 .ccw_address = 0x1008,
	 .bytes = 50,
	 .address = 0x8000},
	{"search, back by TIC until the status modifier",
	 F1 | H,
	 0x1000,
	 {{0x1000, SEEK, CC, 6, 0x7000},
	  {0x1008, 0x31, CC, 5, 0x7002},
	  {0x1010, TIC, 0, 0, 0x1008},
	  {0x1018, READ, SLI, 4096, 0x8000}},
	 .device = {{.bytes = 6},
		    {.bytes = 5},
		    {.bytes = 5},
		    {.bytes = 5, .status_modifier = true},
		    {.bytes = 4096}},
	 .ccw_address = 0x1020,
	 .bytes = 6 + 15 + 4096,
	 .address = 0x7000},
	{"search, away by TIC, and the CCW behind it by status modifier",
	 F1 | H,
	 0x1000,
	 {{0x1000, 0x31, CC, 5, 0x7000},
	  {0x1008, TIC, 0, 0, 0x4000},
	  {0x1010, READ, 0, 10, 0x8000},
	  {0x4000, NOP, 0, 0, 0}},
	 .device = {{.bytes = 5, .status_modifier = true}, {.bytes = 10}},
	 .ccw_address = 0x1018,
	 .bytes = 15,
	 .address = 0x7000},
	{"the same without it",
	 F1 | H,
	 0x1000,
	 {{0x1000, 0x31, CC, 5, 0x7000},
	  {0x1008, TIC, 0, 0, 0x4000},
	  {0x1010, READ, 0, 10, 0x8000},
	  {0x4000, NOP, 0, 0, 0}},
	 .device = {{.bytes = 5}},
	 .ccw_address = 0x4008,
	 .bytes = 5,
	 .address = 0x7000},
	{"a status modifier past the end of the chain",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CC, 5, 0x7000},
	  {0x1008, NOP, 0, 0, 0},
	  {0x1010, WRITE, CC, 3, 0x8000},
	  {0x1018, WRITE, 0, 3, 0x8003}},
	 .device = {{.bytes = 5, .status_modifier = true}, {.bytes = 3}, {.bytes = 3}},
	 .ccw_address = 0x1020,
	 .bytes = 11,
	 .address = 0x7000},
	{"a chain out of storage",
	 F1 | H,
	 0x2FF0,
	 {{0x2FF0, NOP, CC, 0, 0}, {0x2FF8, NOP, CC, 0, 0}},
	 .status = PCHK,
	 .ccw_address = 0x3008},
	{"one CCW at the very end of storage",
	 F1 | H,
	 0x2FF8,
	 {{0x2FF8, READ, 0, 8, 0x8000}},
	 .device = {{.bytes = 8}},
	 .ccw_address = 0x3000,
	 .bytes = 8,
	 .address = 0x8000},
	{"a command that is none",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, 0x20, CC, 10, 0x8000}, {0x1010, NOP, 0, 0, 0}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"bit 0 of the data address",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, 0, 10, 0x80008000}},
	 .device = {{.bytes = 10}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"the suspend flag without the ORB's leave",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, NOP, ARCH_CCW_SUSPEND, 0, 0}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"the suspend flag in a data chain",
	 F1 | H | S,
	 0x1000,
	 {{0x1000, READ, CD, 1, 0x8000}, {0x1008, READ, ARCH_CCW_SUSPEND, 1, 0x8001}},
	 .device = {{.bytes = 2}},
	 .status = PCHK,
	 .ccw_address = 0x1010,
	 .bytes = 1,
	 .address = 0x8000},

	/* ---- where the program is ---- */
	{"a program address not on 8", F1 | H, 0x1004, .status = PCHK, .ccw_address = 0x100C},
	{"a program outside storage", F1 | H, 0x3000, .status = PCHK, .ccw_address = 0x3008},
	{"a program far outside storage", F1 | H, 0x7FFF0000, .status = PCHK,
	 .ccw_address = 0x7FFF0008},
	{"a format-0 program above 16 MiB", F0 | H, 0x01000000, .status = PCHK,
	 .ccw_address = 0x01000008},
	{"the last CCW below 2 GiB chains into nowhere",
	 F1 | H,
	 0x7FFFFFF8,
	 {{0x7FFFFFF8, NOP, CC, 0, 0}},
	 .status = PCHK,
	 .ccw_address = 0x80000008},
	{"the last CCW below 16 MiB chains into nowhere",
	 F0 | H,
	 0x00FFFFF8,
	 {{0x00FFFFF8, NOP, CC, 1, 0}},
	 .status = PCHK,
	 .ccw_address = 0x01000008},

	/* ---- TIC ---- */
	{"TIC first",
	 F1 | H,
	 0x1000,
	 {{0x1000, TIC, 0, 0, 0x1008}, {0x1008, NOP, 0, 0, 0}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"TIC to TIC",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0},
	  {0x1008, TIC, 0, 0, 0x4000},
	  {0x4000, TIC, 0, 0, 0x5000},
	  {0x5000, NOP, 0, 0, 0}},
	 .status = PCHK,
	 .ccw_address = 0x4008},
	{"TIC to itself",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, TIC, 0, 0, 0x1008}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"TIC into the middle",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0},
	  {0x1008, TIC, 0, 0, 0x1018},
	  {0x1010, READ, 0, 10, 0x8000},
	  {0x1018, WRITE, 0, 3, 0x8000}},
	 .device = {{.bytes = 0}, {.bytes = 3}},
	 .ccw_address = 0x1020,
	 .bytes = 3,
	 .address = 0x8000},
	{"TIC to just before the program",
	 F1 | H,
	 0x1008,
	 {{0x1000, WRITE, CC, 3, 0x8000}, {0x1008, NOP, CC, 0, 0}, {0x1010, TIC, 0, 0, 0x1000}},
	 .device = {{.bytes = 0}, {.bytes = 2}},
	 .status = ILEN,
	 .ccw_address = 0x1008,
	 .bytes = 2,
	 .address = 0x8000},
	{"TIC to not on 8",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, TIC, 0, 0, 0x4004}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"TIC with bit 0 on",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, TIC, 0, 0, 0x80001000}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"TIC to where no storage is",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, TIC, 0, 0, 0x3010}},
	 .status = PCHK,
	 .ccw_address = 0x3018},
	{"TIC with flags in format 1",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, TIC, CC, 0, 0x1000}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"TIC with a count in format 1",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, TIC, 0, 1, 0x1000}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"only 08 is TIC in format 1",
	 F1 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 0, 0}, {0x1008, 0x18, 0, 0, 0x1000}},
	 .status = PCHK,
	 .ccw_address = 0x1010},
	{"any x8 is TIC in format 0, whatever else it says",
	 F0 | H,
	 0x1000,
	 {{0x1000, NOP, CC, 1, 0},
	  {0x1008, 0xF8, 0xFF, 1234, 0x4000},
	  {0x4000, READ, 0, 10, 0x8000}},
	 .device = {{.bytes = 0}, {.bytes = 10}},
	 .ccw_address = 0x4008,
	 .bytes = 10,
	 .address = 0x8000},

	/* ---- data chaining ---- */
	{"data chaining ignores the command",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CD, 10, 0x8000},
	  {0x1008, 0x00, CD, 20, 0xA000},
	  {0x1010, 0x18, 0, 30, 0xB000}},
	 .device = {{.bytes = 60}},
	 .ccw_address = 0x1018,
	 .bytes = 60,
	 .address = 0x8000},
	{"data chaining across TIC",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CD, 10, 0x8000},
	  {0x1008, TIC, 0, 0, 0x4000},
	  {0x4000, 0x77, CC, 20, 0xA000},
	  {0x4008, NOP, 0, 0, 0}},
	 .device = {{.bytes = 30}},
	 .ccw_address = 0x4010,
	 .bytes = 30,
	 .address = 0x8000},
	{"data chaining into a CCW without storage",
	 F1 | H,
	 0x2FF8,
	 {{0x2FF8, READ, CD, 10, 0x8000}},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x3008,
	 .bytes = 10,
	 .address = 0x8000},
	{"data chaining into count 0",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CD, 10, 0x8000}, {0x1008, READ, 0, 0, 0x8010}},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1010,
	 .bytes = 10,
	 .address = 0x8000},
	{"an immediate command ignores data chaining",
	 F1 | H | ARCH_ORB_LENGTH_SUPPRESS,
	 0x1000,
	 {{0x1000, SEEK, CD | CC, 10, 0x8000}, {0x1008, READ, SLI, 20, 0xA000}},
	 .device = {{.immediate = true}, {.bytes = 5}},
	 .ccw_address = 0x1010,
	 .bytes = 5,
	 .address = 0xA000},
	{"a no-operation by its command is none by data chaining",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CD, 1, 0x8000}, {0x1008, NOP, SKIP, 1, 0x8001}},
	 .device = {{.bytes = 2}},
	 .ccw_address = 0x1010,
	 .bytes = 1,
	 .address = 0x8000},

	/* ---- counts and skipping ---- */
	{"count 0 in format 1 moves nothing",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CC | SLI, 0, 0x3000}, {0x1008, READ, 0, 1, 0x8000}},
	 .device = {{.bytes = 10}, {.bytes = 1}},
	 .ccw_address = 0x1010,
	 .bytes = 1,
	 .address = 0x8000},
	{"count 0 in format 0 is a check",
	 F0 | H,
	 0x1000,
	 {{0x1000, READ, CC, 1, 0x8000}, {0x1008, READ, 0, 0, 0x8000}},
	 .device = {{.bytes = 1}},
	 .status = PCHK,
	 .ccw_address = 0x1010,
	 .bytes = 1,
	 .address = 0x8000},
	{"count 0 with data chaining is a check",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, CD, 0, 0x8000}},
	 .device = {{.bytes = 1}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"skipping on a read needs no storage",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, SKIP, 4096, 0x9000}},
	 .device = {{.bytes = 4096}},
	 .ccw_address = 0x1008},
	{"skipping on a write means nothing",
	 F1 | H,
	 0x1000,
	 {{0x1000, WRITE, SKIP, 10, 0x9000}},
	 .device = {{.bytes = 10}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"skipping with a list that is none",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, SKIP | IDA, 10, 0x3001}},
	 .device = {{.bytes = 10}},
	 .ccw_address = 0x1008},
	{"an immediate command in format 0 has the right length",
	 F0 | H,
	 0x1000,
	 {{0x1000, SEEK, CC, 6, 0x8000}, {0x1008, READ, 0, 1, 0x8000}},
	 .device = {{.immediate = true}, {.bytes = 1}},
	 .ccw_address = 0x1010,
	 .bytes = 1,
	 .address = 0x8000},
	{"and in format 1 it has not",
	 F1 | H,
	 0x1000,
	 {{0x1000, SEEK, CC, 6, 0x8000}, {0x1008, READ, 0, 1, 0x8000}},
	 .device = {{.immediate = true}},
	 .status = ILEN,
	 .ccw_address = 0x1008},
	{"format 0 ends at 16 MiB",
	 F0 | H,
	 0x1000,
	 {{0x1000, READ, 0, 0x1000, 0xFFFF00}},
	 .device = {{.bytes = ALL}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x100,
	 .address = 0xFFFF00},
	{"format 1 ends at 2 GiB",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, 0, 0x1000, 0x7FFFFF00}},
	 .device = {{.bytes = ALL}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x100,
	 .address = 0x7FFFFF00},

	/* ---- read backward ---- */
	{"read backward",
	 F1 | H,
	 0x1000,
	 {{0x1000, BACK, 0, 6000, 0xB800}},
	 .device = {{.bytes = 6000}},
	 .ccw_address = 0x1008,
	 .bytes = 6000,
	 .address = 0xB800},
	{"read backward below zero",
	 F1 | H,
	 0x1000,
	 {{0x1000, BACK, 0, 6000, 0x00FF}},
	 .device = {{.bytes = 6000}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x100,
	 .address = 0x00FF},
	{"read backward with a list",
	 F1 | H,
	 0x1000,
	 {{0x1000, BACK, 0 | IDA, 5000, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xB7FF, 0x8FFF, 0xCFFF},
	 .device = {{.bytes = 5000}},
	 .ccw_address = 0x1008,
	 .bytes = 5000,
	 .address = 0xB7FF},
	{"read backward, data chained, the second command looks forward",
	 F1 | H,
	 0x1000,
	 {{0x1000, BACK, CD, 16, 0xB00F}, {0x1008, READ, 0, 16, 0xA107}},
	 .device = {{.bytes = 32}},
	 .ccw_address = 0x1010,
	 .bytes = 32,
	 .address = 0xB00F},

	/* ---- IDALs ---- */
	{"format-2 list, first entry anywhere in its block",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1800, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xB800, 0x8000, 0xA000},
	 .device = {{.bytes = 0x1800}},
	 .ccw_address = 0x1008,
	 .bytes = 0x1800,
	 .address = 0xB800},
	{"format-2 list with addresses above 4 GiB",
	 F1 | H,
	 0x1000,
	 {{0x1000, WRITE, IDA, 0x1800, 0x5000}},
	 .list = 0x5000,
	 .entry = {FAKE_PAGE_HIGH + 0x800, FAKE_PAGE_HIGH + 0x1000},
	 .device = {{.bytes = 0x1800}},
	 .ccw_address = 0x1008,
	 .bytes = 0x1800,
	 .address = FAKE_PAGE_HIGH + 0x800},
	{"a later entry not on a block",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1800, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xB800, 0xA001},
	 .device = {{.bytes = 0x1800}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x800,
	 .address = 0xB800},
	{"an entry that is no storage",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1800, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xB800, 0x9000},
	 .device = {{.bytes = 0x1800}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x800,
	 .address = 0xB800},
	{"an entry at the end of all addresses",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1800, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xFFFFFFFFFFFFF800, 0},
	 .device = {{.bytes = 0x1800}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"entries behind the last one needed do not matter",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 0x800, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xB800, 0x3},
	 .device = {{.bytes = 0x800}},
	 .ccw_address = 0x1008,
	 .bytes = 0x800,
	 .address = 0xB800},
	{"a list that runs out of storage",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1800, 0x5FF8}},
	 .list = 0x5FF8,
	 .entry = {0xB800},
	 .device = {{.bytes = 0x1800}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x800,
	 .address = 0xB800},
	{"a list across pages",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 0x2800, 0x4FF0}},
	 .list = 0x4FF0,
	 .entry = {0xB800, 0xA000, 0x8000},
	 .device = {{.bytes = 0x2800}},
	 .ccw_address = 0x1008,
	 .bytes = 0x2800,
	 .address = 0xB800},
	{"a list outside storage",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 10, 0x3000}},
	 .device = {{.bytes = 10}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"a format-2 list not on 8",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, IDA, 10, 0x5004}},
	 .device = {{.bytes = 10}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"format-2 list of 2 KiB blocks",
	 F1 | H | T,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1400, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xBC00, 0x8800, 0xA000},
	 .device = {{.bytes = 0x1400}},
	 .ccw_address = 0x1008,
	 .bytes = 0x1400,
	 .address = 0xBC00},
	{"and beside it a direct address",
	 F1 | H | T,
	 0x1000,
	 {{0x1000, READ, IDA | CC, 0x400, 0x5000}, {0x1008, READ, 0, 5000, 0xA100}},
	 .list = 0x5000,
	 .entry = {0xBC00},
	 .device = {{.bytes = 0x400}, {.bytes = 5000}},
	 .ccw_address = 0x1010,
	 .bytes = 5000 + 0x400,
	 .address = 0xBC00},
	{"a later entry not on a 2 KiB block",
	 F1 | H | T,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1400, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xBC00, 0x8400},
	 .device = {{.bytes = 0x1400}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x400,
	 .address = 0xBC00},
	{"format-1 list",
	 F1,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1400, 0x5004}},
	 .list = 0x5004,
	 .entry = {0xBC00, 0x8800, 0xA000},
	 .device = {{.bytes = 0x1400}},
	 .ccw_address = 0x1008,
	 .bytes = 0x1400,
	 .address = 0xBC00},
	{"format-1 list in a format-0 program; the 2 KiB bit is of no account",
	 F0 | T,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1400, 0x5004}},
	 .list = 0x5004,
	 .entry = {0xBC00, 0x8800, 0xA000},
	 .device = {{.bytes = 0x1400}},
	 .ccw_address = 0x1008,
	 .bytes = 0x1400,
	 .address = 0xBC00},
	{"a format-1 entry with bit 0 on",
	 F1,
	 0x1000,
	 {{0x1000, READ, IDA, 0x1400, 0x5000}},
	 .list = 0x5000,
	 .entry = {0xBC00, 0x80008800},
	 .device = {{.bytes = 0x1400}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 0x400,
	 .address = 0xBC00},
	{"a format-1 list not on 4",
	 F1,
	 0x1000,
	 {{0x1000, READ, IDA, 10, 0x5002}},
	 .device = {{.bytes = 10}},
	 .status = PCHK,
	 .ccw_address = 0x1008},

	/* ---- MIDALs ---- */
	{"a MIDAL",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {10, 0xB003, 5, 0x8FFB, 0x800000 | 15, 0xA000},
	 .device = {{.bytes = 30}},
	 .ccw_address = 0x1008,
	 .bytes = 30,
	 .address = 0xB003},
	{"a MIDAL with skipping",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {10, 0xB003, 0x400000 | 5, 0x9FFF, 0x800000 | 15, 0xA000},
	 .device = {{.bytes = 30}},
	 .ccw_address = 0x1008,
	 .bytes = 25,
	 .address = 0xB003},
	{"a MIDAL that ends too early",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {10, 0xB003, 0x800000 | 5, 0x8FFB, 15, 0xA000},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 15,
	 .address = 0xB003},
	{"a MIDAW across 4 KiB",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {10, 0xB003, 0x800000 | 20, 0xAFF0},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 10,
	 .address = 0xB003},
	{"a MIDAW of count 0",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {10, 0xB003, 0, 0xA000, 20, 0xA000},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 10,
	 .address = 0xB003},
	{"a MIDAW with reserved bits",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {10, 0xB003, 0x1000000 | 20, 0xA000},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 10,
	 .address = 0xB003},
	{"a MIDAW that is no storage",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {10, 0xB003, 0x800000 | 20, 0x9010},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 10,
	 .address = 0xB003},
	{"a MIDAL out of its 4 KiB",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x4FF0}},
	 .list = 0x4FF0,
	 .entry = {10, 0xB003, 0x800000 | 20, 0xA000},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008,
	 .bytes = 10,
	 .address = 0xB003},
	{"a MIDAL not on 16",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5008}},
	 .list = 0x5008,
	 .entry = {0x800000 | 30, 0xB003},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"MIDA without the ORB's leave",
	 F1 | H,
	 0x1000,
	 {{0x1000, READ, MIDA, 30, 0x5000}},
	 .list = 0x5000,
	 .entry = {30, 0xB003},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"MIDA and IDA",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA | IDA, 30, 0x5000}},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
	{"MIDA and SKIP",
	 F1 | H | D,
	 0x1000,
	 {{0x1000, READ, MIDA | SKIP, 30, 0x5000}},
	 .device = {{.bytes = 30}},
	 .status = PCHK,
	 .ccw_address = 0x1008},
};

static const struct one_case *current;

static struct channel_device play(uint64_t seed, unsigned int command)
{
	return command < 8 ? current->device[command] : (struct channel_device){0};
}

static void put(struct fake *fake, uint64_t at, uint64_t value, unsigned int size)
{
	for (unsigned int i = size; i-- > 0; value >>= 8)
		*(uint8_t *)fake_guest(fake, at + i) = (uint8_t)value;
}

static void lay(struct fake *fake, const struct one_case *c)
{
	bool mida = false;

	for (unsigned int i = 0; i < 8 && c->ccw[i].at; i++) {
		mida |= c->ccw[i].flags & MIDA;
		if (c->orb & F1)
			fake_ccw1(fake, c->ccw[i].at, c->ccw[i].command, c->ccw[i].flags,
				  c->ccw[i].count, c->ccw[i].address);
		else
			fake_ccw0(fake, c->ccw[i].at, c->ccw[i].command, c->ccw[i].flags,
				  c->ccw[i].count, c->ccw[i].address);
	}
	for (unsigned int i = 0; c->list && i < 8; i++) {
		unsigned int size = mida || (c->orb & H) ? 8 : 4;

		if (i && !c->entry[i] && !mida)
			break;
		if ((c->list + i * size) / 4096 == 6)
			break;
		put(fake, c->list + i * size, c->entry[i], size);
	}
}

static uint32_t moved(const struct channel *channel, uint64_t *first)
{
	uint32_t bytes = 0;

	*first = 0;
	for (unsigned int i = 0; i < channel->logged; i++) {
		if (channel->log[i].kind != CHANNEL_DATA)
			continue;
		if (!bytes)
			*first = channel->log[i].address;
		bytes += channel->log[i].length;
	}
	return bytes;
}

static void is_as_expected(const struct one_case *c, const struct channel *channel,
			   uint32_t ccw_address)
{
	uint64_t first;
	uint32_t bytes = moved(channel, &first);

	if (channel->subchannel_status == c->status && ccw_address == c->ccw_address &&
	    bytes == c->bytes && first == c->address)
		return;
	fail_msg("%s (%s): status %02x, CCW address %x, %u bytes from %llx", c->what,
		 channel->host ? "translated" : "guest", channel->subchannel_status, ccw_address,
		 bytes, (unsigned long long)first);
}

static struct fake *create(void)
{
	struct fake *fake = fake_create_open();

	fake_map(fake, 0x3000, false);
	fake_map(fake, 0x6000, false);
	fake_map(fake, 0x9000, false);
	return fake;
}

static void programs_end_as_the_architecture_says(void **state)
{
	static struct channel guest, host;

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct one_case *c = current = &cases[i];
		struct fake *fake = create();
		struct arch_irb irb;

		lay(fake, c);
		guest = (struct channel){.fake = fake,
					 .orb_control = c->orb | 0x8000 | ARCH_ORB_PREFETCH,
					 .device = play};
		host = guest;
		channel_run(&guest, c->program);
		is_as_expected(c, &guest, guest.ccw_address);

		assert_int_equal(fake_start(fake, guest.orb_control, c->program), 124);
		host.host = true;
		host.orb_control = arch_get32(fake->orb.control);
		channel_run(&host, arch_get32(fake->orb.program_address));
		fake_present(fake, FAKE_END, host.ccw_address);
		fake_read_irb(fake, &irb);
		is_as_expected(c, &host, arch_get32(irb.scsw.ccw_address));
		assert_true(channel_same(&guest, &host));
		fake_destroy(fake);
	}
}

/* ---- what the channel cannot show ---- */

static void the_translation_is_in_format_1_with_64_bit_lists(void **state)
{
	static const struct {
		uint32_t control;
		bool list; /* the program has one */
		uint32_t expected;
	} orbs[] = {
		{F0, false, F1 | H | ARCH_ORB_LENGTH_SUPPRESS},
		{F0, true, F1 | H | T | ARCH_ORB_LENGTH_SUPPRESS},
		{F1, false, F1 | H},
		{F1, true, F1 | H | T},
		{F1 | T, false, F1 | H},
		{F1 | H | T, false, F1 | H},
		{F1 | H | T, true, F1 | H | T},
		{F1 | H, true, F1 | H},
	};

	for (unsigned int i = 0; i < sizeof(orbs) / sizeof(orbs[0]); i++) {
		struct fake *fake = create();
		uint32_t common = 0x8000 | ARCH_ORB_PREFETCH;

		put(fake, 0x5000, 0, 8);
		if (orbs[i].control & F1)
			fake_ccw1(fake, 0x1000, READ, orbs[i].list ? IDA : 0, 16, 0x5000);
		else
			fake_ccw0(fake, 0x1000, READ, orbs[i].list ? IDA : 0, 16, 0x5000);
		assert_int_equal(fake_start(fake, orbs[i].control | common, 0x1000), 124);
		assert_int_equal(arch_get32(fake->orb.control), orbs[i].expected | common);
		fake_present(fake, FAKE_END, 0);
		fake_destroy(fake);
	}
}

static void nothing_is_pinned_for_what_moves_nothing(void **state)
{
	static const struct {
		uint8_t command, flags;
		uint16_t count;
		int pinned;
	} ccws[] = {
		{READ, 0, 0, 0},
		{NOP, 0, 100, 0},
		{NOP, IDA, 100, 0},
		{READ, SKIP, 100, 0},
		{4, SKIP, 100, 0},
		{BACK, SKIP, 100, 0},
		{READ, SKIP | IDA, 100, 0},
		{WRITE, 0, 0, 0},
		{0x10, 0, 100, 0},
		{WRITE, SKIP, 100, 1},
		{SEEK, SKIP, 100, 1},
		{READ, 0, 100, 1},
		{READ, 0, 8192, 2},
		{READ, 0, 4097, 2},
		{READ, 0, 4096, 1},
	};

	for (unsigned int i = 0; i < sizeof(ccws) / sizeof(ccws[0]); i++) {
		struct fake *fake = create();

		fake_ccw1(fake, 0x1000, ccws[i].command, ccws[i].flags, ccws[i].count, 0xA000);
		assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
		assert_int_equal(fake->pinned, ccws[i].pinned);
		fake_present(fake, FAKE_END, 0);
		fake_destroy(fake);
	}
}

static void pages_in_a_row_are_pinned_by_one_call_and_a_page_once(void **state)
{
	struct fake *fake = create();

	fake_ccw1(fake, 0x1000, READ, 0, 65535, 0x10123);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	assert_int_equal(fake->pinned, 17);
	assert_int_equal(fake->pin_calls, 1);
	fake_present(fake, FAKE_END, 0);
	fake_work(fake);
	for (uint32_t i = 0; i < 20; i++)
		fake_ccw1(fake, 0x1000 + 8 * i, READ, i < 19 ? CC : 0, 16, 0x8000 + 16 * i);
	fake->pin_calls = 0;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	assert_int_equal(fake->pinned, 1);
	assert_int_equal(fake->pin_calls, 1);
	fake_present(fake, FAKE_END, 0);
	fake_destroy(fake);
}

static int reads;

/* The guest changes what it has given as soon as it was read, as another CPU may. */
static void tamper(struct fake *fake, uint64_t guest)
{
	if (reads++)
		memset(fake_guest(fake, 0x1000), 0xFF, 512);
}

static void every_ccw_is_read_once(void **state)
{
	static struct channel host;
	struct fake *fake = create();

	/* A loop and a list, so that there is reason to come back. */
	current = &(const struct one_case){
		.device = {{.bytes = 5}, {.bytes = 5, .status_modifier = true}, {.bytes = 8}}};
	fake_ccw1(fake, 0x1000, 0x31, CC, 5, 0x8000);
	fake_ccw1(fake, 0x1008, TIC, 0, 0, 0x1000);
	fake_ccw1(fake, 0x1010, READ, IDA, 8, 0x5000);
	put(fake, 0x5000, 0xA000, 8);
	reads = 0;
	fake->on_read = tamper;
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x1000), 124);
	assert_int_equal(reads, 2); /* CCWs, list */
	host = (struct channel){.fake = fake,
				.host = true,
				.orb_control = arch_get32(fake->orb.control),
				.device = play};
	channel_run(&host, arch_get32(fake->orb.program_address));
	assert_int_equal(host.subchannel_status, 0);
	assert_int_equal(host.commands, 3);
	fake_present(fake, FAKE_END, 0);
	fake_destroy(fake);
}

static void what_is_past_the_end_of_a_chain_is_followed_only_so_far(void **state)
{
	struct fake *fake = create();
	uint32_t at = 0x1000;

	fake_ccw1(fake, at, READ, CC, 5, 0x8000);
	fake_ccw1(fake, at + 8, NOP, 0, 0, 0);
	/* A status modifier at the first leads here; each of these needs a page of its own. */
	for (uint32_t i = 0; i < 30; i++)
		fake_ccw1(fake, at + 16 + 8 * i, READ, CC, 5, 0x10000 + 0x1000 * i);
	assert_int_equal(fake_start(fake, FAKE_ORB, at), 124);
	assert_int_equal(fake->pinned, 1 + CHANIO_CCWS_SPECULATIVE);
	fake_present(fake, FAKE_END, 0);
	fake_destroy(fake);
}

static void speculation_never_makes_a_program_too_long(void **state)
{
	struct fake *fake = create();
	uint32_t at = 0x10000;

	for (unsigned int i = 0; i < CHANIO_CCWS_MAX - 1; i++, at += 8)
		fake_ccw1(fake, at, NOP, CC | SLI, 1, 0);
	fake_ccw1(fake, at, NOP, 0, 0, 0);
	for (unsigned int i = 0; i < 100; i++)
		fake_ccw1(fake, at + 8 + 8 * i, NOP, CC, 0, 0);
	assert_int_equal(fake_start(fake, FAKE_ORB, 0x10000), 124);
	fake_present(fake, FAKE_END, 0);
	fake_destroy(fake);
}

/* Worst cases for the tables: every other CCW jumps backwards, to a run of its own. */
static void scattered_programs_are_bounded_too(void **state)
{
	struct fake *fake = create();
	const uint32_t blocks = CHANIO_CCWS_MAX / 2, top = 0x10000 + 24 * (CHANIO_CCWS_MAX / 2);
	struct arch_irb irb;

	for (uint32_t i = 0; i < blocks; i++) {
		uint32_t at = top - 24 * (i + 1);

		fake_ccw1(fake, at, NOP, CC | SLI, 1, 0);
		if (i + 1 < blocks)
			fake_ccw1(fake, at + 8, TIC, 0, 0, at - 24);
		else
			fake_ccw1(fake, at + 8, NOP, 0, 0, 0);
		fake_ccw1(fake, at + 16, 0, 0, 0, 0);
	}
	assert_int_equal(fake_start(fake, FAKE_ORB, top - 24), -EINVAL);
	/* The CCWs behind each TIC count as well: two thirds of it fit. */
	fake_ccw1(fake, top - 24 * (blocks * 2 / 3) + 8, NOP, 0, 0, 0);
	assert_int_equal(fake_start(fake, FAKE_ORB, top - 24), 124);
	fake_present(fake, FAKE_END, arch_get32(fake->orb.program_address) + 8);
	fake_read_irb(fake, &irb);
	assert_int_equal(arch_get32(irb.scsw.ccw_address), top - 16);
	fake_destroy(fake);
}

static void lists_are_bounded_too(void **state)
{
	struct fake *fake = create();
	uint32_t at = 0x20000;

	/* 256 MIDAWs a CCW, a page of channel memory each: more than 4 MiB of them is too much. */
	for (unsigned int i = 0; i < 256; i++) {
		put(fake, 0x5000 + 16 * i, 0, 6);
		put(fake, 0x5006 + 16 * i, 1, 2);
		put(fake, 0x5008 + 16 * i, 0x8000, 8);
	}
	for (unsigned int i = 0; i < 1200; i++, at += 8)
		fake_ccw1(fake, at, READ, MIDA | CC, 256, 0x5000);
	fake_ccw1(fake, at, NOP, 0, 0, 0);
	assert_int_equal(fake_start(fake, FAKE_ORB | D, 0x20000), -EINVAL);
	assert_int_equal(fake->pinned, 0);
	assert_int_equal(fake_start(fake, FAKE_ORB | D, 0x20000 + 8 * 400), 124);
	fake_present(fake, FAKE_END, 0);
	fake_destroy(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_end_as_the_architecture_says),
		cmocka_unit_test(the_translation_is_in_format_1_with_64_bit_lists),
		cmocka_unit_test(nothing_is_pinned_for_what_moves_nothing),
		cmocka_unit_test(pages_in_a_row_are_pinned_by_one_call_and_a_page_once),
		cmocka_unit_test(every_ccw_is_read_once),
		cmocka_unit_test(what_is_past_the_end_of_a_chain_is_followed_only_so_far),
		cmocka_unit_test(speculation_never_makes_a_program_too_long),
		cmocka_unit_test(scattered_programs_are_bounded_too),
		cmocka_unit_test(lists_are_bounded_too),
	};

	return cmocka_run_group_tests_name("driver translation", tests, NULL, NULL);
}
