/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * SystemClock, ThreadSwitch, Schedule.
 * clauses: 2800
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { COUNTERS = 4, LOG = 64 };

static volatile L4_Word_t counter[COUNTERS];
static volatile unsigned logged;
static volatile L4_Word_t log_entry[LOG];
static L4_ThreadId_t near, far;
static struct job job;

static L4_Word_t schedule(L4_ThreadId_t t, L4_Word_t time, L4_Word_t cpu,
                          L4_Word_t prio, L4_Word_t preemption)
{
    L4_Word_t old = 0;

    return L4_Schedule(t, time, cpu, prio, preemption, &old);
}

/* Does the call fail with this error? */
static bool fails(L4_Word_t result, L4_Word_t error)
{
    if (result != L4_SCHEDRESULT_ERROR || L4_ErrorCode() != error) {
        printf("# result %lu, error %lu\n", result, L4_ErrorCode());
        return false;
    }
    return true;
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
    L4_Word_t cpus = L4_NumProcessors(L4_GetKernelInterface());

    CLAUSE(2800, "2.9 error 5; 2.9 word TimeControl, 16..31; 2.9 value 0",
           "a time point as slice: error 5",
           fails(schedule(t, 0x8001ul << 16, ~0ul, ~0ul, ~0ul),
                 L4_ErrInvalidParam));
    CLAUSE(2801, "2.9 error 5; 2.9 word TimeControl, 0..15",
           "a time point as quantum: error 5",
           fails(schedule(t, 0x8001ul | 0xffff0000ul, ~0ul, ~0ul, ~0ul),
                 L4_ErrInvalidParam));
    CLAUSE(2802, "2.9 error 5", "a slice of zero: error 5",
           fails(schedule(t, (L4_Word_t)TIME_ZERO << 16, ~0ul, ~0ul, ~0ul),
                 L4_ErrInvalidParam));
    CLAUSE(2803, "2.9 error 5", "a quantum of zero: error 5",
           fails(schedule(t, TIME_ZERO | 0xffff0000ul, ~0ul, ~0ul, ~0ul),
                 L4_ErrInvalidParam));
    CLAUSE(2804, "2.9 error 5; 2.9 word ProcessorControl, 0..15",
           "Schedule on a processor that does not exist: error 5",
           fails(schedule(t, ~0ul, cpus, ~0ul, ~0ul), L4_ErrInvalidParam));
    CLAUSE_IS(2805, "2.9 word ProcessorControl, 0..15",
              "the thread's own processor is fine",
              schedule(t, ~0ul, L4_ProcessorNo(), ~0ul, ~0ul),
              L4_SCHEDRESULT_RUNNING);
    CLAUSE(2806, "2.9 error 2",
           "an interrupt that nobody handles cannot be scheduled: error 2",
           fails(schedule(L4_GlobalId(1, 1), ~0ul, ~0ul, 10, ~0ul),
                 L4_ErrInvalidThread));
    CLAUSE(2807, "2.9 error 2; 1.3 thread number SystemBase ... UserBase-1",
           "a kernel thread cannot be scheduled: error 2",
           fails(schedule(L4_GlobalId(user_base - 1, 1), ~0ul, ~0ul, 10, ~0ul),
                 L4_ErrInvalidThread));
}

