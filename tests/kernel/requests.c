/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to sigma0 (x2.md 3.6) that are nearly right, and what it must look
 * at to give no page twice.
 */
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { LABEL_SIGMA0 = -6 };

static L4_ThreadId_t far, s0;
static struct job job;

/* The far worker's message to sigma0; result: does an answer come? */
static bool answered(int label, unsigned u, L4_Word_t mr1)
{
    job = (struct job){ .to = s0,
                        .from = s0,
                        .timeouts = usec(4000).raw,
                        .acceptor = L4_FpageLog2(FREE_WINDOW, 12).raw };
    job.mr[0] = (L4_Word_t)label << 20 | u;
    job.mr[1] = mr1;
    job_start(far, &job);
    return job_wait(&job) && !job_error(&job);
}

/* What it gets for this fpage; 0: nothing. */
static L4_Word_t given(L4_Fpage_t f)
{
    return answered(LABEL_SIGMA0, 2, f.raw) ? job.mr[2] : 0;
}

static L4_Fpage_t any(int bits)
{
    return L4_FpageLog2(~(L4_Word_t)0, bits);
}

static void test_protocol(void)
{
    L4_Word_t f = any(12).raw;

    ok(answered(LABEL_SIGMA0, 2, f), "a request of two words is answered");
    ok(answered(LABEL_SIGMA0, 3, f), "one of three as well");
    ok(!answered(LABEL_SIGMA0, 1, f), "one of one word is not");
    ok(!answered(LABEL_SIGMA0, 4, f), "nor one of four");
    ok(!answered(-7, 2, f), "nor another protocol");
    ok(!answered(5, 2, f), "nor a message of no protocol");
    ok(!answered(LABEL_PAGE_FAULT, 3, 0x1000), "nor a fault of three words");
    ok(answered(LABEL_SIGMA0, 2, f), "after which it serves again");
}

/* Where sigma0 is, by the KIP. */
static void test_images(void)
{
    const L4_Word_t *kip = L4_GetKernelInterface();
    L4_Word_t low = kip[10] & ~(L4_Word_t)(PAGE_SIZE - 1);

    ok(low != 0 && kip[11] > low, "sigma0's image");
    is(given(L4_FpageLog2(low, 12)), 0, "is given to nobody");
    is(L4_Sigma0_GetPage(s0, L4_FpageLog2(low, 12)).raw, 0,
       "not to the root task, either");
    is(given(L4_FpageLog2(image_low, 12)), 0,
       "the root task's image is not given to others");
}

static void test_alignment(void)
{
    bool good = true;

    for (int bits = 12; bits < 17; bits++) {
        L4_Fpage_t f = { .raw = given(any(bits)) };
        L4_Word_t base = f.raw & ~(L4_Word_t)0x3ff;
        good &= base != 0 && L4_SizeLog2(f) == (L4_Word_t)bits;
        good &= (base & (((L4_Word_t)1 << bits) - 1)) == 0;
    }
    ok(good, "free memory of each size is aligned to that");
}

/* Two pages, the second of which has an owner. */
static void test_parts(void)
{
    L4_Word_t two = given(any(13)) & ~(L4_Word_t)0x3ff;
    L4_Fpage_t ours = L4_Sigma0_GetAny(s0, 13, L4_CompleteAddressSpace);
    L4_Word_t device = 0x3f100000;

    ok(two != 0 && !L4_IsNilFpage(ours), "two pages for each");
    is(given(L4_FpageLog2(L4_Address(ours), 13)), 0, "none has the other's");
    /* Nobody describes this as memory: pages of devices. */
    ok(!L4_IsNilFpage(
           L4_Sigma0_GetPage(s0, L4_FpageLog2(device + PAGE_SIZE, 12))),
       "the second of two free pages is taken");
    is(given(L4_FpageLog2(device, 13)), 0, "both together are refused");
    ok(given(L4_FpageLog2(device, 12)) != 0, "the first one alone is not");
    is(L4_Sigma0_GetPage(s0, L4_FpageLog2(device, 13)).raw, 0,
       "now nobody gets both");
}

int main(void)
{
    plan(19);
    support_init();
    s0 = L4_GlobalId(user_base, 1);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_protocol();
    test_images();
    test_alignment();
    test_parts();
    return tap_status();
}
