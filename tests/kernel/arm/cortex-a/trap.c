/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every exception that a program can raise, with all that its message says, and
 * going on with other registers (docs/abi-arm.md).
 */
#include "tap.h"
#include "worker.h"

enum { TRAP = 6, ADDRESS = 7, CALL = 12, REGISTERS = 17 };
enum { SP = 14, LR, PC, CPSR }; /* MRs of ExceptionRegisters */
enum { UNDEFINED = 1, PREFETCH = 3, DATA = 4 };
enum { THUMB = 0x20, USER_MODE = 0x10, IT_BITS = 0x0600fc00 };
enum { ALIGNMENT = 1, DEBUG_EVENT = 2, EXTERNAL = 8, WRITE = 0x800 };
#define FLAGS ((L4_Word_t)0xf8000000) /* NZCVQ */
enum { STATUS = 0xc0f }; /* of a fault status register, less the domain */
/* Neither RAM nor device on any board of this processor: the bus answers with
 * an error. */
#define HOLE ((L4_Word_t)0x7f000000)

static L4_ThreadId_t handler, thread;
static volatile struct {
    L4_Word_t count, mr[16];
    L4_MsgTag_t tag;
} seen;
static L4_Word_t registers[REGISTERS + 1], wanted[REGISTERS + 1];
static L4_Word_t answer[16]; /* answer[0] is the u of it */
static volatile L4_Word_t result, error, stage;
static enum {
    RETURN, /* to where lr says */
    ANSWER, /* with the message `answer` */
    ADD,    /* 100 to r0 to r7 and lr of a foreign call, and no flags */
    WRITE_REGISTERS,
    NEVER
} mode;

/* All but sp and pc. */
static void load_wanted(void)
{
    wanted[SP] = registers[SP];
    wanted[PC] = registers[PC];
    L4_LoadMRs(1, REGISTERS, wanted + 1);
}

static void exchange_registers(L4_ThreadId_t from)
{
    result = L4_ExceptionRegisters(from, 0);
    error = result ? 0 : L4_ErrorCode();
    L4_StoreMRs(1, REGISTERS, registers + 1);
    if (mode == RETURN) { /* an odd lr says Thumb as well as T does */
        L4_LoadMR(PC, registers[LR]);
        L4_LoadMR(CPSR, registers[CPSR] & ~(L4_Word_t)THUMB);
    } else {
        load_wanted();
    }
    result &= L4_ExceptionRegisters(from, 1);
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
        if (mode == NEVER) {
            tag = L4_Wait(&from);
            continue;
        }
        tag.raw = 0;
        if (mode == ANSWER) {
            tag.raw = answer[0];
            L4_LoadMRs(0, 16, answer);
        } else if (mode == ADD) {
            tag.raw = CALL;
            for (int i = 1; i <= 9; i++)
                w[i] += 100;
            w[12] &= ~FLAGS;
            L4_LoadMRs(0, 16, w);
        } else {
            exchange_registers(from);
        }
        L4_Set_MsgTag(tag);
        tag = L4_ReplyWait(from, &from);
    }
}

/* ---- what raises them ---------------------------------------------------- */

typedef void raiser(L4_Word_t argument);

/* Functions that begin with the instruction; the handler returns from them. */
#define RAISE_IN(isa, name, instructions) \
    raiser name; \
    __asm__( \
        ".pushsection .text, \"ax\", %progbits\n\t" \
        ".syntax unified\n\t" isa "\n\t.balign 4\n\t.type " #name \
        ", %function\n" #name ":\n\t" \
        ".arch armv7ve\n\t.arch_extension sec\n\t.fpu neon\n\t" instructions \
        "\n\tb .\n\t.arm\n\t.popsection")
#define RAISE(name, instructions)       RAISE_IN(".arm", name, instructions)
#define RAISE_THUMB(name, instructions) RAISE_IN(".thumb", name, instructions)

static L4_Word_t memory[16] __attribute__((aligned(16)));

