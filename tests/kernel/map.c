/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Map and grant items, Unmap, status bits, superpages: x2.md 2.10.5, 2.11.
 */
#include "accessor.h"
#include "tap.h"

enum { OVERFLOW = 4, PAGES = 8, WORDS = PAGE_SIZE / sizeof(L4_Word_t) };
enum {
    R = L4_Readable,
    W = L4_Writable,
    X = L4_eXecutable,
    RW = L4_ReadWriteOnly,
    RWX = L4_FullyAccessible
};

static L4_Word_t (*pages)[WORDS]; /* aligned to all of it */
static struct accessor a, b;
static const L4_Word_t win = FREE_WINDOW;

static L4_Fpage_t source(int page, int bits, L4_Word_t rights)
{
    return L4_FpageAddRights(L4_FpageLog2((L4_Word_t)pages[page], bits),
                             rights);
}

static L4_Fpage_t window(int page, int bits)
{
    return L4_FpageLog2(win + (L4_Word_t)page * PAGE_SIZE, bits);
}

static L4_Word_t at(int page)
{
    return win + (L4_Word_t)page * PAGE_SIZE;
}

static void unmap_all(void)
{
    L4_UnmapFpage(source(0, 15, RWX));
}

static void test_map(void)
{
    ok(read_faults(&a, at(0)), "nothing is mapped at first");
    is(map_to(&a, window(0, 12), source(0, 12, RW), 0), 0, "a map item");
    is(a.tag.raw, 2 << 6, "arrives with its words");
    ok(reads(&a, at(0), 1000), "the partner reads the page");
    ok(writes(&a, at(0), 77), "and writes it");
    is(*(volatile L4_Word_t *)pages[0], 77, "which the owner sees");
    pages[0][0] = 1000;
    ok(read_faults(&a, at(1)), "the next page is not mapped");
    unmap_all();
    ok(read_faults(&a, at(0)), "Unmap takes it back");
    is(pages[0][0], 1000, "the owner keeps it");
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    ok(reads(&a, at(0), 1000), "a page mapped read-only is read");
    ok(!writes(&a, at(0), 1) && a.fault == W, "a write to it faults with w");
    is(pages[0][0], 1000, "and does not reach the page");
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    ok(writes(&a, at(0), 78), "mapping the same frame again adds rights");
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    ok(writes(&a, at(0), 1000), "but never takes any");
    unmap_all();
    is(map_to(&a, window(0, 12), source(0, 12, 0), 0), 0,
       "a map item without rights");
    ok(read_faults(&a, at(0)), "maps nothing");
    L4_Fpage_t hole = L4_FpageAddRights(L4_FpageLog2(win, 12), RW);
    is(map_to(&a, window(0, 12), hole, 0), 0, "a source that is not mapped");
    ok(read_faults(&a, at(0)), "is skipped");
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    map_to(&a, window(0, 12), source(1, 12, R), 0);
    ok(reads(&a, at(0), 1001), "another frame replaces the old mapping");
    L4_UnmapFpage(source(0, 12, RWX));
    ok(reads(&a, at(0), 1001), "which does not depend on the first any more");
    unmap_all();
}

static bool window_is(const char *expected)
{
    bool good = true;

    for (int i = 0; i < PAGES; i++) {
        bool mapped = expected[i] != '-';
        L4_Word_t want = 1000 + (L4_Word_t)(expected[i] - '0');
        good &= mapped ? reads(&a, at(i), want) : read_faults(&a, at(i));
        if (!good) {
            printf("# window page %d is wrong\n", i);
            break;
        }
    }
    unmap_all();
    return good;
}

