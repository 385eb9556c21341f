/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * MemoryControl: this processor has no attributes of memory but the default
 * (x2.md 2.7, docs/abi-riscv.md).
 */
#include "tap.h"
#include "worker.h"

static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));

/* The page with its attribute in place `which` of four, whose value is `value`,
 * the others being default. */
static bool set(unsigned which, L4_Word_t value)
{
    L4_Word_t attributes[4] = { 0 };

    attributes[which] = value;
    L4_LoadMR(0, page_at((L4_Word_t)page, 0).raw | which);
    return L4_MemoryControl(0, attributes);
}

int main(void)
{
    L4_Word_t refused = 0, taken = 0;

    plan(4);
    support_init();
    page[0] = 77;
    for (unsigned which = 0; which < 4; which++) {
        taken += set(which, 0);
        for (L4_Word_t value = 1; value <= 16; value++)
            refused += !set(which, value) && L4_ErrorCode() == 5;
        refused += !set(which, ~(L4_Word_t)0) && L4_ErrorCode() == 5;
    }
    is(taken, 4, "the default attribute, wherever it stands");
    is(refused, 4 * 17, "any other is error 5");
    is(page[0], 77, "the page is as it was");
    page[0] = 78;
    is(page[0], 78, "and can be written");
    return tap_status();
}
