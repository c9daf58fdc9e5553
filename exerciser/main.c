/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The exerciser as a program of its own, for machines that have nothing else of the project. */
#include "exerciser/exerciser.h"

int main(int argc, char **argv)
{
	static const struct exerciser_target_kind *const kinds[] = {&exerciser_vfio, NULL};

	return exerciser_command("chanio-exercise", kinds, argc, argv);
}
