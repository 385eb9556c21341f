/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What threads and spaces keep, lose and never get over their life: places of
 * UTCBs, moving, priorities, and ids that only look right. x2.md 2.3 to 2.5.
 */
#include "../bench/uart.h"
#include "accessor.h"
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { ERR_THREAD = 2, ERR_PARAM = 5, ERR_UTCB = 6 };
enum { MY_ID = -15, HANDLER = -11, PAGER = -12, WORD0 = -4 };

static L4_ThreadId_t near, far;
static struct job job;
static struct accessor a;
static volatile L4_Word_t counter, runs, seen;

static L4_ThreadId_t nil(void)
{
    return L4_nilthread;
}

static void count(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        counter++;
}

static void mark(L4_Word_t arg)
{
    runs = arg;
}

/* MR0 of UTCB k, in the user's own view. */
static volatile L4_Word_t *utcb_of(unsigned k)
{
    return (volatile L4_Word_t *)utcb_start(k) + 64;
}

/* ---- UTCBs --------------------------------------------------------------- */

static void test_utcb(void)
{
    L4_ThreadId_t t = fresh(0);
    L4_Word_t area = (L4_Word_t)1 << utcb_area_log2();

    is(thread_control(t, far, main_id, main_id, utcb_first + area), ERR_UTCB,
       "a UTCB behind its area: error 6");
    is(thread_control(t, far, main_id, main_id, utcb_first - utcb_bytes),
       ERR_UTCB, "one before it: error 6");
    is(thread_state(t), 1, "and there is no thread");
    /* The place is in a page that the space has already. */
    utcb_of(2)[HANDLER] = far.raw;
    utcb_of(2)[WORD0] = 99;
    utcb_of(2)[0] = 0x12345;
    is(thread_control(t, main_id, main_id, pager_id, utcb_start(2)), 0,
       "a thread where somebody wrote before");
    ok(utcb_of(2)[HANDLER] == 0 && utcb_of(2)[WORD0] == 0 && utcb_of(2)[0] == 0,
       "finds nothing in its UTCB");
    is(utcb_of(2)[MY_ID], t.raw, "but its id");
    is(utcb_of(2)[PAGER], pager_id.raw, "and its pager");
    thread_delete(t);
}

/* No hardware has pages that are written but not read. */
static void test_write_only(void)
{
    static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
        __attribute__((aligned(PAGE_SIZE)));

    page[0] = 5;
    map_to(&a, L4_FpageLog2(FREE_WINDOW, 12),
           page_at((L4_Word_t)page, L4_Writable), 0);
    ok(writes(&a, FREE_WINDOW, 6) && page[0] == 6,
       "a page mapped with w alone is written");
    L4_UnmapFpage(page_at((L4_Word_t)page, L4_FullyAccessible));
}

/* A large page that is only read, cut into pieces. */
static void test_large_read_only(void)
{
    L4_Word_t base =
        L4_Address(L4_Sigma0_GetAny(L4_nilthread, 22, L4_CompleteAddressSpace));
    L4_Fpage_t f = L4_FpageLog2(base, 22);
    L4_Word_t to = FREE_WINDOW + ((L4_Word_t)4 << 22);

    *(L4_Word_t *)(base + 8 * PAGE_SIZE) = 81;
    map_to(&a, L4_FpageLog2(to, 22), L4_FpageAddRights(f, L4_Readable), 0);
    ok(reads(&a, to + 8 * PAGE_SIZE, 81), "a large page to read");
    L4_UnmapFpage(page_at(base + 9 * PAGE_SIZE, L4_FullyAccessible));
    ok(reads(&a, to + 8 * PAGE_SIZE, 81), "is still there when a part is gone");
    ok(!writes(&a, to + 8 * PAGE_SIZE, 82), "and still not written");
    L4_UnmapFpage(L4_FpageAddRights(f, L4_FullyAccessible));
}

/* The accessor does not come back from its fault. */
static void test_utcb_window(void)
{
    L4_Word_t place = utcb_start(0) + 4 * PAGE_SIZE, address = 0;

    map_to(&a, L4_FpageLog2(place, 12),
           page_at((L4_Word_t)poison, L4_ReadWriteOnly), 0);
    post(&a, OP_READ, place, 0, 0);
    L4_MsgTag_t tag = L4_Receive(a.id);
    L4_StoreMR(1, &address);
    ok(protocol(tag) == LABEL_PAGE_FAULT && address == place,
       "no user page gets into the UTCB area");
    thread_delete(a.id);
}

