/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O fpages: x2.md 1.5, 2.10.5, 2.11, 3.3, 3.6. The ports are those of the
 * UART that nobody misses: its scratch register, and the one below it.
 */
#include "tap.h"
#include "worker.h"

#include <l4/arch.h>

enum { SCRATCH = UART_BASE + 7, MODEM = UART_BASE + 6, SPEAKER = 0x61 };
enum { LABEL_IO_FAULT = -8, ERROR_OVERFLOW = 4, PROTECTION = 13 };
enum operation {
    IN,
    OUT,
    IN_16,
    IN_STRING,
    IN_FIXED,
    OPEN,
    MAP,
    GRANT,
    FLUSH,
    CLI
};

/* What a worker is told: MR1 operation, MR2 port or fpage, MR3 value or
 * partner. It answers with one word. */
static void io_worker(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);
    L4_Word_t op, port, value;

    (void)arg;
    for (;;) {
        if (L4_UntypedWords(tag) == 0) { /* ports that somebody sends */
            tag = L4_Wait(&from);
            continue;
        }
        L4_StoreMR(1, &op);
        L4_StoreMR(2, &port);
        L4_StoreMR(3, &value);
        switch (op) {
        case IN:
            __asm__ volatile("in %%dx, %%al" : "+a"(value) : "d"(port));
            value &= 0xff;
            break;
        case IN_16:
            __asm__ volatile("in %%dx, %%ax" : "+a"(value) : "d"(port));
            break;
        case IN_FIXED:
            __asm__ volatile("in $0x61, %%al" : "+a"(value));
            break;
        case IN_STRING: {
            char byte = 0, *to = &byte;
            __asm__ volatile("insb" : "+D"(to) : "d"(port) : "memory");
            value = (unsigned char)byte;
            break;
        }
        case OUT:
            __asm__ volatile("out %%al, %%dx" : : "a"(value), "d"(port));
            break;
        case OPEN: /* a receive window for port items is not needed */
            L4_Accept(L4_UntypedWordsAcceptor);
            break;
        case MAP:
        case GRANT:
            L4_LoadMR(0, 2 << 6);
            L4_LoadMR(1, op == GRANT ? 0xa : 8);
            L4_LoadMR(2, port);
            tag = L4_Send((L4_ThreadId_t){ .raw = value });
            value = L4_IpcSucceeded(tag);
            break;
        case FLUSH:
            L4_Flush((L4_Fpage_t){ .raw = port });
            break;
        case CLI:
            __asm__ volatile("cli");
            break;
        }
        L4_LoadMR(0, 1);
        L4_LoadMR(1, value);
        tag = L4_ReplyWait(from, &from);
    }
}

static L4_Word_t result, fault_port;

/* Let t go on; its image's pages are given to it on the way. */
static int next(L4_ThreadId_t t, L4_MsgTag_t tag)
{
    for (;;) {
        L4_StoreMR(1, &result);
        if (protocol(tag) != -2)
            break;
        load_map(page_at(result, L4_FullyAccessible), result);
        tag = L4_Call(t);
    }
    fault_port = result;
    return protocol(tag) == LABEL_IO_FAULT && (tag.raw >> 16 & 0xf) == 6
               ? LABEL_IO_FAULT
               : (int)L4_IpcFailed(tag);
}

static int does(L4_ThreadId_t t, enum operation op, L4_Word_t port,
                L4_Word_t value)
{
    L4_LoadMR(0, 3);
    L4_LoadMR(1, op);
    L4_LoadMR(2, port);
    L4_LoadMR(3, value);
    return next(t, L4_Call(t));
}

static int answer(L4_ThreadId_t t, L4_Fpage_t f)
{
    load_map(f, 0);
    return next(t, L4_Call(t));
}

static bool reads(L4_ThreadId_t t, L4_Word_t port, L4_Word_t want)
{
    return does(t, IN, port, 0) == 0 && result == want;
}

