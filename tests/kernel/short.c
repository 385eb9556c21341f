/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that a short path may take if it looks at nothing: each has one reason
 * why it must not. Without timeouts, flags and items, as fast as can be.
 */
#include "tap.h"
#include "worker.h"

enum { REPLY = 0x0400 << 16, CLIENTS = 4, ROUNDS = 50 };

static struct job near_job, far_job;
static L4_ThreadId_t near, far, third;
static volatile L4_Word_t order[8], ordered, served[CLIENTS];
static L4_ThreadId_t server_id;

static void note(L4_Word_t who)
{
    if (ordered < 8)
        order[ordered++] = who;
}

/* The partner waits, but for somebody else. */
static void test_closed(L4_ThreadId_t waiter, const char *name)
{
    L4_MsgTag_t tag;

    far_job = (struct job){ .from = main_id };
    job_start(waiter, &far_job);
    near_job = (struct job){ .to = waiter, .from = waiter, .mr = { 1, 5 } };
    job_start(near, &near_job);
    ok(!far_job.done && !near_job.done, name);
    is(thread_state(near), 4, "the caller is queued");
    L4_LoadMR(1, 9);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
    tag = L4_Send_Timeout(waiter, usec(20000));
    ok(L4_IpcSucceeded(tag) && job_wait(&far_job) && far_job.mr[1] == 9,
       "and the thread waited for gets through");
    far_job = (struct job){ .from = near };
    job_start(waiter, &far_job);
    ok(far_job.done && far_job.mr[1] == 5, "then the queued one");
    far_job = (struct job){ .to = near, .mr = { 1, 6 } };
    job_start(waiter, &far_job);
    ok(job_wait(&near_job) && near_job.mr[1] == 6, "and has its answer");
}

/* The caller waits for another than the one it sends to. */
static void test_other_from(void)
{
    far_job = (struct job){ .from = L4_anythread };
    job_start(far, &far_job);
    near_job = (struct job){ .to = far, .from = third, .mr = { 1, 3 } };
    job_start(near, &near_job);
    ok(far_job.done && far_job.mr[1] == 3, "a send to one");
    ok(!near_job.done, "and a wait for another");
    far_job = (struct job){ .to = near, .timeouts = REPLY, .mr = { 1, 4 } };
    job_start(far, &far_job);
    is(job_error(&far_job), 1, "does not admit the first");
    far_job = (struct job){ .to = near, .mr = { 1, 8 } };
    job_start(third, &far_job);
    ok(job_wait(&near_job) && near_job.mr[1] == 8, "but the other");
    near_job =
        (struct job){ .to = far, .from = L4_GlobalId(user_base + 700, 1) };
    far_job = (struct job){ .from = L4_anythread };
    job_start(far, &far_job);
    job_start(near, &near_job);
    ok(far_job.done && !job_error(&far_job), "a send to one");
    ok(near_job.done && job_error(&near_job) == 2 && job_phase(&near_job) == 1,
       "and a wait for nobody: error 2, receive phase");
}

/* A called thread of low priority does not run before a ready one. */
static void low_server(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    note(0); /* these pages have been written: no fault lets others run later */
    L4_Set_MsgTag(L4_Niltag);
    L4_Wait(&from);
    for (;;) {
        note(1);
        L4_Set_MsgTag(L4_Niltag);
        L4_Ipc(from, L4_anythread, REPLY, &from);
    }
}

static void middle(L4_Word_t arg)
{
    (void)arg;
    note(2);
}

static void high_client(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Set_MsgTag(L4_Niltag);
    L4_Ipc(server_id, server_id, 0, &from);
    note(3);
}

static void test_priority(void)
{
    L4_ThreadId_t client, other;

    server_id = thread_in_new_space(low_server, 0, PRIO_MID - 20);
    settle();
    ordered = 0;
    other = thread_here(middle, 0, PRIO_MID - 10);
    client = thread_here(high_client, 0, PRIO_MID);
    settle();
    is(ordered, 3, "a call to a less urgent thread");
    ok(order[0] == 2, "lets a more urgent ready one run first");
    ok(order[1] == 1 && order[2] == 3, "then the called, then the caller");
    thread_delete(client);
    thread_delete(other);
    thread_delete(server_id);
}

