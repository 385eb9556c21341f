/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O fpages and faults on ports, where the processor has ports: those of a
 * PC's first UART that nobody misses, its scratch register and the one below.
 * clauses: 4700
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

#if defined(L4_ARCH_IA32)
#include <l4/arch.h>

enum { PORTS_EXIST = true };
enum { SCRATCH = 0x3ff, MODEM = 0x3fe, FREE_PORT = 0x300 };
enum { COMPLETE = 0x4020 };
/* Tag of a fault: label -8 with r and w, two words. */
enum { LABEL_IO_FAULT = -8, WHOLE_TAG = (int)0xff860002 };

enum operation { IN, IN_16, OUT, MAP, GRANT, UNMAP, FLUSH };
extern char io_in[];
static volatile L4_Word_t result, kept;

/* Did a fault leave MR1 to MR63 as they were? */
static bool registers_kept(void)
{
    bool good = true;
    L4_Word_t w;

    for (int i = 1; i < 64; i++) {
        L4_StoreMR(i, &w);
        good &= w == 77000 + (L4_Word_t)i;
    }
    return good;
}

static void send_item(L4_Word_t header, L4_Word_t f, L4_Word_t to)
{
    L4_LoadMR(0, 2 << 6);
    L4_LoadMR(1, header);
    L4_LoadMR(2, f);
    result = !L4_IpcFailed(L4_Send(raw_id(to)));
}

/* A thread in a space of its own: does what main says, and answers with the
 * nil tag. Its pager is main, who so gets its faults instead. */
static void user(L4_Word_t arg)
{
    L4_Word_t op, port, value = 0;
    L4_ThreadId_t from;

    (void)arg;
    for (;;) {
        L4_LoadBR(0, 0);
        L4_MsgTag_t tag = L4_Wait(&from);
        if (L4_UntypedWords(tag) == 0)
            continue; /* ports that somebody sends */
        L4_StoreMR(1, &op);
        L4_StoreMR(2, &port);
        L4_StoreMR(3, &value);
        for (int i = 1; i < 64; i++)
            L4_LoadMR(i, 77000 + (L4_Word_t)i);
        switch (op) {
        case IN:
            __asm__ volatile("io_in: inb %w1, %b0" : "+a"(value) : "d"(port));
            result = value & 0xff;
            break;
        case IN_16:
            __asm__ volatile("inw %w1, %w0" : "+a"(value) : "d"(port));
            break;
        case OUT:
            __asm__ volatile("outb %b0, %w1" : : "a"(value), "d"(port));
            break;
        case MAP:
            send_item(8, port, value);
            break;
        case GRANT:
            send_item(0xa, port, value);
            break;
        case UNMAP:
            L4_UnmapFpage((L4_Fpage_t){ .raw = port });
            break;
        case FLUSH:
            L4_Flush((L4_Fpage_t){ .raw = port });
            break;
        }
        kept = registers_kept();
        L4_Set_MsgTag(L4_Niltag);
        L4_Send(main_id);
    }
}

/* ---- what main tells them ------------------------------------------------ */

static L4_MsgTag_t last;       /* of the message that came */
static L4_Word_t asked, at_ip; /* its words, if it is a fault */

/* Waits for t, giving it the pages of the image. Result: it is done. */
static bool finished(L4_ThreadId_t t)
{
    for (;;) {
        last = L4_Receive_Timeout(t, usec(50000));
        if (L4_IpcFailed(last))
            return false;
        L4_StoreMR(1, &asked);
        L4_StoreMR(2, &at_ip);
        if (protocol(last) != LABEL_PAGE_FAULT)
            return last.raw == 0;
        load_map(page_at(asked, L4_FullyAccessible), asked);
        L4_Send(t);
    }
}

static bool does(L4_ThreadId_t t, enum operation op, L4_Word_t port,
                 L4_Word_t value)
{
    L4_LoadMR(0, 3);
    L4_LoadMR(1, op);
    L4_LoadMR(2, port);
    L4_LoadMR(3, value);
    L4_Send(t);
    return finished(t);
}

/* Answers a fault; result: t is done. */
static bool answer(L4_ThreadId_t t, L4_Fpage_t f)
{
    load_map(f, 0);
    L4_Send(t);
    return finished(t);
}

