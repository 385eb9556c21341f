/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * 4,096 threads in 1,000 spaces at once; what calls and mappings cost then, and
 * that all memory comes back.
 * memory: 256M
 */
#include "support.h"
#include "tap.h"

enum { SPACES = 1000, THREADS = 4096, STACK = 512, ROUNDS = 200 };

static char small_stacks[THREADS][STACK] __attribute__((aligned(16)));
static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static L4_ThreadId_t id_of(unsigned i)
{
    return L4_GlobalId(thread_no(MAX_THREADS) + i, 1);
}

/* Thread i is in space i % SPACES, whose first thread is i % SPACES too. */
static L4_ThreadId_t space_of(unsigned i)
{
    return id_of(i % SPACES);
}

static void echo(void)
{
    L4_ThreadId_t from;

    L4_LoadBR(0, L4_FpageLog2(FREE_WINDOW, 12).raw & ~(L4_Word_t)0xf);
    L4_Wait(&from);
    for (;;) {
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static bool create(unsigned i)
{
    L4_ThreadId_t t = id_of(i), space = space_of(i);
    L4_Word_t old;

    if (!L4_ThreadControl(t, space, main_id, L4_nilthread, NO_UTCB))
        return false;
    if (i < SPACES &&
        !L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old))
        return false;
    if (!L4_ThreadControl(t, space, L4_nilthread, main_id,
                          (void *)utcb_start(1 + i / SPACES)) ||
        !L4_ThreadControl(t, space, L4_nilthread, pager_id, NO_UTCB))
        return false;
    return L4_IpcSucceeded(send_start(t, (L4_Word_t)echo,
                                      (L4_Word_t)small_stacks[i] + STACK - 16 -
                                          sizeof(L4_Word_t)));
}

static unsigned create_all(void)
{
    unsigned n = 0;

    while (n < THREADS && create(n))
        n++;
    if (n < THREADS)
        printf("# %u threads, then error %lu\n", n, L4_ErrorCode());
    return n;
}

static void delete_all(unsigned n)
{
    while (n-- > 0)
        L4_ThreadControl(id_of(n), L4_nilthread, L4_nilthread, L4_nilthread,
                         NO_UTCB);
}

static bool call(L4_ThreadId_t t)
{
    L4_Set_MsgTag(L4_Niltag);
    return L4_IpcSucceeded(L4_Call(t));
}

static L4_Word_t since(L4_Clock_t start)
{
    return (L4_Word_t)(L4_SystemClock().raw - start.raw);
}

/* Microseconds of ROUNDS calls of t. */
static L4_Word_t call_cost(L4_ThreadId_t t)
{
    call(t);
    L4_Clock_t start = L4_SystemClock();
    for (int i = 0; i < ROUNDS; i++)
        call(t);
    return since(start);
}

/* Microseconds of ROUNDS times mapping a page to t and taking it back. */
static L4_Word_t map_cost(L4_ThreadId_t t)
{
    L4_Fpage_t f = page_at((L4_Word_t)page, L4_Readable);
    L4_Clock_t start = L4_SystemClock();

    for (int i = 0; i < ROUNDS; i++) {
        load_map(f, 0);
        L4_Call(t);
        L4_UnmapFpage(L4_FpageAddRights(f, L4_FullyAccessible));
    }
    return since(start);
}

static L4_Word_t used(void)
{
    L4_Word_t bytes = 0, limit;

    L4_KernelMemory(main_id, ~0ul, &bytes, &limit);
    return bytes;
}

/* As cheap as with two? A quarter of a percent is what reading the clock and
 * timer interrupts may make of it. */
static void same(L4_Word_t now, L4_Word_t then, const char *what)
{
    printf("# %lu us, with two %lu us\n", now, then);
    ok(now <= then + then / 400 + 2, what);
}

int main(void)
{
    L4_Word_t calls, maps, all = 0, good = 0;

    plan(9);
    support_init();
    page[0] = 1;
    create(0);
    calls = call_cost(id_of(0));
    map_cost(id_of(0)); /* tables it needs for ever */
    maps = map_cost(id_of(0));
    L4_Word_t before = used();
    delete_all(1);

    L4_Clock_t start = L4_SystemClock();
    is(create_all(), THREADS, "4096 threads in 1000 spaces");
    printf("# made in %lu ms\n", since(start) / 1000);
    for (unsigned i = 0; i < THREADS; i++)
        good += call(id_of(i));
    is(good, THREADS, "all of them answer");
    start = L4_SystemClock();
    for (unsigned i = 0; i < THREADS; i++)
        call(id_of(i));
    all = since(start) * ROUNDS / THREADS;
    same(call_cost(id_of(0)), calls, "a call costs what it cost with two");
    same(call_cost(id_of(THREADS - 1)), calls, "so does one of the last");
    map_cost(id_of(SPACES / 2));
    same(map_cost(id_of(SPACES / 2)), maps, "so do mapping and unmapping");
    printf("# a call of each in turn: %lu us for as many\n", all);
    ok(all < 3 * calls,
       "calling each in turn costs less than three times that");
    start = L4_SystemClock();
    delete_all(THREADS);
    printf("# deleted in %lu ms\n", since(start) / 1000);
    is(used(), before, "their end leaves nothing charged to us");
    is(create_all(), THREADS, "as many fit again");
    delete_all(THREADS);
    create(0);
    same(call_cost(id_of(0)), calls, "and a call is as it was");
    return tap_status();
}