/* ---- messages alone ---- */

enum { HEARERS = 6 };

static volatile L4_Word_t heard[HEARERS][3]; /* sender, MR0, MR1 */
static L4_ThreadId_t hearers[HEARERS];

static void hearer(L4_Word_t n)
{
    heard[n][0] = 0; /* no fault lets others run later */
    note(n);
    for (;;) {
        L4_ThreadId_t from;
        L4_Word_t first = 0;
        L4_MsgTag_t tag = L4_Wait(&from);
        L4_StoreMR(1, &first);
        heard[n][0] = from.raw;
        heard[n][1] = tag.raw;
        heard[n][2] = first;
        note(n);
    }
}

/* To one of the highest priority, to three as urgent as the sender, to two of
 * the lowest. */
static void teller(L4_Word_t arg)
{
    static const unsigned turns[HEARERS] = { 4, 1, 2, 0, 3, 5 };
    L4_Word_t kept = 0;

    (void)arg;
    for (unsigned i = 0; i < HEARERS; i++) {
        L4_Word_t mr = 0;
        L4_LoadMR(1, 10 + turns[i]);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 7 << 16 | 1 });
        L4_ThreadId_t from = L4_anythread;
        L4_MsgTag_t tag = L4_Ipc(hearers[turns[i]], L4_nilthread, 0, &from);
        L4_StoreMR(1, &mr);
        kept += tag.raw == (7 << 16 | 1) && mr == 10 + turns[i] &&
                from.raw == L4_anythread.raw;
    }
    note(100 + kept);
}

static void test_send(void)
{
    static const L4_Word_t want[] = { 0, 100 + HEARERS, 1, 2, 3, 4, 5 };
    L4_Word_t right = 0, whole = 0;

    for (L4_Word_t i = 0; i < HEARERS; i++) {
        unsigned prio = PRIO_MID + 10 - 10 * (i > 0) - 10 * (i > 3);
        hearers[i] = i & 1 ? thread_in_new_space(hearer, i, prio)
                           : thread_here(hearer, i, prio);
    }
    settle();
    ordered = 0;
    L4_ThreadId_t from = thread_here(teller, 0, PRIO_MID);
    settle();
    for (unsigned i = 0; i < HEARERS; i++) {
        L4_Word_t id = i & 1 ? from.raw : L4_LocalIdOf(from).raw;
        whole += heard[i][0] == id && heard[i][1] == (7 << 16 | 1) &&
                 heard[i][2] == 10 + i;
    }
    for (unsigned i = 0; i < 7; i++)
        right += order[i] == want[i];
    is(ordered, 7, "messages alone arrive");
    is(whole, HEARERS, "whole, from a global or a local id");
    is(right, 7, "who is more urgent runs first, others behind the sender");
    for (int i = 0; i < HEARERS; i++)
        thread_delete(hearers[i]);
    thread_delete(from);
}

/* More clients than the server can answer at once: nobody is forgotten. */
static void busy_server(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Wait(&from);
    for (;;) {
        L4_Yield();
        L4_Set_MsgTag(L4_Niltag);
        if (L4_IpcFailed(L4_Ipc(from, L4_anythread, REPLY, &from)))
            L4_Wait(&from);
    }
}

static void busy_client(L4_Word_t n)
{
    L4_ThreadId_t from;

    for (int i = 0; i < ROUNDS; i++) {
        L4_Set_MsgTag(L4_Niltag);
        served[n] += L4_IpcSucceeded(L4_Ipc(server_id, server_id, 0, &from));
    }
}

static void test_queue(void)
{
    L4_ThreadId_t clients[CLIENTS];
    L4_Word_t all = 0;

    server_id = thread_in_new_space(busy_server, 0, PRIO_MID);
    for (L4_Word_t i = 0; i < CLIENTS; i++)
        clients[i] = i & 1 ? thread_here(busy_client, i, PRIO_MID)
                           : thread_in_new_space(busy_client, i, PRIO_MID);
    for (int i = 0; i < 100 && all < CLIENTS * ROUNDS; i++) {
        L4_Sleep(usec(1000));
        all = 0;
        for (int k = 0; k < CLIENTS; k++)
            all += served[k];
    }
    is(all, CLIENTS * ROUNDS, "a busy server answers every client");
    for (int i = 0; i < CLIENTS; i++)
        thread_delete(clients[i]);
    thread_delete(server_id);
}

