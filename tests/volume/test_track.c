/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Track images: what is well formed and what is not. */
#include "tests/volume/fixture.h"

#include <stdlib.h>
#include <string.h>

static uint8_t image[TRACK_SIZE];

static void an_empty_track_has_home_address_r0_and_end_mark(void **state)
{
	static const uint8_t expected[] = {0x00, 0x12, 0x34, 0x00, 0x05,		   /* HA */
					   0x12, 0x34, 0x00, 0x05, 0x00, 0x00, 0x00, 0x08, /* R0 */
					   0,	 0,    0,    0,	   0,	 0,    0,    0,
					   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	uint32_t track = 0x1234 * HEADS + 5;

	assert_int_equal(volume_track_make_empty(image, track, HEADS), sizeof(expected));
	assert_memory_equal(image, expected, sizeof(expected));
	assert_true(volume_track_is_valid(image, sizeof(expected), track, HEADS));
}

static void a_track_is_valid_only_in_its_own_place(void **state)
{
	size_t length = fixture_track(image, 100, 3, 4, 80, 1);

	assert_true(volume_track_is_valid(image, length, 100, HEADS));
	assert_false(volume_track_is_valid(image, length, 99, HEADS));
	assert_false(volume_track_is_valid(image, length, 100 + HEADS, HEADS));
	assert_false(volume_track_is_valid(image, length, 100, 0));
}

static void each_fixed_byte_of_the_header_counts(void **state)
{
	/* Home address; record number, key length and data length of R0. */
	static const size_t fixed[] = {0, 1, 2, 3, 4, 9, 10, 11, 12};
	size_t length = fixture_track(image, 7, 1, 0, 100, 1);

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		image[fixed[i]] ^= 0x40;
		assert_false(volume_track_is_valid(image, length, 7, HEADS));
		image[fixed[i]] ^= 0x40;
	}
	assert_true(volume_track_is_valid(image, length, 7, HEADS));
}

static void cchhr_of_a_count_field_may_be_anything(void **state)
{
	size_t length = fixture_track(image, 7, 2, 0, 100, 1);

	memset(image + 5, 0xab, 4); /* of R0: an alternate track */
	memset(image + VOLUME_TRACK_HEADER, 0xff, 5);
	assert_true(volume_track_is_valid(image, length, 7, HEADS));
}

static void an_image_is_too_short_at_every_length_but_its_own(void **state)
{
	size_t length = fixture_track(image, 7, 12, 0, 100, 1);

	for (size_t cut = 0; cut < length; cut++)
		assert_false(volume_track_is_valid(image, cut, 7, HEADS));
	assert_int_equal(volume_track_length(image, length, 7, HEADS), length);
	assert_int_equal(volume_track_length(image, sizeof(image), 7, HEADS), length);
}

static void a_record_must_end_inside_the_track(void **state)
{
	size_t length = fixture_track(image, 7, 1, 0, 56664, 1);

	assert_true(volume_track_is_valid(image, sizeof(image), 7, HEADS));
	image[VOLUME_TRACK_HEADER + 6] = 0xff;
	image[VOLUME_TRACK_HEADER + 7] = 0xff;
	assert_false(volume_track_is_valid(image, sizeof(image), 7, HEADS));
	assert_false(volume_track_is_valid(image, length, 7, HEADS));
}

static void the_number_of_records_is_bounded(void **state)
{
	size_t length = fixture_track(image, 7, VOLUME_TRACK_RECORDS_MAX, 0, 0, 0);

	assert_true(volume_track_is_valid(image, length, 7, HEADS));
	length = fixture_add_record(image, length, 0, 0, 0, 0);
	assert_false(volume_track_is_valid(image, length, 7, HEADS));
}

static void zeros_are_no_track_image(void **state)
{
	memset(image, 0, sizeof(image));
	assert_false(volume_track_is_valid(image, sizeof(image), 0, HEADS));
}

/* What the predicate promises, checked without it. */
static void assert_well_formed(const uint8_t *bytes, size_t length)
{
	size_t offset = VOLUME_TRACK_HEADER;
	unsigned int records = 0;

	while (offset + VOLUME_TRACK_END < length) {
		offset += 8u + bytes[offset + 5] + (size_t)bytes[offset + 6] * 256 +
			  bytes[offset + 7];
		assert_true(++records <= VOLUME_TRACK_RECORDS_MAX);
	}
	assert_int_equal(offset + VOLUME_TRACK_END, length);
	for (size_t i = offset; i < length; i++)
		assert_int_equal(bytes[i], 0xff);
}

static void mutated_tracks_are_refused_or_well_formed(void **state)
{
	unsigned int accepted = 0, refused = 0;

	srand(1);
	for (int round = 0; round < 20000; round++) {
		/* In memory of its own size, so that the sanitizer sees a byte too much. */
		size_t size = 29 + (size_t)rand() % 3000, length;
		uint8_t *copy = malloc(size);

		length = fixture_track(image, 7, (unsigned int)rand() % 12, (uint8_t)(rand() % 9),
				       (uint16_t)(rand() % 200), (uint8_t)rand());
		memset(image + length, 0, sizeof(image) - length);
		for (int i = rand() % 4; i > 0; i--)
			image[(size_t)rand() % size] = (uint8_t)rand();
		memcpy(copy, image, size);
		length = volume_track_length(copy, size, 7, HEADS);
		assert_true(length <= size);
		if (length)
			assert_well_formed(copy, length);
		accepted += length != 0;
		refused += length == 0;
		free(copy);
	}
	assert_true(accepted > 1000);
	assert_true(refused > 1000);
}

static void a_volume_has_the_smallest_model_that_holds_it(void **state)
{
	static const struct {
		uint32_t cylinders;
		const char *name;
	} cases[] = {
		{1, "3390-1"},	    {1113, "3390-1"},	{1114, "3390-1"},   {1115, "3390-2"},
		{3339, "3390-3"},   {3340, "3390-3"},	{3341, "3390-9"},   {10020, "3390-9"},
		{10021, "3390-27"}, {65520, "3390-54"}, {65523, "3390-54"}, {70000, "3390-54"},
	};
	struct volume_info info = {.kind = VOLUME_TRACKS, .device_type = 0x3390};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		info.cylinders = cases[i].cylinders;
		assert_string_equal(volume_model_of(&info)->name, cases[i].name);
	}
	info.device_type = 0x3380;
	assert_null(volume_model_of(&info));
	assert_null(volume_model_find("3390"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_track_has_home_address_r0_and_end_mark),
		cmocka_unit_test(a_track_is_valid_only_in_its_own_place),
		cmocka_unit_test(each_fixed_byte_of_the_header_counts),
		cmocka_unit_test(cchhr_of_a_count_field_may_be_anything),
		cmocka_unit_test(an_image_is_too_short_at_every_length_but_its_own),
		cmocka_unit_test(a_record_must_end_inside_the_track),
		cmocka_unit_test(the_number_of_records_is_bounded),
		cmocka_unit_test(zeros_are_no_track_image),
		cmocka_unit_test(mutated_tracks_are_refused_or_well_formed),
		cmocka_unit_test(a_volume_has_the_smallest_model_that_holds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
