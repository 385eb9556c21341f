/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Schedule, ThreadSwitch, SystemClock: x2.md 2.8, 2.9.
 */
#include "tap.h"
#include "worker.h"

enum { ERR_PRIVILEGE = 1, ERR_THREAD, ERR_SPACE, ERR_SCHEDULER, ERR_PARAM };
enum { COUNTERS = 4, LOG = 64 };

static volatile L4_Word_t counter[COUNTERS];
static volatile unsigned logged;
static volatile L4_Word_t log_entry[LOG];
static L4_ThreadId_t far;

static L4_Word_t schedule(L4_ThreadId_t t, L4_Word_t time, L4_Word_t cpu,
                          L4_Word_t prio, L4_Word_t preemption)
{
    L4_Word_t old = 0;

    return L4_Schedule(t, time, cpu, prio, preemption, &old);
}

static void count(L4_Word_t n)
{
    for (;;)
        counter[n]++;
}

/* How far each got in a while. */
static void run_a_while(L4_Word_t *ran)
{
    L4_Word_t before[COUNTERS];

    for (int i = 0; i < COUNTERS; i++)
        before[i] = counter[i];
    for (int i = 0; i < 10; i++)
        L4_Sleep(usec(10000));
    for (int i = 0; i < COUNTERS; i++)
        ran[i] = counter[i] - before[i];
}

static void test_errors(L4_ThreadId_t t)
{
    is(schedule(t, ~0ul, ~0ul, ~0ul, ~0ul), 3, "a ready thread is in state 3");
    is(schedule(L4_GlobalId(user_base + 700, 1), ~0ul, ~0ul, 10, ~0ul), 1,
       "an unknown thread is dead");
    is(schedule(t, 0x8000ul << 16, ~0ul, ~0ul, ~0ul), 0,
       "a time point as slice fails");
    is(L4_ErrorCode(), ERR_PARAM, "with error 5");
    is(schedule(t, 0x0400ul << 16, ~0ul, ~0ul, ~0ul), 0, "so does slice zero");
    is(L4_ErrorCode(), ERR_PARAM, "with error 5");
    is(schedule(t, ~0ul, 1, ~0ul, ~0ul), 0, "so does a processor we lack");
    is(L4_ErrorCode(), ERR_PARAM, "with error 5");
    is(schedule(t, ~0ul, 0, ~0ul, ~0ul), 3, "processor 0 is fine");
    is(schedule(t, ~0ul, ~0ul, 0xff, ~0ul), 3, "priority 255 means unchanged");
    is(schedule(L4_GlobalId(1, 1), ~0ul, ~0ul, 10, ~0ul), 0,
       "an interrupt without a handler cannot be scheduled");
    is(L4_ErrorCode(), ERR_THREAD, "error 2");
}

static void test_strict(void)
{
    L4_ThreadId_t high, low;
    L4_Word_t ran[COUNTERS];

    high = thread_here(count, 0, PRIO_MID);
    low = thread_here(count, 1, PRIO_MID - 1);
    run_a_while(ran);
    ok(ran[0] > 0, "a thread of higher priority runs");
    is(ran[1], 0, "one of lower priority does not");
    L4_Set_Priority(low, PRIO_MID + 1);
    run_a_while(ran);
    ok(ran[1] > 0 && ran[0] == 0, "until the priorities change");
    L4_Set_Priority(low, PRIO_MID);
    run_a_while(ran);
    ok(ran[1] > 0 && ran[0] > 0, "with equal ones both run");
    L4_Word_t more = ran[0] > ran[1] ? ran[0] : ran[1];
    L4_Word_t less = ran[0] + ran[1] - more;
    ok(less * 2 > more, "about as much");
    thread_delete(high);
    thread_delete(low);
}

static void test_slices(void)
{
    L4_ThreadId_t a, b;
    L4_Word_t ran[COUNTERS], old;

    a = thread_here(count, 0, PRIO_MID);
    b = thread_here(count, 1, PRIO_MID);
    L4_Set_Timeslice(a, usec(8000), L4_Never);
    L4_Set_Timeslice(b, usec(2000), L4_Never);
    run_a_while(ran);
    ok(ran[0] > 2 * ran[1] && ran[0] < 8 * ran[1],
       "a slice four times as long gives about four times as much");
    L4_Schedule(b, ~0ul, ~0ul, ~0ul, ~0ul, &old);
    ok((old >> 16) != 0 && (old >> 16) <= 2048,
       "the remaining slice is a period, not above the length");
    is(old & 0xffff, 0, "the quantum is infinite");
    L4_Set_Timeslice(a, L4_Never, L4_Never);
    run_a_while(ran);
    run_a_while(ran);
    is(ran[1], 0, "an infinite slice lets no other of its priority run");
    thread_delete(a);
    thread_delete(b);
}

