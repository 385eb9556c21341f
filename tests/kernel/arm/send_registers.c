/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in the registers of a thread that has sent and goes on: nilthread,
 * its message, and nothing of the kernel's.
 */
#include "tap.h"
#include "worker.h"

/* Above are the numbers of system calls. */
#define KERNEL       ((L4_Word_t)0xC0000000)
#define KERNEL_BYTES ((L4_Word_t)0x3FFF0000)
enum { LOW = 10 }; /* r0 to r9 */

static volatile L4_Word_t received;

static void receiver(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (;;) {
        L4_Wait(&from);
        received++;
    }
}

static void send(L4_ThreadId_t to, L4_Word_t tag, L4_Word_t after[LOW])
{
    register L4_Word_t r0 __asm__("r0") = to.raw;
    register L4_Word_t r3 __asm__("r3") = tag;
    register L4_Word_t *r10 __asm__("r10") = after;
    register L4_Word_t r12 __asm__("r12") = __l4_syscalls[4];

    __asm__ volatile("mov r1, #0\n\tmov r2, #0\n\tmov r4, #4\n\tmov r5, #5\n\t"
                     "mov r6, #6\n\tmov r8, #8\n\tmov r9, #9\n\t"
                     "blx r12\n\tstmia r10, {r0-r9}"
                     : "+r"(r0), "+r"(r3)
                     : "r"(r10), "r"(r12)
                     : "r1", "r2", "r4", "r5", "r6", "r7", "r8", "r9", "lr",
                       "cc", "memory");
}

int main(void)
{
    static const L4_Word_t words[] = { 0, 3, 4, 20, 63 };
    enum { COUNT = sizeof words / sizeof words[0] };
    L4_Word_t after[LOW], nil = 0, whole = 0, foreign = 0;

    plan(4);
    support_init();
    L4_ThreadId_t t = thread_here(receiver, 0, PRIO_LOW);
    settle();
    for (unsigned i = 0; i < COUNT; i++) {
        send(t, words[i], after);
        nil += after[0] == 0;
        whole += after[3] == words[i] && after[4] == 4 && after[5] == 5 &&
                 after[6] == 6 && after[8] == 8;
        for (unsigned r = 0; r < LOW; r++)
            foreign += after[r] - KERNEL < KERNEL_BYTES;
        settle();
    }
    is(received, COUNT, "sends arrive");
    is(nil, COUNT, "and nobody is said to have answered");
    is(whole, COUNT, "the message stays as it was");
    is(foreign, 0, "and no register has an address of the kernel's");
    return tap_status();
}
