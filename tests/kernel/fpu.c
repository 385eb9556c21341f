/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point and vector registers: each thread's own, clean at first,
 * charged to its space at first use (docs/abi-<arch>.md). What they are is in
 * each port's unit.h.
 */
#include "tap.h"
#include "worker.h"

#include "unit.h"

enum { ROUNDS = 200, SLICE_US = 1000 };

static L4_Word_t used(L4_ThreadId_t t)
{
    L4_Word_t bytes = 0, limit;

    return L4_KernelMemory(t, ~0ul, &bytes, &limit) ? bytes : ~0ul;
}

/* ---- what a thread finds ------------------------------------------------- */

static struct unit seen[4];
static volatile L4_Word_t steps;

static void look(L4_Word_t n)
{
    unit_store(&seen[n]);
    steps++;
}

static void test_clean(void)
{
    struct unit clean, mine;
    L4_ThreadId_t a, b;

    unit_clean(&clean);
    unit_fill(&mine, 3);
    unit_load(&mine);
    a = thread_here(look, 0, PRIO_MID);
    b = thread_in_new_space(look, 1, PRIO_MID);
    settle();
    ok(steps == 2 && unit_same(&seen[0], &clean),
       "a new thread finds clean registers");
    ok(unit_same(&seen[1], &clean), "also in another space");
    thread_delete(a);
    thread_delete(b);
    a = thread_here(look, 2, PRIO_MID);
    settle();
    ok(steps == 3 && unit_same(&seen[2], &clean), "also under an old id");
    thread_delete(a);
    unit_store(&seen[3]);
    ok(unit_same(&seen[3], &mine),
       "who had the unit before has its own values");
}

/* ---- two threads, many messages ------------------------------------------ */

static volatile L4_Word_t bad[2], good[2];
static L4_ThreadId_t partner_id;

static void check(L4_Word_t who, const struct unit *want)
{
    struct unit now;

    unit_store(&now);
    if (unit_same(&now, want))
        good[who]++;
    else
        bad[who]++;
}

/* On the stack: it has values of its own. Every other message it answers
 * without the unit, so that the next may come the short way, from somebody who
 * has used it. */
static void answer(L4_Word_t who)
{
    L4_ThreadId_t from;
    bool looks = true;
    struct unit mine;

    unit_fill(&mine, 0x21);
    unit_load(&mine);
    L4_Wait(&from);
    for (;; looks = !looks) {
        if (looks)
            check(who, &mine);
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static void ask(L4_Word_t who)
{
    struct unit mine;

    for (L4_Word_t i = 0; i < ROUNDS; i++) {
        unit_fill(&mine, 0x42 + i);
        unit_load(&mine);
        L4_Set_MsgTag(L4_Niltag);
        L4_Call(partner_id);
        check(who, &mine);
        /* And without the unit: the short way between two with values. */
        L4_Set_MsgTag(L4_Niltag);
        L4_Call(partner_id);
    }
}

static void test_messages(bool far)
{
    L4_ThreadId_t a;

    good[0] = good[1] = bad[0] = bad[1] = 0;
    partner_id = far ? thread_in_new_space(answer, 0, PRIO_MID)
                     : thread_here(answer, 0, PRIO_MID);
    a = thread_here(ask, 1, PRIO_MID);
    for (int i = 0; i < 50 && good[1] + bad[1] < ROUNDS; i++)
        L4_Sleep(usec(1000));
    ok(good[1] == ROUNDS && bad[1] == 0,
       far ? "over 400 calls to another space a thread keeps its registers"
           : "over 400 calls a thread keeps its registers");
    ok(good[0] >= ROUNDS && bad[0] == 0, "so does its partner");
    thread_delete(a);
    thread_delete(partner_id);
}

/* ---- preemption ---------------------------------------------------------- */

static volatile bool stop;

static void spin(L4_Word_t who)
{
    struct unit mine;

    unit_fill(&mine, 0x100 + who);
    unit_load(&mine);
    while (!stop)
        check(who, &mine);
}

static void test_preemption(void)
{
    L4_ThreadId_t t[2];
    L4_Word_t old;

    good[0] = good[1] = bad[0] = bad[1] = 0;
    for (L4_Word_t i = 0; i < 2; i++) {
        t[i] = thread_in_new_space(spin, i, PRIO_MID);
        L4_Schedule(t[i], (L4_Word_t)usec(SLICE_US).raw << 16, ~0ul, ~0ul, ~0ul,
                    &old);
    }
    L4_Sleep(usec(30000));
    stop = true;
    settle();
    ok(good[0] > 10 && good[1] > 10, "two threads that never wait take turns");
    ok(bad[0] == 0 && bad[1] == 0, "and keep their registers");
    thread_delete(t[0]);
    thread_delete(t[1]);
}

/* ---- kernel memory ------------------------------------------------------- */

static volatile L4_Word_t message[16], messages;
static L4_ThreadId_t handler_id;

/* Notes an exception; answers it unchanged when told. */
static void handle(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag;
    L4_Word_t words[16];

    (void)arg;
    for (;;) {
        tag = L4_Wait(&from);
        L4_StoreMRs(0, 16, words);
        for (int i = 0; i < 16; i++)
            message[i] = words[i];
        messages++;
        L4_Receive(main_id);
        L4_LoadMRs(0, 16, words);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = tag.raw & 0x3f });
        L4_Reply(from);
    }
}

