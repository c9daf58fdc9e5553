/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* `chanio exercise`: the exerciser with every kind of target. */
#include "tool/tool.h"

#include "exerciser/exerciser.h"

int tool_exercise(int argc, char **argv)
{
	static const struct exerciser_target_kind *const kinds[] = {&exerciser_inproc,
								    &exerciser_vfio, NULL};

	return exerciser_command("chanio exercise", kinds, argc, argv);
}
