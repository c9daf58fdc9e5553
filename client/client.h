/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The small library that a VFIO client of a channel device needs: container, group, device,
 * regions by capability, eventfds, guest memory, requests and what comes back.
 *
 * Below it is one table of operations, so that the same client drives the driver core in this
 * process and real files (/dev/vfio on s390x). Nothing here depends on the host: region contents
 * are big-endian everywhere, the structures of <linux/vfio.h> are in host order.
 *
 * Results are those of the system calls, with a negative errno instead of -1. One thread opens and
 * closes a client; the requests may then be made from any number of threads.
 */
#ifndef CHANIO_CLIENT_CLIENT_H
#define CHANIO_CLIENT_CLIENT_H

#include <linux/vfio.h>

#include "arch/ccw.h"
#include "arch/crw.h"
#include "arch/irb.h"
#include "arch/orb.h"
#include "arch/schib.h"

#define CLIENT_TIMES 160

/* What a target that can look inside knows of its driver, since the device was made. */
struct client_figures {
	uint64_t starts, halts, clears; /* accepted */
	uint64_t unread_lost;		/* solicited IRBs that no client could read */
	/* Times in CP_PROCESSING: how many were below so many nanoseconds and not below the last.
	 */
	struct {
		uint64_t below, count;
	} processing[CLIENT_TIMES];
	uint64_t processing_max;
};

enum client_node {
	CLIENT_CONTAINER, /* /dev/vfio/vfio */
	CLIENT_GROUP,	  /* /dev/vfio/N */
};

struct client_ops {
	size_t size; /* of this structure, as the implementation was compiled */
	int (*open)(void *target, enum client_node node, void **file);
	int (*set_container)(void *target, void *group, void *container);
	/* VFIO_GROUP_GET_DEVICE_FD */
	int (*get_device)(void *target, void *group, const char *name, void **file);
	void (*close)(void *target, void *file);
	int (*ioctl)(void *target, void *file, unsigned long request, void *argument);
	long (*read)(void *target, void *file, uint64_t offset, void *to, size_t size);
	long (*write)(void *target, void *file, uint64_t offset, const void *from, size_t size);
	/* NULL: the target does not look inside. */
	void (*figures)(void *target, void *file, struct client_figures *figures);
};

struct client_target {
	const struct client_ops *ops;
	void *context;
	const char *device; /* its name within the group */
};

/* The I/O region (vfio-ccw-interface.md section 3.2). */
#define CLIENT_IO_ORB	     0u
#define CLIENT_IO_SCSW	     12u
#define CLIENT_IO_IRB	     24u
#define CLIENT_IO_IRB_SIZE   96u
#define CLIENT_IO_RESULT     120u
#define CLIENT_IO_SIZE	     124u
#define CLIENT_COMMAND_SIZE  8u
#define CLIENT_COMMAND_HALT  1u
#define CLIENT_COMMAND_CLEAR 2u
#define CLIENT_CRW_SIZE	     8u

enum client_irq { CLIENT_IRQ_IO, CLIENT_IRQ_CRW, CLIENT_IRQ_REQ, CLIENT_IRQS };

struct client_region {
	uint64_t offset;
	uint64_t size; /* 0: the device has none */
	uint32_t flags;
};

/*
 * Guest storage: one area, mapped for DMA at CLIENT_MEMORY. A page on either side of it belongs to
 * this process but is not mapped, and holds a pattern: client_memory_is_intact() says whether
 * anything was stored there.
 */
#define CLIENT_PAGE	   4096u
#define CLIENT_MEMORY	   0x100000u
#define CLIENT_MEMORY_SIZE 0x100000u
#define CLIENT_MEMORY_END  (CLIENT_MEMORY + CLIENT_MEMORY_SIZE)

struct client {
	const struct client_target *target;
	void *container, *group, *device; /* files; NULL: not open */
	struct client_region io, command, schib, crw;
	int event[CLIENT_IRQS]; /* eventfds; -1: none */
	uint8_t *memory;	/* what the guest has at CLIENT_MEMORY */
};