static void go_on(L4_ThreadId_t t)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    settle();
}

static volatile double sum;

static void add(L4_Word_t arg)
{
    (void)arg;
    L4_Set_ExceptionHandler(handler_id);
    L4_Receive(main_id);
    unit_one_and_two(&sum);
    steps++;
    L4_Receive(main_id);
    unit_nothing();
    steps++;
}

static void test_memory(void)
{
    static const union {
        double d;
        L4_Word64_t w;
    } three = { .w = 0x4008000000000000ull };
    L4_ThreadId_t t;
    L4_Word_t before, ignored;

    handler_id = thread_here(handle, 0, PRIO_HIGH);
    t = thread_in_new_space(add, 0, PRIO_MID);
    settle();
    steps = messages = 0;
    before = used(t);
    L4_KernelMemory(t, before, &ignored, &ignored);
    go_on(t);
    ok(messages == 1 && steps == 0 && unit_is_missing(message),
       "no memory for the registers: the exception of a machine without");
    is(used(t), before, "and none taken");
    L4_KernelMemory(t, before + AREA, &ignored, &ignored);
    go_on(handler_id);
    ok(steps == 1 && messages == 1, "with memory the instruction is repeated");
    ok(__builtin_memcmp((const void *)&sum, &three, sizeof sum) == 0,
       "one and two are three");
    is(used(t), before + AREA, "the space has paid for it");
    go_on(t);
    ok(messages == 2 && unit_is_undefined(message) && steps == 1,
       "what no processor has stays undefined with the unit on");
    is(used(t), before + AREA, "and costs no more");
    thread_delete(t);
    thread_delete(handler_id);
}

/* ---- given back ---------------------------------------------------------- */

static void touch_unit(L4_Word_t arg)
{
    struct unit u;

    (void)arg;
    unit_fill(&u, 7);
    unit_load(&u);
    steps++;
}

static void test_return(void)
{
    L4_ThreadId_t keeper = thread_in_new_space(look, 0, PRIO_MID), t;
    L4_Word_t before, during;

    settle();
    before = used(keeper);
    t = thread_in(keeper, touch_unit, 0, PRIO_MID);
    settle();
    during = used(keeper);
    thread_delete(t);
    t = thread_in(keeper, touch_unit, 0, PRIO_MID);
    settle();
    is(used(keeper), during, "a thread's registers go with it");
    thread_delete(t);
    is(used(keeper), during - AREA - TCB, "and their memory");
    ok(during > before, "which its space had");
    thread_delete(keeper);
}

