/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Reading and writing tracks of CKD images, on a host that fails, waits and kills. */
#include "tests/volume/fixture.h"
#include "tests/volume/host.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME	  "v.ckd"
#define CYLINDERS 2u
#define TRACKS	  (CYLINDERS * HEADS)

static struct volume *volume;

static int setup(void **state)
{
	host = (struct host){0};
	if (fixture_setup(state))
		return -1;
	fixture_create(NAME, CYLINDERS);
	volume = fixture_open(NAME, false, VOLUME_WRITEBACK);
	host = (struct host){0};
	return 0;
}

static int teardown(void **state)
{
	host = (struct host){0};
	volume_close(volume);
	return fixture_teardown(state);
}

static void reopen(enum volume_cache cache)
{
	volume_close(volume);
	volume = fixture_open(NAME, false, cache);
	host = (struct host){0};
}

static size_t read_track(uint32_t track, uint8_t *image)
{
	size_t length;

	assert_int_equal(volume->ops->read_track(volume, track, image, &length, 0), 0);
	return length;
}

static void write_track(uint32_t track, const uint8_t *image, size_t length, size_t changed,
			size_t size)
{
	assert_int_equal(volume->ops->write_track(volume, track, image, length, changed, size, 0),
			 0);
}

static void assert_track_is(uint32_t track, const uint8_t *image, size_t length)
{
	static uint8_t stored[TRACK_SIZE];

	assert_int_equal(read_track(track, stored), length);
	assert_memory_equal(stored, image, length);
}

static void assert_track_is_empty(uint32_t track)
{
	uint8_t image[VOLUME_TRACK_HEADER + VOLUME_TRACK_END];

	assert_track_is(track, image, volume_track_make_empty(image, track, HEADS));
}

static void a_track_never_written_is_empty_and_takes_no_space(void **state)
{
	struct volume_info info;

	for (uint32_t track = 0; track < TRACKS; track++)
		assert_track_is_empty(track);
	volume->ops->get_info(volume, &info);
	assert_true(info.bytes_allocated <= 8192);
}

static void a_track_outside_the_volume_is_refused(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, TRACKS, 0, 0, 0, 0);

	assert_int_equal(volume->ops->read_track(volume, TRACKS, image, &length, 0), -EINVAL);
	assert_int_equal(volume->ops->read_track(volume, UINT32_MAX, image, &length, 0), -EINVAL);
	assert_int_equal(volume->ops->write_track(volume, TRACKS, image, length, 0, length, 0),
			 -EINVAL);
}

static void what_was_written_is_read_in_its_place_only(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 16, 12, 0, 4096, 0x5a);

	write_track(16, image, length, VOLUME_TRACK_HEADER, length - VOLUME_TRACK_HEADER);
	assert_track_is(16, image, length);
	assert_track_is_empty(15);
	assert_track_is_empty(17);
	reopen(VOLUME_WRITEBACK);
	assert_track_is(16, image, length);
}

static void a_hole_gets_its_home_address_with_the_first_record(void **state)
{
	uint8_t image[TRACK_SIZE], stored[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 1, 4, 24, 0x11);

	write_track(3, image, length, VOLUME_TRACK_HEADER, length - VOLUME_TRACK_HEADER);
	fixture_peek(NAME, fixture_track_offset(3), stored, sizeof(stored));
	assert_memory_equal(stored, image, length);
}

static void an_ill_formed_track_is_not_written(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 2, 0, 4096, 0x11);

	assert_int_equal(volume->ops->write_track(volume, 4, image, length, 0, length, 0), -EINVAL);
	assert_int_equal(volume->ops->write_track(volume, 3, image, length - 1, 0, 1, 0), -EINVAL);
	assert_int_equal(volume->ops->write_track(volume, 3, image, length + 1, 0, 1, 0), -EINVAL);
	assert_int_equal(volume->ops->write_track(volume, 3, image, length, length, 1, 0), -EINVAL);
	assert_int_equal(volume->ops->write_track(volume, 3, image, length, length + 1, 0, 0),
			 -EINVAL);
	image[VOLUME_TRACK_HEADER + 6] ^= 1;
	assert_int_equal(volume->ops->write_track(volume, 3, image, length, 0, length, 0), -EINVAL);
	assert_int_equal(host.writes, 0);
	assert_track_is_empty(3);
}

