/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Subchannel-status word and interruption-response block.
 * Source: Principles of Operation, chapter 16; channel-io.md sections 1.2, 1.3.
 */
#ifndef CHANIO_ARCH_IRB_H
#define CHANIO_ARCH_IRB_H

#include "arch/bytes.h"

struct arch_scsw {
	arch_be32 control;
	arch_be32 ccw_address; /* 8 past the last CCW used */
	uint8_t device_status;
	uint8_t subchannel_status;
	arch_be16 residual_count;
};
ARCH_ASSERT_SIZE(struct arch_scsw, 12);
ARCH_ASSERT_OFFSET(struct arch_scsw, device_status, 8);
ARCH_ASSERT_OFFSET(struct arch_scsw, residual_count, 10);

/* Bits of the control word. */
#define ARCH_SCSW_KEY                0xF0000000u
#define ARCH_SCSW_SUSPEND_CONTROL    0x08000000u
#define ARCH_SCSW_ESW_VALID          0x04000000u /* L: extended-status word holds a logout */
#define ARCH_SCSW_DEFERRED_CC        0x03000000u
#define ARCH_SCSW_DEFERRED_CC_SHIFT  24
#define ARCH_SCSW_FORMAT_1           0x00800000u
#define ARCH_SCSW_PREFETCH           0x00400000u
#define ARCH_SCSW_INITIAL_STATUS     0x00200000u
#define ARCH_SCSW_ADDRESS_LIMIT      0x00100000u
#define ARCH_SCSW_SUPPRESS_SUSPEND   0x00080000u
#define ARCH_SCSW_ZERO_CC            0x00040000u
#define ARCH_SCSW_EXTENDED_CONTROL   0x00020000u
#define ARCH_SCSW_PATH_NOT_OPER      0x00010000u
#define ARCH_SCSW_QDIO               0x00008000u
#define ARCH_SCSW_FC                 0x00007000u
#define ARCH_SCSW_FC_START           0x00004000u
#define ARCH_SCSW_FC_HALT            0x00002000u
#define ARCH_SCSW_FC_CLEAR           0x00001000u
#define ARCH_SCSW_AC                 0x00000FE0u
#define ARCH_SCSW_AC_RESUME_PENDING  0x00000800u
#define ARCH_SCSW_AC_START_PENDING   0x00000400u
#define ARCH_SCSW_AC_HALT_PENDING    0x00000200u
#define ARCH_SCSW_AC_CLEAR_PENDING   0x00000100u
#define ARCH_SCSW_AC_SUBCHANNEL      0x00000080u
#define ARCH_SCSW_AC_DEVICE          0x00000040u
#define ARCH_SCSW_AC_SUSPENDED       0x00000020u
#define ARCH_SCSW_SC                 0x0000001Fu
#define ARCH_SCSW_SC_ALERT           0x00000010u
#define ARCH_SCSW_SC_INTERMEDIATE    0x00000008u
#define ARCH_SCSW_SC_PRIMARY         0x00000004u
#define ARCH_SCSW_SC_SECONDARY       0x00000002u
#define ARCH_SCSW_SC_PENDING         0x00000001u

enum arch_device_status {
	ARCH_DS_ATTENTION = 0x80,
	ARCH_DS_STATUS_MODIFIER = 0x40,
	ARCH_DS_CONTROL_UNIT_END = 0x20,
	ARCH_DS_BUSY = 0x10,
	ARCH_DS_CHANNEL_END = 0x08,
	ARCH_DS_DEVICE_END = 0x04,
	ARCH_DS_UNIT_CHECK = 0x02,
	ARCH_DS_UNIT_EXCEPTION = 0x01,
};

enum arch_subchannel_status {
	ARCH_SS_PCI = 0x80,
	ARCH_SS_INCORRECT_LENGTH = 0x40,
	ARCH_SS_PROGRAM_CHECK = 0x20,
	ARCH_SS_PROTECTION_CHECK = 0x10,
	ARCH_SS_CHANNEL_DATA_CHECK = 0x08,
	ARCH_SS_CHANNEL_CONTROL_CHECK = 0x04,
	ARCH_SS_INTERFACE_CONTROL_CHECK = 0x02,
	ARCH_SS_CHAINING_CHECK = 0x01,
};

/* Extended-status word. Word 0 is the subchannel logout, its byte 1 always the last-path-used mask. */
struct arch_esw {
	arch_be32 logout;
	arch_be32 erw;
	arch_be64 failing_storage_address;
	arch_be32 secondary_ccw_address;
};
ARCH_ASSERT_SIZE(struct arch_esw, 20);

#define ARCH_ESW_LPUM_SHIFT 16

/* The other bits of the subchannel logout (word 0); they mean something when SCSW L is on. */
#define ARCH_ESW_FLAGS               0x7F000000u /* which check the logout is about */
#define ARCH_ESW_LPUM                0x00FF0000u
#define ARCH_ESW_ANCILLARY           0x00008000u
#define ARCH_ESW_FIELD_VALIDITY      0x00007C00u
#define ARCH_ESW_STORAGE_ACCESS      0x00000300u
#define ARCH_ESW_TERMINATION         0x000000C0u
#define ARCH_ESW_DEVICE_STATUS_CHECK 0x00000020u
#define ARCH_ESW_SECONDARY_ERROR     0x00000010u
#define ARCH_ESW_IO_ERROR_ALERT      0x00000008u
#define ARCH_ESW_SEQUENCE            0x00000007u

/* Extended-report word (word 1 of the ESW). */
#define ARCH_ERW_AUTHORIZATION       0x10000000u
#define ARCH_ERW_PATH_VERIFICATION   0x08000000u
#define ARCH_ERW_PATH_TIMEOUT        0x04000000u
#define ARCH_ERW_FAILING_ADDRESS     0x02000000u
#define ARCH_ERW_CONCURRENT_SENSE    0x01000000u
#define ARCH_ERW_SECONDARY_CCW       0x00800000u
#define ARCH_ERW_FAILING_ADDRESS_64  0x00400000u
#define ARCH_ERW_SENSE_COUNT         0x003F0000u
#define ARCH_ERW_SENSE_COUNT_SHIFT   16

#define ARCH_SENSE_BYTES 32

/* The part every TEST SUBCHANNEL stores. */
struct arch_irb {
	struct arch_scsw scsw;
	struct arch_esw esw;
	uint8_t ecw[ARCH_SENSE_BYTES]; /* sense data when ERW says concurrent sense */
};
ARCH_ASSERT_SIZE(struct arch_irb, 64);
ARCH_ASSERT_OFFSET(struct arch_irb, esw, 12);
ARCH_ASSERT_OFFSET(struct arch_irb, ecw, 32);

/*
 * Solicited status belongs to a function that a program asked for: a deferred condition code, or
 * anything but alert and pending alone (vfio-ccw-interface.md section 6.4).
 */
static inline bool arch_scsw_is_solicited(const struct arch_scsw *scsw)
{
	uint32_t control = arch_get32(scsw->control);

	return (control & ARCH_SCSW_DEFERRED_CC) ||
	       (control & ARCH_SCSW_SC) != (ARCH_SCSW_SC_ALERT | ARCH_SCSW_SC_PENDING);
}

#endif
