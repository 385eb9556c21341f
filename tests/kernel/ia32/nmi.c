/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interrupt that nobody can mask, where it hurts most: when the kernel has
 * just let the others in, or has its stack where it may not grow. nmi.gdb makes
 * it.
 */
#include "tap.h"
#include "worker.h"

enum { ASK = 0x4e4d0000, MARK = 0x4e4d, USER_DATA = 0x23 };

static volatile L4_Word_t wakes;

static void sleeper(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        L4_Sleep(usec(1000));
        wakes++;
    }
}

/* With interrupts off, until one of the timer must be waiting. */
static void outwait_timer(void)
{
    __asm__ volatile("cli" : : : "memory");
    for (volatile L4_Word_t i = 0; i < 2000000; i++)
        ;
}

/* Ipc that does nothing but come back; result: ebx. */
static L4_Word_t come_back(L4_Word_t *data_segments)
{
    L4_Word_t mr1 = __l4_syscalls[4], tag = ASK, to = 0, from = 0, never = 0;

    __asm__ volatile("pushl %%ebp\n\t"
                     "call *%%ebx\n\t"
                     "popl %%ebp\n\t"
                     "movl %%ds, %%eax\n\t"
                     "shll $16, %%eax\n\t"
                     "movl %%es, %%ecx\n\t"
                     "movw %%cx, %%ax"
                     : "+b"(mr1), "+S"(tag), "+a"(to), "+d"(from), "+c"(never)
                     :
                     : "edi", "memory", "cc");
    *data_segments = to;
    return mr1;
}

int main(void)
{
    L4_ThreadId_t t;
    L4_Word_t before, mark, segments, own;
    static L4_Word_t word = MARK;

    support_init();
    t = thread_here(sleeper, 0, PRIO_MID);
    settle();
    __L4_Kdb(~0ul, 0); /* for nmi.gdb: the first, so print nothing before */
    outwait_timer();
    mark = come_back(&segments);
    settle();
    __L4_Kdb(~0ul, 0); /* once more: no interrupt sets right what it leaves */
    (void)come_back(&segments);
    L4_Set_ThreadRegister((L4_Word_t)&word);
    __L4_Kdb(~0ul, 0);
    L4_SystemClock();
    __asm__ volatile("movl %%gs:0, %0" : "=r"(own));
    plan(4);
    is(mark, MARK, "an NMI before the last instruction of the way out");
    is(segments, USER_DATA << 16 | USER_DATA, "leaves the data segments");
    is(own, MARK, "one where a trap begins leaves all that is a thread's");
    before = wakes;
    settle();
    ok(wakes > before, "and the timer's interrupt that was waiting then");
    thread_delete(t);
    return tap_status();
}
