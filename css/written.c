/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Which guest memory was stored into. The channel collects ranges of its own and hands them over in
 * bundles; the list is bounded, and what does not fit is merged, never dropped.
 */
#include "css/subchannel_impl.h"

#include <stdlib.h>

void css_written_init(struct css_written *written)
{
	pthread_mutex_init(&written->lock, NULL);
	atomic_init(&written->count, 0);
}

void css_written_finish(struct css_written *written)
{
	pthread_mutex_destroy(&written->lock);
}

static int compare_ranges(const void *left, const void *right)
{
	const struct css_range *a = left, *b = right;

	return a->guest < b->guest ? -1 : a->guest > b->guest;
}

static uint64_t last_byte(const struct css_range *range)
{
	return range->guest + (range->size - 1);
}

/* `range` grows so that it covers `other` too. */
static void cover(struct css_range *range, const struct css_range *other)
{
	uint64_t first = range->guest < other->guest ? range->guest : other->guest;
	uint64_t last = last_byte(range) > last_byte(other) ? last_byte(range) : last_byte(other);

	range->guest = first;
	range->size = last - first + 1;
}

/* Neighbours in storage become one range: half of them are left. */
static size_t halve(struct css_range *ranges, size_t count)
{
	qsort(ranges, count, sizeof(*ranges), compare_ranges);
	for (size_t i = 0; i < count / 2; i++) {
		ranges[i] = ranges[2 * i];
		cover(&ranges[i], &ranges[2 * i + 1]);
	}
	return count / 2;
}

static bool adjacent(const struct css_range *range, const struct css_range *next)
{
	return range->guest + range->size == next->guest;
}

void css_written_flush(struct css_channel *channel)
{
	struct css_written *written = &channel->subchannel->written;
	size_t count;

	if (!channel->written_count)
		return;
	pthread_mutex_lock(&written->lock);
	count = atomic_load_explicit(&written->count, memory_order_relaxed);
	for (unsigned int i = 0; i < channel->written_count; i++) {
		const struct css_range *range = &channel->written[i];

		if (count && adjacent(&written->ranges[count - 1], range)) {
			written->ranges[count - 1].size += range->size;
			continue;
		}
		if (count == CSS_WRITTEN_MAX)
			count = halve(written->ranges, count);
		written->ranges[count++] = *range;
	}
	atomic_store(&written->count, count);
	pthread_mutex_unlock(&written->lock);
	channel->written_count = 0;
}

void css_written_note(struct css_channel *channel, uint64_t guest, size_t size)
{
	struct css_range *last;

	if (!size)
		return;
	if (channel->written_count) {
		last = &channel->written[channel->written_count - 1];
		if (last->guest + last->size == guest) {
			last->size += size;
			return;
		}
	}
	if (channel->written_count == CSS_LOCAL_RANGES)
		css_written_flush(channel);
	channel->written[channel->written_count++] = (struct css_range){guest, size};
}

size_t css_subchannel_take_written(struct css_subchannel *sch, struct css_range *ranges,
				   size_t most)
{
	struct css_written *written = &sch->written;
	size_t count;

	if (!atomic_load(&written->count))
		return 0;
	pthread_mutex_lock(&written->lock);
	count = atomic_load_explicit(&written->count, memory_order_relaxed);
	if (most > count)
		most = count;
	memcpy(ranges, written->ranges, most * sizeof(*ranges));
	memmove(written->ranges, written->ranges + most, (count - most) * sizeof(*ranges));
	atomic_store(&written->count, count - most);
	pthread_mutex_unlock(&written->lock);
	return most;
}
