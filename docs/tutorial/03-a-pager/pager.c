/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <l4/ipc.h>
#include <l4io.h>
#include <pecan.h>

enum { PAGE = 4096, PAGES = 4, PAGE_FAULT = -2 };
#define HEAP 0x50000000UL /* nothing is there, in no space */

static char stack[PAGE] __attribute__((aligned(16)));
static char memory[PAGES][PAGE] __attribute__((aligned(PAGE)));
static L4_ThreadId_t pager;

/* In a space of its own, which is empty when it begins. */
static void child(void)
{
    volatile L4_Word_t *heap = (volatile L4_Word_t *)HEAP;
    L4_Word_t i, sum = 0;

    for (i = 0; i < PAGES; i++)
        heap[i * PAGE / sizeof(L4_Word_t)] = i + 1;
    for (i = 0; i < PAGES; i++)
        sum += heap[i * PAGE / sizeof(L4_Word_t)];
    L4_LoadMR(1, sum);
    L4_LoadMR(0, 1);
    (void)L4_Call(pager);
}

/* What to map for a fault at this address: a page of ours. */
static L4_Fpage_t page_for(L4_Word_t address)
{
    static L4_Word_t used;

    if (address - HEAP < PAGES * PAGE && used < PAGES) {
        printf("page %lu for the heap\n", used);
        return L4_FpageAddRights(L4_Fpage((L4_Word_t)memory[used++], PAGE),
                                 L4_ReadWriteOnly);
    }
    /* The program itself: the same page, where it is in our space. */
    return L4_FpageAddRights(L4_Fpage(address & ~(PAGE - 1UL), PAGE),
                             L4_FullyAccessible);
}

int main(void)
{
    L4_ThreadId_t t, from;
    L4_MsgTag_t tag;
    L4_Word_t address, sum;

    pager = L4_Myself();
    t = pecan_create_space_thread(child, stack + sizeof(stack), 100, pager);
    if (L4_IsNilThread(t))
        return 1;
    tag = L4_Wait(&from);
    while (L4_IpcSucceeded(tag) &&
           (L4_SignedWord_t)tag.raw >> 20 == PAGE_FAULT) {
        L4_MapItem_t item;

        L4_StoreMR(1, &address);
        item = L4_MapItem(page_for(address), address & ~(PAGE - 1UL));
        L4_LoadMRs(1, 2, item.raw);
        L4_LoadMR(0, 2 << 6); /* the tag: two words, a typed item */
        tag = L4_ReplyWait(from, &from);
    }
    if (L4_IpcFailed(tag))
        return 1;
    L4_StoreMR(1, &sum);
    printf("the child says %lu\n", sum);
    return 0;
}
