/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions at the end of a page: one that ends with it needs no other, one
 * that goes on behind it faults for the next page, with its own ip (x2.md 3.3).
 * Which bytes they are is in each port's code.h.
 */
#include "tap.h"
#include "worker.h"

#include "code.h"

static char code[2 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static struct {
    L4_Word_t faults, address, ip; /* in the second page */
    bool halted;
} seen;

/* A thread of a new space begins with the `length` bytes at `trap`, whose first
 * `before` are the last ones of a page. They raise an exception; as it has no
 * handler, that halts the thread. */
static void run(const char *trap, unsigned length, unsigned before)
{
    L4_Word_t start = FREE_WINDOW + PAGE_SIZE - before, address = 0, from = 0;
    L4_ThreadId_t t;

    for (unsigned i = 0; i < length; i++)
        code[PAGE_SIZE - before + i] = trap[i];
    SYNC_CODE();
    seen.faults = 0;
    t = thread_in_new_space((thread_fn *)(start | CODE_BIT), 0, PRIO_MID);
    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    for (int i = 0; i < 32; i++) {
        L4_MsgTag_t tag = L4_Receive_Timeout(t, usec(3000));
        if (L4_IpcFailed(tag))
            break;
        L4_StoreMR(1, &address);
        L4_StoreMR(2, &from);
        if (address - FREE_WINDOW >= PAGE_SIZE &&
            address - FREE_WINDOW < 2 * PAGE_SIZE) {
            seen.faults++;
            seen.address = address;
            seen.ip = from;
        }
        L4_Word_t page = address - FREE_WINDOW < 2 * PAGE_SIZE
                             ? (L4_Word_t)code + (address - FREE_WINDOW)
                             : address;
        load_map(page_at(page, L4_FullyAccessible), address);
        L4_Send(t);
    }
    seen.halted = thread_state(t) == L4_SCHEDRESULT_INACTIVE;
    thread_delete(t);
}

int main(void)
{
    const unsigned one = sizeof(SHORT_TRAP) - 1, two = sizeof(LONG_TRAP) - 1;

    plan(two > one ? 4 : 1);
    support_init();
    run(SHORT_TRAP, one, one);
    ok(seen.halted && seen.faults == 0,
       "an instruction that ends with its page needs no other page");
    if (two == one) /* none goes on */
        return tap_status();
    run(LONG_TRAP, two, two / 2);
    ok(seen.halted && seen.faults == 1,
       "one that goes on in the next page faults once, and runs");
    is(seen.address, FREE_WINDOW + PAGE_SIZE, "the address is in that page");
    is(seen.ip, FREE_WINDOW + PAGE_SIZE - two / 2,
       "the ip is the instruction's");
    return tap_status();
}
