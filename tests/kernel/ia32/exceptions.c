/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each exception that user code can raise: the message with all registers, and
 * the way on with all of them changed (x2.md 3.5, docs/abi-ia32.md).
 */
#include "calls.h"
#include "tap.h"
#include "way_in.h"
#include "worker.h"

enum { TF = 0x100, IF = 0x200, ONE = 2, CANONICAL = IF | ONE };
/* What a handler may set; x2.md 3.5: the user's bits. */
enum { USER_FLAGS = 0x240DD5 };
/* Words of the message. */
enum { IP = 1, FLAGS, VECTOR, ERROR, EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX };

/* ---- what raises them ----------------------------------------------------
 * Each case starts with known registers on a stack of its own. It may change
 * some; from its label `at` on, all is as the message should say. Not here is
 * what QEMU leaves out: limits and types of data segments, most lock prefixes,
 * icebp, alignment checks, unmasked errors of SSE.
 */

struct code {
    const char *name;
    const char *start, *at, *end;
    unsigned vector;
    L4_Word_t error;
    bool after;       /* a trap: ip is behind the instruction */
    unsigned touched; /* registers that the case changed, bits by word */
    int pushed;       /* words */
};

#define CODE(label, before, instruction) \
    __asm__("start_" #label ":\n\t" before "\nat_" #label ":\n\t" instruction \
            "\nend_" #label ":\n\tjmp landed"); \
    extern const char start_##label[], at_##label[], end_##label[]

CODE(divide, "xorl %ecx, %ecx", "divl %ecx");
CODE(overflow, "movl $0x80000000, %eax\n\tcltd\n\tmovl $-1, %ecx",
     "idivl %ecx");
CODE(step, "pushfl\n\torl $0x100, (%esp)\n\tpopfl", "nop");
CODE(int3, "", "int3");
CODE(int_3, "", ".byte 0xcd, 3");
CODE(into, "movl $0x7fffffff, %eax\n\taddl $1, %eax", "into");
CODE(int_4, "", "int $4");
CODE(bound, "pushl $5\n\tpushl $1\n\tmovl $9, %eax", "boundl %eax, (%esp)");
CODE(ud2, "", "ud2");
CODE(lock_lock_nop, "", ".byte 0xf0, 0xf0, 0x90");
CODE(lock_only, "", ".byte 0xf0, 0x0f, 0x0b");
CODE(syscall, "", "syscall");
CODE(fpu_fault,
     "pushl $0x37b\n\tfninit\n\tfldcw (%esp)\n\tfldz\n\tfld1\n\t"
     "fdivp",
     "fwait");
CODE(too_long, "", ".fill 15, 1, 0x66\n\tnop");
/* Selectors: the kernel's code and data, what is not there, the task's, the
 * UTCB's where it must be writable, and null where it must not be. */
CODE(ds_code, "movl $8, %eax", "movl %eax, %ds");
CODE(ds_data, "movl $0x10, %eax", "movl %eax, %ds");
CODE(es_absent, "movl $0x33, %eax", "movl %eax, %es");
CODE(fs_task, "movl $0x3b, %eax", "movl %eax, %fs");
CODE(gs_local, "movl $7, %eax", "movl %eax, %gs");
CODE(gs_far, "movl $0xfffb, %eax", "movl %eax, %gs");
CODE(ss_utcb, "movl $0x2b, %eax", "movl %eax, %ss");
CODE(ss_null, "xorl %eax, %eax", "movl %eax, %ss");
CODE(ss_data, "movl $0x10, %eax", "movl %eax, %ss");
CODE(jump_code, "", "ljmp $8, $0xc0100000");
CODE(jump_data, "", "ljmp $0x23, $0");
CODE(jump_task, "", "ljmp $0x3b, $0");
CODE(call_task, "", "lcall $0x38, $0");
CODE(call_null, "", "lcall $0, $0");
CODE(lret, "pushl $8\n\tpushl $0", "lret");
CODE(iret, "pushl $2\n\tpushl $8\n\tpushl $0", "iret");
CODE(iret_task, "pushfl\n\torl $0x4000, (%esp)\n\tpopfl", "iret");
/* What only the kernel may do. */
CODE(hlt, "", "hlt");
CODE(cli, "", "cli");
CODE(sti, "", "sti");
CODE(clts, "", "clts");
CODE(read_cr, "", "movl %cr0, %eax");
CODE(write_cr, "", "movl %eax, %cr3");
CODE(read_dr, "", "movl %dr7, %eax");
CODE(write_dr, "", "movl %eax, %dr0");
CODE(rdmsr, "", "rdmsr");
CODE(wrmsr, "", "wrmsr");
CODE(rdpmc, "", "rdpmc");
CODE(invd, "", "invd");
CODE(wbinvd, "", "wbinvd");
CODE(invlpg, "", "invlpg (%esp)");
CODE(lgdt, "", "lgdt (%esp)");
CODE(lidt, "", "lidt (%esp)");
CODE(lldt, "", "lldt %ax");
CODE(ltr, "", "ltr %ax");
CODE(lmsw, "", "lmsw %ax");
CODE(sysexit, "", "sysexit");
CODE(last_port, "movl $0xffff, %edx", "inw %dx, %ax");
/* Flags that are not the user's. Not VM by iret, which QEMU obeys. */
CODE(popf, "pushl $-1 - 0x100\n\tpopfl\n\tpushfl\n\tpopl %eax", "ud2");
CODE(iret_flags,
     "pushl $-1 - 0x24100\n\tpushl $0x1b\n\tcall 1f\n"
     "1:\taddl $2f - 1b, (%esp)\n\tiret\n2:\tpushfl\n\tpopl %eax",
     "ud2");

#define AT(label) start_##label, at_##label, end_##label
#define R(word)   (1u << (word))
static const struct code codes[] = {
    { "division by zero", AT(divide), 0, 0, 0, R(ECX), 0 },
    { "a quotient too large", AT(overflow), 0, 0, 0, R(EAX) | R(EDX) | R(ECX),
      0 },
    { "a single step", AT(step), 1, 0, true, 0, 0 },
    { "int3", AT(int3), 3, 0, true, 0, 0 },
    { "int 3", AT(int_3), 3, 0, true, 0, 0 },
    { "into", AT(into), 4, 0, true, R(EAX), 0 },
    { "int 4", AT(int_4), 4, 0, true, 0, 0 },
    { "bound", AT(bound), 5, 0, 0, R(EAX), 2 },
    { "ud2", AT(ud2), 6, 0, 0, 0, 0 },
    { "lock lock nop", AT(lock_lock_nop), 6, 0, 0, 0, 0 },
    { "lock without nop", AT(lock_only), 6, 0, 0, 0, 0 },
    { "syscall", AT(syscall), 6, 0, 0, 0, 0 },
    { "an x87 error", AT(fpu_fault), 16, 0, 0, 0, 1 },
    { "16 bytes of an instruction", AT(too_long), 13, 0, 0, 0, 0 },
    { "kernel code in ds", AT(ds_code), 13, 8, 0, R(EAX), 0 },
    { "kernel data in ds", AT(ds_data), 13, 0x10, 0, R(EAX), 0 },
    { "another's thread register in es", AT(es_absent), 13, 0x30, 0, R(EAX),
      0 },
    { "the task's segment in fs", AT(fs_task), 13, 0x38, 0, R(EAX), 0 },
    { "a local descriptor in gs", AT(gs_local), 13, 4, 0, R(EAX), 0 },
    { "no descriptor in gs", AT(gs_far), 13, 0xfff8, 0, R(EAX), 0 },
    { "the UTCB's segment in ss", AT(ss_utcb), 13, 0x28, 0, R(EAX), 0 },
    { "null in ss", AT(ss_null), 13, 0, 0, R(EAX), 0 },
    { "kernel data in ss", AT(ss_data), 13, 0x10, 0, R(EAX), 0 },
    { "a jump to kernel code", AT(jump_code), 13, 8, 0, 0, 0 },
    { "a jump to data", AT(jump_data), 13, 0x20, 0, 0, 0 },
    { "a jump to the task", AT(jump_task), 13, 0x38, 0, 0, 0 },
    { "a call of the task", AT(call_task), 13, 0x38, 0, 0, 0 },
    { "a call of null", AT(call_null), 13, 0, 0, 0, 0 },
    { "lret to the kernel", AT(lret), 13, 8, 0, 0, 2 },
    { "iret to the kernel", AT(iret), 13, 8, 0, 0, 3 },
    { "iret to another task", AT(iret_task), 10, 0, 0, 0, 0 },
    { "hlt", AT(hlt), 13, 0, 0, 0, 0 },
    { "cli", AT(cli), 13, 0, 0, 0, 0 },
    { "sti", AT(sti), 13, 0, 0, 0, 0 },
    { "clts", AT(clts), 13, 0, 0, 0, 0 },
    { "reading cr0", AT(read_cr), 13, 0, 0, 0, 0 },
    { "writing cr3", AT(write_cr), 13, 0, 0, 0, 0 },
    { "reading dr7", AT(read_dr), 13, 0, 0, 0, 0 },
    { "writing dr0", AT(write_dr), 13, 0, 0, 0, 0 },
    { "rdmsr", AT(rdmsr), 13, 0, 0, 0, 0 },
    { "wrmsr", AT(wrmsr), 13, 0, 0, 0, 0 },
    { "rdpmc", AT(rdpmc), 13, 0, 0, 0, 0 },
    { "invd", AT(invd), 13, 0, 0, 0, 0 },
    { "wbinvd", AT(wbinvd), 13, 0, 0, 0, 0 },
    { "invlpg", AT(invlpg), 13, 0, 0, 0, 0 },
    { "lgdt", AT(lgdt), 13, 0, 0, 0, 0 },
    { "lidt", AT(lidt), 13, 0, 0, 0, 0 },
    { "lldt", AT(lldt), 13, 0, 0, 0, 0 },
    { "ltr", AT(ltr), 13, 0, 0, 0, 0 },
    { "lmsw", AT(lmsw), 13, 0, 0, 0, 0 },
    { "sysexit", AT(sysexit), 13, 0, 0, 0, 0 },
    { "a word at the last port", AT(last_port), 13, 0, 0, R(EDX), 0 },
    { "all flags by popf", AT(popf), 6, 0, 0, R(EAX), 0 },
    { "all flags by iret", AT(iret_flags), 6, 0, 0, R(EAX), 0 },
};
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

/* ---- who runs them ------------------------------------------------------- */

static L4_Word_t stack_a[1024] __attribute__((aligned(4096)));
static L4_Word_t stack_b[1024] __attribute__((aligned(4096)));
static volatile L4_Word_t after[9], landings, finished;
static char foreign[4096] __attribute__((aligned(4096)));
extern const char landed[];

/* Jumps to `code` with eax 0x1a, ebx 0x1b and so on. */
void depart(L4_Word_t code, L4_Word_t *stack) __attribute__((noreturn));
__asm__("depart:\n\t"
        "movl 4(%esp), %eax\n\t"
        "movl 8(%esp), %esp\n\t"
        "pushl %eax\n\t"
        "movl $0x1a, %eax\n\t"
        "movl $0x1b, %ebx\n\t"
        "movl $0x1c, %ecx\n\t"
        "movl $0x1d, %edx\n\t"
        "movl $0x1e, %esi\n\t"
        "movl $0x1f, %edi\n\t"
        "movl $0x20, %ebp\n\t"
        "clc\n\t"
        "ret\n"
        "landed:\n\t"
        "pushfl\n\t"
        "pushal\n\t"
        "pushl $2\n\t"
        "popfl\n\t"
        "pushl %esp\n\t"
        "call arrive");

static L4_Word_t initial(unsigned word)
{
    static const L4_Word_t values[] = {
        [EAX] = 0x1a, [EBX] = 0x1b, [ECX] = 0x1c, [EDX] = 0x1d,
        [ESI] = 0x1e, [EDI] = 0x1f, [EBP] = 0x20,
    };
    return values[word];
}

static void victim(L4_Word_t arg)
{
    L4_Word_t code;

    (void)arg;
    L4_Set_ExceptionHandler(main_id);
    while (L4_IpcFailed(L4_Receive(main_id)))
        ;
    L4_StoreMR(1, &code);
    depart(code, stack_a + 1024);
}

/* All registers as the handler set them, in the order of pushal and pushfl. */
void arrive(const L4_Word_t *frame);
void arrive(const L4_Word_t *frame)
{
    for (int i = 0; i < 9; i++)
        after[i] = frame[i];
    landings++;
    victim(0);
}

/* Lets the victim run this; its exception message goes to mr. */
static bool raises(L4_ThreadId_t t, const char *code, L4_Word_t *mr)
{
    L4_LoadMR(1, (L4_Word_t)code);
    L4_Set_MsgTag(words_tag(1, 0));
    if (L4_IpcFailed(L4_Send_Timeout(t, usec(20000))))
        return false;
    L4_MsgTag_t tag = L4_Receive_Timeout(t, usec(50000));
    L4_StoreMRs(0, 13, mr);
    return L4_IpcSucceeded(tag) && tag.raw == 0xFFB0000C;
}

/* It goes on at `landed`, with u words of these registers. */
static bool goes_on(L4_ThreadId_t t, L4_Word_t *mr, unsigned u)
{
    L4_Word_t before = landings;

    mr[0] = u;
    L4_LoadMRs(0, 13, mr);
    L4_Send(t);
    settle();
    return landings == before + 1;
}

static bool registers_are(const struct code *c, const L4_Word_t *mr)
{
    bool good = mr[ESP] == (L4_Word_t)(stack_a + 1024) -
                               (L4_Word_t)c->pushed * sizeof(L4_Word_t);

    for (unsigned i = EDI; i <= EAX; i++)
        good &= i == ESP || c->touched & R(i) || mr[i] == initial(i);
    return good && mr[IP] == (L4_Word_t)(c->after ? c->end : c->at) &&
           (mr[FLAGS] & ~(L4_Word_t)USER_FLAGS) == CANONICAL;
}

/* New values for everything, and all flags but the single step. */
static void change(L4_Word_t *mr)
{
    for (unsigned i = EDI; i <= EAX; i++)
        mr[i] = 0x12340000 + i;
    mr[IP] = (L4_Word_t)landed;
    mr[ESP] = (L4_Word_t)(stack_b + 1024);
    mr[FLAGS] = ~(L4_Word_t)TF;
    mr[VECTOR] = mr[ERROR] = 0x55;
}

static bool changed(void)
{
    static const unsigned order[] = { EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX };
    bool good = after[8] == ((USER_FLAGS & ~TF) | CANONICAL);

    for (unsigned i = 0; i < 8; i++) {
        if (order[i] == ESP)
            good &= after[i] == (L4_Word_t)(stack_b + 1023);
        else
            good &= after[i] == 0x12340000 + order[i];
    }
    return good;
}

static void show(const L4_Word_t *mr)
{
    printf("# ip %lx flags %lx vector %lu error %lx esp %lx\n", mr[IP],
           mr[FLAGS], mr[VECTOR], mr[ERROR], mr[ESP]);
}

static void test_code(L4_ThreadId_t t, const struct code *c)
{
    L4_Word_t mr[16];
    bool good = raises(t, c->start, mr);

    good = good && mr[VECTOR] == c->vector && mr[ERROR] == c->error &&
           registers_are(c, mr);
    if (!good)
        show(mr);
    change(mr);
    good = goes_on(t, mr, 12) && good;
    ok(good && changed(), c->name);
}

/* ---- flags --------------------------------------------------------------- */

static void test_flags(L4_ThreadId_t t)
{
    const L4_Word_t io = 0x3000, virtual = 0x20000;
    L4_Word_t mr[16];

    raises(t, start_popf, mr);
    ok((mr[EAX] & (IF | io | virtual)) == IF,
       "popf sets neither I/O privilege nor VM, and IF stays");
    change(mr);
    goes_on(t, mr, 12);
    raises(t, start_iret_flags, mr);
    ok((mr[EAX] & (IF | io | virtual)) == IF, "nor does iret");
    change(mr);
    goes_on(t, mr, 12);
    raises(t, start_step, mr);
    ok((mr[FLAGS] & TF) != 0, "the trap flag is told");
    /* It goes on stepping if the handler leaves it. */
    mr[IP] = (L4_Word_t)at_step;
    mr[0] = 12;
    L4_LoadMRs(0, 13, mr);
    L4_Set_MsgTag(words_tag(12, 0));
    L4_MsgTag_t tag = L4_Call(t);
    L4_StoreMRs(0, 13, mr);
    ok(tag.raw == 0xFFB0000C && mr[VECTOR] == 1 &&
           mr[IP] == (L4_Word_t)end_step,
       "and stays until the handler clears it");
    change(mr);
    goes_on(t, mr, 12);
}

/* ---- int n --------------------------------------------------------------- */

enum { FOREIGN = 0x80, CALLS = 0x90, KDB = 0x9f };

static bool is_call(unsigned n)
{
    return n == KDB || (n && n == IPC_INTERRUPT) ||
           (n >= CALLS && n < CALLS + 14 && n != CALLS + 4 && n != CALLS + 5);
}

static bool is_trap(unsigned n)
{
    return n == 3 || n == 4 || n == FOREIGN;
}

static void test_int(L4_ThreadId_t t)
{
    L4_Word_t mr[16];
    bool good = true;

    for (unsigned n = 0; n < 256; n++) {
        L4_Word_t at = (L4_Word_t)foreign;
        if (is_call(n))
            continue;
        foreign[0] = (char)0xcd;
        foreign[1] = (char)n;
        bool here = raises(t, foreign, mr) &&
                    mr[IP] == (is_trap(n) ? at + 2 : at) &&
                    mr[VECTOR] == (is_trap(n) ? n : 13) &&
                    mr[ERROR] == (is_trap(n) ? 0 : 8 * n + 2);
        if (!here) {
            printf("# int %u:\n", n);
            show(mr);
        }
        change(mr);
        good = goes_on(t, mr, 12) && here && good;
    }
    ok(good, "int n: 3, 4, 128 and the calls are themselves, others 13");
}

/* ---- short answers ------------------------------------------------------- */

static void test_short(L4_ThreadId_t t)
{
    bool good = true;
    L4_Word_t mr[16], old[16];

    for (unsigned u = 1; u <= 12; u++) {
        raises(t, start_ud2, old);
        for (int i = 0; i < 13; i++)
            mr[i] = old[i];
        change(mr);
        /* ESP stays, so the stack where it lands may be either. */
        good = goes_on(t, mr, u) && good;
        for (unsigned i = 0; i < 8; i++) {
            static const unsigned order[] = { EDI, ESI, EBP, ESP,
                                              EBX, EDX, ECX, EAX };
            L4_Word_t want = order[i] <= u ? mr[order[i]] : old[order[i]];
            good &= after[i] == (order[i] == ESP ? want - 4 : want);
        }
        good &= after[8] ==
                (u >= FLAGS ? ((USER_FLAGS & ~TF) | CANONICAL) : old[FLAGS]);
        if (!good) {
            printf("# %u words\n", u);
            break;
        }
    }
    ok(good, "an answer of 1 to 12 words changes as many registers");
}

/* ---- nobody helps -------------------------------------------------------- */

static void run(L4_Word_t code)
{
    depart(code, stack_a + 1024);
}

/* It is halted and all else goes on. */
static bool halts(thread_fn *fn, L4_Word_t arg)
{
    L4_ThreadId_t t = thread_in_new_space(fn, arg, PRIO_MID);
    L4_Word_t before = landings;

    settle();
    bool halted = thread_state(t) == L4_SCHEDRESULT_INACTIVE;
    thread_delete(t);
    return halted && landings == before;
}

static void test_unhandled(void)
{
    bool good = true;

    for (int i = 0; i < CODES; i++) {
        if (!halts(run, (L4_Word_t)codes[i].start)) {
            printf("# %s\n", codes[i].name);
            good = false;
        }
    }
    ok(good, "without a handler each halts its thread alone");
}

/* ---- Ipc and the KIP ----------------------------------------------------- */

static const L4_Word_t kernel_addresses[] = {
    0xC0000000, 0xC0100000, 0xE0000000, 0xE4400000, 0xFFFFFFFF,
};

static void wild_return(L4_Word_t ip)
{
    __asm__ volatile("movl %0, %%ebp\n\t" IPC_WILD
                     :
                     : "b"(ip), "a"(0), "d"(0), "c"(0), "S"(0));
}

/* Ipc with this stack pointer to come back to; result: that it has then.
 * Its own is kept in a word of the thread's. */
L4_Word_t stack_after(L4_Word_t sp);
__asm__("stack_after:\n\t"
        "pushal\n\t"
        "movl 36(%esp), %ebp\n\t"
        "movl %fs:0, %edi\n\t"
        "movl %esp, -16(%edi)\n\t"
        "call 1f\n"
        "1:\tpopl %ebx\n\t"
        "addl $2f - 1b, %ebx\n\t"
        "xorl %eax, %eax\n\t"
        "xorl %ecx, %ecx\n\t"
        "xorl %edx, %edx\n\t"
        "xorl %esi, %esi\n\t" IPC_WITH_STACK "2:\tmovl %esp, %eax\n\t"
        "movl -16(%edi), %esp\n\t"
        "movl %eax, 28(%esp)\n\t"
        "popal\n\t"
        "ret");

static void wild_stacks(L4_Word_t arg)
{
    static const L4_Word_t more[] = { 0, 1, 0x1003, FREE_WINDOW, 0xBFFFFFFF };

    (void)arg;
    for (unsigned i = 0; i < sizeof(more) / 4; i++)
        finished += stack_after(more[i]) == more[i];
    for (unsigned i = 0; i < sizeof(kernel_addresses) / 4; i++)
        finished += stack_after(kernel_addresses[i]) == kernel_addresses[i];
}

static void stray(L4_Word_t offset)
{
    L4_Set_ExceptionHandler(raw_id(0));
    depart(kip_address + offset, stack_a + 1000);
}

static void test_strays(void)
{
    bool good = true;

    for (unsigned i = 0; i < sizeof(kernel_addresses) / 4; i++)
        good &= halts(wild_return, kernel_addresses[i]);
    ok(good, "a way back to the kernel's addresses halts its thread");
    finished = 0;
    L4_ThreadId_t w = thread_in_new_space(wild_stacks, 0, PRIO_MID);
    settle();
    is(finished, 5 + sizeof(kernel_addresses) / 4,
       "with any stack pointer it comes back, with just that");
    thread_delete(w);
    /* Whatever the bytes of the stubs are from the second one on. */
    for (L4_Word_t offset = 0xC00; offset < 0xC50; offset++) {
        L4_ThreadId_t t = thread_in_new_space(stray, offset, PRIO_LOW);
        settle();
        thread_delete(t);
    }
    ok(true, "nor does it matter where the KIP is entered");
}

/* ---- faults in the middle ------------------------------------------------ */

enum { PAGES = 3 };
static char from_pages[PAGES][4096] __attribute__((aligned(4096)));
static char to_pages[PAGES][4096] __attribute__((aligned(4096)));
enum { MOVE_UP, MOVE_DOWN, SCAN };
static volatile L4_Word_t left;

/* rep over bytes in pages that are not there. */
static void repeat(L4_Word_t how)
{
    L4_Word_t count = how == MOVE_DOWN ? 4000 : 5000,
              to = FREE_WINDOW + 4096 + 100;
    L4_Word_t from = (L4_Word_t)from_pages + 4096 + 100;

    L4_Set_Pager(main_id);
    if (how == MOVE_DOWN)
        __asm__ volatile("std\n\trep movsb\n\tcld"
                         : "+c"(count), "+S"(from), "+D"(to)
                         :
                         : "memory");
    else if (how == MOVE_UP)
        __asm__ volatile("rep movsb"
                         : "+c"(count), "+S"(from), "+D"(to)
                         :
                         : "memory");
    else
        __asm__ volatile("repne scasb"
                         : "+c"(count), "+D"(to)
                         : "a"(0x77)
                         : "memory");
    left = count;
    finished = 1;
    L4_Set_Pager(pager_id);
}

/* Serves t until it is done; result: how often it faulted. */
static unsigned serve(L4_ThreadId_t t, L4_Word_t *last_ip)
{
    unsigned faults = 0;
    L4_Word_t address;

    while (L4_IpcSucceeded(L4_Receive_Timeout(t, usec(5000)))) {
        L4_StoreMR(1, &address);
        L4_StoreMR(2, last_ip);
        L4_Word_t page = address;
        if (address >= FREE_WINDOW) {
            page = (L4_Word_t)to_pages + address - FREE_WINDOW;
            faults++;
        }
        load_map(page_at(page, L4_FullyAccessible), address);
        L4_Send(t);
    }
    return faults;
}

static void test_repeat(L4_Word_t how, const char *name)
{
    char *from = from_pages[0], *to = to_pages[0];
    L4_Word_t ip;
    bool good = true;

    for (int i = 0; i < PAGES * 4096; i++) {
        from[i] = (char)(i * 7 + i / 256);
        to[i] = 0;
    }
    to[4096 + 100 + 4500] = 0x77;
    finished = 0;
    L4_ThreadId_t t = thread_in_new_space(repeat, how, PRIO_MID);
    good = serve(t, &ip) == 2 && finished;
    int low = how == MOVE_DOWN ? 4196 - 3999 : 4196;
    int high = how == MOVE_DOWN ? 4197 : how == MOVE_UP ? 4196 + 5000 : 4196;
    for (int i = low; i < high; i++)
        good &= to[i] == from[i];
    good &= left == (how == SCAN ? 499 : 0);
    ok(good, name);
    thread_delete(t);
}

/* Into the stub with a stack that is not there, and where it returns to in the
 * page that comes. All arguments are 0; result: EAX. */
L4_Word_t through_stub(L4_Word_t entry);
__asm__("through_stub:\n\t"
        "pushal\n\t"
        "movl 36(%esp), %ebx\n\t"
        "movl %fs:0, %edi\n\t"
        "movl %esp, -16(%edi)\n\t" /* a word of the thread's own */
        "xorl %eax, %eax\n\t"
        "xorl %ecx, %ecx\n\t"
        "xorl %edx, %edx\n\t"
        "xorl %esi, %esi\n\t"
        "movl $0x20000ffc, %esp\n\t"
        "jmp *%ebx\n"
        "stub_return:\n\t"
        "movl %fs:0, %edi\n\t"
        "movl -16(%edi), %esp\n\t"
        "movl %eax, 28(%esp)\n\t"
        "popal\n\t"
        "ret");
extern const char stub_return[];
_Static_assert(FREE_WINDOW == 0x20000000, "through_stub");

static void bare_stack(L4_Word_t entry)
{
    L4_Set_Pager(main_id);
    left = through_stub(entry);
    finished = 1;
    L4_Set_Pager(pager_id);
}

enum { IPC_ENTRY = 4, CLOCK_ENTRY = 8 };

static void test_stub(int index, const char *name)
{
    L4_Word_t ip = 0;

    *(L4_Word_t *)(to_pages[1] - 4) = (L4_Word_t)stub_return;
    finished = 0;
    L4_ThreadId_t t =
        thread_in_new_space(bare_stack, __l4_syscalls[index], PRIO_MID);
    unsigned faults = serve(t, &ip);
    ok(faults == 1 && finished && (left == 0) == (index == IPC_ENTRY), name);
    thread_delete(t);
}

/* ---- privilege ----------------------------------------------------------- */

static L4_Word_t flags(void)
{
    L4_Word_t f;

    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(f));
    return f;
}

