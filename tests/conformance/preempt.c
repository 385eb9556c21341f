/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preemption: the total quantum, its delay, faults and exceptions.
 * clauses: 4400
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { LABEL_PREEMPTION = -3, LABEL_SYSTEM_EXCEPTION = -4, LOG = 256 };
enum { SIGNAL = 1, DELAY = 2 }; /* what the runner switches on */
enum act { NOTHING, YIELD, CLEAR_DELAY, CLEAR_SIGNAL };
enum { NAP = 2000, LONG_SLICE = 400000, SOON = 1500 };

struct record {
    L4_MsgTag_t tag;
    L4_ThreadId_t from;
    L4_Word_t mr1, mr2;
};

static volatile L4_Word_t counter, pendings, arrived;
static volatile bool go, report;
static volatile enum act on_pending;
static volatile L4_Word_t had_delay, had_pending;
static struct record records[LOG];
static volatile unsigned recorded, answer; /* words of the answer + 1 */
static volatile L4_Word_t answer_ip;
static L4_ThreadId_t recorder_id, handler;

/* ---- the threads --------------------------------------------------------- */

/* The exception handler of all. */
static void recorder(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag;

    (void)arg;
    for (;;) {
        tag = L4_Wait(&from);
        struct record *r = &records[recorded % LOG];
        r->tag = tag;
        r->from = from;
        L4_StoreMR(1, &r->mr1);
        L4_StoreMR(2, &r->mr2);
        recorded++;
        if (protocol(tag) == LABEL_SYSTEM_EXCEPTION && answer) {
            L4_LoadMR(0, answer - 1);
            L4_LoadMR(1, answer_ip);
            L4_Reply(from);
        }
    }
}

static void act_on_pending(void)
{
    enum act act = on_pending;

    pendings++;
    on_pending = NOTHING;
    if (act == YIELD)
        L4_Yield();
    if (act == CLEAR_DELAY)
        L4_EnablePreemption();
    if (act == CLEAR_SIGNAL)
        L4_DisablePreemptionFaultException();
}

/* Computes; from `go` on with these flags. */
static void runner(L4_Word_t flags)
{
    L4_Set_ExceptionHandler(handler);
    while (!go)
        counter++;
    if (flags & SIGNAL)
        L4_EnablePreemptionFaultException();
    if (flags & DELAY)
        L4_DisablePreemption();
    for (;;) {
        counter++;
        if (on_pending != NOTHING && L4_PreemptionPending())
            act_on_pending();
        if (report) {
            had_delay = L4_EnablePreemption();
            had_pending = L4_PreemptionPending();
            report = false;
        }
    }
}

