/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every exception that a program can raise, with all that its message says, and
 * going on with other registers (docs/abi-riscv.md).
 */
#include "tap.h"
#include "worker.h"

enum { TRAP = 6, ADDRESS = 7, CALL = 12, REGISTERS = 32 };
/* Neither RAM nor device on any board of this processor: the bus answers with
 * an error. */
#define HOLE ((L4_Word_t)0x18000000)

static L4_ThreadId_t handler, thread;
static volatile struct {
    L4_Word_t count, mr[16];
    L4_MsgTag_t tag;
} seen;
static L4_Word_t answer[16]; /* what goes back; answer[0] is the u of it */
static L4_Word_t resume_ip;
static enum { STEP, ANSWER, REGISTERS_FIRST, NEVER } mode;
static L4_Word_t registers[REGISTERS + 1], wanted[REGISTERS + 1];
static volatile L4_Word_t read_result, write_result, stage;

/* With REGISTERS_FIRST: what it reads and writes besides. */
static void exchange_registers(L4_ThreadId_t from)
{
    read_result = L4_ExceptionRegisters(from, 0);
    L4_StoreMRs(1, REGISTERS, registers + 1);
    L4_LoadMRs(1, REGISTERS, wanted + 1);
    write_result = L4_ExceptionRegisters(from, 1);
}

static void handle(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);
    L4_Word_t w[16];

    (void)arg;
    for (;;) {
        L4_StoreMRs(0, 16, w);
        for (int i = 0; i < 16; i++)
            seen.mr[i] = w[i];
        seen.tag = tag;
        seen.count++;
        switch (mode) {
        case STEP:
            w[1] = w[4] == 1                                ? resume_ip
                   : *(const unsigned short *)w[1] % 4 == 3 ? w[1] + 4
                                                            : w[1] + 2;
            w[3] = w[4] = w[5] = w[6] = w[7] = ~0ul; /* of no effect */
            L4_LoadMRs(0, 16, w);
            tag.raw &= 0xffff;
            break;
        case ANSWER:
            tag.raw = answer[0];
            L4_LoadMRs(0, 16, answer);
            break;
        case REGISTERS_FIRST:
            exchange_registers(from);
            tag.raw = 0;
            break;
        default:
            tag = L4_Wait(&from);
            continue;
        }
        L4_Set_MsgTag(tag);
        tag = L4_ReplyWait(from, &from);
    }
}

/* ---- one instruction ----------------------------------------------------- */

static L4_Word_t memory[4] __attribute__((aligned(16)));

struct trap {
    const char *name;
    void (*raise)(L4_Word_t address);
    L4_Word_t address, cause, instruction; /* cause 0: it must not trap */
};

/* A function whose one instruction finds MR7 in a0, and returns. */
#define RAISE(name, code) \
    void name(L4_Word_t); \
    __asm__(".pushsection .text\n\t.option push\n\t.option norvc\n\t" \
            ".type " #name ", @function\n" #name ":\t" code "\n\t" \
            "ret\n\t.option pop\n\t.popsection")
RAISE(raise_zero, ".half 0");
RAISE(raise_readonly, ".word 0xc0001073");
RAISE(raise_ebreak, "ebreak");
RAISE(raise_c_ebreak, ".half 0x9002");
RAISE(raise_load, "ld t0, 0(a0)");
RAISE(raise_store, "sb t0, 0(a0)");
RAISE(raise_lr, "lr.d t0, (a0)");
RAISE(raise_amo, "amoadd.d t0, zero, (a0)");
RAISE(raise_jump, "mv t0, ra\n\tjalr ra, 0(a0)\n\tmv ra, t0");
RAISE(raise_sret, "sret");
RAISE(raise_mret, "mret");
RAISE(raise_wfi, "wfi");
RAISE(raise_sfence, "sfence.vma");
RAISE(raise_sstatus, "csrr t0, sstatus");
RAISE(raise_satp, "csrw satp, a0");
RAISE(raise_stvec, "csrw stvec, a0");
RAISE(raise_sscratch, "csrr t0, sscratch");
RAISE(raise_mhartid, "csrr t0, mhartid");
RAISE(raise_rdcycle, "rdcycle t0");
RAISE(raise_rdtime, "rdtime t0");
RAISE(raise_rdinstret, "rdinstret t0");
RAISE(raise_hpmcounter, ".word 0xc03022f3"); /* csrr t0, hpmcounter3 */
RAISE(raise_uret, ".word 0x00200073");
RAISE(raise_cbo, ".word 0x0045200f"); /* cbo.zero (a0) */
RAISE(raise_rounding,
      ".word 0x003110d3 | 5 << 12 | 1 << 25");              /* fadd.d, rm 5 */
