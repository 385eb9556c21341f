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

/* A thread in a space of its own: the page there with `rights`, untouched. Then
 * a fault of this kind. Result: what the page's status is afterwards. */
static L4_Word_t status_after(L4_Word_t rights, L4_Word_t kind)
{
    L4_Fpage_t f = page_at((L4_Word_t)page, 0);

    right = rights;
    cause = kind;
    stage = 0;
    thread = thread_in_new_space(faulting, 0, PRIO_MID);
    settle();
    L4_UnmapFpage(f); /* status of its own: none of it is left */
    faults = 0;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(thread, usec(20000));
    settle();
    f = L4_UnmapFpage(f);
    thread_delete(thread);
    return L4_Rights(f);
}

int main(void)
{
    plan(14);
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
    return tap_status();
}
