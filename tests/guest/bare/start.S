/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Where QEMU's -kernel enters: 64-bit mode, no interrupts, storage from 0 is ours. */
	.section .text.start, "ax"
	.globl _start
_start:
	larl	%r15, stack_end - 160
	larl	%r1, program_new
	mvc	0x1d0(16), 0(%r1)	/* program check: say so */
	brasl	%r14, bare_main
1:	j	1b

program_check:
	larl	%r15, stack_end - 160
	lg	%r3, 0x158		/* program old PSW: address */
	llgh	%r2, 0x8e		/* interruption code */
	brasl	%r14, bare_program_check
1:	j	1b

	.balign	8
program_new:
	.quad	0x0000000180000000
	.quad	program_check

	.bss
	.balign	8
	.space	16384
stack_end:

	.section .note.GNU-stack, "", @progbits
