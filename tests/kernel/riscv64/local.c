/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc to a local id is short: the kernel reads the global one where the local
 * one points, believes nothing that it finds there, and survives whatever
 * pointer it is.
 */
#include "tap.h"
#include "worker.h"

enum { ROUNDS = 100, MY_ID = -15 };
enum { NO_PARTNER = 2 };
/* Nothing answers there: trap.c. */
#define HOLE ((L4_Word_t)0x08000000)

static L4_ThreadId_t servers[8], far;
static volatile L4_Word_t served, caller, thread_register;
static L4_Word_t forged[32] __attribute__((aligned(PAGE_SIZE)));

/* Answers whom it sees, with its number and what it was told. */
static void server(L4_Word_t n)
{
    L4_ThreadId_t from;
    L4_Word_t w;

    L4_Wait(&from);
    for (;;) {
        L4_StoreMR(1, &w);
        caller = from.raw;
        served++;
        L4_LoadMR(1, w + n);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
        L4_Ipc(from, L4_anythread, 0x0400 << 16, &from);
    }
}

/* A call. Result: the answer, or ~0 and the error code. */
static L4_Word_t call(L4_ThreadId_t to, bool lipc)
{
    L4_ThreadId_t from = L4_nilthread;
    L4_MsgTag_t tag;
    L4_Word_t w;

    L4_LoadMR(1, 1000);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    tag = lipc ? L4_Lipc(to, to, 0x0400 << 16, &from)
               : L4_Ipc(to, to, 0x0400 << 16, &from);
    if (L4_IpcFailed(tag))
        return ~ipc_error();
    L4_StoreMR(1, &w);
    return w;
}

static void test_calls(void)
{
    L4_Word_t good = 0;

    for (int i = 0; i < ROUNDS; i++)
        for (L4_Word_t n = 0; n < 8; n++)
            good += call(L4_LocalIdOf(servers[n]), false) == 1000 + n;
    is(good, 8 * ROUNDS, "calls by local id");
    is(caller, L4_MyLocalId().raw, "arrive with a local id");
    good = 0;
    for (int i = 0; i < ROUNDS; i++)
        for (L4_Word_t n = 0; n < 8; n++)
            good += call(L4_LocalIdOf(servers[n]), true) == 1000 + n;
    is(good, 8 * ROUNDS, "so do those by Lipc");
    good = 0;
    for (L4_Word_t n = 0; n < 8; n++)
        good += call(servers[n], true) == 1000 + n;
    is(good, 8, "Lipc takes global ids");
}

/* What is no local id; the thread register survives each. */
static void test_pointers(void)
{
    L4_Word_t wrong[] = {
        8,
        64,
        4096,
        FREE_WINDOW,
        FREE_WINDOW + 120,
        L4_LocalIdOf(servers[0]).raw + 1,
        L4_LocalIdOf(servers[0]).raw + 4,
        L4_LocalIdOf(servers[0]).raw + 8,
        L4_LocalIdOf(servers[0]).raw + 512,
        utcb_start(255) + 512,
        utcb_first - 4096,
        kip_address + 512,
        HOLE + 512,
        (L4_Word_t)forged + 256,
        ((L4_Word_t)1 << 38) - 8,
        ((L4_Word_t)1 << 38) + 512,
        ~(L4_Word_t)0 << 38,
        L4_LocalIdOf(servers[0]).raw | (L4_Word_t)1 << 62,
    };
    enum { COUNT = sizeof(wrong) / sizeof(wrong[0]) };
    L4_Word_t tp, bad = 0, before = served;

    __asm__ volatile("mv %0, tp" : "=r"(tp));
    for (int i = 0; i < COUNT; i++) {
        L4_Word_t after, result;
        result = call((L4_ThreadId_t){ .raw = wrong[i] }, i & 1);
        __asm__ volatile("mv %0, tp" : "=r"(after));
        if (result != ~(L4_Word_t)NO_PARTNER || after != tp) {
            printf("# 0x%lx: 0x%lx\n", wrong[i], ~result);
            bad++;
        }
    }
    is(bad, 0, "what is no local id is error 2");
    is(served, before, "and reaches nobody");
    is(call(L4_LocalIdOf(servers[3]), false), 1003, "a right one still works");
    L4_Sleep(usec(1000));
    is(call(servers[3], false), 1003, "and so does time");
}

/* Memory of the user's own that looks like somebody's UTCB. */
static void test_forged(void)
{
    L4_ThreadId_t fake = { .raw = (L4_Word_t)(forged + 24) };
    L4_Word_t saved, *utcb;

    forged[24 + MY_ID] = servers[2].raw;
    is(call(fake, false), ~(L4_Word_t)NO_PARTNER,
       "a pointer to a thread's id is not its local id");
    forged[24 + MY_ID] = far.raw;
    is(call(fake, false), ~(L4_Word_t)NO_PARTNER,
       "nor to that of another space");
    forged[24 + MY_ID] = ~(L4_Word_t)0;
    is(call(fake, false), ~(L4_Word_t)NO_PARTNER, "nor to nonsense");
    /* far has, in its space, the local id that its slot has here. */
    is(call(far, false), 1050, "a thread of another space answers");
    utcb = (L4_Word_t *)L4_LocalIdOf(servers[7]).raw;
    saved = utcb[MY_ID];
    utcb[MY_ID] = far.raw;
    is(call(L4_LocalIdOf(servers[7]), false), ~(L4_Word_t)NO_PARTNER,
       "a thread that says it is one of another space is none");
    utcb[MY_ID] = servers[6].raw;
    is(call(L4_LocalIdOf(servers[7]), false), ~(L4_Word_t)NO_PARTNER,
       "and neither is one that says it is another");
    utcb[MY_ID] = saved;
    is(call(L4_LocalIdOf(servers[7]), false), 1007, "until it says the truth");
}

/* Another space's thread with the local id of servers[7]. */
static L4_ThreadId_t twin_of(L4_ThreadId_t t)
{
    L4_ThreadId_t twin = L4_GlobalId(user_base + 300, 1);
    unsigned k = (unsigned)(L4_ThreadNo(t) - thread_no(0));
    L4_Word_t old;
    struct thread kept = threads[k];

    L4_ThreadControl(twin, twin, main_id, L4_nilthread, NO_UTCB);
    L4_SpaceControl(twin, 0, kip_area(), utcb_area(), L4_anythread, &old);
    L4_ThreadControl(twin, twin, L4_nilthread, main_id, (void *)utcb_start(k));
    L4_Set_Priority(twin, PRIO_MID);
    L4_ThreadControl(twin, twin, L4_nilthread, pager_id, NO_UTCB);
    threads[k] = (struct thread){ server, 50, twin };
    send_start(twin, (L4_Word_t)thread_entry,
               (L4_Word_t)stacks[MAX_THREADS - 1] + STACK_BYTES - 32);
    settle();
    threads[k] = kept;
    return twin;
}

int main(void)
{
    plan(15);
    support_init();
    for (L4_Word_t n = 0; n < 8; n++)
        servers[n] = thread_here(server, n, PRIO_MID);
    settle();
    far = twin_of(servers[7]);
    L4_Sigma0_GetPage_RcvWindow(L4_GlobalId(user_base, 1),
                                L4_FpageLog2(HOLE, 12), L4_FpageLog2(HOLE, 12));
    test_calls();
    test_pointers();
    test_forged();
    return tap_status();
}
