/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations that take long do what they should, and others run meanwhile: a
 * ticking thread of higher priority is never late. The marks are for
 * tools/plugin/pecan_latency.c.
 * memory: 256M
 */
#include <l4/arch.h>
#include <l4/misc.h>

#include "../bench/bench_arch.h"
#include "worker.h"
#include "tap.h"

#define BEGIN() __asm__ volatile(MARK_BEGIN : : : "memory")
#define END()   __asm__ volatile(MARK_END : : : "memory")

enum { THREADS = 4096, SPACES = 1000, STACK = 512, PAGES = 100000 };
enum { ITEMS = 31, STRING = (4 << 20) - 1, TICK = 2000, LATE = 200 };

static char small_stacks[THREADS][STACK] __attribute__((aligned(16)));
static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static volatile char own[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static volatile L4_Word_t refused, woken, period = TICK, ticks, latest, lost;
static volatile L4_Time_t alarm_at;
static L4_ThreadId_t victim, mapper;
static volatile L4_Word_t found;

/* ---- somebody more urgent ------------------------------------------------ */

/* Wakes up every so many microseconds, and notes by how much too late. It has
 * something of its own to do that only one can do at a time. */
static void tick(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        own[0]++;
        if (!L4_WasWritten(L4_GetStatus(page_at((L4_Word_t)own, 0))))
            lost++;
        L4_UnmapFpage(page_at((L4_Word_t)page, L4_NoAccess));
        L4_Word64_t due = L4_SystemClock().raw + period;
        L4_Sleep(usec(period));
        L4_Word_t late = (L4_Word_t)(L4_SystemClock().raw - due);
        if (late > latest)
            latest = late;
        ticks++;
    }
}

static void begin(const char *what)
{
    printf("# latency: %s\n", what);
    ticks = latest = 0;
    BEGIN();
}

/* The ticking thread was never late. */
static void end(const char *what)
{
    END();
    printf("# %lu ticks, at most %lu us late\n", ticks, latest);
    ok(latest < LATE, what);
}

/* ---- thousands of senders ------------------------------------------------ */

static L4_ThreadId_t id_of(unsigned i)
{
    return L4_GlobalId(thread_no(MAX_THREADS) + i, 1);
}

