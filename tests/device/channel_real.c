/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The real channel: programs are built in guest storage as format-1 CCWs and started on a
 * subchannel. First the starting thread helps, which may not wait, then the stepper goes on.
 */
#include "tests/device/harness.h"

#include <sys/mman.h>

#include "css/executor.h"
#include "css/storage.h"
#include "css/subchannel.h"

const bool channel_is_real = true;

#define STORAGE_SIZE (8u << 20)
#define PROGRAM	     0x1000u
#define DATA	     0x10000u
#define GAP	     64u
#define CANARY	     0xA7
#define PATHS	     0xF0

struct channel {
	struct disk *disk;
	struct css_executor *executor;
	struct css_storage *storage;
	struct css_subchannel *sch;
	uint8_t *memory;
	struct arch_irb irb;
	bool ended;
};

static void on_interrupt(void *context)
{
	struct channel *channel = context;
	struct arch_irb irb;

	assert_int_equal(css_subchannel_test(channel->sch, &irb), 0);
	if (!arch_scsw_is_solicited(&irb.scsw)) {
		channel->disk->attention |= irb.scsw.device_status;
		return;
	}
	assert_false(channel->ended);
	channel->irb = irb;
	channel->ended = true;
}

static void on_report(void *context, struct arch_crw crw)
{
}

void channel_attach(struct disk *disk)
{
	struct channel *channel = calloc(1, sizeof(*channel));
	struct css_subchannel_config config = {
		.device_number = 0x120,
		.chpid = {0x40, 0x41, 0x42, 0x43},
		.path_installed = PATHS,
		.device_ops = &eckd_ops,
		.device = disk->eckd,
		.interrupt = on_interrupt,
		.report = on_report,
		.context = channel,
	};

	disk->channel = channel;
	channel->disk = disk;
	channel->memory = mmap(NULL, STORAGE_SIZE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(channel->memory, MAP_FAILED);
	assert_int_equal(css_executor_create_stepper(1, &channel->executor), 0);
	assert_int_equal(css_storage_create(&channel->storage), 0);
	assert_int_equal(
		css_storage_map(channel->storage, 0, STORAGE_SIZE, channel->memory, true, true), 0);
	config.executor = channel->executor;
	assert_int_equal(css_subchannel_create(&config, &channel->sch), 0);
	css_subchannel_set_storage(channel->sch, channel->storage);
}

void channel_detach(struct disk *disk)
{
	struct channel *channel = disk->channel;

	css_subchannel_destroy(channel->sch);
	css_storage_destroy(channel->storage);
	css_executor_destroy(channel->executor);
	munmap(channel->memory, STORAGE_SIZE);
	free(channel);
}

static uint32_t address_of(const struct step *steps, unsigned int index)
{
	uint32_t address = DATA;

	for (unsigned int i = 0; i < index; i++)
		if (steps[i].code != ARCH_CCW_TIC)
			address += (steps[i].count + 2 * GAP - 1) / GAP * GAP;
	assert_true(address + steps[index].count + GAP <= STORAGE_SIZE);
	return address;
}

static void build(struct channel *channel, const struct step *steps, unsigned int count)
{
	struct result *result = &channel->disk->result;

	memset(channel->memory, CANARY, STORAGE_SIZE);
	for (unsigned int i = 0; i < count; i++) {
		struct arch_ccw1 ccw = {.command = steps[i].code, .flags = steps[i].flags};
		uint32_t address = address_of(steps, i);

		if (steps[i].code == ARCH_CCW_TIC) {
			ccw.address = arch_put32(PROGRAM + 8 * steps[i].count);
		} else {
			ccw.count = arch_put16(steps[i].count);
			ccw.address = arch_put32(address);
			memcpy(channel->memory + address, result->data[i], steps[i].count);
		}
		memcpy(channel->memory + PROGRAM + 8 * i, &ccw, sizeof(ccw));
	}
}

/* Takes the data back; nothing between the areas has been touched. */
static void collect(struct channel *channel, const struct step *steps, unsigned int count)
{
	struct result *result = &channel->disk->result;

	for (unsigned int i = 0; i < count; i++) {
		uint32_t address = address_of(steps, i);

		if (steps[i].code == ARCH_CCW_TIC)
			continue;
		memcpy(result->data[i], channel->memory + address, steps[i].count);
		for (unsigned int j = 0; j < GAP; j++) {
			assert_int_equal(channel->memory[address + steps[i].count + j], CANARY);
			if ((address + steps[i].count + j + 1) % GAP == 0)
				break;
		}
	}
}

static void start(struct channel *channel)
{
	struct disk *disk = channel->disk;
	struct arch_schib schib;
	struct arch_orb orb = {
		.control = arch_put32(ARCH_ORB_FORMAT_1 | ARCH_ORB_PREFETCH |
				      (uint32_t)disk->path << ARCH_ORB_LPM_SHIFT),
		.program_address = arch_put32(PROGRAM),
	};

	css_subchannel_lock(channel->sch);
	assert_int_equal(css_subchannel_store(channel->sch, &schib), 0);
	schib.pmcw.flags = arch_put16(arch_get16(schib.pmcw.flags) | ARCH_PMCW_ENABLED);
	schib.pmcw.control = arch_put32(disk->keeps_sense ? 0 : ARCH_PMCW_CONCURRENT_SENSE);
	assert_int_equal(css_subchannel_modify(channel->sch, &schib), 0);
	assert_int_equal(css_subchannel_start(channel->sch, &orb, true), 0);
	css_subchannel_unlock(channel->sch);
	css_subchannel_help(channel->sch);
	while (css_executor_step(channel->executor))
		;
}

struct result *run_steps(struct disk *disk, const struct step *steps, unsigned int count)
{
	struct channel *channel = disk->channel;
	struct result *result = &disk->result;
	const struct arch_scsw *scsw = &channel->irb.scsw;

	free_data(result);
	prepare_data(result, steps, count);
	build(channel, steps, count);
	channel->ended = false;
	start(channel);
	assert_true(channel->ended);
	collect(channel, steps, count);
	/* With a deferred condition code (a busy device) no command was taken. */
	if (!(arch_get32(scsw->control) & ARCH_SCSW_DEFERRED_CC))
		result->last = (arch_get32(scsw->ccw_address) - PROGRAM) / 8 - 1;
	result->status = scsw->device_status;
	result->length = scsw->subchannel_status & ARCH_SS_INCORRECT_LENGTH;
	assert_false(scsw->subchannel_status & ~ARCH_SS_INCORRECT_LENGTH);
	result->residual = arch_get16(scsw->residual_count);
	if (result->status & ARCH_DS_UNIT_CHECK)
		memcpy(result->sense, channel->irb.ecw, sizeof(result->sense));
	return result;
}
