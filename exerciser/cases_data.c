/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Data through address lists: format-1 and format-2 IDAWs, blocks of 2 and 4 KiB, MIDAWs. */
#include "exerciser/table.h"

#define WRITE	 TESTDEV_WRITE
#define READ	 TESTDEV_READ
#define BACKWARD TESTDEV_READ_BACKWARD
#define IDA	 ARCH_CCW_IDA
#define MIDA	 ARCH_CCW_MIDA
#define CC	 ARCH_CCW_CC
#define CD	 ARCH_CCW_CD
#define SLI	 ARCH_CCW_SLI
#define SKIP	 ARCH_CCW_SKIP
#define LAST	 ARCH_MIDAW_LAST
#define ABOVE_4G 0x500000000ull

/* The device keeps so many bytes of the sequence; then it gives them back through the list. */
#define KEEP(bytes)                                                                                \
	{                                                                                          \
		WRITE, CC, bytes, DATA                                                             \
	}
#define BACK(bytes)                                                                                \
	{                                                                                          \
		READ, IDA, bytes, LISTS                                                            \
	}
#define BACK_MIDA(bytes)                                                                           \
	{                                                                                          \
		READ, MIDA, bytes, LISTS                                                           \
	}
#define LIST2(...)  .list = LIST_IDAW2, .entries = {__VA_ARGS__}
#define LIST1(...)  .list = LIST_IDAW1, .entries = {__VA_ARGS__}
#define LIST_M(...) .set = ARCH_ORB_MIDAW, .list = LIST_MIDAW, .entries = {__VA_ARGS__}
#define FORMAT_1    .clear = ARCH_ORB_FORMAT_2_IDAW
#define BLOCKS_2K   .set = ARCH_ORB_2K_IDAW

static void map_above(struct exerciser *x)
{
	map_out(x, ABOVE_4G);
}

static void poke_reserved(struct exerciser *x)
{
	*(uint8_t *)client_at(exerciser_client(x), LISTS) = 1;
}

/* The program as the table has it, but the list stands at the end of storage. */
static void list_to_end(struct exerciser *x)
{
	client_put_idaw2(exerciser_client(x), CLIENT_MEMORY_END - 8, OUT);
}

#define IDAL(name, text, linux, ...)                                                               \
	{                                                                                          \
		.id = "ida." name, .title = text, .shows = "D13", .needs = TESTDEV,                \
		.source = "mainline-behaviour 3.3, channel-io 7", .run = run_table,                \
		.deviations = linux, .with = TABLE(__VA_ARGS__)                                    \
	}
#define MIDAL(name, text, linux, ...)                                                              \
	{                                                                                          \
		.id = "midaw." name, .title = text, .shows = "D13 11.10", .needs = TESTDEV,        \
		.source = "channel-io 7", .run = run_table, .deviations = linux,                   \
		.with = TABLE(__VA_ARGS__)                                                         \
	}
#define REFUSED LINUX("D13", "EINVAL for the whole program", "got EINVAL")
#define BEFORE_6_2                                                                                 \
	LINUX_BEFORE(EXERCISER_LINUX(6, 2), "vfio-ccw-interface 7.2",                              \
		     "EOPNOTSUPP: format-2 IDAWs of 4 KiB only", "got EOPNOTSUPP")
#define NO_MIDAW LINUX("11.10", "MIDAWs are handed on untranslated: refused or program check", "")
#define RUNS_ON	 LINUX("5.10", "moves the data", "")

