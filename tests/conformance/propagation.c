/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Propagation: messages sent on behalf of another.
 * clauses: 3600
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { P = 0x1000 };

/* Of the main thread's space: near, third. Each in its own: far, other. The
 * voices sleep: who waits for the main thread would be passed on with its
 * message. */
static L4_ThreadId_t near, third, far, other, voice, far_voice;
static struct job in, out;

static void sleep_on(L4_Word_t arg)
{
    (void)arg;
}

static L4_Word_t timeouts(L4_Word_t send, L4_Word_t receive)
{
    return send << 16 | receive;
}

/* w waits for a message from `from`. */
static void expect(L4_ThreadId_t w, L4_ThreadId_t from)
{
    in = (struct job){ .from = from };
    job_start(w, &in);
}

/* The main thread sends a word in v's name, timeout zero; ErrorCode. */
static L4_Word_t speak(L4_ThreadId_t v, L4_ThreadId_t to, L4_Word_t word)
{
    L4_Word_t e;

    L4_Set_VirtualSender(v);
    L4_LoadMR(1, word);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = P | 1 });
    e = tag_error(L4_Reply(to));
    settle();
    return e;
}

static bool heard(L4_ThreadId_t from, bool propagated, L4_Word_t word)
{
    bool good = in.done && !job_error(&in) && in.sender.raw == from.raw &&
                L4_IpcPropagated(in.tag) == propagated && in.mr[1] == word;

    if (!good)
        printf("# done %d, tag 0x%lx, from 0x%lx, word %lu\n", in.done,
               in.tag.raw, in.sender.raw, in.mr[1]);
    return good;
}

/* Let w, who waits still, go. */
static void release(L4_ThreadId_t w)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_Reply(w);
    settle();
}

static void test_same_space(void)
{
    expect(far, L4_anythread);
    speak(voice, far, 11);
    CLAUSE(3600, "2.10.6; 1.7 flag p",
           "in the name of one of the own space: `from` is that one, p is set",
           heard(voice, true, 11));
    CLAUSE_IS(3601, "2.10.6; 1.19 word offset -6",
              "ActualSender is who really sent it", in.actual.raw, main_id.raw);
    expect(far, L4_anythread);
    speak(L4_LocalIdOf(voice), far, 12);
    CLAUSE(3602, "2.10.6", "the virtual sender may be named by its local id",
           heard(voice, true, 12));
    expect(third, L4_anylocalthread);
    speak(voice, third, 13);
    CLAUSE(3603, "2.10.6", "a receiver in the same space sees local ids",
           heard(L4_LocalIdOf(voice), true, 13) &&
               in.actual.raw == L4_MyLocalId().raw);
    expect(far, L4_anythread);
    speak(L4_Myself(), far, 14);
    CLAUSE(3604, "2.10.6", "one may propagate in one's own name",
           heard(main_id, true, 14) && in.actual.raw == main_id.raw);
    L4_ThreadId_t t = fresh(0);
    thread_control(t, main_id, main_id, L4_nilthread, ~0ul);
    expect(far, L4_anythread);
    speak(t, far, 15);
    CLAUSE(3605, "2.10.6", "an inactive thread may be the virtual sender",
           heard(t, true, 15));
    thread_delete(t);
}

static void test_other_spaces(void)
{
    expect(near, L4_anythread);
    speak(far_voice, near, 21);
    CLAUSE(3606, "2.10.6",
           "in the name of one of another space to one of the own: allowed",
           heard(far_voice, true, 21) && in.actual.raw == L4_MyLocalId().raw);
    expect(other, L4_anythread);
    CLAUSE_IS(3607, "2.10.6; 5.1 # K21",
              "in the name of a stranger to a stranger: no error",
              speak(far_voice, other, 22), 0);
    CLAUSE(3608, "2.10.6; 5.1 # K21; 1.7 flag p",
           "a message that may not be propagated is from the sender, p cleared",
           heard(main_id, false, 22));
    expect(far, L4_anythread);
    speak(far_voice, far, 23);
    CLAUSE(3609, "2.10.6", "in the name of a stranger to himself: not allowed",
           heard(main_id, false, 23));
    out = (struct job){ .to = near,
                        .virtual = voice,
                        .mr = { P | 1, 24 },
                        .timeouts = timeouts(TIME_ZERO, 0) };
    expect(near, L4_anythread);
    job_start(far, &out);
    CLAUSE(3610, "2.10.6",
           "another space may not speak for one of the receiver's space",
           heard(far, false, 24));
}

