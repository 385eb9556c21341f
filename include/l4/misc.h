/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_MISC_H__
#define __L4_MISC_H__
/*
 * MemoryControl and ProcessorControl (docs/x2.md 2.6, 2.7 and 4.8).
 */
#include <l4/message.h>
#include <l4/types.h>

#define L4_DefaultMemory 0UL

/* Sets how pages are cached; 0: failed. (x2.md 4.8) */
L4_INLINE L4_Word_t L4_Set_PageAttribute(L4_Fpage_t f, L4_Word_t attribute)
{
    L4_Word_t attributes[4];
    int i;

    for (i = 0; i < 4; i++)
        attributes[i] = attribute;
    L4_LoadMR(0, f.raw & ~7UL);
    return L4_MemoryControl(0, attributes);
}
/* Of n fpages, whose low 2 bits are the number of the attribute (x2.md 4.8). */
L4_INLINE L4_Word_t L4_Set_PageAttributes(L4_Word_t n, L4_Fpage_t *f,
                                          const L4_Word_t *attributes)
{
    if (n - 1 < __L4_NUM_MRS)
        L4_LoadMRs(0, (int)n, &f->raw);
    return L4_MemoryControl(n - 1, attributes);
}

#endif