/* Sends to the victim for ever, then sleeps until the alarm. */
static void sender(void)
{
    L4_Set_MsgTag(L4_Niltag);
    if (L4_IpcFailed(L4_Send(victim)) && L4_ErrorCode() == 4)
        __atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
    L4_Receive_Timeout(L4_MyGlobalId(), alarm_at);
    __atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static bool create(unsigned i)
{
    L4_ThreadId_t t = id_of(i), space = id_of(i % SPACES);
    L4_Word_t old;

    return L4_ThreadControl(t, space, main_id, L4_nilthread, NO_UTCB) &&
           (i >= SPACES || L4_SpaceControl(t, 0, kip_area(), utcb_area(),
                                           L4_anythread, &old)) &&
           L4_ThreadControl(t, space, L4_nilthread, main_id,
                            (void *)utcb_start(1 + i / SPACES)) &&
           L4_ThreadControl(t, space, L4_nilthread, pager_id, NO_UTCB) &&
           L4_IpcSucceeded(send_start(t, (L4_Word_t)sender,
                                      (L4_Word_t)small_stacks[i] + STACK - 16 -
                                          sizeof(L4_Word_t)));
}

static void one_of_ours(L4_Word_t arg)
{
    (void)arg;
    L4_LoadMR(0, L4_Niltag.raw);
    L4_Lcall(victim);
}

/* Foreigners are queued at it; it is told when one of its own space is, too. */
static void popular(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Receive(main_id);
    L4_Ipc(L4_nilthread, L4_anylocalthread, L4_Timeouts(L4_Never, L4_Never),
           &from);
    found = from.raw;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* Its receive looks at each of 4,096 senders. */
static void search(void)
{
    L4_ThreadId_t ours = thread_here(one_of_ours, 0, PRIO_MID);

    settle();
    L4_Set_MsgTag(L4_Niltag);
    begin("finding the one of its space among 4,096 queued senders");
    L4_Send(victim);
    settle();
    end("looking through 4096 senders lets others run");
    is(L4_GlobalIdOf((L4_ThreadId_t){ .raw = found }).raw, ours.raw,
       "and finds the last of them");
    thread_delete(ours);
}

/* Is everybody in the victim's queue or through with it? */
static void wait_until(volatile L4_Word_t *count, L4_Word_t wanted)
{
    for (int i = 0; i < 1000 && *count < wanted; i++)
        L4_Sleep(usec(1000));
}

static void thousands(void)
{
    unsigned n = 0;

    victim = thread_here(popular, 0, PRIO_LOW);
    while (n < THREADS && create(n))
        n++;
    is(n, THREADS, "4096 threads");
    L4_Sleep(usec(500000));
    L4_Word64_t at = L4_SystemClock().raw + 4000000;
    alarm_at = L4_TimePoint((L4_Clock_t){ .raw = at });
    search();
    begin("deleting a thread with 4,096 queued senders");
    thread_delete(victim);
    end("deleting a thread that 4096 want to send to lets others run");
    wait_until(&refused, THREADS);
    is(refused, THREADS, "each of them is told that it is gone");
    is(woken, 0, "they sleep until one point in time");
    begin("4,096 timeouts at one instant");
    L4_Sleep(usec((L4_Word_t)(at - L4_SystemClock().raw) + 100000));
    wait_until(&woken, THREADS);
    END(); /* who sleeps longer has to wait for those before him */
    is(woken, THREADS, "all are woken");
    begin("deleting 4,096 threads and their 1,000 spaces");
    while (n-- > 0)
        L4_ThreadControl(id_of(n), L4_nilthread, L4_nilthread, L4_nilthread,
                         NO_UTCB);
    end("so does deleting 4096 threads and their 1000 spaces");
}

/* ---- a hundred thousand mappings ----------------------------------------- */

/* Takes whatever comes, wherever the sender wants it. */
static void take(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
    L4_Wait(&from);
    for (;;) {
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

/* `items` map items, each f to the next `step` bytes from base on. */
static bool map_items(L4_Fpage_t f, L4_Word_t base, L4_Word_t step, int items)
{
    for (int i = 0; i < items; i++) {
        L4_LoadMR(1 + 2 * i, (base + (L4_Word_t)i * step) | 8);
        L4_LoadMR(2 + 2 * i, f.raw);
    }
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)items << 7 });
    return L4_IpcSucceeded(L4_Call(mapper));
}

static bool map_many(void)
{
    L4_Fpage_t f = page_at((L4_Word_t)page, L4_FullyAccessible);

    for (L4_Word_t n = 0; n < PAGES; n += ITEMS) {
        if (!map_items(f, FREE_WINDOW + n * PAGE_SIZE, PAGE_SIZE, ITEMS))
            return false;
    }
    return true;
}

static void many_mappings(void)
{
    mapper = thread_in_new_space(take, 0, PRIO_MID);
    ok(map_many(), "100000 mappings of a page");
    begin("flush of a tree of 100,000");
    L4_UnmapFpage(page_at((L4_Word_t)page, L4_FullyAccessible));
    end("their flush lets others run");
    ok(map_many(), "all of them anew");
    begin("destroying a space with 100,000 mappings");
    thread_delete(mapper);
    end("so does the end of the space that has them");
}

/* ---- large pages and strings --------------------------------------------- */

/* The largest page that sigma0 has left; where the processor has small ones
 * only, many of them. */
static L4_Fpage_t largest_page(void)
{
    L4_Word_t sizes = L4_PageSizeMask(L4_GetKernelInterface());

    if (sizes >> 13 == 0)
        sizes |= 1 << 22;
    for (int bits = 30; bits > 12; bits--) {
        if (!(sizes >> bits & 1))
            continue;
        L4_Fpage_t f = L4_Sigma0_GetPage(L4_nilthread,
                                         L4_FpageLog2(~(L4_Word_t)0x3ff, bits));
        for (L4_Word_t at = 0; L4_IsNilFpage(f) && at < 16; at++)
            f = L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(at << bits, bits));
        if (!L4_IsNilFpage(f))
            return f;
    }
    return L4_Nilpage;
}

static void large_page(void)
{
    L4_Fpage_t f = L4_FpageAddRights(largest_page(), L4_FullyAccessible);
    L4_Word_t at = L4_Address(f);

    printf("# a page of 2^%lu bytes at %lx\n", L4_SizeLog2(f), at);
    mapper = thread_in_new_space(take, 0, PRIO_MID);
    map_items(f, at, 0, 1);
    begin("splitting the largest page");
    (void)L4_Flush(page_at(at, L4_FullyAccessible));
    end("dividing the largest page lets others run");
    begin("31 map items of 32 pages");
    map_items(L4_FpageAddRights(L4_FpageLog2(at + (128 << 10), 17),
                                L4_FullyAccessible),
              FREE_WINDOW, 128 << 10, ITEMS);
    end("so do 31 map items of 32 pages each");
    thread_delete(mapper);
    (void)L4_Flush(f);
}

