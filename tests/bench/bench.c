/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one operation costs: a root task that runs each of them many times, in
 * steady state, between markers for tools/plugin/pecan_count.c.
 *
 * A window (ON .. OFF) opens when to, from and timeouts are in variables and
 * closes when sender and MR0 are, in whatever thread that happens; a round trip
 * has two. What a loop does besides lies outside the windows. Each section
 * gives one line, whose counter is the processor's own and covers the whole
 * section: bench: section=N metric=M pattern=P partner=Q words=W iterations=K
 *          windows=V counter=C
 * The first section has windows with nothing in them, and has to count zero.
 *
 * BENCH_COUNTER_ERROR=N or the command line "bench counter-error=N" makes the
 * counters wrong by N an iteration.
 *
 * No thread has a time slice that ends and none sleeps, so no timer interrupt
 * and no idling falls into a section.
 */
#include "../conformance/support.h"
#include "bench_arch.h"
#include "uart.h"

#include <pecan.h>

#ifndef BENCH_COUNTER_ERROR
#define BENCH_COUNTER_ERROR 0
#endif
#ifndef BENCH_ITERATIONS
#define BENCH_ITERATIONS 1024
#endif

enum { WARM_UP = 64, CLIENTS = 8, IDLE_THREADS = 1000, PRIO_BENCH = 100 };
enum { NEVER = 0, REPLY = 0x0400 << 16 };

#define NOINLINE __attribute__((noinline))
#define BEGIN()  __asm__ volatile(MARK_BEGIN : : : "memory")
#define END()    __asm__ volatile(MARK_END : : : "memory")
#define ON(to, from) \
    __asm__ volatile(MARK_ON : "+g"(to), "+g"(from) : : "memory")
#define OFF(tag, from) \
    __asm__ volatile(MARK_OFF : "+r"(tag), "+g"(from) : : "memory")
#define ON_PLAIN()  __asm__ volatile(MARK_ON : : : "memory")
#define OFF_PLAIN() __asm__ volatile(MARK_OFF : : : "memory")

struct what {
    const char *metric, *pattern, *partner;
    unsigned words, windows; /* windows in one iteration */
};

static struct what now;
static unsigned section;
static volatile L4_Word_t counted;
/* Added to each iteration's count, to test that measure.py notices. */
static L4_Word_t counter_error = BENCH_COUNTER_ERROR;
static L4_ThreadId_t partner_id;
static L4_ThreadId_t client_ids[CLIENTS];
static char data_page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* ---- sections --------------------------------------------------------------
 */

typedef void loop_fn(L4_Word_t iterations);

/* Warm up, then measure; runs in the thread that drives the operation. */
static void measure(loop_fn *loop)
{
    L4_Word_t before, after;

    loop(WARM_UP);
    BEGIN();
    before = bench_counter();
    loop(BENCH_ITERATIONS);
    after = bench_counter();
    END(); /* before the store, which may fault */
    counted = after - before + counter_error * BENCH_ITERATIONS;
}

