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
#define ARCH_ASSERT		     _Static_assert
#define ARCH_ASSERT_SIZE(type, size) ARCH_ASSERT(sizeof(type) == (size), #type " has a wrong size")
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#if __STDC_HOSTED__
#include <errno.h>
#include <string.h>
#else
/* The kernel's numbers, and the four functions that even a freestanding compiler may call. */
#if __has_include(<linux/errno.h>)
#include <linux/errno.h>
#else
#define EIO	   5
#define EAGAIN	   11
#define ENOMEM	   12
#define EACCES	   13
#define EFAULT	   14
#define EBUSY	   16
#define ENODEV	   19
#define EINVAL	   22
#define ENOSPC	   28
#define EOPNOTSUPP 95
#define ETIMEDOUT  110
#endif
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *one, const void *other, size_t size);
/* Freestanding forgets what they mean; copies of known size are to be loads and stores all the
 * same. */
#define memcpy(to, from, size)	__builtin_memcpy(to, from, size)
#define memmove(to, from, size) __builtin_memmove(to, from, size)
#define memset(to, byte, size)	__builtin_memset(to, byte, size)
#endif
#ifdef __cplusplus
#define ARCH_ASSERT static_assert
#else
#define ARCH_ASSERT _Static_assert
#endif
#define ARCH_ASSERT_SIZE(type, size) ARCH_ASSERT(sizeof(type) == (size), #type " has a wrong size")
#endif
#define ARCH_ASSERT_OFFSET(type, member, at)                                                       \
	ARCH_ASSERT(offsetof(type, member) == (at), #type "." #member " stands at a wrong offset")

#endif
