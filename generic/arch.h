/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_H
#define PECAN_ARCH_H
/*
 * The contract: all that a port provides to generic/, and nothing else.
 *
 * Headers of the port, found by include path:
 *   <arch/types.h>  word_t, vaddr_t, paddr_t (one word each), WORD_BITS;
 *                   USER_END, first address past the user area;
 *                   ADDRESS_BITS, what the map table must cover (32 or 39);
 *                   PAGE_KINDS and page_bits(kind), log2 of each hardware page
 *                   size, ascending, kind 0 = 12; TABLE_LEVELS, at least as
 *                   many, for which page_bits() is known, levels of the table
 *                   that finds mappings (map_table.h); PAGE_RIGHTS, those that
 *                   the hardware tells apart (KIP PageInfo.rwx);
 *                   phys_to_virt(), virt_to_phys(), the direct map, and
 *                   phys_reachable(pa), is there RAM of it at pa;
 *                   phys_to_user(s, va, pa), where the kernel finds what s has
 *                   at va, RAM at pa, up to the end of the page and until it
 *                   loads another space; phys_to_utcb(pa), where it finds a
 *                   UTCB. Other than phys_to_virt() where caches know memory by
 *                   its virtual address;
 *                   DIRECT_MAP_BYTES: how much physical memory, from the start
 *                   of RAM on, phys_to_virt() reaches;
 *                   ARCH_TCB_BASE, ARCH_TCB_BYTES (256 or 512);
 *                   ARCH_HAS_IO, 1 if the processor has a space of I/O ports;
 *                   ARCH_SHARED_ATTRIBUTE, the memory attribute of what has
 *                   more than one address, if it can be written at one; 0: its
 *                   own;
 *                   ARCH_FEATURES, feature strings of the KIP, each with a NUL;
 *                   BOOT_UTCB_AREA, BOOT_KIP_AREA: fpages for the first spaces;
 *                   UTCB_ALIGN_BITS (9 or 10), UTCB_AREA_MIN_BITS (12).
 *   <arch/tcb.h>    struct arch_hot (hot fields), struct arch_tcb (registers).
 *   <arch/space.h>  struct arch_space.
 * All calls run in the kernel with interrupts off, on the one stack of this
 * processor, unless said otherwise.
 */
#include "types.h"

struct tcb;
struct space;

/* ---- Threads ------------------------------------------------------------ */

/* Back the TCB slot of this number with memory (zeroed). OK or ERR_NOMEM. */
enum error arch_tcb_back(word_t number) MUST_USE;
/* t's space, utcb and local_id were set or changed (thread activated, moved):
 * refresh whatever hot fields derive from them. */
void arch_thread_space_changed(struct tcb *t);
/* Fresh user registers: everything zero or canonical, default user flags. */
void arch_thread_init(struct tcb *t);
word_t arch_user_ip(const struct tcb *t);
word_t arch_user_sp(const struct tcb *t);
word_t arch_user_flags(const struct tcb *t);
void arch_set_user_ip(struct tcb *t, word_t ip);
void arch_set_user_sp(struct tcb *t, word_t sp);
/* Bits user code may not change keep their value. */
void arch_set_user_flags(struct tcb *t, word_t flags);
/* Finish t's Ipc call: result `from` and, from its UTCB, the message registers
 * that this port carries in processor registers; canonical flags. */
void arch_ipc_return(struct tcb *t, word_t from);

/* Exceptions (x2.md 3.5). Save: fill mr[1..u] of the message that describes the
 * exception t just raised (the port noted number, code and address in
 * t->arch), result u <= 15. Load: continue with the register values of a reply
 * of u words; bits user code may not set are masked. */
unsigned arch_exception_save(struct tcb *t, word_t *mr);
/* t was interrupted by a device; note that as if it were an exception. */
void arch_exception_preempted(struct tcb *t);
void arch_exception_load(struct tcb *t, const word_t *mr, unsigned u);
/* With generic/exception_registers.c only: all user registers of t, which has
 * raised an exception, to mr[1..], or from there; masked like those of a reply.
 */
void arch_read_registers(const struct tcb *t, word_t *mr);
void arch_write_registers(struct tcb *t, const word_t *mr);

/* Floating-point and vector registers (fpu.h), in areas of ARCH_FPU_BYTES
 * (<arch/tcb.h>), a power of two, aligned to it. */