RAISE(raise_udf, "udf #15");
RAISE_THUMB(raise_udf_thumb, "udf #15");
RAISE_THUMB(raise_udf_wide, "udf.w #15");
RAISE(raise_fpexc, "vmrs r1, fpexc");
RAISE(raise_sctlr, "mrc p15, 0, r1, c1, c0, 0");
RAISE(raise_ttbr, "mcr p15, 0, r1, c2, c0, 0");
RAISE(raise_tls, "mcr p15, 0, r1, c13, c0, 3");
RAISE(raise_kernel_word, "mrc p15, 0, r1, c13, c0, 4");
RAISE(raise_counter, "mrrc p15, 1, r1, r2, c14");
RAISE(raise_tlb, "mcr p15, 0, r1, c8, c7, 0");
RAISE(raise_p14, "mcr p14, 0, r1, c1, c0, 4");
RAISE(raise_thumbee, "mrc p14, 6, r1, c1, c0, 0");
RAISE(raise_thumbee_set, "mcr p14, 6, r1, c1, c0, 0");
RAISE(raise_debug, "mrc p14, 0, r1, c0, c1, 0");
RAISE(raise_jazelle, "mrc p14, 7, r1, c0, c0, 0");
RAISE(raise_smc, "smc #0");
RAISE(raise_hvc, "hvc #0");
RAISE(raise_rfe, "rfeia r0");
RAISE(raise_clean, "mcr p15, 0, r1, c7, c11, 1");
RAISE(raise_short_vector, "mov r1, #0x10000\n\tvmsr fpscr, r1\n"
                          "short_vector:\tvadd.f32 s8, s16, s24\n\tbx lr");
extern char short_vector[];
RAISE(raise_bkpt, "bkpt #3");
RAISE_THUMB(raise_bkpt_thumb, "bkpt #3");
RAISE(raise_ldm, "ldm r0, {r1, r2}");
RAISE(raise_stm, "stm r0, {r1, r2}");
RAISE(raise_ldrd, "ldrd r2, r3, [r0]");
RAISE(raise_ldrex, "ldrex r1, [r0]");
RAISE_THUMB(raise_ldm_thumb, "ldm.w r0, {r1, r2}");
RAISE(raise_vldm, "vldm r0, {d0, d1}");
RAISE(raise_load, "ldr r1, [r0]");
RAISE(raise_store, "str r1, [r0]");
RAISE_THUMB(raise_load_thumb, "ldr r1, [r0]");
RAISE(raise_jump, "bx r0");

struct trap {
    const char *name;
    raiser *raise;
    L4_Word_t argument, number, code;
    L4_Word_t ip; /* 0: the function */
};

static const struct trap traps[] = {
    { "udf", raise_udf, 0, UNDEFINED, 0, 0 },
    { "udf, Thumb", raise_udf_thumb, 0, UNDEFINED, 0, 0 },
    { "udf.w, Thumb", raise_udf_wide, 0, UNDEFINED, 0, 0 },
    { "a read of FPEXC", raise_fpexc, 0, UNDEFINED, 0, 0 },
    { "a read of SCTLR", raise_sctlr, 0, UNDEFINED, 0, 0 },
    { "a write to TTBR0", raise_ttbr, 0, UNDEFINED, 0, 0 },
    { "a write to TPIDRURO", raise_tls, 0, UNDEFINED, 0, 0 },
    { "a read of TPIDRPRW", raise_kernel_word, 0, UNDEFINED, 0, 0 },
    { "a read of CNTVCT", raise_counter, 0, UNDEFINED, 0, 0 },
    { "a TLB flush", raise_tlb, 0, UNDEFINED, 0, 0 },
    { "a write to coprocessor 14", raise_p14, 0, UNDEFINED, 0, 0 },
    { "a read of TEEHBR", raise_thumbee, 0, UNDEFINED, 0, 0 },
    { "a write to TEEHBR", raise_thumbee_set, 0, UNDEFINED, 0, 0 },
    { "a read of the debug channel", raise_debug, 0, UNDEFINED, 0, 0 },
    { "a read of JIDR", raise_jazelle, 0, UNDEFINED, 0, 0 },
    { "a short vector", raise_short_vector, 0, UNDEFINED, 0,
      (L4_Word_t)short_vector },
    { "smc", raise_smc, 0, UNDEFINED, 0, 0 },
    { "hvc", raise_hvc, 0, UNDEFINED, 0, 0 },
    { "rfe", raise_rfe, 0, UNDEFINED, 0, 0 },
    { "a cache operation", raise_clean, 0, UNDEFINED, 0, 0 },
    { "bkpt", raise_bkpt, 0, PREFETCH, DEBUG_EVENT, 0 },
    { "bkpt, Thumb", raise_bkpt_thumb, 0, PREFETCH, DEBUG_EVENT, 0 },
    { "ldm misaligned", raise_ldm, (L4_Word_t)memory + 2, DATA, ALIGNMENT, 0 },
    { "stm misaligned", raise_stm, (L4_Word_t)memory + 1, DATA,
      ALIGNMENT | WRITE, 0 },
    { "ldrd misaligned", raise_ldrd, (L4_Word_t)memory + 2, DATA, ALIGNMENT,
      0 },
    { "ldrex misaligned", raise_ldrex, (L4_Word_t)memory + 3, DATA, ALIGNMENT,
      0 },
    { "ldm misaligned, Thumb", raise_ldm_thumb, (L4_Word_t)memory + 2, DATA,
      ALIGNMENT, 0 },
    { "vldm misaligned", raise_vldm, (L4_Word_t)memory + 2, DATA, ALIGNMENT,
      0 },
    { "a read from nowhere", raise_load, HOLE + 8, DATA, EXTERNAL, 0 },
    { "a write to nowhere", raise_store, HOLE + 16, DATA, EXTERNAL | WRITE, 0 },
    { "a read from nowhere, Thumb", raise_load_thumb, HOLE + 8, DATA, EXTERNAL,
      0 },
    { "a jump to nowhere", raise_jump, HOLE + 32, PREFETCH, EXTERNAL,
      HOLE + 32 },
};
enum { TRAPS = sizeof(traps) / sizeof(traps[0]) };

