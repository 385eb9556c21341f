/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ExchangeRegisters.
 * clauses: 2300
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

static L4_ThreadId_t near, far;
static struct job job, other_job;
static volatile L4_Word_t counter, arrived_sp, arrived, kept_mr, kept_br,
    kept_error;
static char second_stack[STACK_BYTES] __attribute__((aligned(16)));

static void test_ids(void)
{
    struct regs r = { 0 };

    CLAUSE_IS(2300, "2.3; 4.3", "a global id gives the thread's local id",
              exregs(near, EX_DELIVER, &r).raw, L4_LocalIdOf(near).raw);
    CLAUSE_IS(2301, "2.3; 4.3", "a local id gives the thread's global id",
              exregs(L4_LocalIdOf(near), EX_DELIVER, &r).raw, near.raw);
    CLAUSE(2302, "1.3 bits 0..5", "local ids have their low 6 bits clear",
           (L4_LocalIdOf(near).raw & 0x3f) == 0 &&
               (L4_MyLocalId().raw & 0x3f) == 0);
    CLAUSE_IS(2303, "2.3",
              "without control bits it is a conversion, also of "
              "the caller's own id",
              exregs(L4_Myself(), 0, &r).raw, L4_MyLocalId().raw);
    CLAUSE_IS(2304, "2.3",
              "the caller neither sends nor receives nor is halted", r.control,
              0);
    L4_Word_t result = exregs(fresh(0), 0, &r).raw;
    CLAUSE(2305, "2.3 error 2", "an unknown thread: nilthread and error 2",
           result == 0 && L4_ErrorCode() == L4_ErrInvalidThread);
    result = exregs(L4_GlobalId(L4_ThreadNo(near), 5), 0, &r).raw;
    CLAUSE(2306, "2.3 error 2", "a wrong version: nilthread and error 2",
           result == 0 && L4_ErrorCode() == L4_ErrInvalidThread);
    result = exregs(far, EX_HALT | EX_HALT_VALID, &r).raw;
    CLAUSE(2307, "2.3 error 2",
           "a thread of another space: nilthread and error 2",
           result == 0 && L4_ErrorCode() == L4_ErrInvalidThread);
    CLAUSE_IS(2308, "2.1; 2.3", "a refused call does nothing to the thread",
              thread_state(far), L4_SCHEDRESULT_WAITING);
    CLAUSE_IS(2309, "2.3 error 2; 1.3", "nilthread as dest: nilthread",
              exregs(L4_nilthread, 0, &r).raw, 0);
    CLAUSE_IS(2310, "2.3 error 2; 1.3", "anythread as dest: nilthread",
              exregs(L4_anythread, 0, &r).raw, 0);
    CLAUSE_IS(2311, "2.3 error 2; 1.3", "anylocalthread as dest: nilthread",
              exregs(L4_anylocalthread, 0, &r).raw, 0);
    CLAUSE_IS(2312, "2.3 error 2", "an interrupt as dest: nilthread",
              exregs(L4_GlobalId(0, 1), 0, &r).raw, 0);
    CLAUSE_IS(
        2313, "2.3 error 2", "a local id where no thread is: nilthread",
        exregs(raw_id(utcb_start(120) + 64 * sizeof(L4_Word_t)), 0, &r).raw, 0);
    CLAUSE_IS(2314, "2.3 error 2", "garbage that looks local: nilthread",
              exregs(raw_id(0x12340), 0, &r).raw, 0);
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
    L4_Word_t here, w;

    arrived_sp = (L4_Word_t)&here;
    L4_StoreMR(9, &w);
    kept_mr = w;
    L4_StoreBR(0, &w);
    kept_br = w;
    kept_error = L4_ErrorCode();
    arrived++;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static L4_Word_t second_top(void)
{
    return (L4_Word_t)second_stack + sizeof(second_stack) - 64;
}

static void test_handle(L4_ThreadId_t t)
{
    struct regs r = { 0 };

    r.handle = 4711;
    exregs(t, EX_DELIVER, &r);
    CLAUSE_IS(2315, "2.3 bit 6", "without u the handle is not set",
              L4_UserDefinedHandleOf(t), 0);
    r.handle = 4711;
    exregs(t, EX_HANDLE | EX_DELIVER, &r);
    CLAUSE_IS(2316, "2.3; 2.3 bit 9",
              "the handle from before the call is given", r.handle, 0);
    exregs(t, EX_DELIVER, &r);
    CLAUSE_IS(2317, "2.3 bit 6", "u sets the handle", r.handle, 4711);
    L4_Set_UserDefinedHandleOf(t, 4712);
    CLAUSE_IS(2318, "4.3", "L4_Set_UserDefinedHandleOf and its reading partner",
              L4_UserDefinedHandleOf(t), 4712);
    L4_Set_UserDefinedHandle(77);
    CLAUSE_IS(2319, "2.3; 1.19 word offset -13",
              "the handle is the UserDefinedHandle register",
              L4_UserDefinedHandleOf(L4_Myself()), 77);
}

static void test_pager(L4_ThreadId_t t)
{
    struct regs r = { 0 };

    r.pager = far;
    exregs(t, EX_DELIVER, &r);
    CLAUSE_IS(2320, "2.3 bit 7", "without p the pager is not set",
              L4_PagerOf(t).raw, pager_id.raw);
    r.pager = far;
    exregs(t, EX_PAGER | EX_DELIVER, &r);
    CLAUSE_IS(2321, "2.3", "the pager from before the call is given",
              r.pager.raw, pager_id.raw);
    CLAUSE_IS(2322, "2.3 bit 7; 4.3", "p sets the pager", L4_PagerOf(t).raw,
              far.raw);
    L4_Set_PagerOf(t, pager_id);
    CLAUSE_IS(2323, "4.3", "L4_Set_PagerOf sets it", L4_PagerOf(t).raw,
              pager_id.raw);
}

static void test_registers(L4_ThreadId_t t)
{
    struct regs r = { 0 };
    L4_Word_t flags;

    exregs(t, EX_DELIVER, &r);
    CLAUSE(2324, "2.3; 2.3 bit 9",
           "the ip of a running thread is where it runs",
           r.ip >= image_low && r.ip < image_high);
    CLAUSE(2325, "2.3; 2.3 bit 9", "its sp is in its stack",
           r.sp > (L4_Word_t)stacks &&
               r.sp <= (L4_Word_t)(stacks + MAX_THREADS));
    r.ip = r.sp = r.flags = 0;
    exregs(t, EX_DELIVER, &r);
    CLAUSE(2326, "2.3 bit 3; 2.3 bit 4; 2.3 bit 5",
           "without s, i and f the thread runs on as it was", counts());
    exregs(t, EX_DELIVER, &r);
    flags = r.flags;
    r.flags = ~0ul;
    exregs(t, EX_FLAGS | EX_DELIVER, &r);
    CLAUSE(2327, "2.3 bit 5",
           "a flags word of all ones changes user flags only: the thread runs",
           counts());
    CLAUSE_IS(2328, "2.3", "the flags from before the call are given",
              r.flags & ~(L4_Word_t)0xfff, flags & ~(L4_Word_t)0xfff);
    r.flags = 0;
    exregs(t, EX_FLAGS | EX_DELIVER, &r);
    CLAUSE(2329, "2.3 bit 5", "with one of all zeroes it runs, too", counts());
    r.flags = flags;
    exregs(t, EX_FLAGS, &r);
}

static void test_halt(L4_ThreadId_t t)
{
    L4_Word_t control;

    CLAUSE(2330, "2.3 bit 0; 2.3 bit 8", "H without h does nothing",
           (exregs_control(t, EX_HALT | EX_DELIVER), counts()));
    control = exregs_control(t, EX_HALT | EX_HALT_VALID | EX_DELIVER);
    CLAUSE_IS(2331, "2.3",
              "the old control word tells the state before: running", control,
              0);
    CLAUSE(2332, "2.3 bit 0", "H with h: the thread executes nothing any more",
           !counts());
    CLAUSE_IS(2333, "2.3; 2.9 value 2", "a halted thread has Schedule state 2",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    CLAUSE_IS(2334, "2.3; 2.3 bit 10..N-1",
              "halted is bit 0 of the old control word, all others are 0",
              exregs_control(t, EX_DELIVER), 1);
    L4_ThreadSwitch(t);
    CLAUSE(2335, "2.8; 2.3", "ThreadSwitch does not run a halted thread",
           !counts());
    L4_Set_Priority(t, PRIO_LOW + 1);
    CLAUSE(2336, "2.9; 2.3", "Schedule does not make a halted thread run",
           !counts());
    exregs_control(t, EX_HALT_VALID);
    CLAUSE(2337, "2.3 bit 8", "h without H resumes it", counts());
    exregs_control(t, EX_HALT_VALID);
    CLAUSE(2338, "2.3",
           "h without H has no effect on a thread that is not halted",
           counts());
    control = L4_Stop(t).raw;
    CLAUSE(2339, "4.3", "L4_Stop halts a thread", control == 0 && !counts());
    CLAUSE(2340, "4.3", "L4_ThreadWasHalted says so the second time",
           L4_ThreadWasHalted(L4_Stop(t)));
    L4_Start(t);
    CLAUSE(2341, "4.3", "L4_Start lets it go on", counts());
}

static void test_ip(L4_ThreadId_t t)
{
    struct regs r = { 0 };

    r.ip = (L4_Word_t)arrive;
    r.sp = second_top();
    arrived = 0;
    exregs(t, EX_IP | EX_SP, &r);
    settle();
    CLAUSE_IS(2342, "2.3 bit 4", "i: a running thread goes on at the new ip",
              arrived, 1);
    CLAUSE(2343, "2.3 bit 3", "s: and on the new stack",
           arrived_sp >= (L4_Word_t)second_stack && arrived_sp < r.sp + 4096 &&
               arrived_sp < second_top());
    CLAUSE(2344, "2.3", "it runs no more where it was", !counts());
    r.ip = (L4_Word_t)arrive;
    r.sp = second_top();
    exregs(t, EX_IP | EX_SP, &r);
    settle();
    CLAUSE(2345, "2.3", "a new ip leaves a running IPC going",
           arrived == 1 && thread_state(t) == L4_SCHEDRESULT_WAITING);
    exregs_control(t, EX_RECV);
    settle();
    CLAUSE_IS(2346, "2.3", "it is used when the IPC has ended", arrived, 2);
    r.ip = (L4_Word_t)arrive;
    r.sp = second_top();
    exregs(t, EX_HALT | EX_HALT_VALID | EX_IP | EX_SP | EX_RECV, &r);
    settle();
    CLAUSE_IS(2347, "2.3", "halted with a new ip it does not run", arrived, 2);
    exregs_control(t, EX_HALT_VALID);
    settle();
    CLAUSE_IS(2348, "2.3", "resumed it begins at that ip", arrived, 3);
}

static void test_abort(void)
{
    job = (struct job){ .from = far };
    job_start(near, &job);
    CLAUSE_IS(2349, "2.3; 4.3", "receiving is bit 1 of the old control word",
              exregs_control(near, EX_SEND | EX_DELIVER), 2);
    settle();
    CLAUSE(2350, "2.3 bit 2", "S does not touch a receive", !job.done);
    exregs_control(near, EX_RECV);
    CLAUSE(2351, "2.3 bit 1; 2.3 error 3; 2.10.8 e 3",
           "R cancels a receive: error 3, receive phase",
           job_wait(&job) && job_error(&job) == E_CANCELLED &&
               job_phase(&job) == 1);
    job = (struct job){ .to = main_id };
    job_start(near, &job);
    CLAUSE_IS(2352, "2.3; 4.3", "sending is bit 2 of the old control word",
              exregs_control(near, EX_RECV | EX_DELIVER), 4);
    settle();
    CLAUSE(2353, "2.3 bit 1", "R does not touch a send", !job.done);
    exregs_control(near, EX_SEND);
    CLAUSE(2354, "2.3 bit 2; 2.3 error 3; 2.10.8 e 3",
           "S cancels a send: error 3, send phase",
           job_wait(&job) && job_error(&job) == E_CANCELLED &&
               job_phase(&job) == 0);
    L4_ThreadId_t from;
    CLAUSE(2355, "2.3", "a cancelled sender is in no queue any more",
           L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)));
    job = (struct job){ .to = main_id, .from = main_id };
    job_start(near, &job);
    exregs_control(near, EX_SEND);
    CLAUSE(2356, "2.3; 2.10.2",
           "a call whose send is cancelled does not receive",
           job_wait(&job) && job_error(&job) == E_CANCELLED &&
               job_phase(&job) == 0);
    job = (struct job){ .from = far,
                        .timeouts = L4_Timeouts(L4_Never, usec(500000)) };
    job_start(near, &job);
    exregs_control(near, EX_RECV);
    CLAUSE(2357, "2.3", "a receive with a timeout is cancelled as well",
           job_wait(&job) && job_error(&job) == E_CANCELLED);
    CLAUSE(2358, "2.3", "R and S on a thread that does neither do nothing",
           exregs_control(L4_Myself(), EX_RECV | EX_SEND) == 0);
}