/* Ids that somebody wrote into memory that only looks like a UTCB. */
static void test_forged(void)
{
    L4_ThreadId_t forged = raw_id((L4_Word_t)utcb_of(3)), from;
    struct regs r = { 0 };

    utcb_of(3)[MY_ID] = near.raw;
    is(exregs(forged, EX_DELIVER, &r).raw, 0,
       "a forged local id of a thread of the own space names nobody");
    L4_Set_MsgTag(L4_Niltag);
    is(tag_error(L4_Ipc(forged, nil(), TIME_ZERO << 16, &from)),
       E_NO_PARTNER << 1, "nor gets a message");
    utcb_of(3)[MY_ID] = far.raw;
    L4_Set_MsgTag(L4_Niltag);
    is(tag_error(L4_Ipc(forged, nil(), TIME_ZERO << 16, &from)),
       E_NO_PARTNER << 1, "one of another space does not, either");
    utcb_of(3)[MY_ID] = 0;
}

/* A call that could be a short one, to a local id that is forged to name w, who
 * waits for anyone. Is it refused? */
static bool refused(L4_ThreadId_t forged, L4_ThreadId_t w)
{
    static struct job wait;

    wait = (struct job){ .from = L4_anythread };
    job_start(w, &wait);
    job = (struct job){ .to = forged, .from = forged };
    job_start(near, &job);
    bool good = job.done && job_error(&job) == E_NO_PARTNER &&
                job_phase(&job) == 0 && !wait.done;
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(w, L4_ZeroTime);
    settle();
    return good;
}

static void test_forged_call(void)
{
    L4_ThreadId_t w = thread_here(worker, 0, PRIO_MID);
    L4_Word_t place = L4_ThreadNo(far) - thread_no(0);

    settle();
    utcb_of(3)[MY_ID] = w.raw;
    ok(refused(raw_id((L4_Word_t)utcb_of(3)), w),
       "a call to a forged local id reaches nobody");
    utcb_of(3)[MY_ID] = 0;
    /* Where the other thread's UTCB is in its own space. */
    utcb_of(place)[MY_ID] = far.raw;
    ok(refused(raw_id((L4_Word_t)utcb_of(place)), far),
       "nor does one to that of a thread of another space");
    utcb_of(place)[MY_ID] = 0;
    thread_delete(w);
}

static void test_numbers(void)
{
    L4_ThreadId_t sigma0 = L4_GlobalId(user_base, 1), high;

    is(thread_control(sigma0, nil(), nil(), nil(), ~0ul), ERR_THREAD,
       "sigma0 cannot be deleted: error 2");
    is(thread_control(sigma0, far, nil(), nil(), ~0ul), ERR_THREAD,
       "nor moved out of its space: error 2");
    is(thread_control(L4_GlobalId(UART_IRQ, 3), nil(), nil(), main_id, ~0ul),
       ERR_THREAD, "an interrupt with a wrong version: error 2");
    is(thread_state(L4_GlobalId(UART_IRQ, 1)), 0, "which is as it was");
    high = L4_GlobalId(((L4_Word_t)1 << 18) + user_base + 500, 1);
    /* A word of 32 bits has no room for such a number. */
    if (L4_ThreadNo(high) >> 18)
        is(thread_control(high, main_id, main_id, nil(), ~0ul), ERR_THREAD,
           "a thread number that is too large: error 2");
    else
        ok(true, "a thread number that is too large: not in a word");
    is(thread_state(fresh(0)), 1, "and no thread with its low bits");
}

/* ---- spaces -------------------------------------------------------------- */

static void peek(L4_Word_t address)
{
    seen = *(volatile L4_Word_t *)address;
}

/* SpaceControl twice: what counts is the second one. */
static void test_kip_again(void)
{
    L4_Word_t old = 99;
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);

    L4_ThreadControl(t, t, main_id, nil(), NO_UTCB);
    space_control(t, L4_FpageLog2(FREE_WINDOW, 12), utcb_area(), L4_anythread);
    is(space_control(t, kip_area(), utcb_area(), L4_anythread), 0,
       "a space gets other areas before it has active threads");
    L4_SpaceControl(t, 0x1234, L4_Nilpage, L4_Nilpage, L4_anythread, &old);
    is(old, 0, "an unknown control word is ignored, the old one is 0");
    seen = 4711;
    slot_start(k, t, t, peek, FREE_WINDOW, PRIO_MID);
    settle();
    is(seen, 4711, "the KIP is no more at its first place");
    thread_delete(t);
    k = free_slot();
    t = L4_GlobalId(thread_no(k), 1);
    L4_ThreadControl(t, t, main_id, nil(), NO_UTCB);
    space_control(t, kip_area(), utcb_area(), L4_anythread);
    slot_start(k, t, t, peek, kip_address, PRIO_MID);
    settle();
    is((L4_Word32_t)seen, (L4_Word32_t)L4_MAGIC, "but at its second");
    thread_delete(t);
}

