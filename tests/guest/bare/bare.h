/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A program that runs in the guest without an operating system: console, end, and the channel
 * subsystem's instructions as the architecture has them. The definitions are its own, on purpose:
 * it tests chanio's.
 */
#ifndef CHANIO_TESTS_GUEST_BARE_H
#define CHANIO_TESTS_GUEST_BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* runtime.c */
void bare_print(const char *text);
void bare_number(const char *before, uint64_t value, const char *after);
_Noreturn void bare_exit(int status);
uint64_t bare_microseconds(void);

struct bare_ccw {
	uint8_t code;
	uint8_t flags;
	uint16_t count;
	uint32_t address;
} __attribute__((packed, aligned(8)));

enum { CCW_CC = 0x40, CCW_SLI = 0x20, CCW_SKIP = 0x10, CCW_PCI = 0x08 };

struct bare_orb {
	uint32_t parameter;
	uint16_t control; /* key, S, C, M, Y, F, P, I, A, U, B, H, T */
	uint8_t lpm;
	uint8_t control2;
	uint32_t program;
	uint32_t more[5];
} __attribute__((aligned(8)));

enum { ORB_FORMAT1 = 0x0080, ORB_PREFETCH = 0x0040, ORB_INITIAL_STATUS = 0x0020 };

struct bare_scsw {
	uint16_t flags;	  /* key, S, L, CC, F, P, I, A, U, Z, E, N */
	uint16_t control; /* function, activity, status control */
	uint32_t address;
	uint8_t device_status;
	uint8_t subchannel_status;
	uint16_t count;
} __attribute__((packed, aligned(4)));

enum {
	FC_START = 0x4000,
	FC_HALT = 0x2000,
	FC_CLEAR = 0x1000,
	SC_ALERT = 0x10,
	SC_INTERMEDIATE = 0x08,
	SC_PRIMARY = 0x04,
	SC_SECONDARY = 0x02,
	SC_PENDING = 0x01,
};

struct bare_irb {
	struct bare_scsw scsw;
	uint32_t esw[5];
	uint8_t ecw[32];
	uint32_t emw[8];
} __attribute__((aligned(8)));

struct bare_schib {
	uint32_t parameter;
	uint16_t flags; /* ISC, E, LM, MM, D, T, V */
	uint16_t device;
	uint8_t lpm, pnom, lpum, pim;
	uint16_t mbi;
	uint8_t pom, pam;
	uint8_t chpid[8];
	uint32_t last; /* X, S and others */
	struct bare_scsw scsw;
	uint32_t model[3];
} __attribute__((aligned(8)));

enum { PMCW_ENABLED = 0x0080, PMCW_VALID = 0x0001 };

/* Each returns the condition code. */
int bare_stsch(uint32_t id, struct bare_schib *schib);
int bare_msch(uint32_t id, struct bare_schib *schib);
int bare_ssch(uint32_t id, struct bare_orb *orb);
int bare_tsch(uint32_t id, struct bare_irb *irb);
int bare_hsch(uint32_t id);
int bare_csch(uint32_t id);

#endif