static void test_nobody(void)
{
    expect(far, L4_anythread);
    speak(fresh(1), far, 31);
    CLAUSE(3611, "2.10.6", "a virtual sender that does not exist: not allowed",
           heard(main_id, false, 31));
    expect(far, L4_anythread);
    speak(L4_GlobalId(L4_ThreadNo(voice), 9), far, 32);
    CLAUSE(3612, "2.10.6", "a virtual sender with a wrong version: not allowed",
           heard(main_id, false, 32));
    expect(far, L4_anythread);
    speak(L4_nilthread, far, 33);
    CLAUSE(3613, "2.10.6; 1.3", "nilthread as virtual sender: not allowed",
           heard(main_id, false, 33));
    expect(far, L4_anythread);
    speak(L4_anythread, far, 34);
    CLAUSE(3614, "2.10.6; 1.3", "anythread as virtual sender: not allowed",
           heard(main_id, false, 34));
    expect(far, L4_anythread);
    speak(raw_id(0x12340), far, 35);
    CLAUSE(3615, "2.10.6; 5.3 # A10",
           "garbage that looks local as virtual sender: not allowed",
           heard(main_id, false, 35));
    expect(far, L4_anythread);
    L4_Set_VirtualSender(near);
    L4_LoadMR(1, 36);
    L4_Set_MsgTag(words_tag(1, 0));
    L4_Reply(far);
    settle();
    CLAUSE(3616, "2.10.6; 1.7 flag p",
           "without p the VirtualSender register means nothing",
           heard(main_id, false, 36));
}

static void test_matching(void)
{
    expect(far, voice);
    CLAUSE(3617, "2.10.6", "a closed wait for the virtual sender admits it",
           speak(voice, far, 41) == 0 && heard(voice, true, 41));
    expect(far, main_id);
    CLAUSE(3618, "2.10.6", "a closed wait for the sender admits it as well",
           speak(voice, far, 42) == 0 && heard(voice, true, 42));
    expect(far, third);
    CLAUSE_IS(3619, "2.10.6",
              "a closed wait for somebody else admits no propagated message",
              speak(voice, far, 43), E_TIMEOUT << 1);
    out = (struct job){ .to = far, .mr = { 0 } };
    job_start(third, &out);
    expect(near, L4_anylocalthread);
    CLAUSE_IS(3620, "2.10.6",
              "anylocalthread does not admit a virtual sender of another space",
              speak(far_voice, near, 44), E_TIMEOUT << 1);
    CLAUSE_IS(3621, "2.10.6",
              "anylocalthread admits a virtual sender of the receiver's space",
              speak(voice, near, 45), 0);
}

static void test_queued(void)
{
    L4_ThreadId_t from = L4_nilthread;
    L4_Word_t w = 0;

    out = (struct job){ .to = main_id, .virtual = voice, .mr = { P | 1, 51 } };
    job_start(third, &out);
    L4_MsgTag_t tag =
        L4_Ipc(L4_nilthread, voice, timeouts(0, TIME_ZERO), &from);
    L4_StoreMR(1, &w);
    CLAUSE(3622, "2.10.6",
           "a closed wait for the virtual sender finds the message queued",
           L4_IpcSucceeded(tag) && w == 51 &&
               from.raw == L4_LocalIdOf(voice).raw && L4_IpcPropagated(tag));
    CLAUSE_IS(3623, "2.10.6", "ActualSender tells who sent what was queued",
              L4_ActualSender().raw, L4_LocalIdOf(third).raw);
    settle();
    L4_ThreadId_t v = thread_here(worker, 0, PRIO_MID);
    settle();
    out = (struct job){ .to = main_id, .virtual = v, .mr = { P | 1, 52 } };
    job_start(third, &out);
    thread_delete(v);
    tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    CLAUSE(3624, "2.10.6",
           "when the virtual sender is deleted meanwhile p is dropped",
           L4_IpcSucceeded(tag) && !L4_IpcPropagated(tag) &&
               from.raw == L4_LocalIdOf(third).raw);
    settle();
    v = thread_here(worker, 0, PRIO_MID);
    settle();
    out = (struct job){ .to = main_id, .virtual = v, .mr = { P | 1, 53 } };
    job_start(third, &out);
    thread_control(L4_GlobalId(L4_ThreadNo(v), 2), main_id, L4_nilthread,
                   L4_nilthread, ~0ul);
    tag = L4_Wait_Timeout(L4_ZeroTime, &from);
    CLAUSE(3625, "2.10.6", "when its version changes p is dropped as well",
           L4_IpcSucceeded(tag) && !L4_IpcPropagated(tag) &&
               from.raw == L4_LocalIdOf(third).raw);
    thread_delete(v);
    settle();
}

