/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What is refused, and the sense data that say so (eckd-3390.md sections 4 to 8 and 10). */
#include "tests/device/harness.h"

#define EXTENT                                                                                     \
	{                                                                                          \
		0x63, CC, 16, "c0c01000 00000000 00000001 0001000d"                                \
	}
#define READ_EXTENT                                                                                \
	{                                                                                          \
		0x63, CC, 16, "40c01000 00000000 00000001 0001000d"                                \
	}
#define LOCATE(n)                                                                                  \
	{                                                                                          \
		0x47, CC, 16,                                                                      \
			"0680"                                                                     \
			"00" #n "00000001 00000001 01 ff 1000"                                     \
	}

/* Condition bytes: sense 0, sense 1, format and message. */
#define INVALID_COMMAND 0x80, 0x00, 0x01
#define SEQUENCE	0x80, 0x00, 0x02
#define TOO_SMALL	0x80, 0x00, 0x03
#define PARAMETER	0x80, 0x00, 0x04
#define MASK		0x00, 0x04, 0x05
#define PROTECTED	0x00, 0x04, 0x00
#define NO_RECORD	0x00, 0x08, 0x00
#define TRACK_FORMAT	0x00, 0x40, 0x00
#define END_OF_CYLINDER 0x00, 0x20, 0x00
#define INCOMPLETE	0x81, 0x00, 0x00
#define INHIBITED	0x10, 0x02, 0x04

static int setup(void **state)
{
	disk_setup(state);
	for (uint32_t track = 1; track < 4; track++)
		format_track(*state, track, 12, 0, 4096);
	format_track(*state, 14, 2, 0, 4096);
	format_track(*state, 15, 2, 0, 4096);
	return 0;
}

static void unknown_commands_are_rejected(void **state)
{
	static const uint8_t codes[] = {0x01, 0x13, 0x17, 0x19, 0x33, 0x43, 0x87, 0xC7, 0xFF};

	for (size_t i = 0; i < sizeof(codes); i++)
		assert_sense(RUN(*state, {codes[i], SLI, 1, NULL}), 0, INVALID_COMMAND);
}

static void commands_need_their_place(void **state)
{
	struct disk *disk = *state;

	/* Not located. */
	assert_sense(RUN(disk, {0x06, 0, 4096, NULL}), 0, SEQUENCE);
	assert_sense(RUN(disk, {0x31, 0, 5, NULL}), 0, SEQUENCE);
	assert_sense(RUN(disk, {0x1B, 0, 6, NULL}), 0, SEQUENCE);
	/* No extent. */
	assert_sense(RUN(disk, {0x47, 0, 16, "06000001 00000001 00000001 01"}), 0, SEQUENCE);
	assert_sense(RUN(disk, {0x4B, 0, 20, "06000001 00000001 00000001 01"}), 0, SEQUENCE);
	/* Needs a domain, of the right kind. */
	assert_sense(RUN(disk, EXTENT, {0x07, CC, 6, "000000000001"}, {0x85, 0, 4096, NULL}), 2,
		     SEQUENCE);
	assert_sense(RUN(disk, EXTENT, LOCATE(01), {0x85, 0, 4096, NULL}), 2, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, LOCATE(01), {0x1D, 0, 4096, NULL}), 2, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, LOCATE(01), {0xDE, 0, 4096, NULL}), 2, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, LOCATE(01), {0xA6, 0, 4096, NULL}), 2, SEQUENCE);
	/* Not inside of one. */
	assert_sense(RUN(disk, EXTENT, LOCATE(02), {0x06, CC, 4096, NULL}, {0x03, SLI, 1, NULL}), 3,
		     SEQUENCE);
	assert_sense(RUN(disk, EXTENT, LOCATE(01), LOCATE(01)), 2, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, LOCATE(01), EXTENT), 2, SEQUENCE);
	/* The domain has ended. */
	assert_sense(RUN(disk, EXTENT, {0x47, CC, 16, "01800001 00000001 00000001 01 ff 1000"},
			 {0x85, CC, 4096, NULL}, {0x85, 0, 4096, NULL}),
		     3, SEQUENCE);
	/* First, last. */
	assert_sense(RUN(disk, {0x03, CC | SLI, 1, NULL}, {0xB4, SLI, 32, NULL}), 1, SEQUENCE);
	assert_sense(RUN(disk, {0x34, CC | SLI, 12, NULL}, {0x03, SLI, 1, NULL}), 0, SEQUENCE);
	assert_end(RUN(disk, {0x5B, CC | SLI, 1, NULL}, {0x34, SLI, 12, NULL}), 1, NORMAL);
	/* Extents and masks do not mix. */
	assert_sense(RUN(disk, {0x1F, CC, 1, "00"}, EXTENT), 1, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, {0x1F, 0, 1, "00"}), 1, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, {0x02, 0, 24, NULL}), 1, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, {0x94, SLI, 32, NULL}), 1, SEQUENCE);
}

