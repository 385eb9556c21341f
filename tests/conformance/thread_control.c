/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ThreadControl.
 * clauses: 2400
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

static L4_ThreadId_t near, far, nil;
static struct job job;
static volatile L4_Word_t seen_pager, seen_id, seen_handler, seen_cpu, runs;

static void reporter(L4_Word_t arg)
{
    seen_pager = L4_Pager().raw;
    seen_id = L4_Myself().raw;
    seen_handler = L4_ExceptionHandler().raw;
    seen_cpu = L4_ProcessorNo();
    runs = arg;
}

static void test_bad_creation(void)
{
    L4_ThreadId_t t = fresh(0);

    CLAUSE_IS(2400, "2.4 dest exists no, nilthread",
              "deleting a thread that does not exist succeeds",
              thread_control(t, nil, nil, nil, ~0ul), 0);
    CLAUSE_IS(2401, "2.4 error 4; 2.4 parameter Scheduler; 2.1 error 4",
              "creation without a scheduler: error 4",
              thread_control(t, main_id, nil, nil, ~0ul),
              L4_ErrInvalidScheduler);
    CLAUSE_IS(2402, "2.4 error 4",
              "creation with a scheduler that does not exist: error 4",
              thread_control(t, main_id, fresh(9), nil, ~0ul),
              L4_ErrInvalidScheduler);
    CLAUSE_IS(2403, "2.4 error 4",
              "an interrupt as scheduler: error 4, it is no user thread",
              thread_control(t, main_id, L4_GlobalId(1, 1), nil, ~0ul),
              L4_ErrInvalidScheduler);
    CLAUSE_IS(2404, "2.4 error 3; 2.1 error 3",
              "creation in the space of a thread that does not exist: error 3",
              thread_control(t, fresh(9), main_id, nil, ~0ul),
              L4_ErrInvalidSpace);
    CLAUSE_IS(2405, "2.4 error 3",
              "a wrong version in SpaceSpecifier names no thread: error 3",
              thread_control(t, L4_GlobalId(L4_ThreadNo(near), 9), main_id, nil,
                             ~0ul),
              L4_ErrInvalidSpace);
    CLAUSE_IS(2406, "2.4 error 3; 2.4 dest exists no, = dest",
              "an active thread in a new space of its own: error 3",
              thread_control(t, t, main_id, main_id, ~0ul), L4_ErrInvalidSpace);
    CLAUSE_IS(2407, "2.4 error 2; 2.1 error 2", "a local id as dest: error 2",
              thread_control(L4_MyLocalId(), main_id, main_id, nil, ~0ul),
              L4_ErrInvalidThread);
    CLAUSE_IS(2408, "2.4 error 2", "nilthread as dest: error 2",
              thread_control(nil, main_id, main_id, nil, ~0ul),
              L4_ErrInvalidThread);
    CLAUSE_IS(2409, "2.4 error 2; 1.3 thread number SystemBase ... UserBase-1",
              "a kernel thread's number as dest: error 2",
              thread_control(L4_GlobalId(user_base - 1, 1), main_id, main_id,
                             nil, ~0ul),
              L4_ErrInvalidThread);
    CLAUSE_IS(2410, "2.4 error 2; 5.3 # A13",
              "a version whose low 6 bits are 0: error 2",
              thread_control(raw_id(t.raw & ~(L4_Word_t)0x3f), main_id, main_id,
                             nil, ~0ul),
              L4_ErrInvalidThread);
    CLAUSE_IS(2411, "2.1", "after all these errors the thread does not exist",
              thread_state(t), L4_SCHEDRESULT_DEAD);
}