RAISE(raise_fence, "fence\n\tfence.i\n\t.word 0x0100000f"); /* pause */
RAISE(raise_hlv, ".word 0x6c0542f3");                       /* hlv.d t0, (a0) */

static const struct trap traps[] = {
    { "an instruction of zeroes", raise_zero, 0, 2, 0 },
    { "a write to a counter", raise_readonly, 0, 2, 0xc0001073 },
    { "ebreak", raise_ebreak, 0, 3, 0 },
    { "c.ebreak", raise_c_ebreak, 0, 3, 0 },
    { "lr.d misaligned", raise_lr, (L4_Word_t)memory + 4, 4, 0 },
    /* 6 by the book; this emulator says 4. */
    { "amoadd.d misaligned", raise_amo, (L4_Word_t)memory + 4, 4, 0 },
    { "a read from nowhere", raise_load, HOLE + 8, 5, 0 },
    { "a write to nowhere", raise_store, HOLE + 17, 7, 0 },
    { "a jump to nowhere", raise_jump, HOLE + 32, 1, 0 },
    { "ld misaligned", raise_load, (L4_Word_t)memory + 3, 0, 0 },
    { "sret", raise_sret, 0, 2, 0x10200073 },
    { "mret", raise_mret, 0, 2, 0x30200073 },
    { "wfi", raise_wfi, 0, 2, 0x10500073 },
    { "sfence.vma", raise_sfence, 0, 2, 0x12000073 },
    { "a read of sstatus", raise_sstatus, 0, 2, 0x100022f3 },
    { "a write to satp", raise_satp, 0, 2, 0x18051073 },
    { "a write to stvec", raise_stvec, 0, 2, 0x10551073 },
    { "a read of sscratch", raise_sscratch, 0, 2, 0x140022f3 },
    { "a read of mhartid", raise_mhartid, 0, 2, 0xf14022f3 },
    { "rdcycle", raise_rdcycle, 0, 0, 0 },
    { "rdtime", raise_rdtime, 0, 0, 0 },
    { "rdinstret", raise_rdinstret, 0, 0, 0 },
    { "a read of hpmcounter3", raise_hpmcounter, 0, 2, 0xc03022f3 },
    { "uret", raise_uret, 0, 2, 0x00200073 },
    { "cbo.zero", raise_cbo, 0, 2, 0x0045200f },
    { "a rounding mode that is none", raise_rounding, 0, 2, 0x023150d3 },
    { "a fence, fence.i, pause", raise_fence, 0, 0, 0 },
    { "hlv.d", raise_hlv, 0, 2, 0x6c0542f3 },
};
enum { TRAPS = sizeof(traps) / sizeof(traps[0]) };

static L4_Word_t sp_before;

static void run_trap(L4_Word_t n)
{
    L4_Set_ExceptionHandler(handler);
    __asm__("mv %0, sp" : "=r"(sp_before));
    traps[n].raise(traps[n].address);
    stage = 1;
}

/* MR1 to MR7 as they should be. */
static bool as_it_should(const struct trap *t, unsigned u)
{
    L4_Word_t code = (L4_Word_t)t->raise, ip = seen.mr[1];

    return seen.tag.X.u == u && seen.tag.X.t == 0 &&
           (t->cause == 1 ? ip == t->address : ip >= code && ip < code + 8) &&
           seen.mr[2] <= sp_before && seen.mr[2] + 256 > sp_before &&
           seen.mr[3] == 0 &&
           (seen.mr[4] == t->cause || (t->cause == 4 && seen.mr[4] == 6)) &&
           seen.mr[5] == t->instruction &&
           seen.mr[6] == L4_LocalIdOf(thread).raw &&
           (u == TRAP || seen.mr[7] == t->address);
}

