/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ipc: who meets whom, words, ids, errors. The partner is a worker in the same
 * space (`near`) or in another (`far`).
 * clauses: 3000
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

static L4_ThreadId_t near, far, third, echo_near, echo_far;
static struct job job, job2, job3;

static L4_Word_t timeouts(L4_Word_t send, L4_Word_t receive)
{
    return send << 16 | receive;
}

/* Answers each message with the same words, each plus one. */
static void echo(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        if (L4_IpcFailed(tag)) {
            tag = L4_Wait(&from);
            continue;
        }
        for (unsigned i = 1; i <= tag.X.u; i++) {
            L4_Word_t w;
            L4_StoreMR((int)i, &w);
            L4_LoadMR((int)i, w + 1);
        }
        L4_Set_MsgTag(tag);
        tag = L4_ReplyWait(from, &from);
    }
}

/* Call with u words; do exactly these come back, each plus one? */
static bool echo_works(L4_ThreadId_t to, unsigned u)
{
    L4_MsgTag_t tag = { .raw = 0xabc0000 | u };
    L4_Word_t w;

    for (unsigned i = 1; i < 64; i++)
        L4_LoadMR((int)i, 1000 * u + i);
    L4_Set_MsgTag(tag);
    tag = L4_Call(to);
    if (L4_IpcFailed(tag) || tag.raw != (0xabc0000 | u))
        return false;
    for (unsigned i = 1; i < 64; i++) {
        L4_StoreMR((int)i, &w);
        if (w != 1000 * u + i + (i <= u)) {
            printf("# u %u: MR%u is %lu\n", u, i, w);
            return false;
        }
    }
    return true;
}

static void test_words(void)
{
    bool good = true;

    CLAUSE(3000, "2.10.2 to T, T; 4.6",
           "a call within a space returns with its answer",
           echo_works(echo_near, 3));
    CLAUSE(3001, "2.10.2 to T, T",
           "a call to another space returns with its answer",
           echo_works(echo_far, 3));
    for (unsigned u = 0; u < 64; u++)
        good &= echo_works(echo_near, u);
    CLAUSE(3002, "2.10.1 parameter MR0...; 1.7 bits 0..5; 5.3 # A8",
           "0 to 63 words arrive within a space, and no other MR changes",
           good);
    good = true;
    for (unsigned u = 0; u < 64; u++)
        good &= echo_works(echo_far, u);
    CLAUSE(3003, "2.10.1 parameter MR0...; 1.7 bits 0..5; 5.3 # A8",
           "0 to 63 words arrive in another space, and no other MR changes",
           good);
    good = true;
    for (int i = 0; i < 500; i++)
        good &= echo_works(i & 1 ? echo_far : echo_near, (unsigned)i % 9);
    CLAUSE(3004, "2.10.2", "500 calls in turn to two partners", good);
}

static void test_tag(void)
{
    L4_MsgTag_t tag;
    L4_Word_t top = ~(L4_Word_t)0 << 16;

    tag.raw = top;
    L4_Set_MsgTag(tag);
    tag = L4_Call(echo_far);
    CLAUSE_IS(3005, "1.7 bits 16..N-1",
              "a label of all ones is transferred unchanged", tag.raw, top);
    tag.raw = 0x123e000;
    L4_Set_MsgTag(tag);
    tag = L4_Ipc(echo_far, L4_nilthread, 0, NULL);
    CLAUSE_IS(
        3006, "2.10.1; 5.1 # K20",
        "flags r, X, E of a sent tag are not in the tag that a send gives",
        tag.raw & 0xe000, 0);
    L4_Receive_Timeout(echo_far, usec(20000));
    tag.raw = 0x123e000;
    L4_Set_MsgTag(tag);
    tag = L4_Call_Timeouts(echo_far, usec(20000), usec(20000));
    CLAUSE_IS(3007, "1.7 flag r; 1.7 flag X; 1.7 flag E; 1.7 bits 12..15",
              "stale flags of a sent tag do not arrive", tag.raw, 0x1230000);
    tag.raw = 0x4560003;
    L4_LoadMR(1, 1);
    L4_Set_MsgTag(tag);
    tag = L4_Send(echo_far);
    CLAUSE_IS(3008, "2.10.1", "a send gives the tag that was sent", tag.raw,
              0x4560003);
    L4_Receive_Timeout(echo_far, usec(20000));
    tag.raw = 0x12345042;
    L4_Set_MsgTag(tag);
    L4_ThreadId_t from = raw_id(77);
    tag = L4_Ipc(L4_nilthread, L4_nilthread, 0, &from);
    CLAUSE_IS(3009, "2.10.1; 2.10.1 parameter to",
              "an Ipc without phases gives MR0 as it is", tag.raw, 0x12345042);
    CLAUSE_IS(3010, "2.10.1", "an Ipc without phases writes no `from`",
              from.raw, 77);
    from = raw_id(77);
    L4_Set_MsgTag(L4_Niltag);
    L4_Ipc(echo_far, L4_nilthread, 0, &from);
    L4_Receive_Timeout(echo_far, usec(20000));
    CLAUSE_IS(3011, "2.10.1", "a send without a receive phase writes no `from`",
              from.raw, 77);
}