static void data_too_short_is_rejected(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x63, SLI, 15, "00c0"}), 0, TOO_SMALL);
	assert_sense(RUN(disk, EXTENT, {0x47, SLI, 15, "06"}), 1, TOO_SMALL);
	assert_sense(RUN(disk, EXTENT, {0x4B, SLI, 19, "06"}), 1, TOO_SMALL);
	assert_sense(RUN(disk, EXTENT,
			 {0x4B, SLI, 21, "3f000001 00000001 00000001 00 ff 0000 0011 0002 80"}),
		     1, TOO_SMALL);
	assert_sense(RUN(disk, {0xE7, SLI, 63, "01"}), 0, TOO_SMALL);
	assert_sense(RUN(disk, {0x07, SLI, 5, "00"}), 0, TOO_SMALL);
	assert_sense(RUN(disk, {0xAF, SLI, 11, "00"}), 0, TOO_SMALL);
	assert_sense(RUN(disk, {0x27, SLI, 1, "18"}), 0, TOO_SMALL);
	assert_sense(RUN(disk, {0x27, SLI, 11, "18"}), 0, TOO_SMALL);
	assert_sense(RUN(disk, EXTENT, {0x47, CC, 16, "03800001 00000001 00000001 00 ff 1000"},
			 {0x1D, SLI, 7, "00"}),
		     2, TOO_SMALL);
}

static void extents_are_checked(void **state)
{
	static const char *const invalid[] = {
		"4080 0000 00000000 00000000 00000001", /* mode */
		"40e0 0000 00000000 00000000 00000001", /* conversion */
		"60c0 0000 00000000 00000000 00000001", /* mask bit 2 */
		"40c0 dff7 00000000 00000000 00000001", /* block size */
		"40c0 0000 01000000 00000000 00000001", /* bytes 4 to 6 */
		"40c0 0000 00010000 00000000 00000001", "40c0 0000 00000100 00000000 00000001",
		"40c0 0000 00000000 00000002 00000001", /* backwards */
		"40c0 0000 00000000 00000000 0000000f", /* no such head */
		"40c0 0000 00000000 00000000 00c80000", /* no such cylinder */
		"40c0 0000 00000000 00c80000 00c80000",
	};

	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_sense(RUN(*state, {0x63, 0, 16, invalid[i]}), 0, PARAMETER);
	assert_end(RUN(*state, {0x63, 0, 16, "40c0 dff6 000000ff 00000000 00c7000e"}), 0, NORMAL);
	/* With a time stamp, with extended parameters. */
	assert_end(RUN(*state, {0x63, 0, 24, "40c0 0000 00000008 00000000 00c7000e"}), 0, NORMAL);
	assert_end(RUN(*state, {0x63, 0, 32, "40c0 0000 0000000a 00000000 00c7000e"}), 0, NORMAL);
}

static void a_second_extent_agrees_with_the_first(void **state)
{
	struct disk *disk = *state;

	assert_end(RUN(disk, EXTENT, EXTENT, {0x03, SLI, 1, NULL}), 2, NORMAL);
	assert_end(RUN(disk, EXTENT, {0x63, 0, 16, "c0c01000 00000000 00000002 00000003"}), 1,
		   NORMAL);
	assert_sense(RUN(disk, EXTENT, READ_EXTENT), 1, SEQUENCE);
	assert_sense(RUN(disk, EXTENT, {0x63, 0, 16, "c0c01000 00000000 00000000 00000003"}), 1,
		     SEQUENCE);
}

