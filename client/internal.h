/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside of client/. */
#ifndef CHANIO_CLIENT_INTERNAL_H
#define CHANIO_CLIENT_INTERNAL_H

#include "client/client.h"

int client_memory_init(struct client *client); /* 0, -ENOMEM */
void client_memory_finish(struct client *client);

#endif