void arch_fpu_enable(bool on);  /* off: the next use by a user thread traps  */
void arch_fpu_init(void *area); /* what a new thread finds; area is zeroed   */
void arch_fpu_save(void *area); /* the unit is on                            */
void arch_fpu_load(const void *area);

/* ---- Spaces and TLB ------------------------------------------------------
 * va and pa are aligned to page_bits(kind). After each call no access can use
 * what it took away, in no TLB. arch_unmap and arch_protect take rights away
 * just after arch_status of the page, or when the space ends. Tables are
 * charged to the space. */

enum error arch_space_init(struct space *s) MUST_USE;
void arch_space_destroy(struct space *s); /* nothing is mapped any more; s may
                                             be the one loaded in the MMU */
/* SpaceControl's control word, the port's own (docs/abi-*.md); the areas are
 * those of now. Result: what there was, and whether it took effect. */
word_t arch_space_control(struct space *s, word_t control);
/* Nothing is mapped at va. rights != 0; the port may grant more only where the
 * hardware cannot tell them apart. OK or ERR_NOMEM. */
enum error arch_map(struct space *s, vaddr_t va, paddr_t pa, unsigned kind,
                    word_t rights) MUST_USE;
void arch_unmap(struct space *s, vaddr_t va, unsigned kind);
/* Change the rights of a mapped page; rights != 0. */
void arch_protect(struct space *s, vaddr_t va, unsigned kind, word_t rights);
/* Replace a page of `kind` > 0 by pages of kind - 1 with the same rights. */
enum error arch_split(struct space *s, vaddr_t va, unsigned kind) MUST_USE;
/* Status bits (RIGHT_*) of accesses since the last call; resets them. Exact:
 * emulated by permission faults where the hardware keeps none. */
word_t arch_status(struct space *s, vaddr_t va, unsigned kind);
/* May user code access va so (RIGHT_*)? If so, the status bits now say that it
 * did: for ports that keep these bits in software, and for the kernel, which
 * then may access the page through the direct map in the user's name. */
bool arch_touch(struct space *s, vaddr_t va, word_t access);
/* What is mapped at va: result false if nothing. Outputs may be NULL. *pa is
 * the address that va itself translates to. */
bool arch_lookup(struct space *s, vaddr_t va, paddr_t *pa, unsigned *kind,
                 word_t *rights);
/* Memory attributes (x2.md 2.7), in numbers of the port's own (docs/abi-*.md).
 * 0, which arch_map gives, is the default for what is at the frame. A mapped
 * page keeps its attribute through arch_protect and arch_split. */
bool arch_attribute_known(word_t attribute);
word_t arch_attribute(struct space *s, vaddr_t va);
/* Set it; no TLB and no cache keeps anything of the old one. fresh: nobody has
 * used the page since arch_map; else it may be long (long.h). */
void arch_set_attribute(struct space *s, vaddr_t va, unsigned kind,
                        word_t attribute, bool fresh);
/* Copy so many blocks of COPY_BLOCK bytes as fast as the processor can; both
 * sides are word-aligned, and where they overlap, `to` is below `from`. */
enum { COPY_BLOCK = 64 };
void arch_copy(void *to, const void *from, word_t blocks);
/* Instruction fetch will see what was written to [p, p+bytes) (kernel va). */
void arch_sync_code(void *p, word_t bytes);

/* ---- I/O ports, where ARCH_HAS_IO -------------------------------------------
 * f is an I/O fpage. Map or grant those ports of it that src holds and dst does
 * not: OK, or ERR_NOMEM with some of it done. Unmap: take them from all who
 * have them from s, and from s with `flush`; never fails. */
enum error arch_io_map(struct space *src, fpage_t f, struct space *dst,
                       bool grant) MUST_USE;
void arch_io_unmap(struct space *s, fpage_t f, bool flush);

/* ---- Long operations (long.h) ---------------------------------------------
 * The kernel has two stacks. Stop: put the present one aside with all that is
 * on it, and go on with the other, empty, at kernel_exit(); returns when
 * somebody resumes. Resume: go on with the one put aside; what is on this one
 * is forgotten. */
void arch_long_stop(void);
_Noreturn void arch_long_resume(void);
/* (Again) the system call for which t has trapped, not Ipc; its arguments are
 * still in its registers. */
void arch_system_call(struct tcb *t);
/* What interrupts are pending happens now, as it would in user mode. Result:
 * were there any? */
bool arch_take_interrupts(void);

