/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sigma0 protocol.
 * clauses: 4600
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

#include <l4/misc.h>

enum { LABEL_SIGMA0 = -6 };

static L4_ThreadId_t s0, far;
static struct job job;

static L4_Fpage_t any_place(int bits)
{
    return (L4_Fpage_t){ .raw = ~(L4_Word_t)0x3ff | (L4_Word_t)bits << 4 };
}

/* A request by another thread; result: the fpage of the answer, ~0 = none. */
static L4_Word_t their_request(L4_Fpage_t f)
{
    job = (struct job){ .to = s0,
                        .from = s0,
                        .acceptor = L4_CompleteAddressSpace.raw,
                        .timeouts = usec(20000).raw };
    job.mr[0] = (L4_Word_t)LABEL_SIGMA0 << 20 | 2;
    job.mr[1] = f.raw;
    job_start(far, &job);
    if (!job_wait(&job) || L4_IpcFailed(job.tag))
        return ~(L4_Word_t)0;
    return job.mr[2];
}

static L4_Fpage_t own_request(L4_Word_t address, int bits)
{
    return L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(address, bits));
}

/* A page of the first physical memory descriptor of this type; 0 = none. */
static L4_Word_t page_of_type(L4_Word_t type)
{
    void *kip = L4_GetKernelInterface();

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        L4_Word_t page = (L4_MemoryDescLow(m) + 0xfff) & ~(L4_Word_t)0xfff;
        if (!L4_IsMemoryDescVirtual(m) && L4_MemoryDescType(m) == type &&
            page != 0)
            return page;
    }
    return 0;
}

/* Is this page in a descriptor, physical and of conventional memory? */
static bool conventional(L4_Word_t page)
{
    void *kip = L4_GetKernelInterface();
    bool found = false;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        if (!L4_IsMemoryDescVirtual(m) && L4_MemoryDescLow(m) <= page &&
            page <= L4_MemoryDescHigh(m))
            found = L4_MemoryDescType(m) == L4_ConventionalMemoryType;
    }
    return found;
}

static void test_any(void)
{
    L4_Fpage_t f, g;
    volatile L4_Word_t *p;

    f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
    g = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
    CLAUSE(4600, "3.6; 4.9", "a page at any place is given",
           !L4_IsNilFpage(f) && L4_SizeLog2(f) == 12);
    CLAUSE(4601, "3.6", "the next request for any place gives another page",
           !L4_IsNilFpage(g) && L4_Address(f) != L4_Address(g));
    CLAUSE_IS(4602, "3.6", "pages come with all rights", L4_Rights(f),
              L4_FullyAccessible);
    p = (L4_Word_t *)L4_Address(f);
    *p = 4711;
    CLAUSE_IS(4603, "3.6; 2.10.5",
              "the send base is the address: a complete window gives 1:1", *p,
              4711);
    CLAUSE(4604, "3.6", "any place is conventional memory",
           conventional(L4_Address(f)) && conventional(L4_Address(g)));
    f = L4_Sigma0_GetAny(L4_nilthread, 20, L4_CompleteAddressSpace);
    CLAUSE(4605, "3.6 register MR1", "1 MiB is given in one piece, aligned",
           L4_SizeLog2(f) == 20 && (L4_Address(f) & 0xfffff) == 0);
    CLAUSE(4606, "3.6", "less than the smallest page is refused",
           L4_IsNilFpage(
               L4_Sigma0_GetAny(L4_nilthread, 11, L4_CompleteAddressSpace)));
    CLAUSE(4607, "3.6", "more than there is is refused",
           L4_IsNilFpage(
               L4_Sigma0_GetAny(L4_nilthread, 31, L4_CompleteAddressSpace)));
    f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(FREE_WINDOW, 12));
    p = (L4_Word_t *)FREE_WINDOW;
    *p = 5;
    CLAUSE(4608, "4.9; 3.6",
           "the page appears in a window of the asker's choice",
           !L4_IsNilFpage(f) && *p == 5 &&
               L4_Address(f) != (L4_Word_t)FREE_WINDOW);
}