static void a_data_write_touches_its_bytes_only(void **state)
{
	uint8_t image[TRACK_SIZE], stored[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 12, 0, 4096, 0x11);
	size_t record = VOLUME_TRACK_HEADER + 5 * (8 + 4096) + 8;

	write_track(3, image, length, 0, length);
	host = (struct host){0};
	memset(image + record, 0x22, 4096);
	write_track(3, image, length, record, 4096);
	assert_int_equal(host.writes, 1);
	assert_int_equal(host.bytes_written, 4096);
	fixture_peek(NAME, fixture_track_offset(3), stored, length);
	assert_memory_equal(stored, image, length);
}

static void a_data_write_after_a_new_start_is_as_short(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 12, 0, 4096, 0x11);

	write_track(3, image, length, 0, length);
	reopen(VOLUME_WRITEBACK);
	image[100] = 0x33;
	write_track(3, image, length, 100, 1);
	assert_int_equal(host.bytes_written, 1);
	assert_track_is(3, image, length);
}

static void a_malformed_track_is_never_handed_out(void **state)
{
	uint8_t image[TRACK_SIZE], stored[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 2, 0, 4096, 0x11), size;
	uint8_t bad = 0xee;

	write_track(3, image, length, 0, length);
	fixture_poke(NAME, fixture_track_offset(3) + VOLUME_TRACK_HEADER + 6, &bad, 1);
	assert_int_equal(volume->ops->read_track(volume, 3, stored, &size, 0), -EUCLEAN);
	reopen(VOLUME_WRITEBACK);
	assert_int_equal(volume->ops->write_track(volume, 3, image, length, 100, 1, 0), -EUCLEAN);
	write_track(3, image, length, 0, length); /* a whole one repairs it */
	assert_track_is(3, image, length);
}

static void a_file_cut_short_is_an_error_and_no_signal(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length;

	assert_int_equal(truncate(NAME, (off_t)fixture_track_offset(10) + 100), 0);
	assert_int_equal(volume->ops->read_track(volume, 10, image, &length, 0), -EIO);
	assert_int_equal(volume->ops->read_track(volume, 11, image, &length, 0), -EIO);
	assert_track_is_empty(9);
}

/* Two tracks, and what a write makes of the one. */
struct change {
	uint8_t old[TRACK_SIZE], new[TRACK_SIZE];
	size_t old_length, new_length;
	size_t changed;
	bool from_hole;
};

/* The k-th kind of change to a track. Each has its own old and new chain of records. */
static bool make_change(struct change *change, unsigned int k, uint32_t track)
{
	size_t at = VOLUME_TRACK_HEADER + 3 * (8 + 4096);

	memset(change, 0, sizeof(*change));
	change->old_length = fixture_track(change->old, track, 12, 0, 4096, 0x11);
	change->changed = VOLUME_TRACK_HEADER;
	switch (k) {
	case 0: /* format a hole */
		change->from_hole = true;
		change->old_length = fixture_track(change->old, track, 0, 0, 0, 0);
		change->new_length = fixture_track(change->new, track, 12, 0, 4096, 0x22);
		return true;
	case 1: /* format an empty track */
		change->old_length = fixture_track(change->old, track, 0, 0, 0, 0);
		change->new_length = fixture_track(change->new, track, 12, 0, 4096, 0x22);
		return true;
	case 2: /* the same with other blocks */
		change->new_length = fixture_track(change->new, track, 33, 0, 1024, 0x22);
		return true;
	case 3: /* erase the rest of the track from the middle on */
		memcpy(change->new, change->old, at + 8);
		memset(change->new + at, 0xff, VOLUME_TRACK_END);
		change->new_length =
			fixture_add_record(change->new, at + VOLUME_TRACK_END, 4, 44, 96, 0x33);
		change->changed = at;
		return true;
	case 4: /* one more record */
		change->old_length = fixture_track(change->old, track, 11, 0, 4096, 0x11);
		memcpy(change->new, change->old, sizeof(change->new));
		change->changed = change->old_length - VOLUME_TRACK_END;
		change->new_length =
			fixture_add_record(change->new, change->old_length, 12, 0, 4096, 0x22);
		return true;
	case 5: /* data before, then other records */
		memcpy(change->new, change->old, at);
		memset(change->new + at - 100, 0x44, 100);
		memset(change->new + at, 0xff, VOLUME_TRACK_END);
		change->new_length =
			fixture_add_record(change->new, at + VOLUME_TRACK_END, 4, 0, 20000, 0x33);
		change->changed = at - 100;
		return true;
	case 6: /* no records any more */
		change->new_length = fixture_track(change->new, track, 0, 0, 0, 0);
		return true;
	default:
		return false;
	}
}

