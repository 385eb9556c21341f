/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers and flags of a thread as its exception handler, ExchangeRegisters
 * and the calls' binding see and set them (docs/abi-ia32.md).
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum {
    FLAG_CARRY = 1,
    FLAG_TF = 0x100,
    FLAG_IF = 0x200,
    FLAG_IOPL = 0x3000,
    FLAG_NT = 0x4000,
    FLAG_AC = 0x40000
};
/* Words of the message, x2.md 3.5. */
enum {
    M_IP = 1,
    M_FLAGS = 2,
    M_VECTOR = 3,
    M_ERROR = 4,
    M_EDI = 5,
    M_ESI = 6,
    M_EBP = 7,
    M_ESP = 8,
    M_EBX = 9,
    M_EDX = 10,
    M_ECX = 11,
    M_EAX = 12
};

/* What pusha leaves, and the flags. */
enum { EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX, FLAGS, REGISTERS };
static volatile L4_Word_t after[REGISTERS], stage;

/* eax is n, ebx n + 1 and so on: the order of the instructions below. */
static bool are(L4_Word_t n)
{
    return after[EAX] == n && after[EBX] == n + 1 && after[ECX] == n + 2 &&
           after[EDX] == n + 3 && after[ESI] == n + 4 && after[EDI] == n + 5 &&
           after[EBP] == n + 6;
}