static bool reads(L4_ThreadId_t t, L4_Word_t port, L4_Word_t want)
{
    return does(t, IN, port, 0) && result == want;
}

/* Has t this port? It gets it for a moment if not, and it is then nobody's. */
static bool has(L4_ThreadId_t t, L4_Word_t port)
{
    if (does(t, IN, port, 0))
        return true;
    answer(t, L4_IoFpageLog2(port, 0));
    does(t, FLUSH, L4_IoFpageLog2(port, 0).raw, 0);
    return false;
}

static void give(L4_ThreadId_t t, L4_Fpage_t f, L4_Word_t base)
{
    load_map(f, base);
    L4_Send(t);
}

static void write_scratch(L4_Word_t value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "d"(SCRATCH));
}

static L4_ThreadId_t new_user(void)
{
    L4_ThreadId_t t = thread_in_new_space(user, 0, PRIO_MID);

    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    while (L4_IpcSucceeded(L4_Receive_Timeout(t, usec(2000)))) {
        L4_StoreMR(1, &asked);
        load_map(page_at(asked, L4_FullyAccessible), asked);
        L4_Send(t);
    }
    return t;
}

/* ---- clauses ------------------------------------------------------------- */

static void test_fault(L4_ThreadId_t t)
{
    bool done = does(t, IN, SCRATCH, 0);

    CLAUSE(4700, "3 number -8; 3.3",
           "a port that the space does not have: label -8 to the pager",
           !done && protocol(last) == LABEL_IO_FAULT);
    CLAUSE_IS(4701, "3.3", "with r and w set, and two words", last.raw,
              (L4_Word_t)WHOLE_TAG);
    CLAUSE_IS(4702, "3.3; 1.5", "MR1 is the I/O fpage of the port", asked,
              L4_IoFpageLog2(SCRATCH, 0).raw);
    CLAUSE_IS(4703, "3.3", "MR2 is the ip of the instruction", at_ip,
              (L4_Word_t)io_in);
    CLAUSE(4704, "3.3", "an answer without the port: it faults again",
           !answer(t, L4_Nilpage) && last.raw == (L4_Word_t)WHOLE_TAG);
    write_scratch(0x5a);
    CLAUSE(4705, "3.3", "an answer with the port: the access is repeated",
           answer(t, L4_IoFpageLog2(SCRATCH, 0)) && result == 0x5a);
    CLAUSE(4706, "3; 1.8", "an I/O fault changes no message register",
           kept != 0);
    CLAUSE(4707, "1.5", "a port that the space has can be read",
           reads(t, SCRATCH, 0x5a));
    CLAUSE(4708, "1.5; 2.10.5", "and written: rights are always all",
           does(t, OUT, SCRATCH, 0xa5) && reads(t, SCRATCH, 0xa5));
    done = does(t, IN_16, MODEM, 0);
    CLAUSE(4709, "3.3", "two ports at once, of which one is missing: a fault",
           !done && protocol(last) == LABEL_IO_FAULT);
    CLAUSE_IS(4710, "3.3", "with the size of the access", asked,
              L4_IoFpageLog2(MODEM, 1).raw);
    answer(t, L4_IoFpageLog2(MODEM, 1));
}

