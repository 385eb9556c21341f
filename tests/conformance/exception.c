/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions. What raises one is the compiler's trap, an instruction that no
 * program may execute. Of the message MR1, the ip, is the same everywhere.
 * clauses: 4500
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

static volatile L4_Word_t stage, kept_mr[64], kept_br, kept_error, seen_sp;
static L4_ThreadId_t handler;
static struct {
    L4_MsgTag_t tag;
    L4_Word_t mr[64], count;
    L4_ThreadId_t from;
} volatile seen;
static enum { SKIP, UNCHANGED, NEVER, IP_ONLY, NO_WORDS, NEW_SP } mode;
static volatile L4_Word_t resume_ip;
static char second_stack[STACK_BYTES] __attribute__((aligned(16)));

/* The layouts of x2.md 3.5: words in all, where the stack pointer is, and what
 * tells this exception from others. */
#if defined(L4_ARCH_IA32)
enum { WORDS = 12, SP_WORD = 8, IDENTITY_WORD = 3, INVALID_OPCODE = 6 };
static L4_Word_t identity(L4_ThreadId_t t)
{
    (void)t;
    return INVALID_OPCODE;
}
#else
enum { WORDS = 6, SP_WORD = 2, IDENTITY_WORD = 6 };
static L4_Word_t identity(L4_ThreadId_t t)
{
    return L4_LocalIdOf(t).raw;
}
#endif

static void __attribute__((noinline)) trap(void)
{
    __builtin_trap();
}

static void after_exception(void)
{
    L4_Word_t w;

    for (int i = 0; i < 64; i++) {
        L4_StoreMR(i, &w);
        kept_mr[i] = w;
    }
    L4_StoreBR(0, &w);
    kept_br = w;
    seen_sp = (L4_Word_t)&w;
    stage = 2;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void raise_exception(L4_Word_t arg)
{
    if (arg)
        L4_Set_ExceptionHandler(handler);
    for (int i = 0; i < 64; i++)
        L4_LoadMR(i, 12300 + (L4_Word_t)i);
    L4_LoadBR(0, 0x12340010);
    stage = 1;
    trap();
}

static void answer(L4_MsgTag_t *tag)
{
    tag->raw &= 0xffff;
    switch (mode) {
    case NEW_SP:
        L4_LoadMR(SP_WORD, (L4_Word_t)second_stack + STACK_BYTES - 64);
        /* fall through */
    case SKIP:
        L4_LoadMR(1, resume_ip);
        break;
    case IP_ONLY:
        L4_LoadMR(1, resume_ip);
        L4_LoadMR(SP_WORD, 0);
        tag->raw = 1;
        break;
    case NO_WORDS:
        L4_LoadMR(1, 0);
        tag->raw = 0;
        mode = SKIP;
        break;
    default:
        mode = SKIP;
    }
    L4_Set_MsgTag(*tag);
}

static void handle(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);
    L4_Word_t w;

    (void)arg;
    for (;;) {
        seen.tag = tag;
        seen.from = from;
        seen.count++;
        for (int i = 0; i < 16; i++) {
            L4_StoreMR(i, &w);
            seen.mr[i] = w;
        }
        if (mode == NEVER) {
            tag = L4_Wait(&from);
            continue;
        }
        answer(&tag);
        tag = L4_ReplyWait(from, &from);
    }
}

static L4_ThreadId_t raise(int how)
{
    L4_ThreadId_t t;

    mode = how;
    seen.count = 0;
    stage = 0;
    t = thread_here(raise_exception, 1, PRIO_MID);
    settle();
    return t;
}

static void test_message(void)
{
    L4_ThreadId_t t = raise(SKIP);
    unsigned slot = (unsigned)(L4_ThreadNo(t) - thread_no(0));
    bool kept = true;

    CLAUSE_IS(4500, "3.5", "a trap sends one message to the exception handler",
              seen.count, 1);
    CLAUSE_IS(4501, "3 number -5; 3.5", "its label is -5",
              (L4_Word_t)protocol(seen.tag), (L4_Word_t)LABEL_EXCEPTION);
    CLAUSE(4502, "3.5; 1.7", "no flags are set in it",
           (seen.tag.raw >> 12 & 0xf) == 0 && (seen.tag.raw >> 16 & 0xf) == 0);
    CLAUSE_IS(4503, "3.5; 3", "it is from the thread", seen.from.raw,
              L4_LocalIdOf(t).raw);
    CLAUSE(4504, "3.5", "MR1 is the ip of the instruction",
           seen.mr[1] >= (L4_Word_t)trap && seen.mr[1] < (L4_Word_t)trap + 64);
    CLAUSE(4505, "3.5", "the stack pointer is in the thread's stack",
           seen.mr[SP_WORD] > (L4_Word_t)stacks[slot] &&
               seen.mr[SP_WORD] < (L4_Word_t)stacks[slot + 1]);
    CLAUSE(4506, "3.5 mr EIP; 3.5 message generic trap",
           "it has the registers of the processor as untyped words",
           seen.tag.X.u == WORDS && seen.tag.X.t == 0);
    CLAUSE_IS(4507, "3.5",
              "among them is the vector number, or the thread's local id",
              seen.mr[IDENTITY_WORD], identity(t));
    CLAUSE_IS(4508, "3.5", "the thread goes on at the ip of the reply", stage,
              2);
    for (L4_Word_t i = 0; i < 64; i++)
        kept &= kept_mr[i] == 12300 + i;
    CLAUSE(4509, "3; 1.8; 3.5", "its message registers are as before", kept);
    CLAUSE_IS(4510, "3; 1.9; 3.5", "its BR0 is as before", kept_br, 0x12340010);
    thread_delete(t);
}

