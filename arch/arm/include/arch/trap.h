/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TRAP_H
#define PECAN_ARCH_TRAP_H
/*
 * Between the files of this port.
 */
#include <arch/tcb.h>
#include <stdbool.h>

struct tcb;
struct space;

/* start.S, long.S, entry.S */
extern char kernel_start[], kernel_end[], kernel_text_end[];
extern char kernel_stack[], kernel_stack_top[]; /* both stacks */
extern char *kernel_sp; /* end of the stack for those who trap */
void long_switch(void);
extern char park[];
_Noreturn void kernel_leave(void);
/* QEMU's and debuggers' way out; returns if nobody listens. */
void semihosting_exit(unsigned status);

/* entry.S to trap.c */
void trap_undefined(struct tcb *t);
void trap_prefetch_abort(struct tcb *t);
void trap_data_abort(struct tcb *t);
void trap_irq(void);
/* What those of aborts, which are the back end's, turn into. */
void trap_page_fault(struct tcb *t, vaddr_t va, word_t access);
void trap_exception(struct tcb *t, unsigned number, word_t code,
                    vaddr_t address);
struct tcb *trap_idle(void);
struct kernel_frame {
    word_t r[13], pc, psr, sp, lr, kind;
};
_Noreturn void trap_in_kernel(const struct kernel_frame *f);

/* The back end: is this CPU the right one (runs on any CPU); what it needs
 * before the first user instruction. */
bool cpu_is_supported(void);
void cpu_init(void);
/* From now on exceptions come to the kernel; or, as the machine ends, system
 * calls just return. */
void cpu_vectors(void);
void cpu_end_vectors(void);
/* What the processor has of the thread that runs next, but for its registers.
 * Result: t */
struct tcb *cpu_load_thread(struct tcb *t);
/* Its data caches: [p, p + bytes) is written back and forgotten. */
void cache_flush(void *p, word_t bytes);

#endif
