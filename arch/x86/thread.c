/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread's registers as generic/ sees them.
 */
#include <arch/small.h>
#include <arch/trap.h>
#include <enter.h>

#include "arch.h"
#include "ipc.h"
#include "kdb.h"
#include "space.h"
#include "utcb.h"

enum { FLAGS_INITIAL = FLAG_ONE | FLAG_IF };

void arch_thread_init(struct tcb *t)
{
    t->arch = (struct arch_tcb){ .flags = FLAGS_INITIAL };
    t->hot.resume = RESUME_FULL;
    enter_thread(t);
    t->slow &= ~(word_t)(SLOW_TLS | SLOW_FLAGS);
}

void arch_thread_space_changed(struct tcb *t)
{
    if (t->space == NULL)
        return;
    t->hot.cr3 = virt_to_phys(t->space->arch.directory);
    t->hot.flags =
        FLAG_ONE | FLAGS_OF_LEAVING | (t->space->privileged ? FLAG_IOPL : 0);
    if (MODEL_SMALL)
        small_thread(t);
}

word_t arch_user_ip(const struct tcb *t)
{
    return *user_ip((struct tcb *)t);
}

word_t arch_user_sp(const struct tcb *t)
{
    return *user_sp((struct tcb *)t);
}

/* In Ipc flags are canonical, and nobody stores them. */
static bool flags_stored(const struct tcb *t)
{
    if (t->slow & SLOW_FLAGS)
        return true;
    if (ipc_blocked(t))
        return t->kipc != KIPC_NONE;
    return t->hot.resume == RESUME_FULL;
}

word_t arch_user_flags(const struct tcb *t)
{
    return flags_stored(t) ? t->arch.flags : FLAGS_INITIAL;
}

void arch_set_user_ip(struct tcb *t, word_t ip)
{
    *user_ip(t) = ip;
}

void arch_set_user_sp(struct tcb *t, word_t sp)
{
    *user_sp(t) = sp;
}

void arch_set_user_flags(struct tcb *t, word_t flags)
{
    /* Single steps belong to exception handlers: their reply may set TF. */
    flags = FLAGS_INITIAL | (flags & FLAGS_USER & ~(word_t)FLAG_TF);
    if (!flags_stored(t)) { /* sysexit would not load them */
        if (t->accept != 0)
            ipc_leave_plain_wait(t);
        t->slow |= SLOW_FLAGS;
    }
    t->arch.flags = flags;
}

/* The message registers are loaded when t resumes: by entry.S, or here below if
 * t has flags or a segment of its own, which need the other way back. */
void arch_ipc_return(struct tcb *t, word_t from)
{
    t->hot.from = from;
    t->hot.resume = RESUME_IPC;
}

void thread_resume_full(struct tcb *t)
{
    struct regs *r = &t->arch.regs;

    if (t->hot.resume == RESUME_IPC) {
        r->eax = t->hot.from;
        r->esi = t->utcb[UTCB_MR0];
        r->ebx = t->utcb[UTCB_MR0 + 1];
        r->ebp = t->utcb[UTCB_MR0 + 2];
        r->edi = t->local_id;
        r->ecx = *user_sp(t); /* as sysexit would leave them */
        r->edx = *user_ip(t);
        if (!(t->slow & SLOW_FLAGS))
            t->arch.flags = FLAGS_INITIAL;
    }
    t->hot.resume = RESUME_FULL;
    t->slow &= ~(word_t)SLOW_FLAGS;
}

/* ---- exception message, x2.md 3.5 ---- */

void arch_exception_preempted(struct tcb *t)
{
    t->arch.vector = VECTOR_IRQ;
    t->arch.error_code = 0;
}

unsigned arch_exception_save(struct tcb *t, word_t *mr)
{
    const struct regs *r = &t->arch.regs;

    mr[1] = arch_user_ip(t);
    mr[2] = t->arch.flags;
    mr[3] = t->arch.vector;
    mr[4] = t->arch.error_code;
    mr[5] = r->edi;
    mr[6] = r->esi;
    mr[7] = r->ebp;
    mr[8] = arch_user_sp(t);
    mr[9] = r->ebx;
    mr[10] = r->edx;
    mr[11] = r->ecx;
    mr[12] = r->eax;
    return 12;
}

void arch_exception_load(struct tcb *t, const word_t *mr, unsigned u)
{
    struct regs *r = &t->arch.regs;
    word_t other = 0; /* flags: below; vector and error code: kept */
    word_t *const place[] = {
        user_ip(t), &other,     &other,  &other,  &r->edi, &r->esi,
        &r->ebp,    user_sp(t), &r->ebx, &r->edx, &r->ecx, &r->eax,
    };

    for (unsigned i = 0; i < u && i < ARRAY_SIZE(place); i++)
        *place[i] = mr[1 + i];
    if (u >= 2)
        t->arch.flags = FLAGS_INITIAL | (mr[2] & FLAGS_USER);
}

/* ---- for the debugger ---- */

void arch_print_registers(struct tcb *t)
{
    const struct regs *r = &t->arch.regs;

    kprintf("ip %lx sp %lx flags %lx\n", *user_ip(t), *user_sp(t),
            arch_user_flags(t));
    kprintf("eax %lx ebx %lx ecx %lx edx %lx esi %lx edi %lx ebp %lx\n", r->eax,
            r->ebx, r->ecx, r->edx, r->esi, r->edi, r->ebp);
}

/* Does the instruction before this address look like a call? */
static bool after_call(word_t address)
{
    const uint8_t *p = (const uint8_t *)address;

    return p[-5] == 0xE8 || (p[-2] == 0xFF && (p[-1] & 0x38) == 0x10) ||
           (p[-3] == 0xFF && (p[-2] & 0x38) == 0x10) ||
           (p[-6] == 0xFF && (p[-5] & 0x38) == 0x10) ||
           (p[-7] == 0xFF && (p[-6] & 0x38) == 0x10);
}

/* There are no frame pointers; return addresses are recognised by the call
 * before them. Now and then that is one too many. */
void arch_backtrace(void)
{
    const word_t *sp = __builtin_frame_address(0);
    unsigned n = 0;

    const char *end = kernel_stack + KERNEL_STACK_BYTES;

    if ((const char *)sp >= end)
        end = kernel_stack_top;
    for (; sp < (const word_t *)end && n < 32; sp++)
        if (*sp > (word_t)kernel_start + 8192 &&
            *sp < (word_t)kernel_text_end && after_call(*sp))
            kprintf("  #%u %p\n", n++, (void *)*sp);
}
