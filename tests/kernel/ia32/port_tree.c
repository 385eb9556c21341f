/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many ports in many spaces: each instruction's fault, every size, and the tree
 * of their mappings (x2.md 1.5, 2.10.5, 2.11, 3.3).
 */
#include <l4/arch.h>

#include "tap.h"
#include "worker.h"

/* Harmless ports: nothing is behind 0xE000, 0x80 shows boot progress. */
enum { FREE = 0xE000, POST = 0x80, COMPLETE = 0x4020 };
enum { FAULT_TAG = 0xFF860002, ANSWER = 0x1230 };

enum op { IN8, IN16, IN32, OUT8, IN_IMM, INS16, OUTS8, GIVE, DROP, GET, CLI };

/* ---- a thread that uses ports when told ---------------------------------- */

static volatile L4_Word_t buffer[4];
extern char at_in8[];

static L4_Word_t __attribute__((noinline)) in8(L4_Word_t port)
{
    L4_Word_t v = 0;

    __asm__ volatile(".globl at_in8\nat_in8: inb %w1, %b0"
                     : "=a"(v)
                     : "d"(port));
    return v;
}

static L4_Word_t use(enum op op, L4_Word_t port, L4_Word_t arg, L4_Word_t more)
{
    L4_ThreadId_t to = { .raw = arg };
    L4_MsgTag_t tag;
    L4_Word_t v = 0;
    void *p = (void *)buffer;

    switch (op) {
    case IN8:
        return in8(port);
    case IN16:
        __asm__ volatile("inw %w1, %w0" : "=a"(v) : "d"(port));
        break;
    case IN32:
        __asm__ volatile("inl %w1, %0" : "=a"(v) : "d"(port));
        break;
    case OUT8:
        __asm__ volatile("outb %b0, %w1" : : "a"(0), "d"(port));
        break;
    case IN_IMM:
        __asm__ volatile("inb $0x80, %b0" : "=a"(v));
        break;
    case INS16:
        __asm__ volatile("rep insw" : "+D"(p) : "c"(2), "d"(port) : "memory");
        break;
    case OUTS8:
        __asm__ volatile("outsb" : "+S"(p) : "d"(port) : "memory");
        break;
    case GIVE:
        if (more)
            load_grant((L4_Fpage_t){ .raw = port }, 0);
        else
            load_map((L4_Fpage_t){ .raw = port }, 0);
        tag = L4_Send(to);
        return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
    case GET:
        if (more)
            (void)in8(port);
        tag = L4_Receive_Timeout(to, usec(20000));
        return more ? in8(more) : tag.raw;
    case DROP:
        return (arg ? L4_Flush((L4_Fpage_t){ .raw = port })
                    : L4_UnmapFpage((L4_Fpage_t){ .raw = port }))
            .raw;
    case CLI:
        __asm__ volatile("cli");
    }
    return v;
}

static void user(L4_Word_t arg)
{
    L4_Word_t mr[5], v;
    L4_MsgTag_t tag;

    (void)arg;
    L4_Set_ExceptionHandler(main_id);
    L4_Accept(L4_UntypedWordsAcceptor);
    for (;;) {
        L4_Receive(main_id);
        L4_Set_Pager(main_id); /* who now waits for what we do */
        L4_StoreMRs(1, 4, mr + 1);
        v = use((enum op)mr[1], mr[2], mr[3], mr[4]);
        tag.raw = (L4_Word_t)ANSWER << 16 | 1;
        L4_LoadMR(1, v);
        L4_Set_MsgTag(tag);
        L4_Send(main_id);
    }
}

static L4_ThreadId_t a, b;
/* Of the last tell(): I/O faults, and the first one's message. */
static L4_Word_t faults, fault[3], exceptions, vector;
/* What the pager maps then, the first time. */
static L4_Fpage_t remedy;

static void start_op(L4_ThreadId_t t, enum op op, L4_Word_t port, L4_Word_t arg,
                     L4_Word_t more)
{
    L4_MsgTag_t tag = { .raw = 4 };

    L4_LoadMR(1, op);
    L4_LoadMR(2, port);
    L4_LoadMR(3, arg);
    L4_LoadMR(4, more);
    L4_Set_MsgTag(tag);
    L4_Send(t);
}

/* Serve t's faults until it answers. A port fault that the remedy does not cure
 * ends the instruction: the thread is set behind it, which needs its length. */
