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
void trap_entry(void);
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
/* The TLB forgets what is at va; site: a name (arch/site.h). */
#define space_flush(site, space, va) \
    do { \
        if ((space)->arch.satp) \
            tlb_flush(site, va, satp_asid((space)->arch.satp)); \
    } while (0)
/* The same after a pointer to a table changed, also to one that was nothing:
 * what is remembered of that goes by no address. */
#define space_flush_tables(site, space) \
    do { \
        if ((space)->arch.satp) \
            tlb_flush_asid(site, satp_asid((space)->arch.satp)); \
    } while (0)
extern word_t kernel_satp;

/* cpu/<back end>/asid.c */
word_t asid_probe(void);     /* the highest one this CPU has              */
bool asid_init(word_t last); /* false: too few for the back end           */
/* The satp of t's space, an ASID given if it has none; t is told, too. 0: after
 * interrupts were taken, once more, for whoever is to run then. */
word_t asid_activate(struct tcb *t);
bool asid_right(const struct tcb *t); /* for assertions: t's satp is valid */

#endif
