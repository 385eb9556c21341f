/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Platform-level interrupt controller. A source is masked by priority 0: the
 * controller ignores the completion of a source that is not enabled.
 */
#include <arch/board.h>

enum { ENABLE = 0x2000, ENABLE_STRIDE = 0x80 };
enum { CONTEXT = 0x200000, CONTEXT_STRIDE = 0x1000, CLAIM = 4 };

static paddr_t base;
static unsigned own_context;

static volatile uint32_t *reg(word_t offset)
{
    return (volatile uint32_t *)device(base + offset);
}

void plic_mask(unsigned source)
{
    *reg(source * 4) = 0;
}

void plic_unmask(unsigned source)
{
    *reg(source * 4) = 1;
}

unsigned plic_claim(void)
{
    return *reg(CONTEXT + own_context * CONTEXT_STRIDE + CLAIM);
}

void plic_complete(unsigned source)
{
    *reg(CONTEXT + own_context * CONTEXT_STRIDE + CLAIM) = source;
}

void plic_init(paddr_t plic, unsigned sources, unsigned context)
{
    base = plic;
    own_context = context;
    for (unsigned i = 1; i < sources; i++)
        plic_mask(i);
    for (unsigned i = 0; i < sources; i += 32)
        *reg(ENABLE + context * ENABLE_STRIDE + i / 8) = ~(uint32_t)0;
    *reg(CONTEXT + context * CONTEXT_STRIDE) = 0; /* threshold: all */
}