static void a_2107_has_no_diagnostic_authorisation(void **state)
{
	struct disk disk = {0};

	assert_end(RUN(*state, {0x63, 0, 16, "04c00000 00000000 00000000 00000001"}), 0, NORMAL);
	disk_open(&disk, memory_volume_create(10),
		  &(struct eckd_config){.control_unit = ECKD_2107});
	assert_sense(RUN(&disk, {0x63, 0, 16, "04c00000 00000000 00000000 00000001"}), 0,
		     PARAMETER);
	assert_end(RUN(&disk, {0x63, 0, 16, "06c00000 00000000 00000000 00000001"}), 0, NORMAL);
	disk_close(&disk);
}

static void locate_records_are_checked(void **state)
{
	static const char *const invalid[] = {
		"04000001 00000001 00000001 01 ff 0000", /* no such operation */
		"41000001 00000001 00000001 01 ff 0000", /* write data from the home address */
		"83000001 00000001 00000001 01 ff 0000", /* format from data */
		"c6000001 00000001 00000001 01 ff 0000", /* read data from the index */
		"06400001 00000001 00000001 01 ff 0000", /* auxiliary bits */
		"06010002 00000001 00000001 01 ff 0000", /* suffix with read data, */
		"16010001 00000001 00000001 01 ff 0000", /* with a count of one */
		"06000101 00000001 00000001 01 ff 0000", /* byte 2 */
		"06000000 00000001 00000001 01 ff 0000", /* count */
		"00000001 00000001 00000001 01 ff 0000", /* count of an orient */
		"06000001 0000000f 00000001 01 ff 0000", /* no such head, */
		"06000001 00c80001 00000001 01 ff 0000", /* cylinder, */
		"06000001 00000001 00000001 01 e0 0000", /* sector */
		"06000001 00000001 00000001 01 ff 1000", /* length without its bit, */
		"06800001 00000001 00000001 01 ff 0000", /* the bit without length, */
		"06800001 00000001 00000001 01 ff 1001", /* longer than the extent's blocks */
		"3f000001 00000001 00000001 01 ff 0000", /* extended */
	};
	struct disk *disk = *state;

	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_sense(RUN(disk, EXTENT, {0x47, 0, 16, invalid[i]}), 1, PARAMETER);
	assert_sense(RUN(disk, EXTENT, {0x47, 0, 16, "06000001 0001000e 00000001 01 ff 0000"}), 1,
		     PROTECTED);
	assert_sense(RUN(disk, EXTENT, {0x47, 0, 16, "06000001 00000000 00000001 01 ff 0000"}), 1,
		     PROTECTED);
	assert_sense(RUN(disk, EXTENT, {0x47, 0, 16, "06000001 00000001 00000001 0d ff 0000"}), 1,
		     NO_RECORD);
	assert_end(RUN(disk, EXTENT, {0x47, 0, 16, "00000000 00000001 00000001 01 df 0000"}), 1,
		   NORMAL);
}

static void extended_locate_records_are_checked(void **state)
{
	static const char *const invalid[] = {
		"00000001 00000001 00000001 01 ff 0000 0000 0000",	/* orient */
		"06000001 00000001 00000001 01 ff 0000 0009 0000",	/* byte 17 */
		"3f000001 00000001 00000001 01 ff 0000 0010 0000",	/* no such operation */
		"bf000001 00000001 00000001 01 ff 0000 000a 0001 01",	/* orientation */
		"3f000001 00000001 00000001 01 ff 0000 000a 0000",	/* no parameter */
		"3f000001 00000001 00000001 01 ff 0000 000a 0001 02",	/* another one */
		"3f000002 00000001 00000001 01 ff 0000 0011 0002 8000", /* not as many as counted */
		"3f000001 00000001 00000001 01 ff 0000 0011 0002 4000", /* the first is missing */
		"3f000001 00000001 00000001 01 ff 0000 0011 0000",	/* no map */
		"3f000001 00000001 00000001 01 ff 0000 0011 ffff",
	};
	struct disk *disk = *state;

	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_sense(RUN(disk, EXTENT, {0x4B, SLI, 52, invalid[i]}), 1, PARAMETER);
	assert_end(RUN(disk, EXTENT,
		       {0x4B, CC, 21, "3f000001 00000001 00000001 02 ff 0000 000a 0001 01"},
		       {0x06, 0, 4096, NULL}),
		   2, NORMAL);
	assert_end(RUN(disk, EXTENT,
		       {0x4B, CC, 21, "3f000001 00000001 00000001 02 ff 0000 0009 0001 01"},
		       {0x05, 0, 4096, NULL}),
		   2, NORMAL);
}