static L4_ThreadId_t called_from(L4_ThreadId_t to, L4_Word_t t)
{
    L4_ThreadId_t from = L4_nilthread;

    L4_Set_MsgTag(L4_Niltag);
    if (L4_IpcFailed(L4_Ipc(to, to, t, &from)))
        return L4_anythread;
    return from;
}

static void test_ids(void)
{
    L4_Word_t soon = timeouts(0, usec(100000).raw);

    CLAUSE_IS(3012, "2.10.1; 5.3 # A5",
              "a partner called by its local id is seen by it",
              called_from(L4_LocalIdOf(echo_near), 0).raw,
              L4_LocalIdOf(echo_near).raw);
    CLAUSE_IS(3013, "2.10.1; 5.3 # A5",
              "a partner in the same space is seen by its local id, though "
              "called by the global one",
              called_from(echo_near, 0).raw, L4_LocalIdOf(echo_near).raw);
    CLAUSE_IS(3014, "2.10.1",
              "a partner in another space is seen by its global id",
              called_from(echo_far, 0).raw, echo_far.raw);
    CLAUSE(3015, "2.10.1; 2.10.3", "a timeout makes no difference to that",
           called_from(echo_near, soon).raw == L4_LocalIdOf(echo_near).raw &&
               called_from(echo_far, soon).raw == echo_far.raw);
    job = (struct job){ .to = L4_LocalIdOf(main_id), .mr = { 1, 5 } };
    job_start(near, &job);
    L4_ThreadId_t from = L4_nilthread;
    L4_Ipc(L4_nilthread, L4_LocalIdOf(near), timeouts(0, TIME_ZERO), &from);
    CLAUSE_IS(3016, "2.10.1 parameter FromSpecifier",
              "a closed wait takes a local id", from.raw,
              L4_LocalIdOf(near).raw);
    settle();
    job = (struct job){ .from = L4_LocalIdOf(main_id) };
    job_start(near, &job);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(near, L4_ZeroTime);
    CLAUSE(3072, "2.10.1 parameter FromSpecifier",
           "and lets in whom it names when he comes",
           job_wait(&job) && !job_error(&job));
    L4_Set_MsgTag(L4_Niltag);
    CLAUSE(3017, "2.10.1",
           "the pointer for `from` may be null without a receive "
           "phase",
           L4_IpcSucceeded(L4_Ipc(echo_near, L4_nilthread, 0, NULL)));
    L4_Receive_Timeout(echo_near, usec(20000));
}

/* ErrorCode of a send, or of a receive, with timeout zero. */
static L4_Word_t send_error(L4_ThreadId_t to)
{
    L4_Set_MsgTag(L4_Niltag);
    return tag_error(
        L4_Ipc(to, L4_nilthread, timeouts(TIME_ZERO, TIME_ZERO), NULL));
}

