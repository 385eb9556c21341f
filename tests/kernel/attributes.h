/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H
/*
 * MemoryControl: which attributes there are, and that a page whose attribute
 * changes loses nothing: contents, rights, status. What the hardware then does
 * differently no program can see. Included by the attribute.c of each processor
 * that has attributes, which says before:
 *   known, unknown  arrays of attributes, the first of all that there are
 *   LARGE_BITS      log2 of the larger page size
 *   READ            the status that a read access leaves
 */
#include "accessor.h"
#include "tap.h"

enum { ERR_PRIVILEGE = 1, ERR_PARAM = 5 };
enum { SMALL_PAGES = 1 << (LARGE_BITS - 12) };

static struct accessor a;
static volatile L4_Word_t page[1024] __attribute__((aligned(PAGE_SIZE)));
enum { KNOWN = sizeof(known) / sizeof(known[0]) };
enum { UNKNOWN = sizeof(unknown) / sizeof(unknown[0]) };

static L4_Fpage_t fpage(const volatile void *p)
{
    return L4_FpageLog2((L4_Word_t)p, 12);
}

/* Revokes nothing; result: the accesses since the last time. */
static L4_Word_t status(void)
{
    return L4_Rights(L4_UnmapFpage(fpage(page)));
}

static bool fails(L4_Word_t result, L4_Word_t error)
{
    return result == 0 && L4_ErrorCode() == error;
}

static void test_errors(void)
{
    L4_Fpage_t two[2] = { fpage(page), fpage(poison) };
    L4_Word_t values[4] = { L4_WriteThroughMemory, 3, 0, 0 };
    bool good = true;

    for (unsigned i = 0; i < UNKNOWN; i++)
        good &= fails(L4_Set_PageAttribute(fpage(page), unknown[i]), ERR_PARAM);
    ok(good, "unknown attributes: error 5");
    two[1].raw |= 1;
    ok(fails(L4_Set_PageAttributes(2, two, values), ERR_PARAM),
       "also behind a known one");
    two[1].raw = 1;
    is(L4_Set_PageAttributes(2, two, values), 1,
       "an empty fpage has no attribute");
    is(L4_Set_PageAttribute(fpage((void *)FREE_WINDOW), 1), 1,
       "a page that is not there is passed over");
    L4_Set_PageAttribute(fpage(page), L4_DefaultMemory);
}

static void test_contents(void)
{
    bool set = true, same = true, writable = true, derived = true;

    map_to(&a, fpage((void *)FREE_WINDOW),
           page_at((L4_Word_t)page, L4_ReadWriteOnly), 0);
    for (unsigned i = 0; i < KNOWN; i++) {
        for (L4_Word_t k = 0; k < 1024; k++)
            page[k] = k * 7 + i;
        set &= L4_Set_PageAttribute(fpage(page), known[i]) == 1;
        for (L4_Word_t k = 0; k < 1024; k++)
            same &= page[k] == k * 7 + i;
        page[5] = 1000 + i;
        derived &= reads(&a, FREE_WINDOW + 20, 1000 + i);
        writable &= writes(&a, FREE_WINDOW + 24, 2000 + i);
        writable &= page[6] == 2000 + i;
    }
    ok(set, "each attribute that there is");
    ok(same, "the contents stay");
    ok(derived, "who has the page mapped sees them");
    ok(writable, "and writes them");
}

static void test_status(void)
{
    bool kept = true, clean = true;

    for (unsigned i = 0; i < KNOWN; i++) {
        status();
        page[1] = i;
        L4_Set_PageAttribute(fpage(page), known[i]);
        kept &= status() == (READ | L4_Writable);
        L4_Set_PageAttribute(fpage(page), known[(i + 1) % KNOWN]);
        clean &= status() == 0;
        (void)page[1];
        clean &= status() == READ;
    }
    ok(kept, "the status stays");
    ok(clean, "and nothing comes to it");
    L4_Set_PageAttribute(fpage(page), known[2]);
    L4_UnmapFpage(L4_FpageAddRights(fpage(page), L4_Writable));
    act(&a, OP_WRITE, FREE_WINDOW, 1);
    is(a.fault, L4_Writable, "a right that is revoked is gone");
}

