/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions: x2.md 3.5. What raises one is an instruction that no processor
 * has; of the message only MR1, the ip, is the same on all processors.
 */
#include "../bench/bench_arch.h"
#include "tap.h"
#include "worker.h"

static volatile L4_Word_t stage;
static volatile L4_Word_t kept_mr;
static L4_ThreadId_t handler;
static struct {
    L4_MsgTag_t tag;
    L4_Word_t mr[16], count;
    L4_ThreadId_t from;
} volatile seen;
static enum { ANSWER_SKIP, ANSWER_NOTHING, ANSWER_NEVER } mode;
static volatile L4_Word_t resume_ip;

static void after_exception(void)
{
    L4_Word_t w;

    L4_StoreMR(3, &w);
    kept_mr = w;
    stage = 2;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void raise_exception(L4_Word_t arg)
{
    if (arg)
        L4_Set_ExceptionHandler(handler);
    L4_LoadMR(3, 12345);
    stage = 1;
    __asm__ volatile(INVALID_INSTRUCTION : : : "memory");
    stage = 3;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* MR1 is the ip on every processor; the rest goes back as it came. */
static void handle(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t w;
        seen.tag = tag;
        seen.from = from;
        seen.count++;
        for (int i = 0; i < 16; i++) {
            L4_StoreMR(i, &w);
            seen.mr[i] = w;
        }
        if (mode == ANSWER_NEVER) {
            tag = L4_Wait(&from);
            continue;
        }
        if (mode == ANSWER_SKIP)
            L4_LoadMR(1, resume_ip);
        else
            mode = ANSWER_SKIP;
        tag.raw &= 0xffff;
        L4_Set_MsgTag(tag);
        tag = L4_ReplyWait(from, &from);
    }
}

static void test_message(void)
{
    L4_ThreadId_t t;

    mode = ANSWER_SKIP;
    resume_ip = (L4_Word_t)after_exception;
    stage = 0;
    t = thread_here(raise_exception, 1, PRIO_MID);
    settle();
    is(seen.count, 1, "an invalid instruction sends one message");
    is((L4_Word_t)protocol(seen.tag), (L4_Word_t)LABEL_EXCEPTION,
       "with label -5");
    ok(seen.tag.X.u >= 6 && seen.tag.X.t == 0, "and the registers as words");
    is(seen.from.raw, L4_LocalIdOf(t).raw, "from the thread");
    ok(seen.mr[1] >= image_low && seen.mr[1] < image_high, "MR1 is the ip");
    is(stage, 2, "the answer's ip is where the thread goes on");
    is(kept_mr, 12345, "its message registers are as before");
    thread_delete(t);
    seen.count = 0;
    mode = ANSWER_NOTHING;
    t = thread_here(raise_exception, 1, PRIO_MID);
    settle();
    is(seen.count, 2, "an unchanged answer repeats the instruction");
    is(stage, 2, "until another comes");
    thread_delete(t);
}

static void test_far(void)
{
    L4_ThreadId_t t;

    seen.count = 0;
    mode = ANSWER_SKIP;
    stage = 0;
    t = thread_in_new_space(raise_exception, 1, PRIO_MID);
    settle();
    settle();
    is(seen.count, 1, "a handler in another space");
    is(seen.from.raw, t.raw, "sees the global id");
    is(stage, 2, "and lets the thread go on");
    thread_delete(t);
}

static void test_nobody(void)
{
    L4_ThreadId_t t, saved = handler;

    stage = 0;
    t = thread_here(raise_exception, 0, PRIO_MID);
    settle();
    is(stage, 1, "without a handler a thread does not go on");
    is(thread_state(t), 2, "but is halted");
    thread_delete(t);
    handler = L4_GlobalId(user_base + 700, 1);
    t = thread_here(raise_exception, 1, PRIO_MID);
    settle();
    is(thread_state(t), 2, "also with one that does not exist");
    thread_delete(t);
    handler = saved;
}

static void test_abort(void)
{
    L4_ThreadId_t t;
    L4_Word_t slot;

    mode = ANSWER_NEVER;
    stage = 0;
    t = thread_here(raise_exception, 1, PRIO_MID);
    slot = L4_ThreadNo(t) - thread_no(0);
    settle();
    is(thread_state(t), 6, "a thread waits for the answer");
    L4_Start_SpIp(t, (L4_Word_t)stacks[slot] + STACK_BYTES - 64,
                  (L4_Word_t)after_exception);
    settle();
    is(stage, 2, "ExchangeRegisters sends it elsewhere");
    is(kept_mr, 12345, "with the message registers as before");
    thread_delete(t);
}

int main(void)
{
    plan(18);
    support_init();
    handler = thread_here(handle, 0, PRIO_HIGH);
    settle();
    test_message();
    test_far();
    test_nobody();
    test_abort();
    return tap_status();
}