static void prefixes_are_checked(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0xE7, 0, 64, "0280"}), 0, PARAMETER);
	assert_sense(RUN(disk, {0xE7, 0, 64, "0081"}), 0, PARAMETER);
	assert_sense(RUN(disk, {0xE7, 0, 64, "00a0 21 000000000000000000 40c0"}), 0, PARAMETER);
	assert_end(RUN(disk, {0xE7, 0, 64, "00a0 20 000000000000000000 40c0"}), 0, NORMAL);
	assert_sense(RUN(disk, {0xE7, 0, 64, "0180 00 000000000000000000 0000"}), 0, PARAMETER);
	/* No extent. */
	assert_sense(RUN(disk, {0xE7, 0, 64, "0100 00 000000000000000000"}), 0, SEQUENCE);
}

static void a_program_that_leaves_its_domain_is_told(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, EXTENT, {0x47, 0, 16, "06000001 00000001 00000001 01 ff 0000"}), 1,
		     INCOMPLETE);
	assert_sense(RUN(disk, EXTENT, LOCATE(03), {0x06, CC, 4096, NULL}, {0x06, 0, 4096, NULL}),
		     3, INCOMPLETE);
	/* What it has written is written. */
	assert_sense(RUN(disk, EXTENT, {0x47, CC, 16, "01800002 00000001 00000001 01 ff 1000"},
			 {0x85, 0, 4096, "c1c2"}),
		     2, INCOMPLETE);
	assert_bytes(disk->memory->tracks[1] + VOLUME_TRACK_HEADER + 8, "c1c2 0000");
}

static void the_file_mask_forbids_writes(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, READ_EXTENT, {0x47, 0, 16, "01000001 00000001 00000001 01 ff 0000"}),
		     1, MASK);
	assert_sense(RUN(disk, {0x63, CC, 16, "80c01000 00000000 00000001 0001000d"},
			 {0x47, CC, 16, "03000001 00000001 00000001 01 ff 0000"},
			 {0x1D, SLI, 8, "00000001 02 00 0000"}),
		     2, MASK);
	assert_sense(RUN(disk, {0x1F, CC, 1, "40"}, {0x07, CC, 6, "000000000001"},
			 {0x31, CC, 5, "0000000101"}, {0x08, 0, 2, NULL}, {0x05, 0, 4096, NULL}),
		     4, MASK);
	/* The data of record zero are not data of the user. */
	assert_sense(RUN(disk, {0x63, CC, 16, "80c01000 00000000 00000001 0001000d"},
			 {0x47, CC, 16, "01000001 00000001 00000001 00 ff 0000"},
			 {0x05, 0, 8, NULL}),
		     2, MASK);
	assert_sense(RUN(disk, {0x1F, 0, 1, "20"}), 0, PARAMETER);
}

static void the_file_mask_forbids_seeks(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x1F, CC, 1, "08"}, {0x07, 0, 6, "000000000001"}), 1, MASK);
	assert_end(RUN(disk, {0x1F, CC, 1, "08"}, {0x0B, 0, 6, "000000000001"}), 1, NORMAL);
	assert_sense(RUN(disk, {0x1F, CC, 1, "10"}, {0x0B, 0, 6, "000000000001"}), 1, MASK);
	assert_sense(RUN(disk, {0x07, CC, 6, "00000000000e"}, {0x1F, CC, 1, "18"},
			 {0x06, CC, 4096, NULL}, {0x86, CC, 4096, NULL}, {0x86, 0, 4096, NULL}),
		     4, PROTECTED);
}