/* ---- moving -------------------------------------------------------------- */

static void count_and_keep(L4_Word_t arg)
{
    __L4_TCR_Set_ThreadWord(0, arg);
    for (;;) {
        counter++;
        seen = __L4_TCR_ThreadWord(0);
    }
}

static bool counts(void)
{
    L4_Word_t before = counter;

    settle();
    return counter != before;
}

static void test_move(void)
{
    L4_ThreadId_t t = thread_here(count_and_keep, 31, PRIO_LOW), from;
    struct regs r = { 0 };

    ok(counts(), "a thread runs in our space");
    is(thread_control(t, far, nil(), nil(), ~0ul), 0, "it moves to another");
    is(exregs(t, EX_DELIVER, &r).raw, 0, "and is none of ours any more");
    seen = 0;
    ok(counts(), "it runs there");
    is(seen, 31, "with the words that were in its UTCB");
    is(thread_control(t, main_id, nil(), nil(), ~0ul), 0, "it comes back");
    ok(counts(), "and runs");
    ok(exregs(t, EX_DELIVER, &r).raw != 0, "as one of ours");
    thread_delete(t);
    t = thread_here(worker, 0, PRIO_MID);
    settle();
    job = (struct job){ .from = near };
    job_start(t, &job);
    is(thread_control(t, far, nil(), nil(), ~0ul), 0,
       "a thread moves while it waits");
    ok(job_wait(&job) && job_error(&job) == E_CANCELLED && job_phase(&job) == 1,
       "its wait is cancelled");
    job = (struct job){ .to = main_id };
    job_start(t, &job);
    is(thread_control(t, main_id, nil(), nil(), ~0ul), 0,
       "it moves while it sends");
    ok(job_wait(&job) && job_error(&job) == E_CANCELLED && job_phase(&job) == 0,
       "its send is cancelled");
    ok(L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)),
       "and it is in nobody's queue");
    thread_delete(t);
}

/* A space with its UTCB area elsewhere has no room for a thread of ours. */
static void test_move_misfit(void)
{
    L4_ThreadId_t other = fresh(1), t = thread_here(count, 0, PRIO_LOW);

    L4_ThreadControl(other, other, main_id, nil(), NO_UTCB);
    space_control(other, kip_area(),
                  L4_FpageLog2(FREE_WINDOW, (int)utcb_area_log2()),
                  L4_anythread);
    is(thread_control(t, other, nil(), nil(), ~0ul), ERR_UTCB,
       "a thread does not move where its UTCB is outside the area: error 6");
    ok(counts(), "and runs on where it is");
    thread_delete(t);
    thread_delete(other);
}

/* ---- priorities ---------------------------------------------------------- */

static void test_priority(void)
{
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);

    /* Made by a thread of priority 60: not of 100, like others. */
    L4_Set_Priority(main_id, 60);
    threads[k] = (struct thread){ mark, 7, t };
    runs = 0;
    L4_ThreadControl(t, main_id, main_id, main_id, (void *)utcb_start(k));
    L4_ThreadControl(t, main_id, nil(), pager_id, NO_UTCB);
    send_start(t, (L4_Word_t)thread_entry,
               (L4_Word_t)stacks[k] + STACK_BYTES - 16 - RETURN_ADDRESS);
    is(runs, 0, "a new thread is not more urgent than its maker");
    L4_Set_Priority(main_id, PRIO_HIGH);
    settle();
    is(runs, 7, "but runs");
    thread_delete(t);
}

static volatile L4_Word_t their_result[3], their_error[3];

static void schedule_other(L4_Word_t other)
{
    static const L4_Word_t prio[3] = { PRIO_MID + 1, PRIO_MID, 1 };
    L4_Word_t old;

    for (int i = 0; i < 3; i++) {
        their_result[i] =
            L4_Schedule(raw_id(other), ~0ul, ~0ul, prio[i], ~0ul, &old);
        their_error[i] = L4_ErrorCode();
    }
}