static L4_Word_t finish_op(L4_ThreadId_t t)
{
    L4_Word_t mr[13], v;

    faults = exceptions = 0;
    for (;;) {
        L4_MsgTag_t tag = L4_Receive_Timeout(t, usec(50000));
        if (L4_IpcFailed(tag)) {
            printf("# no answer: %lx\n", L4_ErrorCode());
            return ~0ul;
        }
        L4_StoreMRs(0, 13, mr);
        if (mr[0] >> 16 == ANSWER) {
            v = mr[1];
            return v;
        }
        if (protocol(tag) == LABEL_PAGE_FAULT) {
            load_map(page_at(mr[1], L4_FullyAccessible), mr[1]);
        } else if (protocol(tag) == LABEL_EXCEPTION) {
            exceptions++;
            vector = mr[3];
            mr[1] += 1; /* each of them is one byte long */
            L4_LoadMRs(1, 12, mr + 1);
            tag.raw = 12;
            L4_Set_MsgTag(tag);
        } else {
            if (faults++ == 0) {
                for (int i = 0; i < 3; i++)
                    fault[i] = mr[i];
                load_map(remedy, 0);
            } else if (faults == 5) {
                return ~0ul; /* there is no cure */
            } else {
                load_map((L4_Fpage_t){ .raw = COMPLETE }, 0);
            }
        }
        L4_Send(t);
    }
}

static L4_Word_t tell(L4_ThreadId_t t, enum op op, L4_Word_t port)
{
    start_op(t, op, port, 0, 0);
    return finish_op(t);
}

static L4_ThreadId_t new_user(void)
{
    L4_ThreadId_t t = thread_in_new_space(user, 0, PRIO_MID);

    settle();
    start_op(t, GET, 0, main_id.raw, 0); /* touch its pages */
    finish_op(t);
    return t;
}

static L4_Fpage_t ports(L4_Word_t first, int bits)
{
    return L4_IoFpageLog2(first, bits);
}

/* May t use this port? If not, it may afterwards, until it drops it. */
static bool has(L4_ThreadId_t t, L4_Word_t port)
{
    L4_Word_t n;

    remedy = ports(port, 0);
    tell(t, IN8, port);
    n = faults;
    if (n > 0) {
        start_op(t, DROP, ports(port, 0).raw, 1, 0);
        finish_op(t);
    }
    return n == 0;
}