static void test_traps(void)
{
    char name[64];

    mode = STEP;
    resume_ip = (L4_Word_t)raise_jump + 8;
    for (L4_Word_t n = 0; n < TRAPS; n++) {
        const struct trap *t = &traps[n];
        unsigned u = t->cause == 2 || t->cause == 3 ? TRAP : ADDRESS;
        bool good;

        seen.count = stage = 0;
        thread = thread_here(run_trap, n, PRIO_MID);
        settle();
        good = t->cause == 0 ? seen.count == 0
                             : seen.count == 1 && as_it_should(t, u);
        if (t->cause)
            snprintf(name, sizeof(name), "%s is exception %lu, and is skipped",
                     t->name, t->cause);
        else
            snprintf(name, sizeof(name), "%s is none", t->name);
        if (!ok(good && stage == 1, name)) {
            printf("# count %lu stage %lu tag 0x%lx, MRs", seen.count, stage,
                   seen.tag.raw);
            for (int i = 1; i < 8; i++)
                printf(" 0x%lx", seen.mr[i]);
            printf("\n");
        }
        thread_delete(thread);
    }
}

/* Addresses that no page table can map. */
static void test_no_address(void)
{
    static const L4_Word_t where[] = { (L4_Word_t)1 << 38, (L4_Word_t)1 << 62,
                                       ~(L4_Word_t)0 << 38, ~(L4_Word_t)7 };
    L4_Word_t halted = 0;

    for (unsigned i = 0; i < 4; i++) {
        thread = thread_here((thread_fn *)raise_load, where[i], PRIO_MID);
        settle();
        halted += thread_state(thread) == 2;
        thread_delete(thread);
        thread = thread_here((thread_fn *)where[i], 0, PRIO_MID);
        settle();
        halted += thread_state(thread) == 2;
        thread_delete(thread);
    }
    is(halted, 8, "who touches addresses of the kernel, or none, is halted");
}

/* ---- all registers ------------------------------------------------------- */

/* Loads x1 to x31 from a block (a0), traps, stores them to where a0 points
 * then, and returns. x0 of either block keeps what the C code needs. */
void swap_registers(const L4_Word_t *block);
void swap_trap(void);
__asm__(".pushsection .text\n\t.option push\n\t.option norvc\n"
        "swap_registers:\n\t"
        "lla t0, swap_saved\n\t"
        "sd ra, 0(t0)\n\tsd sp, 8(t0)\n\tsd gp, 16(t0)\n\tsd tp, 24(t0)\n\t"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11\n\t"
        "sd s\\n, 32 + 8 * \\n(t0)\n\t.endr\n\t"
        ".irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, "
        "19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 10\n\t"
        "ld x\\n, 8 * \\n(a0)\n\t.endr\n"
        "swap_trap:\n\tebreak\n\t"
        ".irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, "
        "18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n\t"
        "sd x\\n, 8 * \\n(a0)\n\t.endr\n\t"
        "lla t0, swap_saved\n\t"
        "ld ra, 0(t0)\n\tld sp, 8(t0)\n\tld gp, 16(t0)\n\tld tp, 24(t0)\n\t"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11\n\t"
        "ld s\\n, 32 + 8 * \\n(t0)\n\t.endr\n\t"
        "ret\n\t"
        ".option pop\n\t.popsection\n\t"
        ".pushsection .bss\n\t.balign 8\nswap_saved:\t.skip 128\n\t"
        ".popsection");

static L4_Word_t before[REGISTERS + 1], after[REGISTERS + 1];

static void swapper(L4_Word_t arg)
{
    (void)arg;
    L4_Set_ExceptionHandler(handler);
    swap_registers(before);
    stage = 1;
}