static void store_old(const struct change *change, uint32_t track)
{
	if (!change->from_hole)
		write_track(track, change->old, change->old_length, 0, change->old_length);
	assert_track_is(track, change->old, change->old_length);
	host = (struct host){0};
}

static int apply(const struct change *change, uint32_t track)
{
	return volume->ops->write_track(volume, track, change->new, change->new_length,
					change->changed, change->new_length - change->changed, 0);
}

static uint32_t killed_track;
static unsigned int states_seen;

/* What another process would find if this one were killed now. */
static void check_stored_track(void)
{
	static uint8_t stored[TRACK_SIZE];

	fixture_peek(NAME, fixture_track_offset(killed_track), stored, sizeof(stored));
	assert_true(volume_track_is_valid(stored, sizeof(stored), killed_track, HEADS));
	states_seen++;
}

static void a_track_is_well_formed_wherever_a_write_is_killed(void **state)
{
	static struct change change;

	states_seen = 0;
	for (killed_track = 0; killed_track < TRACKS; killed_track++) {
		if (!make_change(&change, killed_track % 7, killed_track))
			fail();
		store_old(&change, killed_track);
		host.after_page = check_stored_track;
		assert_int_equal(apply(&change, killed_track), 0);
		host.after_page = NULL;
		assert_track_is(killed_track, change.new, change.new_length);
	}
	assert_true(states_seen > 200);
}

/* In a child: changes tracks, each in all ways in turn, until it is killed. */
static void change_tracks_for_ever(unsigned int round)
{
	struct volume_open_options options = {.read_only = false};
	static struct change change;

	if (volume_open(NAME, &options, &volume, NULL))
		_exit(1);
	for (unsigned int k = round;; k++) {
		uint32_t track = k % TRACKS;

		make_change(&change, k % 7, track);
		if (volume->ops->write_track(volume, track, change.old, change.old_length, 0,
					     change.old_length, 0) ||
		    apply(&change, track))
			_exit(2);
	}
}

static void a_killed_writer_leaves_every_track_readable(void **state)
{
	int status;

	volume_close(volume);
	for (unsigned int round = 0; round < 20; round++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (!child)
			change_tracks_for_ever(round);
		usleep(1000 + round * 433);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		volume = fixture_open(NAME, false, VOLUME_WRITEBACK);
		for (uint32_t track = 0; track < TRACKS; track++) {
			static uint8_t image[TRACK_SIZE];

			read_track(track, image);
		}
		volume_close(volume);
	}
	volume = fixture_open(NAME, false, VOLUME_WRITEBACK);
}

static void check_refused_write(unsigned int k, uint32_t track)
{
	static struct change change;
	unsigned int pages;

	for (pages = 1;; pages++) {
		host = (struct host){0};
		volume_close(volume);
		unlink(NAME);
		fixture_create(NAME, CYLINDERS);
		volume = fixture_open(NAME, false, VOLUME_WRITEBACK);
		assert_true(make_change(&change, k, track));
		store_old(&change, track);
		host.fail_after_pages = pages;
		host.write_error = pages % 2 ? ENOSPC : EIO;
		if (!apply(&change, track))
			break;
		host = (struct host){0};
		assert_track_is(track, change.old, change.old_length);
		reopen(VOLUME_WRITEBACK);
		assert_track_is(track, change.old, change.old_length);
	}
	assert_true(pages > 1);
	assert_track_is(track, change.new, change.new_length);
}

static void a_write_that_the_host_refuses_midway_is_taken_back(void **state)
{
	for (unsigned int k = 0; k < 7; k++)
		check_refused_write(k, 10 + k);
}

static void errors_of_the_host_have_their_own_numbers(void **state)
{
	static const struct {
		int host, expected;
	} cases[] = {
		{ENOSPC, -ENOSPC}, {EDQUOT, -ENOSPC}, {EFBIG, -ENOSPC},
		{EIO, -EIO},	   {EROFS, -EROFS},
	};
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 5, 1, 0, 100, 1);

	write_track(5, image, length, 0, length);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		host = (struct host){.fail_after_pages = 1, .write_error = cases[i].host};
		host.pages = 1;
		assert_int_equal(volume->ops->write_track(volume, 5, image, length, 40, 1, 0),
				 cases[i].expected);
	}
}

static bool track_is_filled(uint32_t track, uint8_t fill)
{
	static uint8_t image[TRACK_SIZE], stored[TRACK_SIZE];
	size_t length = fixture_track(image, track, 12, 0, 4096, fill), stored_length;

	return !volume->ops->read_track(volume, track, stored, &stored_length, 0) &&
	       stored_length == length && !memcmp(stored, image, length);
}

