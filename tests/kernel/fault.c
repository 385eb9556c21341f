/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page faults: x2.md 3.3.
 */
#include "accessor.h"
#include "tap.h"
#include "worker.h"

static struct accessor a;
static volatile L4_Word_t touched, got_mr[64], got_br0, got_error;
static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));

static void test_message(void)
{
    L4_Word_t where = FREE_WINDOW + 0x124;

    act(&a, OP_READ, where, 0);
    is(a.fault & L4_Readable, L4_Readable, "a read faults with r");
    is(a.fault & L4_Writable, 0, "not with w");
    is(a.fault_address, where, "at its address");
    ok(a.fault_ip >= image_low && a.fault_ip < image_high,
       "with the ip of the access");
    act(&a, OP_WRITE, where, 1);
    is(a.fault, L4_Writable, "a write faults with w alone");
    act(&a, OP_READ, FREE_WINDOW + 0x1ff8, 0);
    is(a.fault_address, FREE_WINDOW + 0x1ff8, "the address is exact");
}

/* Everything a fault's messages overwrite is put back. */
static void keeps_registers(L4_Word_t arg)
{
    L4_Word_t w;

    for (int i = 0; i < 64; i++)
        L4_LoadMR(i, 3000 + (L4_Word_t)i);
    L4_LoadBR(0, 0x12340010);
    *(volatile L4_Word_t *)arg = 1;
    for (int i = 0; i < 64; i++) {
        L4_StoreMR(i, &w);
        got_mr[i] = w;
    }
    L4_StoreBR(0, &w);
    got_br0 = w;
    touched = 1;
}

static void test_transparent(void)
{
    L4_ThreadId_t t =
        thread_in_new_space(keeps_registers, FREE_WINDOW, PRIO_MID);
    L4_MsgTag_t tag;
    L4_Word_t address = 0;
    bool good = true;

    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    tag = L4_Receive(t);
    for (;;) {
        L4_StoreMR(1, &address);
        if (address == FREE_WINDOW)
            break;
        load_map(page_at(address, L4_FullyAccessible), address);
        tag = L4_Call(t);
    }
    is(tag.raw & 0xffff, 2, "a fault message has two words");
    /* An answer with more words than it should have. */
    L4_LoadMR(1, 11);
    L4_LoadMR(2, 22);
    L4_LoadMR(3, 33);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 3 });
    tag = L4_Call(t);
    L4_StoreMR(1, &address);
    ok(protocol(tag) == LABEL_PAGE_FAULT && address == FREE_WINDOW,
       "an answer that maps nothing: the access faults again");
    load_map(page_at((L4_Word_t)page, L4_FullyAccessible), FREE_WINDOW);
    L4_Send(t);
    for (int i = 0; i < 50 && !touched; i++) {
        tag = L4_Receive_Timeout(t, usec(2000));
        L4_StoreMR(1, &address);
        if (L4_IpcSucceeded(tag)) {
            load_map(page_at(address, L4_FullyAccessible), address);
            L4_Send(t);
        }
    }
    ok(touched && page[0] == 1, "an answer with a map item: it goes on");
    for (L4_Word_t i = 0; i < 64; i++)
        good &= got_mr[i] == 3000 + i;
    ok(good, "no MR changes in a fault");
    is(got_br0, 0x12340010, "nor does BR0");
    thread_delete(t);
}

/* The pager may grant, too. */
static void test_grant(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);

    *(L4_Word_t *)L4_Address(f) = 99;
    is(grant_to(&a, L4_FpageLog2(FREE_WINDOW, 12),
                L4_FpageAddRights(f, L4_ReadWriteOnly), 0),
       0, "a granted page");
    ok(reads(&a, FREE_WINDOW, 99), "is there");
}

static void touch(L4_Word_t address)
{
    touched = 0;
    *(volatile L4_Word_t *)address = 1;
    touched = 1;
}

static void nothing(L4_Word_t arg)
{
    touched += arg;
}

static void test_nobody(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID), other;

    /* A thread without a pager. */
    thread_delete(t);
    t = thread_here(touch, FREE_WINDOW + 0x100000, PRIO_MID);
    L4_Set_PagerOf(t, L4_nilthread);
    settle();
    is(thread_state(t), 2, "a fault without a pager halts the thread");
    other = thread_here(nothing, 5, PRIO_MID);
    touched = 0;
    settle();
    is(touched, 5, "alone: others run");
    thread_delete(other);
    thread_delete(t);
    t = thread_here(touch, FREE_WINDOW + 0x100000, PRIO_MID);
    L4_Set_PagerOf(t, L4_GlobalId(user_base + 700, 1));
    settle();
    is(thread_state(t), 2, "a pager that does not exist: halted");
    thread_delete(t);
    t = thread_here(touch, ~(L4_Word_t)0xfff, PRIO_MID);
    settle();
    is(thread_state(t), 2, "a fault on a kernel address: halted");
    is(touched, 0, "and the access did not happen");
    thread_delete(t);
}

/* A fault that waits for its pager can be ended from outside. */
static void other_way(void)
{
    touched = 7;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void test_abort(void)
{
    L4_ThreadId_t t = thread_here(touch, FREE_WINDOW + 0x100000, PRIO_MID);
    L4_Word_t slot = L4_ThreadNo(t) - thread_no(0);

    L4_Set_PagerOf(t, main_id);
    settle();
    is(thread_state(t), 4, "a fault queues at a pager that is busy");
    L4_Start_SpIp(t, (L4_Word_t)stacks[slot] + STACK_BYTES - 64,
                  (L4_Word_t)other_way);
    settle();
    is(touched, 7, "ExchangeRegisters sends the thread elsewhere");
    L4_ThreadId_t from;
    ok(L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)),
       "and its fault message is gone");
    thread_delete(t);
    t = thread_here(touch, FREE_WINDOW + 0x100000, PRIO_MID);
    L4_Set_PagerOf(t, main_id);
    settle();
    thread_delete(t);
    ok(L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)),
       "a deleted thread's fault message is gone");
}

int main(void)
{
    plan(22);
    support_init();
    accessor_init(&a);
    test_message();
    test_transparent();
    test_grant();
    test_nobody();
    test_abort();
    return tap_status();
}
