/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Subchannel-information block and path-management-control word. Source: channel-io.md section 1.1. */
#ifndef CHANIO_ARCH_SCHIB_H
#define CHANIO_ARCH_SCHIB_H

#include "arch/irb.h"

struct arch_pmcw {
	arch_be32 interruption_parameter;
	arch_be16 flags;
	arch_be16 device_number;
	uint8_t lpm;  /* logical path mask */
	uint8_t pnom; /* path not operational */
	uint8_t lpum; /* last path used */
	uint8_t pim;  /* path installed */
	arch_be16 measurement_block_index;
	uint8_t pom; /* path operational */
	uint8_t pam; /* path available */
	uint8_t chpid[8];
	arch_be32 control;
};
ARCH_ASSERT_SIZE(struct arch_pmcw, 28);
ARCH_ASSERT_OFFSET(struct arch_pmcw, lpm, 8);
ARCH_ASSERT_OFFSET(struct arch_pmcw, pom, 14);
ARCH_ASSERT_OFFSET(struct arch_pmcw, chpid, 16);
ARCH_ASSERT_OFFSET(struct arch_pmcw, control, 24);

/* Flags of the PMCW. */
#define ARCH_PMCW_QDIO         0x8000u
#define ARCH_PMCW_W            0x4000u
#define ARCH_PMCW_ISC          0x3800u
#define ARCH_PMCW_ISC_SHIFT    11
#define ARCH_PMCW_ENABLED      0x0080u
#define ARCH_PMCW_LIMIT        0x0060u
#define ARCH_PMCW_MEASUREMENT  0x0018u
#define ARCH_PMCW_MULTIPATH    0x0004u
#define ARCH_PMCW_TIMING       0x0002u
#define ARCH_PMCW_VALID        0x0001u
#define ARCH_PMCW_FLAGS_ZERO   0xC300u /* must be zero in the operand of MODIFY SUBCHANNEL */

/* Control word (word 6) of the PMCW. */
#define ARCH_PMCW_TYPE             0x00E00000u
#define ARCH_PMCW_MB_FORMAT        0x00000004u
#define ARCH_PMCW_EXTENDED_MEASURE 0x00000002u
#define ARCH_PMCW_CONCURRENT_SENSE 0x00000001u
#define ARCH_PMCW_CONTROL_ZERO     0xFF1FFFF8u /* must be zero in the operand of MODIFY SUBCHANNEL */

struct arch_schib {
	struct arch_pmcw pmcw;
	struct arch_scsw scsw;
	arch_be64 measurement_block_address;
	arch_be32 model_dependent;
};
ARCH_ASSERT_SIZE(struct arch_schib, 52);
ARCH_ASSERT_OFFSET(struct arch_schib, scsw, 28);
ARCH_ASSERT_OFFSET(struct arch_schib, measurement_block_address, 40);

#endif