static L4_Word_t sp_before;

static void run_trap(L4_Word_t n)
{
    L4_Set_ExceptionHandler(handler);
    __asm__("mov %0, sp" : "=r"(sp_before));
    traps[n].raise(traps[n].argument);
    stage++;
}

static bool as_described(const struct trap *t)
{
    L4_Word_t ip = t->ip ? t->ip : (L4_Word_t)t->raise & ~(L4_Word_t)1;
    L4_Word_t state = t->ip ? 0 : ((L4_Word_t)t->raise & 1) * THUMB;
    L4_Word_t address = t->number == PREFETCH ? ip : t->argument;
    bool has_address = t->number != UNDEFINED;

    return seen.tag.raw ==
               (0xffb00000 | (has_address ? (L4_Word_t)ADDRESS : TRAP)) &&
           seen.mr[1] == ip && seen.mr[2] == sp_before &&
           (seen.mr[3] & 0xff) == (USER_MODE | 0x40 | state) &&
           seen.mr[4] == t->number && (seen.mr[5] & STATUS) == t->code &&
           seen.mr[6] == L4_LocalIdOf(thread).raw &&
           (!has_address || seen.mr[7] == address);
}

/* Some buses answer whatever the address; the first read from nowhere shows. */
static bool says_nothing(const struct trap *t)
{
    static enum { UNKNOWN, REPORTS, SILENT } bus;

    if (!(t->code & EXTERNAL))
        return false;
    if (bus == UNKNOWN)
        bus = seen.count ? REPORTS : SILENT;
    return bus == SILENT && seen.count == 0;
}

/* Some processors have short vectors. */
static bool is_executed(const struct trap *t)
{
    return t->raise == raise_short_vector && seen.count == 0 && stage == 1;
}

static void test_traps(void)
{
    for (L4_Word_t n = 0; n < TRAPS; n++) {
        mode = RETURN;
        seen.count = stage = 0;
        thread = thread_here(run_trap, n, PRIO_MID);
        settle();
        bool good = seen.count == 1 && as_described(&traps[n]) && stage == 1 &&
                    result == 1;
        if (!ok(good || says_nothing(&traps[n]) || is_executed(&traps[n]),
                traps[n].name)) {
            printf("# count %lu stage %lu tag %lx\n", seen.count, stage,
                   seen.tag.raw);
            for (int i = 1; i <= ADDRESS; i++)
                printf("# MR%d %lx\n", i, seen.mr[i]);
        }
        thread_delete(thread);
    }
}

/* ---- foreign calls ------------------------------------------------------- */

