/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does with real spaces what the trace in the first module (trace.h) says, and
 * compares what user code can read and write then, and the status bits, with
 * the model's word. The root task is the model's sigma0; every other space has
 * one thread, which does what it is told.
 */
#include <l4/bootinfo.h>
#include <pecan.h>

#include "calls.h"
#include "tap.h"
#include "trace.h"

enum { SPACES = 8, PAGES = 1 << TRACE_BITS, REPORTED = 10, FIRST_FRAME = 1000 };
enum { FAULTED = ~0u, READABLE = L4_Readable, WRITABLE = L4_Writable };

/* The pages' addresses in all spaces: free, and aligned to all of them. */
#if defined(__riscv)
static const L4_Word_t place = 1ul << 36;
#else
static const L4_Word_t place = 0x30000000;
#endif

static L4_ThreadId_t agents[SPACES], catchers[SPACES];
static char agent_stacks[SPACES][STACK_BYTES] __attribute__((aligned(16)));
static struct trace_head *head;
static unsigned wrong_accesses, wrong_status, operations, accesses;

/* ---- the model's pages in the processor's addresses ---------------------- */

static L4_Word_t address_of(L4_Word_t page)
{
    L4_Word_t address = 0;

    for (int i = 0; i < TRACE_BITS; i++)
        address |= (page >> i & 1) << head->bits[i];
    return address;
}

/* The largest real size that is this one as far as the pages can tell. */
static int size_of(unsigned pages_log2)
{
    return pages_log2 < TRACE_BITS ? head->bits[pages_log2]
                                   : head->bits[TRACE_BITS - 1] + 1;
}

static L4_Fpage_t fpage_of(uint32_t f)
{
    int bits = size_of((f >> 4 & 63) - 12);
    L4_Word_t at = place + address_of(f >> 12);

    return L4_FpageAddRights(
        L4_FpageLog2(at & ~(((L4_Word_t)1 << bits) - 1), bits), f & 7);
}

/* ---- the agents ---------------------------------------------------------- */

enum order { ORDER_READ, ORDER_WRITE, ORDER_TAKE, ORDER_GIVE, ORDER_UNMAP };

static L4_Word_t obey(const L4_Word_t *mr)
{
    L4_ThreadId_t partner = { .raw = mr[3] };

    switch (mr[1]) {
    case ORDER_READ:
        return *(volatile L4_Word_t *)mr[2];
    case ORDER_WRITE:
        ((volatile L4_Word_t *)mr[2])[1] = 1;
        return 0;
    case ORDER_TAKE:
        L4_LoadBR(0, mr[2] & ~(L4_Word_t)0xf);
        return L4_IpcFailed(L4_Receive(partner));
    case ORDER_GIVE:
        L4_LoadMR(0, 2 << 6);
        L4_LoadMR(1, mr[4]);
        L4_LoadMR(2, mr[2]);
        return L4_IpcFailed(L4_Send(partner));
    default:
        return (mr[3] ? L4_Flush((L4_Fpage_t){ .raw = mr[2] })
                      : L4_UnmapFpage((L4_Fpage_t){ .raw = mr[2] }))
            .raw;
    }
}

static void agent_loop(L4_Word_t value)
{
    L4_Word_t mr[5];

    for (;;) {
        L4_LoadMR(1, value);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
        L4_Call(main_id);
        L4_StoreMRs(0, 5, mr);
        value = obey(mr);
    }
}

/* Where an agent goes on that could not get what it wanted. */
static void agent_faulted(void)
{
    agent_loop(FAULTED);
}

/* Once it has the image, its faults are catcher's. */
static void agent(L4_Word_t space)
{
    for (L4_Word_t at = image_low; at < image_high; at += PAGE_SIZE)
        (void)*(volatile char *)at;
    L4_Set_Pager(catchers[space]);
    agent_loop(0);
}

/* The pager of the agent in its space maps nothing. */
static void catcher(L4_Word_t space)
{
    L4_Word_t stack = (L4_Word_t)agent_stacks[space];
    L4_ThreadId_t from;

    for (;;) {
        struct regs r = { .ip = (L4_Word_t)agent_faulted,
                          .sp = stack + STACK_BYTES - 16 - RETURN_ADDRESS };
        L4_Wait(&from);
        exregs(from, EX_SP | EX_IP | EX_RECV, &r);
    }
}

static void order(L4_ThreadId_t t, enum order o, L4_Word_t x, L4_Word_t y,
                  L4_Word_t z)
{
    L4_LoadMR(1, o);
    L4_LoadMR(2, x);
    L4_LoadMR(3, y);
    L4_LoadMR(4, z);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 4 });
    L4_Send(t);
}

static L4_Word_t answer(L4_ThreadId_t t)
{
    L4_Word_t value = 0;

    L4_Receive(t);
    L4_StoreMR(1, &value);
    return value;
}

static L4_Word_t tell(L4_ThreadId_t t, enum order o, L4_Word_t x, L4_Word_t y)
{
    order(t, o, x, y, 0);
    return answer(t);
}

static void create(unsigned space)
{
    L4_ThreadId_t t = thread_in_new_space(agent, space, PRIO_LOW);

    catchers[space] = thread_in(t, catcher, space, PRIO_MID);
    agents[space] = t;
    answer(t);
}