static const struct exerciser_case cases[] = {
	IDAL("aligned", "blocks of 4 KiB are filled one after the other", CONFORMS,
	     .ccws = {KEEP(6000), BACK(6000)}, .last = 1, LIST2({OUT}, {OUT + 0x2000}),
	     .bytes = {{0, 0, 4096},
		       {4096, LEFT_FILL, 4096},
		       {0x2000, 4096, 1904},
		       {0x2000 + 1904, LEFT_FILL, 64}}),
	IDAL("first-inside", "the first IDAW may be any address", CONFORMS,
	     .ccws = {KEEP(6000), BACK(6000)}, .last = 1, LIST2({OUT + 0x101}, {OUT + 0x4000}),
	     .bytes = {{0, LEFT_FILL, 0x101},
		       {0x101, 0, 0xEFF},
		       {0x1000, LEFT_FILL, 64},
		       {0x4000, 0xEFF, 6000 - 0xEFF}}),
	IDAL("downwards", "blocks may stand in any order", CONFORMS,
	     .ccws = {KEEP(9000), BACK(9000)}, .last = 1,
	     LIST2({OUT + 0x6000}, {OUT + 0x3000}, {OUT}),
	     .bytes = {{0x6000, 0, 4096}, {0x3000, 4096, 4096}, {0, 8192, 808}}),
	IDAL("gather", "blocks are written one after the other", CONFORMS,
	     .ccws = {{WRITE, CC | IDA, 5000, LISTS}, {READ, 0, 5000, OUT}}, .last = 1,
	     LIST2({DATA + 0x100}, {DATA + 0x5000}),
	     .bytes = {{0, 0x100, 0xF00}, {0xF00, 0x5000, 5000 - 0xF00}}),
	IDAL("direct-crosses-pages", "data without a list crosses pages", CONFORMS,
	     .ccws = {KEEP(9000), {READ, 0, 9000, OUT + 0x801}}, .last = 1,
	     .bytes = {{0, LEFT_FILL, 0x801}, {0x801, 0, 9000}, {0x801 + 9000, LEFT_FILL, 64}}),
	IDAL("second-inside", "a later IDAW off its block: program check, the blocks before moved",
	     RUNS_ON, .ccws = {KEEP(6000), BACK(6000)}, LIST2({OUT}, {OUT + 0x2010}),
	     PROGRAM_CHECKED(1), .bytes = {{0, 0, 4096}, {0x2010, LEFT_FILL, 64}}),
	IDAL("second-not-used", "an IDAW that is not needed is not looked at", CONFORMS,
	     .ccws = {KEEP(4096), BACK(4096)}, .last = 1, LIST2({OUT}, {OUT + 0x2010}),
	     .bytes = {{0, 0, 4096}}),
	IDAL("list-misaligned", "a list of format-2 IDAWs stands on doublewords: program check",
	     RUNS_ON, .ccws = {KEEP(64), {READ, IDA, 64, LISTS + 4}}, .list_at = LISTS + 4,
	     LIST2({OUT}), PROGRAM_CHECKED(1), .bytes = {{0, LEFT_FILL, 64}}),
	IDAL("list-crosses-page", "a list of IDAWs may cross a page", CONFORMS,
	     .ccws = {KEEP(6000), {READ, IDA, 6000, LISTS + 0xFF8}}, .list_at = LISTS + 0xFF8,
	     .last = 1, LIST2({OUT}, {OUT + 0x2000}),
	     .bytes = {{0, 0, 4096}, {0x2000, 4096, 1904}}),
	IDAL("list-unmapped", "a list where there is no storage: program check", REFUSED,
	     .ccws = {KEEP(64), {READ, IDA, 64, UNMAPPED}}, PROGRAM_CHECKED(1)),
	IDAL("list-runs-off", "a list that leaves storage: program check where it is used", REFUSED,
	     .ccws = {KEEP(6000), {READ, IDA, 6000, CLIENT_MEMORY_END - 8}}, .prepare = list_to_end,
	     PROGRAM_CHECKED(1), .bytes = {{0, 0, 4096}}),
	IDAL("list-ends-at-end", "no IDAW more is read than needed", CONFORMS,
	     .ccws = {KEEP(4096), {READ, IDA, 4096, CLIENT_MEMORY_END - 8}}, .last = 1,
	     .prepare = list_to_end, .bytes = {{0, 0, 4096}}),
	IDAL("first-unmapped", "an IDAW without storage: program check", REFUSED,
	     .ccws = {KEEP(64), BACK(64)}, LIST2({UNMAPPED}), PROGRAM_CHECKED(1)),
	IDAL("second-unmapped", "a later IDAW without storage: program check, the first moved",
	     REFUSED, .ccws = {KEEP(6000), BACK(6000)}, LIST2({OUT}, {UNMAPPED}),
	     PROGRAM_CHECKED(1), .bytes = {{0, 0, 4096}}),
	IDAL("far", "an IDAW past the end of all storage: program check", REFUSED,
	     .ccws = {KEEP(64), BACK(64)}, LIST2({0xFFFFFFFFFFFFF000}), PROGRAM_CHECKED(1)),
	IDAL("above-4g", "IDAWs reach above 4 GiB", CONFORMS, .ccws = {KEEP(100), BACK(100)},
	     .last = 1, .prepare = map_above, LIST2({ABOVE_4G + 16}),
	     .bytes = {{0, LEFT_FILL, 16}, {16, 0, 100}, {116, LEFT_FILL, 64}}),
	IDAL("count-zero", "with a count of zero the list does not matter", CONFORMS,
	     .ccws = {{ARCH_CCW_NOP, IDA, 0, LISTS}}, LIST2({UNMAPPED})),
	IDAL("nop", "for a no-operation the IDAWs do not matter", CONFORMS,
	     .ccws = {{ARCH_CCW_NOP, IDA | SLI, 64, LISTS}}, LIST2({UNMAPPED}), .residual = ANY),
	IDAL("skip", "with SKIP the IDAWs need no storage", CONFORMS,
	     .ccws = {KEEP(64), {READ, IDA | SKIP, 64, LISTS}}, .last = 1, LIST2({UNMAPPED})),
	IDAL("format-0", "format-0 CCWs have address lists, too", CONFORMS, .format_0 = true,
	     .ccws = {KEEP(6000), BACK(6000)}, .last = 1, LIST2({OUT}, {OUT + 0x2000}),
	     .bytes = {{0, 0, 4096}, {0x2000, 4096, 1904}}),
	IDAL("data-chain", "lists and plain addresses mix in a data chain", CONFORMS,
	     .ccws = {KEEP(200),
		      {READ, CD | IDA, 100, LISTS},
		      {READ, CD, 50, OUT + 0x3000},
		      {READ, IDA, 50, LISTS + 8}},
	     .last = 3, LIST2({OUT + 5}, {OUT + 0x4000}),
	     .bytes = {{5, 0, 100}, {0x3000, 100, 50}, {0x4000, 150, 50}, {0, LEFT_FILL, 5}}),
	IDAL("backward", "a list read backward goes down from the last byte of each block",
	     LINUX("vfio-ccw-interface 7.2", "takes the list for that of a read forward",
		   "got 4017"),
	     .ccws = {KEEP(300), {BACKWARD, IDA, 300, LISTS}}, .last = 1,
	     LIST2({OUT + 0x10F}, {OUT + 0x2FFF}),
	     .bytes = {{0, 28, 272},
		       {0x110, LEFT_FILL, 64},
		       {0x2FE4, 0, 28},
		       {0x2FC4, LEFT_FILL, 32}}),
	IDAL("backward-inside", "backward, a later IDAW off its block's end: program check",
	     CONFORMS, .ccws = {KEEP(300), {BACKWARD, IDA, 300, LISTS}},
	     LIST2({OUT + 0x10F}, {OUT + 0x2000}), PROGRAM_CHECKED(1), .bytes = {{0, 28, 272}}),
	IDAL("2k", "blocks of 2 KiB", BEFORE_6_2, BLOCKS_2K, .ccws = {KEEP(4000), BACK(4000)},
	     .last = 1, LIST2({OUT}, {OUT + 0x1800}),
	     .bytes = {{0, 0, 2048}, {2048, LEFT_FILL, 4096}, {0x1800, 2048, 1952}}),
	IDAL("2k.first-inside", "the first of them may be any address", BEFORE_6_2, BLOCKS_2K,
	     .ccws = {KEEP(1000), BACK(1000)}, .last = 1, LIST2({OUT + 0x700}, {OUT + 0x2800}),
	     .bytes = {{0x700, 0, 256}, {0x800, LEFT_FILL, 64}, {0x2800, 256, 744}}),
	IDAL("2k.second-inside", "a later one off its block: program check",
	     LINUX("5.10", "moves the data, or refuses them (before 6.2)", ""), BLOCKS_2K,
	     .ccws = {KEEP(4000), BACK(4000)}, LIST2({OUT}, {OUT + 0x1400}), PROGRAM_CHECKED(1),
	     .bytes = {{0, 0, 2048}}),
	IDAL("format-1", "format-1 IDAWs have blocks of 2 KiB", BEFORE_6_2, FORMAT_1,
	     .ccws = {KEEP(4000), BACK(4000)}, .last = 1, LIST1({OUT}, {OUT + 0x1800}),
	     .bytes = {{0, 0, 2048}, {2048, LEFT_FILL, 4096}, {0x1800, 2048, 1952}}),
	IDAL("format-1.first-inside", "the first of them may be any address", BEFORE_6_2, FORMAT_1,
	     .ccws = {KEEP(1000), BACK(1000)}, .last = 1, LIST1({OUT + 0x700}, {OUT + 0x2800}),
	     .bytes = {{0x700, 0, 256}, {0x800, LEFT_FILL, 64}, {0x2800, 256, 744}}),
	IDAL("format-1.list-on-word", "a list of format-1 IDAWs stands on words", BEFORE_6_2,
	     FORMAT_1, .ccws = {KEEP(64), {READ, IDA, 64, LISTS + 4}}, .last = 1,
	     .list_at = LISTS + 4, LIST1({OUT}), .bytes = {{0, 0, 64}}),
	IDAL("format-1.list-misaligned", "but not between: program check",
	     LINUX("5.10", "moves the data, or refuses them (before 6.2)", ""), FORMAT_1,
	     .ccws = {KEEP(64), {READ, IDA, 64, LISTS + 2}}, .list_at = LISTS + 2, LIST1({OUT}),
	     PROGRAM_CHECKED(1), .bytes = {{0, LEFT_FILL, 64}}),
	IDAL("format-1.bit-31", "bit 0 of a format-1 IDAW must be zero: program check",
	     LINUX("D13", "EINVAL, before 6.2 EOPNOTSUPP, for the whole program",
		   "START: expected"),
	     FORMAT_1, .ccws = {KEEP(64), BACK(64)}, LIST1({0x80000000u | OUT}), PROGRAM_CHECKED(1),
	     .bytes = {{0, LEFT_FILL, 64}}),
	IDAL("format-1.second-inside", "a later one off its block: program check",
	     LINUX("5.10", "moves the data, or refuses them (before 6.2)", ""), FORMAT_1,
	     .ccws = {KEEP(4000), BACK(4000)}, LIST1({OUT}, {OUT + 0x1404}), PROGRAM_CHECKED(1),
	     .bytes = {{0, 0, 2048}}),
	IDAL("format-1.2k", "with format-1 IDAWs the bit for 2 KiB blocks means nothing",
	     BEFORE_6_2, FORMAT_1, BLOCKS_2K, .ccws = {KEEP(4000), BACK(4000)}, .last = 1,
	     LIST1({OUT}, {OUT + 0x1800}), .bytes = {{0, 0, 2048}, {0x1800, 2048, 1952}}),

	MIDAL("scatter", "each MIDAW has an address and a count of its own", NO_MIDAW,
	      .ccws = {KEEP(300), BACK_MIDA(300)}, .last = 1,
	      LIST_M({OUT + 1, 100}, {OUT + 0x3003, 200, LAST}),
	      .bytes = {{0, LEFT_FILL, 1}, {1, 0, 100}, {101, LEFT_FILL, 64}, {0x3003, 100, 200}}),
	MIDAL("gather", "data is written from where MIDAWs say", NO_MIDAW,
	      .ccws = {{WRITE, CC | MIDA, 300, LISTS}, {READ, 0, 300, OUT}}, .last = 1,
	      LIST_M({DATA + 7, 100}, {DATA + 0x5003, 200, LAST}),
	      .bytes = {{0, 7, 100}, {100, 0x5003, 200}}),
	MIDAL("whole-page", "a MIDAW covers a whole page", NO_MIDAW,
	      .ccws = {KEEP(4196), BACK_MIDA(4196)}, .last = 1,
	      LIST_M({OUT, 4096}, {OUT + 0x3000, 100, LAST}),
	      .bytes = {{0, 0, 4096}, {0x3000, 4096, 100}}),
	MIDAL("skip", "a MIDAW may skip", NO_MIDAW, .ccws = {KEEP(300), BACK_MIDA(300)}, .last = 1,
	      LIST_M({OUT, 100}, {OUT + 0x1000, 100, ARCH_MIDAW_SKIP}, {OUT + 0x3000, 100, LAST}),
	      .bytes = {{0, 0, 100}, {0x1000, LEFT_FILL, 100}, {0x3000, 200, 100}}),
	MIDAL("sum", "MIDAWs whose counts are more than the CCW's: program check", NO_MIDAW,
	      .ccws = {KEEP(50), BACK_MIDA(50)}, LIST_M({OUT, 100, LAST}), PROGRAM_CHECKED(1),
	      .bytes = {{50, LEFT_FILL, 50}}),
	MIDAL("not-last", "a list that does not say where it ends: program check", NO_MIDAW,
	      .ccws = {KEEP(50), BACK_MIDA(50)}, LIST_M({OUT, 50}, {OUT + 0x1000, 50, LAST}),
	      PROGRAM_CHECKED(1), .bytes = {{0x1000, LEFT_FILL, 50}}),
	MIDAL("exhausted", "MIDAWs that end before the count: program check", NO_MIDAW,
	      .ccws = {KEEP(300), BACK_MIDA(300)}, LIST_M({OUT, 100}, {OUT + 0x1000, 100, LAST}),
	      PROGRAM_CHECKED(1)),
	MIDAL("count-zero", "a MIDAW of no byte: program check", NO_MIDAW,
	      .ccws = {KEEP(64), BACK_MIDA(64)}, LIST_M({OUT, 0}, {OUT, 64, LAST}),
	      PROGRAM_CHECKED(1), .bytes = {{0, LEFT_FILL, 64}}),
	MIDAL("crosses-page", "a MIDAW that crosses a page: program check", NO_MIDAW,
	      .ccws = {KEEP(512), BACK_MIDA(512)}, LIST_M({OUT + 0xF80, 512, LAST}),
	      PROGRAM_CHECKED(1), .bytes = {{0x1000, LEFT_FILL, 64}}),
	MIDAL("reserved", "reserved bits of a MIDAW: program check", NO_MIDAW,
	      .ccws = {KEEP(64), BACK_MIDA(64)}, .prepare = poke_reserved, LIST_M({OUT, 64, LAST}),
	      PROGRAM_CHECKED(1), .bytes = {{0, LEFT_FILL, 64}}),
	MIDAL("unmapped", "a MIDAW without storage: program check", NO_MIDAW,
	      .ccws = {KEEP(64), BACK_MIDA(64)}, LIST_M({UNMAPPED, 64, LAST}), PROGRAM_CHECKED(1)),
	MIDAL("list-misaligned", "a list of MIDAWs stands on quadwords: program check", NO_MIDAW,
	      .ccws = {KEEP(64), {READ, MIDA, 64, LISTS + 8}}, .list_at = LISTS + 8,
	      LIST_M({OUT, 64, LAST}), PROGRAM_CHECKED(1), .bytes = {{0, LEFT_FILL, 64}}),
	MIDAL("list-crosses-page", "a list of MIDAWs does not cross a page: program check",
	      NO_MIDAW, .ccws = {KEEP(64), {READ, MIDA, 64, LISTS + 0xFF0}},
	      .list_at = LISTS + 0xFF0, LIST_M({OUT, 32}, {OUT + 0x1000, 32, LAST}),
	      PROGRAM_CHECKED(1)),
	MIDAL("list-unmapped", "a list where there is no storage: program check", NO_MIDAW,
	      .set = ARCH_ORB_MIDAW, .ccws = {KEEP(64), {READ, MIDA, 64, UNMAPPED}},
	      PROGRAM_CHECKED(1)),
	MIDAL("with-ida", "MIDA and IDA together: program check", NO_MIDAW,
	      .ccws = {KEEP(64), {READ, MIDA | IDA, 64, LISTS}}, LIST_M({OUT, 64, LAST}),
	      PROGRAM_CHECKED(1)),
	MIDAL("with-skip", "MIDA and SKIP together: program check", NO_MIDAW,
	      .ccws = {KEEP(64), {READ, MIDA | SKIP, 64, LISTS}}, LIST_M({OUT, 64, LAST}),
	      PROGRAM_CHECKED(1)),
};

const struct exerciser_table conformance_data = EXERCISER_TABLE(cases);
