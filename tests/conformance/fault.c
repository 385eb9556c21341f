/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page faults.
 * clauses: 4300
 */
#include "accessor.h"
#include "calls.h"
#include "clause.h"
#include "worker.h"

static struct accessor a;
static volatile L4_Word_t touched, got_mr[64], got_br0, got_error, got_word,
    got_virtual;
static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));

static L4_Word_t __attribute__((noinline, aligned(64))) leaf(void)
{
    return 4242;
}

static void test_message(void)
{
    L4_Word_t where = FREE_WINDOW + 0x124;
    bool has_x = (L4_PageRights(L4_GetKernelInterface()) & L4_eXecutable) != 0;

    act(&a, OP_READ, where, 0);
    CLAUSE_IS(4300, "3.3 register tag; 3 number -2",
              "a read fault's label has r set", a.fault & L4_Readable,
              L4_Readable);
    CLAUSE_IS(4301, "3.3", "a read fault's label has no w",
              a.fault & L4_Writable, 0);
    CLAUSE_IS(4302, "3.3 register MR1", "MR1 is the address of the access",
              a.fault_address, where);
    CLAUSE(4303, "3.3 register MR2", "MR2 is the ip of the access",
           a.fault_ip >= image_low && a.fault_ip < image_high);
    act(&a, OP_WRITE, where, 1);
    CLAUSE_IS(4304, "3.3; 5.3 # A3", "a write fault's label has w alone",
              a.fault, L4_Writable);
    act(&a, OP_READ, FREE_WINDOW + 0x1ff8, 0);
    CLAUSE_IS(4305, "3.3 register MR1", "the address is exact, not the page's",
              a.fault_address, FREE_WINDOW + 0x1ff8);
    act(&a, OP_READ, 0, 0);
    CLAUSE_IS(4306, "3.3", "address 0 is an address like any other",
              a.fault && a.fault_address == 0, 1);
    replacement = (L4_Word_t)leaf & ~(L4_Word_t)0xfff;
    act(&a, OP_CALL, FREE_WINDOW + 0x3000 + ((L4_Word_t)leaf & 0xfff), 0);
    replacement = (L4_Word_t)poison;
    CLAUSE_IS(4307, "3.3",
              "an instruction fetch has x where the hardware tells, else r",
              a.fault, has_x ? L4_eXecutable : L4_Readable);
    CLAUSE_IS(4308, "3.3", "a fetch fault's address and ip are the same",
              a.fault_address, a.fault_ip);
}

/* Everything a fault's messages overwrite is put back. */
static void keeps_registers(L4_Word_t arg)
{
    L4_Word_t w;

    L4_Ipc(fresh(0), L4_nilthread, 0, NULL); /* an ErrorCode to keep: 4 */
    for (int i = 0; i < 64; i++)
        L4_LoadMR(i, 3000 + (L4_Word_t)i);
    L4_LoadBR(0, 0x12340010);
    __L4_TCR_Set_ThreadWord(0, 88);
    L4_Set_VirtualSender(fresh(77));
    *(volatile L4_Word_t *)arg = 1;
    for (int i = 0; i < 64; i++) {
        L4_StoreMR(i, &w);
        got_mr[i] = w;
    }
    L4_StoreBR(0, &w);
    got_br0 = w;
    got_error = L4_ErrorCode();
    got_word = __L4_TCR_ThreadWord(0);
    got_virtual = L4_ActualSender().raw;
    touched = 1;
}

/* Answer t's faults in the image until one comes elsewhere; its tag. */
static L4_MsgTag_t next_fault(L4_ThreadId_t t, L4_MsgTag_t tag,
                              L4_Word_t *address)
{
    for (;;) {
        L4_StoreMR(1, address);
        if (*address < image_low || *address >= image_high)
            return tag;
        load_map(page_at(*address, L4_FullyAccessible), *address);
        tag = L4_Call(t);
    }
}

