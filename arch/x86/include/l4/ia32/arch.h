/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_IA32_ARCH_H__
#define __L4_IA32_ARCH_H__
/*
 * What only ia32 has: I/O fpages, small spaces, memory attributes
 * (docs/x2.md 1.5 and 4.14).
 */
#include <l4/types.h>

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD4(L4_Word_t, rwx : 4, __two : 6, s : 6, p : 16);
    } X;
} L4_IoFpage_t;

L4_INLINE L4_Fpage_t L4_IoFpageLog2(L4_Word_t port, int log2size)
{
    L4_Fpage_t f;

    f.raw = (port & 0xffff) << 16 | ((L4_Word_t)log2size & 0x3f) << 10 | 2 << 4;
    return f;
}
/* The smallest power of two that holds `size` ports. */
L4_INLINE L4_Fpage_t L4_IoFpage(L4_Word_t port, int size)
{
    int log2size = 0;

    while ((1L << log2size) < size)
        log2size++;
    return L4_IoFpageLog2(port, log2size);
}
L4_INLINE L4_Word_t L4_IoFpagePort(L4_Fpage_t f)
{
    return f.raw >> 16;
}
L4_INLINE L4_Word_t L4_IoFpageSizeLog2(L4_Fpage_t f)
{
    return f.raw >> 10 & 0x3f;
}
L4_INLINE L4_Word_t L4_IoFpageSize(L4_Fpage_t f)
{
    return (L4_Word_t)1 << L4_IoFpageSizeLog2(f);
}
L4_INLINE L4_Bool_t L4_IsIoFpage(L4_Fpage_t f)
{
    return (f.raw >> 4 & 0x3f) == 2;
}

#ifdef __cplusplus
L4_INLINE L4_Fpage_t L4_Fpage(L4_IoFpage_t io)
{
    L4_Fpage_t f;

    f.raw = io.raw;
    return f;
}
#endif

/* SpaceControl's control word; a kernel without small spaces ignores it. */
#define L4_LargeSpace 0
L4_INLINE L4_Word_t L4_SmallSpace(L4_Word_t location, L4_Word_t size)
{
    return location / 2 | size / 4;
}

#define L4_AllocateNewCacheLines       2
#define L4_DoNotAllocateNewCacheLines  4
#define L4_AllocateOnlyNewL1CacheLines 6

#define L4_WriteBackMemory      1
#define L4_WriteThroughMemory   2
#define L4_UncacheableMemory    4
#define L4_WriteCombiningMemory 5
#define L4_WriteProtectedMemory 8

#endif