static void seeks_are_checked(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x07, 0, 6, "000100000001"}), 0, PARAMETER);
	assert_sense(RUN(disk, {0x07, 0, 6, "000000c80001"}), 0, PARAMETER);
	assert_sense(RUN(disk, {0x07, 0, 6, "00000000000f"}), 0, PARAMETER);
	assert_sense(RUN(disk, EXTENT, {0x07, 0, 6, "000000000000"}), 1, PROTECTED);
	assert_sense(RUN(disk, {0x23, 0, 1, "e0"}), 0, PARAMETER);
	assert_end(RUN(disk, {0x23, 0, 1, "df"}), 0, NORMAL);
	assert_end(RUN(disk, {0x23, 0, 1, "ff"}), 0, NORMAL);
}

static void multitrack_ends_with_the_cylinder(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x07, CC, 6, "00000000000e"}, {0x86, CC, 4096, NULL},
			 {0x86, CC, 4096, NULL}, {0x86, 0, 4096, NULL}),
		     3, END_OF_CYLINDER);
	/* In a domain it goes on. */
	assert_end(RUN(disk, EXTENT, {0x47, CC, 16, "06800003 0000000e 0000000e 01 ff 1000"},
		       {0x86, CC, 4096, NULL}, {0x86, CC, 4096, NULL}, {0x86, 0, 4096, NULL}),
		   4, NORMAL);
	assert_sense(RUN(disk, EXTENT, {0x47, CC, 16, "06800003 0000000e 0000000e 01 ff 1000"},
			 {0x06, CC, 4096, NULL}, {0x06, CC, 4096, NULL}, {0x06, 0, 4096, NULL}),
		     4, NO_RECORD);
	/* And outside of one, within the cylinder. */
	assert_end(RUN(disk, {0x07, CC, 6, "000000000001"}, {0xB1, CC, 5, "0000000203"},
		       {0x08, 0, 1, NULL}, {0x06, 0, 4096, NULL}),
		   3, NORMAL);
}

static void the_end_of_a_file_is_an_exception(void **state)
{
	struct disk *disk = *state;

	assert_end(RUN(disk, {0x63, CC, 16, "c0c00000 00000000 00000005 00000005"},
		       {0x47, CC, 16, "03000002 00000005 00000005 00 ff 0000"},
		       {0x1D, CC, 10, "00000005 01 02 0000 c1c2"},
		       {0x1D, 0, 8, "00000005 02 00 0000"}),
		   3, NORMAL);
	assert_end(RUN(disk, {0x07, CC, 6, "000000000005"}, {0x06, SLI, 10, NULL}), 1, EXCEPTION);
	assert_end(RUN(disk, {0x07, CC, 6, "000000000005"}, {0x0E, 0, 2, NULL}), 1, EXCEPTION);
	assert_bytes(disk->result.data[1], "c1c2");
	assert_end(
		RUN(disk, {0x07, CC, 6, "000000000005"}, {0x12, CC, 8, NULL}, {0x12, 0, 8, NULL}),
		2, NORMAL);
	assert_end(RUN(disk, {0x07, CC, 6, "000000000005"}, {0x1E, 0, 10, NULL}), 1, EXCEPTION);
}

static void a_read_only_disk_inhibits_writes(void **state)
{
	struct disk disk = {0};
	struct volume *volume = memory_volume_create(10);

	((struct memory_volume *)volume)->info.read_only = true;
	disk_open(&disk, volume, &(struct eckd_config){.control_unit = ECKD_3990_6});
	assert_sense(RUN(&disk, EXTENT, {0x47, 0, 16, "01000001 00000001 00000001 00 ff 0000"}), 1,
		     INHIBITED);
	assert_sense(RUN(&disk, {0x07, CC, 6, "000000000001"}, {0x31, CC, 5, "0000000100"},
			 {0x08, 0, 1, NULL}, {0x1D, SLI, 8, "0000000101000000"}),
		     3, INHIBITED);
	assert_int_equal(disk.memory->writes, 0);
	disk_close(&disk);
}

static void sense_data_say_where(void **state)
{
	struct disk *disk = *state;
	struct result *r =
		RUN(disk, EXTENT, {0x47, 0, 16, "06000001 0001000d 0001000d 01 ff 0000"});

	assert_sense(r, 1, NO_RECORD);
	assert_bytes(r->sense + 4, "00 01 0d 00");
	assert_bytes(r->sense + 29, "0001 0d");
}

