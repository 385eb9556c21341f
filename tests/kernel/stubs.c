/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the functions of the user API add to the calls they make, and what those
 * compute that make none (docs/x2.md part 4): each with a value that a likely
 * mistake would change.
 */
#include "accessor.h"
#include "calls.h"
#include "tap.h"
#include "worker.h"

#include <l4/kdebug.h>
#include <l4/misc.h>
#include <pecan.h>
#include <string.h>

static L4_ThreadId_t near, far;
static struct job job;
static volatile L4_Word_t counter, stage;
static __thread volatile L4_Word_t zeroes[4], one = 1;
static char tls_area[256] __attribute__((aligned(64)));

static void test_fpages(void)
{
    L4_Fpage_t f = L4_Fpage(0x400000, 4097);

    is(L4_SizeLog2(f), 13, "an fpage of 4097 bytes has 2^13");
    is(L4_SizeLog2(L4_Fpage(0x400000, 4096)), 12, "one of 4096 has 2^12");
    is(L4_FpageLog2(0x4007ff, 12).raw, 0x4004c0,
       "low bits of a base are no rights");
    f = L4_FpageLog2(0x403000, 14);
    is(L4_Address(f), 0x400000, "an fpage begins at a multiple of its size");
    f = L4_FpageAddRights(L4_FpageLog2(0x400000, 12), 7);
    is(L4_Rights(L4_Set_Rights(&f, L4_Readable)), 4, "rights are replaced");
    is(L4_Rights(f), 4, "in the fpage itself");
    is(L4_Rights(L4_FpageRemoveRights(f, 3)), 4,
       "removing what is not there changes nothing");
    is(L4_Rights(L4_FpageRemoveRights(f, 6)), 0, "removing what is");
    is(L4_Size(L4_CompleteAddressSpace), 2, "a raw size of 1");
    is(L4_Size(L4_FpageLog2(0, L4_BITS_PER_WORD)), 0,
       "a size that no word holds is 0");
}

static void test_ids(void)
{
    L4_ThreadId_t cut = L4_GlobalId(5, ~0ul), local = { .raw = 0x20 };

    is(L4_ThreadNo(cut), 5, "a version does not reach into the number");
    ok(L4_IsGlobalId(local) && !L4_IsLocalId(local), "0x20 is no local id");
    is(L4_LocalIdOf(L4_anylocalthread).raw, L4_anylocalthread.raw,
       "anylocalthread stays");
    is(L4_GlobalIdOf(L4_anylocalthread).raw, L4_anylocalthread.raw,
       "either way");
    local.raw = L4_MyLocalId().raw + 100 * utcb_bytes;
    ok(!L4_SameThreads(local, local) && L4_SameThreads(main_id, main_id),
       "names of nobody are not those of one thread");
}

static void test_times(void)
{
    L4_Clock_t c = { .raw = 0x100000000ull };

    is(L4_TimePeriod((L4_Word64_t)1 << 42).raw, 0,
       "a period that is too long is never");
    is(L4_TimePeriod(1023).raw, 1023, "1023 us have exponent 0");
    is(L4_TimePeriod(1025).raw, 1 << 10 | 512, "1025 us are rounded down");
    ok(L4_ClockAddUsec(c, 0x100000000ull).raw == 0x200000000ull,
       "more than 32 bits are added to a clock");
    ok(L4_ClockSubUsec(c, 1).raw == 0xffffffffull, "and subtracted");
    ok(!L4_IsClockEarlier(c, c) && !L4_IsClockLater(c, c),
       "no time is earlier than itself");
}

static void test_registers(void)
{
    L4_MsgTag_t tag = { .raw = 0x1000 };

    __L4_TCR_Set_ThreadWord(0, 17);
    __L4_TCR_Set_ThreadWord(1, 18);
    is(__L4_TCR_ThreadWord(0), 17, "word 0 of a thread");
    is(__L4_TCR_ThreadWord(1), 18, "word 1");
    L4_Set_CopFlag(3);
    L4_Set_CopFlag(5);
    L4_Clr_CopFlag(3);
    is(__L4_TCR_Get(__L4_TCR_FLAGS) & 0xff00, 0x2000,
       "one of two coprocessor flags is cleared");
    L4_Clr_CopFlag(5);
    L4_EnablePreemptionFaultException();
    is(__L4_TCR_Get(__L4_TCR_FLAGS) & 0xff, 0x20, "the signal flag is bit 5");
    L4_DisablePreemptionFaultException();
    L4_PreemptionPending();
    is(__L4_TCR_Get(__L4_TCR_FLAGS) & 0xff, 0,
       "asking for a pending preemption leaves none");
    ok(L4_IpcPropagated(tag) && !L4_IpcRedirected(tag) && !L4_IpcXcpu(tag),
       "bit 12: propagated");
    tag.raw = 0x2000;
    ok(!L4_IpcPropagated(tag) && L4_IpcRedirected(tag) && !L4_IpcXcpu(tag),
       "bit 13: redirected");
    tag.raw = 0x4000;
    ok(!L4_IpcPropagated(tag) && !L4_IpcRedirected(tag) && L4_IpcXcpu(tag),
       "bit 14: from another processor");
}

