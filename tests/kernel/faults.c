/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a thread keeps while the kernel makes IPC in its name, and what that IPC
 * may do to it (x2.md 3.3, 3.5; docs/decisions.md).
 */
#include "../bench/bench_arch.h"
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { SLOT_AWAY = 0x40000 };
static volatile L4_Word_t before, after, went_on;
static L4_ThreadId_t handler;
static char other_stack[STACK_BYTES] __attribute__((aligned(16)));

/* An ErrorCode that no fault brings, then a fault. */
static void fail_then_touch(L4_Word_t address)
{
    L4_ExchangeRegisters(fresh(99), 0, 0, 0, 0, 0, L4_nilthread, NULL, NULL,
                         NULL, NULL, NULL, NULL);
    before = L4_ErrorCode();
    *(volatile L4_Word_t *)address = 1;
    after = L4_ErrorCode();
    went_on = 1;
}

static void test_error_code(void)
{
    static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
        __attribute__((aligned(PAGE_SIZE)));
    L4_ThreadId_t t = thread_here(fail_then_touch, FREE_WINDOW, PRIO_MID);
    L4_Word_t address = 0;

    L4_Set_PagerOf(t, main_id);
    L4_MsgTag_t tag = L4_Receive(t);
    L4_StoreMR(1, &address);
    ok(protocol(tag) == LABEL_PAGE_FAULT && address == FREE_WINDOW,
       "a thread faults");
    /* The answer has an error of its own: the thread asks again. */
    L4_Set_MsgTag(words_tag(0, 2));
    L4_LoadMR(1, 0xe);
    L4_LoadMR(2, 0);
    L4_Ipc(t, L4_nilthread, TIME_ZERO << 16, NULL);
    settle();
    is(went_on, 0, "an answer that fails lets nobody go on");
    thread_delete(t);
    t = thread_in_new_space(fail_then_touch, FREE_WINDOW, PRIO_MID);
    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    for (int i = 0; i < 50 && !went_on; i++) {
        tag = L4_Receive_Timeout(t, usec(2000));
        L4_StoreMR(1, &address);
        if (L4_IpcFailed(tag))
            break;
        load_map(page_at(address == FREE_WINDOW ? (L4_Word_t)page : address,
                         L4_FullyAccessible),
                 address);
        L4_Ipc(t, L4_nilthread, TIME_ZERO << 16, NULL);
    }
    is(went_on, 1, "one that maps the page does");
    is(before, 2, "the ErrorCode was that of a failed call");
    is(after, before, "and is as it was");
    thread_delete(t);
}

static volatile L4_Word_t kept;

/* How many MRs are as they were, after a fault. */
static void keep_registers(L4_Word_t address)
{
    L4_Word_t w, same = 0;

    for (int i = 1; i < 64; i++)
        L4_LoadMR(i, 700 + (L4_Word_t)i);
    *(volatile L4_Word_t *)address = 1;
    for (int i = 1; i < 64; i++) {
        L4_StoreMR(i, &w);
        same += w == 700 + (L4_Word_t)i;
    }
    kept = same;
}

/* A pager that answers with as many words as a message can have. */
static void test_long_answer(void)
{
    L4_Word_t place = FREE_WINDOW + 3 * SLOT_AWAY, address = 0;
    L4_ThreadId_t t = thread_here(keep_registers, place, PRIO_MID);
    L4_MsgTag_t tag;

    L4_Set_PagerOf(t, main_id);
    L4_Receive(t);
    for (int i = 1; i < 64; i++)
        L4_LoadMR(i, 0);
    L4_Set_MsgTag(words_tag(63, 0));
    tag = L4_Call(t);
    L4_StoreMR(1, &address);
    ok(protocol(tag) == LABEL_PAGE_FAULT && address == place,
       "an answer of 63 words: the thread faults again");
    L4_LoadMR(21, 8);
    L4_LoadMR(22, 0);
    L4_Set_MsgTag(words_tag(20, 2));
    tag = L4_Call(t);
    is(protocol(tag), LABEL_PAGE_FAULT,
       "one with an item behind 20 words, which maps nothing: again");
    L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(place, 12));
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    settle();
    is(kept, 63, "and none of its message registers has changed");
    thread_delete(t);
}

/* ---- ended from outside -------------------------------------------------- */

static void touch(L4_Word_t address)
{
    *(volatile L4_Word_t *)address = 1;
    went_on = 1;
}