static void test_windows(void)
{
    map_to(&a, window(0, 15), source(0, 15, R), 0);
    ok(window_is("01234567"), "equal sizes: all of it");
    map_to(&a, window(0, 14), source(4, 14, R), 0);
    ok(window_is("4567----"), "in place, whatever the send base");
    map_to(&a, window(0, 15), source(2, 13, R), at(4));
    ok(window_is("----23--"), "a smaller fpage goes to the send base");
    map_to(&a, window(0, 15), source(2, 13, R), at(5));
    ok(window_is("----23--"), "rounded down to its size");
    map_to(&a, window(0, 15), source(2, 13, R), at(4 + 8 * 9));
    ok(window_is("----23--"), "modulo the window");
    map_to(&a, window(2, 13), source(0, 15, R), 6 * PAGE_SIZE);
    ok(window_is("--67----"), "a larger fpage gives the part at the send base");
    map_to(&a, window(2, 13), source(0, 15, R), 7 * PAGE_SIZE);
    ok(window_is("--67----"), "rounded down to the window's size");
    map_to(&a, window(0, 15), L4_FpageLog2((L4_Word_t)pages[1], 10), 0);
    ok(window_is("--------"), "less than a page maps nothing");
    is(map_to(&a, L4_Nilpage, source(0, 12, R), 0) & 15, OVERFLOW << 1,
       "a nil window: overflow at the sender");
    ok(L4_IpcFailed(a.tag) && (a.error & 15) == (OVERFLOW << 1 | 1),
       "and at the receiver");
    is(map_to(&a, L4_Nilpage, L4_Nilpage, 0) & 15, OVERFLOW << 1,
       "also for a nil fpage");
    is(map_to(&a, window(0, 12), L4_Nilpage, 0), 0,
       "which is fine in a window, and maps nothing");
    L4_Fpage_t own = source(3, 12, R);
    map_to(&a, L4_CompleteAddressSpace, own, win + 5 * PAGE_SIZE);
    ok(window_is("-----3--"), "the complete space as window");
}

static void test_two_items(void)
{
    act(&a, OP_WINDOW, window(0, 15).raw, 0);
    L4_LoadMR(0, 1 | 4 << 6);
    L4_LoadMR(1, OP_NONE);
    L4_LoadMR(2, 8);
    L4_LoadMR(3, source(0, 12, R).raw);
    L4_LoadMR(4, at(3) | 8);
    L4_LoadMR(5, source(1, 12, R).raw);
    L4_Send(a.id);
    collect(&a);
    ok(window_is("0--1----"), "two items in one message");
}

static void test_grant(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
    volatile L4_Word_t *page = (L4_Word_t *)L4_Address(f);

    ok(!L4_IsNilFpage(f), "a page of our own");
    page[0] = 555;
    f = page_at((L4_Word_t)page, RW);
    is(grant_to(&a, window(0, 12), f, 0), 0, "a grant item");
    ok(reads(&a, at(0), 555) && writes(&a, at(0), 556), "gives the page away");
    L4_UnmapFpage(page_at((L4_Word_t)page, RWX));
    L4_Flush(page_at((L4_Word_t)page, RWX));
    ok(reads(&a, at(0), 556), "the old owner cannot take it back");
    post(&b, OP_WINDOW, window(4, 12).raw, 0, 0);
    collect(&b);
    post(&b, OP_RECEIVE, a.id.raw, 0, 0);
    post(&a, OP_SEND_ITEM, b.id.raw, 8, page_at(at(0), RW).raw);
    collect(&a);
    collect(&b);
    ok(reads(&b, at(4), 556), "the new one may map it on");
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 0);
    ok(read_faults(&b, at(4)), "and revoke that");
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 1);
    ok(read_faults(&a, at(0)), "and give it up by a flush");
}

/* main -> a -> b */
static void map_chain(void)
{
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    act(&b, OP_WINDOW, window(4, 12).raw, 0);
    post(&b, OP_RECEIVE, a.id.raw, 0, 0);
    post(&a, OP_SEND_ITEM, b.id.raw, 8, page_at(at(0), RW).raw);
    collect(&a);
    collect(&b);
}

static void test_chain(void)
{
    map_chain();
    ok(reads(&b, at(4), 1000), "a mapping is mapped on");
    L4_UnmapFpage(source(0, 12, RWX));
    ok(read_faults(&a, at(0)), "Unmap takes it from the first");
    ok(read_faults(&b, at(4)), "and from the second");
    map_chain();
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 0);
    ok(read_faults(&b, at(4)), "the middle one unmaps: the last loses it");
    ok(reads(&a, at(0), 1000), "the middle one keeps it");
    unmap_all();
    map_chain();
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 1);
    ok(read_faults(&a, at(0)) && read_faults(&b, at(4)),
       "it flushes: both lose it");
    is(pages[0][0], 1000, "but not the owner");
    map_chain();
    L4_UnmapFpage(source(0, 12, W));
    ok(reads(&a, at(0), 1000) && reads(&b, at(4), 1000),
       "revoking w leaves both readable");
    ok(!writes(&b, at(4), 2) && b.fault == W, "but the last not writable");
    ok(!writes(&a, at(0), 2) && a.fault == W, "nor the middle one");
    unmap_all();
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    act(&b, OP_WINDOW, window(4, 12).raw, 0);
    post(&b, OP_RECEIVE, a.id.raw, 0, 0);
    post(&a, OP_SEND_ITEM, b.id.raw, 8, page_at(at(0), RW).raw);
    collect(&a);
    collect(&b);
    ok(reads(&b, at(4), 1000) && !writes(&b, at(4), 3),
       "nobody gives a right he has not got");
    unmap_all();
}