static void test_registers(bool far)
{
    L4_Word_t bad = 0, kept = 0;

    for (L4_Word_t i = 1; i <= REGISTERS; i++) {
        before[i] = 0x1111000000000000 + i;
        wanted[i] = 0x2222000000000000 + i;
        registers[i] = after[i] = 0;
    }
    wanted[10] = (L4_Word_t)after;
    wanted[REGISTERS] = (L4_Word_t)swap_trap + 4;
    mode = REGISTERS_FIRST;
    stage = 0;
    thread = far ? thread_in_new_space(swapper, 0, PRIO_MID)
                 : thread_here(swapper, 0, PRIO_MID);
    settle();
    for (int i = 1; i < REGISTERS; i++) {
        bad += registers[i] != before[i];
        kept += after[i] != wanted[i];
    }
    printf("# in %s\n", far ? "two spaces" : "one space");
    ok(read_result && write_result, "ExceptionRegisters of a waiting thread");
    is(bad, 0, "reads every register");
    is(registers[REGISTERS], (L4_Word_t)swap_trap, "and the ip");
    is(stage, 1, "writes the ip");
    is(kept, 0, "and every register");
    is(L4_ExceptionRegisters(thread, 0), 0, "not once the answer is given");
    thread_delete(thread);
}

/* ---- who may not --------------------------------------------------------- */

static void waiting(L4_Word_t arg)
{
    (void)arg;
    L4_Receive(main_id);
}

static void faulting(L4_Word_t arg)
{
    L4_Set_Pager(main_id);
    (void)*(volatile char *)arg;
}

static void test_refused(void)
{
    L4_ThreadId_t other;

    mode = NEVER;
    thread = thread_here(run_trap, 2, PRIO_MID);
    settle();
    is(thread_state(thread), 6, "a thread waits for the answer");
    ok(!L4_ExceptionRegisters(thread, 0) && L4_ErrorCode() == 2,
       "who is not its handler may not read: error 2");
    ok(!L4_ExceptionRegisters(thread, 1) && L4_ErrorCode() == 2, "nor write");
    thread_delete(thread);
    ok(!L4_ExceptionRegisters(thread, 0) && L4_ErrorCode() == 2,
       "a thread that is not there: error 2");
    ok(!L4_ExceptionRegisters(L4_Myself(), 0) && L4_ErrorCode() == 2,
       "nor one's own");
    other = thread_here(waiting, 0, PRIO_MID);
    settle();
    ok(!L4_ExceptionRegisters(other, 0) && L4_ErrorCode() == 2,
       "nor those of a thread in an Ipc of its own");
    thread_delete(other);
    other = thread_here(faulting, FREE_WINDOW, PRIO_MID);
    L4_Receive(other);
    ok(!L4_ExceptionRegisters(other, 0) && L4_ErrorCode() == 2,
       "or with a page fault");
    thread_delete(other);
    handler = main_id; /* only for this one */
    thread = thread_here(run_trap, 2, PRIO_MID);
    L4_Sleep(usec(1000));
    ok(!L4_ExceptionRegisters(thread, 0) && L4_ErrorCode() == 2,
       "nor before its message is received");
    L4_Receive(thread);
    ok(!L4_ExceptionRegisters(thread, 2) && L4_ErrorCode() == 5,
       "an unknown control: error 5");
    is(L4_ExceptionRegisters(L4_LocalIdOf(thread), 0), 1,
       "a local id is as good");
    thread_delete(thread);
}

/* ---- foreign system calls ------------------------------------------------ */

/* An ecall with a0 to a7, tp, s1 and t1 from the block; they go back there. */
static void __attribute__((noinline)) foreign(L4_Word_t *block)
{
    __asm__ volatile("addi sp, sp, -16\n\t"
                     "sd tp, 0(sp)\n\t"
                     "mv s2, %0\n\t"
                     "mv s3, sp\n\t"
                     ".irp n, 0, 1, 2, 3, 4, 5, 6, 7\n\t"
                     "ld a\\n, 8 * \\n(s2)\n\t.endr\n\t"
                     "ld tp, 64(s2)\n\tld s1, 72(s2)\n\tld t1, 80(s2)\n\t"
                     "sd sp, 88(s2)\n\t"
                     ".globl foreign_call\nforeign_call:\tecall\n\t"
                     ".irp n, 0, 1, 2, 3, 4, 5, 6, 7\n\t"
                     "sd a\\n, 8 * \\n(s2)\n\t.endr\n\t"
                     "sd tp, 64(s2)\n\tsd s1, 72(s2)\n\tsd t1, 80(s2)\n\t"
                     "sd sp, 88(s2)\n\t"
                     "mv sp, s3\n\tld tp, 0(sp)\n\taddi sp, sp, 16"
                     :
                     : "r"(block)
                     : "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t1",
                       "s1", "s2", "s3", "memory");
}
extern char foreign_call[];