static void destroy(unsigned space)
{
    thread_delete(agents[space]);
    thread_delete(catchers[space]);
}

/* ---- the trace ----------------------------------------------------------- */

static void complain(const struct trace_step *s, const char *what,
                     L4_Word_t got)
{
    if (wrong_accesses + wrong_status > REPORTED)
        return;
    printf("# operation %u: space %u, %s %lx: %lx, the model says %lx\n",
           operations, s->space, what, (L4_Word_t)s->f, got,
           (L4_Word_t)s->expect);
}

static void transfer(const struct trace_step *s)
{
    L4_ThreadId_t taker = agents[s->other];
    L4_Word_t item =
        address_of(s->base >> 12) | (s->op == TRACE_GRANT ? 0xa : 8);
    L4_Fpage_t f = fpage_of(s->f);

    order(taker, ORDER_TAKE, fpage_of(s->window).raw,
          s->space ? agents[s->space].raw : main_id.raw, 0);
    if (s->space) {
        order(agents[s->space], ORDER_GIVE, f.raw, taker.raw, item);
        answer(agents[s->space]);
    } else {
        load_map(f, 0);
        L4_LoadMR(1, item);
        L4_Send(taker);
    }
    if (answer(taker))
        complain(s, "a transfer fails of", 1);
}

static void unmap(const struct trace_step *s)
{
    L4_Fpage_t f = fpage_of(s->f);
    L4_Word_t flush = s->op == TRACE_FLUSH, mask = READABLE | WRITABLE;
    L4_Word_t got =
        mask & (s->space ? tell(agents[s->space], ORDER_UNMAP, f.raw, flush)
                         : L4_UnmapFpage(f).raw);
    L4_Word_t want = s->expect & mask;
    /* Some processors note with a write that the page was read. */
    L4_Word_t most = want | (want & WRITABLE ? READABLE : 0);

    if ((want & ~got) || (s->exact && s->space && (got & ~most))) {
        wrong_status++;
        complain(s, "status of", got);
    }
}

static void probe(const struct trace_step *s)
{
    L4_Word_t at = place + address_of(s->f);
    bool write = s->op == TRACE_WRITE;
    L4_Word_t got =
        tell(agents[s->space], write ? ORDER_WRITE : ORDER_READ, at, 0);
    L4_Word_t want = FAULTED;

    if (s->expect)
        want = write ? 0 : FIRST_FRAME + s->expect - 1;
    accesses++;
    if (got != want) {
        wrong_accesses++;
        complain(s, write ? "a write to" : "a read of", got);
    }
}

static void step(const struct trace_step *s)
{
    switch (s->op) {
    case TRACE_READ:
    case TRACE_WRITE:
        probe(s);
        return;
    case TRACE_MAP:
    case TRACE_GRANT:
        transfer(s);
        break;
    case TRACE_UNMAP:
    case TRACE_FLUSH:
        unmap(s);
        break;
    case TRACE_DESTROY:
        destroy(s->space);
        create(s->space);
    }
    operations++;
}

/* The trace, mapped; NULL: there is none. */
static struct trace_head *trace(void)
{
    void *info = pecan_boot_info();
    L4_BootRec_t *r = info && L4_BootInfo_Entries(info) > 1
                          ? L4_BootRec_Next(L4_BootInfo_FirstEntry(info))
                          : NULL;

    if (r == NULL || L4_BootRec_Type(r) != L4_BootInfo_Module)
        return NULL;
    struct trace_head *found = (struct trace_head *)L4_Module_Start(r);
    return pecan_map((L4_Word_t)found, L4_Module_Size(r)) &&
                   found->magic == TRACE_MAGIC
               ? found
               : NULL;
}

/* The root task's pages, in two of the largest pieces. */
static bool own_pages(void)
{
    int bits = head->bits[TRACE_BITS - 1];

    for (L4_Word_t i = 0; i < 2; i++) {
        L4_Fpage_t window = L4_FpageLog2(place + (i << bits), bits);
        if (L4_IsNilFpage(L4_Sigma0_GetAny(L4_nilthread, bits, window)))
            return false;
    }
    for (L4_Word_t p = 0; p < PAGES; p++)
        *(L4_Word_t *)(place + address_of(p)) = FIRST_FRAME + p;
    (void)L4_UnmapFpage(L4_FpageLog2(place, bits + 1));
    return true;
}

int main(void)
{
    plan(4);
    support_init();
    head = trace();
    if (!ok(head != NULL, "there is a trace") ||
        !ok(own_pages(), "there is memory for it"))
        return 1;
    L4_Set_Priority(main_id, PRIO_MID);
    for (unsigned i = 1; i < SPACES; i++)
        create(i);
    const struct trace_step *s = (const struct trace_step *)(head + 1);
    for (uint32_t i = 0; i < head->count; i++)
        step(&s[i]);
    printf("# %u operations, %u accesses\n", operations, accesses);
    is(wrong_accesses, 0, "what can be read and written is as in the model");
    is(wrong_status, 0, "what was read and written is told as in the model");
    return tap_status();
}
