/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers: each thread has its own, whoever runs in between;
 * their memory is charged at the first use (docs/abi-riscv.md).
 */
#include "tap.h"
#include "worker.h"

enum { REGISTERS = 33, AREA_BYTES = 512, ROUNDS = 200, SPINNERS = 4 };
enum { CAUSE_ILLEGAL = 2 };

#define EACH_REGISTER(op) \
    op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10) op(11) \
        op(12) op(13) op(14) op(15) op(16) op(17) op(18) op(19) op(20) op(21) \
            op(22) op(23) op(24) op(25) op(26) op(27) op(28) op(29) op(30) \
                op(31)
#define LOAD(n)  "fld f" #n ", " #n "*8(%0)\n\t"
#define STORE(n) "fsd f" #n ", " #n "*8(%0)\n\t"

/* All registers from and to r; the last one is fcsr. */
static void load_registers(const L4_Word_t *r)
{
    __asm__ volatile(EACH_REGISTER(LOAD) "fscsr %1"
                     :
                     : "r"(r), "r"(r[REGISTERS - 1])
                     : "memory");
}

static void store_registers(L4_Word_t *r)
{
    __asm__ volatile(EACH_REGISTER(STORE) "frcsr %0\n\t"
                     : "=&r"(r[REGISTERS - 1])
                     : "0"(r)
                     : "memory");
}

static void choose(L4_Word_t *r, L4_Word_t seed)
{
    for (int i = 0; i < REGISTERS - 1; i++)
        r[i] = seed << 32 | (L4_Word_t)(i + 1);
    r[REGISTERS - 1] = seed & 0x1f; /* fflags */
}

/* How many registers differ. */
static L4_Word_t differing(const L4_Word_t *want)
{
    L4_Word_t now[REGISTERS], n = 0;

    store_registers(now);
    for (int i = 0; i < REGISTERS; i++)
        n += now[i] != want[i];
    return n;
}

static L4_Word_t kernel_memory(L4_ThreadId_t t)
{
    L4_Word_t used, limit;

    L4_KernelMemory(t, ~0ul, &used, &limit);
    return used;
}

/* ---- registers stay with their thread ------------------------------------ */

static volatile L4_Word_t wrong[MAX_THREADS], rounds[MAX_THREADS];
static L4_ThreadId_t partner;