static void test_answers(void)
{
    L4_ThreadId_t t = raise(UNCHANGED);

    CLAUSE(4511, "3.5", "an unchanged reply repeats the instruction",
           seen.count == 2 && stage == 2);
    thread_delete(t);
    t = raise(NEW_SP);
    CLAUSE(4512, "3.5",
           "the thread goes on with the stack pointer of the reply",
           stage == 2 && seen_sp > (L4_Word_t)second_stack &&
               seen_sp < (L4_Word_t)second_stack + STACK_BYTES);
    thread_delete(t);
    t = raise(IP_ONLY);
    CLAUSE(4513, "5.3 # A27",
           "a reply with one word sets the ip and keeps the rest",
           stage == 2 && seen_sp > (L4_Word_t)stacks &&
               seen_sp < (L4_Word_t)(stacks + MAX_THREADS));
    thread_delete(t);
    t = raise(NO_WORDS);
    CLAUSE(4514, "5.3 # A27", "a reply without words changes no register",
           seen.count == 2 && stage == 2);
    thread_delete(t);
}

static void test_far(void)
{
    L4_ThreadId_t t;

    mode = SKIP;
    seen.count = 0;
    stage = 0;
    t = thread_in_new_space(raise_exception, 1, PRIO_MID);
    settle();
    settle();
    CLAUSE_IS(4515, "3.5; 2.10.1",
              "a handler in another space sees the global id", seen.from.raw,
              t.raw);
    CLAUSE_IS(4516, "3.5", "it can let the thread go on", stage, 2);
    thread_delete(t);
}

static void test_nobody(void)
{
    L4_ThreadId_t t, saved = handler;

    stage = 0;
    t = thread_here(raise_exception, 0, PRIO_MID);
    settle();
    CLAUSE(4517, "3.5; 2.9 value 2", "without a handler a thread is halted",
           stage == 1 && thread_state(t) == L4_SCHEDRESULT_INACTIVE);
    resume_ip = (L4_Word_t)after_exception;
    struct regs r = { .ip = resume_ip };
    exregs(t, EX_IP | EX_HALT_VALID, &r);
    settle();
    CLAUSE_IS(4518, "3.5; 2.3", "ExchangeRegisters lets it run elsewhere",
              stage, 2);
    thread_delete(t);
    handler = fresh(0);
    t = thread_here(raise_exception, 1, PRIO_MID);
    settle();
    CLAUSE_IS(4519, "3.5", "with a handler that does not exist it is halted",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    thread_delete(t);
    handler = thread_here(worker, 0, PRIO_MID);
    settle();
    t = thread_here(raise_exception, 1, PRIO_MID);
    settle();
    CLAUSE_IS(4520, "3.5; 2.9 value 4",
              "the message to a handler that does not wait for it waits",
              thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
    thread_delete(handler);
    settle();
    CLAUSE_IS(4521, "3.5",
              "a thread whose handler is deleted meanwhile is halted",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    thread_delete(t);
    handler = saved;
}

static void test_abort(void)
{
    L4_ThreadId_t t = raise(NEVER);
    unsigned slot = (unsigned)(L4_ThreadNo(t) - thread_no(0));

    CLAUSE_IS(4522, "3.5; 2.9 value 6", "the thread waits for the reply",
              thread_state(t), L4_SCHEDRESULT_WAITING);
    L4_Set_MsgTag(words_tag(0, 0));
    CLAUSE_IS(4523, "3", "nobody but the handler can send that reply",
              tag_error(L4_Send_Timeout(t, L4_ZeroTime)), E_TIMEOUT << 1);
    L4_Start_SpIp(t, (L4_Word_t)stacks[slot] + STACK_BYTES - 64, resume_ip);
    settle();
    CLAUSE_IS(4524, "2.3; 3.5", "ExchangeRegisters drops the exception", stage,
              2);
    CLAUSE_IS(4525, "2.3; 3.5",
              "after that its message registers are as before", kept_mr[3],
              12303);
    thread_delete(t);
}

int main(void)
{
    support_init();
    resume_ip = (L4_Word_t)after_exception;
    handler = thread_here(handle, 0, PRIO_HIGH);
    settle();
    test_message();
    test_answers();
    test_far();
    test_nobody();
    test_abort();
    return CLAUSES_END();
}
