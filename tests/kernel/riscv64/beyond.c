/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0 gives anybody device memory, also from 2^39 on, where the kernel has
 * no place for it in a mapping tree: it maps nothing then, and does not take
 * the frame for the one with the same lower 39 bits.
 */
#include "tap.h"
#include "worker.h"

enum { ADDRESS_BITS = 39, LARGE_BITS = 21, PAGES = 64, PAGES_BITS = 18 };

static const L4_Word_t window = FREE_WINDOW, other_window = FREE_WINDOW * 2,
                       large_window = FREE_WINDOW * 3;

static bool get(L4_Word_t frame, int bits, L4_Word_t to)
{
    return !L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(
        L4_nilthread, L4_FpageLog2(frame, bits), L4_FpageLog2(to, bits)));
}

static bool get_pages(L4_Word_t frame, L4_Word_t to)
{
    L4_Word_t good = 0;

    for (L4_Word_t i = 0; i < PAGES; i++)
        good += get(frame + i * PAGE_SIZE, 12, to + i * PAGE_SIZE);
    return good == PAGES;
}

static void flush(L4_Word_t address, int bits)
{
    (void)L4_Flush(
        L4_FpageAddRights(L4_FpageLog2(address, bits), L4_FullyAccessible));
}

static volatile L4_Word_t *page_of(L4_Word_t start, L4_Word_t i)
{
    return (volatile L4_Word_t *)(start + i * PAGE_SIZE);
}

int main(void)
{
    L4_Word_t good = 0, region;

    plan(5);
    support_init();
    region = L4_Address(
        L4_Sigma0_GetAny(L4_nilthread, LARGE_BITS, L4_CompleteAddressSpace));
    flush(region, LARGE_BITS);
    ok(get(region, 12, other_window), "a window with tables");
    flush(other_window, 12);
    ok(get_pages(region, window), "memory of ours");
    ok(get_pages(region + (1UL << ADDRESS_BITS), other_window),
       "sigma0 gives what is 2^39 bytes further on");
    flush(other_window, PAGES_BITS);
    /* The small pages' roots make place for the large one's. */
    ok(get(region, LARGE_BITS, large_window), "all of ours once more");
    for (L4_Word_t i = 0; i < PAGES; i++)
        *page_of(window, i) = i;
    flush(window, PAGES_BITS);
    for (L4_Word_t i = 0; i < PAGES; i++)
        good += *page_of(large_window, i) == i;
    flush(large_window, LARGE_BITS);
    is(good, PAGES, "ours was not mistaken for it");
    return tap_status();
}