static void test_stops(void)
{
    L4_Word_t sp = 0, ip = 0, flags;
    L4_ThreadState_t s;

    job = (struct job){ .from = far };
    job_start(near, &job);
    s = L4_AbortReceive_and_stop_SpIpFlags(near, &sp, &ip, &flags);
    CLAUSE(2359, "4.3", "L4_AbortReceive_and_stop tells that it received",
           L4_ThreadWasReceiving(s) && L4_ThreadWasIpcing(s) &&
               !L4_ThreadWasSending(s));
    CLAUSE(2360, "4.3", "it delivers ip and stack pointer",
           ip != 0 && sp > (L4_Word_t)stacks &&
               sp <= (L4_Word_t)(stacks + MAX_THREADS));
    settle();
    CLAUSE(2361, "2.3", "aborted and halted it does not return yet", !job.done);
    L4_Start(near);
    CLAUSE(2362, "2.3", "resumed it returns with the error",
           job_wait(&job) && job_error(&job) == E_CANCELLED);
    job = (struct job){ .to = main_id };
    job_start(near, &job);
    s = L4_AbortSend_and_stop(near);
    L4_Start(near);
    CLAUSE(2363, "4.3", "L4_AbortSend_and_stop ends a send",
           L4_ThreadWasSending(s) && job_wait(&job) &&
               job_error(&job) == E_CANCELLED);
    job = (struct job){ .to = main_id };
    job_start(near, &job);
    s = L4_AbortIpc_and_stop(near);
    L4_Start(near);
    CLAUSE(2364, "4.3", "L4_AbortIpc_and_stop ends either",
           L4_ThreadWasIpcing(s) && job_wait(&job) &&
               job_error(&job) == E_CANCELLED);
    job = (struct job){ .from = far };
    job_start(near, &job);
    L4_Stop(near);
    L4_Start(near);
    CLAUSE(2365, "4.3", "L4_Start aborts what the thread was doing",
           job_wait(&job) && job_error(&job) == E_CANCELLED);
}