/* Interrupts off: a privileged thread's, and only until it comes back to the
 * kernel. */
static void test_cli(void)
{
    L4_Word_t off, call, ipc, interface;

    __asm__ volatile("cli" : : : "memory");
    off = flags();
    L4_SystemClock();
    call = flags();
    __asm__ volatile("cli" : : : "memory");
    L4_Receive_Timeout(L4_MyGlobalId(), L4_ZeroTime);
    ipc = flags();
    __asm__ volatile("cli" : : : "memory");
    L4_KernelInterface(NULL, NULL, NULL);
    interface = flags();
    ok(!(off & IF), "a privileged thread can switch interrupts off");
    ok((call & IF) && (ipc & IF) && (interface & IF),
       "until its next call, message or exception");
}

int main(void)
{
    L4_ThreadId_t t;

    plan(CODES + 17);
    support_init();
    L4_Set_ThreadRegister(0); /* which is not the victim's */
    t = thread_in_new_space(victim, 0, PRIO_MID);
    for (int i = 0; i < CODES; i++)
        test_code(t, &codes[i]);
    test_flags(t);
    test_int(t);
    test_short(t);
    thread_delete(t);
    test_unhandled();
    test_strays();
    test_repeat(MOVE_UP, "rep movsb over pages that come one by one");
    test_repeat(MOVE_DOWN, "also downwards");
    test_repeat(SCAN, "repne scasb");
    test_stub(IPC_ENTRY, "a fault in the stub of Ipc");
    test_stub(CLOCK_ENTRY, "a fault at the return from SystemClock");
    test_cli();
    return tap_status();
}
