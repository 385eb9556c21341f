/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which instructions use the floating-point unit: their first use is charged,
 * and no other's (docs/abi-riscv.md). The registers: tests/kernel/fpu.c.
 */
#include "tap.h"
#include "worker.h"

enum { AREA_BYTES = 512, CAUSE_ILLEGAL = 2 };

static L4_Word_t kernel_memory(L4_ThreadId_t t)
{
    L4_Word_t used, limit;

    L4_KernelMemory(t, ~0ul, &used, &limit);
    return used;
}

/* ---- which instructions, and what they cost ------------------------------ */

static volatile struct {
    L4_Word_t count, cause, instruction;
} raised;
static volatile L4_Word_t done;
static L4_ThreadId_t handler;

/* Lets the thread go on behind the instruction. */
static void handle(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);
    L4_Word_t mr[8];

    (void)arg;
    for (;;) {
        L4_StoreMRs(0, 8, mr);
        raised.count++;
        raised.cause = mr[4];
        raised.instruction = mr[5];
        mr[1] += (mr[5] & 3) == 3 ? 4 : 2;
        L4_LoadMRs(0, 8, mr);
        tag.raw &= 0xffff;
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
    done = n + 1;
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
    raised.count = done = 0;
    t = thread_here(first_use, n, PRIO_MID);
    settle();
    after = kernel_memory(main_id);
    thread_delete(t);
    if (done != n + 1)
        printf("# instruction %lu does not come back\n", n);
    return after - before;
}

static void test_instructions(void)
{
    L4_Word_t good = 0, refused = 0, before = kernel_memory(main_id);

    for (L4_Word_t n = 0; n < FLOATS; n++) {
        L4_Word_t cost = cost_of(n);
        if (cost == AREA_BYTES && raised.count == 0 && done == n + 1)
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

int main(void)
{
    plan(5);
    support_init();
    handler = thread_here(handle, 0, PRIO_HIGH);
    settle();
    test_instructions();
    return tap_status();
}