/* It takes the place of small pages, whose tables are still there. */
static void large_over_small(void)
{
    L4_Fpage_t f = largest_page();
    int bits = (int)L4_SizeLog2(f);
    L4_Word_t bytes = (L4_Word_t)1 << bits, step = bytes / 256;
    L4_Word_t window = (FREE_WINDOW + bytes - 1) & ~(bytes - 1);

    (void)L4_Flush(L4_FpageAddRights(f, L4_FullyAccessible));
    for (L4_Word_t at = 0; at < bytes; at += step)
        L4_Sigma0_GetPage_RcvWindow(L4_nilthread,
                                    L4_FpageLog2(L4_Address(f) + at, 12),
                                    L4_FpageLog2(window + at, 12));
    f = L4_FpageLog2(L4_Address(f), bits);
    L4_Fpage_t to =
        L4_FpageAddRights(L4_FpageLog2(window, bits), L4_FullyAccessible);
    (void)L4_Flush(to);
    begin("a large page in place of empty tables");
    f = L4_Sigma0_GetPage_RcvWindow(L4_nilthread, f, to);
    end("so does giving back the tables of small ones that were there");
    ok(!L4_IsNilFpage(f), "for the sake of a large page");
    (void)L4_Flush(to);
}

/* ---- what one processor has: ports, code in sections ----------------------
 */

#if defined(__i386__)
enum { PORT_SPACES = 20, PORT_TESTS = 5 };

static bool map_ports(L4_ThreadId_t to)
{
    L4_LoadMR(1, 8);
    L4_LoadMR(2, L4_IoFpageLog2(0, 16).raw | L4_FullyAccessible);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
    return L4_IpcSucceeded(L4_Call(to));
}

static void unmap_ports(L4_Word_t port, int bits)
{
    L4_UnmapFpage((L4_Fpage_t){ .raw = L4_IoFpageLog2(port, bits).raw |
                                       L4_FullyAccessible });
}

static void of_the_port(void)
{
    L4_ThreadId_t t[PORT_SPACES];
    unsigned good = 0;

    for (unsigned i = 0; i < PORT_SPACES; i++)
        t[i] = thread_in_new_space(take, 0, PRIO_MID);
    begin("20 times all ports");
    for (unsigned i = 0; i < PORT_SPACES; i++)
        good += map_ports(t[i]);
    end("mapping all ports to 20 spaces lets others run");
    is(good, PORT_SPACES, "all of them");
    begin("256 ports from 20 spaces");
    unmap_ports(0x1000, 8);
    end("so does taking a block of them back");
    begin("128 ports from 20 spaces");
    unmap_ports(0x2000, 7);
    end("and half a block");
    begin("all ports from 20 spaces");
    unmap_ports(0, 16);
    end("and all");
    for (unsigned i = 0; i < PORT_SPACES; i++)
        thread_delete(t[i]);
}
#elif defined(__arm__)
enum { PORT_TESTS = 6, RETURN = 0xe12fff1e, CHANGES = 32, MOST = 10000 };

static volatile L4_Word_t stray, uses;

/* The pager of `use`: whatever it is told is wrong. */
static void stray_faults(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    for (;;) {
        L4_Wait(&from);
        stray++;
    }
}

/* Uses a word again and again; its page is there all the time. */
static void use(L4_Word_t at)
{
    for (;;) {
        ++*(volatile L4_Word_t *)at;
        uses++;
        L4_Sleep(usec(100));
    }
}

