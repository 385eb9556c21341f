/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the processor remembers of a page table must not outlive the entry. All
 * happens in one space, without any other running in between: some processors,
 * and emulators of most, forget everything when they change spaces.
 */
#include "tap.h"
#include "worker.h"

enum { OLD = 111, NEW = 222, WORDS = PAGE_SIZE / sizeof(L4_Word_t) };

static L4_Word_t *page, *other; /* this space's, and what the pager gives */
static const L4_Word_t window = FREE_WINDOW;
static volatile L4_Word_t faults, access, value, status[4], done;

/* Maps `other`, of this space, where a thread of this space faults. */
static void local_pager(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t address;
        L4_StoreMR(1, &address);
        faults++;
        access = tag.raw >> 16 & 7;
        L4_Accept(L4_UntypedWordsAcceptor);
        load_map(page_at((L4_Word_t)other, L4_FullyAccessible), address);
        tag = L4_ReplyWait(from, &from);
    }
}

static volatile L4_Word_t *at(L4_Word_t address)
{
    return (volatile L4_Word_t *)address;
}

/* Each step is a thread of its own, with local_pager for pager. It begins with
 * `page` in the window, and an access that the processor remembers. */
static void flushed(L4_Word_t arg)
{
    (void)arg;
    value = *at(window);
    L4_Flush(page_at(window, L4_FullyAccessible));
    value = *at(window);
    done = 1;
}

static void read_only(L4_Word_t arg)
{
    (void)arg;
    *at(window) = OLD;
    L4_Flush(page_at(window, L4_Writable));
    value = *at(window);
    *at(window) = NEW + 1;
    done = 1;
}

static void asked(L4_Word_t arg)
{
    L4_Fpage_t f = L4_FpageLog2(window, 12);

    (void)arg;
    for (int i = 0; i < 4; i++) {
        if (i == 1 || i == 3)
            *at(window) = OLD;
        else
            (void)*at(window);
        status[i] = L4_Rights(L4_GetStatus(f)) & (L4_Readable | L4_Writable);
    }
    done = 1;
}

static bool run(thread_fn *fn, L4_ThreadId_t pager)
{
    L4_ThreadId_t t;

    page[0] = OLD;
    other[0] = NEW;
    faults = access = value = done = 0;
    /* From ourselves to ourselves, through sigma0's page. */
    t = thread_here(fn, 0, PRIO_MID);
    L4_Set_PagerOf(t, pager);
    settle();
    thread_delete(t);
    return done != 0;
}

/* A worker of this space maps `page` into the window by a message to us. */
static struct job give;
static bool prepare(L4_ThreadId_t w)
{
    L4_MsgTag_t tag;

    L4_Flush(page_at(window, L4_FullyAccessible));
    give = (struct job){ .to = main_id, .mr = { 2 << 6, window | 8 } };
    give.mr[2] = page_at((L4_Word_t)page, L4_FullyAccessible).raw;
    job_start(w, &give);
    L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
    tag = L4_Receive_Timeout(w, L4_ZeroTime);
    L4_Accept(L4_UntypedWordsAcceptor);
    return L4_IpcSucceeded(tag);
}

static L4_Word_t *own_page(void)
{
    return (L4_Word_t *)L4_Address(
        L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace));
}

/* A thread whose TCB lies far from all others, in a table of its own. */
static bool thread_far_away(void)
{
    L4_ThreadId_t far = L4_GlobalId(thread_no(0) + (1 << 15), 1);

    return L4_ThreadControl(far, main_id, main_id, L4_nilthread, (void *)-1) &&
           L4_ThreadControl(far, L4_nilthread, L4_nilthread, L4_nilthread,
                            (void *)-1);
}

int main(void)
{
    L4_ThreadId_t w, pager;

    plan(14);
    support_init();
    page = own_page();
    other = own_page();
    w = thread_here(worker, 0, PRIO_MID);
    pager = thread_here(local_pager, 0, PRIO_HIGH);
    settle();
    ok(prepare(w), "a page of ours is mapped to ourselves");
    ok(run(flushed, pager), "a thread reads it, flushes it, and reads again");
    is(faults, 1, "the second read faults");
    is(value, NEW, "and finds what the pager gave");
    ok(prepare(w), "the page again");
    ok(run(read_only, pager), "a thread writes it, gives up w, and goes on");
    is(page[0], OLD, "the page has the first write");
    ok(faults == 1 && access == L4_Writable, "the second one faults");
    is(other[0], NEW + 1, "and reaches what the pager gave");
    ok(prepare(w), "the page again");
    ok(run(asked, pager), "a thread asks for its status after each access");
    ok(status[0] == L4_Readable && status[2] == L4_Readable,
       "a read after a query shows as one, and not as the write before");
    ok((status[1] & L4_Writable) && (status[3] & L4_Writable),
       "a write after a query shows every time");
    ok(thread_far_away(), "a thread is made where none was near, and deleted");
    return tap_status();
}