static L4_Word_t give(L4_ThreadId_t t, L4_Fpage_t f, bool grant)
{
    L4_MsgTag_t tag;

    start_op(t, GET, 0, main_id.raw, 0);
    if (grant)
        load_grant(f, 0);
    else
        load_map(f, 0);
    tag = L4_Send(t);
    finish_op(t);
    return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

static L4_Word_t pass_on(L4_ThreadId_t from, L4_ThreadId_t to, L4_Fpage_t f,
                         bool grant)
{
    L4_Word_t e;

    start_op(to, GET, 0, from.raw, 0);
    start_op(from, GIVE, f.raw, to.raw, grant);
    e = finish_op(from);
    finish_op(to);
    return e;
}

static void drop(L4_ThreadId_t t, L4_Fpage_t f, bool flush)
{
    start_op(t, DROP, f.raw, flush, 0);
    finish_op(t);
}

static void reset(void)
{
    L4_UnmapFpage((L4_Fpage_t){ .raw = COMPLETE });
}

/* ---- the tests ----------------------------------------------------------- */

static void test_faults(void)
{
    static const struct {
        enum op op;
        L4_Word_t port;
        int bits;
    } f[] = {
        { IN8, FREE + 3, 0 },   { IN16, FREE + 2, 1 }, { IN32, FREE + 4, 2 },
        { OUT8, FREE + 3, 0 },  { IN_IMM, POST, 0 },   { INS16, FREE, 1 },
        { OUTS8, FREE + 1, 0 }, { IN8, 0xFFFF, 0 },
    };
    bool good = true, ip = false;

    for (unsigned i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        reset();
        remedy = ports(f[i].port, f[i].bits);
        tell(a, f[i].op, f[i].port);
        good = good && faults == 1 && fault[0] == FAULT_TAG &&
               fault[1] == remedy.raw && exceptions == 0;
        ip = ip || (f[i].op == IN8 && fault[2] == (L4_Word_t)at_in8);
        if (!good)
            printf("# %u: %lu faults %lx %lx\n", i, faults, fault[0], fault[1]);
    }
    ok(good, "IN, OUT, INS, OUTS: one fault with port and size, then it works");
    ok(ip, "and with the instruction's address");
    reset();
    remedy = ports(FREE, 0);
    tell(a, IN16, FREE);
    ok(faults == 2 && fault[1] == ports(FREE, 1).raw,
       "one of two ports is not enough");
    reset();
    remedy = ports(FREE + 1, 0);
    tell(a, IN16, FREE + 1);
    ok(faults == 2 && fault[1] == ports(FREE, 2).raw,
       "misaligned, the fault names the smallest fpage around them");
    reset();
    remedy = (L4_Fpage_t){ .raw = COMPLETE };
    tell(a, IN32, 0xFFFE);
    ok(exceptions == 1 && vector == 13, "past the last port is an exception");
    tell(a, CLI, 0);
    ok(exceptions == 1 && vector == 13 && faults == 0,
       "CLI stays an exception with all ports");
    reset();
}

static void test_map(void)
{
    L4_Word_t granted;
    L4_ThreadId_t c;

    reset();
    give(a, ports(FREE + 2, 1), false);
    ok(has(a, FREE + 2) && has(a, FREE + 3), "two ports are mapped");
    ok(!has(a, FREE + 1) && !has(a, FREE + 4), "and not their neighbours");
    ok(!has(b, FREE + 2), "nor has another space any");
    pass_on(a, b, ports(FREE, 4), false);
    ok(has(b, FREE + 2) && has(b, FREE + 3) && !has(b, FREE),
       "passed on is what the sender has");
    pass_on(b, a, ports(FREE + 2, 1), false);
    ok(has(a, FREE + 2) && has(b, FREE + 2), "mapping it back changes nothing");
    drop(b, ports(FREE + 3, 0), true);
    ok(!has(b, FREE + 3) && has(a, FREE + 3) && has(b, FREE + 2),
       "flushing one port is exact");
    drop(a, ports(FREE + 2, 0), false);
    ok(has(a, FREE + 2) && !has(b, FREE + 2), "unmap keeps one's own");
    pass_on(a, b, ports(FREE + 2, 1), false);
    L4_UnmapFpage(ports(FREE + 2, 0));
    ok(!has(a, FREE + 2) && !has(b, FREE + 2) && has(b, FREE + 3),
       "revoking goes through all spaces");
    reset();
    give(a, ports(FREE, 2), false);
    granted = pass_on(a, b, ports(FREE, 1), true);
    ok(granted == 0 && has(b, FREE) && has(b, FREE + 1) && !has(a, FREE) &&
           !has(a, FREE + 1) && has(a, FREE + 2),
       "a grant moves ports");
    drop(a, ports(FREE, 4), true);
    ok(has(b, FREE), "the granter has no hold on them");
    L4_UnmapFpage(ports(FREE, 0));
    ok(!has(b, FREE) && has(b, FREE + 1), "who gave them to him has");
    reset();
    give(a, ports(FREE, 0), false);
    pass_on(a, b, ports(FREE, 0), false);
    c = new_user();
    pass_on(a, c, ports(FREE, 0), true);
    ok(has(b, FREE) && has(c, FREE) && !has(a, FREE),
       "what the granter had mapped stays");
    drop(c, ports(FREE, 0), false);
    ok(!has(b, FREE), "and is the new owner's to revoke");
    thread_delete(c);
    reset();
    give(a, ports(FREE, 0), false);
    pass_on(a, b, ports(FREE, 0), false);
    pass_on(a, b, ports(FREE, 0), true);
    L4_UnmapFpage(ports(FREE, 0));
    ok(!has(a, FREE) && !has(b, FREE),
       "a grant to one who has the port leaves it revocable");
    pass_on(a, b, ports(FREE, 4), false);
    ok(!has(b, FREE), "nobody maps what he has not");
    reset();
}

static void test_whole(void)
{
    bool good = true;

    give(a, (L4_Fpage_t){ .raw = COMPLETE }, false);
    ok(has(a, 0x80) && has(a, 0x7FFF) && has(a, 0x8000) && has(a, 0xFFFF),
       "all ports");
    pass_on(a, b, (L4_Fpage_t){ .raw = COMPLETE }, false);
    drop(a, ports(FREE + 7, 0), true);
    ok(!has(a, FREE + 7) && !has(b, FREE + 7), "one less of all");
    ok(has(b, FREE + 6) && has(b, FREE + 8) && has(b, 0xFFFF), "only one");
    pass_on(b, a, (L4_Fpage_t){ .raw = COMPLETE }, true);
    ok(has(a, 0x80) && has(b, 0x80), "a grant of what the other has is none");
    reset();
    for (int bits = 0; bits <= 16; bits++) {
        L4_Word_t n = 1ul << bits, first = 0xE000 & ~(n - 1);
        give(a, ports(first, bits), false);
        good = good && has(a, first) && has(a, first + n - 1) &&
               (bits == 16 || (!has(a, first - 1) && !has(a, first + n)));
        if (!good)
            printf("# size %d\n", bits);
        L4_UnmapFpage(ports(first, bits));
        good = good && !has(a, first) && !has(a, first + n - 1);
    }
    ok(good, "sizes of 1 to 65,536 ports");
    give(a, (L4_Fpage_t){ .raw = 17 << 10 | 0x20 }, false);
    ok(!has(a, 0x80), "larger ones name nothing");
}

static void test_message(void)
{
    static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
    L4_MsgTag_t tag = { .raw = 4 << 6 | 1 };
    L4_Word_t got;

    reset();
    page[0] = 1;
    start_op(a, GET, 0, main_id.raw, 0);
    L4_LoadMR(1, 7);
    L4_LoadMR(2, 8);
    L4_LoadMR(3, ports(FREE, 0).raw);
    L4_LoadMR(4, 8);
    L4_LoadMR(5, ports(FREE + 2, 0).raw);
    L4_Set_MsgTag(tag);
    tag = L4_Send(a);
    got = finish_op(a);
    ok(L4_IpcSucceeded(tag) && got == (4 << 6 | 1) && has(a, FREE) &&
           has(a, FREE + 2) && !has(a, FREE + 1),
       "two items in a message, to one who accepts no memory");
    is(give(a, page_at((L4_Word_t)page, 7), false), 8,
       "memory is refused to him");
    reset();
}

/* Ports that c receives while its own page tables are in force, after the
 * processor has seen that there were none. */
static void test_own_tables(void)
{
    L4_ThreadId_t c = new_user(), w = thread_here(worker, 0, PRIO_MID);
    static struct job job;

    settle();
    remedy = ports(0x7FFF, 0); /* the bit of the next port is read with it */
    tell(c, IN8, 0x7FFF);
    job = (struct job){ .to = c, .mr = { 2 << 6, 8, ports(FREE, 0).raw } };
    job_start(w, &job);
    start_op(c, GET, 0x7FFF, w.raw, FREE);
    finish_op(c);
    ok(job_wait(&job) && job_error(&job) == 0 && faults == 0,
       "a port that was waiting to be received can be used at once");
    thread_delete(w);
    thread_delete(c);
    reset();
}

static L4_Word_t memory_of(L4_ThreadId_t t, L4_Word_t limit)
{
    L4_Word_t used, old;

    L4_KernelMemory(t, limit, &used, &old);
    return used;
}

static void test_memory(void)
{
    L4_Word_t used = memory_of(b, ~0ul), e;

    memory_of(b, used);
    e = give(b, ports(0x1000, 0), false);
    is(e, 8, "no memory for ports: message overflow");
    memory_of(b, ~0ul - 1);
    ok(!has(b, 0x1000), "and no port");
    give(a, (L4_Fpage_t){ .raw = COMPLETE }, false);
    pass_on(a, b, (L4_Fpage_t){ .raw = COMPLETE }, false);
    memory_of(b, memory_of(b, ~0ul));
    L4_UnmapFpage(ports(FREE, 0));
    memory_of(b, ~0ul - 1);
    ok(!has(b, FREE) && !has(b, FREE + 1) && has(b, FREE + 256) &&
           has(a, FREE + 1),
       "no memory to tell ports apart: 256 are gone, no more");
    thread_delete(b);
    b = new_user();
    ok(!has(b, FREE), "a new space in an old one's place has no ports");
    pass_on(a, b, ports(0, 12), false);
    thread_delete(a);
    ok(!has(b, POST), "with a space die the rights it gave");
}

int main(void)
{
    plan(35);
    support_init();
    a = new_user();
    b = new_user();
    test_faults();
    test_map();
    test_whole();
    test_message();
    test_own_tables();
    test_memory();
    return tap_status();
}
