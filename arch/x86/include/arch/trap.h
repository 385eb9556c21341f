/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TRAP_H
#define PECAN_ARCH_TRAP_H
/*
 * Between the files of this port.
 */
#include <arch/tcb.h>
#include <stdbool.h>

/* What entry.S leaves on the kernel stack; sp and ss only from user mode. */
struct trap_frame {
    struct regs regs;
    word_t vector, error, ip, cs, flags, sp, ss;
};

struct tcb;
struct space;

/* start.S, entry.S */
extern char kernel_start[], kernel_end[], kernel_text_end[];
extern char kernel_stack[], kernel_stack_top[]; /* both stacks */
_Noreturn void kernel_leave(void);

void long_switch(void);

/* trap.c */
extern char *kernel_sp; /* end of the stack for those who come from user mode */
void trap_init(void);
/* This vector leads to `entry`, for traps from level dpl (0, 3) inwards. */
void trap_gate(unsigned vector, unsigned dpl, void (*entry)(void));
/* Byte `offset` of t's code at its ip, or -1. Through the page table: an
 * instruction may end where the mapping does. */
int code_byte(struct tcb *t, unsigned offset);

/* io.c: was t's general protection fault for want of a port? Then its pager is
 * asked. */
bool io_trap(struct tcb *t);
void io_destroy(struct space *s);

/* thread.c: t, whose flags were set, comes back by iret */
void thread_resume_full(struct tcb *t);

/* gdt.c */
void gdt_init(void);
/* t gets the processor: what the descriptor of %gs must say. */
void gdt_tls_switch(const struct tcb *t);
extern bool gdt_tls_on;
extern struct descriptor {
    uint32_t low, high;
} gdt[GDT_ENTRIES];
/* The task state segment begins a page, which is mapped at LAYOUT_TSS, too. */
extern struct tss {
    word_t link, esp0, ss0, others[22];
    uint16_t trap, io_map;
} tss;
/* Traps from user mode find this stack. */
static inline void gdt_set_stack(void *top)
{
    tss.esp0 = (word_t)top;
}

/* paging.c */
void paging_boot(void); /* fills the boot tables; the MMU is still off */
void paging_boot_done(void);
/* Fills the directory's entries of the direct map; bits: those of a page. */
void paging_direct(uint32_t *entry, uint32_t bits);
/* The half (0, 1) of the permission bitmap that is s's own; with `make` it gets
 * one, all ones. NULL: it has none, or there is no memory. */
uint8_t *paging_io_page(struct space *s, unsigned half, bool make);
/* The entry of the page of 4 KiB at va. */
uint32_t paging_entry(struct space *s, vaddr_t va);
extern uint32_t boot_directory[];
/* What %fs:0 reads: the running thread's local id. */
extern volatile word_t user_word[];

/* the back end */
bool cpu_is_supported(void); /* runs on any CPU */
void cpu_init(void);
void fpu_init(void); /* before a thread uses the unit */

#endif
