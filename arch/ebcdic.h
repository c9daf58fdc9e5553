/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * EBCDIC code page 37, in which volume labels, serial numbers and data-set names are written.
 * It holds exactly the 256 characters of ISO 8859-1 (Latin-1), so both tables are permutations.
 */
#ifndef CHANIO_ARCH_EBCDIC_H
#define CHANIO_ARCH_EBCDIC_H

#include "arch/types.h"

#define ARCH_EBCDIC_BLANK 0x40

extern const uint8_t arch_ebcdic_to_latin1[256];
extern const uint8_t arch_latin1_to_ebcdic[256];

/* Writes a field of `size` bytes: the text, cut if it is longer, padded with blanks. No terminator.
 */
void arch_ebcdic_encode(uint8_t *field, size_t size, const char *text);

/*
 * The field as printable ASCII, terminated: `text` has room for `size` + 1 bytes. Blanks and zero
 * bytes at the end are dropped, what has no ASCII graphic becomes a full stop.
 */
void arch_ebcdic_decode(char *text, const uint8_t *field, size_t size);

#endif
