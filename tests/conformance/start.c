/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start of threads, and what the root server finds when it starts: the
 * initial servers, its own registers, the boot info.
 * clauses: 4100
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

#include <l4/bootinfo.h>

static L4_Word_t own_pager, own_handler, own_xfer, own_flags, own_handle;
static volatile L4_Word_t arrived, arrived_sp;
static char second_stack[STACK_BYTES] __attribute__((aligned(16)));

static void arrive(void)
{
    L4_Word_t here;

    arrived_sp = (L4_Word_t)&here;
    arrived++;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static void arrive_elsewhere(void)
{
    arrived += 100;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static L4_Word_t second_top(void)
{
    return (L4_Word_t)second_stack + sizeof(second_stack) - 64;
}

static L4_ThreadId_t activated(L4_ThreadId_t pager)
{
    L4_ThreadId_t t = fresh(0);

    arrived = arrived_sp = 0;
    thread_control(t, main_id, main_id, pager, utcb_start(60));
    L4_Set_Priority(t, PRIO_MID);
    return t;
}

static void test_message(void)
{
    L4_ThreadId_t t = activated(main_id);

    CLAUSE_IS(4100, "3.1; 2.9 value 6", "an activated thread waits",
              thread_state(t), L4_SCHEDRESULT_WAITING);
    settle();
    CLAUSE_IS(4101, "3.1", "it does not run before its start message", arrived,
              0);
    L4_LoadMR(1, (L4_Word_t)arrive);
    L4_LoadMR(2, second_top());
    L4_Set_MsgTag(words_tag(2, 0));
    CLAUSE_IS(4102, "3.1 register tag; 3 number -",
              "it takes a message of two words at once",
              tag_error(L4_Send_Timeout(t, L4_ZeroTime)), 0);
    settle();
    CLAUSE_IS(4103, "3.1 register MR1",
              "a started thread begins at the ip in MR1", arrived, 1);
    CLAUSE(4104, "3.1 register MR2",
           "a started thread has the stack pointer in MR2",
           arrived_sp > (L4_Word_t)second_stack && arrived_sp < second_top());
    thread_delete(t);
    t = activated(main_id);
    L4_LoadMR(1, (L4_Word_t)arrive);
    L4_LoadMR(2, second_top());
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 | 0x123ul << 16 });
    L4_Send(t);
    settle();
    CLAUSE_IS(4105, "3.1 register tag", "the label is ignored", arrived, 1);
    thread_delete(t);
}

static void test_odd_messages(void)
{
    L4_ThreadId_t t = activated(main_id);
    struct regs r = { .ip = (L4_Word_t)arrive_elsewhere, .sp = second_top() };

    exregs(t, EX_IP | EX_SP, &r);
    L4_LoadMR(1, (L4_Word_t)arrive);
    L4_Set_MsgTag(words_tag(1, 0));
    L4_Send(t);
    settle();
    CLAUSE_IS(4106, "3.1; 5.3 # A18",
              "a message of another length starts it with the registers it has",
              arrived, 100);
    thread_delete(t);
    t = activated(main_id);
    L4_LoadMR(1, (L4_Word_t)arrive);
    L4_LoadMR(2, second_top());
    L4_LoadMR(3, 0x8);
    L4_LoadMR(4, page_at((L4_Word_t)second_stack, L4_Readable).raw);
    L4_Set_MsgTag(words_tag(2, 2));
    CLAUSE_IS(4107, "3.1; 2.10.4",
              "it accepts untyped words only: a map item is too much",
              tag_error(L4_Send(t)) & 15, E_OVERFLOW << 1);
    thread_delete(t);
}

static struct job job;

static void start_job(L4_ThreadId_t t, L4_Time_t timeout)
{
    job = (struct job){ .to = t,
                        .timeouts = L4_Timeouts(timeout, L4_Never),
                        .mr = { 2 } };
    job.mr[1] = (L4_Word_t)arrive;
    job.mr[2] = second_top();
}

static void test_partner(void)
{
    L4_ThreadId_t w = thread_here(worker, 0, PRIO_MID), t;

    settle();
    t = activated(main_id);
    start_job(t, usec(2000));
    job_start(w, &job);
    CLAUSE(4108, "3.1", "it takes the message from its pager only",
           job_wait(&job) && job_error(&job) == E_TIMEOUT && !arrived);
    thread_control(t, main_id, L4_nilthread, w, ~0ul);
    start_job(t, usec(2000));
    job_start(w, &job);
    CLAUSE(4109, "2.4; 3.1", "another pager set later cannot start it",
           job_wait(&job) && job_error(&job) == E_TIMEOUT && !arrived);
    send_start(t, (L4_Word_t)arrive, second_top());
    settle();
    CLAUSE_IS(4110, "2.4; 3.1", "the one given at activation still can",
              arrived, 1);
    thread_delete(t);
    /* Started from another space. */
    thread_delete(w);
    w = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    t = activated(w);
    start_job(t, L4_Never);
    job_start(w, &job);
    CLAUSE(4111, "3.1", "a pager in another space starts it as well",
           job_wait(&job) && !job_error(&job) && arrived == 1);
    thread_delete(t);
    /* The pager is there later than the thread. */
    thread_delete(w);
    t = activated(w);
    settle();
    CLAUSE_IS(4112, "3.1",
              "without a pager it waits or is halted, and runs not", arrived,
              0);
    thread_delete(t);
}