static L4_Word_t block[12], kept_mr[2];

static void call_foreign(L4_Word_t arg)
{
    (void)arg;
    L4_Set_ExceptionHandler(handler);
    L4_LoadMR(11, 1234);
    foreign(block);
    L4_StoreMR(11, &kept_mr[0]);
    stage = 1;
}

static void make_call(L4_Word_t number)
{
    for (L4_Word_t i = 0; i < 11; i++)
        block[i] = 100 + i;
    block[7] = number;
    seen.count = stage = 0;
    thread = thread_here(call_foreign, 0, PRIO_MID);
    settle();
    thread_delete(thread);
}

static void test_foreign(void)
{
    static const L4_Word_t numbers[] = { 0,         1,         93,
                                         -17ul,     -31ul,     -33ul,
                                         1ul << 31, 1ul << 32, 1ul << 63 };
    L4_Word_t good = 0, bad = 0;

    mode = ANSWER;
    answer[0] = 0;
    for (unsigned i = 0; i < 9; i++) {
        make_call(numbers[i]);
        if (seen.count == 1 && seen.tag.X.u == CALL && stage == 1 &&
            seen.mr[8] == numbers[i])
            good++;
        else
            printf("# call 0x%lx: %lu messages\n", numbers[i], seen.count);
    }
    is(good, 9, "an ecall that is not ours goes to the exception handler");
    ok((L4_Word_t)protocol(seen.tag) == (L4_Word_t)LABEL_EXCEPTION,
       "with label -5");
    for (int i = 0; i < 7; i++)
        bad += seen.mr[1 + i] != 100ul + i;
    is(bad, 0, "MR1 to MR8 are a0 to a7");
    is(seen.mr[9], 108, "MR9 is tp");
    is(seen.mr[10], (L4_Word_t)foreign_call + 4, "MR10 is the ip behind it");
    is(seen.mr[11], block[11], "MR11 is sp");
    is(seen.mr[12], 0, "MR12 is 0");
    bad = 0;
    for (int i = 0; i < 7; i++)
        bad += block[i] != 100ul + i;
    is(bad, 0, "an empty answer changes nothing");

    for (L4_Word_t i = 1; i < 16; i++)
        answer[i] = 200 + i;
    answer[0] = CALL;
    answer[10] = (L4_Word_t)foreign_call + 4;
    make_call(1);
    bad = 0;
    for (L4_Word_t i = 0; i < 8; i++)
        bad += block[i] != 201 + i;
    is(bad, 0, "a full one has the new a0 to a7");
    is(block[8], 209, "the new tp");
    is(block[11], 211, "and the new sp");
    ok(block[9] == 109 && block[10] == 110, "other registers stay");
    is(kept_mr[0], 1234, "and so do the message registers");
    answer[0] = 2;
    make_call(1);
    ok(block[0] == 201 && block[1] == 202 && block[2] == 102,
       "of a short one as many as it has");
}

/* Traps that are no calls, with a7 as if they were. */
static void not_calling(L4_Word_t number)
{
    L4_Set_ExceptionHandler(handler);
    __asm__ volatile("mv a7, %0\n\tmv a0, %1\n\tmv a1, %1\n\tli a2, 0\n\t"
                     "li a3, 0\n\t.word 0"
                     :
                     : "r"(number), "r"(main_id.raw)
                     : "a0", "a1", "a2", "a3", "a7", "memory");
}