static void test_owner(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);

    CLAUSE_IS(4609, "3.6", "asking for one's own page again succeeds",
              L4_Sigma0_GetPage(L4_nilthread, f).raw, f.raw);
    CLAUSE_IS(4610, "3.6", "rights in the request are ignored",
              own_request(L4_Address(f), 12).raw, f.raw);
    CLAUSE_IS(4611, "3.6; 4.9", "sigma0 may be named instead of nilthread",
              L4_Sigma0_GetPage(s0, f).raw, f.raw);
    CLAUSE_IS(4612, "3.6", "another thread is refused that page",
              their_request(f), 0);
    CLAUSE(4613, "3.6", "the refusal is a map item with a nil fpage",
           job.mr[1] == 8 && job.mr[2] == 0);
    CLAUSE_IS(4614, "3.6; 3 number -6", "the reply has u = 0, t = 2",
              job.tag.raw & 0xfff, 2 << 6);
    CLAUSE(4615, "3.6", "the other thread gets other memory",
           their_request(any_place(12)) != 0 &&
               (job.mr[2] & ~(L4_Word_t)0x3ff) != L4_Address(f));
    CLAUSE(4616, "3.6", "we are refused what it has",
           L4_IsNilFpage(own_request(job.mr[2] & ~(L4_Word_t)0x3ff, 12)));
    CLAUSE_IS(4617, "3.6; 1.17 word 16..19",
              "memory of the initial servers is theirs from the start",
              their_request(L4_FpageLog2(image_low, 12)), 0);
    CLAUSE(4618, "3.6", "the root server has its own",
           !L4_IsNilFpage(own_request(image_low, 12)));
    f = L4_Sigma0_GetAny(L4_nilthread, 14, L4_CompleteAddressSpace);
    CLAUSE_IS(4619, "3.6", "a part of what one owns may be asked for",
              L4_Address(own_request(L4_Address(f) + 0x1000, 12)),
              L4_Address(f) + 0x1000);
    CLAUSE_IS(4620, "3.6", "nobody else gets a part of what one owns",
              their_request(L4_FpageLog2(L4_Address(f) + 0x1000, 12)), 0);
}

static void test_named(void)
{
    L4_Word_t reserved = page_of_type(L4_ReservedMemoryType);
    L4_Word_t dedicated = page_of_type(L4_DedicatedMemoryType);
    L4_Fpage_t device = L4_FpageLog2((L4_Word_t)0x3f000000, 12), f;

    CLAUSE(4621, "3.6", "an unprivileged thread gets no reserved memory",
           reserved != 0 && their_request(L4_FpageLog2(reserved, 12)) == 0);
    CLAUSE_IS(4622, "3.6", "the root server gets none either",
              own_request(reserved, 12).raw, 0);
    CLAUSE_IS(4623, "3.6; 1.18",
              "memory that nothing describes is given as device memory",
              L4_Address(L4_Sigma0_GetPage(L4_nilthread, device)), 0x3f000000);
    CLAUSE_IS(4624, "3.6",
              "device memory is given once: another thread is refused it",
              their_request(device), 0);
    CLAUSE(4625, "3.6; 1.18 type 0x3",
           "dedicated memory, where there is some, is given by name",
           dedicated == 0 || !L4_IsNilFpage(own_request(dedicated, 12)));
    f = own_request(0x3f800000, 23);
    CLAUSE(4626, "3.6", "8 MiB of device memory in one request",
           L4_SizeLog2(f) == 23 && L4_Address(f) == 0x3f800000);
    CLAUSE(4627, "3.6",
           "a range of which another has a page is refused as a whole",
           their_request(L4_FpageLog2(0x3f000000, 22)) == 0);
    CLAUSE(4628, "4.9",
           "L4_Sigma0_GetSpecial finds no memory of a type there is not",
           L4_Sigma0_GetSpecial(0xfe, NULL, PAGE_SIZE) == NULL);
}

static bool silent(L4_Word_t tag, L4_Word_t mr1)
{
    job = (struct job){ .to = s0,
                        .from = s0,
                        .timeouts = usec(4000).raw,
                        .acceptor = L4_CompleteAddressSpace.raw };
    job.mr[0] = tag;
    job.mr[1] = mr1;
    job_start(far, &job);
    return job_wait(&job) && job_error(&job) == E_TIMEOUT &&
           job_phase(&job) == 1;
}