static void report(void)
{
    printf("bench: section=%u metric=%s pattern=%s partner=%s words=%u "
           "iterations=%u windows=%u counter=%lu\n",
           section++, now.metric, now.pattern, now.partner, now.words,
           BENCH_ITERATIONS, now.windows * BENCH_ITERATIONS, counted);
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

static L4_ThreadId_t bench_thread(bool inter, thread_fn *fn, L4_Word_t arg,
                                  unsigned prio)
{
    return no_slice(inter ? thread_in_new_space(fn, arg, prio)
                          : thread_here(fn, arg, prio));
}

static L4_MsgTag_t words_tag(void)
{
    return (L4_MsgTag_t){ .raw = now.words };
}

/* ---- IPC -------------------------------------------------------------------
 */

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

static void driver(L4_Word_t arg)
{
    (void)arg;
    measure(call_loop);
    finished();
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

static void bench_ipc(bool call_call, bool inter, unsigned words)
{
    L4_ThreadId_t client, server;
    unsigned slot = free_slot();

    now = (struct what){ "ipc", call_call ? "call_call" : "rpc",
                         inter ? "inter" : "intra", words, 2 };
    /* The client takes the first free slot, the server the next one. */
    client = L4_GlobalId(thread_no(slot), 1);
    threads[slot].id = client;
    server = bench_thread(inter, call_call ? call_partner : rpc_server,
                          client.raw, PRIO_BENCH + 1);
    threads[slot].id = L4_nilthread;
    partner_id = server;
    client = bench_thread(inter, driver, 0, PRIO_BENCH + 1);
    run(client);
    thread_delete(client);
    thread_delete(server);
}

/* ---- one server, many clients ----------------------------------------------
 */

static void rotate_client(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        call_loop(1000);
}

/* Answer the clients in turn; each has waited since its last turn. */
static NOINLINE void rotate_loop(L4_Word_t iterations)
{
    L4_ThreadId_t to = L4_nilthread, any = L4_anythread, from = to;
    L4_MsgTag_t tag = L4_Niltag, sent = words_tag();

    for (L4_Word_t i = 0; i < iterations; i++) {
        to = client_ids[i % CLIENTS];
        L4_Set_MsgTag(sent);
        ON(to.raw, any.raw);
        tag = L4_Ipc(to, any, REPLY, &from);
        OFF(tag.raw, from.raw);
    }
    if (L4_IpcFailed(tag) || from.raw != to.raw)
        printf("bench: rotate failed, error %lu\n", L4_ErrorCode());
}

static void rotate_server(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (int i = 0; i < CLIENTS; i++)
        L4_Wait(&from);
    measure(rotate_loop);
    finished();
}

static void bench_rotate(void)
{
    L4_ThreadId_t server;
    L4_Word_t first = user_base + 1000;

    for (L4_Word_t i = 0; i < IDLE_THREADS; i++) {
        if (!L4_ThreadControl(L4_GlobalId(first + i, 1), main_id, main_id,
                              L4_nilthread, NO_UTCB))
            printf("bench: thread %lu missing\n", i);
    }
    now = (struct what){ "rotate", "rpc", "inter", 0, 2 };
    server = bench_thread(true, rotate_server, 0, PRIO_BENCH);
    partner_id = server;
    for (int i = 0; i < CLIENTS; i++)
        client_ids[i] = bench_thread(true, rotate_client, 0, PRIO_BENCH);
    run(server);
    for (int i = 0; i < CLIENTS; i++)
        thread_delete(client_ids[i]);
    thread_delete(server);
    for (L4_Word_t i = 0; i < IDLE_THREADS; i++)
        thread_delete(L4_GlobalId(first + i, 1));
}

/* ---- single calls ----------------------------------------------------------
 */

static NOINLINE void empty_loop(L4_Word_t iterations)
{
    for (; iterations; iterations--) {
        ON_PLAIN();
        OFF_PLAIN();
    }
}

static NOINLINE void null_loop(L4_Word_t iterations)
{
    L4_ThreadId_t nil = L4_nilthread, from = L4_nilthread;
    L4_MsgTag_t tag;

    for (; iterations; iterations--) {
        L4_Set_MsgTag(L4_Niltag);
        ON(nil.raw, from.raw);
        tag = L4_Ipc(nil, nil, NEVER, &from);
        OFF(tag.raw, from.raw);
    }
}

static void run_loop(L4_Word_t loop)
{
    measure((loop_fn *)loop);
    finished();
}

static void bench_single(const char *metric, loop_fn *loop)
{
    L4_ThreadId_t t;

    now = (struct what){ metric, "-", "-", 0, 1 };
    t = bench_thread(false, run_loop, (L4_Word_t)loop, PRIO_BENCH);
    run(t);
    thread_delete(t);
}

/* ---- two threads that switch to each other ----------------------------------
 */

static NOINLINE void switch_loop(L4_Word_t iterations)
{
    L4_ThreadId_t to = partner_id;

    for (; iterations; iterations--) {
        ON_PLAIN();
        L4_ThreadSwitch(to);
        OFF_PLAIN();
    }
}

static void switch_partner(L4_Word_t back)
{
    L4_ThreadId_t to = { .raw = back };

    for (;;) {
        ON_PLAIN();
        L4_ThreadSwitch(to);
        OFF_PLAIN();
    }
}

static void bench_switch(void)
{
    L4_ThreadId_t t, partner;
    unsigned slot = free_slot();

    now = (struct what){ "thread_switch", "-", "-", 0, 2 };
    t = L4_GlobalId(thread_no(slot), 1);
    threads[slot].id = t;
    partner = bench_thread(false, switch_partner, t.raw, PRIO_BENCH);
    threads[slot].id = L4_nilthread;
    partner_id = partner;
    t = bench_thread(false, run_loop, (L4_Word_t)switch_loop, PRIO_BENCH);
    run(t);
    thread_delete(t);
    thread_delete(partner);
}

/* ---- memory
 * ------------------------------------------------------------------ */

/* Answers faults of the image with the image's page, all others with one. */
static void fault_server(L4_Word_t arg)
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

/* Give the page back, touch it again. */
static NOINLINE void fault_loop(L4_Word_t iterations)
{
    for (; iterations; iterations--) {
        L4_Flush(page_at(FREE_WINDOW, L4_FullyAccessible));
        ON_PLAIN();
        (void)*(volatile L4_Word_t *)FREE_WINDOW;
        OFF_PLAIN();
    }
}

static void bench_page_fault(void)
{
    L4_ThreadId_t t, saved = pager_id;

    now = (struct what){ "page_fault", "-", "-", 0, 1 };
    pager_id = bench_thread(false, fault_server, 0, PRIO_BENCH);
    t = bench_thread(true, run_loop, (L4_Word_t)fault_loop, PRIO_BENCH);
    run(t);
    thread_delete(t);
    thread_delete(pager_id);
    pager_id = saved;
}

static void map_receiver(L4_Word_t arg)
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

/* Map a page into the partner's space, take it back. */
static NOINLINE void unmap_loop(L4_Word_t iterations)
{
    L4_Fpage_t page = page_at((L4_Word_t)data_page, L4_FullyAccessible);

    for (; iterations; iterations--) {
        load_map(page, 0);
        L4_Call(partner_id);
        ON_PLAIN();
        L4_UnmapFpage(page);
        OFF_PLAIN();
    }
}

static void bench_unmap(void)
{
    L4_ThreadId_t t;

    now = (struct what){ "unmap", "-", "-", 0, 1 };
    partner_id = bench_thread(true, map_receiver, 0, PRIO_BENCH);
    t = bench_thread(false, run_loop, (L4_Word_t)unmap_loop, PRIO_BENCH);
    run(t);
    thread_delete(t);
    thread_delete(partner_id);
}

/* ---- interrupts
 * ---------------------------------------------------------------- */

static volatile L4_Word_t handled;

static L4_ThreadId_t uart_irq_id(void)
{
    return L4_GlobalId(UART_IRQ, 1);
}

static void irq_handler(L4_Word_t arg)
{
    L4_ThreadId_t irq = uart_irq_id(), from = irq;
    L4_MsgTag_t tag = L4_Receive(irq);

    (void)arg;
    for (;;) {
        OFF(tag.raw, from.raw);
        uart_irq(false);
        handled++;
        L4_Set_MsgTag(L4_Niltag);
        tag = L4_Ipc(irq, irq, NEVER, &from);
    }
}

static NOINLINE void irq_loop(L4_Word_t iterations)
{
    for (; iterations; iterations--) {
        L4_Word_t seen = handled;

        ON_PLAIN();
        uart_irq(true);
        while (handled == seen)
            ;
    }
}

static void bench_interrupt(void)
{
    L4_ThreadId_t handler, t;

    now = (struct what){ "interrupt", "-", "-", 0, 1 };
    if (UART_DEVICE_PAGES)
        L4_Sigma0_GetPage(L4_nilthread, page_at(UART_BASE, L4_FullyAccessible));
    handler = bench_thread(false, irq_handler, 0, PRIO_BENCH + 1);
    uart_irq(false);
    if (!L4_AssociateInterrupt(uart_irq_id(), handler))
        printf("bench: no interrupt, error %lu\n", L4_ErrorCode());
    t = bench_thread(false, run_loop, (L4_Word_t)irq_loop, PRIO_BENCH);
    run(t);
    L4_DeassociateInterrupt(uart_irq_id());
    thread_delete(t);
    thread_delete(handler);
}

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

int main(void)
{
    static const unsigned words[] = { 0, 4, 8, 16, 32, 63 };

    support_init();
    read_command_line();
    no_slice(main_id);
    bench_single("empty", empty_loop);
    for (unsigned variant = 0; variant < 4; variant++) {
        for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            bench_ipc(variant & 1, !(variant & 2), words[i]);
    }
    bench_rotate();
    bench_single("null_call", null_loop);
    bench_page_fault();
    bench_interrupt();
    bench_unmap();
    bench_switch();
    printf("bench: done\n");
    return 0;
}
