/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel memory: KernelMemory, running out, and giving everything back
 * (docs/kernel-memory.md; design: quotas).
 */
#include "accessor.h"
#include "tap.h"
#include "worker.h"

enum { ERR_PRIVILEGE = 1, ERR_SPACE = 3, ERR_NOMEM = 8, OVERFLOW = 4 };

static struct accessor a;

static L4_Word_t used(L4_ThreadId_t t)
{
    L4_Word_t bytes = 0, limit;

    if (!L4_KernelMemory(t, ~0ul, &bytes, &limit))
        return ~0ul;
    return bytes;
}

static void set_limit(L4_ThreadId_t t, L4_Word_t limit)
{
    L4_Word_t bytes, old;

    L4_KernelMemory(t, limit, &bytes, &old);
}

static void test_call(void)
{
    L4_Word_t bytes = 0, limit = 0;

    is(L4_KernelMemory(a.id, ~0ul, &bytes, &limit), 1, "KernelMemory succeeds");
    ok(bytes > 0, "a space uses some");
    is(limit, ~0ul, "its limit is the pool");
    set_limit(a.id, 1 << 20);
    L4_KernelMemory(a.id, ~0ul, &bytes, &limit);
    is(limit, 1 << 20, "a limit is set");
    set_limit(a.id, 0x7fffffff);
    is(L4_KernelMemory(L4_GlobalId(user_base + 700, 1), ~0ul, &bytes, &limit),
       0, "an unknown space fails");
    is(L4_ErrorCode(), ERR_SPACE, "error 3");
}

/* Map single pages far from each other until there is no memory for tables. */
static void test_exhaust(void)
{
    L4_Fpage_t page = page_at((L4_Word_t)poison, L4_Readable);
    L4_Word_t before = used(a.id), error = 0, n;

    set_limit(a.id, before + 16 * 4096);
    for (n = 0; n < 200 && error == 0; n++)
        error = map_to(&a, L4_FpageLog2(FREE_WINDOW + (n << 22), 12), page, 0);
    is(error & 15, OVERFLOW << 1,
       "a space at its limit: overflow at the sender");
    is(a.error & 15, OVERFLOW << 1 | 1, "and at the receiver");
    ok(n > 2 && n < 100, "after some mappings");
    ok(used(a.id) <= before + 16 * 4096, "it uses no more than the limit");
    ok(reads(&a, FREE_WINDOW, 0), "what was mapped before stays");
    L4_UnmapFpage(page_at((L4_Word_t)poison, L4_FullyAccessible));
    set_limit(a.id, 0x7fffffff);
    is(map_to(&a, L4_FpageLog2(FREE_WINDOW, 12), page, 0), 0,
       "with a higher limit mapping goes on");
    L4_UnmapFpage(page_at((L4_Word_t)poison, L4_FullyAccessible));
}

static void live(L4_Word_t arg)
{
    *(volatile L4_Word_t *)arg = 1;
}

/* The whole pool: inactive threads until error 8, deleted again. */
static unsigned fill_pool(unsigned most)
{
    for (unsigned n = 0; n < most; n++) {
        L4_ThreadId_t t = L4_GlobalId(user_base + 2000 + n, 1);
        if (!L4_ThreadControl(t, t, main_id, L4_nilthread, NO_UTCB))
            return n;
    }
    return most;
}

static void empty_pool(unsigned count)
{
    for (unsigned n = 0; n < count; n++)
        thread_delete(L4_GlobalId(user_base + 2000 + n, 1));
}

static void test_pool(void)
{
    enum { MOST = 100000 };
    unsigned first = fill_pool(MOST), again = 0;
    L4_Word_t error = L4_ErrorCode();
    bool same = true;

    ok(first > 100 && first < MOST, "spaces until the pool is empty");
    is(error, ERR_NOMEM, "then error 8");
    empty_pool(first);
    for (int i = 0; i < 9; i++) {
        thread_delete(thread_in_new_space(live, (L4_Word_t)poison, PRIO_MID));
        again = fill_pool(MOST);
        empty_pool(again);
        same &= again == first;
        if (again != first)
            printf("# %u spaces, then %u\n", first, again);
        first = again;
    }
    ok(same, "nine times more, a used space between: as many");
    ok(reads(&a, image_low, *(volatile L4_Word_t *)image_low),
       "and everybody still works");
}

/* A whole life, again and again, costs nothing. */
static void test_life(void)
{
    static L4_Word_t word;
    L4_Word_t before = used(main_id), after;

    for (int i = 0; i < 10; i++) {
        L4_ThreadId_t t = thread_in_new_space(live, (L4_Word_t)&word, PRIO_MID);
        settle();
        thread_delete(t);
    }
    before = used(main_id);
    for (int i = 0; i < 10; i++) {
        L4_ThreadId_t t = thread_in_new_space(live, (L4_Word_t)&word, PRIO_MID);
        settle();
        thread_delete(t);
    }
    after = used(main_id);
    is(after, before, "ten spaces leave nothing charged to us");
    for (int i = 0; i < 10; i++)
        thread_delete(thread_here(live, (L4_Word_t)&word, PRIO_MID));
    is(used(main_id), before, "nor do ten threads of our own space");
}

