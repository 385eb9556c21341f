/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was not mapped is not there, not one page of the machine's memory (of a
 * large one, every few pages); and
 * threads whose faults never end harm nobody else (x2.md 3.3).
 */
#include "accessor.h"
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { MOST = 1 << 15 }; /* pages tried of a region */

static struct accessor a;
static volatile L4_Word_t counter, answers;

/* ---- memory -------------------------------------------------------------- */

static bool in_fpage(L4_Fpage_t f, L4_Word_t at)
{
    return at - L4_Address(f) < L4_Size(f);
}

/* Does a see anything in the pages from low to high, step apart, that it has
 * not been given? Result: how many were tried; *seen: how many it saw. */
static L4_Word_t try_pages(L4_Word_t low, L4_Word_t high, L4_Word_t step,
                           L4_Word_t *seen)
{
    L4_Word_t tried = 0;

    for (L4_Word_t at = low; at < high; at += step) {
        if ((at >= image_low && at < image_high) || in_fpage(kip_area(), at) ||
            in_fpage(utcb_area(), at))
            continue;
        act(&a, OP_READ, at, 0);
        tried++;
        *seen += a.fault == 0;
    }
    return tried;
}

static void test_memory(void)
{
    L4_KernelInterfacePage_t *kip = L4_GetKernelInterface();
    L4_Word_t tried = 0, seen = 0;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);
        if (L4_IsMemoryDescVirtual(d) ||
            L4_MemoryDescType(d) != L4_ConventionalMemoryType)
            continue;
        L4_Word_t low = L4_MemoryDescLow(d), high = L4_MemoryDescHigh(d) + 1;
        L4_Word_t step = (high - low) / PAGE_SIZE / MOST + 1;
        tried += try_pages(low, high, step * PAGE_SIZE, &seen);
    }
    printf("# %lu pages\n", tried);
    ok(tried > 4000, "every page of the machine's memory is tried");
    is(seen, 0, "and none is there that was not mapped");
}

/* ---- faults without an end ----------------------------------------------- */

static void touch(L4_Word_t at)
{
    *(volatile L4_Word_t *)at = 1;
}

static void count(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        counter++;
}

/* A pager that answers and maps nothing. */
static void answer(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (L4_MsgTag_t tag = L4_Wait(&from);; answers++) {
        L4_Set_MsgTag(L4_Niltag);
        tag = L4_Ipc(from, L4_anythread, TIME_NEVER, &from);
        if (L4_IpcFailed(tag))
            L4_Wait(&from);
    }
}

static void test_loops(void)
{
    L4_ThreadId_t pager = thread_here(answer, 0, PRIO_MID);
    L4_ThreadId_t counts = thread_here(count, 0, PRIO_MID);
    L4_ThreadId_t loops = thread_here(touch, FREE_WINDOW, PRIO_MID);
    L4_ThreadId_t own = thread_here(touch, FREE_WINDOW, PRIO_MID);
    L4_ThreadId_t one = thread_here(touch, FREE_WINDOW, PRIO_MID);
    L4_ThreadId_t two = thread_here(touch, FREE_WINDOW, PRIO_MID);
    L4_Word_t before;

    L4_Set_PagerOf(loops, pager);
    L4_Set_PagerOf(own, own);
    L4_Set_PagerOf(one, two);
    L4_Set_PagerOf(two, one);
    for (int i = 0; i < 20; i++)
        L4_Sleep(usec(2000));
    ok(answers > 10, "a pager that maps nothing is asked again and again");
    before = counter;
    for (int i = 0; i < 20; i++)
        L4_Sleep(usec(2000));
    ok(counter > before, "others of the same priority run meanwhile");
    is(thread_state(own), 4, "who is his own pager waits for himself");
    ok(thread_state(one) == 4 && thread_state(two) == 4,
       "two who are each other's wait for each other");
    thread_delete(loops);
    thread_delete(own);
    thread_delete(one);
    before = answers;
    for (int i = 0; i < 5; i++)
        L4_Sleep(usec(2000));
    ok(answers - before <= 1, "all of it ends with them");
    thread_delete(two);
    thread_delete(counts);
    thread_delete(pager);
}

int main(void)
{
    plan(7);
    support_init();
    accessor_init(&a);
    test_loops();
    test_memory();
    return tap_status();
}
