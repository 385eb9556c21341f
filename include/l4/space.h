/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_SPACE_H__
#define __L4_SPACE_H__
/*
 * Address spaces: SpaceControl, Unmap (docs/x2.md 2.5, 2.11 and 4.4).
 * These use the message registers, as Unmap itself does.
 */
#include <l4/message.h>
#include <l4/types.h>

/* n = 1..64 fpages through Unmap; flush as well if that is 0x40. */
L4_INLINE void __L4_UnmapFpages(L4_Word_t n, L4_Fpage_t *fpages,
                                L4_Word_t flush)
{
    if (n == 0 || n > __L4_NUM_MRS)
        return;
    L4_LoadMRs(0, (int)n, &fpages->raw);
    L4_Unmap(flush | (n - 1));
    L4_StoreMRs(0, (int)n, &fpages->raw);
}
/* Takes f from whoever got it; how it was accessed. Uses MR0. (x2.md 4.4) */
L4_INLINE L4_Fpage_t L4_UnmapFpage(L4_Fpage_t f)
{
    __L4_UnmapFpages(1, &f, 0);
    return f;
}
/* Takes n fpages, 1 to 64; in them, how they were accessed. (x2.md 4.4) */
L4_INLINE void L4_UnmapFpages(L4_Word_t n, L4_Fpage_t *fpages)
{
    __L4_UnmapFpages(n, fpages, 0);
}
/* As L4_UnmapFpage, from the own space as well. (x2.md 4.4) */
L4_INLINE L4_Fpage_t L4_Flush(L4_Fpage_t f)
{
    __L4_UnmapFpages(1, &f, 0x40);
    return f;
}
/* As L4_UnmapFpages, from the own space as well. (x2.md 4.4) */
L4_INLINE void L4_FlushFpages(L4_Word_t n, L4_Fpage_t *fpages)
{
    __L4_UnmapFpages(n, fpages, 0x40);
}
/* How f was accessed since the last time; takes nothing. (x2.md 4.4) */
L4_INLINE L4_Fpage_t L4_GetStatus(L4_Fpage_t f)
{
    f.raw &= ~7UL;
    __L4_UnmapFpages(1, &f, 0);
    return f;
}
/* Of such a result: was it written? (x2.md 4.4) */
L4_INLINE L4_Bool_t L4_WasWritten(L4_Fpage_t f)
{
    return (f.raw & L4_Writable) != 0;
}
/* Was it read? (x2.md 4.4) */
L4_INLINE L4_Bool_t L4_WasReferenced(L4_Fpage_t f)
{
    return (f.raw & L4_Readable) != 0;
}
/* Was it executed? (x2.md 4.4) */
L4_INLINE L4_Bool_t L4_WaseXecuted(L4_Fpage_t f)
{
    return (f.raw & L4_eXecutable) != 0;
}

#ifdef __cplusplus
L4_INLINE L4_Fpage_t L4_Unmap(L4_Fpage_t f)
{
    return L4_UnmapFpage(f);
}
L4_INLINE void L4_Unmap(L4_Word_t n, L4_Fpage_t *fpages)
{
    L4_UnmapFpages(n, fpages);
}
L4_INLINE void L4_Flush(L4_Word_t n, L4_Fpage_t *fpages)
{
    L4_FlushFpages(n, fpages);
}
#endif

#endif
