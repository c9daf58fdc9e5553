/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "fixture.h"

#include <stdlib.h>
#include <sys/mman.h>

/* The control unit */

static size_t move_pieces(struct fixture *f, struct css_window *window, bool to_storage,
			  size_t size)
{
	size_t done = 0, length;
	void *piece;

	while (done < size &&
	       (length = css_window_piece(window, size - done, to_storage, &piece))) {
		if (piece && to_storage)
			memcpy(piece, f->data + done, length);
		else if (piece)
			memcpy(f->data + done, piece, length);
		done += length;
	}
	return done;
}

static size_t move(struct fixture *f, const struct step *step, const struct css_command *command)
{
	bool to_storage = arch_command_stores(command->code);

	if (step->demand) {
		css_window_demand(command->window, step->size);
		return 0;
	}
	if (!step->size)
		return 0;
	if (step->pieces)
		return move_pieces(f, command->window, to_storage, step->size);
	if (to_storage)
		return css_window_put(command->window, f->data, step->size);
	return css_window_get(command->window, f->data, step->size);
}

static enum css_result unit_command(void *device, struct css_subchannel *sch,
				    struct css_command *command)
{
	struct fixture *f = device;
	const struct step *step = f->step < f->step_count ? &f->steps[f->step++] : &f->otherwise;
	struct seen *seen = &f->log[f->commands % LOG_MAX];

	f->commands++;
	*seen = (struct seen){.command = *command};
	if (step->before)
		step->before(f);
	if (step->left_first)
		seen->left = css_window_left(command->window);
	seen->moved = move(f, step, command);
	seen->failed = css_window_failed(command->window);
	command->status = step->status;
	return step->result;
}

static void unit_begin(void *device, struct css_subchannel *sch)
{
	((struct fixture *)device)->begins++;
}

static void unit_end(void *device, struct css_subchannel *sch)
{
	((struct fixture *)device)->ends++;
}

static void unit_cancel(void *device, struct css_subchannel *sch)
{
	((struct fixture *)device)->cancels++;
}

static void unit_take_sense(void *device, struct css_subchannel *sch,
			    uint8_t sense[ARCH_SENSE_BYTES])
{
	struct fixture *f = device;

	f->senses++;
	memcpy(sense, f->sense, ARCH_SENSE_BYTES);
}

static void unit_reset(void *device, struct css_subchannel *sch, enum css_reset_kind kind)
{
	struct fixture *f = device;

	f->resets++;
	f->last_reset = kind;
}

static const struct css_control_unit_ops unit_ops = {
	.size = sizeof(unit_ops),
	.name = "scripted",
	.begin = unit_begin,
	.end = unit_end,
	.command = unit_command,
	.cancel = unit_cancel,
	.take_sense = unit_take_sense,
	.reset = unit_reset,
};

void script(struct fixture *f, struct step step)
{
	assert_true(f->step_count < STEPS_MAX);
	f->steps[f->step_count++] = step;
}

void script_data(struct fixture *f, size_t size, uint8_t status)
{
	script(f, (struct step){.status = status, .size = size});
}

void script_immediate(struct fixture *f, uint8_t status)
{
	script(f, (struct step){.status = status});
}

/* Upcalls */

static void on_interrupt(void *context)
{
	struct fixture *f = context;

	f->interrupts++;
	if (f->keep_status)
		return;
	assert_true(f->irb_count < IRBS_MAX);
	assert_int_equal(css_subchannel_test(f->sch, &f->irbs[f->irb_count++]), 0);
}

static void on_report(void *context, struct arch_crw crw)
{
	struct fixture *f = context;

	assert_true(f->crw_count < 16);
	f->crws[f->crw_count++] = crw;
}

/* Life */

