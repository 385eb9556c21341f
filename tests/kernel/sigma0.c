/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sigma0 protocol: x2.md 3.6.
 */
#include "tap.h"
#include "worker.h"

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
    job.mr[0] = (L4_Word_t)-6 << 20 | 2;
    job.mr[1] = f.raw;
    job_start(far, &job);
    if (!job_wait(&job) || L4_IpcFailed(job.tag))
        return ~(L4_Word_t)0;
    return job.mr[2];
}

/* The first memory descriptor of this type, as a page inside it; 0 = none. */
static L4_Word_t page_of_type(L4_Word_t type, bool last)
{
    void *kip = L4_GetKernelInterface();
    L4_Word_t found = 0;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        if (L4_IsMemoryDescVirtual(m) || L4_MemoryDescType(m) != type)
            continue;
        found = (L4_MemoryDescLow(m) + 0xfff) & ~(L4_Word_t)0xfff;
        if (last)
            found = L4_MemoryDescHigh(m) & ~(L4_Word_t)0xfff;
        if (found != 0)
            break;
    }
    return found;
}

static void test_any(void)
{
    L4_Fpage_t f, g;

    f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
    g = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
    ok(!L4_IsNilFpage(f) && !L4_IsNilFpage(g), "two pages of any memory");
    ok(L4_Address(f) != L4_Address(g), "are different");
    is(L4_Rights(f), L4_FullyAccessible, "with all rights");
    volatile L4_Word_t *p = (L4_Word_t *)L4_Address(f);
    *p = 4711;
    is(*p, 4711, "mapped 1:1, to be written");
    f = L4_Sigma0_GetAny(L4_nilthread, 20, L4_CompleteAddressSpace);
    ok(!L4_IsNilFpage(f) && L4_SizeLog2(f) == 20, "1 MiB in one piece");
    is(L4_Address(f) & 0xfffff, 0, "aligned");
    f = L4_Sigma0_GetAny(L4_nilthread, 11, L4_CompleteAddressSpace);
    ok(L4_IsNilFpage(f), "less than a page is refused");
    f = L4_Sigma0_GetAny(L4_nilthread, 31, L4_CompleteAddressSpace);
    ok(L4_IsNilFpage(f), "more than there is, too");
}

static void test_owner(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);

    is(L4_Sigma0_GetPage(L4_nilthread, f).raw, f.raw,
       "asking for one's own page again succeeds");
    is(their_request(f), 0, "another thread is refused");
    is(job.mr[1] & 0xe, 8, "by a map item with a nil fpage");
    ok(their_request(any_place(12)) != 0, "but gets other memory");
    ok((job.mr[2] & ~(L4_Word_t)0x3ff) != L4_Address(f), "not ours");
    ok(L4_IsNilFpage(L4_Sigma0_GetPage(
           L4_nilthread, L4_FpageLog2(job.mr[2] & ~(L4_Word_t)0x3ff, 12))),
       "nor do we get theirs");
    is(their_request(L4_FpageLog2(image_low, 12)), 0,
       "the root task's image is the root task's");
}

static void test_named(void)
{
    L4_Word_t reserved = page_of_type(L4_ReservedMemoryType, false);

    ok(reserved != 0, "there is reserved memory");
    is(their_request(L4_FpageLog2(reserved, 12)), 0, "nobody gets it");
    is(L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(reserved, 12)).raw, 0,
       "the root task neither");
    L4_Fpage_t device = L4_FpageLog2((L4_Word_t)0x3f000000, 12);
    is(L4_Address(L4_Sigma0_GetPage(L4_nilthread, device)), 0x3f000000,
       "memory that nothing describes is given as device memory");
    is(their_request(device), 0, "once");
}

static void test_malformed(void)
{
    static const L4_Word_t tags[] = { 1, 3 | 1 << 6, 0x12340002 };
    bool good = true;

    for (unsigned i = 0; i < 3; i++) {
        job = (struct job){ .to = s0,
                            .from = s0,
                            .timeouts = usec(4000).raw,
                            .acceptor = L4_CompleteAddressSpace.raw };
        job.mr[0] = tags[i] & 0xfff;
        if (i < 2)
            job.mr[0] |= (L4_Word_t)-6 << 20;
        job_start(far, &job);
        good &= job_wait(&job) && L4_IpcFailed(job.tag);
        /* The second one fails already on its way: its item is cut off. */
        good &= i == 1 || (job_error(&job) == 1 && job_phase(&job) == 1);
    }
    ok(good, "malformed requests get no answer");
    ok(their_request(any_place(12)) + 1 > 1, "and sigma0 still serves");
}

/* Page faults of threads whose pager sigma0 is. */
static volatile L4_Word_t touched;

static void touch(L4_Word_t address)
{
    *(volatile L4_Word_t *)address = 31;
    touched = *(volatile L4_Word_t *)address;
}

static void test_fault(void)
{
    L4_ThreadId_t t;

    their_request(any_place(12));
    t = thread_here(touch, job.mr[2] & ~(L4_Word_t)0x3ff, PRIO_MID);
    L4_Set_PagerOf(t, s0);
    settle();
    is(touched, 0, "a fault on another's page is not answered with it");
    thread_delete(t);
    /* sigma0 gives from the end of a free range: below what it gave last. */
    L4_Word_t free =
        (their_request(any_place(12)) & ~(L4_Word_t)0x3ff) - 0x1000;
    t = thread_here(touch, free, PRIO_MID);
    L4_Set_PagerOf(t, s0);
    settle();
    is(touched, 31, "a fault on free memory is");
    thread_delete(t);
}

int main(void)
{
    plan(24);
    support_init();
    s0 = L4_GlobalId(user_base, 1);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_any();
    test_owner();
    test_named();
    test_malformed();
    test_fault();
    return tap_status();
}
