/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Operation-request block, command mode. Source: channel-io.md section 1.4. */
#ifndef CHANIO_ARCH_ORB_H
#define CHANIO_ARCH_ORB_H

#include "arch/bytes.h"

struct arch_orb {
	arch_be32 interruption_parameter;
	arch_be32 control;
	arch_be32 program_address;
};
ARCH_ASSERT_SIZE(struct arch_orb, 12);
ARCH_ASSERT_OFFSET(struct arch_orb, control, 4);
ARCH_ASSERT_OFFSET(struct arch_orb, program_address, 8);

/* Bits of the control word. */
#define ARCH_ORB_KEY              0xF0000000u
#define ARCH_ORB_SUSPEND          0x08000000u
#define ARCH_ORB_STREAMING        0x04000000u
#define ARCH_ORB_MODIFICATION     0x02000000u
#define ARCH_ORB_SYNCHRONIZE      0x01000000u
#define ARCH_ORB_FORMAT_1         0x00800000u
#define ARCH_ORB_PREFETCH         0x00400000u
#define ARCH_ORB_INITIAL_STATUS   0x00200000u
#define ARCH_ORB_ADDRESS_LIMIT    0x00100000u
#define ARCH_ORB_SUPPRESS_SUSPEND 0x00080000u
#define ARCH_ORB_TRANSPORT        0x00040000u
#define ARCH_ORB_FORMAT_2_IDAW    0x00020000u
#define ARCH_ORB_2K_IDAW          0x00010000u
#define ARCH_ORB_LPM              0x0000FF00u
#define ARCH_ORB_LPM_SHIFT        8
#define ARCH_ORB_LENGTH_SUPPRESS  0x00000080u
#define ARCH_ORB_MIDAW            0x00000040u
#define ARCH_ORB_RESERVED         0x0000003Eu
#define ARCH_ORB_EXTENSION        0x00000001u
#define ARCH_ORB_ADDRESS_RESERVED 0x80000000u /* of the program address */

#endif