static bool track_is_empty(uint32_t track)
{
	static uint8_t stored[TRACK_SIZE];
	size_t length;

	return !volume->ops->read_track(volume, track, stored, &length, 0) &&
	       length == VOLUME_TRACK_HEADER + VOLUME_TRACK_END;
}

static bool set_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return written;
}

/* A mount namespace of our own; who is not root needs a user namespace, in which it is. */
static bool enter_namespace(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %d 1", (int)getuid());
	if (unshare(CLONE_NEWNS) &&
	    (unshare(CLONE_NEWUSER | CLONE_NEWNS) || !set_file("/proc/self/uid_map", map)))
		return false;
	return !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

/*
 * In a child: a file system of one megabyte of its own, written until it is full. The exit status
 * says what went wrong; 77: no such file system is allowed.
 */
static int fill_a_small_disk(void)
{
	struct volume_open_options options = {.read_only = false};
	static uint8_t image[TRACK_SIZE];
	uint32_t track = 0;
	size_t length;

	if (!enter_namespace() || mkdir("small", 0700) ||
	    mount("none", "small", "tmpfs", 0, "size=1m"))
		return 77;
	if (volume_ckd_create("small/" NAME, volume_model_find("3390-1"), CYLINDERS, NULL, NULL) ||
	    volume_open("small/" NAME, &options, &volume, NULL))
		return 1;
	do {
		length = fixture_track(image, track, 12, 0, 4096, (uint8_t)track);
	} while (!volume->ops->write_track(volume, track, image, length, 0, length, 0) &&
		 ++track < TRACKS);
	if (volume->ops->write_track(volume, track, image, length, 0, length, 0) != -ENOSPC)
		return 2;
	if (track < 10 || !track_is_filled(0, 0) ||
	    !track_is_filled(track - 1, (uint8_t)(track - 1)))
		return 3;
	return track_is_empty(track) ? 0 : 4;
}

static void a_full_disk_leaves_the_image_valid(void **state)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child)
		_exit(fill_a_small_disk());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("SKIP: no file system can be mounted in a user namespace here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_file_size_limit_is_a_full_disk(void **state)
{
	struct rlimit limit, small;
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 20, 12, 0, 4096, 1);

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_IGN);
	small = limit;
	small.rlim_cur = fixture_track_offset(20) + 10000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(volume->ops->write_track(volume, 20, image, length, 0, length, 0),
			 -ENOSPC);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_track_is_empty(20);
}

static void nowait_reads_what_is_cached_and_nothing_else(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = 0;

	host.nowait_error = EAGAIN;
	assert_int_equal(volume->ops->read_track(volume, 3, image, &length, VOLUME_NOWAIT),
			 -EAGAIN);
	assert_int_equal(volume->ops->read_track(volume, 3, image, &length, 0), 0);
	host.nowait_error = EOPNOTSUPP;
	assert_int_equal(volume->ops->read_track(volume, 3, image, &length, VOLUME_NOWAIT),
			 -EAGAIN);
}

static void a_nowait_write_that_would_wait_changes_nothing(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 12, 0, 4096, 1);

	host.nowait_error = EAGAIN;
	assert_int_equal(
		volume->ops->write_track(volume, 3, image, length, 0, length, VOLUME_NOWAIT),
		-EAGAIN);
	assert_int_equal(host.writes, 0);
	assert_track_is_empty(3);
}

static int write_nowait(const uint8_t *image, size_t length)
{
	return volume->ops->write_track(volume, 3, image, length, 40, 1, VOLUME_NOWAIT);
}

static void a_host_that_holds_writers_back_makes_nowait_ask_again(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 1, 0, 4096, 1);

	write_track(3, image, length, 0, length);
	host.sleeping_writes = true;
	write_track(3, image, length, 40, 1); /* a suspicion */
	write_track(3, image, length, 40, 1); /* and its proof */
	assert_int_equal(write_nowait(image, length), -EAGAIN);
	host.sleeping_writes = false;
	host.busy_writes = true;
	usleep(150000);
	assert_int_equal(write_nowait(image, length), 0);
}

/* A busy host takes the processor away; to write elsewhere would not help. */
static void a_writer_that_lost_its_processor_is_not_held_back(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 1, 0, 4096, 1);

	write_track(3, image, length, 0, length);
	host.busy_writes = true;
	usleep(150000); /* whatever that real write met is over */
	for (int i = 0; i < 10; i++)
		assert_int_equal(write_nowait(image, length), 0);
}

