/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Storage: mappings, look-ups, pins, channel memory, and changes while channels run. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "css/storage_impl.h"

#define PAGE 4096u

static uint8_t memory[64 * PAGE];

static int setup(void **state)
{
	struct css_storage *storage;

	assert_int_equal(css_storage_create(&storage), 0);
	*state = storage;
	return 0;
}

static int teardown(void **state)
{
	css_storage_destroy(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int map(struct css_storage *storage, uint64_t guest, uint64_t size)
{
	return css_storage_map(storage, guest, size, memory, true, true);
}

static void bad_ranges_are_refused(void **state)
{
	struct css_storage *storage = *state;

	assert_int_equal(map(storage, 0, 0), -EINVAL);
	assert_int_equal(map(storage, 1, PAGE), -EINVAL);
	assert_int_equal(map(storage, 0, 100), -EINVAL);
	assert_int_equal(map(storage, 0xFFFFFFFFFFFFF000ull, PAGE), -EINVAL);
	assert_int_equal(map(storage, 0xFFFFFFFFFFFFE000ull, 3 * PAGE), -EINVAL);
	assert_int_equal(css_storage_unmap(storage, 0, 0), -EINVAL);
	assert_int_equal(css_storage_unmap(storage, 1, PAGE), -EINVAL);
	assert_int_equal(css_storage_unmap(storage, 0xFFFFFFFFFFFFF000ull, 2 * PAGE), -EINVAL);
	assert_int_equal(css_storage_unmap(storage, 0, PAGE), 0);
}

static void mappings_do_not_overlap(void **state)
{
	struct css_storage *storage = *state;

	assert_int_equal(map(storage, 4 * PAGE, 4 * PAGE), 0);
	assert_int_equal(map(storage, 4 * PAGE, 4 * PAGE), -EEXIST);
	assert_int_equal(map(storage, 3 * PAGE, 2 * PAGE), -EEXIST);
	assert_int_equal(map(storage, 7 * PAGE, 2 * PAGE), -EEXIST);
	assert_int_equal(map(storage, 5 * PAGE, PAGE), -EEXIST);
	assert_int_equal(map(storage, 0, 16 * PAGE), -EEXIST);
	assert_int_equal(map(storage, 3 * PAGE, PAGE), 0);
	assert_int_equal(map(storage, 8 * PAGE, PAGE), 0);
}

static void the_number_of_mappings_is_limited(void **state)
{
	struct css_storage *storage = *state;
	uint64_t count = 0;

	/* From the top down is the slow order; upwards it is an append. */
	while (count < 100000 && !map(storage, 2 * count * PAGE, PAGE))
		count++;
	assert_int_equal(count, 65535);
	assert_int_equal(map(storage, 2 * count * PAGE, PAGE), -ENOSPC);
	assert_int_equal(css_storage_unmap(storage, 0, PAGE), PAGE);
	assert_int_equal(map(storage, 2 * count * PAGE, PAGE), 0);
}

static void unmap_takes_whole_mappings_only(void **state)
{
	struct css_storage *storage = *state;
	size_t length = 1;

	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(map(storage, (4 + 4 * i) * PAGE, 2 * PAGE), 0);
	assert_int_equal(css_storage_unmap(storage, 4 * PAGE, PAGE), -EINVAL);
	assert_int_equal(css_storage_unmap(storage, 5 * PAGE, 4 * PAGE), -EINVAL);
	assert_int_equal(css_storage_unmap(storage, 6 * PAGE, 2 * PAGE), 0);
	assert_int_equal(css_storage_unmap(storage, 7 * PAGE, 8 * PAGE), 4 * PAGE);
	assert_non_null(css_storage_at(storage, 5 * PAGE, &length, true));
	assert_null(css_storage_at(storage, 8 * PAGE, &length, true));
	assert_null(css_storage_at(storage, 12 * PAGE, &length, true));
	assert_non_null(css_storage_at(storage, 16 * PAGE, &length, true));
	assert_int_equal(css_storage_unmap(storage, 0, 1ull << 63), 4 * PAGE);
	assert_null(css_storage_at(storage, 5 * PAGE, &length, true));
}

static void a_lookup_gives_what_is_contiguous(void **state)
{
	struct css_storage *storage = *state;
	size_t length;

	assert_int_equal(css_storage_map(storage, PAGE, 2 * PAGE, memory, true, true), 0);
	assert_int_equal(css_storage_map(storage, 3 * PAGE, PAGE, memory + 8 * PAGE, true, false),
			 0);
	length = 100;
	assert_ptr_equal(css_storage_at(storage, PAGE + 5, &length, true), memory + 5);
	assert_int_equal(length, 100);
	length = SIZE_MAX;
	assert_ptr_equal(css_storage_at(storage, PAGE + 5, &length, true), memory + 5);
	assert_int_equal(length, 2 * PAGE - 5);
	assert_null(css_storage_at(storage, 3 * PAGE, &length, true));
	assert_ptr_equal(css_storage_at(storage, 3 * PAGE, &length, false), memory + 8 * PAGE);
	assert_null(css_storage_at(storage, 4 * PAGE, &length, false));
	assert_null(css_storage_at(storage, 0, &length, false));
	assert_null(css_storage_at(storage, 0xFFFFFFFFFFFFF000ull, &length, false));
}

static void copies_cross_mappings_and_fail_at_holes(void **state)
{
	struct css_storage *storage = *state;
	uint8_t bytes[64], back[64];

	assert_int_equal(css_storage_map(storage, PAGE, PAGE, memory + 4 * PAGE, true, true), 0);
	assert_int_equal(css_storage_map(storage, 2 * PAGE, PAGE, memory, true, true), 0);
	for (int i = 0; i < 64; i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(css_storage_write(storage, 2 * PAGE - 32, bytes, 64), 0);
	assert_memory_equal(memory + 5 * PAGE - 32, bytes, 32);
	assert_memory_equal(memory, bytes + 32, 32);
	assert_int_equal(css_storage_read(storage, 2 * PAGE - 32, back, 64), 0);
	assert_memory_equal(back, bytes, 64);
	assert_int_equal(css_storage_read(storage, 3 * PAGE - 32, back, 64), -EFAULT);
	assert_int_equal(css_storage_write(storage, PAGE - 1, bytes, 2), -EFAULT);
	assert_int_equal(css_storage_read(storage, 0xFFFFFFFFFFFFFFF0ull, back, 64), -EFAULT);
}

static void pins_are_all_or_none(void **state)
{
	struct css_storage *storage = *state;

	assert_int_equal(map(storage, 0, 4 * PAGE), 0);
	assert_int_equal(map(storage, 4 * PAGE, 4 * PAGE), 0);
	assert_int_equal(css_storage_map(storage, 8 * PAGE, PAGE, memory, true, false), 0);
	assert_int_equal(css_storage_pin(storage, 2 * PAGE, 4), 0);
	assert_int_equal(css_storage_pinned(storage), 4);
	assert_int_equal(css_storage_pin(storage, 6 * PAGE, 3), -EFAULT); /* not writable */
	assert_int_equal(css_storage_pin(storage, 16 * PAGE, 1), -EFAULT);
	assert_int_equal(css_storage_pin(storage, 100, 1), -EFAULT);
	assert_int_equal(css_storage_pinned(storage), 4);
	css_storage_unpin(storage, 2 * PAGE, 4);
	assert_int_equal(css_storage_pinned(storage), 0);
	assert_int_equal(css_storage_unmap(storage, 0, 16 * PAGE), 9 * PAGE);
}

static void pinned_pages_are_not_unmapped(void **state)
{
	struct css_storage *storage = *state;

	assert_int_equal(map(storage, 0, 4 * PAGE), 0);
	assert_int_equal(map(storage, 4 * PAGE, 4 * PAGE), 0);
	assert_int_equal(css_storage_pin(storage, 5 * PAGE, 1), 0);
	assert_int_equal(css_storage_unmap(storage, 0, 8 * PAGE), -EBUSY);
	/* Other mappings come and go, the pin stays with its own. */
	assert_int_equal(css_storage_unmap(storage, 0, 4 * PAGE), 4 * PAGE);
	assert_int_equal(css_storage_unmap(storage, 4 * PAGE, 4 * PAGE), -EBUSY);
	css_storage_unpin(storage, 5 * PAGE, 1);
	assert_int_equal(css_storage_unmap(storage, 4 * PAGE, 4 * PAGE), 4 * PAGE);
}

static void the_generation_changes_with_the_map(void **state)
{
	struct css_storage *storage = *state;
	uint64_t before = css_storage_generation(storage);

	assert_int_not_equal(before, 0);
	assert_int_equal(map(storage, 0, PAGE), 0);
	assert_int_not_equal(css_storage_generation(storage), before);
	before = css_storage_generation(storage);
	assert_int_equal(map(storage, 0, PAGE), -EEXIST);
	assert_int_equal(css_storage_unmap(storage, PAGE, PAGE), 0);
	assert_int_equal(css_storage_generation(storage), before);
	assert_int_equal(css_storage_unmap(storage, 0, PAGE), PAGE);
	assert_int_not_equal(css_storage_generation(storage), before);
}

/* Channel memory */

static void channel_memory_is_zeroed_and_found_by_its_bus_address(void **state)
{
	struct css_storage *storage = *state;
	static const uint8_t zeros[5000];
	uint32_t bus, other_bus;
	void *address, *other;
	size_t length;

	assert_int_equal(css_storage_channel_allocate(storage, 5000, &address, &bus), 0);
	assert_int_equal(css_storage_channel_allocate(storage, 100, &other, &other_bus), 0);
	assert_memory_equal(address, zeros, 5000);
	assert_int_equal((uintptr_t)address % PAGE, 0);
	assert_int_equal(bus % PAGE, 0);
	assert_true(bus < 0x80000000u && other_bus < 0x80000000u);
	assert_true(other_bus >= bus + 2 * PAGE || other_bus < bus);
	length = 16;
	assert_ptr_equal(css_storage_channel_at(storage, bus + 4990, &length),
			 (uint8_t *)address + 4990);
	assert_int_equal(length, 16);
	memset(address, 0xFF, 5000);
	css_storage_channel_release(storage, address, bus, 5000);
	assert_null(css_storage_channel_at(storage, bus, &length));
	assert_non_null(css_storage_channel_at(storage, other_bus, &length));
	assert_int_equal(css_storage_channel_allocate(storage, 5000, &address, &bus), 0);
	assert_memory_equal(address, zeros, 5000);
	css_storage_channel_release(storage, address, bus, 5000);
	css_storage_channel_release(storage, other, other_bus, 100);
}

static void channel_memory_is_bounded(void **state)
{
	struct css_storage *storage = *state;
	uint32_t bus;
	void *address;
	size_t length = 8;

	assert_int_equal(css_storage_channel_allocate(storage, 0, &address, &bus), -ENOMEM);
	assert_int_equal(css_storage_channel_allocate(storage, SIZE_MAX, &address, &bus), -ENOMEM);
	assert_int_equal(css_storage_channel_allocate(storage, 1u << 30, &address, &bus), -ENOMEM);
	assert_null(css_storage_channel_at(storage, 0, &length));
	assert_null(css_storage_channel_at(storage, 0xFFFFFFFFu, &length));
	assert_null(css_storage_channel_at(storage, 0x0FFFFFFFu, &length));
}

/* Changes under load */

struct race {
	struct css_storage *storage;
	uint8_t *pages;
	atomic_bool stop;
	atomic_uint hits;
};

/* A reader touches what it was given; the changer scribbles on what it has unmapped. */
static void read_once(struct race *race, struct css_storage_reader *own)
{
	size_t length = 8;
	volatile uint8_t *host;

	if (own)
		css_storage_reader_enter(own);
	else
		css_storage_enter(race->storage);
	host = css_storage_at(race->storage, 0, &length, true);
	if (host) {
		assert_int_equal(host[0], 1);
		atomic_fetch_add(&race->hits, 1);
	}
	if (own)
		css_storage_reader_leave(own);
	else
		css_storage_leave(race->storage);
}

static void *read_by_thread(void *context)
{
	struct race *race = context;

	while (!atomic_load(&race->stop))
		read_once(race, NULL);
	return NULL;
}

static void *read_by_reader(void *context)
{
	struct race *race = context;
	struct css_storage_reader reader = {0};

	css_storage_attach(race->storage, &reader);
	while (!atomic_load(&race->stop))
		read_once(race, &reader);
	css_storage_detach(&reader);
	return NULL;
}

static void nobody_sees_a_mapping_that_is_gone(void **state)
{
	struct race race = {.storage = *state, .pages = calloc(2, PAGE)};
	pthread_t threads[2];

	assert_non_null(race.pages);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
						i & 1 ? read_by_reader : read_by_thread, &race),
				 0);
	for (int i = 0; i < 300 || (i < 2000000 && !atomic_load(&race.hits)); i++) {
		uint8_t *page = race.pages + (i & 1 ? PAGE : 0);

		page[0] = 1;
		assert_int_equal(css_storage_map(race.storage, 0, PAGE, page, true, true), 0);
		if (i % 8 == 0)
			sched_yield();
		assert_int_equal(css_storage_unmap(race.storage, 0, PAGE), PAGE);
		page[0] = 0;
	}
	atomic_store(&race.stop, true);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_true(atomic_load(&race.hits) > 0);
	free(race.pages);
}

struct handover {
	struct css_storage *storage;
	atomic_bool unmapped;
};

static void *unmap_it(void *context)
{
	struct handover *handover = context;

	assert_int_equal(css_storage_unmap(handover->storage, 0, PAGE), PAGE);
	atomic_store(&handover->unmapped, true);
	return NULL;
}

static void *leave_it(void *context)
{
	css_storage_leave(context);
	return NULL;
}

static void unmap_waits_for_who_is_inside_whoever_leaves(void **state)
{
	struct handover handover = {.storage = *state};
	pthread_t changer, leaver;

	assert_int_equal(map(handover.storage, 0, PAGE), 0);
	css_storage_enter(handover.storage);
	assert_int_equal(pthread_create(&changer, NULL, unmap_it, &handover), 0);
	usleep(20000);
	assert_false(atomic_load(&handover.unmapped));
	assert_int_equal(pthread_create(&leaver, NULL, leave_it, handover.storage), 0);
	pthread_join(leaver, NULL);
	pthread_join(changer, NULL);
	assert_true(atomic_load(&handover.unmapped));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_ranges_are_refused),
		TEST(mappings_do_not_overlap),
		TEST(the_number_of_mappings_is_limited),
		TEST(unmap_takes_whole_mappings_only),
		TEST(a_lookup_gives_what_is_contiguous),
		TEST(copies_cross_mappings_and_fail_at_holes),
		TEST(pins_are_all_or_none),
		TEST(pinned_pages_are_not_unmapped),
		TEST(the_generation_changes_with_the_map),
		TEST(channel_memory_is_zeroed_and_found_by_its_bus_address),
		TEST(channel_memory_is_bounded),
		TEST(nobody_sees_a_mapping_that_is_gone),
		TEST(unmap_waits_for_who_is_inside_whoever_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