static void test_root(void *kip)
{
    const L4_Word_t *words = kip;
    L4_Word_t base = L4_ThreadIdUserBase(kip), old = 0;

    CLAUSE(4113, "3.7 server root server; 1.3 thread number UserBase + 2",
           "the root server is thread UserBase + 2, version 1",
           L4_ThreadNo(L4_Myself()) == base + 2 &&
               L4_Version(L4_Myself()) == 1);
    CLAUSE_IS(4114, "3.7 server root server", "its pager is sigma0", own_pager,
              L4_GlobalId(base, 1).raw);
    CLAUSE_IS(4115, "3.7; 1.19 word offset -11", "it has no exception handler",
              own_handler, 0);
    CLAUSE_IS(4116, "1.19 word offset -8",
              "its transfer timeouts are never and never", own_xfer, 0);
    CLAUSE_IS(4117, "1.19 word offset -10", "its preemption flags are 0",
              own_flags & 0xff, 0);
    CLAUSE_IS(4118, "1.19 word offset -13", "its handle is 0", own_handle, 0);
    CLAUSE_IS(4119, "1.19 word offset -14", "it runs on a processor there is",
              L4_ProcessorNo() < L4_NumProcessors(kip), 1);
    CLAUSE_IS(4120, "3.7; 1.19", "its UTCB is the first of its area",
              (utcb_first & (L4_UtcbAreaSize(kip) - 1)), 0);
    CLAUSE_IS(
        4121, "3.7", "its area holds 256 UTCBs",
        thread_control(fresh(1), main_id, main_id, main_id, utcb_start(255)),
        0);
    thread_delete(fresh(1));
    CLAUSE(4122, "3.7 server root server; 1.17 word 16..19",
           "KIP words 18 and 19 hold its memory",
           words[18] <= (L4_Word_t)test_root &&
               (L4_Word_t)test_root < words[19]);
    CLAUSE(4123, "3.7; 2.9", "it may schedule itself",
           L4_Schedule(main_id, ~0ul, ~0ul, ~0ul, ~0ul, &old) ==
               L4_SCHEDRESULT_RUNNING);
}

static void test_servers(void *kip)
{
    const L4_Word_t *words = kip;
    L4_Word_t base = L4_ThreadIdUserBase(kip);
    L4_ThreadId_t s0 = L4_GlobalId(base, 1);
    L4_Word_t state = thread_state(s0);

    CLAUSE(4124, "3.7 server sigma0; 1.3 thread number UserBase",
           "sigma0 is thread UserBase, version 1, and runs or waits",
           state == L4_SCHEDRESULT_RUNNING || state == L4_SCHEDRESULT_WAITING);
    CLAUSE_IS(4125, "3.7; 2.3 error 2", "sigma0 has a space of its own",
              L4_LocalIdOf(s0).raw, 0);
    state = thread_state(L4_GlobalId(base + 1, 1));
    CLAUSE(4126,
           "3.7 server sigma1; 1.3 thread number UserBase + 1; 1.17 word "
           "12..15",
           "sigma1 exists if its region in the KIP is not empty",
           (words[14] == words[15]) == (state == L4_SCHEDRESULT_DEAD));
}

static void *boot_info(void *kip)
{
    L4_Word_t address = L4_BootInfo(kip);

    if (address == 0 || L4_IsNilFpage(L4_Sigma0_GetPage(
                            L4_nilthread, L4_FpageLog2(address, 12))))
        return NULL;
    return (void *)address;
}

static void test_boot_info(void *kip)
{
    const L4_Word_t *info = boot_info(kip);
    L4_BootRec_t *r;
    bool module = false, bounded = true;
    L4_Word_t n = 0, size;

    CLAUSE(4127, "3.7; 3.8; 4.9", "sigma0 gives the root server the boot info",
           info != NULL);
    if (info == NULL)
        return;
    CLAUSE_IS(4128, "3.8 word 0", "it begins with its magic",
              info[0] & 0xffffffff, L4_BOOTINFO_MAGIC);
    CLAUSE_IS(4129, "3.8 word 1", "its version is 1", info[1],
              L4_BOOTINFO_VERSION);
    CLAUSE(4130, "4.10", "L4_BootInfo_Valid accepts it",
           L4_BootInfo_Valid(info) != 0);
    size = L4_BootInfo_Size(info);
    CLAUSE(4131, "3.8 word 2; 4.10", "its size is told",
           size == info[2] && size >= 8 * sizeof(L4_Word_t));
    r = L4_BootInfo_FirstEntry(info);
    CLAUSE(4132, "3.8 word 3; 4.10", "its first record is inside it",
           (L4_Word_t)r == (L4_Word_t)info + info[3] && info[3] < size);
    for (; n < L4_BootInfo_Entries(info) && bounded;
         n++, r = L4_BootRec_Next(r)) {
        bounded = (L4_Word_t)r - (L4_Word_t)info < size;
        module |= L4_BootRec_Type(r) == L4_BootInfo_Module &&
                  L4_Module_Start(r) <= (L4_Word_t)r;
        module |= L4_BootRec_Type(r) == L4_BootInfo_Module;
    }
    CLAUSE(4133, "3.8 word 4; 4.10", "it has as many records as it says",
           bounded && n == info[4]);
    CLAUSE(4134, "3.8 word 5..7", "its reserved words are 0",
           info[5] == 0 && info[6] == 0 && info[7] == 0);
    CLAUSE(4135, "3.8 type 0x0001", "there is a record of a module", module);
}

