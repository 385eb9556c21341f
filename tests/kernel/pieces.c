/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large pages in one space, without a switch that might make a TLB forget: one
 * takes the place of small ones, and falls to pieces while somebody uses it.
 * Where the processor has none, it is in pieces from the beginning.
 */
#include "tap.h"
#include "worker.h"

enum { BITS = 22, ROUNDS = 3, USED = 3 * PAGE_SIZE }; /* large on each port */
enum { SMALL = 111, LARGE = 222 };

static const L4_Word_t window = FREE_WINDOW;
static volatile bool busy;
static volatile L4_Word_t uses, last;
static L4_Fpage_t large;
static volatile L4_Word_t *small;

static volatile L4_Word_t *at(L4_Word_t address)
{
    return (volatile L4_Word_t *)address;
}

/* More urgent than who takes the page to pieces. */
static void user(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        L4_Sleep(usec(20));
        if (!busy)
            continue;
        last = *at(window + USED);
        *at(window + USED) = last + 1;
        uses++;
    }
}

/* A worker of this space maps f into the window by a message to us. */
static bool give(L4_ThreadId_t w, L4_Fpage_t f)
{
    static struct job job;
    L4_MsgTag_t tag;

    job = (struct job){ .to = main_id, .mr = { 2 << 6, window | 8 } };
    job.mr[2] = L4_FpageAddRights(f, L4_FullyAccessible).raw;
    job_start(w, &job);
    L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
    tag = L4_Receive_Timeout(w, L4_ZeroTime);
    L4_Accept(L4_UntypedWordsAcceptor);
    settle(); /* the worker ends its job */
    return L4_IpcSucceeded(tag);
}

static L4_Word_t whole(L4_ThreadId_t w)
{
    L4_Fpage_t first = page_at(window, L4_FullyAccessible);
    L4_Word_t value;

    if (!give(w, page_at((L4_Word_t)small, 0)))
        return 0;
    *at(window) = SMALL;
    L4_Flush(first);
    if (!give(w, large))
        return 0;
    value = *at(window);
    return *small == SMALL ? value : 0;
}

static void flusher(L4_Word_t arg)
{
    (void)arg;
    busy = true;
    L4_Flush(page_at(window + 7 * PAGE_SIZE, L4_FullyAccessible));
    busy = false;
}

/* Result: how often it was used meanwhile. */
static L4_Word_t break_up(void)
{
    L4_Word_t before = uses;
    L4_ThreadId_t t;

    last = *at(window + USED) = 1000;
    t = thread_here(flusher, 0, PRIO_MID);
    L4_Sleep(usec(20000));
    thread_delete(t);
    return busy ? 0 : uses - before;
}

int main(void)
{
    void *kip = L4_KernelInterface(NULL, NULL, NULL);
    bool one_piece = L4_PageSizeMask(kip) >> BITS & 1;
    L4_ThreadId_t w;
    L4_Word_t n;

    plan(2 + 3 * ROUNDS);
    support_init();
    large = L4_Sigma0_GetAny(L4_nilthread, BITS, L4_CompleteAddressSpace);
    small = at(L4_Address(
        L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace)));
    ok(!L4_IsNilFpage(large) && small != NULL, "a large page and a small one");
    w = thread_here(worker, 0, PRIO_MID);
    ok(!L4_IsNilThread(thread_here(user, 0, PRIO_HIGH)), "who uses them");
    settle();
    *at(L4_Address(large)) = LARGE;
    for (int i = 0; i < ROUNDS; i++) {
        is(whole(w), LARGE, "the large page takes the place of the small one");
        n = break_up();
        ok(n > 0 || !one_piece, "it falls to pieces while it is used");
        is(*at(L4_Address(large) + USED), 1000 + n, "and nothing is lost");
        L4_Flush(
            L4_FpageAddRights(L4_FpageLog2(window, BITS), L4_FullyAccessible));
    }
    return tap_status();
}
