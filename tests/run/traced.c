/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program whose trace is known: traced.txt has what the second round gives,
 * when no page of the program is missing any more.
 */
#include <l4/ipc.h>
#include <l4/space.h>
#include <pecan.h>

enum { PAGE = 4096, ROUNDS = 2, TOUCHED = 2, GO_ON = 3, END = 4 };
#define HEAP 0x50001000UL

static char stack[PAGE] __attribute__((aligned(16)));
static char memory[PAGE] __attribute__((aligned(PAGE)));
static L4_ThreadId_t parent;

static void say(L4_Word_t label, L4_Word_t word)
{
    L4_MsgTag_t tag = L4_Niltag;

    tag.X.label = label;
    tag.X.u = 1;
    L4_LoadMR(1, word);
    L4_Set_MsgTag(tag);
}

static void child(void)
{
    for (L4_Word_t i = 1; i <= ROUNDS; i++) {
        *(volatile L4_Word_t *)HEAP = i;
        say(TOUCHED, 40 + i);
        (void)L4_Call(parent);
        (void)L4_Receive_Timeout(parent, L4_TimePeriod(1000));
        say(END, i);
        (void)L4_Call(parent);
    }
    for (;;)
        L4_Sleep(L4_Never);
}

/* Answer a page fault. */
static void give_page(L4_Word_t address)
{
    L4_Word_t page = address & ~(PAGE - 1UL);
    L4_Fpage_t f = L4_Fpage(page == HEAP ? (L4_Word_t)memory : page, PAGE);
    L4_MapItem_t item =
        L4_MapItem(L4_FpageAddRights(f, L4_FullyAccessible), page);

    L4_LoadMRs(1, 2, item.raw);
    L4_LoadMR(0, 2 << 6);
}

int main(void)
{
    L4_ThreadId_t t, from;
    L4_MsgTag_t tag;
    L4_Word_t word;

    parent = L4_Myself();
    t = pecan_create_space_thread(child, stack + PAGE, 100, parent);
    if (L4_IsNilThread(t))
        return 1;
    for (tag = L4_Wait(&from); L4_IpcSucceeded(tag);
         tag = L4_ReplyWait(from, &from)) {
        L4_StoreMR(1, &word);
        if (L4_Label(tag) == TOUCHED) {
            (void)L4_UnmapFpage(L4_FpageAddRights(
                L4_Fpage((L4_Word_t)memory, PAGE), L4_FullyAccessible));
            say(GO_ON, 0);
        } else if (L4_Label(tag) == END) {
            if (word == ROUNDS)
                return 0;
            say(GO_ON, 0);
        } else {
            give_page(word);
        }
    }
    return 1;
}
