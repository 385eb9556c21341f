/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a trap means, and which thread comes after it.
 */
#include <arch/board.h>
#include <arch/csr.h>
#include <arch/trap.h>

#include "kdb.h"
#include "sched.h"
#include "tlb.h"

#define CAUSE_INTERRUPT ((word_t)1 << 63)

static void external_interrupt(void)
{
    unsigned source = plic_claim();

    if (source == 0)
        return;
    plic_mask(source);
    plic_complete(source);
    interrupt_raise(source);
}

static void timer_interrupt(void)
{
    timer_off();
    sched_timer();
}

/* Processors may leave the accessed and dirty bits to us, and may remember an
 * entry as it was before it became valid, or before the kernel set these bits.
 */
static void page_fault(struct tcb *self, word_t access)
{
    if (arch_touch(self->space, self->hot.value, access))
        space_flush("touch", self->space, self->hot.value);
    else
        fault_page(self, self->hot.value, access);
}

/* self has trapped; its registers are in its TCB. Result: whom to resume. */
struct tcb *trap_handle(struct tcb *self)
{
    switch (self->hot.cause) {
    case CAUSE_USER_CALL:
        syscall_handle(self);
        break;
    case CAUSE_FETCH_FAULT:
        page_fault(self, RIGHT_X);
        break;
    case CAUSE_LOAD_FAULT:
        page_fault(self, RIGHT_R);
        break;
    case CAUSE_STORE_FAULT:
        page_fault(self, RIGHT_W);
        break;
    case CAUSE_INTERRUPT | CAUSE_TIMER:
        timer_interrupt();
        break;
    case CAUSE_INTERRUPT | CAUSE_EXTERNAL:
        external_interrupt();
        break;
    case CAUSE_ILLEGAL:
        if (!fpu_trap(self))
            fault_exception(self);
        break;
    default:
        fault_exception(self);
    }
    return next_thread();
}

/* For the plugin that measures latency, a function. */
static __attribute__((noinline)) word_t interrupt_pending(void)
{
    return csr_read("sip") & csr_read("sie");
}

/* Interrupts are off in the kernel. */
bool arch_take_interrupts(void)
{
    word_t pending = interrupt_pending();
    bool any = pending != 0;

    for (; pending; pending = interrupt_pending()) {
        if (pending & SIE_TIMER)
            timer_interrupt();
        else
            external_interrupt();
    }
    return any;
}

/* Sleep until one is pending. */
static void idle(void)
{
    __asm__ volatile("wfi" : : : "memory");
    arch_take_interrupts();
}

/* The next one that can run, or the first after a sleep. */
static struct tcb *choose(void)
{
    for (;;) {
        struct tcb *t = kernel_exit();
        if (t == NULL)
            idle();
        else if (tlb_ready(t))
            return t;
        else
            arch_take_interrupts();
    }
}

struct tcb *next_thread(void)
{
    struct tcb *t = choose();

    assert(tlb_right(t));
    if (t->hot.satp != csr_read("satp"))
        space_switch("switch", t->hot.satp);
    if (t->slow)
        csr_write("stvec", trap_entry_slow);
    return t;
}

void arch_start_users(void)
{
    csr_write("scounteren", SCOUNTEREN_ALL);
    csr_clear_senvcfg(); /* may trap, which sets SPP */
    csr_clear("sstatus", SSTATUS_SPP | SSTATUS_VS | SSTATUS_FS | SSTATUS_SUM |
                             SSTATUS_MXR);
    csr_write("stvec", trap_entry);
    resume_user(next_thread());
}

_Noreturn void kernel_trapped(word_t cause, word_t ip, word_t value, word_t sp,
                              word_t ra)
{
    kprintf("\npecan: kernel trap: cause %lx value %lx\n", cause, value);
    kprintf("  ip %lx sp %lx ra %lx\n", ip, sp, ra);
    kernel_stop("trap in the kernel");
}
