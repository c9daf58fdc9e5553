/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "rig.h"

#include <stdlib.h>

/* The machine: what a real one does, and notes of it. */

static void machine_unsolicited(void *machine, uint8_t status)
{
	struct rig *rig = machine;

	if (rig->unsolicited < RIG_MAX)
		rig->when[rig->unsolicited] = rig_now(rig);
	rig->unsolicited++;
	rig->status = status;
	css_subchannel_attention(rig->f->sch, status);
}

static void machine_path(void *machine, uint8_t mask, bool available, bool varied)
{
	struct rig *rig = machine;

	rig->paths += !varied;
	rig->varies += varied;
	rig->path_mask = mask;
	rig->available = available;
	css_subchannel_set_path(rig->f->sch, mask, available);
}

static void machine_report(void *machine, struct arch_crw crw)
{
	struct rig *rig = machine;

	rig->reports++;
	rig->crw = (uint32_t)arch_get16(crw.flags) << 16 | arch_get16(crw.source_id);
}

static void machine_request(void *machine)
{
	((struct rig *)machine)->requests++;
}

static void machine_remove(void *machine)
{
	struct rig *rig = machine;

	rig->removes++;
	css_subchannel_remove(rig->f->sch);
}

static const struct testdev_machine_ops machine_ops = {
	.unsolicited = machine_unsolicited,
	.path = machine_path,
	.report = machine_report,
	.request = machine_request,
	.remove = machine_remove,
};

struct rig *rig_create(const struct testdev_step *steps, size_t count)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct testdev_config config = {
		.cu_type = TESTDEV_CU_TYPE, .steps = steps, .step_count = count};

	assert_non_null(rig);
	rig->f = fixture_create();
	config.executor = rig->f->executor;
	assert_int_equal(testdev_create(&config, &rig->device), 0);
	fixture_add_subchannel(rig->f, &testdev_ops, rig->device);
	assert_int_equal(testdev_connect(rig->device, &machine_ops, rig), 0);
	rig_begin(rig);
	return rig;
}

int rig_setup(void **state)
{
	*state = rig_create(NULL, 0);
	return 0;
}

int rig_teardown(void **state)
{
	struct rig *rig = *state;
	void *fixture = rig->f;

	testdev_disconnect(rig->device);
	/* The executor goes last. */
	css_subchannel_destroy(rig->f->sch);
	rig->f->sch = NULL;
	testdev_destroy(rig->device);
	fixture_teardown(&fixture);
	free(rig);
	return 0;
}

void rig_begin(struct rig *rig)
{
	rig->at = PROGRAM;
}

void rig_ccw(struct rig *rig, uint8_t command, uint8_t flags, uint16_t count, uint32_t address)
{
	put_ccw(rig->f, rig->at, command, flags | CC, count, address);
	rig->at += 8;
}

void rig_script(struct rig *rig, uint8_t command, const struct testdev_step *steps, size_t count)
{
	rig_begin(rig);
	memcpy(rig->f->memory + SCRIPT_AT, steps, count * sizeof(*steps));
	rig_ccw(rig, command, 0, (uint16_t)(count * sizeof(*steps)), SCRIPT_AT);
}

static void end_chain(struct rig *rig)
{
	uint8_t *flags = rig->f->memory + rig->at - 8 + offsetof(struct arch_ccw1, flags);

	if (!(*flags & CD))
		*flags &= (uint8_t)~CC;
}

void rig_run(struct rig *rig)
{
	end_chain(rig);
	run(rig->f, PROGRAM);
	rig_begin(rig);
}

void rig_help(struct rig *rig)
{
	css_subchannel_help(rig->f->sch);
}

void rig_start(struct rig *rig)
{
	end_chain(rig);
	assert_int_equal(ssch(rig->f, PROGRAM), 0);
	rig_help(rig);
	rig_begin(rig);
}

uint64_t rig_now(struct rig *rig)
{
	return css_executor_now(rig->f->executor) / 1000;
}

struct testdev_figures_seen rig_counters(struct rig *rig)
{
	struct testdev_counters counters;

	rig_begin(rig);
	rig_ccw(rig, TESTDEV_READ_COUNTERS, 0, sizeof(counters), DATA);
	rig_run(rig);
	memcpy(&counters, rig->f->memory + DATA, sizeof(counters));
	return (struct testdev_figures_seen){
		.programs = arch_get64(counters.programs),
		.commands = arch_get64(counters.commands),
		.ended = arch_get64(counters.ended),
		.cancelled = arch_get64(counters.cancelled),
		.selective_resets = arch_get64(counters.selective_resets),
		.unsolicited = arch_get64(counters.unsolicited),
		.events_dropped = arch_get64(counters.events_dropped),
		.bytes_written = arch_get64(counters.bytes_written),
		.bytes_read = arch_get64(counters.bytes_read),
	};
}

void rig_sense(struct rig *rig, uint8_t sense[ARCH_SENSE_BYTES])
{
	rig_begin(rig);
	rig_ccw(rig, TESTDEV_BASIC_SENSE, 0, ARCH_SENSE_BYTES, DATA);
	rig_run(rig);
	assert_int_equal(last_irb(rig->f)->scsw.device_status, CE_DE);
	memcpy(sense, rig->f->memory + DATA, ARCH_SENSE_BYTES);
}