/* Answers calls; has registers of its own. */
static void float_server(L4_Word_t seed)
{
    L4_Word_t mine[REGISTERS];
    L4_ThreadId_t from;

    choose(mine, seed);
    L4_Wait(&from);
    load_registers(mine);
    for (;;) {
        wrong[seed] += differing(mine);
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static void float_client(L4_Word_t seed)
{
    L4_Word_t mine[REGISTERS];

    choose(mine, seed);
    load_registers(mine);
    for (int i = 0; i < ROUNDS; i++) {
        L4_Set_MsgTag(L4_Niltag);
        L4_Call(partner);
        wrong[seed] += differing(mine);
        rounds[seed]++;
    }
}

static void test_ipc(bool far, const char *name)
{
    L4_ThreadId_t client;

    wrong[7] = wrong[8] = rounds[8] = 0;
    partner = far ? thread_in_new_space(float_server, 7, PRIO_MID)
                  : thread_here(float_server, 7, PRIO_MID);
    client = thread_here(float_client, 8, PRIO_MID);
    for (int i = 0; i < 50 && rounds[8] < ROUNDS; i++)
        settle();
    printf("# %s\n", name);
    is(rounds[8], ROUNDS, "two threads call each other");
    is(wrong[7] + wrong[8], 0, "each finds its own registers after each call");
    thread_delete(client);
    thread_delete(partner);
}

/* Preempted anywhere, as often as time allows. */
static void spinner(L4_Word_t seed)
{
    L4_Word_t mine[REGISTERS];

    choose(mine, seed);
    load_registers(mine);
    for (;;) {
        wrong[seed] += differing(mine);
        rounds[seed]++;
    }
}

static void test_preemption(void)
{
    L4_ThreadId_t t[SPINNERS];
    L4_Word_t fewest = ~0ul, bad = 0, old;

    for (L4_Word_t i = 0; i < SPINNERS; i++) {
        wrong[i] = rounds[i] = 0;
        t[i] = i & 1 ? thread_here(spinner, i, PRIO_LOW)
                     : thread_in_new_space(spinner, i, PRIO_LOW);
        L4_Schedule(t[i], (L4_Word_t)usec(200).raw << 16 | 0, ~0ul, ~0ul, ~0ul,
                    &old);
    }
    L4_Sleep(usec(20000));
    for (int i = 0; i < SPINNERS; i++) {
        thread_delete(t[i]);
        fewest = rounds[i] < fewest ? rounds[i] : fewest;
        bad += wrong[i];
    }
    ok(fewest > 0, "preempted threads share the processor");
    is(bad, 0, "and each keeps its registers");
}

/* ---- no register is another's -------------------------------------------- */

static L4_Word_t found[REGISTERS];

static void look(L4_Word_t arg)
{
    (void)arg;
    store_registers(found);
}

static void fill(L4_Word_t arg)
{
    L4_Word_t mine[REGISTERS];

    choose(mine, arg);
    load_registers(mine);
}

static L4_Word_t not_zero(void)
{
    L4_Word_t n = 0;

    for (int i = 0; i < REGISTERS; i++)
        n += found[i] != 0;
    return n;
}

static void test_clean(void)
{
    L4_ThreadId_t other = thread_here(fill, 9, PRIO_MID), t;

    settle();
    choose(found, 3);
    t = thread_here(look, 0, PRIO_MID);
    settle();
    is(not_zero(), 0, "a new thread finds all registers zero");
    thread_delete(t);
    thread_delete(other);
    other = thread_in_new_space(fill, 9, PRIO_MID);
    settle();
    thread_delete(other);
    choose(found, 3);
    t = thread_in_new_space(look, 0, PRIO_MID);
    settle();
    is(not_zero(), 0, "also where a thread with registers was deleted");
    thread_delete(t);
}

/* ---- which instructions, and what they cost ------------------------------ */

static volatile struct {
    L4_Word_t count, cause, instruction;
} raised;
static volatile bool give_memory;
static L4_ThreadId_t handler;

/* Lets the thread try again once there is memory, else go on behind it. */
static void handle(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);
    L4_Word_t mr[8], used, limit;

    (void)arg;
    for (;;) {
        L4_StoreMRs(0, 8, mr);
        raised.count++;
        raised.cause = mr[4];
        raised.instruction = mr[5];
        if (give_memory)
            L4_KernelMemory(from, ~0ul - 1, &used, &limit);
        else
            mr[1] += (mr[5] & 3) == 3 ? 4 : 2;
        tag.raw &= 0xffff;
        L4_LoadMRs(0, 8, mr);
        L4_Set_MsgTag(tag);
        tag = L4_ReplyWait(from, &from);
    }
}

static void first_use(L4_Word_t n)
{
    static double place;
    register double *p __asm__("a0") = &place;

    L4_Set_ExceptionHandler(handler);
    switch (n) {
#define USE(number, code) \
    case number: \
        __asm__ volatile(code : : "r"(p) : "memory", "t0"); \
        break;
        USE(0, "fld f1, 0(a0)")
        USE(1, ".option push\n\t.option norvc\n\tfld f8, 0(a0)\n\t.option pop")
        USE(2, "flw f1, 0(a0)")
        USE(3, ".option push\n\t.option norvc\n\tfsd f8, 0(a0)\n\t.option pop")
        USE(4, "fsw f1, 0(a0)")
        USE(5, ".half 0x2100") /* c.fld   fs0, 0(a0)  */
        USE(6, ".half 0xa100") /* c.fsd   fs0, 0(a0)  */
        USE(7, ".half 0x2402") /* c.fldsp fs0, 0(sp)  */
        USE(8, "addi sp, sp, -16\n\t.half 0xa022\n\taddi sp, sp, 16")
        USE(9, "fmadd.d f1, f2, f3, f4")
        USE(10, "fmsub.s f1, f2, f3, f4")
        USE(11, "fnmsub.d f1, f2, f3, f4")
        USE(12, "fnmadd.s f1, f2, f3, f4")
        USE(13, "fadd.d f1, f2, f3")
        USE(14, "fmv.x.d t0, f1")
        USE(15, "frcsr t0")
        USE(16, "fsflagsi 1")
        USE(17, "fsrmi 1")
        /* No floating point, or not that of this processor. */
        USE(18, ".word 0xc0001073") /* csrrw of a read-only register     */
        USE(19, ".word 0x02050007") /* vle8.v                            */
        USE(20, ".word 0x0c007057") /* vsetvli                           */
        USE(21, ".word 0x02050027") /* vse8.v                            */
        USE(22, "csrr t0, sstatus")
        USE(23, ".word 0x00000033 | 0x7f << 25")
        USE(24, ".word 0x00051087") /* flh: an extension that is not there */
    }
    rounds[0] = n + 1;
}
enum { FLOATS = 18, OTHERS = 24, ALL = 25 };

/* One instruction in a new thread. Result: what it cost. */
static L4_Word_t cost_of(L4_Word_t n)
{
    L4_Word_t before, after;
    L4_ThreadId_t t = thread_here(first_use, ALL, PRIO_MID);

    settle();
    before = kernel_memory(main_id);
    thread_delete(t);
    raised.count = rounds[0] = 0;
    t = thread_here(first_use, n, PRIO_MID);
    settle();
    after = kernel_memory(main_id);
    thread_delete(t);
    if (rounds[0] != n + 1)
        printf("# instruction %lu does not come back\n", n);
    return after - before;
}

static void test_instructions(void)
{
    L4_Word_t good = 0, refused = 0, before = kernel_memory(main_id);

    give_memory = false;
    for (L4_Word_t n = 0; n < FLOATS; n++) {
        L4_Word_t cost = cost_of(n);
        if (cost == AREA_BYTES && raised.count == 0 && rounds[0] == n + 1)
            good++;
        else
            printf("# instruction %lu: %lu bytes, %lu messages\n", n, cost,
                   raised.count);
    }
    is(good, FLOATS, "each kind of instruction takes 512 bytes, once");
    for (L4_Word_t n = FLOATS; n < OTHERS; n++) {
        L4_Word_t cost = cost_of(n);
        if (cost == 0 && raised.count == 1 && raised.cause == CAUSE_ILLEGAL)
            refused++;
        else
            printf("# instruction %lu: %lu bytes, %lu messages\n", n, cost,
                   raised.count);
    }
    is(refused, OTHERS - FLOATS,
       "others, of vectors too, are exceptions and take nothing");
    cost_of(OTHERS);
    is(raised.count, 1, "one that the processor has not is one exception");
    is(raised.instruction, 0x00051087, "with the instruction in it");
    is(kernel_memory(main_id), before, "deleted threads give all back");
}

/* ---- without memory ------------------------------------------------------ */

static void poor(L4_Word_t arg)
{
    L4_Word_t mine[REGISTERS];

    (void)arg;
    L4_Set_ExceptionHandler(handler);
    choose(mine, 12);
    for (L4_Word_t a = image_low; a < image_high; a += PAGE_SIZE)
        (void)*(volatile char *)a; /* no page fault takes memory later */
    L4_Receive(main_id);
    load_registers(mine);
    wrong[12] = differing(mine);
    rounds[12]++;
    L4_Receive(main_id);
    wrong[12] += differing(mine);
    rounds[12]++;
}

static void test_no_memory(void)
{
    L4_ThreadId_t t = thread_in_new_space(poor, 0, PRIO_MID);
    L4_Word_t used, limit;

    settle();
    raised.count = wrong[12] = rounds[12] = 0;
    give_memory = true;
    used = kernel_memory(t);
    L4_KernelMemory(t, used, &used, &limit);
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    settle();
    is(raised.count, 1, "a thread without memory for its registers");
    is(raised.cause, CAUSE_ILLEGAL, "raises an illegal instruction");
    is(rounds[12], 1, "and goes on when there is some");
    is(kernel_memory(t) - used, AREA_BYTES, "which its space is charged");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(t);
    settle();
    is(rounds[12] * 100 + wrong[12], 200, "its registers are its own");
    thread_delete(t);
}

/* ---- a thread that moves ------------------------------------------------- */

static void mover(L4_Word_t arg)
{
    L4_Word_t mine[REGISTERS];

    (void)arg;
    choose(mine, 13);
    load_registers(mine);
    wrong[13] = 0;
    rounds[13] = 1;
    while (rounds[13] == 1)
        ;
    wrong[13] = differing(mine);
    rounds[13] = 3;
}

static void test_move(void)
{
    L4_ThreadId_t t = thread_here(mover, 0, PRIO_LOW);
    L4_ThreadId_t other = thread_in_new_space(look, 0, PRIO_MID);
    L4_Word_t here = kernel_memory(main_id), there, moved;

    settle();
    here = kernel_memory(main_id);
    there = kernel_memory(other);
    moved = L4_ThreadControl(t, other, L4_nilthread, L4_nilthread, NO_UTCB);
    ok(moved && rounds[13] == 1, "a thread with registers moves");
    ok(here - kernel_memory(main_id) >= AREA_BYTES &&
           kernel_memory(other) - there >= AREA_BYTES,
       "what it costs moves with it");
    rounds[13] = 2;
    settle();
    is(rounds[13] * 100 + wrong[13], 300, "and so do its registers");
    thread_delete(t);
    thread_delete(other);
}

int main(void)
{
    plan(21);
    support_init();
    handler = thread_here(handle, 0, PRIO_HIGH);
    settle();
    test_ipc(false, "in one space");
    test_ipc(true, "in two spaces");
    test_preemption();
    test_clean();
    test_instructions();
    test_no_memory();
    test_move();
    return tap_status();
}
