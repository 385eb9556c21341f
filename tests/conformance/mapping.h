/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAPPING_H
#define MAPPING_H
/*
 * Eight pages of the main thread's own, each with its number in its first word,
 * and windows for them in the spaces of two accessors.
 */
#include "accessor.h"
#include "calls.h"

enum { PAGES = 8, WORDS = PAGE_SIZE / sizeof(L4_Word_t) };
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

static UNUSED L4_Fpage_t source(int page, int bits, L4_Word_t rights)
{
    return L4_FpageAddRights(L4_FpageLog2((L4_Word_t)pages[page], bits),
                             rights);
}

static UNUSED L4_Fpage_t window(int page, int bits)
{
    return L4_FpageLog2(win + (L4_Word_t)page * PAGE_SIZE, bits);
}

static UNUSED L4_Word_t at(int page)
{
    return win + (L4_Word_t)page * PAGE_SIZE;
}

static UNUSED void unmap_all(void)
{
    L4_UnmapFpage(source(0, 15, RWX));
}

/* a maps what it has at at(0) to b, at at(4). */
static UNUSED void pass_on(L4_Word_t rights)
{
    act(&b, OP_WINDOW, window(4, 12).raw, 0);
    post(&b, OP_RECEIVE, a.id.raw, 0, 0);
    post(&a, OP_SEND_ITEM, b.id.raw, 8, page_at(at(0), rights).raw);
    collect(&a);
    collect(&b);
}

/* main -> a -> b */
static UNUSED void map_chain(void)
{
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    pass_on(RW);
}

static UNUSED void mapping_init(void)
{
    support_init();
    pages = (L4_Word_t(*)[WORDS])L4_Address(
        L4_Sigma0_GetAny(L4_nilthread, 15, L4_CompleteAddressSpace));
    for (int i = 0; i < PAGES; i++)
        pages[i][0] = 1000 + (L4_Word_t)i;
    accessor_init(&a);
    accessor_init(&b);
}

#endif