/* Where they leave r0 to r12, lr and the flags. */
static L4_Word_t block[15];
enum { BLOCK_LR = 13, BLOCK_FLAGS };

/* These begin with 100 to 112 in r0 to r12, 113 in lr and all flags set. */
#define ENTER "push {r4-r11, lr}\n\tpush {r0}\n\t"
raiser foreign_arm, foreign_thumb, foreign_in_block;
extern char foreign_after[], foreign_after_thumb[];
__asm__(".pushsection .text, \"ax\", %progbits\n\t.syntax unified\n\t.arm\n"
        "registers_set:\n\t"
        "mov r1, #0xf8000000\n\tmsr cpsr_f, r1\n\t"
        "mov r0, #100\n\tmov r1, #101\n\tmov r2, #102\n\tmov r3, #103\n\t"
        "mov r4, #104\n\tmov r5, #105\n\tmov r6, #106\n\tmov r7, #107\n\t"
        "mov r8, #108\n\tmov r9, #109\n\tmov r10, #110\n\tmov r11, #111\n\t"
        "mov r12, #112\n\tbx lr\n"
        "registers_store:\n\t" /* they are at sp, the block's address above */
        "mrs r0, cpsr\n\tldr r1, [sp, #56]\n\tstr r0, [r1, #56]\n\t"
        "mov r2, #0\n"
        "1:\tldr r0, [sp, r2]\n\tstr r0, [r1, r2]\n\tadd r2, r2, #4\n\t"
        "cmp r2, #56\n\tblo 1b\n\t"
        "add sp, sp, #60\n\tpop {r4-r11, pc}\n\t"
        ".type foreign_arm, %function\n"
        "foreign_arm:\n\t" ENTER "bl registers_set\n\tmov lr, #113\n\t"
        "svc #77\n"
        "foreign_after:\n\tpush {r0-r12, lr}\n\tb registers_store\n\t"
        ".thumb\n\t.type foreign_thumb, %function\n"
        "foreign_thumb:\n\t" ENTER "blx registers_set\n\tmov lr, #113\n\t"
        "svc #77\n"
        ".type foreign_after_thumb, %object\n"
        "foreign_after_thumb:\n\tpush {r0-r12, lr}\n\tblx registers_store\n\t"
        ".type foreign_in_block, %function\n"
        "foreign_in_block:\n\t" ENTER "blx registers_set\n\tcmp r0, r0\n\t"
        "ittte eq\n\tmoveq r1, #1\n\tsvceq #0\n\tmoveq r2, #2\n\t"
        "movne r3, #3\n\t"
        "push {r0-r12, lr}\n\tblx registers_store\n\t"
        ".arm\n\t.popsection");

static void run_foreign(L4_Word_t function)
{
    L4_Set_ExceptionHandler(handler);
    ((raiser *)function)((L4_Word_t)block);
    stage++;
}

/* A thread makes the call; result: it came back. */
static bool call(raiser *function)
{
    for (unsigned i = 0; i < sizeof(block) / sizeof(block[0]); i++)
        block[i] = 0;
    seen.count = stage = 0;
    thread = thread_here(run_foreign, (L4_Word_t)function, PRIO_MID);
    settle();
    thread_delete(thread);
    return stage == 1 && seen.count == 1;
}

/* Are words[0..count-1] first, first + 1, ...? */
static bool ascending(const volatile L4_Word_t *words, unsigned count,
                      L4_Word_t first)
{
    for (unsigned i = 0; i < count; i++) {
        if (words[i] != first + i)
            return false;
    }
    return true;
}

static void test_foreign(raiser *function, L4_Word_t after, const char *name)
{
    L4_Word_t state = USER_MODE | 0x40 | ((L4_Word_t)function & 1 ? THUMB : 0);

    mode = ADD;
    ok(call(function), name);
    ok(seen.tag.raw == 0xffb0000c && ascending(&seen.mr[1], 8, 100) &&
           seen.mr[9] == 113,
       "its message has r0 to r7 and lr");
    ok(seen.mr[10] == (after & ~(L4_Word_t)1) &&
           (seen.mr[12] & (FLAGS | 0xff)) == (FLAGS | state),
       "the ip behind it, and the flags");
    ok(ascending(block, 8, 200) && block[BLOCK_LR] == 213 &&
           (block[BLOCK_FLAGS] & FLAGS) == 0,
       "it goes on with those of the answer");
    ok(ascending(&block[8], 5, 108), "and keeps r8 to r12");
    mode = ANSWER;
    answer[0] = 3;
    for (L4_Word_t i = 1; i <= 12; i++)
        answer[i] = 400 + i;
    ok(call(function) && ascending(block, 3, 401) &&
           ascending(&block[3], 11, 103) &&
           (block[BLOCK_FLAGS] & FLAGS) == FLAGS,
       "a short answer changes what it has");
}