/* IPC of a halted thread goes on; it notices when it runs again. */
static void test_halted_ipc(void)
{
    job = (struct job){ .from = main_id };
    job_start(near, &job);
    CLAUSE_IS(2366, "2.3", "a thread may be halted while it receives",
              exregs_control(near, EX_HALT | EX_HALT_VALID), 2);
    CLAUSE_IS(2367, "2.3", "a thread can be halted and receiving at once",
              exregs_control(near, EX_DELIVER), 3);
    L4_LoadMR(1, 321);
    L4_Set_MsgTag(words_tag(1, 0));
    CLAUSE_IS(2368, "2.3; 5.3 # A15", "halted, it still takes a message",
              tag_error(L4_Send_Timeout(near, L4_ZeroTime)), 0);
    settle();
    CLAUSE(2369, "2.3", "halted, it does not run with a message it got",
           !job.done);
    exregs_control(near, EX_HALT_VALID);
    CLAUSE(2370, "2.3", "resumed it finds the message",
           job_wait(&job) && !job_error(&job) && job.mr[1] == 321);
    job = (struct job){ .to = main_id, .mr = { 1, 55 } };
    job_start(near, &job);
    exregs_control(near, EX_HALT | EX_HALT_VALID);
    L4_ThreadId_t from;
    L4_Word_t w = 0;
    L4_MsgTag_t tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    L4_StoreMR(1, &w);
    settle();
    CLAUSE(2371, "2.3; 5.3 # A15",
           "a halted sender's message is received, and it stays halted",
           L4_IpcSucceeded(tag) && w == 55 && !job.done &&
               thread_state(near) == L4_SCHEDRESULT_INACTIVE);
    exregs_control(near, EX_HALT_VALID);
    CLAUSE(2372, "2.3", "resumed it has sent",
           job_wait(&job) && !job_error(&job));
    job = (struct job){ .from = far, .mr = { 0 } };
    job_start(near, &job);
    exregs_control(near, EX_HALT | EX_HALT_VALID);
    other_job = (struct job){ .to = near, .from = near, .mr = { 1, 654 } };
    job_start(far, &other_job);
    CLAUSE(2373, "2.3", "a halted thread that is called does not run",
           !job.done && !other_job.done &&
               thread_state(near) == L4_SCHEDRESULT_INACTIVE);
    exregs_control(near, EX_HALT_VALID);
    CLAUSE(2374, "2.3", "resumed it has the call's message",
           job_wait(&job) && job.mr[1] == 654);
    job = (struct job){ .to = far, .mr = { 1, 1 } };
    job_start(near, &job);
    job_wait(&other_job);
}

