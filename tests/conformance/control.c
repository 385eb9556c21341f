/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The general rules of system calls; ProcessorControl and MemoryControl; who is
 * privileged.
 * clauses: 2100
 */
#include "clause.h"
#include "worker.h"

#include <l4/misc.h>

enum { CALLS = 5 };

static volatile L4_Word_t result[CALLS], error[CALLS];
static const L4_Word_t defaults[4] = { 0 };

static void note(int call, L4_Word_t value)
{
    result[call] = value;
    error[call] = L4_ErrorCode();
}

/* Every privileged call, with parameters that are good for who may. */
static void unprivileged(L4_Word_t arg)
{
    L4_Word_t old;

    (void)arg;
    note(0, L4_ThreadControl(L4_GlobalId(user_base + 500, 1), L4_Myself(),
                             L4_Myself(), L4_nilthread, NO_UTCB));
    note(1, L4_SpaceControl(L4_Myself(), 0, L4_Nilpage, L4_Nilpage,
                            L4_nilthread, &old));
    note(2, L4_ProcessorControl(0, ~0ul, ~0ul, ~0ul));
    L4_LoadMR(0, 0);
    note(3, L4_MemoryControl(0, defaults));
    note(4, L4_ThreadControl(L4_Myself(), L4_nilthread, L4_nilthread,
                             L4_nilthread, NO_UTCB));
}

static bool refused(int call)
{
    return result[call] == 0 && error[call] == L4_ErrNoPrivilege;
}

static void test_privilege(void)
{
    L4_ThreadId_t t = thread_in_new_space(unprivileged, 0, PRIO_MID);

    for (int i = 0; i < CALLS; i++)
        result[i] = 7;
    settle();
    CLAUSE(2100, "2.4 error 1; 2.1 error 1",
           "ThreadControl by an unprivileged thread: 0 and error 1",
           refused(0));
    CLAUSE_IS(2101, "2.1; 2.4", "a refused ThreadControl creates no thread",
              thread_state(L4_GlobalId(user_base + 500, 1)),
              L4_SCHEDRESULT_DEAD);
    CLAUSE(2102, "2.5 error 1",
           "SpaceControl by an unprivileged thread: 0 and error 1", refused(1));
    CLAUSE(2103, "2.6 error 1",
           "ProcessorControl by an unprivileged thread: 0 and error 1",
           refused(2));
    CLAUSE(2104, "2.7 error 1",
           "MemoryControl by an unprivileged thread: 0 and error 1",
           refused(3));
    CLAUSE(2105, "2.4 error 1",
           "an unprivileged thread may not even delete itself", refused(4));
    thread_delete(t);
}

/* ---- message registers are left alone ------------------------------------ */

static bool registers_kept(void)
{
    L4_Word_t w;
    bool kept = true;

    for (int i = 0; i < 64; i++) {
        L4_StoreMR(i, &w);
        kept &= w == 8000 + (L4_Word_t)i;
        L4_LoadMR(i, 8000 + (L4_Word_t)i);
    }
    for (int i = 0; i < 33; i++) {
        L4_StoreBR(i, &w);
        kept &= w == 9000 + (L4_Word_t)i;
        L4_LoadBR(i, 9000 + (L4_Word_t)i);
    }
    return kept;
}

static void test_registers(void)
{
    L4_ThreadId_t t = thread_here(pager_loop, 0, PRIO_LOW);
    L4_Word_t w;

    settle();
    registers_kept();
    L4_SystemClock();
    CLAUSE(2126, "2.1; 2.8", "SystemClock keeps message and buffer registers",
           registers_kept());
    L4_ThreadSwitch(L4_nilthread);
    CLAUSE(2127, "2.1; 2.8", "ThreadSwitch keeps message and buffer registers",
           registers_kept());
    thread_state(t);
    CLAUSE(2128, "2.1; 2.9", "Schedule keeps message and buffer registers",
           registers_kept());
    L4_PagerOf(t);
    CLAUSE(2129, "2.1; 2.3",
           "ExchangeRegisters keeps message and buffer registers",
           registers_kept());
    L4_ThreadControl(t, main_id, L4_nilthread, L4_nilthread, NO_UTCB);
    CLAUSE(2130, "2.1; 2.4", "ThreadControl keeps message and buffer registers",
           registers_kept());
    L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &w);
    CLAUSE(2131, "2.1; 2.5", "SpaceControl keeps message and buffer registers",
           registers_kept());
    L4_ProcessorControl(0, ~0ul, ~0ul, ~0ul);
    CLAUSE(2132, "2.1; 2.6",
           "ProcessorControl keeps message and buffer registers",
           registers_kept());
    L4_LoadMR(0, 0);
    L4_LoadMR(1, 0);
    L4_Unmap(1);
    L4_LoadMR(0, 8000);
    L4_LoadMR(1, 8001);
    CLAUSE(2133, "2.1; 2.11", "Unmap keeps the registers without fpages",
           registers_kept());
    L4_Accept(L4_UntypedWordsAcceptor);
    thread_delete(t);
}