static void test_activation(void)
{
    L4_ThreadId_t t = fresh(0);
    struct regs r = { 0 };

    CLAUSE_IS(2412, "2.4 dest exists no, other thread",
              "an inactive thread is created in another thread's space",
              thread_control(t, main_id, main_id, nil, ~0ul), 0);
    CLAUSE_IS(2413, "2.9 value 1", "an inactive thread is in state dead",
              thread_state(t), L4_SCHEDRESULT_DEAD);
    CLAUSE_IS(2414, "2.3 error 2",
              "ExchangeRegisters does not know it: nilthread",
              exregs(t, EX_DELIVER, &r).raw, 0);
    CLAUSE_IS(2415, "2.4 error 6",
              "activation without a UTCB location: error 6",
              thread_control(t, main_id, nil, main_id, ~0ul), L4_ErrUtcbArea);
    CLAUSE_IS(2416, "2.4 error 6; 2.1 error 6; 2.4 parameter UtcbLocation",
              "a misaligned UTCB: error 6",
              thread_control(t, main_id, nil, main_id, utcb_start(40) + 4),
              L4_ErrUtcbArea);
    CLAUSE_IS(2417, "2.4 error 6", "a UTCB below the area: error 6",
              thread_control(t, main_id, nil, main_id, FREE_WINDOW),
              L4_ErrUtcbArea);
    CLAUSE_IS(2419, "2.4; 5.3 # A24", "the UTCB of another thread: error 6",
              thread_control(t, main_id, nil, main_id, utcb_start(0)),
              L4_ErrUtcbArea);
    CLAUSE_IS(2420, "2.4 parameter UtcbLocation",
              "the location alone may be given before activation",
              thread_control(t, main_id, nil, nil, utcb_start(40)), 0);
    CLAUSE_IS(2421, "2.4 parameter Pager",
              "a pager activates the thread at the place given before",
              thread_control(t, main_id, nil, main_id, ~0ul), 0);
    CLAUSE_IS(2422, "3.1; 2.4",
              "an activated thread waits for its start message",
              thread_state(t), L4_SCHEDRESULT_WAITING);
    CLAUSE_IS(
        2423, "2.4 error 6", "an active thread's UTCB cannot move: error 6",
        thread_control(t, main_id, nil, nil, utcb_start(41)), L4_ErrUtcbArea);
    CLAUSE_IS(2424, "2.4 parameter UtcbLocation",
              "naming its present place counts as no change",
              thread_control(t, main_id, nil, nil, utcb_start(40)), 0);
    exregs(t, EX_DELIVER, &r);
    CLAUSE_IS(2425, "2.4", "nilthread as pager leaves the pager as it is",
              r.pager.raw, main_id.raw);
    CLAUSE_IS(2426, "2.9; 2.4", "its total quantum is infinite",
              (L4_Schedule(t, ~0ul, ~0ul, ~0ul, ~0ul, &r.sp), r.sp & 0xffff),
              0);
    CLAUSE(2427, "2.4 dest exists yes, nilthread", "deleting it succeeds",
           thread_delete(t));
    CLAUSE_IS(2428, "2.4 dest exists yes, nilthread; 2.9 value 1",
              "a deleted thread does not exist", thread_state(t),
              L4_SCHEDRESULT_DEAD);
    CLAUSE_IS(2429, "2.4", "a UTCB location is free again after deletion",
              thread_control(t, main_id, main_id, main_id, utcb_start(40)), 0);
    thread_delete(t);
}

static void test_running(void)
{
    L4_ThreadId_t t;

    runs = 0;
    t = thread_here(reporter, 5, PRIO_MID);
    CLAUSE_IS(2431, "2.9; 3.1",
              "a started thread of lower priority does not run at once", runs,
              0);
    settle();
    CLAUSE_IS(2432, "3.1", "it runs when its turn comes", runs, 5);
    CLAUSE_IS(2433, "2.4; 1.19", "a new thread finds its pager", seen_pager,
              pager_id.raw);
    CLAUSE_IS(2434, "2.4; 1.19 word offset -15",
              "a new thread finds its global id", seen_id, t.raw);
    CLAUSE_IS(2435, "2.4; 1.19 word offset -11",
              "a new thread has no exception handler", seen_handler, 0);
    CLAUSE_IS(2436, "2.4; 1.19 word offset -14",
              "a new thread is on its creator's processor", seen_cpu,
              L4_ProcessorNo());
    thread_delete(t);
    t = thread_in_new_space(reporter, 6, PRIO_MID);
    settle();
    CLAUSE_IS(2437, "2.4 dest exists no, = dest",
              "a thread in a new space of its own runs", runs, 6);
    CLAUSE_IS(2438, "2.4; 1.19", "it finds its global id there", seen_id,
              t.raw);
    thread_delete(t);
}

