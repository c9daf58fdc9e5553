/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Invalidation of QEMU's translated code; see stale.h. */
#include "attach/qemu/stale.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach/qemu/layout.h"

#define RANGES 64

/*
 * Transaction attributes, passed in one register. Zero is an ordinary access in every QEMU; the
 * structure had 4 bytes in 7.2 and has 8 since 10.0.
 */
struct attributes {
	uint64_t bits;
};

static void *(*space_map)(void *space, uint64_t address, uint64_t *length, bool is_write,
			  struct attributes attributes);
static void (*space_unmap)(void *space, void *buffer, uint64_t length, bool is_write,
			   uint64_t access_length);
static void *space;
static bool disabled;

int stale_init(struct chanio_error *error)
{
	const char *choice = getenv(QEMU_ENV_INVALIDATE);
	const char *missing = NULL;

	disabled = choice && strcmp(choice, "off") == 0;
	space = dlsym(RTLD_DEFAULT, QEMU_SYMBOL_MEMORY);
	if (!space)
		missing = QEMU_SYMBOL_MEMORY;
	/* A function pointer is not an object pointer in ISO C; POSIX says how to get it. */
	*(void **)&space_map = dlsym(RTLD_DEFAULT, QEMU_SYMBOL_MAP);
	if (!space_map)
		missing = QEMU_SYMBOL_MAP;
	*(void **)&space_unmap = dlsym(RTLD_DEFAULT, QEMU_SYMBOL_UNMAP);
	if (!space_unmap)
		missing = QEMU_SYMBOL_UNMAP;
	if (!missing)
		return 0;
	return chanio_error_set(
		error, -ENOSYS,
		"this QEMU does not export %s: without it the guest would run stale code "
		"after reading from a disk; use a QEMU built with modules, as Debian "
		"and Ubuntu have it in qemu-system-misc or qemu-system-s390x",
		missing);
}

static void publish_range(struct css_range range)
{
	const struct attributes plain = {0};

	while (range.size) {
		uint64_t length = range.size;
		void *buffer = space_map(space, range.guest, &length, true, plain);

		if (!buffer || !length) {
			/* Was mapped for DMA a moment ago, so this is the guest's own doing. */
			fprintf(stderr,
				"chanio: QEMU does not know guest memory at %#llx any more\n",
				(unsigned long long)range.guest);
			return;
		}
		space_unmap(space, buffer, length, true, length);
		range.guest += length;
		range.size -= length;
	}
}

void stale_publish(struct css_subchannel *subchannel)
{
	struct css_range ranges[RANGES];
	size_t count;

	while ((count = css_subchannel_take_written(subchannel, ranges, RANGES)) > 0)
		for (size_t i = 0; i < count && !disabled; i++)
			publish_range(ranges[i]);
}