static void test_no_call(void)
{
    L4_Word_t good = 0;

    mode = NEVER;
    for (int i = 0; i < 2; i++) {
        seen.count = 0;
        thread = thread_here(not_calling, (L4_Word_t)(-6 - i), PRIO_MID);
        settle();
        good += seen.count == 1 && seen.tag.X.u != CALL;
        thread_delete(thread);
    }
    is(good, 2, "an exception with the number of Ipc or Lipc in a7 is none");
}

/* ---- where the answer sends a thread ------------------------------------- */

static volatile L4_Word_t sp_there;
void there(void);
void arrived(L4_Word_t sp);
__asm__(".pushsection .text\nthere:\tmv a0, sp\n\tj arrived\n\t.popsection");

void __attribute__((used)) arrived(L4_Word_t sp)
{
    sp_there = sp;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* An answer of u words to an illegal instruction; result: sp where it led. */
static L4_Word_t sent(unsigned u)
{
    mode = ANSWER;
    for (int i = 3; i < 16; i++)
        answer[i] = ~0ul; /* of no effect */
    answer[0] = u;
    answer[1] = (L4_Word_t)there + 1; /* nor has the lowest bit */
    answer[2] = (L4_Word_t)stacks[20] + STACK_BYTES;
    sp_there = 0;
    thread = thread_here(run_trap, 0, PRIO_MID);
    settle();
    thread_delete(thread);
    return sp_there;
}

static void test_answer(void)
{
    const L4_Word_t top = (L4_Word_t)stacks[20] + STACK_BYTES;
    L4_Word_t sp = sent(1);

    is(sp, seen.mr[2], "an answer of one word changes the ip alone");
    is(sent(2), top, "of two, sp as well");
    is(sent(ADDRESS), top, "more change no more");
    for (int i = 0; i < 12; i++)
        block[i] = 0;
    mode = REGISTERS_FIRST;
    for (int i = 1; i <= REGISTERS; i++)
        wanted[i] = 300 + (L4_Word_t)i;
    wanted[18] = (L4_Word_t)block;             /* s2 */
    wanted[19] = (L4_Word_t)&stacks[20][2048]; /* s3 */
    wanted[REGISTERS] = (L4_Word_t)foreign_call + 5;
    thread = thread_here(run_trap, 0, PRIO_MID);
    settle();
    ok(block[0] == 310 && block[8] == 304 && block[9] == 309 &&
           block[10] == 306 && block[11] == 302,
       "a thread goes on elsewhere with other registers");
    thread_delete(thread);
}

/* ---- a reservation that is interrupted ----------------------------------- */

static volatile L4_Word_t go_on, failed;

static void reserve(L4_Word_t arg)
{
    L4_Word_t ignored;

    (void)arg;
    __asm__ volatile("lr.d %0, (%2)\n1:\tld %1, 0(%3)\n\tbeqz %1, 1b\n\t"
                     "sc.d %1, %0, (%2)"
                     : "=&r"(ignored), "=&r"(failed)
                     : "r"(memory), "r"(&go_on)
                     : "memory");
    stage = 1;
}

static void test_reservation(void)
{
    go_on = stage = 0;
    failed = 2;
    thread = thread_here(reserve, 0, PRIO_MID);
    settle();
    go_on = 1;
    settle();
    ok(stage == 1 && failed == 1,
       "who is preempted between lr and sc stores nothing");
    thread_delete(thread);
}

int main(void)
{
    L4_Fpage_t hole = L4_FpageLog2(HOLE, 12);

    plan(TRAPS + 1 + 2 * 6 + 10 + 14 + 1 + 4 + 1 + 1);
    support_init();
    handler = thread_here(handle, 0, PRIO_HIGH);
    settle();
    hole = L4_Sigma0_GetPage_RcvWindow(
        L4_GlobalId(L4_ThreadIdUserBase(L4_GetKernelInterface()), 1), hole,
        hole);
    ok(!L4_IsNilFpage(hole), "sigma0 gives addresses that nothing is at");
    test_traps();
    test_no_address();
    test_registers(false);
    test_registers(true);
    test_foreign();
    test_no_call();
    test_answer();
    test_refused();
    test_reservation();
    return tap_status();
}
