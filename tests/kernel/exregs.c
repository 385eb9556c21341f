/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ExchangeRegisters: x2.md 2.3.
 */
#include "tap.h"
#include "worker.h"

enum {
    HALT = 1 << 0,
    RECV = 1 << 1,
    SEND = 1 << 2,
    SET_SP = 1 << 3,
    SET_IP = 1 << 4,
    SET_FLAGS = 1 << 5,
    SET_HANDLE = 1 << 6,
    SET_PAGER = 1 << 7,
    HALT_VALID = 1 << 8,
    DELIVER = 1 << 9
};

struct regs {
    L4_Word_t control, sp, ip, flags, handle;
    L4_ThreadId_t pager;
};

static L4_ThreadId_t near, far;
static struct job job;
static volatile L4_Word_t counter, arrived_sp, arrived;
static char second_stack[4096] __attribute__((aligned(16)));

/* One call; in and out in r. */
static L4_ThreadId_t exregs(L4_ThreadId_t t, L4_Word_t control, struct regs *r)
{
    struct regs in = *r;

    return L4_ExchangeRegisters(t, control, in.sp, in.ip, in.flags, in.handle,
                                in.pager, &r->control, &r->sp, &r->ip,
                                &r->flags, &r->handle, &r->pager);
}

static void test_ids(void)
{
    struct regs r = { 0 };

    is(exregs(near, DELIVER, &r).raw, L4_LocalIdOf(near).raw,
       "a global id gives the local one");
    is(exregs(L4_LocalIdOf(near), DELIVER, &r).raw, near.raw,
       "a local id gives the global one");
    is(L4_LocalIdOf(near).raw & 0x3f, 0, "which looks local");
    is(exregs(L4_Myself(), 0, &r).raw, L4_MyLocalId().raw,
       "no control bit: a query, also of oneself");
    is(r.control, 0, "one runs, so neither sends nor receives");
    is(exregs(L4_GlobalId(user_base + 700, 1), 0, &r).raw, 0,
       "an unknown thread gives nil");
    is(L4_ErrorCode(), 2, "and error 2");
    is(exregs(L4_GlobalId(L4_ThreadNo(near), 5), 0, &r).raw, 0,
       "a wrong version gives nil");
    is(exregs(far, 0, &r).raw, 0, "a thread of another space gives nil");
    is(L4_ErrorCode(), 2, "and error 2");
    is(exregs(L4_nilthread, 0, &r).raw, 0, "nilthread gives nil");
    is(exregs(L4_anythread, 0, &r).raw, 0, "anythread gives nil");
    is(exregs(L4_GlobalId(0, 1), 0, &r).raw, 0, "an interrupt gives nil");
}

static void count(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        counter++;
}

static bool counts(void)
{
    L4_Word_t before = counter;

    settle();
    return counter != before;
}