/* A wrong version, short of everything else. */
static void test_version(void)
{
    far_job = (struct job){ .from = L4_anythread };
    job_start(far, &far_job);
    L4_ThreadId_t wrong = L4_GlobalId(L4_ThreadNo(far), 9);
    near_job = (struct job){ .to = wrong, .from = wrong };
    job_start(near, &near_job);
    ok(near_job.done && job_error(&near_job) == 2 && !far_job.done,
       "a call to a wrong version reaches nobody");
    near_job = (struct job){ .to = far, .mr = { 0 } };
    job_start(near, &near_job);
    ok(far_job.done, "the right one does");
}

/* A local id names a thread of the own space alone. */
static void test_local(void)
{
    L4_ThreadId_t local = L4_LocalIdOf(third);

    far_job = (struct job){ .from = L4_anythread };
    job_start(third, &far_job);
    near_job = (struct job){ .to = local, .from = local, .mr = { 1, 7 } };
    job_start(near, &near_job);
    ok(far_job.done && far_job.mr[1] == 7 &&
           far_job.sender.raw == L4_LocalIdOf(near).raw && !near_job.done,
       "a call to a local id");
    far_job = (struct job){ .to = near, .timeouts = REPLY, .mr = { 1, 2 } };
    job_start(third, &far_job);
    ok(job_wait(&near_job) && near_job.mr[1] == 2 &&
           near_job.sender.raw == local.raw,
       "and its answer");
    far_job = (struct job){ .from = L4_anythread };
    job_start(third, &far_job);
    near_job = (struct job){ .to = third, .from = third };
    job_start(near, &near_job);
    ok(far_job.done && far_job.sender.raw == L4_LocalIdOf(near).raw,
       "also a call to a global id comes from a local one");
    far_job = (struct job){ .to = near, .timeouts = REPLY };
    job_start(third, &far_job);
    ok(job_wait(&near_job) && near_job.sender.raw == local.raw,
       "as does its answer");
    far_job = (struct job){ .to = local, .from = local };
    job_start(far, &far_job);
    ok(far_job.done && job_error(&far_job) == 2 && job_phase(&far_job) == 0,
       "from another space it names nobody");
}

/* A call with typed words, to a thread that accepts none. */
static void test_items(void)
{
    bool good = true;

    for (unsigned t = 1; t < 16; t++) {
        far_job = (struct job){ .from = L4_anythread };
        job_start(far, &far_job);
        near_job = (struct job){ .to = far, .from = far };
        near_job.mr[0] = t << 6;
        near_job.mr[1] = 8;
        job_start(near, &near_job);
        good &= near_job.done && job_error(&near_job) == 4;
        good &= far_job.done && job_error(&far_job) == 4;
    }
    ok(good, "a call with typed words overflows, however many");
}

/* A call whose answer has to come in time. */
static void test_timeout(void)
{
    far_job = (struct job){ .from = L4_anythread };
    job_start(far, &far_job);
    near_job =
        (struct job){ .to = far, .from = far, .timeouts = usec(2000).raw };
    job_start(near, &near_job);
    ok(far_job.done, "a call with a receive timeout");
    ok(job_wait(&near_job) && job_error(&near_job) == 1 &&
           job_phase(&near_job) == 1,
       "ends when no answer comes");
}

int main(void)
{
    plan(33);
    support_init();
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    third = thread_here(worker, 0, PRIO_MID);
    settle();
    test_closed(far, "a call to a thread in a closed wait for another waits");
    test_closed(third, "also within one space");
    test_other_from();
    test_priority();
    test_send();
    test_queue();
    test_version();
    test_local();
    test_items();
    test_timeout();
    return tap_status();
}
