/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A space's areas move while none of its threads is active: what was its KIP
 * and its UTCBs is reached no more, by no TLB entry either, and others may have
 * the memory.
 */
#include "tap.h"
#include "worker.h"

static L4_ThreadId_t first, second;
static volatile bool used, tried, reached;

/* Uses its UTCB, which stays in the TLB, with its id. */
static void user(L4_Word_t arg)
{
    (void)arg;
    L4_LoadMR(1, 1);
    used = true;
}

/* Writes where the first thread's UTCB was; its pager does not answer. */
static void intruder(void)
{
    tried = true;
    *(volatile L4_Word_t *)utcb_start(1) = 1;
    reached = true;
    for (;;)
        ;
}

static L4_Fpage_t new_area(void)
{
    return L4_FpageLog2(FREE_WINDOW, (int)utcb_area_log2());
}

static bool start(L4_ThreadId_t t)
{
    return L4_ThreadControl(t, t, L4_nilthread, main_id, (void *)FREE_WINDOW) &&
           L4_Set_Priority(t, PRIO_MID) &&
           L4_ThreadControl(t, t, L4_nilthread, pager_id, NO_UTCB) &&
           L4_IpcSucceeded(send_start(t, (L4_Word_t)intruder,
                                      (L4_Word_t)stacks[MAX_THREADS - 1] +
                                          STACK_BYTES - 16 - RETURN_ADDRESS));
}

int main(void)
{
    L4_Word_t old;

    plan(5);
    support_init();
    first = thread_in_new_space(user, 0, PRIO_MID);
    settle();
    ok(used, "a thread used its UTCB");
    second = L4_GlobalId(user_base + 100, 1);
    ok(L4_ThreadControl(second, first, main_id, L4_nilthread, NO_UTCB) &&
           thread_delete(first),
       "another one, inactive, is left in its space");
    ok(L4_SpaceControl(second, 0, kip_area(), new_area(), L4_anythread, &old),
       "which gets another UTCB area");
    ok(start(second), "the other one runs");
    settle();
    ok(tried && !reached, "and finds nothing where the UTCB was");
    return tap_status();
}