static void arrive(void)
{
    arrived++;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* ---- trying -------------------------------------------------------------- */

/* A runner that has not yet switched its flags on. */
static L4_ThreadId_t runner_new(L4_Word_t flags, L4_Word_t sensitive,
                                L4_Word_t delay)
{
    go = report = false;
    on_pending = NOTHING;
    answer = 0;
    L4_ThreadId_t t = thread_here(runner, flags, PRIO_MID);
    L4_Set_Timeslice(t, usec(LONG_SLICE), L4_Never);
    L4_Set_PreemptionDelay(t, sensitive, delay);
    settle();
    recorded = 0;
    return t;
}

/* Let it run for a nap. Result: how many microseconds it delayed us. */
static L4_Word_t nap(void)
{
    go = true;
    L4_Clock_t start = L4_SystemClock();
    L4_Sleep(usec(NAP));
    return (L4_Word_t)(L4_SystemClock().raw - start.raw) - NAP;
}

/* The same, and then it stands still and the recorder catches up. */
static L4_Word_t try(L4_ThreadId_t t)
{
    L4_Word_t late = nap();

    L4_Stop(t);
    settle();
    return late;
}

static bool recorded_one(int label)
{
    if (recorded == 1 && protocol(records[0].tag) == label)
        return true;
    printf("# %u messages, the first with tag %lx\n", recorded,
           records[0].tag.raw);
    return false;
}

static bool late_by(L4_Word_t late, L4_Word_t want)
{
    if (late >= want && late < want + SOON)
        return true;
    printf("# %lu us late\n", late);
    return false;
}

/* Does t run? Without flags, please. */
static bool runs(void)
{
    L4_Word_t before = counter;

    L4_Sleep(usec(1000));
    return counter != before;
}

/* ---- preemption faults --------------------------------------------------- */

static void test_faults(void)
{
    L4_ThreadId_t t = runner_new(SIGNAL, PRIO_MID, 0);
    L4_Clock_t before = L4_SystemClock();
    L4_Word_t late = try(t);
    L4_Clock_t after = L4_SystemClock();

    CLAUSE(4400, "3.4; 1.19", "with s, a preemption sends one message",
           recorded_one(LABEL_PREEMPTION));
    CLAUSE_IS(4401, "3.4 register tag",
              "a preemption message has label -3, u = 2, t = 0",
              records[0].tag.raw & 0xffffffff, 0xffd00002);
    L4_Word64_t when = sizeof(L4_Word_t) == 4
                           ? (L4_Word64_t)records[0].mr2 << 32 | records[0].mr1
                           : records[0].mr1;
    CLAUSE(4402, "3.4 register MR1",
           "MR1 of a preemption message is the clock at the preemption",
           when >= before.raw + NAP && when <= after.raw);
    CLAUSE_IS(4403, "3.4 register MR2",
              "MR2 of it is the upper half of the clock, or 0 on 64 bits",
              records[0].mr2, sizeof(L4_Word_t) == 4 ? when >> 32 : 0);
    CLAUSE(4404, "3.4", "a preemption message comes from the preempted thread",
           L4_SameThreads(records[0].from, t));
    CLAUSE(4405, "3.4", "a preemption message does not delay the preemption",
           late_by(late, 0));
    L4_Start(t);
    CLAUSE(4406, "3.4",
           "a preemption message is one-way: the thread needs no answer",
           runs());
    thread_delete(t);

    t = runner_new(0, PRIO_MID, 0);
    try(t);
    CLAUSE_IS(4407, "1.19; 3.4", "without s there is no preemption message",
              recorded, 0);
    thread_delete(t);

    t = runner_new(SIGNAL, PRIO_MID, 0);
    L4_Set_Timeslice(t, usec(2000), L4_Never);
    go = true;
    L4_Sleep(usec(21000));
    L4_Stop(t);
    settle();
    CLAUSE(
        4408, "3.4",
        "the end of a slice is a preemption, though no other thread is ready",
        recorded >= 9 && recorded <= 12);
    thread_delete(t);

    handler = main_id; /* which waits, but not for this */
    t = runner_new(SIGNAL, PRIO_MID, 0);
    nap();
    CLAUSE(4409, "3.4",
           "with a handler that is not waiting a preemption fault is dropped",
           runs());
    thread_delete(t);
    handler = L4_nilthread;
    t = runner_new(SIGNAL, PRIO_MID, 0);
    nap();
    CLAUSE(4410, "3.4", "without a handler a preemption fault is dropped",
           runs());
    thread_delete(t);
    handler = fresh(99);
    t = runner_new(SIGNAL, PRIO_MID, 0);
    nap();
    CLAUSE(4411, "3.4",
           "with a handler that does not exist a preemption fault is dropped",
           runs());
    thread_delete(t);
    handler = recorder_id;
}

/* ---- delayed preemption -------------------------------------------------- */

static void test_delay(void)
{
    L4_ThreadId_t t = runner_new(DELAY, PRIO_HIGH, 20000);
    L4_Word_t late = nap();

    CLAUSE(4412, "2.9; 2.9 word PreemptionControl, 0..15",
           "with d, preemption waits for the maximum delay",
           late_by(late, 20000));
    CLAUSE_IS(4413, "2.9", "without s the end of the delay is silent", recorded,
              0);
    report = true;
    nap();
    CLAUSE_IS(4414, "2.9", "the end of the delay clears d", had_delay, 0);
    CLAUSE_IS(4415, "2.9", "the end of the delay clears I", had_pending, 0);
    thread_delete(t);

    t = runner_new(0, PRIO_HIGH, 20000);
    CLAUSE(4416, "2.9", "without d preemption does not wait",
           late_by(nap(), 0));
    thread_delete(t);

    t = runner_new(DELAY, PRIO_HIGH, 0);
    CLAUSE(4417, "2.9", "without a maximum delay preemption does not wait",
           late_by(nap(), 0));
    thread_delete(t);

    t = runner_new(DELAY | SIGNAL, PRIO_HIGH - 1, 20000);
    late = try(t);
    CLAUSE(4418, "2.9; 2.9 word PreemptionControl, 16..23",
           "a thread above the sensitive priority preempts at once",
           late_by(late, 0));
    CLAUSE(4419, "2.9; 3.4",
           "with s a preemption by a thread above the sensitive priority is a "
           "fault",
           recorded_one(LABEL_PREEMPTION));
    thread_delete(t);

    t = runner_new(DELAY, PRIO_HIGH, 60000);
    L4_Set_Timeslice(t, usec(10000), L4_Never);
    late = nap();
    CLAUSE(4420, "2.9", "the end of the slice ends the delay",
           late > 3000 && late < 12000);
    thread_delete(t);
}

/* The runner notices that it is late. */
static void test_pending(void)
{
    L4_ThreadId_t t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    L4_Word_t late;

    pendings = 0;
    on_pending = YIELD;
    late = nap();
    CLAUSE(4421, "2.9; 1.19", "I tells of a delayed preemption", pendings == 1);
    CLAUSE(4422, "2.9; 2.8", "ThreadSwitch ends the delay", late_by(late, 0));
    on_pending = YIELD;
    late = nap();
    CLAUSE(4423, "2.9; 2.8",
           "ThreadSwitch restores the allowance: the next delay is as long",
           pendings == 2 && late_by(late, 0));
    L4_Stop(t);
    settle();
    CLAUSE_IS(
        4424, "2.9",
        "after ThreadSwitch in time neither an exception nor a fault follows",
        recorded, 0);
    L4_Start(t);
    report = true;
    on_pending = NOTHING;
    nap();
    CLAUSE(4425, "2.9", "ThreadSwitch in time leaves d on", had_delay != 0);
    thread_delete(t);

    t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    on_pending = CLEAR_DELAY;
    try(t);
    CLAUSE(4426, "2.9; 3.4",
           "who clears d in time gets a preemption fault, no exception",
           recorded_one(LABEL_PREEMPTION));
    thread_delete(t);

    t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    on_pending = CLEAR_SIGNAL;
    try(t);
    CLAUSE_IS(4427, "2.9", "who clears s in time gets nothing", recorded, 0);
    thread_delete(t);
}

/* ---- preemption exceptions ----------------------------------------------- */

static void test_exception(void)
{
    L4_ThreadId_t t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    L4_Word_t late = try(t);

    CLAUSE(4428, "2.9; 3 number -4",
           "an overrun of the delay with s and d is an exception of label -4",
           recorded_one(LABEL_SYSTEM_EXCEPTION));
    CLAUSE(4429, "2.9", "the exception comes after the whole delay",
           late_by(late, 20000));
    CLAUSE(4430, "2.9; 3.5",
           "the exception has the processor's registers: MR1, the ip, is in "
           "the program",
           records[0].tag.X.u >= 6 && records[0].mr1 >= image_low &&
               records[0].mr1 < image_high);
    L4_Start(t); /* it was halted, and its exception is cancelled */
    CLAUSE(4431, "2.3; 2.9", "ExchangeRegisters ends a preemption exception",
           runs());
    report = true;
    nap();
    CLAUSE_IS(4432, "2.9", "after a preemption exception d is off", had_delay,
              0);
    thread_delete(t);

    t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    nap();
    settle();
    CLAUSE_IS(4433, "2.9",
              "a preemption exception needs an answer: the thread waits",
              thread_state(t), L4_SCHEDRESULT_WAITING);
    L4_Word_t before = counter;
    settle();
    CLAUSE_IS(4434, "2.9",
              "a thread with an unanswered preemption exception does not run",
              counter, before);
    thread_delete(t);

    t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    answer = 1;
    nap();
    settle();
    CLAUSE(4435, "2.9; 3.5",
           "answered, a preempted thread goes on where it was", runs());
    thread_delete(t);

    t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    arrived = 0;
    answer_ip = (L4_Word_t)arrive;
    answer = 2;
    nap();
    settle();
    CLAUSE_IS(4436, "2.9; 3.5",
              "answered with another ip, a preempted thread goes on there",
              arrived, 1);
    thread_delete(t);

    handler = L4_nilthread;
    t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 20000);
    nap();
    CLAUSE_IS(4437, "2.9",
              "a preemption exception without a handler halts the thread",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    thread_delete(t);
    handler = recorder_id;

    t = runner_new(DELAY | SIGNAL, PRIO_HIGH, 0);
    late = try(t);
    CLAUSE(4438, "2.9",
           "with s, d and a maximum delay of 0 the exception comes at once",
           recorded_one(LABEL_SYSTEM_EXCEPTION) && late_by(late, 0));
    thread_delete(t);
}

/* ---- sensitive priority -------------------------------------------------- */

static void test_sensitive(void)
{
    L4_ThreadId_t t = runner_new(DELAY, PRIO_HIGH, 20000);

    L4_Set_PreemptionDelay(t, PRIO_MID - 1, 20000);
    CLAUSE(4439, "2.9",
           "a sensitive priority below the thread's own priority has no effect",
           late_by(nap(), 20000));
    thread_delete(t);

    t = runner_new(DELAY, PRIO_MID, 20000);
    L4_Set_Priority(t, PRIO_HIGH);
    L4_Set_Priority(t, PRIO_MID);
    CLAUSE(4440, "2.9",
           "a priority above the sensitive priority raises the latter",
           late_by(nap(), 20000));
    thread_delete(t);

    t = runner_new(DELAY, 0xff, 20000);
    CLAUSE(4441, "2.9",
           "at first the sensitive priority is the thread's own; all ones "
           "change none",
           late_by(nap(), 0));
    thread_delete(t);

    t = runner_new(DELAY, PRIO_HIGH, 20000);
    L4_Set_PreemptionDelay(t, PRIO_HIGH, 0xffff);
    CLAUSE(4442, "2.9", "a maximum delay of all ones changes none",
           late_by(nap(), 20000));
    thread_delete(t);
}

/* ---- the total quantum --------------------------------------------------- */

static L4_MsgTag_t receive_now(L4_ThreadId_t t)
{
    return L4_Receive_Timeout(t, L4_ZeroTime);
}

/* A runner that has used up its quantum of 5 ms. */
static L4_ThreadId_t spent_runner(L4_Word_t slice)
{
    L4_ThreadId_t t = runner_new(0, PRIO_MID, 0);

    L4_Set_Timeslice(t, slice ? usec(slice) : L4_Never, usec(5000));
    L4_Sleep(usec(20000));
    return t;
}

static void test_quantum(void)
{
    L4_Time_t slice, quantum;
    L4_ThreadId_t t = runner_new(0, PRIO_MID, 0);

    L4_Set_Timeslice(t, usec(2000), usec(20000));
    L4_Sleep(usec(7000));
    L4_Timeslice(t, &slice, &quantum);
    L4_Word_t left = (L4_Word_t)quantum.period.m << quantum.period.e;
    CLAUSE(4443, "2.9; 2.9 word TimeControl, 0..15",
           "Schedule tells what is left of the quantum",
           left > 11000 && left < 14000);
    thread_delete(t);

    L4_Set_Timeslice(main_id, usec(100000), L4_Never);
    L4_Clock_t start = L4_SystemClock();
    while (L4_SystemClock().raw - start.raw < 20000)
        ;
    L4_Timeslice(main_id, &slice, &quantum);
    left = (L4_Word_t)slice.period.m << slice.period.e;
    CLAUSE(4466, "2.9", "what is left now is of the caller's own slice",
           left > 79000 && left < 81000);

    t = spent_runner(2000);
    CLAUSE(4444, "2.9", "a thread that has used up its quantum does not run",
           !runs());
    CLAUSE_IS(4445, "3.4",
              "a thread that has used up its quantum is in state 3",
              thread_state(t), L4_SCHEDRESULT_RUNNING);
    L4_MsgTag_t tag = receive_now(t);
    CLAUSE(4446, "3.4; 2.9; 3 number -3",
           "its scheduler gets the preemption message",
           L4_IpcSucceeded(tag) && protocol(tag) == LABEL_PREEMPTION &&
               tag.X.u == 2);
    CLAUSE(4447, "3.4",
           "when the scheduler has the message the thread still does not run",
           !runs() && thread_state(t) == L4_SCHEDRESULT_RUNNING);
    L4_ThreadSwitch(t);
    CLAUSE(4448, "3.4", "ThreadSwitch does not run a thread without quantum",
           !runs());
    L4_Set_Timeslice(t, usec(2000), (L4_Time_t){ .raw = 0xffff });
    CLAUSE(4449, "2.9; 3.4",
           "a new slice alone does not run a thread without quantum", !runs());
    L4_Set_Timeslice(t, usec(2000), usec(5000));
    CLAUSE(4450, "2.9; 3.4", "a new quantum makes the thread run", runs());
    L4_Sleep(usec(20000));
    CLAUSE(4451, "2.9", "the thread runs until its new quantum is used up",
           !runs());
    L4_Set_Timeslice(t, usec(2000), L4_Never);
    CLAUSE(4452, "2.9; 3.4", "an infinite quantum takes back the message",
           runs() && L4_IpcFailed(receive_now(t)));
    thread_delete(t);

    t = spent_runner(0);
    CLAUSE(4453, "2.9", "a quantum ends within an infinite slice", !runs());
    L4_Word_t old = 0;
    L4_ExchangeRegisters(t, EX_SEND, 0, 0, 0, 0, L4_nilthread, &old, NULL, NULL,
                         NULL, NULL, NULL);
    CLAUSE(4454, "3.4; 2.3", "ExchangeRegisters S drops the message",
           (old & 4) && L4_IpcFailed(receive_now(t)));
    CLAUSE(4455, "3.4", "a dropped preemption message lets nothing run",
           !runs());
    L4_Set_Timeslice(t, usec(2000), L4_Never);
    CLAUSE(4456, "3.4",
           "a new quantum makes a thread run whose message was dropped",
           runs());
    thread_delete(t);
}

static void test_quantum_halted(void)
{
    L4_ThreadId_t t = spent_runner(2000), s;

    L4_Stop(t);
    CLAUSE_IS(4457, "2.9 value 2; 2.3",
              "a thread without quantum can be halted", thread_state(t),
              L4_SCHEDRESULT_INACTIVE);
    L4_Set_Timeslice(t, usec(2000), L4_Never);
    CLAUSE(4458, "2.3; 2.9", "a new quantum does not resume a halted thread",
           !runs());
    L4_Start(t);
    CLAUSE(4459, "2.3; 2.9", "resumed with a new quantum, the thread runs",
           runs());
    thread_delete(t);

    s = thread_here(worker, 0, PRIO_LOW);
    t = runner_new(0, PRIO_MID, 0);
    thread_control(t, main_id, s, L4_nilthread, ~0ul);
    thread_delete(s);
    L4_Set_Timeslice(t, usec(2000), usec(5000));
    L4_Sleep(usec(20000));
    CLAUSE_IS(4460, "3.4",
              "a used-up quantum without a scheduler halts the thread",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    L4_Start(t);
    settle();
    CLAUSE_IS(4465, "3.4", "resumed without a quantum, a client stops again",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    L4_Set_Timeslice(t, usec(2000), L4_Never);
    L4_Start(t);
    CLAUSE(4461, "3.4; 2.9",
           "halted so, it runs when it has a new quantum and is resumed",
           runs());
    thread_delete(t);
}

/* The scheduler goes before it takes the message. */
static void test_scheduler_gone(void)
{
    L4_ThreadId_t s = thread_here(worker, 0, PRIO_LOW);
    L4_ThreadId_t t = runner_new(0, PRIO_MID, 0);

    thread_control(t, main_id, s, L4_nilthread, ~0ul);
    L4_Set_Timeslice(t, usec(2000), usec(5000));
    L4_Sleep(usec(20000));
    thread_delete(s);
    CLAUSE_IS(4467, "3.4",
              "a thread whose scheduler goes before it is told halts",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    thread_control(t, main_id, main_id, L4_nilthread, ~0ul);
    L4_Start(t);
    settle();
    CLAUSE(4468, "3.4", "resumed, it tells the next one",
           L4_IpcSucceeded(receive_now(t)));
    thread_delete(t);
}

/* Who serves on another's slice uses up the other's quantum. */
static volatile L4_Word_t served;

static void server(L4_Word_t us)
{
    L4_ThreadId_t from;

    L4_Wait(&from);
    for (;;) {
        L4_Clock_t start = L4_SystemClock();
        while (L4_SystemClock().raw - start.raw < us)
            ;
        served++;
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static void client(L4_Word_t to)
{
    for (;;) {
        L4_Set_MsgTag(L4_Niltag);
        L4_Call(raw_id(to));
        counter++;
    }
}

static void test_quantum_of_owner(void)
{
    L4_ThreadId_t s = thread_here(server, 3000, PRIO_MID), t;

    settle();
    served = 0;
    t = thread_here(client, s.raw, PRIO_MID);
    L4_Set_Timeslice(t, usec(LONG_SLICE), usec(10000));
    L4_Sleep(usec(60000));
    CLAUSE(4462, "2.9; 2.10.9",
           "a server on its client's slice uses up the client's quantum",
           served >= 3 && served <= 5);
    CLAUSE(4463, "2.9; 3.4",
           "with the client's quantum used up it is the client that stops",
           L4_IpcSucceeded(receive_now(t)));
    CLAUSE_IS(4464, "2.9; 3.4",
              "the server waits again when its client has stopped",
              thread_state(s), L4_SCHEDRESULT_WAITING);
    thread_delete(t);
    thread_delete(s);
}

/* Its client's scheduler, no more urgent: when the server has answered, has it
 * the preemption message at once, and has it when it let the client's turn
 * come? */
static volatile bool at_once, in_turn, looked;

static void look(L4_Word_t client)
{
    while (served == 0)
        L4_Yield();
    at_once = L4_IpcSucceeded(receive_now(raw_id(client)));
    L4_Yield();
    in_turn = L4_IpcSucceeded(receive_now(raw_id(client)));
    looked = true;
}

static void test_quantum_in_turn(void)
{
    L4_ThreadId_t s = thread_here(server, 15000, PRIO_MID), t, l;

    settle();
    served = 0;
    L4_Set_Timeslice(s, L4_Never, L4_Never);
    t = thread_here(client, s.raw, PRIO_MID);
    L4_Set_Timeslice(t, usec(LONG_SLICE), usec(10000));
    l = thread_here(look, t.raw, PRIO_MID);
    L4_Set_Timeslice(l, L4_Never, L4_Never);
    thread_control(t, main_id, l, L4_nilthread, ~0ul);
    L4_Sleep(usec(60000)); /* woken before, it would end the lent slice */
    CLAUSE(4469, "2.9; 3.4",
           "an answer takes no client without quantum out of its turn",
           looked && !at_once);
    CLAUSE(4470, "2.9; 3.4", "in its turn it stops, and its scheduler is told",
           in_turn);
    thread_delete(t);
    thread_delete(l);
    thread_delete(s);
}

int main(void)
{
    support_init();
    L4_Set_Priority(main_id, PRIO_HIGH);
    handler = recorder_id = thread_here(recorder, 0, PRIO_HIGH - 1);
    settle();
    test_faults();
    test_delay();
    test_pending();
    test_exception();
    test_sensitive();
    test_quantum();
    test_quantum_halted();
    test_scheduler_gone();
    test_quantum_of_owner();
    test_quantum_in_turn();
    return CLAUSES_END();
}