static L4_Word_t receive_error(L4_ThreadId_t from)
{
    L4_ThreadId_t sender;

    return tag_error(
        L4_Ipc(L4_nilthread, from, timeouts(TIME_ZERO, TIME_ZERO), &sender));
}

enum { SEND_2 = E_NO_PARTNER << 1, RECEIVE_2 = E_NO_PARTNER << 1 | 1 };
enum { SEND_1 = E_TIMEOUT << 1, RECEIVE_1 = E_TIMEOUT << 1 | 1 };

static void test_no_partner(void)
{
    L4_ThreadId_t wrong = L4_GlobalId(L4_ThreadNo(near), 3);

    CLAUSE_IS(3018, "2.10.8 e 2; 2.10.8 bits 1..3",
              "a send to a thread that does not exist: error 2",
              send_error(fresh(0)), SEND_2);
    CLAUSE_IS(3019, "2.10.8 e 2; 1.3", "a send to a wrong version: error 2",
              send_error(wrong), SEND_2);
    CLAUSE_IS(3020, "5.3 # A9", "a send to anythread: error 2",
              send_error(L4_anythread), SEND_2);
    CLAUSE_IS(3021, "5.3 # A9", "a send to anylocalthread: error 2",
              send_error(L4_anylocalthread), SEND_2);
    CLAUSE_IS(
        3022, "5.3 # A10", "a send to a local id without a thread: error 2",
        send_error(raw_id(L4_MyLocalId().raw + 200 * utcb_bytes)), SEND_2);
    CLAUSE_IS(3023, "5.3 # A10", "a send to garbage that looks local: error 2",
              send_error(raw_id(0x1240)), SEND_2);
    CLAUSE_IS(3024, "5.3 # A10",
              "a send to a local id in the kernel's area: error 2",
              send_error(raw_id(~(L4_Word_t)0 << 12)), SEND_2);
    CLAUSE_IS(3025, "2.10.8 e 2; 2.10.8 bits 0",
              "a receive from a thread that does not exist: error 2, receive "
              "phase",
              receive_error(fresh(0)), RECEIVE_2);
    CLAUSE_IS(3026, "2.10.8 e 2", "a receive from a wrong version: error 2",
              receive_error(wrong), RECEIVE_2);
    CLAUSE_IS(3027, "5.3 # A10",
              "a receive from garbage that looks local: error 2",
              receive_error(raw_id(0x1240)), RECEIVE_2);
    L4_ThreadId_t from = raw_id(77);
    L4_Set_MsgTag(L4_Niltag);
    L4_MsgTag_t tag = L4_Ipc(wrong, echo_far, 0, &from);
    CLAUSE_IS(3028, "2.10.2",
              "after a failed send phase there is no receive phase",
              tag_error(tag), SEND_2);
    CLAUSE_IS(3029, "5.3 # A4; 2.10.1",
              "after an error in the send phase `from` is nilthread", from.raw,
              0);
    CLAUSE_IS(3030, "2.10.8", "the tag of a failed Ipc has no flag but E",
              tag.X.flags, 8);
    CLAUSE(3031, "4.6; 1.7 flag E",
           "L4_IpcFailed and L4_IpcSucceeded read flag E",
           L4_IpcFailed(tag) && !L4_IpcSucceeded(tag));
    CLAUSE_IS(3032, "2.10.8 bits 4..N-1", "errors below 4 have no offset",
              L4_ErrorCode() >> 4, 0);
    job = (struct job){ .to = near, .from = wrong };
    job2 = (struct job){ .from = L4_anythread };
    job_start(near, &job2);
    job_start(far, &job);
    CLAUSE(3033, "2.10.2",
           "a message whose receive phase cannot be is sent all the same",
           job2.done && !job_error(&job2));
    CLAUSE(3034, "2.10.8 e 2; 2.10.8 bits 0",
           "a receive phase that cannot be fails with error 2",
           job_wait(&job) && job_error(&job) == E_NO_PARTNER &&
               job_phase(&job) == 1);
}

