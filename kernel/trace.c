// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * What the driver reports, as tracepoints and in the s390 debug feature, where a dump of a dead
 * system still has it.
 */
#include <linux/module.h>

#include "kernel/host.h"
#define CREATE_TRACE_POINTS
#include "kernel/chanio_trace.h"

#define DEBUG_PAGES	16
#define DEBUG_ARGUMENTS 11 /* words an entry, the format included */
#define DEBUG_LEVEL	2  /* to begin with; 6 is everything */

debug_info_t *chanio_host_debug;

int chanio_host_trace_init(void)
{
	chanio_host_debug =
		debug_register(CHANIO_HOST_NAME, DEBUG_PAGES, 1, DEBUG_ARGUMENTS * sizeof(long));
	if (!chanio_host_debug)
		return -ENOMEM;
	debug_register_view(chanio_host_debug, &debug_sprintf_view);
	debug_set_level(chanio_host_debug, DEBUG_LEVEL);
	return 0;
}

void chanio_host_trace_exit(void)
{
	debug_unregister(chanio_host_debug);
}

static void trace_transition(struct chanio_host *host, u64 a, u64 b)
{
	trace_chanio_transition(host->sch->schid, a, b);
	chanio_host_note(host, 5, "%s in %s: row %u, then %s, %d\n", chanio_event_name((u8)a),
			 chanio_state_name((u8)(a >> 8)), (u32)(a >> 16),
			 chanio_state_name((u8)(b >> 32)), (int)b);
}

void chanio_host_trace(void *platform, enum chanio_trace_event event, u64 a, u64 b)
{
	struct chanio_host *host = platform;
	struct subchannel_id schid = host->sch->schid;

	switch (event) {
	case CHANIO_TRACE_TRANSITION:
		trace_transition(host, a, b);
		break;
	case CHANIO_TRACE_START:
		trace_chanio_start(schid, a, b);
		chanio_host_note(host, 4, "START of %llx: %d\n", a, (int)b);
		break;
	case CHANIO_TRACE_HALT:
		trace_chanio_halt(schid, a, b);
		chanio_host_note(host, 3, "HALT: %d\n", (int)b);
		break;
	case CHANIO_TRACE_CLEAR:
		trace_chanio_clear(schid, a, b);
		chanio_host_note(host, 3, "CLEAR: %d\n", (int)b);
		break;
	case CHANIO_TRACE_IRB:
		trace_chanio_irb(schid, a, b);
		chanio_host_note(host, 4, "IRB: control %x, CCW %x, generation %llu\n",
				 (u32)(a >> 32), (u32)a, b);
		break;
	case CHANIO_TRACE_CRW:
		trace_chanio_crw(schid, a, b);
		chanio_host_note(host, 2, "CRW %x\n", (u32)a);
		break;
	case CHANIO_TRACE_QUIESCE:
		trace_chanio_quiesce(schid, a, b);
		chanio_host_note(host, 3, "quiesce: step %u, %d\n", (u32)a, (int)b);
		break;
	case CHANIO_TRACE_PROCESSING:
		trace_chanio_processing(schid, a, b);
		break;
	}
}
