/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Tracepoints of the module: /sys/kernel/tracing/events/chanio_vfio_ccw. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM chanio_vfio_ccw

#if !defined(CHANIO_KERNEL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define CHANIO_KERNEL_TRACE_H

#include <linux/tracepoint.h>
#include <asm/schid.h>

#include "driver/fsm.h"

/* One row of the table that `chanio fsm --table` prints, counted from 0. */
TRACE_EVENT(chanio_transition,
	TP_PROTO(struct subchannel_id schid, u64 a, u64 b),
	TP_ARGS(schid, a, b),
	TP_STRUCT__entry(
		__field(u8, ssid)
		__field(u16, number)
		__field(u32, row)
		__field(u8, state)
		__field(u8, event)
		__field(u8, next)
		__field(s32, result)
	),
	TP_fast_assign(
		__entry->ssid = schid.ssid;
		__entry->number = schid.sch_no;
		__entry->row = (u32)(a >> 16);
		__entry->state = (u8)(a >> 8);
		__entry->event = (u8)a;
		__entry->next = (u8)(b >> 32);
		__entry->result = (s32)b;
	),
	TP_printk("0.%x.%04x row=%u state=%s event=%s next=%s result=%d", __entry->ssid,
		  __entry->number, __entry->row, chanio_state_name(__entry->state),
		  chanio_event_name(__entry->event), chanio_state_name(__entry->next),
		  __entry->result)
);

/* What the others have to say, in two numbers: driver/platform.h. */
DECLARE_EVENT_CLASS(chanio_report,
	TP_PROTO(struct subchannel_id schid, u64 a, u64 b),
	TP_ARGS(schid, a, b),
	TP_STRUCT__entry(
		__field(u8, ssid)
		__field(u16, number)
		__field(u64, a)
		__field(u64, b)
	),
	TP_fast_assign(
		__entry->ssid = schid.ssid;
		__entry->number = schid.sch_no;
		__entry->a = a;
		__entry->b = b;
	),
	TP_printk("0.%x.%04x cc=%d", __entry->ssid, __entry->number, (int)__entry->b)
);

#define CHANIO_REPORT(name, format, ...)                                                           \
	DEFINE_EVENT_PRINT(chanio_report, name,                                                    \
		TP_PROTO(struct subchannel_id schid, u64 a, u64 b), TP_ARGS(schid, a, b),          \
		TP_printk("0.%x.%04x " format, __entry->ssid, __entry->number, __VA_ARGS__))

CHANIO_REPORT(chanio_start, "program=%08llx cc=%d", __entry->a, (int)__entry->b);
DEFINE_EVENT(chanio_report, chanio_halt,
	TP_PROTO(struct subchannel_id schid, u64 a, u64 b), TP_ARGS(schid, a, b));
DEFINE_EVENT(chanio_report, chanio_clear,
	TP_PROTO(struct subchannel_id schid, u64 a, u64 b), TP_ARGS(schid, a, b));
CHANIO_REPORT(chanio_irb, "control=%08x ccw=%08x generation=%llu", (u32)(__entry->a >> 32),
	      (u32)__entry->a, __entry->b);
CHANIO_REPORT(chanio_crw, "crw=%08x", (u32)__entry->a);
CHANIO_REPORT(chanio_quiesce, "step=%u result=%d", (u32)__entry->a, (int)__entry->b);
CHANIO_REPORT(chanio_processing, "ns=%llu", __entry->a);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH kernel
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE chanio_trace
#include <trace/define_trace.h>