static void test_transparent(void)
{
    L4_ThreadId_t t =
        thread_in_new_space(keeps_registers, FREE_WINDOW, PRIO_MID);
    L4_MsgTag_t tag;
    L4_Word_t address = 0;
    bool good = true;

    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    tag = next_fault(t, L4_Receive(t), &address);
    CLAUSE_IS(4309, "3.3 register tag", "a fault message has u = 2, t = 0",
              tag.raw & 0xfff, 2);
    CLAUSE_IS(4310, "3.3; 1.7", "a fault message has no flags",
              tag.raw >> 12 & 0xf, 0);
    CLAUSE_IS(4311, "3; 2.9 value 6", "the thread waits for the pager's answer",
              thread_state(t), L4_SCHEDRESULT_WAITING);
    /* An answer with more words than it should have. */
    L4_LoadMR(1, 11);
    L4_LoadMR(2, 22);
    L4_LoadMR(3, 33);
    L4_Set_MsgTag(words_tag(3, 0));
    tag = L4_Call(t);
    L4_StoreMR(1, &address);
    CLAUSE(4312, "3.3", "an answer that maps nothing: the access faults again",
           protocol(tag) == LABEL_PAGE_FAULT && address == FREE_WINDOW);
    load_map(page_at((L4_Word_t)page, L4_FullyAccessible), FREE_WINDOW);
    L4_Send(t);
    for (int i = 0; i < 50 && !touched; i++) {
        tag = L4_Receive_Timeout(t, usec(2000));
        L4_StoreMR(1, &address);
        if (L4_IpcSucceeded(tag)) {
            load_map(page_at(address, L4_FullyAccessible), address);
            L4_Send(t);
        }
    }
    CLAUSE(4313, "3.3", "an answer with a map item: the access is done",
           touched && page[0] == 1);
    for (L4_Word_t i = 0; i < 64; i++)
        good &= got_mr[i] == 3000 + i;
    CLAUSE(4314, "3; 3.3; 1.8", "a fault changes no message register", good);
    CLAUSE_IS(4315, "3; 1.9", "a fault does not change BR0", got_br0,
              0x12340010);
    CLAUSE_IS(4316, "3", "a fault does not change the ErrorCode", got_error,
              E_NO_PARTNER << 1);
    CLAUSE_IS(4317, "1.19 word offset -4",
              "a fault does not change the thread's own words", got_word, 88);
    CLAUSE_IS(4339, "3; 1.19 word offset -6",
              "a fault does not change the virtual sender", got_virtual,
              fresh(77).raw);
    thread_delete(t);
}

/* What an answer may hold. */
static void test_answers(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
    L4_Word_t address = 0, where = FREE_WINDOW + 0x10000;
    L4_MsgTag_t tag;

    *(L4_Word_t *)L4_Address(f) = 99;
    post(&a, OP_READ, where, 0, 0);
    tag = next_fault(a.id, L4_Receive(a.id), &address);
    CLAUSE(4318, "3.3; 5.3 # A21", "the answer may be a grant item",
           protocol(tag) == LABEL_PAGE_FAULT &&
               (load_grant(L4_FpageAddRights(f, L4_ReadWriteOnly), where),
                L4_IpcSucceeded(L4_Send(a.id))));
    collect(&a);
    CLAUSE_IS(4319, "3.3", "the granted page is there", a.value, 99);
    CLAUSE(4320, "2.10.5; 3.3", "a granted page is the thread's own",
           writes(&a, where, 100) && reads(&a, where, 100));
    post(&a, OP_READ, where + 0x1000, 0, 0);
    next_fault(a.id, L4_Receive(a.id), &address);
    load_map(page_at((L4_Word_t)page, L4_Readable), where + 0x2000);
    tag = L4_Call(a.id);
    L4_StoreMR(1, &address);
    CLAUSE(4321, "3.3",
           "an answer that maps another page: it is mapped, the access faults "
           "again",
           protocol(tag) == LABEL_PAGE_FAULT && address == where + 0x1000);
    load_map(page_at((L4_Word_t)page, L4_Readable), where + 0x1000);
    L4_Send(a.id);
    collect(&a);
    CLAUSE(4322, "3.3", "the page that nobody had asked for is there",
           reads(&a, where + 0x2000, page[0]));
    post(&a, OP_WRITE, where + 0x1000, 5, 0);
    next_fault(a.id, L4_Receive(a.id), &address);
    load_map(page_at((L4_Word_t)page, L4_Readable), where + 0x1000);
    tag = L4_Call(a.id);
    CLAUSE(4323, "3.3",
           "an answer without the right in question: it faults again",
           protocol(tag) == LABEL_PAGE_FAULT &&
               (tag.raw >> 16 & L4_Writable) != 0);
    load_map(page_at((L4_Word_t)page, L4_ReadWriteOnly), where + 0x1000);
    L4_Send(a.id);
    collect(&a);
    CLAUSE_IS(4324, "3.3", "with the right in question the access is done",
              page[0], 5);
    L4_UnmapFpage(page_at((L4_Word_t)page, L4_FullyAccessible));
}

static void touch(L4_Word_t address)
{
    touched = 0;
    *(volatile L4_Word_t *)address = 1;
    touched = 1;
}

static void nothing(L4_Word_t arg)
{
    touched += arg;
}

static L4_ThreadId_t faulting(L4_ThreadId_t pager, L4_Word_t address)
{
    L4_ThreadId_t t = thread_here(touch, address, PRIO_MID);

    L4_Set_PagerOf(t, pager);
    settle();
    return t;
}