static void test_uninitialised(void)
{
    L4_ThreadId_t t = fresh(1), u = fresh(2);
    L4_Word_t e;

    CLAUSE_IS(2439, "2.4 dest exists no, = dest",
              "an inactive thread in a new space is fine",
              thread_control(t, t, main_id, nil, ~0ul), 0);
    e = thread_control(t, t, nil, main_id, utcb_start(40));
    CLAUSE(2440, "2.4 error 3; 2.4 error 6",
           "it is not activated before SpaceControl: error 3 or 6",
           e == L4_ErrInvalidSpace || e == L4_ErrUtcbArea);
    CLAUSE_IS(
        2441, "2.4 error 3",
        "an active thread is not created in an uninitialised space: error 3",
        thread_control(u, t, main_id, main_id, utcb_start(41)),
        L4_ErrInvalidSpace);
    CLAUSE_IS(2442, "2.4 dest exists no, other thread",
              "a second inactive one may be created in it",
              thread_control(u, t, main_id, nil, ~0ul), 0);
    CLAUSE(2443, "2.4 dest exists yes, nilthread",
           "both are deleted, and the space with the last",
           thread_delete(t) && thread_delete(u));
    CLAUSE_IS(2444, "2.4 error 3", "the space is gone: error 3",
              thread_control(u, t, main_id, nil, ~0ul), L4_ErrInvalidSpace);
}

static void test_version(void)
{
    L4_ThreadId_t old, new;
    struct regs r = { 0 };

    old = thread_here(worker, 0, PRIO_MID);
    settle();
    new = L4_GlobalId(L4_ThreadNo(old), 2);
    job = (struct job){ .from = old };
    job_start(far, &job);
    CLAUSE_IS(2445, "2.4", "another version in dest changes the version",
              thread_control(new, main_id, nil, nil, ~0ul), 0);
    CLAUSE(2446, "2.4; 5.3 # A12",
           "who waits for the old id gets error 2, receive phase",
           job_wait(&job) && job_error(&job) == E_NO_PARTNER &&
               job_phase(&job) == 1);
    L4_Set_MsgTag(L4_Niltag);
    CLAUSE_IS(2447, "2.4", "the old id is unknown",
              tag_error(L4_Send_Timeout(old, L4_ZeroTime)), E_NO_PARTNER << 1);
    CLAUSE_IS(2448, "2.3; 2.4", "the local id leads to the new id",
              exregs(L4_LocalIdOf(new), EX_DELIVER, &r).raw, new.raw);
    CLAUSE_IS(2449, "1.19 word offset -15", "MyGlobalId has the new version",
              ((L4_Word_t *)L4_LocalIdOf(new).raw)[-15], new.raw);
    job = (struct job){ .to = main_id };
    job_start(new, &job);
    static struct job queued;
    queued = (struct job){ .to = new };
    job_start(far, &queued);
    thread_control(old, main_id, nil, nil, ~0ul);
    CLAUSE(2450, "2.4",
           "who is queued to send to the old id gets error 2, send phase",
           job_wait(&queued) && job_error(&queued) == E_NO_PARTNER &&
               job_phase(&queued) == 0);
    thread_delete(new);
    CLAUSE_IS(2451, "2.4", "deletion looks at the thread number only",
              thread_state(old), L4_SCHEDRESULT_DEAD);
}

/* As Receive of one's own id does for who wants to sleep. */
static void test_version_of_oneself(void)
{
    L4_ThreadId_t old = thread_here(worker, 0, PRIO_MID), new;

    settle();
    new = L4_GlobalId(L4_ThreadNo(old), 2);
    job = (struct job){ .from = old };
    job_start(old, &job);
    bool waits = thread_state(old) == 6;
    thread_control(new, main_id, nil, nil, ~0ul);
    CLAUSE(2482, "2.4",
           "who waits for his own id gets error 2, too, when it changes",
           waits && job_wait(&job) && job_error(&job) == E_NO_PARTNER &&
               job_phase(&job) == 1);
    thread_delete(new);
}

