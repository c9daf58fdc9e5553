/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* How the process of a case tells its parent what happened: short messages through a pipe. */
#ifndef CHANIO_EXERCISER_MESSAGES_H
#define CHANIO_EXERCISER_MESSAGES_H

#include "exerciser/internal.h"

enum message_kind {
	MESSAGE_FAIL = 'f',
	MESSAGE_SKIP = 's',
	MESSAGE_NOTE = 'n',
	MESSAGE_PROGRESS = 'p',
	MESSAGE_CLOSING = 'c', /* the case returned; what it has open is closed now */
	MESSAGE_DONE = 'd',    /* everything is closed; without it the process died */
};

/* One write, whole or not at all. Any thread. */
void message_send(int fd, enum message_kind kind, const char *text);
/* Into the result. The first failure or skip counts. */
void message_apply(struct result *result, enum message_kind kind, const char *text);

/* Takes messages apart as their bytes arrive. */
struct message_reader {
	char room[4 * MESSAGE_ROOM];
	size_t used;
	bool closing, done;
	char progress[MESSAGE_ROOM]; /* the latest */
};
/* Reads once; false: the other end is closed. */
bool message_receive(struct message_reader *reader, int fd, struct result *result);

#endif
