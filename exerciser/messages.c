/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A message is a byte that says its kind, the text, and a zero byte. */
#include "exerciser/messages.h"

#include <assert.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

_Static_assert(MESSAGE_ROOM + 2 <= PIPE_BUF, "a message goes through a pipe in one piece");

void message_send(int fd, enum message_kind kind, const char *text)
{
	char room[MESSAGE_ROOM + 2] = {(char)kind};
	size_t length = strnlen(text, MESSAGE_ROOM);
	ssize_t written;

	memcpy(room + 1, text, length);
	do
		written = write(fd, room, length + 2);
	while (written < 0 && errno == EINTR);
}

static void copy(char *to, size_t room, const char *text)
{
	snprintf(to, room, "%s", text);
}

static void append_line(char *to, size_t room, const char *text)
{
	size_t used = strlen(to);

	snprintf(to + used, room - used, "%s\n", text);
}

void message_apply(struct result *result, enum message_kind kind, const char *text)
{
	switch (kind) {
	case MESSAGE_FAIL:
	case MESSAGE_SKIP:
		if (result->outcome != OUTCOME_PASS)
			return;
		result->outcome = kind == MESSAGE_FAIL ? OUTCOME_FAIL : OUTCOME_SKIP;
		copy(result->message, sizeof(result->message), text);
		return;
	case MESSAGE_NOTE:
		append_line(result->notes, sizeof(result->notes), text);
		return;
	default:
		return;
	}
}

static void take(struct message_reader *reader, struct result *result)
{
	enum message_kind kind = (unsigned char)reader->room[0];

	if (kind == MESSAGE_CLOSING)
		reader->closing = true;
	else if (kind == MESSAGE_DONE)
		reader->done = true;
	else if (kind == MESSAGE_PROGRESS)
		copy(reader->progress, sizeof(reader->progress), reader->room + 1);
	else
		message_apply(result, kind, reader->room + 1);
}

bool message_receive(struct message_reader *reader, int fd, struct result *result)
{
	ssize_t got = read(fd, reader->room + reader->used, sizeof(reader->room) - reader->used);
	char *end;

	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0)
		return false;
	reader->used += (size_t)got;
	while ((end = memchr(reader->room + (reader->used > 0), 0,
			     reader->used - (reader->used > 0)))) {
		size_t length = (size_t)(end - reader->room) + 1;

		take(reader, result);
		reader->used -= length;
		memmove(reader->room, reader->room + length, reader->used);
	}
	/* No message is this long: the case has written over its memory, or to the pipe. */
	if (reader->used == sizeof(reader->room))
		reader->used = 0;
	return true;
}
