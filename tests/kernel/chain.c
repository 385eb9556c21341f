/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * One receive that lets a long chain of messages through. The kernel's stack is
 * bounded, however many threads of any space have a part in it.
 *
 * A link is three threads of one space. V waits for Y only. X, with a message
 * to V in the name of the X before it, is thus queued, and would then receive.
 * Y is queued at the X before it, with a message in V's name. When that X
 * receives, V's wait becomes one for that X, so that V takes what its own X has
 * sent; and this X receives. X of link 0 is the main thread.
 * Then a chain without names: each thread is queued at the one before it, and
 * would then receive from anybody.
 * The marks are for tools/plugin/pecan_latency.c.
 */
#include "../bench/bench_arch.h"
#include "support.h"
#include "tap.h"

enum {
    IN_SPACE = 80,
    SPACES = 3,
    LINKS = IN_SPACE * SPACES,
    STACK = 512,
    FROM_Y = 1000,
    PROPAGATE = 0x1000,
};
enum role { V, X, Y, ROLES };

static char small_stacks[LINKS][ROLES][STACK] __attribute__((aligned(16)));
static volatile L4_Word_t got[LINKS][ROLES];
static volatile bool nameless;

static L4_ThreadId_t id_of(unsigned link, enum role role)
{
    return L4_GlobalId(thread_no(MAX_THREADS) + link * ROLES + role, 1);
}

static L4_ThreadId_t x_before(unsigned link)
{
    return link == 0 ? main_id : id_of(link - 1, X);
}

static L4_Word_t first_word(L4_MsgTag_t tag)
{
    L4_Word_t word = 0;

    if (L4_IpcFailed(tag))
        return 0;
    L4_StoreMR(1, &word);
    return word;
}

static void speak(L4_ThreadId_t name, L4_Word_t word)
{
    L4_Set_VirtualSender(name);
    L4_LoadMR(1, word);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = PROPAGATE | 1 });
}

static void part(void)
{
    L4_Word_t number = L4_ThreadNo(L4_Myself()) - thread_no(MAX_THREADS);
    unsigned link = number / ROLES;
    enum role role = number % ROLES;
    L4_ThreadId_t from;

    if (nameless) {
        L4_LoadMR(1, 1 + link);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
        got[link][X] =
            first_word(L4_Ipc(x_before(link), L4_anythread, 0, &from));
    } else if (role == V) {
        got[link][V] = first_word(L4_Receive(id_of(link, Y)));
    } else if (role == X) {
        speak(x_before(link), 1 + link);
        got[link][X] =
            first_word(L4_Ipc(id_of(link, V), L4_anythread, 0, &from));
    } else {
        speak(id_of(link, V), FROM_Y + link);
        got[link][Y] = L4_IpcSucceeded(L4_Send(x_before(link)));
    }
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static bool create(unsigned link, enum role role)
{
    L4_ThreadId_t t = id_of(link, role);
    L4_ThreadId_t space = id_of(link / IN_SPACE * IN_SPACE, V);
    L4_Word_t old;

    if (!L4_ThreadControl(t, space, main_id, L4_nilthread, NO_UTCB))
        return false;
    return t.raw != space.raw ||
           L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old);
}

static bool start(unsigned link, enum role role)
{
    L4_ThreadId_t t = id_of(link, role);
    L4_ThreadId_t space = id_of(link / IN_SPACE * IN_SPACE, V);
    void *utcb = (void *)utcb_start(link % IN_SPACE * ROLES + role);

    return L4_ThreadControl(t, space, L4_nilthread, main_id, utcb) &&
           L4_ThreadControl(t, space, L4_nilthread, pager_id, NO_UTCB) &&
           L4_IpcSucceeded(send_start(t, (L4_Word_t)part,
                                      (L4_Word_t)small_stacks[link][role] +
                                          STACK - 16 - RETURN_ADDRESS));
}

static unsigned for_all(bool what(unsigned link, enum role role),
                        enum role role)
{
    unsigned n = 0;

    for (unsigned i = 0; i < LINKS; i++)
        n += what(i, role);
    L4_Sleep(usec(100000));
    return n;
}

static bool delete (unsigned link, enum role role)
{
    return L4_ThreadControl(id_of(link, role), L4_nilthread, L4_nilthread,
                            L4_nilthread, NO_UTCB) != 0;
}

/* The first message comes, and with it all others. */
static L4_Word_t first_message(const char *what, L4_ThreadId_t *from)
{
    printf("# latency: %s\n", what);
    __asm__ volatile(MARK_BEGIN : : : "memory");
    L4_Word_t word = first_word(L4_Wait(from));
    L4_Sleep(usec(100000));
    __asm__ volatile(MARK_END : : : "memory");
    return word;
}

static void without_names(void)
{
    L4_ThreadId_t from;
    unsigned good = 0;

    nameless = true;
    for_all(create, V); /* the first of its space keeps it */
    for_all(create, X);
    is(for_all(start, X), LINKS, "a chain of 240 threads");
    is(first_message("a chain of 240 receives", &from), 1, "its first message");
    for (unsigned i = 0; i < LINKS - 1; i++)
        good += got[i][X] == 2 + i;
    is(good, LINKS - 1, "each gets the next one's");
}

int main(void)
{
    L4_ThreadId_t from;
    unsigned good[ROLES] = { 0 }, made = 0;

    plan(10);
    support_init();
    for (enum role role = V; role < ROLES; role++)
        made += for_all(create, role);
    for (enum role role = V; role < ROLES; role++)
        made += for_all(start, role);
    is(made, 2 * ROLES * LINKS, "a chain of 720 threads");
    is(first_message("a chain of 240 messages in other names", &from), FROM_Y,
       "the first message of it");
    is(from.raw, id_of(0, V).raw, "in another one's name");
    for (unsigned i = 0; i < LINKS; i++) {
        good[V] += got[i][V] == 1 + i;
        good[X] += got[i][X] == FROM_Y + 1 + i;
        good[Y] += got[i][Y] == 1;
    }
    is(good[V], LINKS, "each wait followed the message");
    is(good[X], LINKS - 1, "each message in another one's name went through");
    is(good[Y], LINKS, "and its sender went on");
    made = 0;
    for (enum role role = V; role < ROLES; role++)
        made += for_all(delete, role);
    is(made, ROLES * LINKS, "they end like others");
    without_names();
    return tap_status();
}
