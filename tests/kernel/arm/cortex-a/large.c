/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code in a section: what is written there is executed, from its first byte to
 * its last, also what is written later. No emulator shows that caches are in
 * the way; the oracle does. The same for memory attributes where the kernel has
 * no address of its own for the memory.
 * memory: 768M
 */
#include <l4/arch.h>
#include <l4/misc.h>

#include "support.h"
#include "tap.h"

enum { SECTION_BITS = 20, RETURN = 0xe12fff1e, MOVE = 0xe3a00000 };
enum { WORDS = 1 << (SECTION_BITS - 2), PIECES = 16 };

static volatile L4_Word_t *code;

/* A function that returns n, at the begin of each sixteenth and at the end. */
static volatile L4_Word_t *place(unsigned i)
{
    return code + (i < PIECES ? i * (WORDS / PIECES) : WORDS - 2);
}

static void write(unsigned base)
{
    for (unsigned i = 0; i <= PIECES; i++) {
        place(i)[0] = MOVE | (base + i);
        place(i)[1] = RETURN;
    }
}

static bool executes(unsigned base)
{
    bool good = true;

    for (unsigned i = 0; i <= PIECES; i++) {
        L4_Word_t (*fn)(void) = (L4_Word_t(*)(void))(L4_Word_t)place(i);
        good &= fn() == base + i;
    }
    return good;
}

/* The last section that there is: not among the first 512 MiB of memory. */
static L4_Fpage_t last_section(void)
{
    L4_KernelInterfacePage_t *kip = L4_GetKernelInterface();
    L4_Word_t bytes = (L4_Word_t)1 << SECTION_BITS, end = 0;
    L4_Fpage_t f = L4_Nilpage;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);
        if (!L4_IsMemoryDescVirtual(d) && L4_MemoryDescHigh(d) + 1 > end &&
            L4_MemoryDescType(d) == L4_ConventionalMemoryType)
            end = L4_MemoryDescHigh(d) + 1;
    }
    for (L4_Word_t n = 1; n < 64 && L4_IsNilFpage(f); n++)
        f = L4_Sigma0_GetPage(
            L4_nilthread,
            L4_FpageLog2((end & ~(bytes - 1)) - n * bytes, SECTION_BITS));
    return f;
}

static void test_attribute(void)
{
    static const L4_Word_t attributes[] = { L4_WriteCombiningMemory,
                                            L4_DefaultMemory,
                                            L4_UncacheableMemory };
    L4_Fpage_t f = last_section();
    volatile L4_Word_t *word = (volatile L4_Word_t *)L4_Address(f);
    bool set = true, same = true;

    printf("# %lx\n", f.raw);
    ok(!L4_IsNilFpage(f), "a section at the end of memory");
    for (unsigned k = 0; k < 3; k++) {
        for (unsigned i = 0; i < PIECES; i++)
            word[i * (WORDS / PIECES)] = k + i;
        set &= L4_Set_PageAttribute(f, attributes[k]) == 1;
        for (unsigned i = 0; i < PIECES; i++)
            same &= word[i * (WORDS / PIECES)] == k + i;
    }
    ok(set && same, "has another attribute, and keeps its contents");
}

int main(void)
{
    L4_Fpage_t f;

    plan(6);
    support_init();
    f = L4_Sigma0_GetAny(L4_nilthread, SECTION_BITS, L4_CompleteAddressSpace);
    ok(!L4_IsNilFpage(f), "a section");
    code = (volatile L4_Word_t *)L4_Address(f);
    write(1);
    ok(executes(1), "code that was written there is executed");
    is(L4_Rights(L4_GetStatus(f)), 7, "its status says so");
    write(101);
    ok(executes(101), "and after that, what was written meanwhile");
    test_attribute();
    return tap_status();
}
