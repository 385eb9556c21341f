/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * SpaceControl; and what else concerns whole spaces.
 * clauses: 2500
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

static L4_ThreadId_t subject;

static L4_Word_t control(L4_ThreadId_t t, L4_Fpage_t kip, L4_Fpage_t utcb)
{
    return space_control(t, kip, utcb, L4_anythread);
}

static L4_Fpage_t fpage(L4_Word_t base, int bits)
{
    return L4_FpageLog2(base, bits);
}

static L4_Word_t activation(void)
{
    return thread_control(subject, subject, L4_nilthread, main_id,
                          utcb_start(50));
}

static void test_specifier(void)
{
    CLAUSE_IS(2500, "2.5 error 3; 2.5 parameter SpaceSpecifier",
              "a thread that does not exist: error 3",
              control(fresh(0), kip_area(), utcb_area()), L4_ErrInvalidSpace);
    CLAUSE_IS(2501, "2.5 error 3; 2.1", "a local id: error 3",
              control(L4_MyLocalId(), kip_area(), utcb_area()),
              L4_ErrInvalidSpace);
    CLAUSE_IS(2502, "2.5 error 3", "nilthread: error 3",
              control(L4_nilthread, kip_area(), utcb_area()),
              L4_ErrInvalidSpace);
    CLAUSE_IS(
        2503, "2.5 error 3", "a wrong version: error 3",
        control(L4_GlobalId(L4_ThreadNo(subject), 2), kip_area(), utcb_area()),
        L4_ErrInvalidSpace);
}

static void test_areas(void)
{
    L4_Word_t high = ~(L4_Word_t)0xfffff;
    int least = (int)L4_UtcbAreaSizeLog2(L4_GetKernelInterface());

    CLAUSE_IS(2504, "2.5 error 6; 2.5 parameter UtcbArea",
              "a UTCB area below the least size: error 6",
              control(subject, kip_area(), fpage(utcb_first, least - 1)),
              L4_ErrUtcbArea);
    CLAUSE_IS(2505, "2.5 error 6", "a UTCB area in the kernel's area: error 6",
              control(subject, kip_area(), fpage(high, 17)), L4_ErrUtcbArea);
    CLAUSE_IS(2506, "2.5 error 6", "the complete space as UTCB area: error 6",
              control(subject, kip_area(), L4_CompleteAddressSpace),
              L4_ErrUtcbArea);
    CLAUSE_IS(2507,
              "2.5 error 7; 2.1 error 7; 2.5 parameter "
              "KernelInterfacePageArea",
              "a KIP area below its size: error 7",
              control(subject, fpage(kip_address, 10), utcb_area()),
              L4_ErrKipArea);
    CLAUSE_IS(2508, "2.5 error 7", "a KIP area in the kernel's area: error 7",
              control(subject, fpage(high, 12), utcb_area()), L4_ErrKipArea);
    CLAUSE_IS(2509, "2.5 error 7", "a KIP area inside the UTCB area: error 7",
              control(subject, fpage(utcb_first, 12), utcb_area()),
              L4_ErrKipArea);
    CLAUSE_IS(2510, "2.5 error 7", "a KIP area around the UTCB area: error 7",
              control(subject, fpage(utcb_first, (int)utcb_area_log2() + 1),
                      utcb_area()),
              L4_ErrKipArea);
    CLAUSE_IS(2511, "2.5 error 6; 2.5 error 7",
              "with both bad the UTCB area is checked first",
              control(subject, fpage(high, 12), fpage(high, 17)),
              L4_ErrUtcbArea);
    CLAUSE_IS(2512, "2.5 error 3",
              "with all bad the SpaceSpecifier is checked first",
              control(fresh(0), fpage(high, 12), fpage(high, 17)),
              L4_ErrInvalidSpace);
    CLAUSE_IS(2513, "2.5", "nil areas on an uninitialised space succeed",
              control(subject, L4_Nilpage, L4_Nilpage), 0);
    CLAUSE(2514, "2.5", "nil areas leave a space uninitialised",
           activation() != 0);
}

