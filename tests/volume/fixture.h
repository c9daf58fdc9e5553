/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the tests of this room share: a scratch folder, images in it, tracks with records. */
#ifndef CHANIO_TESTS_VOLUME_FIXTURE_H
#define CHANIO_TESTS_VOLUME_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "volume/ckd.h"

#define TRACK_SIZE  56832u
#define HEADS	    15u
#define HEADER_SIZE 512u

/* Makes a scratch folder and goes there; the teardown removes it with all files in it. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* A sparse image in the scratch folder, of a 3390-1 with fewer cylinders. */
void fixture_create(const char *name, uint32_t cylinders);
struct volume *fixture_open(const char *name, bool read_only, enum volume_cache cache);
/* Opens, which must fail with `code` and a text that has `expected` in it. */
void fixture_open_fails(const char *name, bool read_only, int code, const char *expected);

/* An image of `records` records of `data_length` bytes of value `fill` (key_length of ~fill). */
size_t fixture_track(uint8_t *image, uint32_t track, unsigned int records, uint8_t key_length,
		     uint16_t data_length, uint8_t fill);
/* Adds a record in place of the end mark at `length`; returns the new length. */
size_t fixture_add_record(uint8_t *image, size_t length, uint8_t number, uint8_t key_length,
			  uint16_t data_length, uint8_t fill);

/* Bytes of a file in the scratch folder, past the volume that has it open. */
void fixture_peek(const char *name, uint64_t offset, void *data, size_t size);
void fixture_poke(const char *name, uint64_t offset, const void *data, size_t size);
uint64_t fixture_track_offset(uint32_t track);

/* How many entries the scratch folder has. */
unsigned int fixture_count_files(void);

#endif
