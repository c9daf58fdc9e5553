/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One device, two clients that do anything at any time, and a subchannel that answers in every way
 * the architecture allows. What a step does is the driver's own code on its own table (world.c);
 * here stands only who takes steps, and where another may come between: wherever the driver lets
 * go of its lock. Run by script/model, which says with a macro what is looked for:
 *
 *   SAFETY    what must never be (enum world_fault); SHORT: fewer kinds of requests and events
 *   QUIESCE   a quiesce ends, and a translation, whatever the subchannel does or does not do
 *   FINAL     an accepted START gets its final status, once nobody clears for ever and the
 *             subchannel keeps its promises
 *   SIGNAL    HALT (CLEAR: SIGNAL=2), repeated, is accepted, once others leave off and no status
 *             floods in unasked; the same promises
 *
 * The driver's waits are timed; here they wait for what they want without a time, so that waiting
 * for what never comes would break QUIESCE.
 */
c_decl {
\#include "model/world.h"
}
c_state "struct world w" "Global"

/* A step, taken only if nothing is broken so far. */
#define STEP c_code [!now.w.fault]

/* The second client has left off; the first wants its HALT or CLEAR accepted. */
bool quiet, wanted;

#define READ(who) atomic { STEP { world_read(&now.w, who); }; STEP { world_read_end(&now.w, who); } }

/* What a client asks for, besides close, reset and unmap. */
inline request()
{
	if
#if !defined(SHORT)
	:: STEP { world_open(&now.w, Pclient->me, 0); }
#else
	:: me == 1 -> STEP { world_open(&now.w, Pclient->me, 0); }
#endif
#if defined(SAFETY) && !defined(SHORT)
	:: STEP { world_open(&now.w, Pclient->me, 1); }
#endif
#if !defined(SHORT)
	:: STEP { world_command(&now.w, Pclient->me, 1); }
	:: STEP { world_command(&now.w, Pclient->me, 2); }
#else
	:: me == 0 -> STEP { world_command(&now.w, Pclient->me, 1); }
	:: me == 0 -> STEP { world_command(&now.w, Pclient->me, 2); }
#endif
#ifdef SAFETY
	:: me == 0 ->
	   STEP { world_read(&now.w, Pclient->me); };
	   STEP { world_read_end(&now.w, Pclient->me); }
#endif
	:: me == 1 -> READ(1) /* that one of them can be overtaken is enough */
	:: STEP { world_start(&now.w, Pclient->me); };
	   if
	   :: c_expr { !now.w.client[Pclient->me].busy }
	   :: c_expr { now.w.client[Pclient->me].busy } ->
		if
		:: STEP { world_translated(&now.w, Pclient->me, WORLD_TRANSLATED); }
		:: STEP { world_translated(&now.w, Pclient->me, WORLD_BAD_PROGRAM); }
#if defined(SAFETY) && !defined(SHORT)
		:: STEP { world_translated(&now.w, Pclient->me, WORLD_NO_MEMORY); }
		:: STEP { world_translated(&now.w, Pclient->me, WORLD_CC_1); }
		:: STEP { world_translated(&now.w, Pclient->me, WORLD_CC_3_PATHS); }
		:: STEP { world_translated(&now.w, Pclient->me, WORLD_CC_3); }
		:: STEP { world_translated(&now.w, Pclient->me, WORLD_EXCEPTION); }
#endif
		fi
	   fi
	fi
}

/* driver/quiesce.c: each step shows at once, later, or not at all before its time is over. */
inline bring_to_rest()
{
	c_expr { !now.w.translating };
	step = 0;
	do
	:: step == 5 ->
		STEP { world_give_up(&now.w, Pclient->me); };
		break
	:: step < 5 ->
		atomic {
			STEP { world_step(&now.w, Pclient->me, Pclient->step); };
			STEP { world_look(&now.w, Pclient->me); }
		};
		if
		:: c_expr { now.w.client[Pclient->me].settled ||
			    now.w.client[Pclient->me].unreachable || Pclient->step < 2 }
		:: else ->
			STEP { world_look(&now.w, Pclient->me); }
		fi;
		if
		:: c_expr { now.w.client[Pclient->me].settled } -> break
		:: else -> step++
		fi
	od;
	step = 0;
	if
	:: STEP { world_quiesced(&now.w, Pclient->me, 0); }
#if defined(SAFETY) && !defined(SHORT)
	:: STEP { world_quiesced(&now.w, Pclient->me, 1); }
#endif
	fi
}

