/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef SECTION_H
#define SECTION_H
/*
 * A section: one operation many times, in steady state, between markers for
 * tools/plugin/pecan_count.c.
 *
 * A window (ON .. OFF) opens when to, from and timeouts are in variables and
 * closes when sender and MR0 are, in whatever thread that happens; a round trip
 * has two. What a loop does besides lies outside the windows. Each section
 * gives one line, whose counter is the processor's own and covers the whole
 * section: bench: section=N metric=M pattern=P partner=Q words=W iterations=K
 *          windows=V counter=C
 * The first section of a program has windows with nothing in them, and has to
 * count zero.
 *
 * BENCH_COUNTER_ERROR=N or the command line "bench counter-error=N" makes the
 * counters wrong by N an iteration.
 *
 * No thread has a time slice that ends and none sleeps, so no timer interrupt
 * and no idling falls into a section. Where the clock itself needs a timer
 * interrupt now and then, the next one is 27 ms behind the last, which is when
 * the section's beginning has slept: so long, in instructions, may it be.
 */
#include "../conformance/small.h"
#include "../conformance/support.h"
#include "bench_arch.h"

#include <pecan.h>

#ifndef BENCH_COUNTER_ERROR
#define BENCH_COUNTER_ERROR 0
#endif
#ifndef BENCH_ITERATIONS
#define BENCH_ITERATIONS 1024
#endif

enum { WARM_UP = 64, PRIO_BENCH = 100 };
enum { NEVER = 0, REPLY = 0x0400 << 16 };

#define NOINLINE __attribute__((noinline))
#define BEGIN()  __asm__ volatile(MARK_BEGIN : : : "memory")
#define END()    __asm__ volatile(MARK_END : : : "memory")
/* Only looked at, so that a variable stays where the compiler has it. */
#define ON(to, from) __asm__ volatile(MARK_ON : : "g"(to), "g"(from) : "memory")
#define OFF(tag, from) \
    __asm__ volatile(MARK_OFF : : "r"(tag), "g"(from) : "memory")
#define ON_PLAIN()  __asm__ volatile(MARK_ON : : : "memory")
#define OFF_PLAIN() __asm__ volatile(MARK_OFF : : : "memory")

struct what {
    const char *metric, *pattern, *partner;
    unsigned words, windows; /* windows in one iteration */
};

static struct what now;
static bool small; /* other spaces are small ones                        */
static unsigned section;
static L4_Word_t times = BENCH_ITERATIONS; /* of the section's operation */
static volatile L4_Word_t counted;
/* Added to each iteration's count, to test that measure.py notices. */
static L4_Word_t counter_error = BENCH_COUNTER_ERROR;
static UNUSED L4_ThreadId_t partner_id;
static UNUSED char data_page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* The command line "bench counter-error=N". */
static void read_command_line(void)
{
    static const char name[] = "counter-error=";
    const char *line = pecan_command_line();

    for (; line && *line; line++) {
        unsigned n = 0;
        while (name[n] && line[n] == name[n])
            n++;
        if (name[n] == 0)
            counter_error = (L4_Word_t)(line[n] - '0');
    }
}

/* ---- sections --------------------------------------------------------------
 */

typedef void loop_fn(L4_Word_t iterations);

/* Warm up, then measure; runs in the thread that drives the operation. */
static void measure(loop_fn *loop)
{
    L4_Word_t before, after;

    L4_Sleep(L4_TimePeriod(100));
    loop(WARM_UP);
    BEGIN();
    before = bench_counter();
    loop(times);
    after = bench_counter();
    END(); /* before the store, which may fault */
    counted = after - before + counter_error * times;
}

static void report(void)
{
    printf("bench: section=%u metric=%s pattern=%s partner=%s words=%u "
           "iterations=%lu windows=%lu counter=%lu\n",
           section++, now.metric, now.pattern, now.partner, now.words, times,
           now.windows * times, counted);
}

static void finished(void)
{
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(main_id);
}

/* The driving thread is done when it tells us. */
static void run(L4_ThreadId_t driver)
{
    L4_Receive(driver);
    report();
}

static L4_ThreadId_t no_slice(L4_ThreadId_t t)
{
    L4_Set_Timeslice(t, L4_Never, L4_Never);
    return t;
}

static L4_ThreadId_t bench_small_thread(thread_fn *fn, L4_Word_t arg,
                                        unsigned prio)
{
    L4_Word_t old = 0;
    L4_ThreadId_t t =
        small_thread(small_slot(free_slot()), fn, arg, prio, &old);

    if (old != SMALL_APPLY)
        printf("bench: a small space is large\n");
    return t;
}

static UNUSED L4_ThreadId_t bench_thread(bool inter, thread_fn *fn,
                                         L4_Word_t arg, unsigned prio)
{
    return no_slice(!inter  ? thread_here(fn, arg, prio)
                    : small ? bench_small_thread(fn, arg, prio)
                            : thread_in_new_space(fn, arg, prio));
}

static L4_MsgTag_t words_tag(void)
{
    return (L4_MsgTag_t){ .raw = now.words };
}

/* ---- partners ---- */

