/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A volume that fails at any of its calls, is not ready, or hands out damaged tracks. What was
 * acknowledged is stored, what was not stored is not acknowledged.
 */
#include "tests/device/harness.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int setup(void **state)
{
	disk_setup(state);
	for (uint32_t track = 1; track < 4; track++)
		format_track(*state, track, 12, 0, 4096);
	return 0;
}

static const struct step reading[] = {
	{0x63, CC, 16, "40c01000 00000000 00000001 00000003"},
	{0x47, CC, 16, "06800004 00000001 00000001 0b ff 1000"},
	{0x86, CC, 4096, NULL},
	{0x86, CC, 4096, NULL},
	{0x86, CC, 4096, NULL},
	{0x86, 0, 4096, NULL},
};

static const struct step writing[] = {
	{0x63, CC, 16, "80c01000 00000000 00000001 00000003"},
	{0x47, CC, 16, "01800004 00000001 00000001 0b ff 1000"},
	{0x85, CC, 4096, "a1"},
	{0x85, CC, 4096, "a2"},
	{0x85, CC, 4096, "a3"},
	{0x85, 0, 4096, "a4"},
};

static const struct step special_blocks[] = {
	{0x63, CC, 16, "80c01000 00000000 00000001 00000003"},
	{0x47, CC, 16, "01800001 00000001 00000001 01 ff 1000"},
	{0x8D, CC, 4096, "b1"},
	{0x47, CC, 16, "01800001 00000001 00000001 05 ff 1000"},
	{0x8D, CC, 4096, "b2"},
	{0x47, CC, 16, "01800001 00000002 00000002 05 ff 1000"},
	{0x8D, 0, 4096, "b3"},
};

static const struct step formatting[] = {
	{0x63, CC, 16, "00c00000 00000004 00000001 00000003"},
	{0x47, CC, 16, "03800004 00000001 00000001 00 ff 1000"},
	{0x1D, CC | SLI, 8, "00000001 01 00 1000"},
	{0x1D, CC | SLI, 8, "00000001 02 00 1000"},
	{0x9D, CC | SLI, 8, "00000002 01 00 1000"},
	{0x1D, SLI, 8, "00000002 02 00 1000"},
};

static const struct step track_writing[] = {
	{0xE7, CC, 64,
	 "01800000 00000000 00000000 80c01000 00000000 00000001 00000003"
	 "0000000000000000 0000000000000000 3f800003 00000001 00000001 0c ff 1000 0023 0000"},
	{0xA5, CC, 4096, "c1"},
	{0xA5, CC, 49152, "c2"},
	{0xA5, 0, 4096, "c3"},
};

static const struct step raw_writing[] = {
	{0x63, CC, 16, "c0c00000 00000000 00000001 00000003"},
	{0x4B, CC, 22, "3f000002 00000001 00000001 00 ff 0000 0011 0002 c000"},
	{0x95, CC | SLI, 40,
	 "00000001 00 00 0008 0000000000000000 00000001 01 00 0000 ffffffffffffffff"},
	{0x95, SLI, 40,
	 "00000002 00 00 0008 0000000000000000 00000002 01 00 0001 d1 ffffffffffffffff"},
};

static const struct step searching[] = {
	{0x07, CC, 6, "000000000001"},
	{0x31, CC, 5, "0000000105"},
	{0x08, 0, 1, NULL},
	{0x05, CC, 4096, "e1"},
	{0x07, CC, 6, "000000000003"},
	{0x31, CC, 5, "0000000301"},
	{0x08, 0, 5, NULL},
	{0x06, 0, 4096, NULL},
};

static const struct step erasing[] = {
	{0x63, CC, 16, "00c00000 00000000 00000001 00000003"},
	{0x47, CC, 16, "0b000001 00000001 00000001 03 00 0000"},
	{0x11, 0, 8, NULL},
};

static const struct program {
	const struct step *steps;
	unsigned int count;
} programs[] = {
#define PROGRAM(steps)                                                                             \
	{                                                                                          \
		steps, COUNT_OF(steps)                                                             \
	}
	PROGRAM(reading),	PROGRAM(writing),     PROGRAM(special_blocks), PROGRAM(formatting),
	PROGRAM(track_writing), PROGRAM(raw_writing), PROGRAM(searching),      PROGRAM(erasing),
};

/* Volumes and data of both disks are the same. */
static void assert_same(const struct disk *one, const struct disk *other, const struct program *p)
{
	for (uint32_t track = 0; track < 5; track++) {
		assert_int_equal(one->memory->lengths[track], other->memory->lengths[track]);
		if (one->memory->lengths[track])
			assert_memory_equal(one->memory->tracks[track],
					    other->memory->tracks[track],
					    one->memory->lengths[track]);
	}
	for (unsigned int i = 0; i < p->count; i++)
		assert_memory_equal(one->result.data[i], other->result.data[i], p->steps[i].count);
}

/* The n-th access fails, once; fewer than n: false. */
static bool run_with_fault(struct disk *disk, const struct program *p, bool write, unsigned int n,
			   int error)
{
	disk->memory->error = error;
	*(write ? &disk->memory->fail_write : &disk->memory->fail_read) = n;
	run_steps(disk, p->steps, p->count);
	if (disk->memory->fail_read || disk->memory->fail_write) {
		disk->memory->fail_read = disk->memory->fail_write = 0;
		return false;
	}
	return true;
}

