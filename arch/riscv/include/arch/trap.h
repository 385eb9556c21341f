/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TRAP_H
#define PECAN_ARCH_TRAP_H
/*
 * What the parts of the port ask of each other.
 */
#include "arch.h"

extern char kernel_start[], kernel_end[], text_start[], text_end[];
extern char kernel_stack[], kernel_stack_top[];

/* trap.S, and the back end's Ipc entry: where users trap to. */
void trap_entry(void), trap_entry_slow(void);
void kernel_trap(void);
/* Is the control register there? Reads it with traps caught. */
bool csr_probe_stimecmp(void);
/* senvcfg = 0, where there is one: the loader may have left anything in it. */
void csr_clear_senvcfg(void);
_Noreturn void resume_user(struct tcb *t);

/* trap.c */
struct tcb *trap_handle(struct tcb *self);
struct tcb *next_thread(void);

/* syscall.c: self has trapped with an environment call. */
void syscall_handle(struct tcb *self);

/* fpu.c: self raised an illegal instruction; true: it can try again. */
bool fpu_trap(struct tcb *self);

/* machine.c */
void time_init(void);
void timer_off(void);

/* paging.c */
word_t paging_boot(void);    /* builds the kernel's tables; result: satp   */
void paging_boot_done(void); /* the kernel runs at its own addresses now   */
extern word_t kernel_satp;

#endif
