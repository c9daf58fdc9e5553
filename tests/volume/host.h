/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A host that misbehaves on demand: the calls that volume/ makes go through here (linker option
 * --wrap). With everything zero it is the real host.
 */
#ifndef CHANIO_TESTS_VOLUME_HOST_H
#define CHANIO_TESTS_VOLUME_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host {
	/*
	 * Writes reach the file page by page, as the kernel does it. After this many pages: the
	 * write ends and the host calls fail with `write_error`; once, as the blocks that a write
	 * takes back exist already. 0: never.
	 */
	_Atomic unsigned int fail_after_pages;
	int write_error;
	/* Called after each page: the state that a killed process would leave. May be NULL. */
	void (*after_page)(void);

	int nowait_error; /* of each read that must not wait */
	/* Each write takes 2 ms, asleep or not, and does nothing: the real host's time is its own.
	 */
	bool sleeping_writes, busy_writes;
	int sync_error;	       /* of the next fdatasync() */
	bool no_unnamed_files; /* O_TMPFILE is not supported */

	/* What happened. */
	_Atomic unsigned int pages, writes, durable_writes, syncs;
	_Atomic uint64_t bytes_written;
};

extern struct host host;

#endif