/* Records made here: what no boot loader of ours writes. */
static void test_records(void)
{
    static L4_Word_t w[24];
    L4_BootRec_t *r = (L4_BootRec_t *)w;

    for (L4_Word_t i = 0; i < 24; i++)
        w[i] = 1000 + i;
    w[0] = L4_BootInfo_SimpleExec;
    w[1] = 1;
    w[2] = 16 * sizeof(L4_Word_t);
    w[15] = 0;
    CLAUSE(4136, "3.8; 4.10", "a record's type and the next record",
           L4_BootRec_Type(r) == 2 &&
               (L4_Word_t)L4_BootRec_Next(r) == (L4_Word_t)&w[16]);
    CLAUSE(4137, "3.8 type 0x0002; 4.10", "a program's text",
           L4_SimpleExec_TextPstart(r) == 1003 &&
               L4_SimpleExec_TextVstart(r) == 1004 &&
               L4_SimpleExec_TextSize(r) == 1005);
    CLAUSE(4138, "3.8 type 0x0002; 4.10", "a program's data",
           L4_SimpleExec_DataPstart(r) == 1006 &&
               L4_SimpleExec_DataVstart(r) == 1007 &&
               L4_SimpleExec_DataSize(r) == 1008);
    CLAUSE(4139, "3.8 type 0x0002; 4.10", "a program's zeroes",
           L4_SimpleExec_BssPstart(r) == 1009 &&
               L4_SimpleExec_BssVstart(r) == 1010 &&
               L4_SimpleExec_BssSize(r) == 1011);
    CLAUSE(4140, "3.8 type 0x0002; 4.10", "a program's ip, flags and label",
           L4_SimpleExec_InitialIP(r) == 1012 &&
               L4_SimpleExec_Flags(r) == 1013 &&
               L4_SimpleExec_Label(r) == 1014);
    L4_SimpleExec_Set_Flags(r, 5);
    L4_SimpleExec_Set_Label(r, 6);
    CLAUSE(4141, "3.8; 4.10", "flags and label may be rewritten",
           L4_SimpleExec_Flags(r) == 5 && L4_SimpleExec_Label(r) == 6);
    CLAUSE(4142, "3.8; 4.10", "no command line: null",
           L4_SimpleExec_Cmdline(r) == NULL);
    w[0] = L4_BootInfo_Module;
    w[5] = 6 * sizeof(L4_Word_t);
    CLAUSE(4143, "3.8 type 0x0001; 4.10",
           "a module's start, size, command line",
           L4_Module_Start(r) == 1003 && L4_Module_Size(r) == 1004 &&
               (L4_Word_t)L4_Module_Cmdline(r) == (L4_Word_t)&w[6]);
    w[5] = 0;
    CLAUSE(4144, "3.8; 4.10", "a module without a command line: null",
           L4_Module_Cmdline(r) == NULL);
    CLAUSE(4145, "3.8 type 0x0101; 4.10", "the words of an EFI record",
           L4_BootInfo_EFITables == 0x101 && L4_EFI_Systab(r) == 1003 &&
               L4_EFI_Memmap(r) == 1004 && L4_EFI_MemdescVersion(r) == 1007);
    CLAUSE(4146, "3.8 type 0x0102; 4.10", "the word of a multiboot record",
           L4_BootInfo_Multiboot == 0x102 && L4_MBI_Address(r) == 1003);
    w[0] = L4_BOOTINFO_MAGIC + 1;
    w[1] = L4_BOOTINFO_VERSION;
    CLAUSE(4147, "3.8; 4.10", "another magic is no boot info",
           !L4_BootInfo_Valid(w));
    w[0] = L4_BOOTINFO_MAGIC;
    w[1] = L4_BOOTINFO_VERSION + 1;
    CLAUSE(4148, "3.8; 4.10", "another version is none either",
           !L4_BootInfo_Valid(w));
}

int main(void)
{
    void *kip = L4_GetKernelInterface();

    own_pager = L4_Pager().raw;
    own_handler = L4_ExceptionHandler().raw;
    own_xfer = L4_XferTimeouts();
    own_flags = __L4_TCR_Get(__L4_TCR_FLAGS);
    own_handle = L4_UserDefinedHandle();
    support_init();
    test_message();
    test_odd_messages();
    test_partner();
    test_root(kip);
    test_servers(kip);
    test_boot_info(kip);
    test_records();
    return CLAUSES_END();
}