static void test_delete(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID), from;
    static struct job send;

    settle();
    /* t is busy sending to us, so that far queues at it. */
    send = (struct job){ .to = main_id };
    job_start(t, &send);
    job = (struct job){ .to = t };
    job_start(far, &job);
    CLAUSE(2452, "2.4", "a thread is deleted while it sends",
           !job.done && thread_delete(t));
    CLAUSE(2453, "2.4; 2.10.8 e 2",
           "who was queued at it gets error 2, send phase",
           job_wait(&job) && job_error(&job) == E_NO_PARTNER &&
               job_phase(&job) == 0);
    CLAUSE(2454, "2.4", "its own message is out of our queue",
           L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)));
    t = thread_here(worker, 0, PRIO_MID);
    settle();
    job = (struct job){ .from = t };
    job_start(far, &job);
    thread_delete(t);
    CLAUSE(2455, "2.4; 5.3 # A12",
           "who was in a closed wait for it gets error 2, receive phase",
           job_wait(&job) && job_error(&job) == E_NO_PARTNER &&
               job_phase(&job) == 1);
    t = thread_here(worker, 0, PRIO_MID);
    settle();
    send = (struct job){ .from = L4_anythread };
    job_start(t, &send);
    job = (struct job){ .to = t, .from = t };
    job_start(far, &job);
    thread_delete(t);
    CLAUSE(2483, "2.4; 5.3 # A12", "and so does who called it",
           send.done && job_wait(&job) && job_error(&job) == E_NO_PARTNER &&
               job_phase(&job) == 1);
    CLAUSE_IS(2456, "2.4", "nobody deletes himself: error 2",
              thread_control(main_id, nil, nil, nil, ~0ul),
              L4_ErrInvalidThread);
}

static void test_modify(void)
{
    CLAUSE_IS(2457, "2.4 dest exists yes, any valid thread",
              "an active thread is given another pager",
              thread_control(near, main_id, nil, far, ~0ul), 0);
    CLAUSE_IS(2458, "2.4 parameter Pager",
              "a pager so given is in the Pager register", L4_PagerOf(near).raw,
              far.raw);
    CLAUSE_IS(2459, "2.4; 3.1", "the pager is not checked",
              thread_control(near, main_id, nil, fresh(9), ~0ul), 0);
    CLAUSE_IS(2460, "2.4 parameter Scheduler", "it is given another scheduler",
              thread_control(near, main_id, far, nil, ~0ul), 0);
    CLAUSE_IS(2461, "2.4 error 4", "a local id may name the scheduler",
              thread_control(near, main_id, L4_MyLocalId(), pager_id, ~0ul), 0);
    CLAUSE_IS(2462, "2.4 error 3",
              "modification with a space that does not exist: error 3",
              thread_control(near, fresh(9), nil, nil, ~0ul),
              L4_ErrInvalidSpace);
    CLAUSE_IS(2463, "2.4 error 4",
              "modification with a scheduler that does not exist: error 4",
              thread_control(near, main_id, fresh(9), nil, ~0ul),
              L4_ErrInvalidScheduler);
    thread_control(near, main_id, fresh(9), far, ~0ul);
    CLAUSE_IS(2464, "2.1", "a failing call changes nothing, the pager either",
              L4_PagerOf(near).raw, pager_id.raw);
}

/* An active thread moves to another space. */
static void test_move(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID);
    static volatile L4_Word_t *utcb;

    settle();
    job = (struct job){ .from = far };
    job_start(t, &job);
    utcb = (L4_Word_t *)L4_LocalIdOf(t).raw;
    utcb[-4] = 4711;
    CLAUSE_IS(2465, "2.4 dest exists yes, any valid thread",
              "a thread moves to another space",
              thread_control(t, far, nil, nil, ~0ul), 0);
    CLAUSE_IS(2466, "2.4; 1.3", "it has no local id here any more",
              L4_LocalIdOf(t).raw, 0);
    CLAUSE(2467, "2.4", "its IPC is aborted, and it runs on in its new space",
           job_wait(&job) && job_error(&job) != 0);
    job = (struct job){ .to = main_id, .mr = { 1, 99 } };
    job_start(t, &job);
    L4_ThreadId_t from = nil;
    CLAUSE(2468, "2.4; 2.10.1", "partners here see its global id now",
           L4_IpcSucceeded(L4_Wait_Timeout(L4_ZeroTime, &from)) &&
               from.raw == t.raw);
    thread_delete(t);
}

static volatile L4_Word_t moved_word, moved_local, moved_id;

static void mover(L4_Word_t arg)
{
    __L4_TCR_Set_ThreadWord(0, arg);
    L4_Receive(far);
    moved_word = __L4_TCR_ThreadWord(0);
    moved_local = L4_MyLocalId().raw;
    moved_id = L4_MyGlobalId().raw;
}