static void elsewhere(void)
{
    went_on = 2;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* Nobody can map anything there, so nobody is asked. */
static void test_kernel_address(void)
{
    L4_ThreadId_t t = thread_here(touch, ~(L4_Word_t)0xfff, PRIO_MID), from;

    went_on = 0;
    L4_Set_PagerOf(t, main_id);
    settle();
    is(thread_state(t), 2, "a fault on a kernel address halts the thread");
    ok(L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)) && went_on == 0,
       "and its pager hears nothing of it");
    thread_delete(t);
}

/* Cancelled in its fault's IPC and sent elsewhere, never halted. */
static void test_cancel(bool answered)
{
    L4_ThreadId_t t = thread_here(touch, FREE_WINDOW + SLOT_AWAY, PRIO_MID);
    struct regs r = { .ip = (L4_Word_t)elsewhere,
                      .sp = (L4_Word_t)other_stack + STACK_BYTES - 16 -
                            RETURN_ADDRESS };

    went_on = 0;
    L4_Set_PagerOf(t, main_id);
    settle();
    if (answered)
        L4_Receive_Timeout(t, L4_ZeroTime);
    exregs(t, EX_SP | EX_IP | (answered ? EX_RECV : EX_SEND) | EX_DELIVER, &r);
    is(r.control, answered ? 2 : 4, "a thread in a fault's IPC");
    settle();
    is(went_on, 2, "goes elsewhere when that is cancelled");
    is(thread_state(t), 6, "and is not halted");
    thread_delete(t);
}

/* ---- exceptions ---------------------------------------------------------- */

static void raise_exception(L4_Word_t arg)
{
    (void)arg;
    L4_Set_ExceptionHandler(handler);
    __asm__ volatile(INVALID_INSTRUCTION : : : "memory");
    went_on = 1;
}

/* A handler is no pager: an item in its answer maps nothing. */
static void test_handler_maps(void)
{
    L4_Word_t place = FREE_WINDOW + 2 * SLOT_AWAY;
    L4_ThreadId_t t;
    L4_Word_t w;

    handler = main_id;
    went_on = 0;
    t = thread_in_new_space(raise_exception, 0, PRIO_MID);
    L4_MsgTag_t tag = L4_Receive(t);
    is((L4_Word_t)protocol(tag), (L4_Word_t)LABEL_EXCEPTION, "an exception");
    L4_StoreMR(1, &w);
    L4_Set_MsgTag(words_tag(1, 2));
    L4_LoadMR(1, w);
    L4_LoadMR(2, place | 8);
    L4_LoadMR(3, page_at(image_low, L4_FullyAccessible).raw);
    tag = L4_Ipc(t, L4_nilthread, TIME_ZERO << 16, NULL);
    is(tag_error(tag) & 15, E_OVERFLOW << 1, "an answer that maps: overflow");
    thread_delete(t);
}

/* ---- start messages ------------------------------------------------------ */

/* Only two words start a thread where they say; one that does not is obeyed
 * with the registers it has. */
static void test_start(void)
{
    L4_ThreadId_t t = fresh(0), w = thread_here(worker, 0, PRIO_MID);
    static struct job job;
    struct regs r = { 0 };

    settle();
    L4_ThreadControl(t, main_id, main_id, main_id,
                     (void *)utcb_start(MAX_THREADS + 1));
    job = (struct job){ .to = t,
                        .timeouts = TIME_ZERO << 16,
                        .mr = { 2, (L4_Word_t)elsewhere, 0 } };
    job_start(w, &job);
    ok(job.done && job_error(&job) == E_TIMEOUT,
       "a start message of another than the pager does not arrive");
    is(thread_state(t), 6, "and the thread is not started");
    exregs(t, EX_HALT | EX_HALT_VALID, &r);
    L4_LoadMR(1, (L4_Word_t)elsewhere);
    L4_LoadMR(2, (L4_Word_t)other_stack + STACK_BYTES - 16 - RETURN_ADDRESS);
    L4_LoadMR(3, 1);
    L4_Set_MsgTag(words_tag(3, 0));
    is(tag_error(L4_Ipc(t, L4_nilthread, TIME_ZERO << 16, NULL)), 0,
       "a message of three words");
    exregs(t, EX_DELIVER, &r);
    is(r.ip, 0, "sets no ip");
    is(r.sp, 0, "and no sp");
    thread_delete(t);
    thread_delete(w);
}

int main(void)
{
    plan(23);
    support_init();
    test_error_code();
    test_long_answer();
    test_kernel_address();
    test_cancel(false);
    test_cancel(true);
    test_handler_maps();
    test_start();
    return tap_status();
}
