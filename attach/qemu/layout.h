/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What `chanio qemu` and the library preloaded into QEMU agree on: environment variables, group
 * numbers, and the directory that stands for sysfs.
 */
#ifndef CHANIO_ATTACH_QEMU_LAYOUT_H
#define CHANIO_ATTACH_QEMU_LAYOUT_H

#include <limits.h>

#include "machine/machine.h"

/* The machine's configuration file; its folder is the runtime directory. Absent: do nothing. */
#define QEMU_ENV_CONFIG "CHANIO_QEMU_CONFIG"
/* "worker": a thread of chanio runs each program, not the one that issues START (if it need not
 * wait). */
#define QEMU_ENV_RUN "CHANIO_QEMU_RUN"
/* "off", for tests only: QEMU keeps translated code of pages that a disk wrote. Guests break. */
#define QEMU_ENV_INVALIDATE "CHANIO_QEMU_INVALIDATE"

/* Set: look QEMU over, answer QEMU_CHECK_ANSWER or complain, and end instead of running it. */
#define QEMU_ENV_CHECK	  "CHANIO_QEMU_CHECK"
#define QEMU_CHECK_ANSWER "chanio works in this QEMU\n"

#define QEMU_CONFIG_NAME  "machine.conf"
#define QEMU_LIBRARY_NAME "libchanio-qemu.so"

/* Symbols that QEMU must export: they let it know which memory was written behind its back. */
#define QEMU_SYMBOL_MEMORY "address_space_memory"
#define QEMU_SYMBOL_MAP	   "address_space_map"
#define QEMU_SYMBOL_UNMAP  "address_space_unmap"

/* Far from the numbers that real IOMMU groups have. */
#define QEMU_GROUP_FIRST 0x10000

static inline int qemu_group(const struct machine_subchannel_config *sub)
{
	return QEMU_GROUP_FIRST + (sub->subchannel_set << 16) + sub->device_number;
}

/* The folder to be named by QEMU's sysfsdev=; its last component is the VFIO name of the device. */
int qemu_device_path(const char *runtime, const struct machine_subchannel_config *sub,
		     char path[PATH_MAX]);

/* Makes everything that QEMU looks at for each subchannel below `runtime`. */
int qemu_sysfs_create(const char *runtime, const struct machine_config *config,
		      struct chanio_error *error);

/* Removes what qemu_sysfs_create() made, and nothing else. */
void qemu_sysfs_remove(const char *runtime, const struct machine_config *config);

#endif
