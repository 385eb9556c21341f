/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * SpaceControl: x2.md 2.5; and what else concerns whole spaces.
 */
#include "tap.h"
#include "worker.h"

enum {
    ERR_PRIVILEGE = 1,
    ERR_SPACE = 3,
    ERR_PARAM = 5,
    ERR_UTCB = 6,
    ERR_KIP = 7
};

static L4_ThreadId_t subject;

static L4_Word_t control(L4_ThreadId_t t, L4_Fpage_t kip, L4_Fpage_t utcb)
{
    L4_Word_t old = 99;

    return L4_SpaceControl(t, 0, kip, utcb, L4_anythread, &old)
               ? 0
               : L4_ErrorCode();
}

static L4_Fpage_t fpage(L4_Word_t base, int bits)
{
    return L4_FpageLog2(base, bits);
}

static L4_Word_t activation(void)
{
    return L4_ThreadControl(subject, subject, L4_nilthread, main_id,
                            (void *)utcb_start(50))
               ? 0
               : L4_ErrorCode();
}

static void test_bad(void)
{
    L4_Word_t high = ~(L4_Word_t)0xfffff;

    is(control(L4_GlobalId(user_base + 700, 1), kip_area(), utcb_area()),
       ERR_SPACE, "a thread that does not exist: error 3");
    is(control(L4_MyLocalId(), kip_area(), utcb_area()), ERR_SPACE,
       "a local id: error 3");
    is(control(L4_nilthread, kip_area(), utcb_area()), ERR_SPACE,
       "nilthread: error 3");
    is(control(subject, kip_area(), fpage(utcb_first, 11)), ERR_UTCB,
       "a UTCB area too small: error 6");
    is(control(subject, kip_area(), fpage(high, 17)), ERR_UTCB,
       "a UTCB area in the kernel: error 6");
    is(control(subject, kip_area(), L4_CompleteAddressSpace), ERR_UTCB,
       "the complete space as UTCB area: error 6");
    is(control(subject, fpage(kip_address, 10), utcb_area()), ERR_KIP,
       "a KIP area too small: error 7");
    is(control(subject, fpage(high, 12), utcb_area()), ERR_KIP,
       "a KIP area in the kernel: error 7");
    is(control(subject, fpage(utcb_first, 12), utcb_area()), ERR_KIP,
       "a KIP area inside the UTCB area: error 7");
    is(control(subject, fpage(utcb_first, (int)utcb_area_log2() + 1),
               utcb_area()),
       ERR_KIP, "a KIP area around the UTCB area: error 7");
    is(control(subject, fpage(high, 12), fpage(high, 17)), ERR_UTCB,
       "both bad: the UTCB area is looked at first");
    is(control(subject, L4_Nilpage, L4_Nilpage), 0, "nil areas succeed");
    ok(activation() != 0, "but leave the space uninitialised");
}

static void test_good(void)
{
    L4_Word_t old = 99;

    ok(L4_SpaceControl(subject, 0, kip_area(), utcb_area(), L4_anythread,
                       &old) != 0,
       "good areas succeed");
    is(old, 0, "the old control word is 0");
    is(activation(), 0, "and the space is initialised");
    is(control(subject, fpage(0x10000000, 12), fpage(0x11000000, 17)), 0,
       "a second call succeeds");
    L4_ThreadId_t t = L4_GlobalId(user_base + 701, 1);
    is(L4_ThreadControl(t, subject, main_id, main_id,
                        (void *)(L4_Word_t)0x11000000)
           ? 0
           : L4_ErrorCode(),
       ERR_UTCB, "but does not move the areas of an active space");
    thread_delete(t);
    is(control(subject, L4_Nilpage, L4_Nilpage), 0, "nil areas: as they are");
}

/* A KIP elsewhere than ours. */
static volatile L4_Word_t other_kip, other_magic, other_result, other_error;

static void look_at_kip(L4_Word_t arg)
{
    L4_Word_t *kip = L4_KernelInterface(NULL, NULL, NULL);

    (void)arg;
    other_kip = (L4_Word_t)kip;
    other_magic = kip[0] & 0xffffffff;
}

static void ask(L4_Word_t arg)
{
    L4_Word_t old;

    (void)arg;
    other_result = L4_SpaceControl(L4_Myself(), 0, L4_Nilpage, L4_Nilpage,
                                   L4_anythread, &old);
    other_error = L4_ErrorCode();
}

static void test_kip(void)
{
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);
    L4_Word_t old;

    L4_ThreadControl(t, t, main_id, L4_nilthread, NO_UTCB);
    is(L4_SpaceControl(t, 0, fpage(FREE_WINDOW, 12), utcb_area(), L4_anythread,
                       &old),
       1, "a space with its KIP elsewhere");
    slot_start(k, t, t, look_at_kip, 0, PRIO_MID);
    settle();
    is(other_kip, FREE_WINDOW, "KernelInterface gives its place");
    is(other_magic, L4_MAGIC, "and it is there");
    thread_delete(t);
}

static void test_privilege(void)
{
    L4_ThreadId_t t = thread_in_new_space(ask, 0, PRIO_MID);

    other_result = 7;
    settle();
    is(other_result, 0, "an unprivileged thread gets 0");
    is(other_error, ERR_PRIVILEGE, "and error 1");
    thread_delete(t);
}

int main(void)
{
    plan(24);
    support_init();
    subject = L4_GlobalId(user_base + 702, 1);
    L4_ThreadControl(subject, subject, main_id, L4_nilthread, NO_UTCB);
    test_bad();
    test_good();
    test_kip();
    test_privilege();
    thread_delete(subject);
    return tap_status();
}