static void sense_data_wait_until_they_are_taken(void **state)
{
	struct disk *disk = *state;

	disk->keeps_sense = true;
	assert_end(RUN(disk, {0xFF, SLI, 1, NULL}), 0, CHECK);
	assert_end(RUN(disk, {0x03, SLI, 1, NULL}), 0, NORMAL);
	assert_end(RUN(disk, {0x04, 0, 32, NULL}), 0, NORMAL);
	assert_bytes(disk->result.data[0], "80000000 00000001");
	assert_end(RUN(disk, {0x04, SLI, 24, NULL}), 0, NORMAL);
	assert_bytes(disk->result.data[0], "00000000 00000000");
	assert_end(RUN(disk, {0xFF, SLI, 1, NULL}), 0, CHECK);
	assert_end(RUN(disk, {0xE4, SLI, 20, NULL}), 0, NORMAL);
	assert_end(RUN(disk, {0x04, 0, 32, NULL}), 0, NORMAL);
	assert_bytes(disk->result.data[0], "00000000 00000000");
}

static void writes_outside_a_domain_follow_a_search(void **state)
{
	struct disk *disk = *state;

	assert_sense(RUN(disk, {0x07, CC, 6, "000000000001"}, {0x05, 0, 4096, NULL}), 1, SEQUENCE);
	assert_sense(RUN(disk, {0x07, CC, 6, "000000000001"}, {0x31, CC, 5, "0000000102"},
			 {0x08, 0, 1, NULL}, {0x06, CC, 4096, NULL}, {0x05, 0, 4096, NULL}),
		     4, SEQUENCE);
	/* High is not equal. */
	assert_sense(RUN(disk, {0x07, CC, 6, "000000000001"}, {0x51, CC, 5, "0000000102"},
			 {0x08, 0, 1, NULL}, {0x05, 0, 4096, NULL}),
		     3, SEQUENCE);
	assert_end(RUN(disk, {0x07, CC, 6, "000000000001"}, {0x31, CC, 5, "0000000102"},
		       {0x08, 0, 1, NULL}, {0x05, 0, 4096, "d5"}),
		   3, NORMAL);
	assert_bytes(disk->memory->tracks[1] + VOLUME_TRACK_HEADER + 4104 + 8, "d500");
}

static void a_domain_of_writes_may_end_in_a_read_count(void **state)
{
	struct disk *disk = *state;

	assert_end(RUN(disk, EXTENT, {0x47, CC, 16, "01010002 00000001 00000001 01 ff 0000"},
		       {0x85, CC, 4096, NULL}, {0x92, 0, 8, NULL}),
		   3, NORMAL);
	assert_bytes(disk->result.data[3], "00000001 02 00 1000");
	assert_sense(RUN(disk, EXTENT, {0x47, CC, 16, "01000002 00000001 00000001 01 ff 0000"},
			 {0x85, CC, 4096, NULL}, {0x92, 0, 8, NULL}),
		     3, SEQUENCE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(unknown_commands_are_rejected),
		TEST(commands_need_their_place),
		TEST(data_too_short_is_rejected),
		TEST(extents_are_checked),
		TEST(a_second_extent_agrees_with_the_first),
		TEST(a_2107_has_no_diagnostic_authorisation),
		TEST(locate_records_are_checked),
		TEST(extended_locate_records_are_checked),
		TEST(prefixes_are_checked),
		TEST(a_program_that_leaves_its_domain_is_told),
		TEST(the_file_mask_forbids_writes),
		TEST(the_file_mask_forbids_seeks),
		TEST(seeks_are_checked),
		TEST(multitrack_ends_with_the_cylinder),
		TEST(the_end_of_a_file_is_an_exception),
		TEST(a_read_only_disk_inhibits_writes),
		TEST(sense_data_say_where),
		TEST(sense_data_wait_until_they_are_taken),
		TEST(writes_outside_a_domain_follow_a_search),
		TEST(a_domain_of_writes_may_end_in_a_read_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