/* ---- calls --------------------------------------------------------------- */

/* Calls main with timeouts that tell which is which. */
static void call_main(L4_Word_t arg)
{
    (void)arg;
    L4_Set_MsgTag(L4_Niltag);
    stage = 1;
    stage =
        L4_IpcFailed(L4_Call_Timeouts(main_id, L4_Never, L4_TimePeriod(5000)))
            ? 2 + L4_ErrorCode()
            : 99;
}

static void reply_to_main(L4_Word_t how)
{
    L4_ThreadId_t from;

    L4_Set_MsgTag(L4_Niltag);
    stage = 1;
    if (how == 0)
        L4_Reply(main_id);
    else if (how == 1)
        L4_ReplyWait(main_id, &from);
    else
        L4_LreplyWait(main_id, &from);
    stage = 2 + L4_ErrorCode();
}

/* Answers main, whose call it got, and waits for local threads. */
static void local_server(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Wait(&from);
    L4_Set_MsgTag(L4_Niltag);
    L4_LreplyWait(from, &from);
    stage = 5;
}

static void test_ipc(void)
{
    L4_ThreadId_t t;

    t = thread_here(call_main, 0, PRIO_MID);
    L4_Sleep(usec(20000));
    is(stage, 1, "a call's send timeout is its first");
    L4_Receive_Timeout(t, L4_ZeroTime);
    L4_Sleep(usec(20000));
    is(stage, 2 + (E_TIMEOUT << 1 | 1), "its receive timeout the second");
    thread_delete(t);
    for (L4_Word_t how = 0; how < 3; how++) {
        t = thread_here(reply_to_main, how, PRIO_MID);
        L4_Sleep(usec(20000));
        is(stage, 2 + (E_TIMEOUT << 1),
           how == 0   ? "a reply does not wait"
           : how == 1 ? "nor does reply and wait"
                      : "nor the local one");
        thread_delete(t);
    }
    t = thread_here(local_server, 0, PRIO_MID);
    settle();
    L4_Set_MsgTag(L4_Niltag);
    ok(L4_IpcSucceeded(L4_Lcall(t)), "a local call");
    stage = 0;
    job = (struct job){ .to = t };
    job_start(far, &job);
    ok(stage == 0 && !job.done, "a local reply and wait takes no far sender");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(t, L4_ZeroTime);
    settle();
    is(stage, 5, "but a near one");
    thread_delete(t);
    job_wait(&job);
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

static void elsewhere(void)
{
    stage = 7;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* A flag that user code may set; riscv64 has none. */
static L4_Word_t user_flag(void)
{
#if defined(__i386__)
    return 1;
#elif defined(__arm__)
    return (L4_Word_t)1 << 31;
#else
    return 0;
#endif
}

static void test_exregs(void)
{
    L4_ThreadId_t t = thread_here(count, 0, PRIO_LOW);
    L4_Word_t sp, ip, flags, flags2;

    settle();
    L4_Stop_SpIpFlags(t, &sp, &ip, &flags);
    ok(!counts(), "a stopped thread");
    L4_Start_SpIpFlags(t, sp, ip, flags ^ user_flag());
    L4_Stop_SpIpFlags(t, &sp, &ip, &flags2);
    is(flags2, flags ^ user_flag(), "is started with other flags");
    stage = 0;
    L4_Start_SpIp(t, sp, (L4_Word_t)elsewhere);
    settle();
    is(stage, 7, "and elsewhere, halted as it was");
    L4_Set_PagerOf(t, far);
    ok(L4_PagerOf(t).raw == far.raw && L4_UserDefinedHandleOf(t) == 0,
       "its pager is set, its handle is not");
    thread_delete(t);
    job = (struct job){ .from = main_id };
    job_start(near, &job);
    is(L4_Stop(near).raw, 2, "L4_Stop of a waiting thread");
    ok(!job.done && thread_state(near) == 2, "halts it and leaves its wait");
    L4_Set_MsgTag(L4_Niltag);
    ok(L4_IpcSucceeded(L4_Send_Timeout(near, L4_ZeroTime)) && !job.done,
       "which a message can end");
    L4_Start(near);
    ok(job_wait(&job) && !job_error(&job), "L4_Start lets it run");
    job = (struct job){ .from = main_id };
    job_start(near, &job);
    L4_Start(near);
    ok(job_wait(&job) && job_error(&job) == E_CANCELLED,
       "and ends the wait of a thread that waits");
}

static void test_schedule(void)
{
    L4_ThreadId_t a = thread_here(count, 0, PRIO_LOW);
    L4_Time_t slice, quantum;

    settle();
    L4_Set_Timeslice(a, usec(4000), L4_Never);
    L4_Timeslice(a, &slice, &quantum);
    ok(slice.raw != 0 && quantum.raw == 0, "slice and quantum, in this order");
    /* Just above and just below another one. */
    L4_ThreadId_t b = thread_here(worker, 0, PRIO_LOW - 1);
    job = (struct job){ .from = near, .timeouts = TIME_ZERO };
    job_start(b, &job);
    ok(!job.done, "a priority one below another's");
    L4_Set_Priority(b, PRIO_LOW + 1);
    settle();
    job_start(b, &job);
    ok(job_wait(&job), "or one above");
    thread_delete(a);
    thread_delete(b);
}

static void test_memory(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
    L4_Fpage_t window = L4_FpageLog2(FREE_WINDOW, 12), got;
    L4_Word_t where = L4_Address(f), kept = 5;
    static struct accessor a;

    accessor_init(&a);
    map_to(&a, window, L4_FpageAddRights(f, L4_ReadWriteOnly), 0);
    *(volatile L4_Word_t *)where = 7;
    got = L4_GetStatus(L4_FpageAddRights(f, L4_FullyAccessible));
    ok(L4_WasWritten(got), "a status");
    ok(reads(&a, FREE_WINDOW, 7), "is asked for without taking anything");
    got.raw = L4_eXecutable;
    ok(L4_WaseXecuted(got) && !L4_WasWritten(got) && !L4_WasReferenced(got),
       "bit 0: executed");
    got.raw = L4_Writable;
    ok(!L4_WaseXecuted(got) && L4_WasWritten(got) && !L4_WasReferenced(got),
       "bit 1: written");
    L4_LoadMR(0, kept);
    L4_UnmapFpages(0, &got);
    L4_StoreMR(0, &kept);
    is(kept, 5, "no fpages, no call");
    L4_Flush(L4_FpageAddRights(f, L4_FullyAccessible));
    ok(read_faults(&a, FREE_WINDOW), "a flush takes what was mapped on");
    got = L4_Sigma0_GetAny(L4_nilthread, 12,
                           L4_FpageLog2(FREE_WINDOW + PAGE_SIZE, 12));
    *(volatile L4_Word_t *)(FREE_WINDOW + PAGE_SIZE) = 3;
    is(*(volatile L4_Word_t *)(FREE_WINDOW + PAGE_SIZE), 3,
       "sigma0's page is in the window");
    got = L4_Sigma0_GetPage_RcvWindow_High(
        L4_nilthread, L4_FpageLog2(image_low, 12), L4_CompleteAddressSpace, 0);
    is(L4_Address(got), image_low, "a request with an upper half");
    thread_delete(a.id);
}

static void read_tls(L4_Word_t arg)
{
    (void)arg;
    pecan_tls_init(tls_area);
    stage = zeroes[0] | zeroes[1] | zeroes[2] | zeroes[3] | (one != 1);
}

static void test_rest(void)
{
    L4_Word_t v = 0;
    L4_ThreadId_t t;

    memset(tls_area, 0xff, sizeof tls_area);
    stage = 4711;
    t = thread_here(read_tls, 0, PRIO_MID);
    settle();
    is(stage, 0, "thread-local variables begin as they should, in any memory");
    thread_delete(t);
    char text[12] = "___________";
    snprintf(text, 4, "%s", "123456");
    ok(strcmp(text, "123") == 0 && strcmp(text + 4, "_______") == 0,
       "snprintf writes nothing behind its end");
    is(__L4_Kdb(99, 0), ~0ul, "a debugger call that is none gives -1");
    __L4_Inc_Atomic(&v);
    is(v, 1, "an increment");
    is(L4_Set_PageAttribute(L4_FpageLog2(image_low, 12), L4_DefaultMemory), 1,
       "the default attribute");
    L4_Clock_t now = L4_SystemClock();
    ok(now.raw >> 32 == 0 && (L4_Word_t)now.raw != 0,
       "the clock began when the machine did");
}

/* Ordinary variables, whose address nobody takes, told by one thread and heard
 * by another: the compiler must not think that nobody else looks. */
static L4_Word_t told, heard;

static void hearer(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Wait(&from);
    for (;;) {
        heard = told;
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static void __attribute__((noinline)) ask(L4_ThreadId_t t)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_Call(t);
}

static void test_variables(void)
{
    L4_ThreadId_t t = thread_here(hearer, 0, PRIO_MID);
    L4_Word_t first;

    told = 50;
    ask(t);
    first = heard;
    told = 7;
    ask(t);
    is(first, 50, "whom a thread calls finds what it wrote before");
    is(heard, 7, "and it, what that one wrote");
    thread_delete(t);
}

int main(void)
{
    plan(65);
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_fpages();
    test_ids();
    test_times();
    test_registers();
    test_ipc();
    test_exregs();
    test_schedule();
    test_memory();
    test_rest();
    test_variables();
    return tap_status();
}