static void test_scheduler(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_LOW), s;
    L4_Word_t old;

    s = thread_in_new_space(schedule_other, t.raw, PRIO_MID);
    thread_control(t, main_id, s, nil(), ~0ul);
    settle();
    ok(their_result[0] == 0 && their_error[0] == ERR_PARAM,
       "no scheduler gives a priority above its own: error 5");
    ok(their_result[1] != 0 && their_result[2] != 0,
       "but its own, and lower ones");
    thread_control(t, main_id, main_id, nil(), ~0ul);
    thread_delete(s);
    /* 255 in a word with other bits: still "unchanged". */
    is(L4_Schedule(t, ~0ul, ~0ul, 0xff, ~0ul, &old), 6, "priority 255");
    job = (struct job){ .from = near, .timeouts = TIME_ZERO };
    job.done = false;
    L4_LoadMR(1, (L4_Word_t)&job);
    L4_Set_MsgTag(words_tag(1, 0));
    L4_Send_Timeout(t, L4_ZeroTime);
    ok(!job.done, "leaves the priority as it was");
    ok(job_wait(&job), "and the thread runs when we sleep");
    L4_Set_Priority(t, PRIO_LOW);
    /* Refused for its processor; its priority would have been lower. */
    L4_ThreadId_t c = thread_here(count, 0, PRIO_LOW - 10);
    is(L4_Schedule(t, ~0ul, 5, PRIO_LOW - 20, ~0ul, &old), 0,
       "a Schedule that is refused");
    job = (struct job){ .from = near, .timeouts = TIME_ZERO };
    job_start(t, &job);
    ok(job.done, "changes nothing of what else it asks for");
    thread_delete(c);
    thread_delete(t);
}

static void test_switch(void)
{
    L4_ThreadId_t t;
    L4_Word_t before;

    /* Of our own priority: a yield would run it. */
    t = thread_here(count, 0, PRIO_HIGH);
    before = counter;
    for (int i = 0; i < 20; i++)
        L4_ThreadSwitch(L4_Myself());
    is(counter, before, "ThreadSwitch to oneself is no yield");
    L4_Yield();
    ok(counter != before, "one to nobody is");
    thread_delete(t);
}

/* ---- ExchangeRegisters --------------------------------------------------- */

/* A flag that user code may set: carry or negative; riscv64 has none. */
static L4_Word_t user_flag(void)
{
#if defined(__i386__)
    return 1;
#elif defined(__arm__)
    return (L4_Word_t)1 << 31;
#else
    return 0;
#endif
}

static void test_registers(void)
{
    L4_ThreadId_t t = thread_here(count, 0, PRIO_LOW);
    struct regs r = { 0 };

    settle();
    exregs(t, EX_HALT | EX_HALT_VALID | EX_DELIVER, &r);
    L4_Word_t ip = r.ip, flags = r.flags;
    r.flags = flags ^ user_flag();
    exregs(t, EX_FLAGS | EX_DELIVER, &r);
    is(r.flags, flags, "the flags delivered are those before");
    exregs(t, EX_DELIVER, &r);
    is(r.flags, flags ^ user_flag(), "a flag is set");
    r.flags = flags;
    exregs(t, EX_FLAGS, &r);
    r.ip = (L4_Word_t)count;
    exregs(t, EX_IP | EX_DELIVER, &r);
    is(r.ip, ip, "the ip delivered is the one before");
    r.handle = 4711;
    exregs(t, EX_HANDLE, &r);
    r = (struct regs){ .handle = 1, .pager = far, .ip = 4, .sp = 4 };
    exregs(t, EX_DELIVER, &r);
    exregs(t, EX_DELIVER, &r);
    is(r.handle, 4711, "without its control bit a handle stays");
    is(r.pager.raw, pager_id.raw, "and a pager");
    is(r.ip & ~(L4_Word_t)3, (L4_Word_t)count & ~(L4_Word_t)3, "and an ip");
    ok(r.sp != 4, "and an sp");
    exregs(t, EX_HALT_VALID, &r);
    ok(counts(), "the thread runs on");
    thread_delete(t);
    t = thread_here(worker, 0, PRIO_MID);
    settle();
    job = (struct job){ .to = main_id };
    job_start(t, &job);
    is(exregs_control(t, EX_DELIVER), 4, "a queued sender is told as sending");
    is(exregs_control(t, EX_RECV), 4, "R does not end its send");
    ok(!job.done, "which goes on");
    is(exregs_control(t, EX_SEND), 4, "S does");
    ok(job_wait(&job) && job_error(&job) == E_CANCELLED && job_phase(&job) == 0,
       "with error 3 in the send phase");
    is(exregs_control(t, EX_SEND), 2, "S does not end a receive");
    is(thread_state(t), 6, "which goes on");
    thread_delete(t);
}

int main(void)
{
    plan(68);
    support_init();
    threads[2].id = threads[3].id = main_id; /* places kept free */
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    accessor_init(&a);
    settle();
    test_utcb();
    test_write_only();
    test_large_read_only();
    test_utcb_window();
    test_forged();
    test_forged_call();
    test_numbers();
    test_kip_again();
    test_move();
    test_move_misfit();
    test_priority();
    test_scheduler();
    test_switch();
    test_registers();
    return tap_status();
}