/* ud2 with known registers; what they are behind it goes to `after`. */
static void raise_with_registers(L4_Word_t arg)
{
    (void)arg;
    L4_Set_ExceptionHandler(main_id);
    __asm__ volatile("push %%ebp\n\t"
                     "push %0\n\t"
                     "mov $0x1a, %%eax\n\t"
                     "mov $0x1b, %%ebx\n\t"
                     "mov $0x1c, %%ecx\n\t"
                     "mov $0x1d, %%edx\n\t"
                     "mov $0x1e, %%esi\n\t"
                     "mov $0x1f, %%edi\n\t"
                     "mov $0x20, %%ebp\n\t"
                     "clc\n\t"
                     "ud2\n\t"
                     "pushf\n\t"
                     "pusha\n\t"
                     "push $2\n\t"
                     "popf\n\t"
                     "mov %%esp, %%esi\n\t"
                     "mov 36(%%esp), %%edi\n\t"
                     "mov $9, %%ecx\n\t"
                     "rep movsl\n\t"
                     "add $40, %%esp\n\t"
                     "pop %%ebp\n\t"
                     :
                     : "a"(after)
                     : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
    stage = 1;
}

static void test_message(void)
{
    L4_ThreadId_t t = thread_in_new_space(raise_with_registers, 0, PRIO_MID);
    L4_Word_t mr[16];

    L4_MsgTag_t tag = L4_Receive(t);
    L4_StoreMRs(0, 16, mr);
    ok(protocol(tag) == LABEL_EXCEPTION && tag.X.u == 12,
       "an exception message of 12 words");
    ok(mr[M_VECTOR] == 6 && mr[M_ERROR] == 0, "vector 6, no error code");
    ok(mr[M_EAX] == 0x1a && mr[M_EBX] == 0x1b && mr[M_ECX] == 0x1c &&
           mr[M_EDX] == 0x1d,
       "eax to edx");
    ok(mr[M_ESI] == 0x1e && mr[M_EDI] == 0x1f && mr[M_EBP] == 0x20,
       "esi, edi, ebp");
    ok(mr[M_ESP] >= (L4_Word_t)stacks &&
           mr[M_ESP] < (L4_Word_t)(stacks + MAX_THREADS),
       "esp");
    ok(!(mr[M_FLAGS] & FLAG_CARRY) && (mr[M_FLAGS] & FLAG_IF), "the flags");
    /* One word: it goes on behind the instruction, with all as it was. */
    L4_LoadMRs(0, 16, mr);
    for (int i = 2; i < 16; i++)
        L4_LoadMR(i, 0x7777);
    L4_LoadMR(M_IP, mr[M_IP] + 2);
    L4_Set_MsgTag(words_tag(1, 0));
    L4_Send(t);
    settle();
    is(stage, 1, "an answer of one word");
    ok(are(0x1a), "changes no register but the ip");
    thread_delete(t);
}

static void test_answer(void)
{
    L4_ThreadId_t t = thread_in_new_space(raise_with_registers, 0, PRIO_MID);
    L4_Word_t mr[16];

    stage = 0;
    L4_Receive(t);
    L4_StoreMRs(0, 16, mr);
    mr[0] = 12;
    mr[M_IP] += 2;
    mr[M_EAX] = 0x2a;
    mr[M_EBX] = 0x2b;
    mr[M_ECX] = 0x2c;
    mr[M_EDX] = 0x2d;
    mr[M_ESI] = 0x2e;
    mr[M_EDI] = 0x2f;
    mr[M_EBP] = 0x30;
    mr[M_FLAGS] = FLAG_CARRY | FLAG_IOPL | FLAG_NT; /* and IF not */
    L4_LoadMRs(0, 16, mr);
    L4_Send(t);
    settle();
    is(stage, 1, "an answer of 12 words");
    ok(are(0x2a), "changes the registers");
    ok((after[FLAGS] & FLAG_CARRY) != 0, "and the flags that are the user's");
    is(after[FLAGS] & (FLAG_IOPL | FLAG_NT | FLAG_IF), FLAG_IF,
       "but no others");
    thread_delete(t);
}

static void spin(L4_Word_t arg)
{
    (void)arg;
    for (;;)
        stage++;
}

static void test_exregs(void)
{
    L4_ThreadId_t t = thread_in(main_id, spin, 0, PRIO_LOW);
    struct regs r = { .flags = ~0ul };

    settle();
    exregs(t, EX_HALT | EX_HALT_VALID, &r);
    r.flags = ~0ul & ~(L4_Word_t)FLAG_AC;
    exregs(t, EX_FLAGS, &r);
    exregs(t, EX_DELIVER, &r);
    is(r.flags & FLAG_TF, 0, "ExchangeRegisters does not set TF");
    is(r.flags & (FLAG_NT | 0x30000), 0, "nor NT, RF, VM");
    ok((r.flags & FLAG_CARRY) && (r.flags & FLAG_IF), "but the carry");
    thread_delete(t);
    /* In a wait, whose end would make the flags canonical. */
    static struct job job;
    t = thread_here(worker, 0, PRIO_MID);
    settle();
    job = (struct job){ .from = main_id };
    job_start(t, &job);
    r.flags = FLAG_CARRY;
    exregs(t, EX_FLAGS, &r);
    exregs(t, EX_DELIVER, &r);
    ok((r.flags & FLAG_CARRY) != 0, "a flag set in a wait is there");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(t, L4_ZeroTime);
    ok(job_wait(&job) && !job_error(&job), "and the wait ends as it should");
    thread_delete(t);
}

/* Unmap takes its first fpage from esi, whatever memory says. */
static void test_unmap(void)
{
    L4_Fpage_t f = L4_FpageLog2((L4_Word_t)after & ~(L4_Word_t)0xfff, 12);
    L4_Word_t *mr = (L4_Word_t *)L4_MyLocalId().raw;
    L4_Word_t first = f.raw, control = 0, utcb = (L4_Word_t)mr;

    after[0] = 1;
    mr[0] = 0;
    __asm__ volatile("call *%3"
                     : "+a"(control), "+S"(first), "+D"(utcb)
                     : "b"(__l4_syscalls[6])
                     : "ecx", "edx", "memory", "cc");
    is(first, f.raw | 7, "Unmap reads and writes esi for MR0");
}

int main(void)
{
    plan(18);
    support_init();
    test_message();
    test_answer();
    test_exregs();
    test_unmap();
    return tap_status();
}