/* One small page of a large one. */
static void test_large(void)
{
    L4_Fpage_t large = L4_Sigma0_GetAny(L4_GlobalId(user_base, 1), LARGE_BITS,
                                        L4_CompleteAddressSpace);
    volatile L4_Word_t *word = (volatile L4_Word_t *)L4_Address(large);
    /* The last before the default: where it has a bit of its own, in another
     * place of a large page's entry. */
    L4_Word_t strange = known[KNOWN - 2];
    bool same = true;

    ok(!L4_IsNilFpage(large), "a large page");
    for (L4_Word_t k = 0; k < SMALL_PAGES; k++)
        word[k * 1024] = k;
    is(L4_Set_PageAttribute(fpage(word + 3 * 1024), strange), 1,
       "a small page of it");
    for (L4_Word_t k = 0; k < SMALL_PAGES; k++)
        same &= word[k * 1024] == k;
    ok(same, "all contents stay");
    is(L4_Set_PageAttribute(large, L4_DefaultMemory), 1, "the whole again");
    large = L4_Sigma0_GetAny(L4_GlobalId(user_base, 1), LARGE_BITS,
                             L4_CompleteAddressSpace);
    word = (volatile L4_Word_t *)L4_Address(large);
    for (L4_Word_t k = 0; k < SMALL_PAGES; k++)
        word[k * 1024] = k;
    is(L4_Set_PageAttribute(large, strange), 1,
       "a large page that is split afterwards");
    L4_Set_PageAttribute(fpage(word), L4_WriteThroughMemory);
    for (L4_Word_t k = 0; k < SMALL_PAGES; k++)
        same &= word[k * 1024] == k;
    ok(same, "has its frames as before");
}

static volatile bool armed;

/* More urgent than the main thread: it changes what that one asks for. */
static void meddle(L4_Word_t mr0)
{
    for (;;) {
        L4_Sleep(usec(10));
        if (armed)
            ((volatile L4_Word_t *)mr0)[1] |= 3;
    }
}

/* While the first fpage takes its time, the second gets another number. */
static void test_changed(void)
{
    L4_Fpage_t large = L4_Sigma0_GetAny(L4_GlobalId(user_base, 1), LARGE_BITS,
                                        L4_CompleteAddressSpace);
    L4_Fpage_t two[2] = { L4_FpageLog2(L4_Address(large), LARGE_BITS),
                          fpage(page) };
    L4_Word_t values[4] = { L4_WriteThroughMemory, 0, 0, unknown[0] };
    bool good = true;

    thread_here(meddle, L4_MyLocalId().raw, PRIO_HIGH);
    L4_Set_Priority(main_id, PRIO_MID);
    L4_Set_PageAttribute(fpage((void *)L4_Address(large)), L4_WriteBackMemory);
    two[1].raw |= 1;
    for (unsigned i = 0; i < 4; i++) {
        values[0] = i % 2 ? L4_WriteBackMemory : L4_WriteThroughMemory;
        armed = true;
        good &= L4_Set_PageAttributes(2, two, values) == 1;
        armed = false;
    }
    ok(good, "an attribute that is unknown meanwhile is not set");
    L4_Set_PageAttribute(large, L4_DefaultMemory);
}

static volatile L4_Word_t result, error;

static void not_privileged(L4_Word_t arg)
{
    result = L4_Set_PageAttribute(fpage(page), arg);
    error = L4_ErrorCode();
}

static void test_privilege(void)
{
    L4_ThreadId_t t;

    result = 1;
    t = thread_in_new_space(not_privileged, L4_WriteBackMemory, PRIO_MID);
    L4_Sleep(usec(3000));
    ok(result == 0 && error == ERR_PRIVILEGE, "not for everybody: error 1");
    thread_delete(t);
}

int main(void)
{
    plan(19);
    support_init();
    accessor_init(&a);
    test_errors();
    test_contents();
    test_status();
    test_large();
    test_changed();
    test_privilege();
    return tap_status();
}

#endif