/* The other way to start a thread: no message, but R, s, i. */
static void test_start(void)
{
    L4_ThreadId_t t = fresh(1);
    struct regs r = { 0 };

    arrived = 0;
    thread_control(t, main_id, main_id, main_id, utcb_start(60));
    L4_Set_Priority(t, PRIO_MID);
    r.ip = (L4_Word_t)arrive;
    r.sp = second_top();
    exregs(t, EX_RECV | EX_SP | EX_IP, &r);
    CLAUSE_IS(2375, "2.3; 3.1", "a thread that was not started is receiving",
              r.control, 2);
    settle();
    CLAUSE_IS(2376, "2.3; 3.1", "R, s and i start it without a message",
              arrived, 1);
    thread_delete(t);
    thread_control(t, main_id, main_id, main_id, utcb_start(60));
    L4_Set_Priority(t, PRIO_MID);
    L4_Start_SpIp(t, second_top(), (L4_Word_t)arrive);
    settle();
    CLAUSE_IS(2377, "4.3; 3.1", "L4_Start_SpIp does so", arrived, 2);
    thread_delete(t);
    thread_control(t, main_id, main_id, main_id, utcb_start(60));
    L4_Set_Priority(t, PRIO_MID);
    r.flags = 0;
    L4_Start_SpIpFlags(t, second_top(), (L4_Word_t)arrive, r.flags);
    settle();
    CLAUSE_IS(2378, "4.3; 3.1", "L4_Start_SpIpFlags does so with flags",
              arrived, 3);
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
    CLAUSE(2379, "2.3",
           "a thread that halts itself stops at the end of the call",
           own_stop == 1 && thread_state(t) == L4_SCHEDRESULT_INACTIVE);
    L4_Start(t);
    settle();
    CLAUSE_IS(2380, "2.3", "resumed, it goes on behind the call", own_stop, 2);
    thread_delete(t);
}