static void log_forever(L4_Word_t n)
{
    for (;;) {
        if (logged < LOG)
            log_entry[logged++] = n;
        L4_Yield();
    }
}

static void test_yield(void)
{
    L4_ThreadId_t t[3];
    bool good = true;

    logged = 0;
    for (L4_Word_t i = 0; i < 3; i++)
        t[i] = thread_here(log_forever, i, PRIO_MID);
    settle();
    settle();
    is(logged, LOG, "threads that yield all run");
    for (int i = 3; i < LOG; i++)
        good &= log_entry[i] == log_entry[i - 3] &&
                log_entry[i] != log_entry[i - 1];
    ok(good, "in turn");
    for (int i = 0; i < 3; i++)
        thread_delete(t[i]);
}

static void test_switch(void)
{
    L4_ThreadId_t low;
    L4_Word_t before;

    low = thread_here(count, 2, PRIO_LOW);
    before = counter[2];
    L4_Clock_t start = L4_SystemClock();
    L4_ThreadSwitch(low);
    L4_Clock_t end = L4_SystemClock();
    ok(counter[2] != before, "ThreadSwitch runs a thread of lower priority");
    ok(end.raw - start.raw <= 30000, "on the slice of the caller, no longer");
    before = counter[2];
    L4_ThreadSwitch(L4_Myself());
    is(counter[2], before, "to oneself it does nothing");
    L4_Yield();
    is(counter[2], before, "to nobody it runs no lower priority");
    L4_ThreadSwitch(far);
    is(counter[2], before, "to a blocked thread it is like to nobody");
    L4_ThreadSwitch(L4_GlobalId(user_base + 700, 1));
    is(counter[2], before, "to an unknown one as well");
    L4_ThreadSwitch(L4_LocalIdOf(low));
    ok(counter[2] != before, "a local id is fine");
    thread_delete(low);
}

static void test_clock(void)
{
    L4_Clock_t last = L4_SystemClock(), now = last;
    bool good = true;

    for (int i = 0; i < 1000; i++) {
        now = L4_SystemClock();
        good &= now.raw >= last.raw;
        last = now;
    }
    ok(good, "the clock never goes back");
    now = L4_SystemClock();
    L4_Sleep(usec(20000));
    last = L4_SystemClock();
    ok(last.raw - now.raw >= 20000 && last.raw - now.raw < 2000000,
       "and counts microseconds");
}

/* A message wakes a more urgent thread at once, a less urgent one later. */
static volatile L4_Word_t woken;

static void wait_once(L4_Word_t n)
{
    L4_ThreadId_t from;

    L4_Wait(&from);
    woken = n;
}

static void test_wake(void)
{
    L4_ThreadId_t t;

    L4_Set_Priority(main_id, PRIO_MID);
    t = thread_here(wait_once, 1, PRIO_MID + 50);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    is(woken, 1, "a message to a more urgent thread runs it at once");
    thread_delete(t);
    t = thread_here(wait_once, 2, PRIO_LOW);
    settle();
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    is(woken, 1, "one to a less urgent thread does not");
    settle();
    is(woken, 2, "it runs when we sleep");
    thread_delete(t);
    L4_Set_Priority(main_id, PRIO_HIGH);
}

static volatile L4_Word_t their_result, their_error;

static void schedule_other(L4_Word_t other)
{
    L4_ThreadId_t t;
    L4_Word_t old;

    t.raw = other;
    their_result = L4_Schedule(t, ~0ul, ~0ul, 1, ~0ul, &old);
    their_error = L4_ErrorCode();
}

static void test_privilege(L4_ThreadId_t t)
{
    L4_ThreadId_t other = thread_in_new_space(schedule_other, t.raw, PRIO_MID);

    their_result = 77;
    settle();
    is(their_result, 0, "who is not the scheduler's space cannot schedule");
    is(their_error, ERR_PRIVILEGE, "error 1");
    thread_delete(other);
    other = L4_GlobalId(user_base + 600, 1);
    their_result = 77;
    L4_ThreadId_t s = thread_in_new_space(schedule_other, t.raw, PRIO_MID);
    L4_ThreadControl(t, main_id, s, L4_nilthread, NO_UTCB);
    settle();
    ok(their_result >= 3, "the scheduler can");
    L4_ThreadControl(t, main_id, main_id, L4_nilthread, NO_UTCB);
    thread_delete(s);
}

int main(void)
{
    L4_ThreadId_t t;

    plan(38);
    support_init();
    far = thread_in_new_space(worker, 0, PRIO_MID);
    t = thread_here(count, 3, PRIO_LOW - 1);
    settle();
    test_errors(t);
    test_strict();
    test_slices();
    test_yield();
    test_switch();
    test_clock();
    test_wake();
    test_privilege(t);
    return tap_status();
}