static void test_map(L4_ThreadId_t a, L4_ThreadId_t b)
{
    L4_Fpage_t port = L4_IoFpageLog2(SCRATCH, 0);

    CLAUSE(4711, "1.5", "ports are a space's own: another has none of them",
           reads(a, SCRATCH, 0xa5) && !has(b, SCRATCH));
    does(a, FLUSH, COMPLETE, 0);
    CLAUSE(4712, "2.11", "a flush of all ports leaves none",
           !has(a, SCRATCH) && !has(a, MODEM));
    give(a, port, FREE_WINDOW);
    CLAUSE(4713, "1.10; 2.10.5",
           "a port needs no window, and its send base means nothing",
           reads(a, SCRATCH, 0xa5));
    CLAUSE(4714, "1.5", "its neighbours do not come with it", !has(a, MODEM));
    does(a, MAP, L4_IoFpageLog2(SCRATCH - 7, 3).raw, b.raw);
    CLAUSE(4715, "2.10.5", "who has a port can map it",
           result && reads(b, SCRATCH, 0xa5));
    CLAUSE(4716, "2.10.5", "and keeps it", has(a, SCRATCH));
    CLAUSE(4717, "2.10.5", "what the sender has not itself is not mapped",
           !has(b, MODEM));
    does(a, UNMAP, port.raw, 0);
    CLAUSE(4718, "2.11", "an unmap takes it from whom the caller gave it",
           !has(b, SCRATCH));
    CLAUSE(4719, "2.11", "but not from the caller", has(a, SCRATCH));
    does(a, GRANT, port.raw, b.raw);
    CLAUSE(4720, "2.10.5", "a grant gives the port", reads(b, SCRATCH, 0xa5));
    CLAUSE(4721, "2.10.5", "and takes it from who granted it",
           !has(a, SCRATCH));
    does(a, FLUSH, COMPLETE, 0);
    CLAUSE(4722, "2.10.5", "who has then no hold on it", has(b, SCRATCH));
    give(a, (L4_Fpage_t){ .raw = COMPLETE }, 0);
    CLAUSE(4723, "1.5", "raw 0x4020 is all ports",
           has(a, 0) && has(a, MODEM) && has(a, 0xffff));
    does(b, FLUSH, COMPLETE, 0);
    does(a, MAP, L4_IoFpageLog2(SCRATCH - 7, 3).raw, b.raw);
    L4_UnmapFpage(port);
    CLAUSE(4724, "2.11", "revoking a port reaches what came through others",
           !has(a, SCRATCH) && !has(b, SCRATCH));
    CLAUSE(4725, "2.11", "and no other port", has(a, MODEM) && has(b, MODEM));
}

/* What sigma0 answers to a request for these ports: word 2 of its map item. */
static L4_Word_t sigma0_gives(L4_Word_t f)
{
    L4_Word_t w;

    L4_LoadMR(0, 0xffa00002);
    L4_LoadMR(1, f);
    L4_LoadMR(2, 0);
    L4_Call(L4_Pager());
    L4_StoreMR(2, &w);
    return w;
}

static void test_sigma0(void)
{
    L4_Word_t f = L4_IoFpageLog2(FREE_PORT, 4).raw;

    L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
    CLAUSE_IS(4726, "3.6", "sigma0 hands out ports", sigma0_gives(f), f);
    CLAUSE_IS(4727, "3.6", "again to their owner", sigma0_gives(f), f);
    CLAUSE_IS(4728, "3.6", "but not at any place", sigma0_gives(0xffff0020), 0);
}

/* Whom the thread asks who has no pager any more. */
static void lonely(L4_Word_t arg)
{
    (void)arg;
    L4_Set_Pager(L4_nilthread);
    __asm__ volatile("inb %w0, %%al" : : "d"(SCRATCH) : "eax");
}

static void test_nobody(void)
{
    L4_ThreadId_t t = thread_in_new_space(lonely, 0, PRIO_MID);

    settle();
    CLAUSE_IS(4729, "3.3; 2.9 value 2",
              "without a pager a fault on a port halts its thread",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    thread_delete(t);
}

static void test_ports(void)
{
    L4_ThreadId_t a = new_user(), b = new_user();

    test_fault(a);
    test_map(a, b);
    test_sigma0();
    test_nobody();
}
#else
enum { PORTS_EXIST = false };

static void test_ports(void)
{
}
#endif

static bool announced(const char *name)
{
    const char *f;

    for (L4_Word_t n = 0;
         (f = L4_Feature(L4_GetKernelInterface(), n)) != NULL && *f; n++) {
        int i = 0;
        while (name[i] && f[i] == name[i])
            i++;
        if (f[i] == name[i])
            return true;
    }
    return false;
}

int main(void)
{
    support_init();
    CLAUSE_IS(4730, "1.5; 1.17",
              "ioflexpages is announced where the processor has I/O ports, "
              "and nowhere else",
              announced("ioflexpages"), PORTS_EXIST);
    test_ports();
    return CLAUSES_END();
}