/* Sets up an empty client with its memory, nothing opened. 0, -ENOMEM. */
int client_init(struct client *client, const struct client_target *target);
/* Closes what is open. */
void client_finish(struct client *client);

/* The steps; each needs those before it. */
int client_open_container(struct client *client);
int client_open_group(struct client *client);
int client_set_iommu(struct client *client); /* and the group's container */
int client_map_memory(struct client *client);
int client_open_device(struct client *client);		    /* and finds its regions */
int client_arm(struct client *client, enum client_irq irq); /* makes the eventfd as well */
/* All of them, every interrupt armed. */
int client_open(struct client *client);
void client_close_device(struct client *client);

/* Raw calls on the three files. */
int client_container_ioctl(struct client *client, unsigned long request, void *argument);
int client_group_ioctl(struct client *client, unsigned long request, void *argument);
int client_ioctl(struct client *client, unsigned long request, void *argument);
long client_read(struct client *client, uint64_t offset, void *to, size_t size);
long client_write(struct client *client, uint64_t offset, const void *from, size_t size);

int client_map(struct client *client, uint64_t iova, void *memory, uint64_t size);
int client_unmap(struct client *client, uint64_t iova, uint64_t size);
int client_reset(struct client *client);
/* False: the target has none. */
bool client_figures(struct client *client, struct client_figures *figures);

/* Region info with the capability chain followed: type and subtype, 0 without that capability. */
struct client_region_info {
	struct client_region region;
	uint32_t type, subtype;
};
int client_region_info(struct client *client, uint32_t index, struct client_region_info *info);

/* SET_IRQS with an eventfd; -1 disarms. */
int client_set_event(struct client *client, enum client_irq irq, int fd);
/* SET_IRQS as given; `data` of `size` bytes follows the structure. */
int client_set_irqs(struct client *client, const struct vfio_irq_set *set, const void *data,
		    size_t size);

/*
 * Waits at most so many milliseconds until the event was signalled; returns how often, or
 * -ETIMEDOUT. With 0 milliseconds it only looks.
 */
long client_wait(struct client *client, enum client_irq irq, int milliseconds);
/* Milliseconds of a steady clock. */
uint64_t client_now(void);
void client_sleep(unsigned int milliseconds);

/* Requests. START writes all 124 bytes of the region, the output areas zero, as QEMU does. */
long client_start(struct client *client, const struct arch_orb *orb);
long client_start_with(struct client *client, const struct arch_orb *orb, uint32_t scsw_control);
long client_halt(struct client *client);
long client_clear(struct client *client);
long client_command(struct client *client, uint32_t command);

/* What the I/O region shows (the oldest unread IRB is taken); 0 or -errno. */
int client_read_irb(struct client *client, struct arch_irb *irb);
int client_read_schib(struct client *client, struct arch_schib *schib);
int client_read_crw(struct client *client, struct arch_crw *crw);
/* Waits for the I/O event and reads the IRB. 0, -ETIMEDOUT, -errno. */
int client_wait_irb(struct client *client, struct arch_irb *irb, int milliseconds);

/* Guest storage. The addresses must lie within the area. */
void *client_at(struct client *client, uint32_t address);
bool client_memory_is_intact(const struct client *client);
void client_put_ccw(struct client *client, uint32_t at, uint8_t command, uint8_t flags,
		    uint16_t count, uint32_t address);
void client_put_ccw0(struct client *client, uint32_t at, uint8_t command, uint8_t flags,
		     uint16_t count, uint32_t address);
void client_put_idaw1(struct client *client, uint32_t at, uint32_t address);
void client_put_idaw2(struct client *client, uint32_t at, uint64_t address);
void client_put_midaw(struct client *client, uint32_t at, uint8_t flags, uint16_t count,
		      uint64_t address);
struct arch_orb client_orb(uint32_t control, uint32_t program);

#endif