/* ---- a thread that moves ------------------------------------------------- */

static volatile enum { STARTS, HERE, THERE, DONE } place;
static volatile bool kept;

static void move(L4_Word_t seed)
{
    struct unit mine, now;

    unit_fill(&mine, seed);
    unit_load(&mine);
    place = HERE;
    while (place == HERE)
        ;
    unit_store(&now);
    kept = unit_same(&now, &mine);
    place = DONE;
}

static void test_move(void)
{
    L4_ThreadId_t t = thread_here(move, 13, PRIO_LOW);
    L4_ThreadId_t other = thread_in_new_space(look, 0, PRIO_MID);
    L4_Word_t here, there, moved;

    settle();
    here = used(main_id);
    there = used(other);
    moved = L4_ThreadControl(t, other, L4_nilthread, L4_nilthread, NO_UTCB);
    ok(moved && place == HERE && here - used(main_id) >= AREA &&
           used(other) - there >= AREA,
       "a thread moves, and what its registers cost");
    place = THERE;
    settle();
    ok(place == DONE && kept, "and they themselves");
    thread_delete(t);
    thread_delete(other);
}

/* ---- meanwhile ----------------------------------------------------------- */

enum { MAPPINGS = 3000, USERS = 4, ATTEMPTS = 10 };

static L4_ThreadId_t users[USERS];
static volatile bool flushing;
static volatile L4_Word_t meanwhile;

/* Takes the page again and again. */
static void take(L4_Word_t arg)
{
    (void)arg;
    L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
    for (;;)
        L4_Receive(main_id);
}

static void use_once(L4_Word_t arg)
{
    struct unit u;

    (void)arg;
    L4_Receive(handler_id);
    unit_store(&u);
    meanwhile += flushing;
}

/* In the middle of main's flush, all users' turn comes. */
static void call_users(L4_Word_t arg)
{
    (void)arg;
    L4_Receive(main_id);
    L4_Sleep(usec(100));
    for (int i = 0; i < USERS; i++) {
        L4_Set_MsgTag(L4_Niltag);
        L4_Send_Timeout(users[i], L4_ZeroTime);
    }
}

/* Several take memory for their registers while one flush is stopped: that is
 * no step of it. */
static void test_meanwhile(void)
{
    static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    L4_Fpage_t f = page_at((L4_Word_t)page, L4_FullyAccessible);
    bool mapped = true;

    meanwhile = 0;
    L4_Set_Priority(main_id, PRIO_MID);
    for (int n = 0; n < ATTEMPTS && meanwhile < USERS; n++) {
        L4_ThreadId_t taker = thread_in_new_space(take, 0, PRIO_MID);
        meanwhile = 0;
        for (L4_Word_t i = 0; i < MAPPINGS; i++) {
            load_map(f, FREE_WINDOW + i * PAGE_SIZE);
            mapped &= L4_IpcSucceeded(L4_Send(taker));
        }
        handler_id = thread_here(call_users, 0, PRIO_HIGH);
        for (int i = 0; i < USERS; i++)
            users[i] = thread_here(use_once, 0, PRIO_HIGH);
        L4_Set_MsgTag(L4_Niltag);
        L4_Send(handler_id);
        flushing = true;
        L4_UnmapFpage(f);
        flushing = false;
        for (int i = 0; i < USERS; i++)
            thread_delete(users[i]);
        thread_delete(handler_id);
        thread_delete(taker);
    }
    L4_Set_Priority(main_id, 255);
    ok(mapped && meanwhile == USERS,
       "several use the unit for the first time in the middle of a flush");
}

int main(void)
{
    plan(23);
    support_init();
    test_clean();
    test_messages(false);
    test_messages(true);
    test_preemption();
    test_memory();
    test_return();
    test_move();
    test_meanwhile();
    return tap_status();
}