static void waiting_leaves_no_trace(void **state)
{
	for (size_t i = 0; i < COUNT_OF(programs); i++)
		for (int write = 0; write < 2; write++)
			for (unsigned int n = 1, more = 1; more; n++) {
				void *calm, *waiting;

				setup(&calm);
				setup(&waiting);
				run_steps(calm, programs[i].steps, programs[i].count);
				assert_end(&((struct disk *)calm)->result, programs[i].count - 1,
					   NORMAL);
				more = run_with_fault(waiting, &programs[i], write, n, -EAGAIN);
				assert_end(&((struct disk *)waiting)->result, programs[i].count - 1,
					   NORMAL);
				if (!channel_is_real)
					assert_int_equal(((struct disk *)waiting)->result.waits,
							 ((struct disk *)calm)->result.waits +
								 more);
				assert_same(calm, waiting, &programs[i]);
				disk_teardown(&calm);
				disk_teardown(&waiting);
			}
}

static void a_volume_that_is_never_ready_makes_no_difference(void **state)
{
	for (size_t i = 0; i < COUNT_OF(programs); i++) {
		void *calm, *waiting;

		setup(&calm);
		setup(&waiting);
		((struct disk *)waiting)->memory->never_ready = true;
		run_steps(calm, programs[i].steps, programs[i].count);
		run_steps(waiting, programs[i].steps, programs[i].count);
		assert_end(&((struct disk *)waiting)->result, programs[i].count - 1, NORMAL);
		assert_true(channel_is_real || ((struct disk *)waiting)->result.waits > 0);
		assert_same(calm, waiting, &programs[i]);
		disk_teardown(&calm);
		disk_teardown(&waiting);
	}
}

static void errors_end_the_program(void **state)
{
	static const struct {
		int error;
		uint8_t byte0, byte1, message;
	} errors[] = {
		{-EIO, 0x10, 0x00, 0x10},
		{-ENOSPC, 0x10, 0x02, 0x04},
		{-EROFS, 0x10, 0x02, 0x04},
	};

	for (size_t e = 0; e < COUNT_OF(errors); e++)
		for (size_t i = 0; i < COUNT_OF(programs); i++)
			for (int write = 0; write < 2; write++)
				for (unsigned int n = 1;; n++) {
					struct disk *disk;
					bool failed;

					setup((void **)&disk);
					failed = run_with_fault(disk, &programs[i], write, n,
								errors[e].error);
					if (failed)
						assert_sense(&disk->result, disk->result.last,
							     errors[e].byte0, errors[e].byte1,
							     errors[e].message);
					/* The next one has a fresh start. */
					run_steps(disk, programs[i].steps, programs[i].count);
					assert_end(&disk->result, programs[i].count - 1, NORMAL);
					disk_teardown((void **)&disk);
					if (!failed)
						break;
				}
}

static void damaged_tracks_are_data_checks(void **state)
{
	struct disk *disk = *state;

	disk->memory->error = -EUCLEAN;
	disk->memory->fail_read = 1;
	run_steps(disk, reading, COUNT_OF(reading));
	assert_sense(&disk->result, 1, 0x08, 0, 0x41);
	assert_bytes(disk->result.sense + 8, "00000001");
}

static void formatting_repairs_a_damaged_track(void **state)
{
	struct disk *disk = *state;

	/* The first track, then the second. */
	for (unsigned int n = 1; n < 3; n++) {
		disk->memory->error = -EUCLEAN;
		disk->memory->fail_read = n;
		/* It is written whole: the volume has nothing to compare it with. */
		memset(disk->memory->tracks[n], 0, TRACK_SIZE);
		run_steps(disk, formatting, COUNT_OF(formatting));
		assert_end(&disk->result, COUNT_OF(formatting) - 1, NORMAL);
		assert_true(volume_track_is_valid(disk->memory->tracks[n], disk->memory->lengths[n],
						  n, 15));
		eckd_ops.reset(disk->eckd, NULL, CSS_RESET_SYSTEM);
	}
}

static void images_full_of_garbage_do_no_harm(void **state)
{
	struct disk *disk = *state;
	uint32_t seed = 1;

	for (unsigned int round = 0; round < 300; round++) {
		for (uint32_t track = 1; track < 4; track++) {
			format_track(disk, track, 12, 0, 4096);
			for (unsigned int i = 0; i < 40; i++) {
				seed = seed * 1664525 + 1013904223;
				/* Count fields more often than data. */
				disk->memory->tracks[track][i % 2 ? seed % 21
								  : 21 + seed / 64 % 13 * 4104 +
									    seed % 8] =
					(uint8_t)(seed >> 24);
			}
			if (round % 3 == 0)
				disk->memory->lengths[track] = seed % TRACK_SIZE;
		}
		run_steps(disk, reading, COUNT_OF(reading));
		run_steps(disk, searching, 4);
		for (uint32_t track = 1; track < 4; track++)
			disk->memory->lengths[track] = 0;
	}
}

static void updates_of_one_track_are_one_write(void **state)
{
	struct disk *disk = *state;

	run_steps(disk, special_blocks, COUNT_OF(special_blocks));
	assert_end(&disk->result, COUNT_OF(special_blocks) - 1, NORMAL);
	assert_int_equal(disk->memory->writes, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_leaves_no_trace),
		cmocka_unit_test(a_volume_that_is_never_ready_makes_no_difference),
		cmocka_unit_test(errors_end_the_program),
		TEST(damaged_tracks_are_data_checks),
		TEST(formatting_repairs_a_damaged_track),
		TEST(images_full_of_garbage_do_no_harm),
		TEST(updates_of_one_track_are_one_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
