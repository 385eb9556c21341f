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
struct boot;

/* start.S, entry.S */
extern char kernel_start[], kernel_end[], kernel_text_end[];
extern char kernel_stack[], kernel_stack_top[]; /* both stacks */
extern char *kernel_sp; /* end of the stack for those who trap */
void long_switch(void);
extern char vectors[], end_vectors[], park[];
_Noreturn void kernel_resume(struct tcb *t);
/* QEMU's and debuggers' way out; returns if nobody listens. */
void semihosting_exit(unsigned status);

/* entry.S to trap.c */
void trap_undefined(struct tcb *t);
void trap_prefetch_abort(struct tcb *t);
void trap_data_abort(struct tcb *t);
void trap_irq(void);
struct tcb *trap_leave(void);
struct kernel_frame {
    word_t r[13], pc, psr, sp, lr, kind;
};
_Noreturn void trap_in_kernel(const struct kernel_frame *f);

/* The back end: is this CPU the right one (runs on any CPU); what it needs
 * before the first user instruction. */
bool cpu_is_supported(void);
void cpu_init(void);
/* Its data caches: [p, p + bytes) is written back and forgotten. */
void cache_flush(void *p, word_t bytes);
/* The back end's paging.c. offset: physical less link address; the MMU is still
 * off. */
void paging_boot(word_t offset);
/* The memory map is known: nothing else may be reached. */
void paging_boot_done(const struct boot *b);
/* A device's registers, for the kernel. Only before the first space exists. */
void *paging_map_device(paddr_t pa);
/* Is va's page in s being changed by a long operation that has stopped? */
bool paging_changes(struct space *s, vaddr_t va);
/* Make s the space of the MMU. */
void paging_load(struct space *s);

#endif
