/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread's user registers, seen by generic/ and by exception IPC.
 */
#include <arch/cpu.h>
#include <arch/trap.h>

#include "arch.h"
#include "kdb.h"
#include "space.h"
#include "string.h"
#include "utcb.h"

/* Words of an exception message (x2.md 3.5); docs/abi-arm.md. */
enum { TRAP_WORDS = 6, TRAP_ADDRESS_WORDS = 7, FOREIGN_WORDS = 12 };
enum { FOREIGN_REGISTERS = 8 }; /* r0 to r7, then lr */

void arch_thread_space_changed(struct tcb *t)
{
    (void)t; /* everything is read from the TCB */
}

void arch_thread_init(struct tcb *t)
{
    t->hot = (struct arch_hot){ .psr = PSR_USER };
    t->arch = (struct arch_tcb){ .has_address = false };
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
    return t->hot.psr;
}
void arch_set_user_sp(struct tcb *t, word_t sp)
{
    t->hot.sp = sp;
}

/* An odd address is Thumb code, as in any branch. */
void arch_set_user_ip(struct tcb *t, word_t ip)
{
    t->hot.psr &= ~(word_t)(PSR_IT | PSR_JAZELLE | PSR_THUMB);
    if (ip & 1)
        t->hot.psr |= PSR_THUMB;
    t->hot.ip = ip & (ip & 1 ? ~(word_t)1 : ~(word_t)3);
}

/* The instruction set goes with the address, see above. */
void arch_set_user_flags(struct tcb *t, word_t flags)
{
    t->hot.psr =
        (t->hot.psr & ~(word_t)PSR_USER_FLAGS) | (flags & PSR_USER_FLAGS);
}

/* The message registers r3 to r6, r8 carry; the first four by ldm and stm. */
void arch_ipc_return(struct tcb *t, word_t from)
{
    struct four {
        word_t r[4];
    };
    const word_t *mr = t->utcb;
    word_t *r = t->arch.r;

    r[0] = from;
    *(struct four *)&r[3] = *(const struct four *)mr;
    r[8] = mr[4];
    if (t->accept && tag_untyped(r[3]) <= 4)
        cpu_fresh(t);
}

/* ---- exception IPC ---- */

void arch_exception_preempted(struct tcb *t)
{
    t->arch.exception = EXCEPTION_IRQ;
    t->arch.code = 0;
    t->arch.has_address = false;
}

unsigned arch_exception_save(struct tcb *t, word_t *mr)
{
    const struct arch_tcb *a = &t->arch;

    if (a->exception == EXCEPTION_FOREIGN) {
        for (unsigned i = 0; i < FOREIGN_REGISTERS; i++)
            mr[1 + i] = a->r[i];
        mr[9] = t->hot.lr;
        mr[10] = t->hot.ip;
        mr[11] = t->hot.sp;
        mr[12] = t->hot.psr;
        return FOREIGN_WORDS;
    }
    mr[1] = t->hot.ip;
    mr[2] = t->hot.sp;
    mr[3] = t->hot.psr;
    mr[4] = a->exception;
    mr[5] = a->code;
    mr[6] = t->local_id;
    if (!a->has_address)
        return TRAP_WORDS;
    mr[7] = a->address;
    return TRAP_ADDRESS_WORDS;
}

/* What an answer says of ip and flags. Going on where it was, the thread may be
 * within an IT block; flags say that, and the instruction set unless the
 * address is odd. */
static void load_state(struct tcb *t, word_t ip, word_t flags)
{
    bool thumb = flags & PSR_THUMB;

    arch_set_user_ip(t, thumb ? ip | 1 : ip);
    arch_set_user_flags(t, flags);
    if (thumb)
        t->hot.psr |= flags & PSR_IT;
}

/* The words that are there count; the rest stays (x2.md 5.3, A27). */
void arch_exception_load(struct tcb *t, const word_t *mr, unsigned u)
{
    bool foreign = t->arch.exception == EXCEPTION_FOREIGN;
    unsigned ip = foreign ? 10 : 1, sp = ip + 1, psr = ip + 2;

    for (unsigned i = 0; foreign && i < FOREIGN_REGISTERS && i < u; i++)
        t->arch.r[i] = mr[1 + i];
    if (foreign && u >= 9)
        t->hot.lr = mr[9];
    if (u >= ip)
        load_state(t, mr[ip], u >= psr ? mr[psr] : t->hot.psr);
    if (u >= sp)
        t->hot.sp = mr[sp];
}

/* ---- ExceptionRegisters ---- */

enum { LOW = 10, HIGH = 3 }; /* r0 to r9, r10 to r12 */

void arch_read_registers(const struct tcb *t, word_t *mr)
{
    memcpy(&mr[1], t->arch.r, LOW * WORD_BYTES);
    memcpy(&mr[1 + LOW], t->hot.r10, HIGH * WORD_BYTES);
    mr[14] = t->hot.sp;
    mr[15] = t->hot.lr;
    mr[16] = t->hot.ip;
    mr[17] = t->hot.psr;
}

void arch_write_registers(struct tcb *t, const word_t *mr)
{
    memcpy(t->arch.r, &mr[1], LOW * WORD_BYTES);
    memcpy(t->hot.r10, &mr[1 + LOW], HIGH * WORD_BYTES);
    t->hot.sp = mr[14];
    t->hot.lr = mr[15];
    load_state(t, mr[16], mr[17]);
}

/* ---- for people ---- */

void arch_print_registers(struct tcb *t)
{
    const struct arch_hot *h = &t->hot;

    for (unsigned i = 0; i < 10; i++)
        kprintf("  r%u %lx%s", i, t->arch.r[i], i % 4 == 3 ? "\n" : "");
    kprintf("  r10 %lx  r11 %lx\n  r12 %lx  sp %lx  lr %lx  pc %lx\n",
            h->r10[0], h->r10[1], h->r10[2], h->sp, h->lr, h->ip);
    kprintf("  cpsr %lx  tls %lx\n", h->psr, h->tls);
}