/* Faults; that is its end. */
static bool refused(L4_ThreadId_t t, L4_Word_t port)
{
    bool faults = does(t, IN, port, 0) == LABEL_IO_FAULT &&
                  fault_port == L4_IoFpageLog2(port, 0).raw;

    thread_delete(t);
    return faults;
}

/* Give t the pages it asks for until it asks no more. */
static void attend(L4_ThreadId_t t)
{
    while (L4_IpcSucceeded(L4_Receive_Timeout(t, usec(2000)))) {
        L4_StoreMR(1, &result);
        load_map(page_at(result, L4_FullyAccessible), result);
        L4_Send(t);
    }
}

static L4_ThreadId_t new_worker(void)
{
    L4_ThreadId_t t = thread_in_new_space(io_worker, 0, PRIO_MID);

    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    attend(t);
    return t;
}

static void write_scratch(L4_Word_t value)
{
    __asm__ volatile("out %%al, %%dx" : : "a"(value), "d"(SCRATCH));
}

static void give(L4_ThreadId_t t, L4_Fpage_t f)
{
    load_map(f, 0);
    L4_Send(t);
    attend(t);
}

static void test_fault(L4_ThreadId_t t)
{
    is((L4_Word_t)does(t, IN, SCRATCH, 0), (L4_Word_t)LABEL_IO_FAULT,
       "a port that is not held: an I/O fault to the pager");
    is(fault_port, L4_IoFpageLog2(SCRATCH, 0).raw, "with the port");
    L4_Word_t ip;
    L4_StoreMR(2, &ip);
    ok(ip >= image_low && ip < image_high, "and the ip");
    is((L4_Word_t)answer(t, L4_Nilpage), (L4_Word_t)LABEL_IO_FAULT,
       "an answer without ports: it faults again");
    write_scratch(0x5a);
    is((L4_Word_t)answer(t, L4_IoFpageLog2(SCRATCH, 0)), 0,
       "an answer with the port: it goes on");
    is(result, 0x5a, "and reads it");
    ok(reads(t, SCRATCH, 0x5a), "again without a fault");
    ok(does(t, OUT, SCRATCH, 0xa5) == 0 && reads(t, SCRATCH, 0xa5),
       "and writes it");
    ok(does(t, IN_STRING, SCRATCH, 0) == 0 && result == 0xa5, "by ins, too");
    is((L4_Word_t)does(t, IN_16, MODEM, 0), (L4_Word_t)LABEL_IO_FAULT,
       "of two ports one is missing: a fault");
    is(fault_port, L4_IoFpageLog2(MODEM, 1).raw, "for both");
    is((L4_Word_t)answer(t, L4_IoFpageLog2(MODEM, 0)), 0, "both are held now");
    is((L4_Word_t)does(t, IN_FIXED, 0, 0), (L4_Word_t)LABEL_IO_FAULT,
       "a port in the instruction");
    is(fault_port, L4_IoFpageLog2(SPEAKER, 0).raw, "is told, too");
    answer(t, L4_IoFpageLog2(0x60, 4));
}

static void test_others(L4_ThreadId_t t)
{
    L4_ThreadId_t other = new_worker();

    ok(reads(t, SCRATCH, 0xa5), "one space holds the port");
    ok(refused(other, SCRATCH), "another, running next, does not");
    ok(reads(t, SCRATCH, 0xa5), "which changes nothing for the first");
}

