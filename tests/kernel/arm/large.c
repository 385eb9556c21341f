/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Code in a section: what is written there is executed, from its first byte to
 * its last, also what is written later. No emulator shows that caches are in
 * the way; the oracle does.
 */
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

int main(void)
{
    L4_Fpage_t f;

    plan(4);
    support_init();
    f = L4_Sigma0_GetAny(L4_nilthread, SECTION_BITS, L4_CompleteAddressSpace);
    ok(!L4_IsNilFpage(f), "a section");
    code = (volatile L4_Word_t *)L4_Address(f);
    write(1);
    ok(executes(1), "code that was written there is executed");
    is(L4_Rights(L4_GetStatus(f)), 7, "its status says so");
    write(101);
    ok(executes(101), "and after that, what was written meanwhile");
    return tap_status();
}
