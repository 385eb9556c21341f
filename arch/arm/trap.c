/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the entry code calls: system calls, faults, interrupts, and leaving.
 * Every function finds the user registers in the TCB and leaves results there.
 */
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/paging.h>
#include <arch/trap.h>

#include "arch.h"
#include "fpu.h"
#include "kdb.h"
#include "kip.h"
#include "long.h"
#include "sched.h"
#include "space.h"
#include "string.h"

#define AT(type, member, offset) \
    _Static_assert(offsetof(struct type, member) == (offset), #member)
AT(space, arch, 0); /* the short path loads what it begins with */
AT(tcb, id, TCB_ID);
AT(tcb, accept, TCB_ACCEPT);
AT(tcb, slow, TCB_SLOW);
AT(tcb, prio, TCB_PRIO);
AT(tcb, space, TCB_SPACE);
AT(tcb, utcb, TCB_UTCB);
AT(tcb, local_id, TCB_LOCAL_ID);
AT(tcb, senders, TCB_SENDERS);
AT(tcb, hot.r10[0], TCB_R10);
AT(tcb, hot.sp, TCB_SP);
AT(tcb, hot.lr, TCB_LR);
AT(tcb, hot.ip, TCB_IP);
AT(tcb, hot.psr, TCB_PSR);
AT(tcb, hot.tls, TCB_TLS);
AT(tcb, link.next, TCB_NEXT);
AT(tcb, link.prev, TCB_PREV);
AT(tcb, arch.r, TCB_REGS);
AT(cpu, current, CPU_CURRENT);
AT(cpu, top_prio, CPU_TOP_PRIO);
AT(cpu, ready_map, CPU_READY_MAP);
AT(cpu, ready, CPU_READY);

/* ---- system calls -------------------------------------------------------- */

/* Its registers are in the order of the structure. */
static void exchange_registers(struct tcb *t, word_t *r)
{
    struct exregs x;

    memcpy(&x, r, sizeof x);
    sys_exchange_registers(t, &x);
    memcpy(r, &x, sizeof x);
}

static void clock(word_t *r)
{
    uint64_t now = sys_clock();

    r[0] = (word_t)now;
    r[1] = (word_t)(now >> 32);
}

static void foreign_call(struct tcb *t)
{
    t->arch.exception = EXCEPTION_FOREIGN;
    t->arch.has_address = false;
    fault_exception(t);
}

static void call(struct tcb *t, word_t *r)
{
    switch ((int)r[7]) {
    case SYS_KERNEL_INTERFACE:
        kip_interface(t->space, r);
        break;
    case SYS_SPACE_CONTROL:
        r[0] = sys_space_control(t, r[0], r[1], r[2], r[3], r[4], &r[1]);
        break;
    case SYS_THREAD_CONTROL:
        r[0] = sys_thread_control(t, r[0], r[1], r[2], r[3], r[4]);
        break;
    case SYS_PROCESSOR_CONTROL:
        r[0] = sys_processor_control(t, r[0], r[1], r[2], r[3]);
        break;
    case SYS_MEMORY_CONTROL:
        r[0] = sys_memory_control(t, r[0], &r[1]);
        break;
    case SYS_UNMAP:
        sys_unmap(t, r[0]);
        break;
    case SYS_EXCHANGE_REGISTERS:
        exchange_registers(t, r);
        break;
    case SYS_CLOCK:
        clock(r);
        break;
    case SYS_THREAD_SWITCH:
        sys_thread_switch(t, r[0]);
        break;
    case SYS_SCHEDULE:
        r[0] = sys_schedule(t, r[0], r[1], r[2], r[3], r[4], &r[1]);
        break;
    case SYS_THREAD_REGISTER:
        t->hot.tls = r[0];
        break;
    case SYS_KERNEL_MEMORY:
        r[0] = sys_kernel_memory(t, r[0], r[1], &r[1], &r[2]);
        break;
    case SYS_MACHINE_END:
        r[0] = sys_machine_end(t, r[0]);
        break;
    case SYS_EXCEPTION_REGISTERS:
        r[0] = sys_exception_registers(t, r[0], r[1]);
        break;
    case SYS_KDB:
        r[0] = sys_kdb(t, r[0], r[1]);
        break;
    default:
        foreign_call(t);
        break;
    }
}

static bool is_long(int number)
{
    return number == SYS_SPACE_CONTROL || number == SYS_THREAD_CONTROL ||
           number == SYS_MEMORY_CONTROL || number == SYS_UNMAP;
}

void arch_system_call(struct tcb *t)
{
    word_t *r = t->arch.r;

    if (!is_long((int)r[7])) {
        call(t, r);
    } else if (long_begin(t)) {
        call(t, r);
        long_end();
    }
}

/* ---- exceptions and faults ----------------------------------------------- */

static void exception(struct tcb *t, unsigned number, word_t code)
{
    t->arch.exception = number;
    t->arch.code = code;
    t->arch.has_address = false;
    fault_exception(t);
}
void trap_exception(struct tcb *t, unsigned number, word_t code,
                    vaddr_t address)
{
    t->arch.exception = number;
    t->arch.code = code;
    t->arch.address = address;
    t->arch.has_address = true;
    fault_exception(t);
}

void trap_page_fault(struct tcb *t, vaddr_t va, word_t access)
{
    if (paging_changes(t->space, va)) /* then it is tried again */
        long_help();
    if (arch_touch(t->space, va, access))
        return;
    fault_page(t, va, access);
}

/* While the unit is off its instructions are as undefined as those that no
 * processor has; which it was shows when it is tried again. */
void trap_undefined(struct tcb *t)
{
    if (this_cpu()->fpu_on != t && fpu_use(t) == OK)
        return;
    exception(t, EXCEPTION_UNDEFINED, 0);
}

/* ---- interrupts and time ------------------------------------------------- */

unsigned arch_irq_count(void)
{
    return irqc_lines();
}

bool arch_irq_usable(unsigned irq)
{
    return irqc_is_shared(irq) && irq != board.timer_irq;
}

void arch_irq_mask(unsigned irq)
{
    if (arch_irq_usable(irq))
        irqc_mask(irq);
}
void arch_irq_unmask(unsigned irq)
{
    if (arch_irq_usable(irq))
        irqc_unmask(irq);
}

uint64_t arch_clock_us(void)
{
    return timer_us();
}
void arch_timer_set(uint64_t deadline_us)
{
    timer_set(deadline_us);
}

void trap_irq(void)
{
    unsigned irq = irqc_acknowledge();

    if (irq >= irqc_lines())
        return;
    if (irq == board.timer_irq) {
        timer_set(UINT64_MAX); /* it is level triggered */
        irqc_end(irq);
        sched_timer();
        return;
    }
    irqc_mask(irq);
    irqc_end(irq);
    if (arch_irq_usable(irq))
        interrupt_raise(irq);
}

/* For the plugin that measures latency, a function. */
static __attribute__((noinline)) bool interrupt_pending(void)
{
    return cpu_interrupts();
}

bool arch_take_interrupts(void)
{
    bool any = false;

    for (; interrupt_pending(); any = true)
        trap_irq();
    return any;
}

/* ---- long operations ----------------------------------------------------- */

char *kernel_sp = kernel_stack_top;

void arch_long_stop(void)
{
    char *lower = kernel_stack + KERNEL_STACK_BYTES;

    kernel_sp =
        (char *)__builtin_frame_address(0) < lower ? kernel_stack_top : lower;
    long_switch();
}

/* ---- leaving ------------------------------------------------------------- */

/* Until somebody is ready. Result: the thread to resume. */
struct tcb *trap_idle(void)
{
    struct tcb *t;

    do {
        dsb();
        cpu_wait();
        arch_take_interrupts();
    } while ((t = kernel_exit()) == NULL);
    return t;
}

void arch_start_users(void)
{
    kernel_leave();
}

/* ---- the kernel's own faults --------------------------------------------- */

static word_t backtrace_from, backtrace_pc; /* of a fault, else 0 */

/* Frames are not linked, so this lists every word of the stack that follows a
 * call: some may be stale, none is missing. */
void arch_backtrace(void)
{
    word_t here = (word_t)__builtin_frame_address(0);
    word_t *sp = (word_t *)((backtrace_from ? backtrace_from : here) & ~3u);
    unsigned n = 0;

    if (backtrace_pc)
        kprintf("  #%u 0x%lx\n", n++, backtrace_pc);
    if ((char *)sp < kernel_stack)
        return;
    char *end = kernel_stack + KERNEL_STACK_BYTES;
    if ((char *)sp >= end)
        end = kernel_stack_top;
    for (; (char *)sp < end && n < 32; sp++) {
        word_t a = *sp;
        if ((a & 3) || a <= (word_t)kernel_start || a > (word_t)kernel_text_end)
            continue;
        word_t call = ((const word_t *)a)[-1];
        bool bl = (call & 0x0f000000) == 0x0b000000;
        bool blx = (call & 0x0ffffff0) == 0x012fff30;
        if (bl || blx)
            kprintf("  #%u 0x%lx\n", n++, a - 4);
    }
}

void trap_in_kernel(const struct kernel_frame *f)
{
    static const char *const names[] = {
        [EXCEPTION_UNDEFINED] = "undefined instruction",
        [EXCEPTION_FOREIGN] = "fast interrupt",
        [EXCEPTION_PREFETCH] = "prefetch abort",
        [EXCEPTION_DATA] = "data abort",
    };

    kprintf("\npecan: %s in the kernel at 0x%lx, cpsr 0x%lx, sp 0x%lx, "
            "lr 0x%lx\n",
            names[f->kind], f->pc, f->psr, f->sp, f->lr);
    kprintf("  dfsr 0x%lx dfar 0x%lx ifsr 0x%lx\n", read_dfsr(), read_dfar(),
            read_ifsr());
    for (unsigned i = 0; i < 13; i++)
        kprintf("  r%u %lx%s", i, f->r[i], i % 4 == 3 ? "\n" : "");
    kprintf("\n");
    backtrace_from = f->sp;
    backtrace_pc = f->pc;
    kernel_stop("the kernel faulted");
}
