/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Channel-command words and indirect-data-address words as they stand in storage (big-endian).
 * Source: Principles of Operation, chapter 15; channel-io.md section 1.5.
 */
#ifndef CHANIO_ARCH_CCW_H
#define CHANIO_ARCH_CCW_H

#include "arch/bytes.h"

/* Format-0 CCW: 24-bit addresses. */
struct arch_ccw0 {
	uint8_t command;
	uint8_t address[3];
	uint8_t flags;
	uint8_t reserved;
	arch_be16 count;
};
ARCH_ASSERT_SIZE(struct arch_ccw0, 8);
ARCH_ASSERT_OFFSET(struct arch_ccw0, flags, 4);
ARCH_ASSERT_OFFSET(struct arch_ccw0, count, 6);

/* Format-1 CCW: 31-bit addresses, bit 0 of the address must be zero. */
struct arch_ccw1 {
	uint8_t command;
	uint8_t flags;
	arch_be16 count;
	arch_be32 address;
};
ARCH_ASSERT_SIZE(struct arch_ccw1, 8);
ARCH_ASSERT_OFFSET(struct arch_ccw1, count, 2);
ARCH_ASSERT_OFFSET(struct arch_ccw1, address, 4);

enum arch_ccw_flag {
	ARCH_CCW_CD = 0x80,      /* chain data */
	ARCH_CCW_CC = 0x40,      /* chain command */
	ARCH_CCW_SLI = 0x20,     /* suppress length indication */
	ARCH_CCW_SKIP = 0x10,    /* suppress storing */
	ARCH_CCW_PCI = 0x08,     /* program-controlled interruption */
	ARCH_CCW_IDA = 0x04,     /* indirect data addressing */
	ARCH_CCW_SUSPEND = 0x02, /* suspend before this CCW */
	ARCH_CCW_MIDA = 0x01,    /* modified indirect data addressing */
};

#define ARCH_CCW_TIC          0x08u
#define ARCH_CCW_NOP          0x03u
#define ARCH_CCW_BASIC_SENSE  0x04u
#define ARCH_CCW_SENSE_ID     0xE4u
#define ARCH_CCW_ADDRESS_MAX  0x7FFFFFFFu /* format 1, and format-1 IDAWs */
#define ARCH_CCW0_ADDRESS_MAX 0x00FFFFFFu

/* Classes by the low bits of the command code; TIC in format 0 is any code with low nibble 8. */
static inline bool arch_command_is_tic(uint8_t command)
{
	return (command & 0x0F) == 0x08;
}

static inline bool arch_command_is_write(uint8_t command)
{
	return (command & 0x03) == 0x01;
}

static inline bool arch_command_is_read(uint8_t command)
{
	return (command & 0x03) == 0x02;
}

static inline bool arch_command_is_control(uint8_t command)
{
	return (command & 0x03) == 0x03;
}

static inline bool arch_command_is_sense(uint8_t command)
{
	return (command & 0x0F) == 0x04;
}

static inline bool arch_command_is_read_backward(uint8_t command)
{
	return (command & 0x0F) == 0x0C;
}

/* Data moves from the device into storage: SKIP has a meaning for these only. */
static inline bool arch_command_stores(uint8_t command)
{
	return arch_command_is_read(command) || arch_command_is_sense(command) ||
	       arch_command_is_read_backward(command);
}

/* Format-1 IDAW: 31-bit address of a block of 2 KiB; bit 0 must be zero. */
typedef arch_be32 arch_idaw1;
/* Format-2 IDAW: 64-bit address of a block of 4 KiB, or 2 KiB with ARCH_ORB_2K_IDAW. */
typedef arch_be64 arch_idaw2;

/* Modified IDAW: address, count and flags of its own; a list may not cross a 4 KiB boundary. */
struct arch_midaw {
	uint8_t reserved[5];
	uint8_t flags;
	arch_be16 count;
	arch_be64 address;
};
ARCH_ASSERT_SIZE(struct arch_midaw, 16);
ARCH_ASSERT_OFFSET(struct arch_midaw, flags, 5);
ARCH_ASSERT_OFFSET(struct arch_midaw, address, 8);

enum arch_midaw_flag {
	ARCH_MIDAW_LAST = 0x80,
	ARCH_MIDAW_SKIP = 0x40,
	ARCH_MIDAW_DTI = 0x20, /* data-transfer interruption */
};

#endif