static void arrive(void)
{
    L4_Word_t here;

    arrived_sp = (L4_Word_t)&here;
    arrived++;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void test_registers(L4_ThreadId_t t)
{
    struct regs r = { 0 };

    r.handle = 4711;
    exregs(t, SET_HANDLE | DELIVER, &r);
    is(r.handle, 0, "the handle is 0 at first");
    exregs(t, DELIVER, &r);
    is(r.handle, 4711, "and is set");
    r.pager = far;
    exregs(t, SET_PAGER | DELIVER, &r);
    is(r.pager.raw, pager_id.raw, "the old pager is delivered");
    exregs(t, DELIVER, &r);
    is(r.pager.raw, far.raw, "and the new one set");
    r.pager = pager_id;
    exregs(t, SET_PAGER | DELIVER, &r);
    ok(r.ip >= image_low && r.ip < image_high, "the ip is in the image");
    ok(r.sp >= (L4_Word_t)stacks && r.sp <= (L4_Word_t)(stacks + MAX_THREADS),
       "the sp is in a stack");
    L4_Word_t flags = r.flags;
    r.flags = ~0ul;
    exregs(t, SET_FLAGS | DELIVER, &r);
    ok(counts(), "a thread survives a flags word of all ones");
    r.flags = 0;
    exregs(t, SET_FLAGS | DELIVER, &r);
    ok(counts(), "and one of all zeroes");
    r.flags = flags;
    exregs(t, SET_FLAGS | DELIVER, &r);
}

static void test_halt(L4_ThreadId_t t)
{
    struct regs r = { 0 };

    ok(counts(), "a thread runs");
    exregs(t, HALT | DELIVER, &r);
    ok(counts(), "H without h does nothing");
    exregs(t, HALT | HALT_VALID | DELIVER, &r);
    is(r.control, 0, "it was not halted");
    ok(!counts(), "H with h halts it");
    is(thread_state(t), 2, "its state is 2");
    exregs(t, DELIVER, &r);
    is(r.control, 1, "ExchangeRegisters sees that it is halted");
    L4_ThreadSwitch(t);
    ok(!counts(), "ThreadSwitch does not run it");
    exregs(t, HALT_VALID, &r);
    ok(counts(), "h without H resumes it");
    exregs(t, HALT_VALID, &r);
    ok(counts(), "and changes nothing the second time");
}

static void test_ip(L4_ThreadId_t t)
{
    struct regs r = { 0 };
    L4_Word_t top = (L4_Word_t)second_stack + sizeof(second_stack) - 64;

    r.ip = (L4_Word_t)arrive;
    r.sp = top;
    arrived = 0;
    exregs(t, SET_IP | SET_SP, &r);
    settle();
    is(arrived, 1, "a running thread goes on at the new ip");
    ok(arrived_sp >= (L4_Word_t)second_stack && arrived_sp < top,
       "and on the new stack");
    ok(!counts(), "and no more where it was");
    is(thread_state(t), 6, "it waits");
    r.ip = (L4_Word_t)arrive;
    r.sp = top;
    exregs(t, SET_IP | SET_SP, &r);
    settle();
    is(arrived, 1, "a new ip does not end an IPC");
    exregs(t, RECV, &r);
    settle();
    is(arrived, 2, "but is where the thread goes on when it has ended");
}

/* IPC of a halted thread goes on; it notices when it runs again. */
static void test_halted_ipc(void)
{
    struct regs r = { 0 };
    L4_MsgTag_t tag;

    job = (struct job){ .from = main_id };
    job_start(near, &job);
    exregs(near, HALT | HALT_VALID, &r);
    is(r.control, 2, "a thread is halted while it receives");
    L4_LoadMR(1, 321);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    tag = L4_Send_Timeout(near, L4_ZeroTime);
    ok(L4_IpcSucceeded(tag), "and takes a message");
    settle();
    ok(!job.done, "but does not run");
    exregs(near, HALT_VALID, &r);
    ok(job_wait(&job) && !job_error(&job) && job.mr[1] == 321,
       "until it is resumed, with the message");
    job = (struct job){ .from = main_id };
    job_start(near, &job);
    exregs(near, HALT | HALT_VALID | RECV, &r);
    settle();
    ok(!job.done, "aborted and halted: it does not run");
    exregs(near, HALT_VALID, &r);
    ok(job_wait(&job) && job_error(&job) == 3, "resumed: it finds error 3");
    /* The same with a call, which can be short. */
    static struct job call;
    job = (struct job){ .from = far, .mr = { 0 } };
    job_start(near, &job);
    exregs(near, HALT | HALT_VALID, &r);
    call = (struct job){ .to = near, .from = near, .mr = { 1, 654 } };
    job_start(far, &call);
    ok(!job.done && !call.done, "called while halted, it does not run");
    is(thread_state(near), 2, "and is still halted");
    exregs(near, HALT_VALID, &r);
    ok(job_wait(&job) && job.mr[1] == 654, "resumed: it has the message");
}

/* The other way to start a thread: no message, but R, s, i. */
static void test_start(void)
{
    L4_ThreadId_t t = L4_GlobalId(user_base + 500, 1);
    struct regs r = { 0 };

    arrived = 0;
    L4_ThreadControl(t, main_id, main_id, main_id, (void *)utcb_start(60));
    L4_Set_Priority(t, PRIO_MID);
    r.ip = (L4_Word_t)arrive;
    r.sp = (L4_Word_t)second_stack + sizeof(second_stack) - 64;
    exregs(t, RECV | SET_SP | SET_IP, &r);
    is(r.control, 2, "a new thread receives");
    settle();
    is(arrived, 1, "R, s and i start it without a message");
    thread_delete(t);
    L4_ThreadControl(t, main_id, main_id, main_id, (void *)utcb_start(60));
    L4_Set_Priority(t, PRIO_MID);
    L4_Start_SpIp(t, (L4_Word_t)second_stack + sizeof(second_stack) - 64,
                  (L4_Word_t)arrive);
    settle();
    is(arrived, 2, "L4_Start does it");
    thread_delete(t);
}

static volatile L4_Word_t own_stop;

static void stop_oneself(L4_Word_t arg)
{
    (void)arg;
    own_stop = 1;
    L4_Stop(L4_Myself());
    own_stop = 2;
}

static void test_oneself(void)
{
    L4_ThreadId_t t = thread_here(stop_oneself, 0, PRIO_MID);

    settle();
    is(own_stop, 1, "a thread halts itself");
    is(thread_state(t), 2, "its state is 2");
    L4_Start(t);
    settle();
    is(own_stop, 2, "and is resumed behind the call");
    thread_delete(t);
}

int main(void)
{
    L4_ThreadId_t t;

    plan(51);
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    t = thread_here(count, 0, PRIO_LOW);
    settle();
    test_ids();
    test_registers(t);
    test_halt(t);
    test_ip(t);
    test_halted_ipc();
    test_start();
    test_oneself();
    return tap_status();
}