static void test_good(void)
{
    L4_Word_t old = 99;

    CLAUSE(2515, "2.5", "good areas succeed",
           L4_SpaceControl(subject, 0, kip_area(), utcb_area(), L4_anythread,
                           &old) != 0);
    CLAUSE_IS(2516, "2.5 parameter control",
              "control 0 does nothing, and the old control word is 0", old, 0);
    CLAUSE_IS(2517, "2.5", "good areas initialise the space", activation(), 0);
    CLAUSE_IS(
        2518, "2.5", "other areas for a space with active threads succeed",
        control(subject, fpage(0x10000000, 12), fpage(0x11000000, 17)), 0);
    CLAUSE_IS(2519, "2.5", "areas of an active space do not move",
              thread_control(fresh(1), subject, main_id, main_id, 0x11000000),
              L4_ErrUtcbArea);
    CLAUSE_IS(2520, "2.5", "nil areas leave an initialised space as it is",
              control(subject, L4_Nilpage, L4_Nilpage), 0);
    CLAUSE_IS(2521, "2.5 parameter redirector",
              "anythread as redirector, the initial state, succeeds",
              space_control(subject, L4_Nilpage, L4_Nilpage, L4_anythread), 0);
    CLAUSE_IS(2522, "2.5 parameter redirector",
              "nilthread leaves the redirector as it is: success",
              space_control(subject, L4_Nilpage, L4_Nilpage, L4_nilthread), 0);
    thread_delete(fresh(1));
}

/* A KIP and UTCBs elsewhere than ours. */
static volatile L4_Word_t other_kip, other_magic, other_id, other_local;

static void look_at_kip(void)
{
    L4_Word_t *kip = L4_KernelInterface(NULL, NULL, NULL);

    other_kip = (L4_Word_t)kip;
    other_magic = kip[0] & 0xffffffff;
    other_id = L4_MyGlobalId().raw;
    other_local = L4_MyLocalId().raw;
    for (;;)
        ;
}

static void test_elsewhere(void)
{
    L4_ThreadId_t t = fresh(2);
    L4_Word_t utcbs = FREE_WINDOW + 0x100000;

    thread_control(t, t, main_id, L4_nilthread, ~0ul);
    CLAUSE_IS(2523, "2.5", "a space with KIP and UTCB area elsewhere",
              control(t, fpage(FREE_WINDOW, 12), fpage(utcbs, 12)), 0);
    CLAUSE_IS(2524, "2.4; 2.5", "a UTCB in an area elsewhere is accepted",
              thread_control(t, t, L4_nilthread, main_id, utcbs + utcb_bytes),
              0);
    L4_Set_Priority(t, PRIO_MID);
    thread_control(t, t, L4_nilthread, pager_id, ~0ul);
    send_start(t, (L4_Word_t)look_at_kip, (L4_Word_t)stacks[20] + 4000);
    settle();
    CLAUSE_IS(2525, "2.2; 2.5 parameter KernelInterfacePageArea",
              "KernelInterface gives the KIP's place of that space", other_kip,
              FREE_WINDOW);
    CLAUSE_IS(2526, "1.17", "the KIP is mapped where KernelInterface says",
              other_magic, (L4_Word_t)L4_MAGIC & 0xffffffff);
    CLAUSE_IS(2527, "1.3; 1.19", "a local id is the address of MR0 in the UTCB",
              other_local, utcbs + utcb_bytes + 64 * sizeof(L4_Word_t));
    CLAUSE_IS(2528, "1.19 word offset -15", "MyGlobalId is found beside it",
              other_id, t.raw);
    thread_delete(t);
}

/* The smallest areas there are. */
static void test_smallest(void)
{
    L4_ThreadId_t t = fresh(3), u = fresh(4);
    int least = (int)L4_UtcbAreaSizeLog2(L4_GetKernelInterface());

    thread_control(t, t, main_id, L4_nilthread, ~0ul);
    CLAUSE_IS(2529, "2.5 parameter UtcbArea",
              "the smallest UTCB area is large enough",
              control(t, kip_area(), fpage(utcb_first, least)), 0);
    CLAUSE_IS(2530, "2.4", "its first UTCB may be used",
              thread_control(t, t, L4_nilthread, main_id, utcb_first), 0);
    CLAUSE_IS(2531, "2.4 error 6", "one behind its end may not: error 6",
              thread_control(u, t, main_id, main_id,
                             utcb_first + ((L4_Word_t)1 << least)),
              L4_ErrUtcbArea);
    CLAUSE_IS(2532, "2.4; 1.19",
              "its last UTCB may: it lies in the area wholly",
              thread_control(u, t, main_id, main_id,
                             utcb_first + ((L4_Word_t)1 << least) - utcb_bytes),
              0);
    thread_delete(u);
    thread_delete(t);
}

int main(void)
{
    support_init();
    subject = fresh(9);
    thread_control(subject, subject, main_id, L4_nilthread, ~0ul);
    test_specifier();
    test_areas();
    test_good();
    test_elsewhere();
    test_smallest();
    thread_delete(subject);
    return CLAUSES_END();
}