static void test_special(void)
{
    L4_ThreadId_t t = fresh(1);

    CLAUSE_IS(3035, "2.10.2; 2.10.8 e 1", "a send to oneself waits: timeout",
              send_error(L4_Myself()), SEND_1);
    CLAUSE_IS(3036, "2.10.2", "a send to oneself by the local id waits as well",
              send_error(L4_MyLocalId()), SEND_1);
    CLAUSE_IS(3037, "2.10.2 to nil, own id", "a receive from oneself: timeout",
              receive_error(L4_Myself()), RECEIVE_1);
    thread_control(t, main_id, main_id, L4_nilthread, ~0ul);
    CLAUSE_IS(3038, "2.10.2; 5.3 # A11", "a send to an inactive thread waits",
              send_error(t), SEND_1);
    CLAUSE_IS(3039, "2.10.2; 5.3 # A11",
              "a receive from an inactive thread waits", receive_error(t),
              RECEIVE_1);
    job = (struct job){ .to = t, .mr = { 2, 0, 0 } };
    job.mr[1] = (L4_Word_t)settle;
    job_start(far, &job);
    CLAUSE(3040, "5.3 # A11", "a send without a timeout stays queued at it",
           !job.done && thread_state(far) == L4_SCHEDRESULT_PENDING_SEND);
    thread_delete(t);
    CLAUSE(
        3041, "2.4",
        "a sender queued at an inactive thread gets error 2 when it is deleted",
        job_wait(&job) && job_error(&job) == E_NO_PARTNER);
    CLAUSE_IS(3042, "3.2; 5.3 # A16; 2.10.2",
              "an interrupt that nobody handles takes no message",
              send_error(L4_GlobalId(1, 1)), SEND_1);
}

/* Workers that wait or send, and who meets whom. */
static void test_queue(void)
{
    L4_ThreadId_t from = L4_nilthread;
    L4_MsgTag_t tag;
    L4_Word_t w = 0;

    job = (struct job){ .to = main_id, .mr = { 1, 11 } };
    job2 = (struct job){ .to = main_id, .mr = { 1, 22 } };
    job_start(far, &job);
    job_start(near, &job2);
    tag =
        L4_Ipc(L4_nilthread, L4_anylocalthread, timeouts(0, TIME_ZERO), &from);
    L4_StoreMR(1, &w);
    CLAUSE(3044, "2.10.1 parameter FromSpecifier; 1.3 name L4_anylocalthread",
           "anylocalthread takes the first sender of the own space",
           L4_IpcSucceeded(tag) && w == 22);
    CLAUSE_IS(3045, "2.10.2",
              "anylocalthread takes no queued sender of another space",
              receive_error(L4_anylocalthread), RECEIVE_1);
    job_start(near, &job2);
    tag = L4_Ipc(L4_nilthread, L4_anythread, timeouts(0, TIME_ZERO), &from);
    L4_StoreMR(1, &w);
    CLAUSE(3046, "2.10.2 to nil, any; 1.3 name L4_anythread",
           "an open wait tells who sent",
           L4_IpcSucceeded(tag) && w == 11 && from.raw == far.raw);
    L4_Wait_Timeout(L4_ZeroTime, &from);
    settle();
}

static void test_priorities(void)
{
    L4_Word_t first = 0;
    L4_ThreadId_t from;

    L4_Set_Priority(far, PRIO_MID + 10);
    job = (struct job){ .to = main_id, .mr = { 1, 1 } };
    job2 = (struct job){ .to = main_id, .mr = { 1, 2 } };
    job_start(near, &job);
    job_start(far, &job2);
    L4_Wait(&from);
    L4_StoreMR(1, &first);
    CLAUSE_IS(3050, "2.10.2; 2.9",
              "queues are first come, first served, whatever the priority",
              first, 1);
    L4_Wait(&from);
    settle();
    L4_Set_Priority(far, PRIO_MID);
}

