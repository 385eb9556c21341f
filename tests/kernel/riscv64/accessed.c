/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processors that leave the accessed and dirty bits to software: their page
 * faults on pages that are mapped end in the kernel. accessed.gdb makes them.
 */
#include "tap.h"
#include "worker.h"

enum { FETCH = 12, READ = 13, WRITE = 15 };
enum { X = 1, W = 2, R = 4 };

static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static L4_ThreadId_t pager, thread;
static volatile L4_Word_t faults, fault_kind, right, cause, stage;

/* The fault that the processor would have raised. */
static void fault(L4_Word_t number, L4_Word_t address)
{
    register L4_Word_t a0 __asm__("a0") = address;
    register L4_Word_t a7 __asm__("a7") = 0x5ad0 + number;

    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
}

/* Maps the page with `right`, or nothing. */
static void serve(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t address;
        L4_StoreMR(1, &address);
        if ((address & ~0xffful) == FREE_WINDOW) {
            faults++;
            fault_kind = tag.raw >> 16 & 7;
            load_map(page_at((L4_Word_t)page, right), address);
        } else {
            load_map(page_at(address, L4_FullyAccessible), address);
        }
        tag = L4_ReplyWait(from, &from);
    }
}

/* Has the page mapped, by the pager, then raises the fault. */
static void faulting(L4_Word_t arg)
{
    (void)arg;
    L4_Set_Pager(pager);
    fault(right & R ? READ : FETCH, FREE_WINDOW);
    stage = 1;
    L4_Receive(main_id);
    fault(cause, FREE_WINDOW + 8);
    stage = 2;
}

/* With gdb in between, time may pass without anybody having run. */
static void wait_for(L4_Word_t wanted)
{
    for (int i = 0; i < 5000 && stage != wanted; i++)
        L4_Sleep(usec(1000));
    settle();
}

/* A thread in a space of its own: the page there with `rights`, untouched. Then
 * a fault of this kind. Result: what the page's status is afterwards. */
static L4_Word_t status_after(L4_Word_t rights, L4_Word_t kind)
{
    L4_Fpage_t f = page_at((L4_Word_t)page, 0);

    right = rights;
    cause = kind;
    stage = 0;
    thread = thread_in_new_space(faulting, 0, PRIO_MID);
    wait_for(1);
    L4_UnmapFpage(f); /* status of its own: none of it is left */
    faults = 0;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(thread);
    wait_for(2);
    f = L4_UnmapFpage(f);
    thread_delete(thread);
    return L4_Rights(f);
}

/* ---- strings ------------------------------------------------------------- */

static char from_page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static char to_page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static void receiver(L4_Word_t arg)
{
    L4_StringItem_t buffer = L4_StringItem(64, to_page + 8);

    (void)arg;
    stage = 1;
    L4_LoadBR(0, 1); /* strings */
    L4_LoadBRs(1, 2, buffer.raw);
    stage = L4_IpcSucceeded(L4_Receive(main_id)) ? 3 : 0;
}

/* The kernel copies for the user: the pages' status is as if he had. */
static void test_string(void)
{
    L4_Fpage_t from = page_at((L4_Word_t)from_page, 0),
               to = page_at((L4_Word_t)to_page, 0);
    L4_StringItem_t string = L4_StringItem(16, from_page);

    stage = 0;
    from_page[3] = 5;
    to_page[0] = 0;
    thread = thread_here(receiver, 0, PRIO_MID);
    wait_for(1);
    L4_UnmapFpage(from);
    L4_UnmapFpage(to);
    L4_LoadMR(0, 2 << 6);
    L4_LoadMRs(1, 2, string.raw);
    L4_Send(thread);
    wait_for(3);
    is(stage, 3, "a string arrives");
    is(L4_Rights(L4_UnmapFpage(from)) & (R | W), R,
       "the page that it comes from was read");
    is(L4_Rights(L4_UnmapFpage(to)) & W, W, "the one it goes to was written");
    is(to_page[11], 5, "with what it says");
    thread_delete(thread);
}

int main(void)
{
    plan(18);
    support_init();
    pager = thread_here(serve, 0, PRIO_HIGH);
    settle();
    is(status_after(R, READ), R, "a read of a page sets its status");
    is(stage, 2, "and the thread goes on");
    is(faults, 0, "without its pager");
    is(status_after(R | W, WRITE), R | W, "a write sets it to written");
    is(stage, 2, "and the thread goes on");
    is(faults, 0, "without its pager");
    is(status_after(R | X, FETCH), R | X, "a fetch to executed");
    is(faults, 0, "without its pager");
    is(status_after(R | W, READ), R, "a read of a writable page to read");
    is(faults, 0, "without its pager");
    status_after(R, WRITE);
    is(faults * 10 + fault_kind, 10 + W,
       "a write without the right is a fault");
    status_after(R | W, FETCH);
    is(faults * 10 + fault_kind, 10 + X, "and so is a fetch");
    status_after(X, READ);
    is(faults * 10 + fault_kind, 10 + R, "and a read of what is executable");
    is(stage, 2, "which the pager answers as ever");
    test_string();
    return tap_status();
}
