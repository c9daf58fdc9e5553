/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * From the guest's channel program to one of architected format-1 CCWs and format-2 IDALs, for the
 * subchannel below. What is wrong inside the guest's program stays wrong in the same place, so that
 * the channel reports it with the CCW address that the guest expects (D13).
 */
#include "driver/internal.h"

/* Run table with room for `runs`. */
static int reserve_runs(struct chanio_device *device, struct chanio_program *program,
			unsigned int runs)
{
	const struct chanio_platform_ops *ops = device->platform_ops;
	struct chanio_run *table;

	if (runs <= program->runs_room)
		return 0;
	if (runs < 16)
		runs = 16;
	table = ops->allocate(device->platform, runs * sizeof(*table));
	if (!table)
		return -ENOMEM;
	if (program->run)
		ops->release(device->platform, program->run,
			     program->runs_room * sizeof(*program->run));
	program->run = table;
	program->runs_room = runs;
	return 0;
}

static bool is_neighbour(const struct chanio_segment *segment)
{
	return segment[0].guest + 8u * segment[0].count == segment[1].guest;
}

/* How many segments from this one on make one run; in *ccws how many CCWs. */
static unsigned int run_length(const struct chanio_scratch *scratch, unsigned int first,
			       uint32_t *ccws)
{
	const struct chanio_segment *segment = scratch->array.segment;
	unsigned int last = first;

	*ccws = segment[first].count;
	for (; last + 1 < scratch->segments && is_neighbour(&segment[last]); last++)
		*ccws += segment[last + 1].count;
	return last + 1 - first;
}

/*
 * One run: its CCWs, one poison CCW behind them, and one place left free, so that no reported CCW
 * address can be taken for one of the next run.
 */
static int lay_out_run(struct chanio_translation *t, unsigned int first, unsigned int segments,
		       uint32_t ccws)
{
	struct chanio_segment *segment = &t->scratch->array.segment[first];
	struct arch_ccw1 *copy;
	void *address;
	uint32_t bus;
	int error;

	error = chanio_program_allocate(t->device, t->program, (ccws + 2) * sizeof(*copy), false,
					&address, &bus);
	if (error)
		return error;
	t->program->run[t->program->runs++] =
		(struct chanio_run){.guest = segment->guest, .host = bus, .count = ccws};
	copy = address;
	for (; segments; segments--, segment++) {
		segment->bus = bus;
		segment->copy = copy;
		bus += 8u * segment->count;
		copy += segment->count;
	}
	*copy = (struct arch_ccw1){.address = arch_put32(CHANIO_CCW_POISON_ADDRESS)};
	return 0;
}

static int lay_out(struct chanio_translation *t)
{
	struct chanio_scratch *scratch = t->scratch;
	unsigned int segments, runs = 0;
	uint32_t ccws;
	int error;

	for (unsigned int i = 0; i < scratch->segments; runs++)
		i += run_length(scratch, i, &ccws);
	error = reserve_runs(t->device, t->program, runs);
	for (unsigned int i = 0; !error && i < scratch->segments; i += segments) {
		segments = run_length(scratch, i, &ccws);
		error = lay_out_run(t, i, segments, ccws);
	}
	return error;
}

/* Where the copy of the CCW at a guest address stands; poison: there is none. */
static uint32_t bus_of(const struct chanio_scratch *scratch, uint32_t guest)
{
	unsigned int index = chanio_scan_find(scratch, guest);
	const struct chanio_segment *segment;

	if (index == CHANIO_NO_SEGMENT)
		return CHANIO_CCW_POISON_ADDRESS;
	segment = &scratch->array.segment[index];
	return segment->bus + (guest - segment->guest);
}

static void emit_tic(struct chanio_translation *t, const struct arch_ccw1 *guest,
		     struct arch_ccw1 *host)
{
	const uint32_t wrong = CHANIO_CCW_POISON_ADDRESS | 7; /* bits that must be zero */
	uint32_t target = arch_get32(guest->address);

	*host = *guest;
	if (target & wrong)
		host->address = arch_put32(target & wrong);
	else
		host->address = arch_put32(bus_of(t->scratch, target));
}

static int emit(struct chanio_translation *t)
{
	const struct chanio_scratch_arrays *array = &t->scratch->array;
	int error = 0;

	for (unsigned int i = 0; i < t->scratch->segments; i++) {
		const struct chanio_segment *segment = &array->segment[i];

		for (unsigned int j = 0; !error && j < segment->count; j++) {
			const struct arch_ccw1 *guest = &array->ccw[segment->slot + j];

			if (guest->command == ARCH_CCW_TIC)
				emit_tic(t, guest, &segment->copy[j]);
			else
				error = chanio_translate_data(t, guest,
							      array->reach[segment->slot + j],
							      &segment->copy[j]);
		}
	}
	return error;
}

/* The block size of an ORB is one for all its lists: 2 KiB only if the guest has such lists. */
static void choose_unit(struct chanio_translation *t)
{
	const struct arch_ccw1 *ccw = t->scratch->array.ccw;

	t->guest_unit = BLOCK_2K;
	t->unit = BLOCK_4K;
	if ((t->orb_control & ARCH_ORB_FORMAT_2_IDAW) && !(t->orb_control & ARCH_ORB_2K_IDAW)) {
		t->guest_unit = BLOCK_4K;
		return;
	}
	for (unsigned int i = 0; i < t->scratch->slots; i++)
		if (ccw[i].command != ARCH_CCW_TIC && (ccw[i].flags & ARCH_CCW_IDA))
			t->unit = BLOCK_2K;
}

static void make_orb(struct chanio_translation *t, struct arch_orb *orb)
{
	uint32_t control = t->orb_control | ARCH_ORB_FORMAT_1 | ARCH_ORB_FORMAT_2_IDAW;

	control &= ~ARCH_ORB_2K_IDAW;
	if (t->unit == BLOCK_2K)
		control |= ARCH_ORB_2K_IDAW;
	/* Immediate operations in format 0 never show incorrect length (channel-io.md section 8).
	 */
	if (!t->format_1)
		control |= ARCH_ORB_LENGTH_SUPPRESS;
	t->program->guest_address = t->address;
	t->program->host_address = bus_of(t->scratch, t->address);
	orb->interruption_parameter = arch_put32(0);
	orb->control = arch_put32(control);
	orb->program_address = arch_put32(t->program->host_address);
}

int chanio_translate(struct chanio_device *device, struct chanio_program *program,
		     struct arch_orb *orb)
{
	struct chanio_translation t = {
		.device = device,
		.scratch = &device->scratch,
		.program = program,
		.orb_control = arch_get32(orb->control),
		.address = arch_get32(orb->program_address),
		.page = 1,
	};
	int error;

	if (!(t.orb_control & ARCH_ORB_PREFETCH) &&
	    (device->subchannel_ops->capabilities & CHANIO_SUBCHANNEL_LIVE)) {
		program->live = true;
		orb->interruption_parameter = arch_put32(0);
		return 0;
	}
	t.format_1 = t.orb_control & ARCH_ORB_FORMAT_1;
	t.storage_limit = (t.format_1 ? ARCH_CCW_ADDRESS_MAX : ARCH_CCW0_ADDRESS_MAX) + 1;
	t.ccw_limit = t.storage_limit - 8;
	error = chanio_scan(&t);
	if (error)
		return error;
	choose_unit(&t);
	error = lay_out(&t);
	if (!error)
		error = emit(&t);
	if (!error)
		make_orb(&t, orb);
	return error;
}
