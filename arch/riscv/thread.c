/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread's user registers, as the rest of the kernel sees them.
 *
 * There are no user flags: what user code may change of sstatus is nothing.
 */
#include <arch/layout.h>
#include <arch/trap.h>

#include "kdb.h"
#include "sched.h"
#include "string.h"
#include "tcb.h"
#include "utcb.h"
#include "tlb.h"

#define REGS_AT(member, offset) \
    _Static_assert(offsetof(struct tcb, member) == (offset), #member)
#define CPU_AT(member, offset) \
    _Static_assert(offsetof(struct cpu, member) == (offset), #member)
TCB_AT(id, TCB_ID / 8);
TCB_AT(accept, TCB_ACCEPT / 8);
TCB_AT(slow, TCB_SLOW / 8);
TCB_AT(prio, TCB_PRIO / 8);
TCB_AT(space, TCB_SPACE / 8);
TCB_AT(utcb, TCB_UTCB / 8);
_Static_assert(UTCB_MY_ID_OFFSET == UTCB_MY_ID * (int)WORD_BYTES, "MY_ID");
TCB_AT(local_id, TCB_LOCAL_ID / 8);
TCB_AT(senders, TCB_SENDERS / 8);
REGS_AT(hot.ip, HOT_IP);
REGS_AT(hot.sp, HOT_SP);
REGS_AT(hot.tp, HOT_TP);
REGS_AT(hot.satp, HOT_SATP);
REGS_AT(hot.cause, HOT_CAUSE);
REGS_AT(hot.value, HOT_VALUE);
REGS_AT(hot.gp, HOT_GP);
REGS_AT(hot.t0, HOT_T0);
REGS_AT(arch.ra, REG_RA);
REGS_AT(arch.t1, REG_T1);
REGS_AT(arch.t6, REG_T6);
REGS_AT(arch.a[0], REG_A0);
REGS_AT(arch.a[7], REG_A7);
REGS_AT(arch.s0, REG_S0);
REGS_AT(arch.s[0], REG_S2);
REGS_AT(arch.s[9], REG_S11);
REGS_AT(arch.resume, REG_RESUME);
REGS_AT(link.next, LINK_NEXT);
REGS_AT(link.prev, LINK_PREV);
CPU_AT(top_prio, CPU_TOP_PRIO);
CPU_AT(ready_map, CPU_READY_MAP);
CPU_AT(ready, CPU_READY);

void arch_thread_init(struct tcb *t)
{
    (void)t; /* the slot is zero */
}

void arch_thread_space_changed(struct tcb *t)
{
    tlb_thread_moved(t);
    t->hot.gp = t->local_id;
}

word_t arch_user_ip(const struct tcb *t)
{
    return t->hot.ip;
}

word_t arch_user_sp(const struct tcb *t)
{
    return t->hot.sp;
}

word_t arch_user_flags(const struct tcb *t)
{
    (void)t;
    return 0;
}

void arch_set_user_ip(struct tcb *t, word_t ip)
{
    t->hot.ip = ip & ~(word_t)1;
}

void arch_set_user_sp(struct tcb *t, word_t sp)
{
    t->hot.sp = sp;
}

void arch_set_user_flags(struct tcb *t, word_t flags)
{
    (void)t, (void)flags;
}

/* The message registers follow from the UTCB when the thread resumes. */
void arch_ipc_return(struct tcb *t, word_t from)
{
    t->arch.a[0] = from;
    t->arch.resume = RESUME_IPC;
}

/* ---- exceptions: docs/abi-riscv.md --------------------------------------- */

enum { CALL_WORDS = 12, TRAP_WORDS = 6, ADDRESS_WORDS = 7 };

static unsigned save_foreign_call(const struct tcb *t, word_t *mr)
{
    for (unsigned i = 0; i < 8; i++)
        mr[1 + i] = t->arch.a[i];
    mr[9] = t->hot.tp;
    mr[10] = t->hot.ip;
    mr[11] = t->hot.sp;
    mr[12] = 0;
    return CALL_WORDS;
}

static void load_foreign_call(struct tcb *t, const word_t *mr, unsigned u)
{
    for (unsigned i = 0; i < 8 && i < u; i++)
        t->arch.a[i] = mr[1 + i];
    if (u >= 9)
        t->hot.tp = mr[9];
    if (u >= 10)
        arch_set_user_ip(t, mr[10]);
    if (u >= 11)
        arch_set_user_sp(t, mr[11]);
}

void arch_exception_preempted(struct tcb *t)
{
    (void)t; /* hot.cause says it */
}

unsigned arch_exception_save(struct tcb *t, word_t *mr)
{
    word_t cause = t->hot.cause;

    if (cause == CAUSE_USER_CALL)
        return save_foreign_call(t, mr);
    bool address = cause != CAUSE_ILLEGAL && cause != CAUSE_BREAKPOINT;
    mr[1] = t->hot.ip;
    mr[2] = t->hot.sp;
    mr[3] = 0;
    mr[4] = cause;
    mr[5] = cause == CAUSE_ILLEGAL ? t->hot.value : 0;
    mr[6] = t->local_id;
    if (address)
        mr[7] = t->hot.value;
    return address ? ADDRESS_WORDS : TRAP_WORDS;
}

void arch_exception_load(struct tcb *t, const word_t *mr, unsigned u)
{
    if (t->hot.cause == CAUSE_USER_CALL) {
        load_foreign_call(t, mr, u);
        return;
    }
    if (u >= 1)
        arch_set_user_ip(t, mr[1]);
    if (u >= 2)
        arch_set_user_sp(t, mr[2]);
}

/* ---- ExceptionRegisters -------------------------------------------------- */

_Static_assert(REG_T6 - REG_T1 == (31 - 6) * WORD_BYTES, "x6 to x31 in order");

void arch_read_registers(const struct tcb *t, word_t *r)
{
    r[1] = t->arch.ra;
    r[2] = t->hot.sp;
    r[3] = t->hot.gp;
    r[4] = t->hot.tp;
    r[5] = t->hot.t0;
    memcpy(&r[6], &t->arch.t1, 26 * WORD_BYTES);
    r[32] = t->hot.ip;
}

void arch_write_registers(struct tcb *t, const word_t *r)
{
    t->arch.ra = r[1];
    t->hot.sp = r[2];
    t->hot.gp = r[3];
    t->hot.tp = r[4];
    t->hot.t0 = r[5];
    memcpy(&t->arch.t1, &r[6], 26 * WORD_BYTES);
    arch_set_user_ip(t, r[32]);
}

void arch_print_registers(struct tcb *t)
{
    kprintf("  ip %lx sp %lx ra %lx gp %lx tp %lx\n", t->hot.ip, t->hot.sp,
            t->arch.ra, t->hot.gp, t->hot.tp);
    kprintf("  cause %lx value %lx t0 %lx t1 %lx t2 %lx\n", t->hot.cause,
            t->hot.value, t->hot.t0, t->arch.t1, t->arch.t2);
    kprintf("  t3 %lx t4 %lx t5 %lx t6 %lx\n", t->arch.t3, t->arch.t4,
            t->arch.t5, t->arch.t6);
    for (unsigned i = 0; i < 8; i += 4)
        kprintf("  a%u %lx %lx %lx %lx\n", i, t->arch.a[i], t->arch.a[i + 1],
                t->arch.a[i + 2], t->arch.a[i + 3]);
    kprintf("  s0 %lx %lx\n", t->arch.s0, t->arch.s1);
    for (unsigned i = 0; i < 10; i += 5)
        kprintf("  s%u %lx %lx %lx %lx %lx\n", i + 2, t->arch.s[i],
                t->arch.s[i + 1], t->arch.s[i + 2], t->arch.s[i + 3],
                t->arch.s[i + 4]);
}