static void test_tree(void)
{
    L4_Fpage_t port = L4_IoFpageLog2(SCRATCH, 0);
    L4_Fpage_t speaker = L4_IoFpageLog2(SPEAKER, 0);
    L4_ThreadId_t a = new_worker(), b = new_worker(), c = new_worker();

    give(a, L4_IoFpageLog2(SCRATCH - 7, 3));
    ok(reads(a, SCRATCH, 0xa5), "eight ports at once");
    does(a, MAP, port.raw, b.raw);
    ok(reads(b, SCRATCH, 0xa5), "who holds a port can map it on");
    ok(reads(a, SCRATCH, 0xa5), "and keeps it");
    does(a, MAP, speaker.raw, b.raw);
    is((L4_Word_t)does(b, IN, SPEAKER, 0), (L4_Word_t)LABEL_IO_FAULT,
       "but nothing that it has not itself");
    answer(b, speaker);
    does(b, GRANT, port.raw, c.raw);
    ok(reads(c, SCRATCH, 0xa5), "or grant it");
    ok(refused(b, SCRATCH), "and loses it");
    does(a, FLUSH, L4_IoFpageLog2(SCRATCH - 7, 2).raw, 0);
    ok(reads(c, SCRATCH, 0xa5), "a flush of other ports takes nothing");
    is((L4_Word_t)does(a, IN, SCRATCH - 6, 0), (L4_Word_t)LABEL_IO_FAULT,
       "but those from their owner, too");
    answer(a, L4_IoFpageLog2(SCRATCH - 6, 0));
    L4_UnmapFpage(port);
    ok(refused(c, SCRATCH), "an unmap reaches what came through others");
    ok(reads(a, MODEM, 0) || result != 0, "and only the ports it names");
    is((L4_Word_t)does(a, IN_16, MODEM, 0), (L4_Word_t)LABEL_IO_FAULT,
       "everywhere: of two ports the second is missing");
    thread_delete(a);
}

static L4_Word_t used(L4_ThreadId_t t)
{
    L4_Word_t bytes = 0, limit;

    L4_KernelMemory(t, ~0ul, &bytes, &limit);
    return bytes;
}

static void test_memory(void)
{
    L4_ThreadId_t a = new_worker();
    L4_Word_t before, ignored;

    does(a, OPEN, 0, 0);
    before = used(a);
    L4_KernelMemory(a, before, &ignored, &ignored);
    load_map(L4_IoFpageLog2(SCRATCH, 0), 0);
    L4_MsgTag_t tag = L4_Send(a);
    ok(L4_IpcFailed(tag) && ipc_error() == ERROR_OVERFLOW,
       "without kernel memory the transfer overflows");
    is(used(a), before, "and costs nothing");
    L4_KernelMemory(a, ~0ul - 1, &ignored, &ignored);
    attend(a);
    give(a, L4_IoFpageLog2(0, 16));
    ok(used(a) > before && reads(a, SCRATCH, 0xa5),
       "all ports, charged to who receives them");
    thread_delete(a);
}

static void test_sigma0(void)
{
    L4_ThreadId_t sigma0 = L4_GlobalId(user_base, 1);

    L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
    L4_LoadMR(0, 0xffa00002);
    L4_LoadMR(1, L4_IoFpageLog2(0x300, 4).raw);
    L4_LoadMR(2, 0);
    L4_Call(sigma0);
    L4_Word_t w;
    L4_StoreMR(2, &w);
    is(w, L4_IoFpageLog2(0x300, 4).raw, "sigma0 hands out ports");
    L4_LoadMR(0, 0xffa00002);
    L4_LoadMR(1, 0xffff0020);
    L4_Call(sigma0);
    L4_StoreMR(2, &w);
    is(w, 0, "but not any");
    /* A client of its own. */
    L4_ThreadId_t t = new_worker();
    does(t, IN, SCRATCH, 0);
    answer(t, L4_IoFpageLog2(SCRATCH, 0));
    L4_ThreadControl(t, t, L4_nilthread, sigma0, NO_UTCB);
    ok(does(t, IN, 0x310, 0) == 0, "nor only on request: its clients' faults");
    thread_delete(t);
}

static void test_cli(void)
{
    L4_ThreadId_t t = new_worker();

    give(t, L4_IoFpageLog2(0, 16));
    L4_LoadMR(0, 3);
    L4_LoadMR(1, CLI);
    L4_Send(t);
    attend(t);
    is(thread_state(t), 2, "no ports make cli legal: halted");
    thread_delete(t);
}

int main(void)
{
    plan(35);
    support_init();
    L4_ThreadId_t t = new_worker();
    test_fault(t);
    test_others(t);
    test_tree();
    test_memory();
    test_sigma0();
    test_cli();
    return tap_status();
}