static void test_closed(void)
{
    job = (struct job){ .from = echo_near, .mr = { 0 } };
    job_start(far, &job);
    CLAUSE_IS(3051, "2.10.2",
              "a closed wait for another does not admit a sender",
              send_error(far), SEND_1);
    CLAUSE_IS(3052, "2.10.2",
              "a closed wait does not admit it at the second try either",
              send_error(far), SEND_1);
    CLAUSE(3053, "2.10.2",
           "a waiting thread notices nothing of who is not admitted",
           !job.done);
    exregs_control(far, EX_RECV);
    job2 = (struct job){ .to = near, .from = third, .mr = { 1, 3 } };
    job3 = (struct job){ .from = L4_anylocalthread };
    job_start(third, &job3);
    CLAUSE_IS(3054, "2.10.2",
              "a wait for anylocalthread admits one of the own space",
              send_error(third), 0);
    settle();
    CLAUSE(3055, "2.10.2", "it sees who was admitted so by the local id",
           job3.done && job3.sender.raw == L4_MyLocalId().raw);
    job3 = (struct job){ .from = L4_anylocalthread };
    job_start(third, &job3);
    thread_delete(far);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    job = (struct job){ .to = third,
                        .timeouts = timeouts(TIME_ZERO, 0),
                        .mr = { 0 } };
    job_start(far, &job);
    CLAUSE(3056, "2.10.2",
           "who waits for anylocalthread is not reached from another space",
           job_wait(&job) && job_error(&job) == E_TIMEOUT && !job3.done);
    send_error(third);
    settle();
}

static void test_reply_wait(void)
{
    L4_ThreadId_t from = L4_nilthread;
    L4_MsgTag_t tag;

    job = (struct job){ .to = main_id, .from = main_id, .mr = { 1, 7 } };
    job_start(near, &job);
    tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    CLAUSE(3057, "2.10.2; 4.6", "a call waits in the queue like a send",
           L4_IpcSucceeded(tag));
    L4_LoadMR(1, 8);
    L4_Set_MsgTag(words_tag(1, 0));
    tag = L4_ReplyWait_Timeout(from, usec(2000), &from);
    CLAUSE(3058, "2.10.2 to T, any; 4.6",
           "reply and wait: the reply goes out, then the wait times out",
           L4_IpcFailed(tag) && L4_ErrorCode() == RECEIVE_1);
    CLAUSE(3059, "2.10.2",
           "the caller has its answer when the reply wait timed out",
           job_wait(&job) && job.mr[1] == 8);
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_ReplyWait_Timeout(main_id, usec(2000), &from);
    CLAUSE_IS(3060, "2.10.2 to T, any; 2.10.3",
              "a reply to one who does not wait fails at once, send phase",
              tag_error(tag), SEND_1);
    job = (struct job){ .to = main_id, .mr = { 1, 9 } };
    job_start(far, &job);
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_ReplyWait(L4_nilthread, &from);
    CLAUSE(3061, "4.6", "a reply to nilthread is only a wait",
           L4_IpcSucceeded(tag) && from.raw == far.raw);
    settle();
    /* The answer is there before the caller runs again. */
    job = (struct job){ .to = near, .from = near, .mr = { 1, 1 } };
    job2 = (struct job){ .from = far };
    job_start(near, &job2);
    job_start(far, &job);
    job2 = (struct job){ .to = far,
                         .timeouts = timeouts(TIME_ZERO, 0),
                         .mr = { 1, 2 } };
    job_start(near, &job2);
    CLAUSE(3062, "2.10.2",
           "a caller is ready to receive from the moment its message is taken",
           !job_error(&job2) && job_wait(&job) && job.mr[1] == 2);
}

static volatile unsigned ordered;
static volatile L4_Word_t order[8];

static void note(L4_Word_t n)
{
    if (ordered < 8)
        order[ordered++] = n;
}

/* Serves calls; a message that was none gets no answer. */
static void wait_and_note(L4_Word_t n)
{
    L4_ThreadId_t from;

    L4_Wait(&from);
    for (;;) {
        note(n);
        L4_Set_MsgTag(L4_Niltag);
        if (L4_IpcFailed(L4_ReplyWait(from, &from)))
            L4_Wait(&from);
    }
}

