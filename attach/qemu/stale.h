/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * QEMU's translated code of guest pages that a channel wrote (qemu-client.md section 7.1). QEMU
 * notices only writes made through its own memory interface, so each written range is mapped and
 * unmapped there, as a device model of its own would have done.
 */
#ifndef CHANIO_ATTACH_QEMU_STALE_H
#define CHANIO_ATTACH_QEMU_STALE_H

#include "common/error.h"
#include "css/subchannel.h"

/* Finds QEMU's functions in this process. -ENOSYS: the text names what is missing. */
int stale_init(struct chanio_error *error);

/*
 * Tells QEMU everything the subchannel's programs have written so far. Before an IRB is handed
 * over; on QEMU's main thread with its big lock held.
 */
void stale_publish(struct css_subchannel *subchannel);

#endif