static void test_error_codes(void)
{
    CLAUSE(2106, "2.1 error 0; 2.1 error 1; 4.1; 4.3",
           "the codes 0 to 4 have their two names",
           L4_ErrOk == 0 && L4_ERROR_OK == 0 && L4_ErrNoPrivilege == 1 &&
               L4_ERROR_NO_PRIVILEGE == 1 && L4_ErrInvalidThread == 2 &&
               L4_ERROR_INVALID_THREAD == 2 && L4_ErrInvalidSpace == 3 &&
               L4_ERROR_INVALID_SPACE == 3 && L4_ErrInvalidScheduler == 4 &&
               L4_ERROR_INVALID_SCHEDULER == 4);
    CLAUSE(2107, "2.1; 4.1; 4.3", "the codes 5 to 8 have their two names",
           L4_ErrInvalidParam == 5 && L4_ERROR_INVALID_PARAM == 5 &&
               L4_ErrUtcbArea == 6 && L4_ERROR_UTCB_AREA == 6 &&
               L4_ErrKipArea == 7 && L4_ERROR_KIP_AREA == 7 &&
               L4_ErrNoMem == 8 && L4_ERROR_NO_MEM == 8);
    bool told = true;
    for (L4_Word_t e = 0; e <= 8; e++)
        told &=
            L4_ErrorCode_String(e) != NULL && L4_ErrorCode_String(e)[0] != 0;
    CLAUSE(2108, "4.3", "every code has a text", told);
    CLAUSE(2109, "4.3", "other codes have a text, too",
           L4_ErrorCode_String(99) != NULL);
}

static void test_processor(void)
{
    L4_Word_t n = L4_NumProcessors(L4_GetKernelInterface());

    CLAUSE_IS(2110, "2.6", "ProcessorControl without changes succeeds",
              L4_ProcessorControl(0, ~0ul, ~0ul, ~0ul), 1);
    CLAUSE(2111, "2.6 error 5; 2.1 error 5",
           "a processor that does not exist: error 5",
           !L4_ProcessorControl(n, ~0ul, ~0ul, ~0ul) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
    CLAUSE(2112, "2.6 error 5", "processor -1 does not exist either",
           !L4_ProcessorControl(~0ul, ~0ul, ~0ul, ~0ul) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
    CLAUSE(2113, "2.6 error 5",
           "an internal frequency of 1 kHz is not supported",
           !L4_ProcessorControl(0, 1, ~0ul, ~0ul) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
    CLAUSE(2114, "2.6 error 5",
           "an external frequency of 1 kHz is not supported",
           !L4_ProcessorControl(0, ~0ul, 1, ~0ul) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
    CLAUSE(2115, "2.6 error 5", "a voltage of 1 mV is not supported",
           !L4_ProcessorControl(0, ~0ul, ~0ul, 1) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
}

static void test_memory(void)
{
    static const L4_Word_t unknown[4] = { ~0ul, 0, 0, 0 };
    static const L4_Word_t second[4] = { 0, 0, ~0ul, 0 };
    static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
        __attribute__((aligned(PAGE_SIZE)));
    L4_Fpage_t f = L4_FpageLog2((L4_Word_t)page, 12);
    L4_Fpage_t two[2] = { f, L4_Nilpage };

    page[0] = 5;
    CLAUSE_IS(2116, "2.7; 4.8",
              "the default attribute is fine for a page of one's own",
              L4_Set_PageAttribute(f, L4_DefaultMemory), 1);
    CLAUSE_IS(2117, "2.7", "the page keeps what is in it",
              *(volatile L4_Word_t *)page, 5);
    L4_LoadMR(0, 0);
    CLAUSE_IS(2118, "2.7", "nil fpages are passed over",
              L4_MemoryControl(0, unknown), 1);
    L4_LoadMR(0, f.raw);
    CLAUSE(2119, "2.7 error 5", "an attribute that no processor has: error 5",
           !L4_MemoryControl(0, unknown) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
    L4_LoadMR(0, f.raw | 2);
    CLAUSE(2120, "2.7", "the two low bits of an fpage name its attribute",
           !L4_MemoryControl(0, second) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
    L4_LoadMR(0, f.raw | 1);
    CLAUSE_IS(2121, "2.7", "attributes that no fpage names are not looked at",
              L4_MemoryControl(0, second), 1);
    L4_LoadMR(0, 0);
    CLAUSE(2122, "2.7 error 5", "more than 64 fpages: error 5",
           !L4_MemoryControl(64, defaults) &&
               L4_ErrorCode() == L4_ErrInvalidParam);
    for (int i = 0; i < 64; i++)
        L4_LoadMR(i, 0);
    CLAUSE_IS(2123, "2.7", "64 fpages are fine", L4_MemoryControl(63, defaults),
              1);
    CLAUSE_IS(2124, "2.7; 4.8", "several fpages through L4_Set_PageAttributes",
              L4_Set_PageAttributes(2, two, defaults), 1);
    L4_LoadMR(0, page_at(FREE_WINDOW, 0).raw);
    CLAUSE_IS(2125, "2.7", "where nothing is mapped nothing is done",
              L4_MemoryControl(0, defaults), 1);
}

int main(void)
{
    support_init();
    test_privilege();
    test_registers();
    test_error_codes();
    test_processor();
    test_memory();
    return CLAUSES_END();
}