static void test_registers(raiser *function)
{
    for (L4_Word_t i = 1; i <= 13; i++)
        wanted[i] = 300 + i;
    wanted[LR] = 333;
    wanted[CPSR] = 0x80000000 | ((L4_Word_t)function & 1 ? THUMB : 0);
    mode = WRITE_REGISTERS;
    ok(call(function) && result == 1, "ExceptionRegisters");
    ok(ascending(&registers[1], 13, 100) && registers[LR] == 113 &&
           registers[SP] == seen.mr[11] && registers[PC] == seen.mr[10] &&
           registers[CPSR] == seen.mr[12],
       "reads all registers");
    ok(ascending(block, 13, 301) && block[BLOCK_LR] == 333 &&
           (block[BLOCK_FLAGS] & FLAGS) == 0x80000000,
       "and sets them");
}

static void test_block(void)
{
    mode = ANSWER;
    answer[0] = 0;
    ok(call(foreign_in_block) && (seen.mr[12] & IT_BITS) != 0,
       "a call in the middle of an IT block");
    ok(block[1] == 1 && block[2] == 2 && block[3] == 103,
       "the block goes on behind it");
    mode = ADD; /* the flags go back with IT, but without Z */
    ok(call(foreign_in_block) && block[2] == 202 && block[3] == 3,
       "with the flags of the answer");
}

/* ---- where the answer sends a thread ------------------------------------- */

static volatile L4_Word_t went_to, cpsr_there;
raiser there_thumb;
void there_arm(void);
void arrived(L4_Word_t where, L4_Word_t cpsr);
__asm__(".pushsection .text, \"ax\", %progbits\n\t.syntax unified\n\t.arm\n\t"
        ".type there_arm, %function\n"
        "there_arm:\n\tmrs r1, cpsr\n\tmov r0, #1\n\tb arrived\n\t"
        ".thumb\n\t.type there_thumb, %function\n"
        "there_thumb:\n\tmrs r1, cpsr\n\tmov r0, #2\n\tblx arrived\n\t"
        ".arm\n\t.popsection");