static L4_ThreadId_t server;

static void call_and_note(L4_Word_t n)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_Call(server);
    note(n);
}

static void just_note(L4_Word_t n)
{
    note(n);
}

static void test_scheduling(void)
{
    L4_ThreadId_t t, client;

    L4_Set_Priority(main_id, PRIO_MID);
    ordered = 0;
    t = thread_here(wait_and_note, 1, PRIO_MID + 50);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    CLAUSE_IS(3063, "2.10.9",
              "a message to a more urgent thread runs it at once", ordered, 1);
    thread_delete(t);
    ordered = 0;
    t = thread_here(wait_and_note, 2, PRIO_LOW);
    settle();
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    CLAUSE_IS(3064, "2.10.9",
              "a message to a less urgent thread does not run it at once",
              ordered, 0);
    settle();
    CLAUSE_IS(3065, "2.10.9", "a less urgent receiver runs when its turn comes",
              ordered, 1);
    thread_delete(t);
    L4_Set_Priority(main_id, PRIO_HIGH);
    server = thread_in_new_space(wait_and_note, 1, PRIO_MID - 20);
    settle();
    ordered = 0;
    t = thread_here(just_note, 2, PRIO_MID - 10);
    client = thread_here(call_and_note, 3, PRIO_MID);
    settle();
    CLAUSE(3066, "2.9; 2.10.9",
           "a call to a less urgent thread lets a more urgent ready one run "
           "first",
           ordered == 3 && order[0] == 2 && order[1] == 1 && order[2] == 3);
    thread_delete(client);
    thread_delete(t);
    thread_delete(server);
}

static void test_lipc(void)
{
    L4_ThreadId_t from = L4_nilthread, local = L4_LocalIdOf(echo_near);
    L4_MsgTag_t tag;
    L4_Word_t w = 0;

    L4_LoadMR(1, 41);
    L4_Set_MsgTag(words_tag(1, 0));
    tag = L4_Lcall(local);
    L4_StoreMR(1, &w);
    CLAUSE(3067, "2.10.10; 4.6", "Lipc calls a thread of the own space",
           L4_IpcSucceeded(tag) && w == 42);
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_Lipc(local, L4_anylocalthread, 0, &from);
    CLAUSE(3068, "2.10.10", "Lipc sees its partner by the local id",
           L4_IpcSucceeded(tag) && from.raw == local.raw);
    L4_Set_MsgTag(L4_Niltag);
    tag = L4_Lipc(echo_far, echo_far, 0, &from);
    CLAUSE(3069, "2.10.10", "Lipc accepts everything that Ipc does",
           L4_IpcSucceeded(tag) && from.raw == echo_far.raw);
    tag = L4_Lipc(L4_nilthread, L4_anylocalthread,
                  timeouts(TIME_ZERO, TIME_ZERO), &from);
    CLAUSE_IS(3070, "2.10.10; 2.10.8", "errors of Lipc are those of Ipc",
              tag_error(tag), RECEIVE_1);
    job = (struct job){ .to = main_id, .from = main_id, .mr = { 1, 3 } };
    job_start(near, &job);
    L4_Wait(&from);
    L4_LoadMR(1, 4);
    L4_Set_MsgTag(words_tag(1, 0));
    tag = L4_Lipc(from, L4_anylocalthread, timeouts(TIME_ZERO, usec(2000).raw),
                  &from);
    CLAUSE(3071, "2.10.10; 4.6", "reply and wait through Lipc",
           L4_IpcFailed(tag) && job_wait(&job) && job.mr[1] == 4);
}

int main(void)
{
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    third = thread_here(worker, 0, PRIO_MID);
    echo_near = thread_here(echo, 0, PRIO_MID);
    echo_far = thread_in_new_space(echo, 0, PRIO_MID);
    settle();
    test_words();
    test_tag();
    test_ids();
    test_no_partner();
    test_special();
    test_queue();
    test_priorities();
    test_closed();
    test_reply_wait();
    test_scheduling();
    test_lipc();
    return CLAUSES_END();
}