static void attributes(L4_Fpage_t f)
{
    L4_ThreadId_t pager = thread_here(stray_faults, 0, PRIO_HIGH);
    L4_ThreadId_t user = thread_here(use, L4_Address(f) + 4, PRIO_HIGH);
    L4_Word_t before = uses;
    unsigned good = 0, i;

    L4_Set_PagerOf(user, pager);
    begin("MemoryControl on a section");
    /* More often where it is short; ends with the default. */
    for (i = 0; i % 2 || i < CHANGES || (uses <= before + 2 && i < MOST); i++)
        good += (unsigned)L4_Set_PageAttribute(f, i % 2 ? L4_DefaultMemory
                                                        : L4_UncacheableMemory);
    end("changing a section's attribute lets others run");
    is(good, i, "it is changed");
    printf("# used %lu times\n", uses - before);
    ok(stray == 0 && uses > before + 2, "they use it meanwhile, and no pager");
    L4_Set_PageAttribute(f, L4_UncacheableMemory);
    mapper = thread_in_new_space(take, 0, PRIO_MID);
    begin("mapping a section with an attribute");
    map_items(f, L4_Address(f), 0, 1);
    end("a section with an attribute is mapped like any other");
    thread_delete(mapper);
    thread_delete(user);
    thread_delete(pager);
}

static void of_the_port(void)
{
    L4_Fpage_t f = L4_FpageAddRights(largest_page(), L4_FullyAccessible);
    volatile L4_Word_t *code = (volatile L4_Word_t *)L4_Address(f);

    code[0] = RETURN;
    begin("the first execution in a section");
    ((void (*)(void))(L4_Word_t)code)();
    end("making a section's code visible is short");
    is(code[0], RETURN, "and it is there");
    attributes(f);
    (void)L4_Flush(f);
}
#else
enum { PORT_TESTS = 0 };

static void of_the_port(void)
{
}
#endif

static struct {
    L4_ThreadId_t id;
    L4_Word_t buffer, length;
} receiver;

static void take_string(L4_Word_t arg)
{
    L4_StringItem_t s =
        L4_StringItem((int)receiver.length, (void *)receiver.buffer);

    (void)arg;
    L4_LoadBR(0, 1);
    L4_LoadBR(1, s.raw[0] & ~(L4_Word_t)1);
    L4_LoadBR(2, s.raw[1]);
    L4_ThreadId_t from;
    L4_Wait(&from);
}

static bool send_string(L4_Word_t at, L4_Word_t length)
{
    L4_StringItem_t s = L4_StringItem((int)length, (void *)at);

    L4_LoadMR(1, s.raw[0]);
    L4_LoadMR(2, s.raw[1]);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
    return L4_IpcSucceeded(L4_Send(receiver.id));
}

static volatile L4_Word_t pushed; /* why it failed */

static void push_string(L4_Word_t at)
{
    if (!send_string(at, STRING))
        pushed = ipc_error();
}

static void strings(void)
{
    L4_Fpage_t any = L4_FpageLog2(~(L4_Word_t)0x3ff, 22);
    L4_Fpage_t a = L4_Sigma0_GetPage(L4_nilthread, any);
    L4_Fpage_t b = L4_Sigma0_GetPage(L4_nilthread, any);

    ok(!L4_IsNilFpage(a) && !L4_IsNilFpage(b), "twice four megabytes");
    *(volatile char *)(L4_Address(a) + STRING - 1) = 42;
    receiver.buffer = L4_Address(b);
    receiver.length = STRING;
    receiver.id = thread_here(take_string, 0, PRIO_MID);
    period = TICK / 4; /* it takes some 1,600 */
    L4_Sleep(usec(TICK));
    begin("a string copy of 4 MiB");
    ok(send_string(L4_Address(a), STRING), "a string of that length");
    ok(ticks > 0, "... takes longer than until the next tick");
    end("lets others run");
    is(*(volatile unsigned char *)(L4_Address(b) + STRING - 1), 42,
       "and all of it arrives");
    thread_delete(receiver.id);

    receiver.buffer = FREE_WINDOW; /* nobody maps that */
    receiver.id = thread_here(take_string, 0, PRIO_MID);
    L4_ThreadId_t pusher = thread_here(push_string, L4_Address(a), PRIO_MID);
    settle();
    begin("ExchangeRegisters in a transfer");
    L4_AbortIpc_and_stop(receiver.id);
    end("ending a transfer from outside is short");
    settle();
    is(pushed, 7, "its sender gets error 7");
    thread_delete(pusher);
    thread_delete(receiver.id);
}

int main(void)
{
    plan(24 + PORT_TESTS);
    support_init();
    page[0] = 1;
    thread_here(tick, 0, PRIO_HIGH);
    L4_Set_Priority(main_id, PRIO_MID);
    thousands();
    many_mappings();
    large_page();
    large_over_small();
    of_the_port();
    strings();
    is(lost, 0, "what somebody more urgent asks for meanwhile is done");
    return tap_status();
}