/* A closed call, again and again. */
static NOINLINE void call_loop(L4_Word_t iterations)
{
    L4_ThreadId_t to = partner_id, from = L4_nilthread;
    L4_MsgTag_t tag = words_tag(), sent = tag;

    for (; iterations; iterations--) {
        L4_Set_MsgTag(sent);
        ON(to.raw, sent.raw);
        tag = L4_Ipc(to, to, NEVER, &from);
        OFF(tag.raw, from.raw);
    }
    if (L4_IpcFailed(tag))
        printf("bench: call failed, error %lu\n", L4_ErrorCode());
}

/* Reply to `client` and wait for anyone. The partner is named by its global id
 * also within one space: the local one that the server sees is no faster. */
static void rpc_server(L4_Word_t client)
{
    L4_ThreadId_t to = { .raw = client }, any = L4_anythread, from;
    L4_MsgTag_t tag = L4_Wait(&from), sent = words_tag();

    for (;;) {
        L4_Set_MsgTag(sent);
        ON(to.raw, any.raw);
        tag = L4_Ipc(to, any, REPLY, &from);
        OFF(tag.raw, from.raw);
    }
}

static void run_loop(L4_Word_t loop)
{
    measure((loop_fn *)loop);
    finished();
}

static UNUSED void map_receiver(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Accept(L4_MapGrantItems(L4_FpageLog2(FREE_WINDOW, 12)));
    L4_Wait(&from);
    for (;;) {
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static NOINLINE void empty_loop(L4_Word_t iterations)
{
    for (; iterations; iterations--) {
        ON_PLAIN();
        OFF_PLAIN();
    }
}

static void bench_single(const char *metric, loop_fn *loop)
{
    L4_ThreadId_t t;

    now = (struct what){ metric, "-", "-", 0, 1 };
    t = bench_thread(false, run_loop, (L4_Word_t)loop, PRIO_BENCH);
    run(t);
    thread_delete(t);
}

/* The other of two threads that call each other. */
static void call_partner(L4_Word_t client)
{
    L4_ThreadId_t to = { .raw = client }, from = to;
    L4_MsgTag_t tag = L4_Receive(to), sent = words_tag();

    for (;;) {
        L4_Set_MsgTag(sent);
        ON(to.raw, sent.raw);
        tag = L4_Ipc(to, to, NEVER, &from);
        OFF(tag.raw, from.raw);
    }
}

/* One message, and no answer; who got it waits again, outside the window. */
static NOINLINE void send_loop(L4_Word_t iterations)
{
    L4_ThreadId_t to = partner_id, nil = L4_nilthread, from = nil;
    L4_MsgTag_t tag = words_tag(), sent = tag;

    for (; iterations; iterations--) {
        L4_Set_MsgTag(sent);
        ON(to.raw, nil.raw);
        tag = L4_Ipc(to, nil, NEVER, &from);
        OFF(tag.raw, from.raw);
        L4_ThreadSwitch(to);
    }
    if (L4_IpcFailed(tag))
        printf("bench: send failed, error %lu\n", L4_ErrorCode());
}

static void send_partner(L4_Word_t client)
{
    L4_ThreadId_t from;

    (void)client;
    for (;;)
        L4_Wait(&from);
}

static const struct pattern {
    const char *name;
    loop_fn *loop;
    thread_fn *partner;
    unsigned windows;
} rpc = { "rpc", call_loop, rpc_server, 2 };
static UNUSED const struct pattern call_call = { "call_call", call_loop,
                                                 call_partner, 2 };
static UNUSED const struct pattern send = { "send", send_loop, send_partner,
                                            1 };

static UNUSED void bench_ipc(const struct pattern *p, bool inter,
                             unsigned words)
{
    L4_ThreadId_t client, server;
    unsigned slot = free_slot();

    now = (struct what){ "ipc", p->name,
                         !inter  ? "intra"
                         : small ? "inter_small"
                                 : "inter",
                         words, p->windows };
    /* The client takes the first free slot, the server the next one. */
    client = L4_GlobalId(thread_no(slot), 1);
    threads[slot].id = client;
    server = bench_thread(inter, p->partner, client.raw, PRIO_BENCH + 1);
    threads[slot].id = L4_nilthread;
    partner_id = server;
    client = bench_thread(inter, run_loop, (L4_Word_t)p->loop, PRIO_BENCH + 1);
    run(client);
    thread_delete(client);
    thread_delete(server);
}

/* Answers faults of the image with the image's page, all others with one. */
static UNUSED void fault_server(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_Word_t address;

    (void)arg;
    L4_Wait(&from);
    for (;;) {
        L4_StoreMR(1, &address);
        if (address >= image_low && address < image_high)
            load_map(page_at(address, L4_FullyAccessible), address);
        else
            load_map(page_at((L4_Word_t)data_page, L4_FullyAccessible),
                     address);
        L4_ReplyWait(from, &from);
    }
}

/* First thing of every program. */
static void sections_begin(void)
{
    support_init();
    read_command_line();
    no_slice(main_id);
    bench_single("empty", empty_loop);
}

#endif