static L4_Word_t status(int page)
{
    return L4_Rights(L4_GetStatus(source(page, 12, 0)));
}

static void test_status(void)
{
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    status(0);
    is(status(0), 0, "the status is reset by asking");
    (void)*(volatile L4_Word_t *)pages[0];
    is(status(0) & RW, R, "the owner's own read shows");
    *(volatile L4_Word_t *)pages[0] = 1000;
    is(status(0) & RW, RW, "and his write");
    is(status(0), 0, "once");
    reads(&a, at(0), 1000);
    is(status(0) & RW, R, "a read through a derived mapping shows");
    writes(&a, at(0), 1000);
    is(status(0) & W, W, "and a write");
    is(status(0), 0, "once");
    writes(&a, at(0), 1000);
    is(act(&a, OP_UNMAP, page_at(at(0), 0).raw, 0) & W, W,
       "the partner's own query shows its write");
    is(status(0) & W, W, "and does not hide it from the owner");
    writes(&a, at(0), 1000);
    is(L4_Rights(L4_UnmapFpage(source(0, 12, RWX))) & W, W,
       "Unmap gathers the status of what it removes");
    is(status(0), 0, "and resets it");
    is(status(5) & W, 0, "a page that nobody wrote since");
}

static L4_Word_t __attribute__((noinline, aligned(64))) leaf(void)
{
    return 4242;
}

static void test_execute(void)
{
    bool has_x = (L4_PageRights(L4_GetKernelInterface()) & X) != 0;
    L4_Word_t code = (L4_Word_t)leaf, entry = at(0) + (code & 0xfff);

    map_to(&a, window(0, 12), page_at(code, R | X), 0);
    is(act(&a, OP_CALL, entry, 0), 4242, "code in a page with r and x runs");
    L4_UnmapFpage(page_at(code, RWX));
    map_to(&a, window(0, 12), page_at(code, R), 0);
    act(&a, OP_READ, at(0), 0);
    ok(a.fault == 0, "a page with r alone is read");
    replacement = code & ~(L4_Word_t)0xfff;
    act(&a, OP_CALL, entry, 0);
    is(a.fault, has_x ? X : 0, "it runs only where hardware cannot forbid it");
    replacement = (L4_Word_t)poison;
    L4_UnmapFpage(page_at(code, RWX));
}

static void test_protected(void)
{
    L4_Fpage_t utcb = L4_FpageLog2(utcb_first, 12);
    L4_Fpage_t kernel = L4_FpageLog2(~(L4_Word_t)0xffff, 12);

    is(map_to(&a, utcb, source(0, 12, RW), 0), 0, "a window in the UTCB area");
    map_to(&a, kip_area(), source(0, 12, RW), 0);
    map_to(&a, kernel, source(0, 12, RW), 0);
    ok(act(&a, OP_READ, kip_address, 0) << (L4_BITS_PER_WORD - 32) ==
           (L4_Word_t)L4_MAGIC << (L4_BITS_PER_WORD - 32),
       "the KIP is not mapped over");
    is(map_to(&a, window(0, 12),
              L4_FpageAddRights(L4_FpageLog2(kip_address, 12), RW), 0),
       0, "the KIP as source");
    ok(read_faults(&a, at(0)), "is not mapped on");
    is(map_to(&a, window(0, 12), L4_FpageAddRights(utcb, RW), 0), 0,
       "a UTCB as source");
    ok(read_faults(&a, at(0)), "is not mapped on");
    map_to(&a, window(0, 12), L4_FpageAddRights(kernel, RW), 0);
    ok(read_faults(&a, at(0)), "nor is kernel memory");
    is(L4_Rights(L4_Flush(L4_FpageAddRights(kip_area(), RWX))), 0,
       "Unmap passes over the KIP");
    is(L4_Rights(L4_Flush(L4_FpageAddRights(utcb, RWX))), 0, "and over UTCBs");
    is(*(volatile L4_Word_t *)kip_address << (L4_BITS_PER_WORD - 32),
       (L4_Word_t)L4_MAGIC << (L4_BITS_PER_WORD - 32), "both are still there");
}

