/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's thread register: kept for each thread (docs/abi-*.md).
 */
#include "tap.h"
#include "worker.h"

#include <pecan.h>

enum { MESSAGES = 1000 };

static __thread L4_Word_t mine = 7;
static __thread L4_Word_t zero;
static volatile L4_Word_t wrong, rounds, initial;
static char tls_area[3][1024] __attribute__((aligned(64)));

/* The compiler believes that the thread register never changes, and would look
 * at it only once. */
static L4_Word_t __attribute__((noipa)) now(void)
{
    return mine;
}

static void answer(L4_Word_t n)
{
    L4_ThreadId_t from;
    L4_Word_t w;

    pecan_tls_init(tls_area[n]);
    initial += mine == 7 && zero == 0;
    mine = 100 * n;
    L4_Wait(&from);
    for (;;) {
        mine++;
        rounds++;
        L4_StoreMR(1, &w);
        wrong += now() != 100 * n + w;
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
        L4_ReplyWait(from, &from);
    }
}

static void exchange(L4_ThreadId_t partner, const char *name)
{
    wrong = rounds = 0;
    mine = 5000;
    for (L4_Word_t i = 1; i <= MESSAGES; i++) {
        mine++;
        L4_LoadMR(1, i);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
        wrong += L4_IpcFailed(L4_Call(partner));
        wrong += now() != 5000 + i;
    }
    is(rounds, MESSAGES, name);
    is(wrong, 0, "and both keep their variables");
}

static void spin(L4_Word_t n)
{
    pecan_tls_init(tls_area[n]);
    mine = 0;
    for (L4_Word_t i = 1;; i++) {
        mine++;
        wrong += now() != i;
    }
}

int main(void)
{
    plan(6);
    support_init();
    exchange(thread_here(answer, 0, PRIO_MID),
             "two threads of one space exchange 1,000 messages");
    exchange(thread_in_new_space(answer, 1, PRIO_MID),
             "two threads of two spaces exchange 1,000 messages");
    is(initial, 2, "their variables began as the program says");
    thread_here(spin, 2, PRIO_LOW);
    mine = 3;
    for (int i = 0; i < 20; i++)
        L4_Sleep(usec(1000));
    ok(now() == 3 && wrong == 0, "preemption keeps them, too");
    return tap_status();
}
