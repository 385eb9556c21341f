/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_IA32_ARCH_H__
#define __L4_IA32_ARCH_H__
/*
 * What only ia32 has: I/O fpages, small spaces, memory attributes
 * (docs/x2.md 1.5 and 4.14).
 */
#include <l4/message.h>
#include <l4/types.h>

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD4(L4_Word_t, rwx : 4, __two : 6, s : 6, p : 16);
    } X;
} L4_IoFpage_t;

/* 2^log2size ports from `port` on. (x2.md 4.14) */
L4_INLINE L4_Fpage_t L4_IoFpageLog2(L4_Word_t port, int log2size)
{
    L4_Fpage_t f;

    f.raw = (port & 0xffff) << 16 | ((L4_Word_t)log2size & 0x3f) << 10 | 2 << 4;
    return f;
}
/* The smallest power of two that holds `size` ports. (x2.md 4.14) */
L4_INLINE L4_Fpage_t L4_IoFpage(L4_Word_t port, int size)
{
    int log2size = 0;

    while ((1L << log2size) < size)
        log2size++;
    return L4_IoFpageLog2(port, log2size);
}
/* The first port. (x2.md 4.14) */
L4_INLINE L4_Word_t L4_IoFpagePort(L4_Fpage_t f)
{
    return f.raw >> 16;
}
/* How many ports, as a power of two. (x2.md 4.14) */
L4_INLINE L4_Word_t L4_IoFpageSizeLog2(L4_Fpage_t f)
{
    return f.raw >> 10 & 0x3f;
}
/* How many ports. (x2.md 4.14) */
L4_INLINE L4_Word_t L4_IoFpageSize(L4_Fpage_t f)
{
    return (L4_Word_t)1 << L4_IoFpageSizeLog2(f);
}
/* Does f name ports? (x2.md 4.14) */
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

#define L4_LargeSpace 0
/* SpaceControl's control word; a kernel without small spaces ignores it. The
 * lowest bit set is the size, those above it are the location. (x2.md 4.14) */
L4_INLINE L4_Word_t L4_SmallSpace(L4_Word_t location, L4_Word_t size)
{
    L4_Word_t bit = size / 4;

    return ((location / 2 & ~(bit - 1)) | bit) & 0xff;
}

/* Hints for L4_AddCacheAllocationHint. */
#define L4_AllocateNewCacheLines       __L4_CACHEHINT(2UL)
#define L4_DoNotAllocateNewCacheLines  __L4_CACHEHINT(4UL)
#define L4_AllocateOnlyNewL1CacheLines __L4_CACHEHINT(6UL)

#define L4_WriteBackMemory      1
#define L4_WriteThroughMemory   2
#define L4_UncacheableMemory    4
#define L4_WriteCombiningMemory 5
#define L4_WriteProtectedMemory 8

#endif
