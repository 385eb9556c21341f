/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ExchangeRegisters on threads in every state: what it tells, what the wrong
 * phase leaves alone, and all control bits at once (x2.md 2.3). In the middle
 * of strings: transfer.c.
 */
#include "states.h"
#include "tap.h"

enum { HALTED_BIT = 1, RECEIVING_BIT = 2, SENDING_BIT = 4 };

static const L4_Word_t expected[STATES] = {
    [NOT_STARTED] = RECEIVING_BIT,
    [RUNNING] = 0,
    [HALTED] = HALTED_BIT,
    [SENDING] = SENDING_BIT,
    [RECEIVING] = RECEIVING_BIT,
    [RECEIVING_A_WHILE] = RECEIVING_BIT,
    [WAITING] = RECEIVING_BIT,
    [FAULT_UNTOLD] = SENDING_BIT,
    [FAULT_TOLD] = RECEIVING_BIT,
    [NO_QUANTUM] = SENDING_BIT,
    [QUANTUM_TOLD] = 0,
    [EXCEPTION] = SENDING_BIT,
};

static char stack[4096] __attribute__((aligned(16)));
static volatile L4_Word_t arrived, arrived_sp, arrived_handle, arrived_pager;

static void arrive(void)
{
    L4_Word_t here;

    arrived_sp = (L4_Word_t)&here;
    arrived_handle = L4_UserDefinedHandle();
    arrived_pager = L4_Pager().raw;
    arrived++;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* The old control word; ~0: the call failed. */
static L4_Word_t change(L4_ThreadId_t t, L4_Word_t control)
{
    const L4_Word_t top = (L4_Word_t)stack + sizeof(stack) - 64;
    L4_Word_t old, flags;
    L4_ThreadId_t result;

    result = L4_ExchangeRegisters(t, EX_DELIVER, 0, 0, 0, 0, L4_nilthread, &old,
                                  NULL, NULL, &flags, NULL, NULL);
    if (result.raw == 0)
        return ~0ul;
    L4_ExchangeRegisters(t, control, top, (L4_Word_t)arrive, flags, 4711,
                         pager_id, &old, NULL, NULL, NULL, NULL, NULL);
    return old;
}

static void report(bool good, const char *what, enum state state)
{
    static char line[80];

    snprintf(line, sizeof(line), "%s: %s", what, names[state]);
    ok(good, line);
}

/* Has it arrived with everything new? Nobody without quantum does. */
static bool arrives(L4_ThreadId_t t, enum state state)
{
    if (state == NO_QUANTUM || state == QUANTUM_TOLD) {
        settle();
        if (arrived)
            return false;
        L4_Set_Timeslice(t, usec(2000), L4_Never);
    }
    L4_Sleep(usec(20000));
    if (arrived == 1 && arrived_handle == 4711 &&
        arrived_pager == pager_id.raw && arrived_sp >= (L4_Word_t)stack &&
        arrived_sp < (L4_Word_t)stack + sizeof(stack))
        return true;
    printf("# arrived %lu, handle %lx, pager %lx, sp %lx\n", arrived,
           arrived_handle, arrived_pager, arrived_sp);
    return false;
}

static void try(enum state state)
{
    const L4_Word_t all = EX_RECV | EX_SEND | EX_SP | EX_IP | EX_FLAGS |
                          EX_HANDLE | EX_PAGER | EX_DELIVER;
    L4_ThreadId_t t = make(state);
    L4_Word_t want = expected[state], got = change(t, EX_DELIVER);

    report(got == want, "its phase is told", state);
    if (got != want)
        printf("# got %lx, want %lx\n", got, want);
    if (!(want & SENDING_BIT))
        change(t, EX_SEND);
    if (!(want & RECEIVING_BIT))
        change(t, EX_RECV);
    report(change(t, 0) == want, "the other phase is left alone", state);
    arrived = 0;
    change(t, all | EX_HALT_VALID);
    report(arrives(t, state), "it starts anew elsewhere", state);
    thread_delete(t);

    t = make(state);
    arrived = 0;
    change(t, all | EX_HALT | EX_HALT_VALID);
    L4_Sleep(usec(20000));
    bool good = arrived == 0 && change(t, 0) == HALTED_BIT &&
                thread_state(t) == L4_SCHEDRESULT_INACTIVE;
    change(t, EX_HALT_VALID);
    report(good && arrives(t, state), "halted first, then there", state);
    thread_delete(t);
}

int main(void)
{
    plan(4 * (STATES - 1) + 1);
    support_init();
    states_here = true;
    L4_Set_Priority(main_id, PRIO_HIGH);
    ok(change(make(INACTIVE), EX_DELIVER) == ~0ul && L4_ErrorCode() == 2,
       "an inactive thread: error 2");
    for (enum state s = NOT_STARTED; s < STATES; s++)
        try(s);
    return tap_status();
}