static void test_moved_utcb(void)
{
    L4_ThreadId_t t = thread_here(mover, 4711, PRIO_MID);
    L4_Word_t local;

    settle();
    local = L4_LocalIdOf(t).raw;
    thread_control(t, far, nil, nil, ~0ul);
    settle();
    CLAUSE_IS(2477, "2.4", "the content of a UTCB moves with its thread",
              moved_word, 4711);
    CLAUSE_IS(2478, "2.4", "a UTCB keeps its address when its thread moves",
              moved_local, local);
    CLAUSE_IS(2479, "2.4; 1.19 word offset -15",
              "a thread that moved has its global id", moved_id, t.raw);
    thread_delete(t);
}

static void test_highest(void)
{
    void *kip = L4_GetKernelInterface();
    L4_Word_t bits = L4_ThreadIdBits(kip);
    L4_ThreadId_t t =
        L4_GlobalId((((L4_Word_t)1 << (bits - 1)) - 1) * 2 + 1, 1);

    CLAUSE_IS(2480, "1.17 field ThreadInfo, 0..7; 2.4",
              "the highest thread number there is can be created",
              thread_control(t, main_id, main_id, nil, ~0ul), 0);
    CLAUSE(2481, "1.17 field ThreadInfo, 0..7; 2.4",
           "the thread with the highest number is deleted", thread_delete(t));
}

static void test_taken_utcb(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID), u = fresh(3);
    unsigned slot = (unsigned)(L4_ThreadNo(t) - thread_no(0));

    settle();
    /* A thread in far's space that has the location of t. */
    thread_control(u, far, main_id, main_id, utcb_start(slot));
    CLAUSE_IS(2469, "2.4 error 6",
              "a move to a space where its UTCB location is taken: error 6",
              thread_control(t, far, nil, nil, ~0ul), L4_ErrUtcbArea);
    CLAUSE(2470, "2.1", "a refused move leaves the thread where it was",
           L4_LocalIdOf(t).raw != 0);
    thread_delete(u);
    thread_delete(t);
}

/* Creating and deleting leaves nothing behind. */
static void test_many(void)
{
    bool good = true;

    for (unsigned round = 0; round < 50; round++) {
        L4_ThreadId_t t = thread_in_new_space(reporter, 100 + round, PRIO_MID);
        L4_Sleep(usec(2000));
        good &= runs == 100 + round;
        good &= thread_delete(t);
    }
    CLAUSE(2471, "2.4", "50 spaces one after the other under one thread number",
           good);
    for (unsigned n = 0; n < 300; n++)
        good &= thread_control(fresh(n), main_id, main_id, nil, ~0ul) == 0;
    CLAUSE(2472, "2.4", "300 threads at once", good);
    for (unsigned n = 0; n < 300; n++)
        good &= thread_delete(fresh(n));
    CLAUSE(2473, "2.4", "300 threads are deleted", good);
}

/* Until the kernel has no memory for more; all is given back. */
static void test_no_memory(void)
{
    enum { MOST = 100000 };
    L4_Word_t e = 0;
    unsigned n = 0, again = 0;

    while (n < MOST &&
           (e = thread_control(fresh(n), fresh(n), main_id, nil, ~0ul)) == 0)
        n++;
    CLAUSE(2474, "2.4 error 8; 2.1 error 8",
           "spaces are created until the kernel has no memory: error 8",
           n > 10 && n < MOST && e == L4_ErrNoMem);
    CLAUSE_IS(2475, "2.1", "the one that failed does not exist",
              thread_state(fresh(n)), L4_SCHEDRESULT_DEAD);
    for (unsigned i = 0; i < n; i++)
        thread_delete(fresh(i));
    while (again < n &&
           thread_control(fresh(again), fresh(again), main_id, nil, ~0ul) == 0)
        again++;
    CLAUSE_IS(2476, "2.4", "after they are deleted as many fit again", again,
              n);
    for (unsigned i = 0; i < again; i++)
        thread_delete(fresh(i));
}

int main(void)
{
    support_init();
    nil = L4_nilthread;
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_bad_creation();
    test_activation();
    test_running();
    test_uninitialised();
    test_version();
    test_version_of_oneself();
    test_delete();
    test_modify();
    test_move();
    test_moved_utcb();
    test_taken_utcb();
    test_highest();
    test_many();
    test_no_memory();
    return CLAUSES_END();
}
