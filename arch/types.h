/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Fixed-width types, from the compiler's freestanding headers or from the kernel's. */
#ifndef CHANIO_ARCH_TYPES_H
#define CHANIO_ARCH_TYPES_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#define ARCH_ASSERT_SIZE(type, size) static_assert(sizeof(type) == (size))
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define ARCH_ASSERT_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has a wrong size")
#endif
#define ARCH_ASSERT_OFFSET(type, member, at) \
	_Static_assert(offsetof(type, member) == (at), #type "." #member " stands at a wrong offset")

#endif