/* A space at its limit gets no more threads. */
static void test_threads(void)
{
    L4_ThreadId_t t = L4_GlobalId(user_base + 900, 1);

    set_limit(a.id, used(a.id));
    is(L4_ThreadControl(t, a.id, main_id, L4_nilthread, NO_UTCB), 0,
       "a space at its limit gets no thread");
    is(L4_ErrorCode(), ERR_NOMEM, "error 8");
    set_limit(a.id, used(a.id) / 2);
    is(L4_ThreadControl(t, a.id, main_id, L4_nilthread, NO_UTCB), 0,
       "nor does one above it");
    set_limit(a.id, 0x7fffffff);
    is(L4_ThreadControl(t, a.id, main_id, L4_nilthread, NO_UTCB), 1,
       "with a higher one it does");
    thread_delete(t);
}

/* A ThreadControl that fails changes nothing, wherever memory runs out. */
static void test_all_or_nothing(void)
{
    L4_ThreadId_t t = L4_GlobalId(user_base + 901, 1);
    L4_Word_t theirs = used(a.id), ours = used(main_id);

    set_limit(a.id, theirs);
    L4_ThreadControl(t, main_id, main_id, L4_nilthread, NO_UTCB);
    L4_Word_t tcb = used(main_id) - ours;
    is(L4_ThreadControl(t, a.id, L4_nilthread, L4_nilthread, NO_UTCB), 0,
       "a space at its limit takes no thread from another");
    is(L4_ErrorCode(), ERR_NOMEM, "error 8");
    set_limit(a.id, theirs + tcb);
    is(L4_ThreadControl(t, a.id, L4_nilthread, pager_id,
                        (void *)utcb_start(200)),
       0, "moved and activated at once, without room for the UTCB");
    is(L4_ErrorCode(), ERR_NOMEM, "error 8");
    is(used(t), used(main_id), "the thread is where it was");
    is(used(main_id), ours + tcb, "charged there");
    is(used(a.id), theirs, "and not where it should have gone");
    is(L4_ThreadControl(t, a.id, L4_nilthread, L4_nilthread, NO_UTCB), 1,
       "with room for the TCB alone it moves");
    is(used(main_id), ours, "it is no longer charged to us");
    is(used(a.id), theirs + tcb, "but to them");
    is(L4_ThreadControl(t, a.id, L4_nilthread, pager_id,
                        (void *)utcb_start(200)),
       0, "and is not activated");
    L4_Word_t lost = 0;
    for (L4_Word_t more = 0; more <= 4096; more += 512) {
        set_limit(a.id, theirs + tcb + more);
        lost += L4_ThreadControl(t, a.id, L4_nilthread, pager_id,
                                 (void *)utcb_start(200)) ||
                used(a.id) != theirs + tcb;
    }
    is(lost, 0,
       "nor with room for a part of what that takes, which comes back");
    is(thread_state(t), 1, "but inactive");
    set_limit(a.id, 0x7fffffff);
    thread_delete(t);
    is(used(a.id), theirs, "its death pays everything back");
}

static void test_charge(void)
{
    L4_Fpage_t page = page_at((L4_Word_t)poison, L4_Readable);
    L4_Word_t before = used(a.id), with;

    map_to(&a, L4_FpageLog2(FREE_WINDOW + (64ul << 22), 12), page, 0);
    with = used(a.id);
    ok(with > before, "a mapping is charged to who receives it");
    L4_UnmapFpage(page_at((L4_Word_t)poison, L4_FullyAccessible));
    ok(used(a.id) < with, "and paid back when it is taken away");
}

static volatile L4_Word_t their_result, their_error, end_result, end_error;

static void ask(L4_Word_t arg)
{
    L4_Word_t bytes, limit;

    (void)arg;
    their_result = L4_KernelMemory(L4_Myself(), ~0ul, &bytes, &limit);
    their_error = L4_ErrorCode();
    end_result = L4_MachineEnd(3);
    end_error = L4_ErrorCode();
}

static void test_privilege(void)
{
    L4_ThreadId_t t = thread_in_new_space(ask, 0, PRIO_MID);

    their_result = end_result = 7;
    settle();
    is(their_result, 0, "KernelMemory is privileged");
    is(their_error, ERR_PRIVILEGE, "error 1");
    is(end_result << 8 | end_error, ERR_PRIVILEGE,
       "MachineEnd is privileged: error 1");
    thread_delete(t);
}

int main(void)
{
    plan(41);
    support_init();
    accessor_init(&a);
    test_call();
    test_charge();
    test_exhaust();
    test_threads();
    test_all_or_nothing();
    test_life();
    test_pool();
    test_privilege();
    return tap_status();
}
