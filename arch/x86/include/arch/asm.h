/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_ASM_H
#define PECAN_ARCH_ASM_H
/*
 * Offsets that assembly uses; trap.c asserts every one.
 */

/* struct tcb, generic part */
#define TCB_ID       0
#define TCB_ACCEPT   4
#define TCB_SLOW     8
#define TCB_PRIO     12
#define TCB_SPACE    16
#define TCB_UTCB     20
#define TCB_LOCAL_ID 24
#define TCB_SENDERS  28
/* its link, which lies elsewhere on each model: trap.c sets tcb_link */
#define TCB_NEXT tcb_link
#define TCB_PREV tcb_link + 4
/* the port's parts: the CPU model's; C has it from <arch/tcb.h> */
#ifdef __ASSEMBLER__
#include <frame.h>
#endif

#define UTCB_MY_ID_BYTES -60 /* from MR0 */
/* struct cpu */
#define CPU_CURRENT   0
#define CPU_TOP_PRIO  4
#define CPU_READY_MAP 76
#define CPU_READY     108
/* struct trap_frame */
#define FRAME_CS    44
#define FRAME_FLAGS 48

#define RESUME_BY_IPC 1 /* enum resume */

#define TAG_NOT_SHORT 0xFFC0 /* typed words or flags */
#define TAG_WORDS     0x3F

#endif
