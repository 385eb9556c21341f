/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one operation costs: a root task that runs each of them many times.
 */
#include "section.h"
#include "uart.h"

enum { CLIENTS = 8, IDLE_THREADS = 1000 };

static L4_ThreadId_t client_ids[CLIENTS];

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

/* ---- strings, and the bare copy of as many bytes ---------------------------
 */

enum { STRING_MOST = 64 << 10 };

static char string_from[STRING_MOST] __attribute__((aligned(PAGE_SIZE)));
static char string_to[STRING_MOST] __attribute__((aligned(PAGE_SIZE)));
static L4_Word_t string_bytes;

static void string_server(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag;

    (void)arg;
    for (L4_Word_t i = 0; i < STRING_MOST; i += PAGE_SIZE)
        string_to[i] = 0;
    L4_LoadBR(0, 1);
    L4_LoadBR(1, STRING_MOST << 10);
    L4_LoadBR(2, (L4_Word_t)string_to);
    tag = L4_Wait(&from);
    for (;;) {
        L4_ThreadId_t to = from;
        OFF(tag.raw, from.raw);
        L4_Set_MsgTag(L4_Niltag);
        tag = L4_Ipc(to, L4_anythread, REPLY, &from);
    }
}

static NOINLINE void string_loop(L4_Word_t iterations)
{
    L4_ThreadId_t to = partner_id, from;
    L4_MsgTag_t tag = L4_Niltag, sent = { .raw = 2 << 6 };

    for (L4_Word_t i = 0; i < STRING_MOST; i += PAGE_SIZE)
        string_from[i] = 1;
    for (; iterations; iterations--) {
        L4_LoadMR(1, string_bytes << 10);
        L4_LoadMR(2, (L4_Word_t)string_from);
        L4_Set_MsgTag(sent);
        ON(to.raw, sent.raw);
        tag = L4_Ipc(to, to, NEVER, &from);
    }
    if (L4_IpcFailed(tag) || string_to[0] != 1)
        printf("bench: string failed, error %lu\n", L4_ErrorCode());
}

static NOINLINE void copy_loop(L4_Word_t iterations)
{
    for (; iterations; iterations--) {
        ON_PLAIN();
        bench_copy(string_to, string_from, string_bytes);
        OFF_PLAIN();
    }
}

static void bench_string(L4_Word_t bytes, const char *string, const char *copy)
{
    L4_ThreadId_t t;

    string_bytes = bytes;
    if (bytes == STRING_MOST) /* or it is too long for one section */
        times = BENCH_ITERATIONS / 4;
    now = (struct what){ string, "-", "inter", 0, 1 };
    partner_id = bench_thread(true, string_server, 0, PRIO_BENCH + 1);
    t = bench_thread(true, run_loop, (L4_Word_t)string_loop, PRIO_BENCH);
    run(t);
    thread_delete(t);
    thread_delete(partner_id);
    bench_single(copy, copy_loop);
    times = BENCH_ITERATIONS;
}

/* ---- memory
 * ------------------------------------------------------------------ */

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

static void bench_words(const struct pattern *p, bool inter)
{
    static const unsigned words[] = { 0, 4, 8, 16, 32, 63 };

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        bench_ipc(p, inter, words[i]);
}

int main(void)
{
    sections_begin();
    bench_words(&rpc, true);
    bench_words(&call_call, true);
    bench_words(&rpc, false);
    bench_words(&call_call, false);
    bench_words(&send, true);
    bench_words(&send, false);
    bench_rotate();
    bench_single("null_call", null_loop);
    bench_page_fault();
    bench_interrupt();
    bench_unmap();
    bench_switch();
    bench_string(64, "string_64", "copy_64");
    bench_string(4096, "string_4096", "copy_4096");
    bench_string(STRING_MOST, "string_65536", "copy_65536");
    small = small_known();
    if (small) {
        small_init();
        bench_words(&rpc, true);
        bench_words(&call_call, true);
        bench_words(&send, true);
    }
    printf("bench: done\n");
    return 0;
}