/* ---- Interrupts, time, console, end -------------------------------------- */

unsigned arch_irq_count(void);      /* KIP SystemBase: ids 0..count-1     */
bool arch_irq_usable(unsigned irq); /* may a user thread attach to it?    */
void arch_irq_mask(unsigned irq);
void arch_irq_unmask(unsigned irq);
uint64_t arch_clock_us(void); /* since boot; monotonic              */
/* One timer interrupt at deadline_us or, if that has passed, at once;
 * UINT64_MAX: none. It arrives as sched_timer(). */
void arch_timer_set(uint64_t deadline_us);
void arch_console_putc(char c);
int arch_console_getc(void);   /* -1: no key                         */
bool arch_console_ready(void); /* is there a key? it stays there     */
/* The machine ends; status is what the board can carry of it. */
_Noreturn void arch_machine_end(unsigned status);
/* Enter user mode for the first time: kernel_exit() decides where. */
_Noreturn void arch_start_users(void);
/* Print a back trace of the kernel stack, one "  #n 0xADDRESS" a line. */
void arch_backtrace(void);
/* Print t's user registers (kernel debugger). */
void arch_print_registers(struct tcb *t);

/* ---- What generic/ provides to the port's entry code ---------------------
 * The port stores the user registers in the TCB, puts the message registers it
 * carries into the UTCB (t->utcb), calls one of these, writes the results into
 * the TCB of `self`, calls kernel_exit() (sched.h), and resumes what that says.
 */

struct exregs { /* in: arguments, out: results (x2.md 2.3) */
    word_t dest, control, sp, ip, flags, handle, pager;
};
void sys_ipc(struct tcb *self, word_t to, word_t from, word_t timeouts);
void sys_thread_switch(struct tcb *self, word_t dest);
void sys_unmap(struct tcb *self, word_t control);
void sys_exchange_registers(struct tcb *self, struct exregs *r);
uint64_t sys_clock(void);
/* These return the call's first result, and set ErrorCode on failure. */
word_t sys_thread_control(struct tcb *self, word_t dest, word_t space,
                          word_t scheduler, word_t pager, word_t utcb);
word_t sys_space_control(struct tcb *self, word_t space, word_t control,
                         word_t kip, word_t utcb, word_t redirector,
                         word_t *old_control);
word_t sys_schedule(struct tcb *self, word_t dest, word_t time,
                    word_t processor, word_t prio, word_t preemption,
                    word_t *old_time);
word_t sys_processor_control(struct tcb *self, word_t processor,
                             word_t internal, word_t external, word_t voltage);
word_t sys_memory_control(struct tcb *self, word_t control,
                          const word_t attributes[4]);
/* ArchSyscall0 = ThreadRegister(value) is the port's own: it sets the C
 * library's thread register of the caller.
 * ArchSyscall1 = KernelMemory(space, limit): -1 unchanged; result 1/0, *used
 * and *old_limit in bytes. Privileged. */
word_t sys_kernel_memory(struct tcb *self, word_t space, word_t limit,
                         word_t *used, word_t *old_limit);
/* ArchSyscall2 = MachineEnd(status): the machine ends. Privileged; returns 0
 * (ErrorCode 1) to others. */
word_t sys_machine_end(struct tcb *self, word_t status);
/* ArchSyscall3 = ExceptionRegisters(thread, control), where exception messages
 * have not all registers: reads (control 0) or writes (1) all of a thread that
 * waits for self's answer to its exception message, in self's MRs. Result 1, or
 * 0 and error 2 (any other thread) or 5 (another control). */
word_t sys_exception_registers(struct tcb *self, word_t dest, word_t control);
/* Kernel debugger calls (kdb.h); op out of range: returns -1. */
word_t sys_kdb(struct tcb *self, word_t op, word_t arg);

/* t touched va without the right to; access is one of RIGHT_*. Its registers
 * are in the TCB, ip at the faulting instruction. */
void fault_page(struct tcb *t, vaddr_t va, word_t access);
/* t touched ports of this I/O fpage that its space does not hold. */
void fault_io(struct tcb *t, fpage_t f);
/* t raised an exception, or made a system call that is not ours. */
void fault_exception(struct tcb *t);
/* Interrupt `irq` arrived: the port has masked and acknowledged it. */
void interrupt_raise(unsigned irq);

/* The kernel cannot go on: message, registers if any, back trace, stop. */
_Noreturn void kernel_stop(const char *why);

#endif