static void test_malformed(void)
{
    L4_Word_t label = (L4_Word_t)LABEL_SIGMA0 << 20;

    CLAUSE(4629, "3.6 register tag", "a request with u = 1 gets no answer",
           silent(label | 1, any_place(12).raw));
    CLAUSE(4630, "3.6", "a request with u = 0 gets no answer",
           silent(label, 0));
    CLAUSE(4631, "3.6", "an unknown label gets no answer",
           silent(0x1230002, any_place(12).raw));
    CLAUSE(4632, "3.6", "an interrupt's label from a thread gets none",
           silent((L4_Word_t)LABEL_INTERRUPT << 20, 0));
    job = (struct job){ .to = s0,
                        .from = s0,
                        .timeouts = usec(4000).raw,
                        .mr = { label | 2 | 2 << 6, any_place(12).raw, 0, 8 } };
    job_start(far, &job);
    CLAUSE(4633, "3.6", "a request with typed items is not granted",
           job_wait(&job) && L4_IpcFailed(job.tag));
    CLAUSE(4634, "3.6", "after malformed requests sigma0 still serves",
           their_request(any_place(12)) + 1 > 1);
    CLAUSE(4635, "3.6; 5.2", "a third word in a request is ignored",
           !L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow_High(
               L4_nilthread, any_place(12), L4_CompleteAddressSpace, 0)));
}

static void test_window(void)
{
    job = (struct job){ .to = s0, .from = s0, .timeouts = usec(20000).raw };
    job.mr[0] = (L4_Word_t)LABEL_SIGMA0 << 20 | 2;
    job.mr[1] = any_place(12).raw;
    job_start(far, &job);
    CLAUSE(4636, "3.6; 2.10.4 error 4",
           "without a window the answer is too much: overflow",
           job_wait(&job) && job_error(&job) == E_OVERFLOW &&
               job_phase(&job) == 1);
    job = (struct job){ .to = s0,
                        .from = s0,
                        .timeouts = usec(20000).raw,
                        .acceptor = L4_CompleteAddressSpace.raw };
    job.mr[0] = (L4_Word_t)LABEL_SIGMA0 << 20 | 2;
    job.mr[1] = any_place(12).raw;
    job.mr[2] = L4_DefaultMemory;
    job_start(far, &job);
    CLAUSE(4637, "3.6 register MR2", "attribute 0 is the default attribute",
           job_wait(&job) && !job_error(&job) && job.mr[2] != 0);
}

/* Is a place conventional memory? The last descriptor that has it says so. */
static bool is_conventional(L4_Word_t place)
{
    void *kip = L4_GetKernelInterface();
    bool is = false;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        if (!L4_IsMemoryDescVirtual(m) && place >= L4_MemoryDescLow(m) &&
            place <= L4_MemoryDescHigh(m))
            is = L4_MemoryDescType(m) == L4_ConventionalMemoryType;
    }
    return is;
}

/* The middle of the largest range of conventional memory, or what is free
 * behind it: hardly anybody's. */
static L4_Word_t middle_of_memory(void)
{
    void *kip = L4_GetKernelInterface();
    L4_Word_t most = 0, middle = 0;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        L4_Word_t bytes = L4_MemoryDescHigh(m) - L4_MemoryDescLow(m);
        if (!L4_IsMemoryDescVirtual(m) && bytes > most &&
            L4_MemoryDescType(m) == L4_ConventionalMemoryType) {
            most = bytes;
            middle = L4_MemoryDescLow(m) + bytes / 2;
        }
    }
    middle &= ~(L4_Word_t)0xfff;
    for (L4_Word_t steps = 0; steps < 64 && !is_conventional(middle); steps++)
        middle += most / 128 & ~(L4_Word_t)0xfff;
    return middle;
}

/* Page faults of threads whose pager is sigma0. */
static volatile L4_Word_t touched;

static void touch(L4_Word_t address)
{
    *(volatile L4_Word_t *)address = 31;
    touched = *(volatile L4_Word_t *)address;
}

static L4_Word_t touches(L4_Word_t address)
{
    L4_ThreadId_t t = thread_here(touch, address, PRIO_MID);

    touched = 0;
    L4_Set_PagerOf(t, s0);
    settle();
    thread_delete(t);
    return touched;
}

static void test_fault(void)
{
    L4_Word_t theirs = their_request(any_place(12)) & ~(L4_Word_t)0x3ff;
    L4_Word_t middle = middle_of_memory(), given = 0;

    CLAUSE_IS(4638, "3.6", "a fault on another's page is not answered with it",
              touches(theirs), 0);
    for (int i = 0; i < 16 && !given; i++)
        given = touches(middle + 0x10000 * (L4_Word_t)i);
    CLAUSE_IS(4639, "3.6; 3.3",
              "a fault on free conventional memory is answered", given, 31);
    CLAUSE_IS(4640, "3.6", "a fault on device memory is not answered with it",
              touches(0x3e000000), 0);
}

int main(void)
{
    support_init();
    s0 = L4_GlobalId(user_base, 1);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_any();
    test_owner();
    test_named();
    test_malformed();
    test_window();
    test_fault();
    return CLAUSES_END();
}