proctype client(byte me)
{
	byte purpose, touch, step;

end:	do
	:: request()
#if defined(SIGNAL) || defined(FINAL)
	:: quiet = 1;
	   break
#endif
#ifdef SHORT
	:: me == 1 -> atomic {
#else
	:: atomic {
#endif
		if
		:: purpose = WORLD_CLOSE
		:: purpose = WORLD_RESET
#if defined(SAFETY) && !defined(SHORT)
		:: purpose = WORLD_UNMAP
#endif
		:: purpose = WORLD_UNMAP; touch = 1
		fi
	   };
	   do
	   :: STEP { world_quiesce(&now.w, Pclient->me, Pclient->purpose, Pclient->touch); };
	      if
	      :: c_expr { now.w.client[Pclient->me].result == -11 } ->
		c_expr { !now.w.purpose }
	      :: else -> break
	      fi
	   od;
	   purpose = 0;
	   touch = 0;
	   if
	   :: c_expr { now.w.client[Pclient->me].busy == 2 } -> bring_to_rest()
	   :: else
	   fi
	od
}

#ifdef SIGNAL
/* Asks until it is accepted, and reads what may be in the way of that. */
proctype stubborn()
{
end:	do
	:: wanted = 1;
	   do
	   :: STEP { world_command(&now.w, 0, SIGNAL); };
	      if
	      :: c_expr { now.w.client[0].result == -11 || now.w.client[0].result == -16 } ->
		READ(0)
	      :: else -> break
	      fi
	   od;
	   wanted = 0
	od
}
#endif

#ifdef FINAL
/* One program after the other. */
proctype starter()
{
end:	do
	:: STEP { world_start(&now.w, 0); };
	   if
	   :: c_expr { now.w.client[0].busy } ->
		STEP { world_translated(&now.w, 0, WORLD_TRANSLATED); }
	   :: else
	   fi
	:: READ(0)
	od
}
#endif

/* What the subchannel may do. */
proctype subchannel()
{
	byte event;

end:	do
	:: atomic {
		if
		:: event = WORLD_ACTIVE
		:: event = WORLD_END
		:: event = WORLD_DEFER_1
		:: event = WORLD_HALTED
		:: event = WORLD_CLEARED
		:: event = WORLD_INTERRUPT
#ifndef QUIESCE
		:: !quiet -> event = WORLD_UNSOLICITED
#endif
#if defined(QUIESCE) || defined(SAFETY)
		:: event = WORLD_GONE
#endif
#ifdef SAFETY
		:: event = WORLD_SUSPEND
#endif
#if !defined(QUIESCE) && !defined(SHORT)
		:: event = WORLD_PRIMARY
		:: event = WORLD_DEVICE_END
#endif
#if defined(SAFETY) && !defined(SHORT)
		:: event = WORLD_DIE
		:: event = WORLD_REVIVE
		:: event = WORLD_PCI
		:: event = WORLD_DEFER_3
		:: event = WORLD_PATH
#endif
		fi;
		STEP { world_do(&now.w, Psubchannel->event); };
		event = 0
	   }
	od
}

/* What it must do, if it keeps its promises: in a fair run each of these comes in the end. */
proctype promises()
{
end:	do
	:: STEP { world_keep_promise(&now.w); }
	od
}

init {
	atomic {
		c_code { world_init(&now.w); };
		run subchannel();
#if defined(FINAL) || defined(SIGNAL)
		run promises();
#endif
#ifdef SIGNAL
		run stubborn();
#elif defined(FINAL)
		run starter();
#else
		run client(0);
#endif
		run client(1)
	}
}

#ifdef QUIESCE
ltl quiesce_ends { [] (c_expr { now.w.purpose } -> <> c_expr { !now.w.purpose }) }
ltl translation_ends { [] (c_expr { now.w.translating } -> <> c_expr { !now.w.translating }) }
#endif
#ifdef FINAL
ltl start_ends { [] ((quiet && c_expr { now.w.owed }) -> <> c_expr { !now.w.owed }) }
#endif
#ifdef SIGNAL
ltl signal_is_accepted { [] ((wanted && quiet) -> <> !wanted) }
#endif
