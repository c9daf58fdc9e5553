/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Channel-report word. Source: channel-io.md section 1.6. */
#ifndef CHANIO_ARCH_CRW_H
#define CHANIO_ARCH_CRW_H

#include "arch/bytes.h"

struct arch_crw {
	arch_be16 flags;
	arch_be16 source_id; /* subchannel number or channel-path identifier */
};
ARCH_ASSERT_SIZE(struct arch_crw, 4);

#define ARCH_CRW_SOLICITED 0x4000u
#define ARCH_CRW_OVERFLOW  0x2000u
#define ARCH_CRW_CHAINING  0x1000u
#define ARCH_CRW_RSC       0x0F00u
#define ARCH_CRW_RSC_SHIFT 8
#define ARCH_CRW_ANCILLARY 0x0080u
#define ARCH_CRW_ERC       0x003Fu

enum arch_crw_source {
	ARCH_CRW_RSC_MONITOR = 2,
	ARCH_CRW_RSC_SUBCHANNEL = 3,
	ARCH_CRW_RSC_CHANNEL_PATH = 4,
	ARCH_CRW_RSC_CONFIGURATION = 9,
	ARCH_CRW_RSC_CSS = 11,
};

enum arch_crw_recovery {
	ARCH_CRW_ERC_EVENT = 0,
	ARCH_CRW_ERC_AVAILABLE = 1,
	ARCH_CRW_ERC_INITIALIZED = 2,
	ARCH_CRW_ERC_TEMPORARY = 3,
	ARCH_CRW_ERC_PARAMETERS_INITIALIZED = 4,
	ARCH_CRW_ERC_TERMINAL = 5,
	ARCH_CRW_ERC_PERMANENT = 6,
	ARCH_CRW_ERC_PERMANENT_INITIALIZED = 7,
	ARCH_CRW_ERC_PARAMETERS_MODIFIED = 8,
	ARCH_CRW_ERC_PARAMETERS_RESTORED = 10,
};

#endif
