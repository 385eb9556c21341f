/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * More spaces than the processor has ASIDs, if it has any (then 15 besides the
 * kernel's: asid.gdb of the back end): each sees its own memory. The emulator
 * empties its TLB at each change of satp, so a wrong ASID shows in the kernel's
 * assertions only.
 */
#include "tap.h"
#include "worker.h"

enum { SPACES = 26, ASIDS = 15, ROUNDS = 4 };

static L4_Word_t frames[SPACES][PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));
static L4_ThreadId_t members[SPACES], server;

/* To each its own frame at the same address. */
static void serve(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t address, source;
        L4_StoreMR(1, &address);
        source = address;
        for (int i = 0; i < SPACES; i++)
            if (from.raw == members[i].raw &&
                (address & ~0xffful) == FREE_WINDOW)
                source = (L4_Word_t)frames[i];
        load_map(page_at(source, L4_FullyAccessible), address);
        tag = L4_ReplyWait(from, &from);
    }
    (void)tag;
}

/* Answers with its word and the one of the member named in MR1, if any. */
static void member(L4_Word_t arg)
{
    L4_ThreadId_t from, other;
    L4_Word_t others;

    (void)arg;
    L4_Set_Pager(server);
    L4_Wait(&from);
    for (;;) {
        L4_StoreMR(1, &other.raw);
        others = 0;
        if (other.raw) {
            L4_LoadMR(1, 0);
            L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
            L4_Call(other);
            L4_StoreMR(1, &others);
        }
        L4_LoadMR(1, *(volatile L4_Word_t *)FREE_WINDOW);
        L4_LoadMR(2, others);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 });
        L4_ReplyWait(from, &from);
    }
}

/* Does a answer with its word, and with that of b, which it calls? */
static bool call(int a, int b)
{
    L4_Word_t first = 0, second = 0;

    L4_LoadMR(1, members[b].raw);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    if (L4_IpcFailed(L4_Call(members[a])))
        return false;
    L4_StoreMR(1, &first);
    L4_StoreMR(2, &second);
    return first == frames[a][0] && second == frames[b][0];
}

static void test_many(void)
{
    L4_Word_t good = 0, made = 0;

    for (int i = 0; i < SPACES; i++) {
        frames[i][0] = 1000 + (L4_Word_t)i;
        members[i] = thread_in_new_space(member, 0, PRIO_MID);
        made += members[i].raw != 0;
    }
    is(made, SPACES, "more spaces than ASIDs");
    for (int i = 0; i < SPACES; i++)
        good += call(i, (i + 1) % SPACES);
    is(good, SPACES, "one after the other, each has its own memory");
    good = 0;
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < SPACES; i++)
            good += call(i, (i * 7 + round + 1) % SPACES == i
                                ? (i + 1) % SPACES
                                : (i * 7 + round + 1) % SPACES);
    is(good, ROUNDS * SPACES, "also in another order");
    good = 0;
    for (int i = 0; i < 100; i++)
        good += call(3, 4);
    is(good, 100, "few of them, often");
}

/* Space ids in use when their space has no active thread, and comes back. */
static void test_dormant(void)
{
    L4_ThreadId_t sleeper = L4_GlobalId(user_base + 600, 1);
    L4_Word_t good = 0, stack = (L4_Word_t)stacks[MAX_THREADS - 1];

    ok(L4_ThreadControl(sleeper, members[5], L4_Myself(), L4_nilthread,
                        (void *)utcb_start(MAX_THREADS - 1)),
       "an inactive thread");
    threads[MAX_THREADS - 1] = threads[5];
    ok(L4_ThreadControl(members[5], members[6], L4_nilthread, L4_nilthread,
                        NO_UTCB),
       "keeps a space whose active thread has moved");
    for (int i = 7; i < SPACES; i++)
        good += call(i, i == SPACES - 1 ? 7 : i + 1);
    is(good, SPACES - 7, "many others run");
    ok(L4_ThreadControl(sleeper, sleeper, L4_nilthread, L4_Myself(), NO_UTCB),
       "then it is activated");
    threads[MAX_THREADS - 1] = (struct thread){ member, 0, sleeper };
    L4_ThreadControl(sleeper, sleeper, L4_nilthread, pager_id, NO_UTCB);
    send_start(sleeper, (L4_Word_t)thread_entry, stack + STACK_BYTES - 32);
    settle();
    members[5] = sleeper;
    frames[5][0] = 5555;
    good = 0;
    for (int i = 7; i < SPACES; i++)
        good += call(5, i) && call(i, 5);
    is(good, SPACES - 7, "and has its own memory");
}

/* Spaces that come and go take ASIDs as well. */
static void test_short_lived(void)
{
    L4_Word_t good = 0;

    for (int i = 0; i < 3 * ASIDS; i++) {
        thread_delete(members[0]);
        frames[0][0] = 2000 + (L4_Word_t)i;
        members[0] = thread_in_new_space(member, 0, PRIO_MID);
        good += call(0, 1) && call(1, 0);
    }
    is(good, 3 * ASIDS, "a space in the place of another");
}

int main(void)
{
    plan(10);
    support_init();
    server = thread_here(serve, 0, PRIO_HIGH);
    settle();
    test_many();
    test_dormant();
    test_short_lived();
    return tap_status();
}