static void test_nobody(void)
{
    L4_Word_t where = FREE_WINDOW + 0x100000;
    L4_ThreadId_t t = faulting(L4_nilthread, where), other;

    CLAUSE_IS(4325, "3.3; 2.9 value 2",
              "a fault without a pager halts the thread", thread_state(t),
              L4_SCHEDRESULT_INACTIVE);
    other = thread_here(nothing, 5, PRIO_MID);
    touched = 0;
    settle();
    CLAUSE_IS(4326, "3.3", "a halted thread's neighbours run", touched, 5);
    thread_delete(other);
    L4_Set_PagerOf(t, main_id);
    L4_Start(t);
    settle();
    CLAUSE(4327, "3.3; 2.3",
           "given a pager and resumed it repeats the access and faults",
           L4_IpcSucceeded(L4_Receive_Timeout(t, L4_ZeroTime)));
    thread_delete(t);
    t = faulting(fresh(0), where);
    CLAUSE_IS(4328, "3.3", "a pager that does not exist: the thread is halted",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    thread_delete(t);
    other = thread_here(worker, 0, PRIO_MID);
    settle();
    t = faulting(other, where);
    CLAUSE_IS(4329, "3.3; 2.9 value 4",
              "a fault queues at a pager that is busy", thread_state(t),
              L4_SCHEDRESULT_PENDING_SEND);
    thread_delete(other);
    settle();
    CLAUSE_IS(4330, "3.3",
              "a pager that is deleted meanwhile: the thread is halted",
              thread_state(t), L4_SCHEDRESULT_INACTIVE);
    thread_delete(t);
    t = faulting(pager_id, ~(L4_Word_t)0xfff);
    CLAUSE(4331, "3.3", "a fault on a kernel address does not succeed",
           !touched && thread_state(t) != L4_SCHEDRESULT_RUNNING);
    thread_delete(t);
}

/* The Pager register says who is asked, at the moment of the fault. */
static void test_pager_register(void)
{
    L4_Word_t where = FREE_WINDOW + 0x100000;
    L4_ThreadId_t t = faulting(main_id, where), from = L4_nilthread;
    L4_MsgTag_t tag = L4_Wait_Timeout(L4_ZeroTime, &from);

    CLAUSE(4332, "3.3; 1.19 word offset -12",
           "the fault goes to whom the Pager register names",
           protocol(tag) == LABEL_PAGE_FAULT);
    CLAUSE_IS(4333, "3; 2.10.1",
              "from a thread of the pager's own space: its "
              "local id",
              from.raw, L4_LocalIdOf(t).raw);
    L4_Set_PagerOf(t, pager_id);
    L4_Set_MsgTag(words_tag(0, 0));
    L4_Send(t);
    settle();
    CLAUSE(4334, "3.3; 1.19",
           "when the access is repeated the pager of that moment is asked",
           L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)) &&
               thread_state(t) == L4_SCHEDRESULT_WAITING);
    thread_delete(t);
}

/* A fault that waits for its pager can be ended from outside. */
static void other_way(void)
{
    touched = 7;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void test_abort(void)
{
    L4_Word_t where = FREE_WINDOW + 0x100000;
    L4_ThreadId_t t = faulting(main_id, where), from;
    unsigned slot = (unsigned)(L4_ThreadNo(t) - thread_no(0));

    L4_Start_SpIp(t, (L4_Word_t)stacks[slot] + STACK_BYTES - 64,
                  (L4_Word_t)other_way);
    settle();
    CLAUSE_IS(4335, "2.3; 3.3",
              "ExchangeRegisters takes a thread out of a fault", touched, 7);
    CLAUSE(4336, "2.3; 3.3",
           "an aborted fault's message leaves the pager's queue",
           L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)));
    thread_delete(t);
    t = faulting(main_id, where);
    thread_delete(t);
    CLAUSE(4337, "2.4; 3.3", "a deleted thread's fault message is gone",
           L4_IpcFailed(L4_Wait_Timeout(L4_ZeroTime, &from)));
    t = faulting(main_id, where);
    L4_Receive(t);
    thread_delete(t);
    load_map(page_at((L4_Word_t)page, L4_Readable), where);
    CLAUSE_IS(4338, "2.4; 3.3",
              "the answer to a fault of a thread that was deleted: error 2",
              tag_error(L4_Send_Timeout(t, L4_ZeroTime)), E_NO_PARTNER << 1);
}

/* The whole UTCB, by a thread that would be halted at its first fault. */
static void use_utcb(L4_Word_t arg)
{
    L4_Word_t w;

    touched = arg; /* the stack and this word are there now */
    L4_Set_Pager(L4_nilthread);
    for (int i = 0; i < 64; i++)
        L4_LoadMR(i, (L4_Word_t)i);
    for (int i = 0; i < 33; i++)
        L4_LoadBR(i, (L4_Word_t)i);
    for (int i = 0; i < 64; i++)
        L4_StoreMR(i, &w);
    touched = arg + 1;
}

static void test_resident(void)
{
    L4_ThreadId_t t = thread_in_new_space(use_utcb, 50, PRIO_MID);

    settle();
    CLAUSE_IS(4340, "1.19", "accesses to the own UTCB never fault", touched,
              51);
    thread_delete(t);
}

int main(void)
{
    support_init();
    accessor_init(&a);
    test_message();
    test_transparent();
    test_answers();
    test_nobody();
    test_pager_register();
    test_abort();
    test_resident();
    return CLAUSES_END();
}
