/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Do operations cost the same among thousands? The same sections, first alone,
 * then while CROWD_THREADS threads in CROWD_SPACES spaces exist, which is what
 * a line "bench: crowd" tells. And what a flush costs that removes many pages.
 */
#ifndef BENCH_ITERATIONS
#define BENCH_ITERATIONS 128 /* of long operations */
#endif
#include "section.h"

enum { CROWD_THREADS = 4096, CROWD_SPACES = 1000, SPACE_THREADS = 4 };
enum { FLUSH = 1 << 16 }; /* a label */

static L4_ThreadId_t crowd_id(unsigned i)
{
    return L4_GlobalId(user_base + 1000 + i, 1);
}

/* An active thread that waits for its start message for ever. */
static bool crowd_thread(unsigned i, L4_ThreadId_t space, unsigned utcb)
{
    return L4_ThreadControl(crowd_id(i), space, main_id, main_id,
                            (void *)utcb_start(utcb));
}

static bool crowd_space(unsigned first)
{
    L4_ThreadId_t leader = crowd_id(first);
    L4_Word_t old;
    bool good =
        L4_ThreadControl(leader, leader, main_id, L4_nilthread, NO_UTCB) &&
        L4_SpaceControl(leader, 0, kip_area(), utcb_area(), L4_anythread, &old);

    for (unsigned i = 0; good && i < SPACE_THREADS; i++)
        good = crowd_thread(first + i, leader, i);
    return good;
}

static void gather(void)
{
    unsigned n = 0;

    for (; n < CROWD_SPACES * SPACE_THREADS; n += SPACE_THREADS) {
        if (!crowd_space(n)) {
            printf("bench: no space at thread %u, error %lu\n", n,
                   L4_ErrorCode());
            return;
        }
    }
    for (unsigned utcb = MAX_THREADS; n < CROWD_THREADS; n++, utcb++) {
        if (!crowd_thread(n, main_id, utcb)) {
            printf("bench: no thread %u, error %lu\n", n, L4_ErrorCode());
            return;
        }
    }
    printf("bench: crowd\n");
}

/* Map a page into the partner's space by one call; then take it back. */
static NOINLINE void map_loop(L4_Word_t iterations)
{
    L4_Fpage_t page = page_at((L4_Word_t)data_page, L4_FullyAccessible);

    for (; iterations; iterations--) {
        load_map(page, 0);
        ON_PLAIN();
        L4_Call(partner_id);
        OFF_PLAIN();
        L4_UnmapFpage(page);
    }
}

/* Grant the partner a page that our pager gave us; then have it flushed. */
static NOINLINE void grant_loop(L4_Word_t iterations)
{
    L4_Word_t page = FREE_WINDOW + PAGE_SIZE;

    for (; iterations; iterations--) {
        (void)*(volatile char *)page;
        load_grant(page_at(page, L4_FullyAccessible), 0);
        ON_PLAIN();
        L4_Call(partner_id);
        OFF_PLAIN();
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = FLUSH });
        L4_Call(partner_id);
    }
}

/* Maps `words` pages to the partner; one Unmap takes them all back. */
static NOINLINE void flush_loop(L4_Word_t iterations)
{
    L4_Fpage_t page = page_at((L4_Word_t)data_page, L4_FullyAccessible);

    for (; iterations; iterations--) {
        for (L4_Word_t i = 0; i < now.words; i++) {
            load_map(page, i * PAGE_SIZE);
            L4_Call(partner_id);
        }
        ON_PLAIN();
        L4_UnmapFpage(page);
        OFF_PLAIN();
    }
}

/* Takes whatever is mapped into a megabyte. */
static void wide_receiver(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Accept(L4_MapGrantItems(L4_FpageLog2(FREE_WINDOW, 20)));
    L4_MsgTag_t tag = L4_Wait(&from);
    for (;;) {
        if (tag.raw == FLUSH)
            L4_Flush(page_at(FREE_WINDOW, L4_FullyAccessible));
        L4_Set_MsgTag(L4_Niltag);
        tag = L4_ReplyWait(from, &from);
    }
}

static void bench_memory(const char *metric, loop_fn *loop, unsigned words,
                         bool inter)
{
    L4_ThreadId_t t, saved = pager_id;

    now = (struct what){ metric, "-", "-", words, 1 };
    pager_id = bench_thread(false, fault_server, 0, PRIO_BENCH + 1);
    partner_id = bench_thread(true, wide_receiver, 0, PRIO_BENCH);
    t = bench_thread(inter, run_loop, (L4_Word_t)loop, PRIO_BENCH);
    run(t);
    thread_delete(t);
    thread_delete(partner_id);
    thread_delete(pager_id);
    pager_id = saved;
}

static void sections(void)
{
    static const unsigned pages[] = { 1, 4, 16, 64 };

    bench_ipc(&rpc, true, 0);
    bench_memory("map", map_loop, 0, false);
    bench_memory("grant", grant_loop, 0, true);
    for (unsigned i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        bench_memory("flush", flush_loop, pages[i], false);
}

int main(void)
{
    sections_begin();
    sections();
    gather();
    sections();
    printf("bench: done\n");
    return 0;
}