void __attribute__((used)) arrived(L4_Word_t where, L4_Word_t cpsr)
{
    went_to = where;
    cpsr_there = cpsr;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void send_to(raiser *from, unsigned u, L4_Word_t ip, L4_Word_t cpsr)
{
    mode = ANSWER;
    answer[0] = u;
    answer[1] = ip;
    answer[2] = (L4_Word_t)stacks[30] + STACK_BYTES;
    answer[3] = cpsr;
    answer[4] = answer[5] = answer[6] = answer[7] = ~0ul; /* of no effect */
    went_to = cpsr_there = seen.count = 0;
    thread = thread_here(run_foreign, (L4_Word_t)from, PRIO_MID);
    settle();
    thread_delete(thread);
}

/* From the middle of an IT block, whose condition does not hold there. */
static void test_leaves_block(void)
{
    for (int i = 0; i < 10; i++)
        answer[i] = 0;
    answer[0] = CALL;
    answer[10] = (L4_Word_t)there_thumb & ~(L4_Word_t)1;
    answer[11] = (L4_Word_t)stacks[30] + STACK_BYTES;
    answer[12] = THUMB;
    mode = ANSWER;
    went_to = cpsr_there = 0;
    thread = thread_here(run_foreign, (L4_Word_t)foreign_in_block, PRIO_MID);
    settle();
    thread_delete(thread);
    ok(went_to == 2 && (cpsr_there & 0x1f) == USER_MODE,
       "out of an IT block by flags without IT");
}

static void test_answer(void)
{
    L4_Word_t thumb = (L4_Word_t)there_thumb, arm = (L4_Word_t)there_arm;

    send_to(raise_udf, 1, arm, 0);
    is(went_to, 1, "an answer of one word gives the ip");
    send_to(raise_udf, 1, thumb, 0);
    is(went_to, 2, "an odd one is Thumb code");
    send_to(raise_udf, TRAP, thumb & ~(L4_Word_t)1, THUMB);
    is(went_to, 2, "so is an even one with T in the flags");
    send_to(raise_udf_thumb, TRAP, arm, 0);
    is(went_to, 1, "out of Thumb code by flags without T");
    send_to(raise_udf, TRAP, arm, ~(L4_Word_t)THUMB);
    ok(went_to == 1 && (cpsr_there & 0x1f) == USER_MODE &&
           (cpsr_there & 0xc0) == 0x40 && (cpsr_there & 0x200) == 0,
       "neither mode nor masks nor byte order come from an answer");
    ok((cpsr_there & FLAGS) == FLAGS && (cpsr_there & 0xf0000) == 0xf0000,
       "NZCVQ and GE do");
    send_to(raise_bkpt, ADDRESS, arm, IT_BITS | 0x01000000);
    ok(went_to == 1 && (cpsr_there & (FLAGS | 0xf0000)) == 0,
       "IT and J bits have no meaning in ARM code");
}

/* ---- who may use ExceptionRegisters -------------------------------------- */

static void test_refused(void)
{
    L4_ThreadId_t here;

    mode = NEVER;
    seen.count = 0;
    thread = thread_here(run_foreign, (L4_Word_t)foreign_arm, PRIO_MID);
    settle();
    ok(seen.count == 1 && L4_ExceptionRegisters(thread, 0) == 0 &&
           L4_ErrorCode() == 2,
       "who is not the handler cannot read a thread's registers");
    thread_delete(thread);
    here = thread_here(run_foreign, (L4_Word_t)arrived, PRIO_MID);
    settle();
    ok(L4_ExceptionRegisters(here, 0) == 0 && L4_ErrorCode() == 2,
       "nobody can those of a thread without an exception");
    ok(L4_ExceptionRegisters(L4_nilthread, 0) == 0 && L4_ErrorCode() == 2 &&
           L4_ExceptionRegisters(L4_Myself(), 1) == 0 && L4_ErrorCode() == 2,
       "or of nobody, or his own");
    thread_delete(here);
}

static L4_ThreadId_t main_handler;

static void raise_to_main(L4_Word_t arg)
{
    L4_Set_ExceptionHandler(main_handler);
    foreign_arm((L4_Word_t)block);
    stage = arg;
}

static void test_control(void)
{
    L4_MsgTag_t tag;

    main_handler = main_id;
    stage = 0;
    thread = thread_here(raise_to_main, 5, PRIO_MID);
    tag = L4_Receive_Timeout(thread, usec(20000));
    ok(L4_IpcSucceeded(tag) && L4_ExceptionRegisters(thread, 2) == 0 &&
           L4_ErrorCode() == 5,
       "an unknown control is refused");
    ok(L4_ExceptionRegisters(thread, 0) == 1, "the handler reads");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send(thread);
    ok(L4_ExceptionRegisters(thread, 0) == 0 && L4_ErrorCode() == 2,
       "but not after its answer");
    settle();
    is(stage, 5, "an empty answer lets the thread go on");
    thread_delete(thread);
}

/* ---- other states of user code ------------------------------------------- */

static volatile L4_Word_t kip_seen[4];
void kernel_interface_odd(volatile L4_Word_t *seen);
__asm__(".pushsection .text, \"ax\", %progbits\n\t.syntax unified\n\t.arm\n\t"
        ".type kernel_interface_odd, %function\n"
        "kernel_interface_odd:\n\tpush {r4, r7, lr}\n\tmov r4, r0\n\t"
        "setend be\n\tmvn r7, #0\n\tsvc #0\n\tsetend le\n\t"
        "stm r4, {r0-r3}\n\t"
        "mov r0, #0x300000\n\tsetend be\n\tcpsid aif\n" /* be interrupted */
        "1:\tsubs r0, r0, #1\n\tbne 1b\n\tsetend le\n\t"
        "pop {r4, r7, pc}\n\t.popsection");

static void odd(L4_Word_t arg)
{
    (void)arg;
    kernel_interface_odd(kip_seen);
    stage++;
}

static void test_odd(void)
{
    L4_Word_t version, flags, id;
    L4_Word_t kip = (L4_Word_t)L4_KernelInterface(&version, &flags, &id);

    stage = 0;
    thread = thread_here(odd, 0, PRIO_MID);
    for (int i = 0; i < 5; i++)
        settle();
    ok(stage == 1 && kip_seen[0] == kip && kip_seen[1] == version &&
           kip_seen[2] == flags && kip_seen[3] == id,
       "big-endian code can call, and be interrupted");
    thread_delete(thread);
}

/* What the instructions leave of CPSR. */
L4_Word_t set_status(L4_Word_t bits);
__asm__(".pushsection .text, \"ax\", %progbits\n\t.syntax unified\n\t.arm\n\t"
        ".type set_status, %function\n"
        "set_status:\n\tbic r0, r0, #0x200\n\tmsr cpsr_fsxc, r0\n\t"
        "cpsid aif, #0x13\n\tmrs r0, cpsr\n\tbx lr\n\t.popsection");

static void change_status(L4_Word_t arg)
{
    (void)arg;
    block[0] = set_status(0);
    block[1] = set_status(~0ul);
    stage++;
}

static void idle(L4_Word_t arg)
{
    (void)arg;
    __asm__ volatile("wfi\n\twfe\n\tsev\n\tyield\n\tdbg #0\n\tdmb\n\tisb");
    stage++;
}

static void test_status(void)
{
    enum { SETTABLE = 0xf80f0000 };

    stage = 0;
    thread = thread_here(change_status, 0, PRIO_MID);
    settle();
    ok(stage == 1 && (block[0] & ~SETTABLE) == (USER_MODE | 0x40) &&
           (block[1] & ~SETTABLE) == (USER_MODE | 0x40),
       "msr and cps change no mode, mask or state");
    ok((block[0] & SETTABLE) == 0 && (block[1] & SETTABLE) == SETTABLE,
       "but the flags");
    thread_delete(thread);
    stage = 0;
    thread = thread_here(idle, 0, PRIO_MID);
    settle();
    is(stage, 1, "wfi, wfe and their like are no exceptions");
    thread_delete(thread);
}

/* ---- an exclusive access that is interrupted ----------------------------- */

static volatile L4_Word_t go_on, failed;

static void reserve(L4_Word_t arg)
{
    L4_Word_t ignored;

    (void)arg;
    __asm__ volatile("ldrex %0, [%2]\n1:\tldr %0, [%3]\n\tcmp %0, #0\n\t"
                     "beq 1b\n\tstrex %1, %0, [%2]"
                     : "=&r"(ignored), "=&r"(failed)
                     : "r"(memory), "r"(&go_on)
                     : "cc", "memory");
    stage++;
}

static void test_reservation(void)
{
    go_on = stage = 0;
    failed = 2;
    thread = thread_here(reserve, 0, PRIO_MID);
    settle();
    go_on = 1;
    settle();
    ok(stage == 1 && failed == 1, "who is preempted between ldrex and strex "
                                  "stores nothing");
    thread_delete(thread);
}

int main(void)
{
    L4_Fpage_t hole = L4_FpageLog2(HOLE, 12);

    plan(TRAPS + 1 + 2 * 6 + 2 * 3 + 3 + 1 + 7 + 3 + 4 + 1 + 3 + 1);
    support_init();
    handler = thread_here(handle, 0, PRIO_HIGH);
    settle();
    hole = L4_Sigma0_GetPage_RcvWindow(
        L4_GlobalId(L4_ThreadIdUserBase(L4_GetKernelInterface()), 1), hole,
        hole);
    ok(!L4_IsNilFpage(hole), "sigma0 gives addresses that nothing is at");
    test_traps();
    test_foreign(foreign_arm, (L4_Word_t)foreign_after, "a foreign call");
    test_foreign(foreign_thumb, (L4_Word_t)foreign_after_thumb,
                 "one of Thumb code");
    test_registers(foreign_arm);
    test_registers(foreign_thumb);
    test_block();
    test_leaves_block();
    test_answer();
    test_refused();
    test_control();
    test_odd();
    test_status();
    test_reservation();
    return tap_status();
}