static void test_states(L4_ThreadId_t t)
{
    L4_ThreadId_t u;

    CLAUSE_IS(2808, "2.9 value 3", "a ready thread is in state 3",
              thread_state(t), L4_SCHEDRESULT_RUNNING);
    CLAUSE_IS(2809, "2.9 value 3", "the caller is in state 3",
              thread_state(main_id), L4_SCHEDRESULT_RUNNING);
    CLAUSE_IS(2810, "2.9 value 1", "a thread that does not exist is in state 1",
              thread_state(fresh(0)), L4_SCHEDRESULT_DEAD);
    CLAUSE_IS(2811, "2.9 value 1", "a wrong version is in state 1",
              thread_state(L4_GlobalId(L4_ThreadNo(t), 9)),
              L4_SCHEDRESULT_DEAD);
    CLAUSE_IS(2812, "2.9; 2.1", "Schedule takes a local id",
              thread_state(L4_LocalIdOf(t)), L4_SCHEDRESULT_RUNNING);
    L4_Stop(t);
    CLAUSE_IS(2813, "2.9 value 2", "a halted thread is in state 2",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    L4_Start(t);
    job = (struct job){ .to = main_id };
    job_start(near, &job);
    CLAUSE_IS(2814, "2.9 value 4",
              "a thread that waits for its receiver is in state 4",
              thread_state(near), L4_SCHEDRESULT_PENDING_SEND);
    L4_Receive(near);
    settle();
    job = (struct job){ .from = far };
    job_start(near, &job);
    CLAUSE_IS(2815, "2.9 value 6",
              "a thread that waits for a message is in state 6",
              thread_state(near), L4_SCHEDRESULT_WAITING);
    u = thread_here(worker, 0, PRIO_MID);
    settle();
    thread_delete(u);
    CLAUSE_IS(2816, "2.9 value 1", "a deleted thread is in state 1",
              thread_state(u), L4_SCHEDRESULT_DEAD);
    exregs_control(near, EX_RECV);
    L4_Stop(t);
    CLAUSE_IS(2817, "2.9", "the state is the one before the call",
              schedule(t, ~0ul, ~0ul, PRIO_LOW - 2, ~0ul),
              L4_SCHEDRESULT_INACTIVE);
    L4_Start(t);
    L4_Set_Priority(t, PRIO_LOW - 1);
}

static void test_strict(void)
{
    L4_ThreadId_t high, low;
    L4_Word_t ran[COUNTERS];

    high = thread_here(count, 0, PRIO_MID);
    low = thread_here(count, 1, PRIO_MID - 1);
    run_a_while(ran);
    CLAUSE(2818, "2.9 word PrioControl, 0..7",
           "while one of higher priority is ready a thread does not run",
           ran[0] > 0 && ran[1] == 0);
    L4_Set_Priority(low, PRIO_MID + 1);
    run_a_while(ran);
    CLAUSE(2819, "2.9; 4.5", "raised above the other it runs alone",
           ran[1] > 0 && ran[0] == 0);
    L4_Set_Priority(low, PRIO_MID);
    run_a_while(ran);
    CLAUSE(2820, "2.9", "with equal priorities both run",
           ran[1] > 0 && ran[0] > 0);
    L4_Word_t more = ran[0] > ran[1] ? ran[0] : ran[1];
    L4_Word_t less = ran[0] + ran[1] - more;
    CLAUSE(2821, "2.9",
           "with equal priorities and slices both run about as much",
           less * 2 > more);
    CLAUSE_IS(2822, "2.9", "a priority field of 255 changes nothing",
              schedule(low, ~0ul, ~0ul, 0xff, ~0ul), L4_SCHEDRESULT_RUNNING);
    run_a_while(ran);
    CLAUSE(2823, "2.9", "after such a call the priority is what it was",
           ran[1] > 0 && ran[0] > 0);
    L4_Set_Priority(high, 0);
    run_a_while(ran);
    CLAUSE(2824, "2.9 word PrioControl, 0..7",
           "priority 0 is the lowest, but a priority",
           ran[0] == 0 && thread_state(high) == L4_SCHEDRESULT_RUNNING);
    thread_delete(low);
    thread_delete(high);
}

static void test_slices(void)
{
    L4_ThreadId_t a, b;
    L4_Word_t ran[COUNTERS], old = 0;
    L4_Time_t slice, quantum;

    a = thread_here(count, 0, PRIO_MID);
    b = thread_here(count, 1, PRIO_MID);
    L4_Set_Timeslice(a, usec(8000), L4_Never);
    L4_Set_Timeslice(b, usec(2000), L4_Never);
    run_a_while(ran);
    CLAUSE(2825, "2.9 word TimeControl, 16..31; 4.5",
           "a slice four times as long gives about four times as much",
           ran[0] > 2 * ran[1] && ran[0] < 8 * ran[1]);
    L4_Timeslice(b, &slice, &quantum);
    CLAUSE(2826, "2.9; 4.5",
           "what remains of a slice is a period not above its length",
           slice.raw != 0 && (slice.raw & 0x8000) == 0 &&
               ((L4_Word_t)slice.period.m << slice.period.e) <= 2048);
    CLAUSE_IS(2827, "2.9 word TimeControl, 0..15", "the quantum is infinite",
              quantum.raw, TIME_NEVER);
    L4_Set_Timeslice(b, usec(5000), L4_Never);
    L4_Timeslice(b, &slice, &quantum);
    CLAUSE(2828, "2.9", "setting a slice refills it at once",
           ((L4_Word_t)slice.period.m << slice.period.e) >= 4900 &&
               ((L4_Word_t)slice.period.m << slice.period.e) <= 5120);
    L4_Schedule(b, 0xffff0000ul, ~0ul, ~0ul, ~0ul, &old);
    run_a_while(ran);
    L4_Timeslice(b, &slice, &quantum);
    CLAUSE(2829, "2.9", "a slice field of all ones changes no slice",
           slice.raw != 0 &&
               ((L4_Word_t)slice.period.m << slice.period.e) <= 5120);
    L4_Set_Timeslice(a, L4_Never, L4_Never);
    run_a_while(ran);
    run_a_while(ran);
    CLAUSE_IS(2830, "2.9 word TimeControl, 16..31",
              "an infinite slice lets no other of its priority run", ran[1], 0);
    L4_Timeslice(a, &slice, &quantum);
    CLAUSE_IS(2831, "2.9", "what remains of an infinite slice is never",
              slice.raw, TIME_NEVER);
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
    for (int i = 3; i < LOG; i++)
        good &= log_entry[i] == log_entry[i - 3] &&
                log_entry[i] != log_entry[i - 1];
    CLAUSE(2832, "2.8; 4.5",
           "ThreadSwitch to nilthread: the caller goes behind the others of "
           "its priority",
           logged == LOG && good);
    for (int i = 0; i < 3; i++)
        thread_delete(t[i]);
}

/* Run for most of a slice, then yield or not, then sleep. */
static void use_slice(L4_Word_t yields)
{
    L4_Word64_t end = L4_SystemClock().raw + 16000;

    while (L4_SystemClock().raw < end)
        ;
    if (yields)
        L4_Yield();
    L4_Sleep(L4_Never);
}

static L4_Word_t left_after(L4_Word_t yields)
{
    L4_ThreadId_t t = thread_here(use_slice, yields, PRIO_LOW);
    L4_Time_t slice, quantum;

    L4_Set_Timeslice(t, usec(20000), L4_Never);
    L4_Sleep(usec(60000));
    L4_Timeslice(t, &slice, &quantum);
    thread_delete(t);
    return (L4_Word_t)slice.period.m << slice.period.e;
}

static void test_fresh_slice(void)
{
    CLAUSE(2850, "2.9", "what a thread has used of its slice is gone",
           left_after(0) < 8000);
    CLAUSE(2851, "2.8",
           "ThreadSwitch to nilthread gives the caller a fresh slice",
           left_after(1) > 12000);
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
    CLAUSE(2833, "2.8",
           "ThreadSwitch runs a ready thread, whatever its priority",
           counter[2] != before);
    CLAUSE(2834, "2.8",
           "a thread switched to has what is left of the caller's slice",
           end.raw - start.raw <= 30000);
    before = counter[2];
    L4_ThreadSwitch(L4_Myself());
    CLAUSE_IS(2835, "2.8", "ThreadSwitch to the caller returns at once",
              counter[2], before);
    L4_Yield();
    CLAUSE_IS(2836, "2.8", "ThreadSwitch to nilthread runs no lower priority",
              counter[2], before);
    L4_ThreadSwitch(far);
    CLAUSE_IS(2837, "2.8",
              "ThreadSwitch to a blocked thread is as to nilthread", counter[2],
              before);
    L4_ThreadSwitch(fresh(0));
    CLAUSE_IS(2838, "2.8",
              "ThreadSwitch to a thread that does not exist is as to nilthread",
              counter[2], before);
    L4_ThreadSwitch(L4_anythread);
    CLAUSE_IS(2839, "2.8", "ThreadSwitch to anythread is as to nilthread",
              counter[2], before);
    L4_ThreadSwitch(L4_LocalIdOf(low));
    CLAUSE(2840, "2.8; 2.1", "ThreadSwitch takes a local id",
           counter[2] != before);
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
    CLAUSE(2841, "2.8; 1.2", "the clock never goes back", good);
    now = L4_SystemClock();
    L4_Sleep(usec(20000));
    last = L4_SystemClock();
    CLAUSE(2842, "2.8; 1.2", "the clock counts microseconds",
           last.raw - now.raw >= 20000 && last.raw - now.raw < 2000000);
}

static volatile L4_Word64_t their_clock;

static void look_at_clock(L4_Word_t arg)
{
    (void)arg;
    their_clock = L4_SystemClock().raw;
}

static void test_other_clock(void)
{
    L4_Word64_t before = L4_SystemClock().raw;
    L4_ThreadId_t t = thread_in_new_space(look_at_clock, 0, PRIO_MID);

    settle();
    CLAUSE(2843, "2.8",
           "the clock is one and the same in every space, without privilege",
           their_clock > before && their_clock < L4_SystemClock().raw);
    thread_delete(t);
}

/* Calls by a thread that is neither privileged nor, at first, the scheduler. */
static volatile L4_Word_t their_result, their_error;
static L4_Word_t their_prio;

static void schedule_other(L4_Word_t other)
{
    L4_Word_t old;

    their_result =
        L4_Schedule(raw_id(other), ~0ul, ~0ul, their_prio, ~0ul, &old);
    their_error = L4_ErrorCode();
}

static L4_ThreadId_t they_schedule(L4_ThreadId_t t, L4_Word_t prio)
{
    their_result = 77;
    their_prio = prio;
    return thread_in_new_space(schedule_other, t.raw, PRIO_MID);
}

static void test_privilege(L4_ThreadId_t t)
{
    L4_ThreadId_t s = they_schedule(t, 1);

    settle();
    CLAUSE(2844, "2.9 error 1",
           "who is not in the space of the scheduler: error 1",
           their_result == 0 && their_error == L4_ErrNoPrivilege);
    thread_delete(s);
    s = they_schedule(t, 1);
    thread_control(t, main_id, s, L4_nilthread, ~0ul);
    settle();
    CLAUSE_IS(2845, "2.9; 2.4 parameter Scheduler",
              "the scheduler may schedule", their_result,
              L4_SCHEDRESULT_RUNNING);
    thread_delete(s);
    /* Another thread of the scheduler's space. */
    thread_control(t, main_id, far, L4_nilthread, ~0ul);
    their_result = 77;
    s = thread_in(far, schedule_other, t.raw, PRIO_MID);
    settle();
    CLAUSE_IS(2846, "2.9", "so may another thread of its space", their_result,
              L4_SCHEDRESULT_RUNNING);
    thread_delete(s);
    their_result = 77;
    their_prio = PRIO_MID + 1;
    s = thread_in(far, schedule_other, t.raw, PRIO_MID);
    settle();
    CLAUSE(2847, "2.9 error 5",
           "an unprivileged scheduler gives no priority above its own: error 5",
           their_result == 0 && their_error == L4_ErrInvalidParam);
    thread_delete(s);
    their_result = 77;
    their_prio = PRIO_MID;
    s = thread_in(far, schedule_other, t.raw, PRIO_MID);
    settle();
    CLAUSE_IS(2848, "2.9",
              "an unprivileged scheduler may give its own priority",
              their_result, L4_SCHEDRESULT_RUNNING);
    thread_delete(s);
    thread_control(t, main_id, main_id, L4_nilthread, ~0ul);
    L4_Set_Priority(t, PRIO_LOW - 1);
}

/* An error leaves all other control words without effect. */
static void test_nothing_done(L4_ThreadId_t t)
{
    L4_Time_t slice, quantum;

    L4_Set_Timeslice(t, usec(4000), L4_Never);
    schedule(t, (L4_Word_t)usec(9000).raw << 16, 999, ~0ul, ~0ul);
    L4_Timeslice(t, &slice, &quantum);
    CLAUSE(2849, "2.1; 2.9", "a failing call sets no slice either",
           ((L4_Word_t)slice.period.m << slice.period.e) <= 4096);
}

int main(void)
{
    L4_ThreadId_t t;

    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    t = thread_here(count, 3, PRIO_LOW - 1);
    settle();
    test_errors(t);
    test_states(t);
    test_strict();
    test_slices();
    test_yield();
    test_fresh_slice();
    test_switch();
    test_clock();
    test_other_clock();
    test_privilege(t);
    test_nothing_done(t);
    return CLAUSES_END();
}