static void writethrough_is_durable_when_it_returns(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 12, 0, 4096, 1);

	reopen(VOLUME_WRITETHROUGH);
	assert_int_equal(
		volume->ops->write_track(volume, 3, image, length, 0, length, VOLUME_NOWAIT),
		-EAGAIN);
	write_track(3, image, length, 0, length);
	assert_int_equal(host.durable_writes, host.writes);
	assert_true(host.writes > 0);
	assert_int_equal(volume->ops->flush(volume), 0);
	assert_int_equal(host.syncs, 0);
}

static void flush_syncs_only_what_was_written(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 12, 0, 4096, 1);

	assert_int_equal(volume->ops->flush(volume), 0);
	assert_int_equal(host.syncs, 0);
	write_track(3, image, length, 0, length);
	assert_int_equal(volume->ops->flush(volume), 0);
	assert_int_equal(volume->ops->flush(volume), 0);
	assert_int_equal(host.syncs, 1);
	assert_int_equal(host.durable_writes, 0);
	write_track(3, image, length, 40, 1);
	reopen(VOLUME_WRITEBACK); /* closing flushes: counted before the host forgets */
}

static void close_flushes(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 12, 0, 4096, 1);

	write_track(3, image, length, 0, length);
	volume_close(volume);
	assert_int_equal(host.syncs, 1);
	volume = fixture_open(NAME, false, VOLUME_WRITEBACK);
}

static void a_flush_error_is_reported_once(void **state)
{
	uint8_t image[TRACK_SIZE];
	size_t length = fixture_track(image, 3, 12, 0, 4096, 1);

	write_track(3, image, length, 0, length);
	host.sync_error = EIO;
	assert_int_equal(volume->ops->flush(volume), -EIO);
	assert_int_equal(volume->ops->flush(volume), 0);
}

#define THREADS 4u
#define ROUNDS	50u

/* Each thread has every fourth track: no two calls at once for the same one. */
static void *use_own_tracks(void *argument)
{
	uint32_t first = *(uint32_t *)argument;
	uint8_t image[TRACK_SIZE], stored[TRACK_SIZE];
	uintptr_t wrong = 0;
	size_t length, stored_length;

	for (unsigned int round = 0; round < ROUNDS; round++) {
		uint32_t track = first + round % (TRACKS / THREADS) * THREADS;

		length = fixture_track(image, track, 1 + round % 12, 0, 4096, (uint8_t)round);
		wrong += volume->ops->write_track(volume, track, image, length, 0, length, 0) != 0;
		wrong += volume->ops->read_track(volume, track, stored, &stored_length, 0) != 0;
		wrong += stored_length != length || memcmp(stored, image, length);
		if (round % 16 == 0)
			wrong += volume->ops->flush(volume) != 0;
	}
	return (void *)wrong;
}

static void threads_use_different_tracks_at_once(void **state)
{
	uint32_t first[THREADS];
	pthread_t threads[THREADS];
	void *wrong;

	for (uint32_t i = 0; i < THREADS; i++) {
		first[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, use_own_tracks, &first[i]), 0);
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_track_never_written_is_empty_and_takes_no_space),
		TEST(a_track_outside_the_volume_is_refused),
		TEST(what_was_written_is_read_in_its_place_only),
		TEST(a_hole_gets_its_home_address_with_the_first_record),
		TEST(an_ill_formed_track_is_not_written),
		TEST(a_data_write_touches_its_bytes_only),
		TEST(a_data_write_after_a_new_start_is_as_short),
		TEST(a_malformed_track_is_never_handed_out),
		TEST(a_file_cut_short_is_an_error_and_no_signal),
		TEST(a_track_is_well_formed_wherever_a_write_is_killed),
		TEST(a_killed_writer_leaves_every_track_readable),
		TEST(a_write_that_the_host_refuses_midway_is_taken_back),
		TEST(errors_of_the_host_have_their_own_numbers),
		TEST(a_full_disk_leaves_the_image_valid),
		TEST(a_file_size_limit_is_a_full_disk),
		TEST(nowait_reads_what_is_cached_and_nothing_else),
		TEST(a_nowait_write_that_would_wait_changes_nothing),
		TEST(a_host_that_holds_writers_back_makes_nowait_ask_again),
		TEST(a_writer_that_lost_its_processor_is_not_held_back),
		TEST(writethrough_is_durable_when_it_returns),
		TEST(flush_syncs_only_what_was_written),
		TEST(close_flushes),
		TEST(a_flush_error_is_reported_once),
		TEST(threads_use_different_tracks_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