/* Threads that wait for the answer to a kernel-made message. */
static void fault(L4_Word_t arg)
{
    for (int i = 0; i < 64; i++)
        L4_LoadMR(i, 1000 + (L4_Word_t)i);
    L4_LoadBR(0, 0x77770010);
    *(volatile L4_Word_t *)arg = 1;
    arrived = 100;
}

static void test_kernel_made(void)
{
    L4_ThreadId_t t = thread_here(fault, FREE_WINDOW + 0x100000, PRIO_MID);
    struct regs r = { 0 };

    L4_Set_PagerOf(t, main_id);
    arrived = 0;
    settle();
    r.ip = (L4_Word_t)arrive;
    r.sp = second_top();
    exregs(t, EX_SEND | EX_RECV | EX_IP | EX_SP, &r);
    CLAUSE_IS(2381, "2.3; 3.3", "a faulting thread whose pager is busy sends",
              r.control, 4);
    settle();
    CLAUSE_IS(2382, "2.3", "its fault is dropped and it goes on at the new ip",
              arrived, 1);
    CLAUSE_IS(2383, "2.3", "with its own message registers", kept_mr, 1009);
    CLAUSE_IS(2384, "2.3; 1.9", "with its own BR0", kept_br, 0x77770010);
    L4_ThreadId_t from;
    CLAUSE(2385, "2.3", "the fault message is gone",
           L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)));
    thread_delete(t);
    t = thread_here(fault, FREE_WINDOW + 0x100000, PRIO_MID);
    L4_Set_PagerOf(t, main_id);
    settle();
    CLAUSE(2386, "3.3", "its fault is received",
           L4_IpcSucceeded(L4_Receive_Timeout(t, L4_ZeroTime)));
    CLAUSE_IS(2387, "2.3; 3.3",
              "a faulting thread whose pager has the message receives",
              exregs_control(t, EX_RECV), 2);
    settle();
    L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_ZeroTime);
    CLAUSE(2388, "2.3", "aborted without a new ip it tries the access again",
           L4_IpcSucceeded(tag) && protocol(tag) == LABEL_PAGE_FAULT);
    thread_delete(t);
}

int main(void)
{
    L4_ThreadId_t t;

    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    t = thread_here(count, 0, PRIO_LOW);
    settle();
    test_ids();
    test_handle(t);
    test_pager(t);
    test_registers(t);
    test_halt(t);
    test_ip(t);
    test_abort();
    test_stops();
    test_halted_ipc();
    test_start();
    test_oneself();
    test_kernel_made();
    return CLAUSES_END();
}