static void *map_pages(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

static void enable(struct fixture *f)
{
	struct arch_schib schib;

	assert_int_equal(stsch(f, &schib), 0);
	schib.pmcw.flags = arch_put16(arch_get16(schib.pmcw.flags) | ARCH_PMCW_ENABLED);
	assert_int_equal(msch(f, &schib), 0);
}

struct fixture *fixture_create(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->lpm = 0x80;
	f->live = true;
	f->otherwise.status = CE_DE;
	for (size_t i = 0; i < sizeof(f->data); i++)
		f->data[i] = (uint8_t)(i * 7 + 1);
	f->memory = map_pages(STORAGE_SIZE);
	f->read_only = map_pages(4096);
	assert_int_equal(css_executor_create_stepper(1, &f->executor), 0);
	assert_int_equal(css_storage_create(&f->storage), 0);
	assert_int_equal(css_storage_map(f->storage, 0, STORAGE_SIZE, f->memory, true, true), 0);
	assert_int_equal(css_storage_map(f->storage, READ_ONLY, 4096, f->read_only, true, false),
			 0);
	return f;
}

void fixture_add_subchannel(struct fixture *f, const struct css_control_unit_ops *ops, void *device)
{
	const struct css_subchannel_config config = {
		.device_number = 0x120,
		.chpid = {0x40, 0x41},
		.path_installed = 0xC0,
		.executor = f->executor,
		.device_ops = ops,
		.device = device,
		.interrupt = on_interrupt,
		.report = on_report,
		.context = f,
	};

	assert_int_equal(css_subchannel_create(&config, &f->sch), 0);
	css_subchannel_set_storage(f->sch, f->storage);
	enable(f);
}

int fixture_setup(void **state)
{
	struct fixture *f = fixture_create();

	fixture_add_subchannel(f, &unit_ops, f);
	*state = f;
	return 0;
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	css_subchannel_destroy(f->sch);
	css_storage_destroy(f->storage);
	css_executor_destroy(f->executor);
	munmap(f->memory, STORAGE_SIZE);
	munmap(f->read_only, 4096);
	free(f);
	return 0;
}

/* Programs */

static void put_ccw0(struct fixture *f, uint32_t at, uint8_t command, uint8_t flags, uint16_t count,
		     uint32_t address)
{
	struct arch_ccw0 ccw = {
		.command = command,
		.address = {(uint8_t)(address >> 16), (uint8_t)(address >> 8), (uint8_t)address},
		.flags = flags,
		.count = arch_put16(count),
	};

	memcpy(f->memory + at, &ccw, sizeof(ccw));
}

uint32_t put_ccw(struct fixture *f, uint32_t at, uint8_t command, uint8_t flags, uint16_t count,
		 uint32_t address)
{
	struct arch_ccw1 ccw = {
		.command = command,
		.flags = flags,
		.count = arch_put16(count),
		.address = arch_put32(address),
	};

	assert_true(at + 8 <= STORAGE_SIZE);
	if (f->format_0)
		put_ccw0(f, at, command, flags, count, address);
	else
		memcpy(f->memory + at, &ccw, sizeof(ccw));
	return at + 8;
}

void put_idaw1(struct fixture *f, uint32_t at, uint32_t address)
{
	arch_idaw1 idaw = arch_put32(address);

	memcpy(f->memory + at, &idaw, sizeof(idaw));
}

void put_idaw2(struct fixture *f, uint32_t at, uint64_t address)
{
	arch_idaw2 idaw = arch_put64(address);

	memcpy(f->memory + at, &idaw, sizeof(idaw));
}

void put_midaw(struct fixture *f, uint32_t at, uint8_t flags, uint16_t count, uint64_t address)
{
	struct arch_midaw midaw = {
		.flags = flags,
		.count = arch_put16(count),
		.address = arch_put64(address),
	};

	memcpy(f->memory + at, &midaw, sizeof(midaw));
}

/* Instructions */

int ssch(struct fixture *f, uint32_t program)
{
	struct arch_orb orb = {
		.interruption_parameter = arch_put32(0x12345678),
		.control = arch_put32(f->orb_flags | (f->format_0 ? 0 : ARCH_ORB_FORMAT_1) |
				      (uint32_t)f->lpm << ARCH_ORB_LPM_SHIFT),
		.program_address = arch_put32(program),
	};
	int code;

	css_subchannel_lock(f->sch);
	code = css_subchannel_start(f->sch, &orb, f->live);
	css_subchannel_unlock(f->sch);
	return code;
}

#define INSTRUCTION(name, function)                                                                \
	int name(struct fixture *f)                                                                \
	{                                                                                          \
		int code;                                                                          \
                                                                                                   \
		css_subchannel_lock(f->sch);                                                       \
		code = function(f->sch);                                                           \
		css_subchannel_unlock(f->sch);                                                     \
		return code;                                                                       \
	}

INSTRUCTION(hsch, css_subchannel_halt)
INSTRUCTION(csch, css_subchannel_clear)
INSTRUCTION(rsch, css_subchannel_resume)
INSTRUCTION(xsch, css_subchannel_cancel)

#define INSTRUCTION_WITH(name, function, type)                                                     \
	int name(struct fixture *f, type block)                                                    \
	{                                                                                          \
		int code;                                                                          \
                                                                                                   \
		css_subchannel_lock(f->sch);                                                       \
		code = function(f->sch, block);                                                    \
		css_subchannel_unlock(f->sch);                                                     \
		return code;                                                                       \
	}

INSTRUCTION_WITH(tsch, css_subchannel_test, struct arch_irb *)
INSTRUCTION_WITH(stsch, css_subchannel_store, struct arch_schib *)
INSTRUCTION_WITH(msch, css_subchannel_modify, const struct arch_schib *)

uint32_t control_now(struct fixture *f)
{
	struct arch_schib schib;

	assert_int_equal(stsch(f, &schib), 0);
	return arch_get32(schib.scsw.control);
}

uint16_t state_now(struct fixture *f)
{
	return (uint16_t)control_now(f);
}

void settle(struct fixture *f)
{
	for (int i = 0; css_executor_step(f->executor); i++)
		assert_true(i < 100000);
}

void run(struct fixture *f, uint32_t program)
{
	assert_int_equal(ssch(f, program), 0);
	settle(f);
}

/* Results */

uint16_t irb_state(const struct arch_irb *irb)
{
	return (uint16_t)arch_get32(irb->scsw.control);
}

uint32_t irb_ccw(const struct arch_irb *irb)
{
	return arch_get32(irb->scsw.ccw_address);
}

uint16_t irb_residual(const struct arch_irb *irb)
{
	return arch_get16(irb->scsw.residual_count);
}

const struct arch_irb *last_irb(const struct fixture *f)
{
	assert_true(f->irb_count > 0);
	return &f->irbs[f->irb_count - 1];
}

void assert_ending(const struct fixture *f, uint16_t state, uint8_t device, uint8_t subchannel,
		   uint32_t ccw)
{
	const struct arch_irb *irb = last_irb(f);

	assert_int_equal(irb_state(irb), state);
	assert_int_equal(irb->scsw.device_status, device);
	assert_int_equal(irb->scsw.subchannel_status, subchannel);
	assert_int_equal(irb_ccw(irb), ccw);
}