/* A caller whose call is passed on waits for whom it was passed to. */
static void test_follow(void)
{
    static struct job call, reply;
    L4_ThreadId_t from;

    call = (struct job){ .to = main_id, .from = main_id, .mr = { 1, 61 } };
    job_start(near, &call);
    L4_Wait_Timeout(L4_ZeroTime, &from);
    expect(far, L4_anythread);
    speak(near, far, 62);
    CLAUSE(3626, "2.10.6", "a call is passed on in the caller's name",
           heard(near, true, 62) && !call.done);
    L4_Set_MsgTag(L4_Niltag);
    CLAUSE_IS(3627, "2.10.6",
              "the caller does not wait for the first receiver any more",
              tag_error(L4_Reply(near)), E_TIMEOUT << 1);
    reply = (struct job){ .to = near,
                          .timeouts = timeouts(TIME_ZERO, 0),
                          .mr = { 1, 63 } };
    job_start(far, &reply);
    CLAUSE(3628, "2.10.6", "the caller waits for whom its call was passed to",
           job_wait(&call) && !job_error(&call) && call.mr[1] == 63 &&
               call.sender.raw == far.raw);
    call = (struct job){ .to = main_id, .from = main_id, .mr = { 1, 64 } };
    job_start(near, &call);
    L4_Wait_Timeout(L4_ZeroTime, &from);
    CLAUSE_IS(3629, "2.10.6", "a propagated send that fails changes no wait",
              speak(near, L4_Myself(), 65) | speak(near, fresh(2), 66) << 8,
              E_TIMEOUT << 1 | E_NO_PARTNER << 9);
    L4_LoadMR(1, 67);
    L4_Set_MsgTag(words_tag(1, 0));
    CLAUSE(3630, "2.10.6",
           "after a failed one the first receiver's answer is taken",
           tag_error(L4_Reply(from)) == 0 && job_wait(&call) &&
               call.mr[1] == 67);
    /* The caller's wait is for somebody else: it stays so. */
    call = (struct job){ .from = other };
    job_start(near, &call);
    expect(far, L4_anythread);
    speak(near, far, 68);
    reply = (struct job){ .to = near, .mr = { 1, 69 } };
    job_start(other, &reply);
    CLAUSE(3631, "2.10.6", "a wait for somebody else is not changed",
           job_wait(&call) && call.sender.raw == other.raw);
}

static void test_errors(void)
{
    CLAUSE_IS(3632, "2.10.6; 2.10.8 e 2",
              "a receiver that does not exist: error 2, to the sender",
              speak(voice, fresh(3), 71), E_NO_PARTNER << 1);
    expect(far, L4_anythread);
    L4_Set_VirtualSender(voice);
    L4_LoadMR(1, 0xe);
    L4_LoadMR(2, 0);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = P | 2 << 6 });
    CLAUSE_IS(3633, "2.10.6; 2.10.4 error 4",
              "overflow concerns the sender and the receiver",
              tag_error(L4_Reply(far)) & 15, E_OVERFLOW << 1);
    settle();
    CLAUSE(3634, "2.10.6; 2.10.8 e 4", "the receiver is told of it",
           in.done && job_error(&in) == E_OVERFLOW);
    CLAUSE_IS(3635, "2.10.6", "the virtual sender is not disturbed",
              thread_state(voice), L4_SCHEDRESULT_WAITING);
    release(far);
}

static volatile L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));

static void test_items(void)
{
    page[0] = 4711;
    in = (struct job){ .from = far_voice, .acceptor = FREE_WINDOW | 12 << 4 };
    job_start(third, &in);
    L4_Set_VirtualSender(far_voice);
    L4_LoadMR(1, 8);
    L4_LoadMR(2, page_at((L4_Word_t)page, L4_Readable).raw);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = P | 2 << 6 });
    L4_Reply(third);
    settle();
    CLAUSE(3636, "2.10.6; 2.10.5",
           "what is mapped is the sender's, not the virtual sender's",
           in.done && !job_error(&in) && in.sender.raw == far_voice.raw &&
               *(volatile L4_Word_t *)FREE_WINDOW == 4711);
    L4_UnmapFpage(page_at((L4_Word_t)page, L4_FullyAccessible));
}

int main(void)
{
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    third = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    other = thread_in_new_space(worker, 0, PRIO_MID);
    voice = thread_here(sleep_on, 0, PRIO_MID);
    far_voice = thread_in(far, sleep_on, 0, PRIO_MID);
    settle();
    test_same_space();
    test_other_spaces();
    test_nobody();
    test_matching();
    test_queued();
    test_follow();
    test_errors();
    test_items();
    return CLAUSES_END();
}
