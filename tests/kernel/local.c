/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc to a local id is short: the kernel reads the global one where the local
 * one points, believes nothing that it finds there, and survives whatever
 * pointer it is.
 */
#include "tap.h"
#include "calls.h"
#include "worker.h"

enum { ROUNDS = 100, NO_PARTNER = 2, LOCAL_ID = 64 };
/* RAM or device on no board: where the bus answers with an error, if any. */
#define HOLE ((L4_Word_t)0x08000000)

/* The register that C code and its threads keep for themselves. */
static L4_Word_t thread_register_now(void)
{
    L4_Word_t value;
#if defined(__riscv)
    __asm__ volatile("mv %0, tp" : "=r"(value));
#elif defined(__arm__)
    __asm__ volatile(__L4_READ_THREAD_REGISTER("%0") : "=r"(value));
#else
    __asm__ volatile("mov %%gs, %0" : "=r"(value));
#endif
    return value;
}

static L4_ThreadId_t servers[8], far;
static volatile L4_Word_t served, caller;
static L4_Word_t forged[PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));
static L4_Word_t my_id; /* word of a UTCB that has its thread's global id */

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
        L4_LocalIdOf(servers[0]).raw + LOCAL_ID * sizeof(L4_Word_t),
        utcb_start(255) + LOCAL_ID * sizeof(L4_Word_t),
        utcb_first - 4096,
        kip_address + 512,
        HOLE + 512,
        (L4_Word_t)forged + 256,
        (L4_Word_t)1 << 31,
        -(L4_Word_t)1 << 30,
        -(L4_Word_t)1 << 29,
        ~(L4_Word_t)0x3f,
#if defined(__riscv)
        ((L4_Word_t)1 << 38) - 8,
        ((L4_Word_t)1 << 38) + 512,
        ~(L4_Word_t)0 << 38,
        L4_LocalIdOf(servers[0]).raw | (L4_Word_t)1 << 62,
#endif
    };
    enum { COUNT = sizeof(wrong) / sizeof(wrong[0]) };
    L4_Word_t tp = thread_register_now(), bad = 0, before = served;

    for (int i = 0; i < COUNT; i++) {
        L4_Word_t result = call((L4_ThreadId_t){ .raw = wrong[i] }, i & 1);
        if (result != ~(L4_Word_t)NO_PARTNER || thread_register_now() != tp) {
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
    L4_ThreadId_t fake = { .raw = (L4_Word_t)(forged + LOCAL_ID) };
    L4_ThreadId_t last = L4_LocalIdOf(servers[7]);
    L4_Word_t saved, *utcb;

    forged[my_id] = servers[2].raw;
    is(call(fake, false), ~(L4_Word_t)NO_PARTNER,
       "a pointer to a thread's id is not its local id");
    forged[my_id] = far.raw;
    is(call(fake, false), ~(L4_Word_t)NO_PARTNER,
       "nor to that of another space");
    forged[my_id] = ~(L4_Word_t)0;
    is(call(fake, false), ~(L4_Word_t)NO_PARTNER, "nor to nonsense");
    /* far has, in its space, the local id that its slot has here. */
    is(call(far, false), 1050, "a thread of another space answers");
    utcb = (L4_Word_t *)last.raw - LOCAL_ID;
    saved = utcb[my_id];
    utcb[my_id] = far.raw;
    is(call(last, false), ~(L4_Word_t)NO_PARTNER,
       "a thread that says it is one of another space is none");
    utcb[my_id] = servers[6].raw;
    is(call(last, false), ~(L4_Word_t)NO_PARTNER,
       "and neither is one that says it is another");
    utcb[my_id] = saved ^ 2;
    is(call(last, false), ~(L4_Word_t)NO_PARTNER,
       "nor one that says it is an earlier or later one");
    utcb[my_id] = saved;
    is(call(last, false), 1007, "until it says the truth");
}

static void mapper(L4_Word_t arg)
{
    load_map(page_at((L4_Word_t)forged, L4_FullyAccessible), 0);
    L4_Send(main_id);
    (void)arg;
}

/* No id at all, nilthread, with memory behind it that names a thread without
 * UTCB, whose local id the kernel may know as zero; and one to wait for. */
static void test_zero(void)
{
    L4_ThreadId_t inactive = fresh(0), t;
    L4_Word_t end = PAGE_SIZE / sizeof(L4_Word_t), place = my_id - LOCAL_ID;

    ok(thread_control(inactive, main_id, main_id, L4_nilthread,
                      (L4_Word_t)NO_UTCB) == 0,
       "a thread without UTCB");
    forged[place % end] = inactive.raw;
    for (int i = 0; i < 2; i++) {
        /* What is at a small offset before zero is at the memory's end. */
        L4_Word_t at = i ? -(L4_Word_t)PAGE_SIZE : 0;
        L4_LoadBR(0, L4_FpageLog2(at, 12).raw);
        t = thread_here(mapper, at, PRIO_MID);
        L4_Receive(t);
        thread_delete(t);
    }
    L4_LoadBR(0, 0);
    L4_LoadMR(1, 1000);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    t = L4_nilthread;
    L4_MsgTag_t tag = L4_Ipc(L4_nilthread, L4_nilthread, 0, &t);
    ok(L4_IpcSucceeded(tag), "an Ipc to and from nobody does nothing");
    thread_delete(inactive);
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
               (L4_Word_t)stacks[MAX_THREADS - 1] + STACK_BYTES - 16 -
                   RETURN_ADDRESS);
    L4_Sleep(usec(50000)); /* it takes its function and the first pages */
    threads[k] = kept;
    return twin;
}

int main(void)
{
    plan(18);
    support_init();
    while (*(L4_Word_t *)(utcb_first + my_id * sizeof(L4_Word_t)) !=
           main_id.raw)
        my_id++;
    for (L4_Word_t n = 0; n < 8; n++)
        servers[n] = thread_here(server, n, PRIO_MID);
    settle();
    far = twin_of(servers[7]);
    L4_Sigma0_GetPage_RcvWindow(L4_GlobalId(user_base, 1),
                                L4_FpageLog2(HOLE, 12), L4_FpageLog2(HOLE, 12));
    test_calls();
    test_pointers();
    test_forged();
    test_zero();
    return tap_status();
}