static void test_superpage(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 22, L4_CompleteAddressSpace);
    L4_Word_t base = L4_Address(f), size = (L4_Word_t)1 << 22;
    L4_Word_t to = win + 4 * size, step = 0x1000;
    bool good = true;

    ok(!L4_IsNilFpage(f), "4 MiB of memory");
    for (L4_Word_t i = 0; i < size; i += step)
        *(L4_Word_t *)(base + i) = i;
    f = L4_FpageAddRights(L4_FpageLog2(base, 22), RW);
    is(map_to(&a, L4_FpageLog2(to, 22), f, 0), 0, "mapped in one piece");
    for (L4_Word_t i = 0; i < size; i += 16 * step)
        good &= reads(&a, to + i, i);
    ok(good, "all of it is there");
    L4_UnmapFpage(page_at(base + 9 * step, RWX));
    ok(read_faults(&a, to + 9 * step), "a page in the middle is taken back");
    ok(reads(&a, to + 8 * step, 8 * step) &&
           reads(&a, to + 10 * step, 10 * step) && reads(&a, to, 0),
       "its neighbours stay");
    L4_UnmapFpage(L4_FpageAddRights(L4_FpageLog2(base, 22), W));
    ok(reads(&a, to + 20 * step, 20 * step) && !writes(&a, to + 20 * step, 1) &&
           a.fault == W,
       "w is taken from the rest");
    act(&a, OP_UNMAP, page_at(to + 30 * step, RWX).raw, 1);
    ok(read_faults(&a, to + 30 * step) && reads(&a, to + 31 * step, 31 * step),
       "the partner flushes one page of it");
    map_to(&a, L4_FpageLog2(to, 12), source(2, 12, R), 0);
    ok(reads(&a, to, 1002) && reads(&a, to + step, step),
       "another page replaces a part");
    L4_UnmapFpage(f);
    L4_UnmapFpage(L4_FpageAddRights(f, RWX));
    ok(read_faults(&a, to + step) && reads(&a, to, 1002),
       "the rest is taken back, the other page not");
    unmap_all();
    L4_Flush(L4_FpageAddRights(f, RWX));
}

static void test_space_end(void)
{
    map_chain();
    thread_delete(a.id);
    ok(read_faults(&b, at(4)), "what a dead space mapped on is gone");
    is(pages[0][0], 1000, "what it had from others stays theirs");
    accessor_init(&a);
    ok(read_faults(&a, at(0)), "a new space has none of the old one's pages");
}

static void test_everything(void)
{
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    L4_UnmapFpage(L4_FpageAddRights(L4_CompleteAddressSpace, RWX));
    ok(read_faults(&a, at(0)), "Unmap of the complete space takes all back");
    is(pages[0][0], 1000, "and leaves us what is ours");
    L4_Fpage_t f[3] = { source(0, 12, RWX), L4_Nilpage, source(1, 12, RWX) };
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    map_to(&a, window(1, 12), source(1, 12, RW), 0);
    L4_UnmapFpages(3, f);
    ok(read_faults(&a, at(0)) && read_faults(&a, at(1)),
       "several fpages in one call, a nil one among them");
    is(L4_Address(f[2]), (L4_Word_t)pages[1], "they come back as they were");
}

int main(void)
{
    plan(93);
    support_init();
    pages = (L4_Word_t(*)[WORDS])L4_Address(
        L4_Sigma0_GetAny(L4_nilthread, 15, L4_CompleteAddressSpace));
    for (int i = 0; i < PAGES; i++)
        pages[i][0] = 1000 + (L4_Word_t)i;
    accessor_init(&a);
    accessor_init(&b);
    test_map();
    test_windows();
    test_two_items();
    test_grant();
    test_chain();
    test_status();
    test_execute();
    test_protected();
    test_superpage();
    test_space_end();
    test_everything();
    return tap_status();
}
