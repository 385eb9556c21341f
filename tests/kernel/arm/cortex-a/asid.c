/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * More spaces than the processor has address space ids: each sees its own
 * memory, and runs its own code, whoever had its id before.
 */
#include "tap.h"
#include "worker.h"

enum { SPACES = 300, IDS = 255, MEMBER_STACK = 512 };

static L4_Word_t frames[SPACES][PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));
static char member_stacks[SPACES][MEMBER_STACK] __attribute__((aligned(16)));

static L4_ThreadId_t member_id(unsigned n)
{
    return L4_GlobalId(user_base + 100 + n, 1);
}

enum { LOAD_FIRST_WORD = 0xe51f000c, RETURN = 0xe12fff1e }; /* ldr r0, bx lr */

/* The one page that every member has at the same address, with code that
 * returns the page's first word. */
static L4_Word_t own_word(void)
{
    return ((L4_Word_t(*)(void))(FREE_WINDOW + 4))();
}

/* Answers with its word and, if MR1 names another member, with that one's. */
static void member(void)
{
    L4_ThreadId_t from, other;
    L4_MsgTag_t tag = L4_Wait(&from);

    for (;;) {
        L4_Word_t mine = own_word(), others = 0;
        L4_StoreMR(1, &other.raw);
        if (L4_IpcSucceeded(tag) && other.raw != 0) {
            L4_LoadMR(1, 0);
            L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
            if (L4_IpcSucceeded(L4_Call(other)))
                L4_StoreMR(1, &others);
        }
        L4_LoadMR(1, mine);
        L4_LoadMR(2, others);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 });
        tag = L4_ReplyWait(from, &from);
    }
}

/* The members' pager: the image, and to each its own frame. */
static void serve(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t address, source;
        L4_StoreMR(1, &address);
        source = address;
        if ((address & ~(L4_Word_t)(PAGE_SIZE - 1)) == FREE_WINDOW)
            source = (L4_Word_t)frames[L4_ThreadNo(from) - user_base - 100];
        load_map(page_at(source, L4_FullyAccessible), address);
        tag = L4_ReplyWait(from, &from);
    }
    (void)tag;
}

static bool start(unsigned n, L4_ThreadId_t pager, void (*fn)(void))
{
    L4_ThreadId_t t = member_id(n);
    L4_Word_t old;

    return L4_ThreadControl(t, t, L4_Myself(), L4_nilthread, NO_UTCB) &&
           L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old) &&
           L4_ThreadControl(t, t, L4_nilthread, L4_Myself(),
                            (void *)utcb_start(0)) &&
           L4_Set_Priority(t, PRIO_MID) &&
           L4_ThreadControl(t, t, L4_nilthread, pager, NO_UTCB) &&
           L4_IpcSucceeded(
               send_start(t, (L4_Word_t)fn, (L4_Word_t)member_stacks[n + 1]));
}

/* Call member a, which calls b; result: did both answer with their own word. */
static bool call(unsigned a, unsigned b)
{
    L4_Word_t first = 0, second = 0;

    L4_LoadMR(1, b < SPACES ? member_id(b).raw : 0);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    if (L4_IpcFailed(L4_Call(member_id(a))))
        return false;
    L4_StoreMR(1, &first);
    L4_StoreMR(2, &second);
    if (first == frames[a][0] && second == (b < SPACES ? frames[b][0] : 0))
        return true;
    printf("# %u says %lu, %u says %lu\n", a, first, b, second);
    return false;
}

/* Waits by a call of its own, as the page that it is on has to be executed
 * next, not the KIP's. */
static void waiter(void)
{
    register L4_Word_t to __asm__("r0") = 0;
    register L4_Word_t from __asm__("r1") = L4_anythread.raw;
    register L4_Word_t timeouts __asm__("r2") = 0;
    register L4_Word_t call __asm__("r7") = (L4_Word_t)-2;

    __asm__ volatile("svc #0"
                     : "+r"(to), "+r"(from), "+r"(timeouts), "+r"(call)
                     :
                     : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr",
                       "memory");
    L4_Set_MsgTag(L4_Niltag);
    for (;;)
        L4_Call(main_id);
}

/* Each with the one `distance` further on. */
static bool call_all(unsigned distance)
{
    unsigned good = 0, all = 0;

    for (unsigned n = 0; n + distance < SPACES; n++, all++)
        good += call(n, n + distance);
    return good == all;
}

/* How many empty spaces there is memory for. */
static unsigned room(void)
{
    unsigned n = 0, most;

    for (;; n++) {
        L4_ThreadId_t t = L4_GlobalId(user_base + 2000 + n, 1);
        if (!L4_ThreadControl(t, t, main_id, L4_nilthread, NO_UTCB))
            break;
    }
    most = n;
    while (n-- > 0)
        thread_delete(L4_GlobalId(user_base + 2000 + n, 1));
    return most;
}

static void test_ids(L4_ThreadId_t pager)
{
    unsigned good = 0;

    for (unsigned n = 0; n < SPACES; n++) {
        frames[n][0] = 1000 + n;
        frames[n][1] = LOAD_FIRST_WORD;
        frames[n][2] = RETURN;
        good += start(n, pager, member);
    }
    is(good, SPACES, "300 spaces");
    good = 0;
    for (unsigned n = 0; n < 2 * SPACES; n++)
        good += call(n % SPACES, SPACES);
    is(good, 2 * SPACES, "each has its own memory, twice");
    ok(call_all(1), "also when one without an id calls another");
    ok(call_all(IDS - 2) && call_all(IDS - 1) && call_all(IDS) &&
           call_all(IDS + 1),
       "and when one calls who has its id now");
    L4_Flush(page_at((L4_Word_t)frames[7], L4_FullyAccessible));
    frames[7][0] = 5;
    ok(call(7, 8), "a page taken from one without an id is gone there");
    good = 0;
    for (unsigned n = 0; n < SPACES; n++)
        good += thread_delete(member_id(n));
    is(good, SPACES, "all of them die");
}

/* One without an id is called; where it goes on counts as never executed. */
static void test_first_execution(L4_ThreadId_t pager)
{
    unsigned good = start(0, pager, waiter);

    settle();
    for (unsigned n = 1; n < SPACES; n++)
        good += start(n, pager, member) && call(n, SPACES);
    is(good, SPACES, "300 spaces, one of which waits outside the KIP");
    L4_UnmapFpage(page_at((L4_Word_t)waiter, L4_NoAccess));
    L4_Set_MsgTag(L4_Niltag);
    ok(L4_IpcSucceeded(L4_Call(member_id(0))),
       "code whose status was read runs again, without an id at first");
    for (unsigned n = 0; n < SPACES; n++)
        thread_delete(member_id(n));
}

int main(void)
{
    L4_ThreadId_t pager;
    unsigned before;

    plan(16);
    support_init();
    pager = thread_here(serve, 0, PRIO_HIGH);
    settle();
    ok(room() > SPACES, "memory for more spaces than there are ids");
    test_ids(pager);
    before = room(); /* without what the kernel keeps: TCBs, our tables */
    test_ids(pager);
    is(room(), before, "and their memory comes back");
    test_first_execution(pager);
    return tap_status();
}
