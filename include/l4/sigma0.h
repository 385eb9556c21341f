/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_SIGMA0_H__
#define __L4_SIGMA0_H__
/*
 * Asking sigma0 for memory (docs/x2.md 3.6 and 4.9). Message registers and
 * BR0 are used. A nil page as result is a refusal.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/types.h>

L4_INLINE L4_Fpage_t __L4_Sigma0_Request(L4_ThreadId_t s0, L4_Fpage_t f,
                                         L4_Fpage_t window, L4_Word_t u,
                                         L4_Word_t high)
{
    L4_MsgTag_t tag;
    L4_Fpage_t granted;

    if (L4_IsNilThread(s0))
        s0 = L4_GlobalId(L4_ThreadIdUserBase(L4_GetKernelInterface()), 1);
    tag.raw = -6UL << 20 | u;
    L4_Accept(L4_MapGrantItems(window));
    L4_LoadMR(1, f.raw);
    L4_LoadMR(2, 0);
    L4_LoadMR(3, high);
    L4_Set_MsgTag(tag);
    tag = L4_Call(s0);
    if (L4_IpcFailed(tag))
        return L4_Nilpage;
    L4_StoreMR(2, &granted.raw);
    return granted;
}
/* This memory, mapped into a window; or nil. (x2.md 4.9) */
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage_RcvWindow(L4_ThreadId_t s0, L4_Fpage_t f,
                                                 L4_Fpage_t window)
{
    return __L4_Sigma0_Request(s0, f, window, 2, 0);
}
/* This memory, mapped 1:1; or nil. (x2.md 4.9) */
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage(L4_ThreadId_t s0, L4_Fpage_t f)
{
    return L4_Sigma0_GetPage_RcvWindow(s0, f, L4_CompleteAddressSpace);
}
/* With upper address bits, ignored. (x2.md 4.9) */
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage_RcvWindow_High(L4_ThreadId_t s0,
                                                      L4_Fpage_t f,
                                                      L4_Fpage_t window,
                                                      L4_Word_t high)
{
    return __L4_Sigma0_Request(s0, f, window, 3, high);
}
/* Any 2^s bytes, into a window; or nil. (x2.md 4.9) */
L4_INLINE L4_Fpage_t L4_Sigma0_GetAny(L4_ThreadId_t s0, L4_Word_t s,
                                      L4_Fpage_t window)
{
    return L4_Sigma0_GetPage_RcvWindow(s0, L4_FpageLog2(~0UL, (int)s), window);
}

/* Maps the memory of the first descriptor of this type to address, null: 1:1,
 * page by page; null if there is none, or for sigma0 itself (x2.md 4.9). */
L4_INLINE void *L4_Sigma0_GetSpecial(L4_Word_t type, void *address,
                                     L4_Word_t pagesize)
{
    void *kip = L4_GetKernelInterface();
    L4_ThreadId_t s0 = L4_GlobalId(L4_ThreadIdUserBase(kip), 1);
    L4_MemoryDesc_t *m = (L4_MemoryDesc_t *)0;
    L4_Word_t n, low, high, to, offset;

    for (n = 0; n < L4_NumMemoryDescriptors(kip); n++) {
        m = L4_MemoryDesc(kip, n);
        if (!L4_IsMemoryDescVirtual(m) && L4_MemoryDescType(m) == type)
            break;
    }
    if (n == L4_NumMemoryDescriptors(kip) || pagesize == 0 ||
        L4_IsThreadEqual(L4_MyGlobalId(), s0))
        return (void *)0;
    low = L4_MemoryDescLow(m);
    high = L4_MemoryDescHigh(m);
    to = address != 0 ? (L4_Word_t)address : low;
    for (offset = 0; offset <= high - low; offset += pagesize) {
        if (L4_IsNilFpage(L4_Sigma0_GetPage_RcvWindow(
                s0, L4_Fpage(low + offset, pagesize),
                L4_Fpage(to + offset, pagesize))))
            return (void *)0;
        if (high - low - offset < pagesize)
            break;
    }
    return (void *)to;
}

#ifdef __cplusplus
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage(L4_ThreadId_t s0, L4_Fpage_t f,
                                       L4_Fpage_t window)
{
    return L4_Sigma0_GetPage_RcvWindow(s0, f, window);
}
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage(L4_ThreadId_t s0, L4_Fpage_t f,
                                       L4_Word_t high)
{
    return __L4_Sigma0_Request(s0, f, L4_CompleteAddressSpace, 3, high);
}
L4_INLINE L4_Fpage_t L4_Sigma0_GetPage(L4_ThreadId_t s0, L4_Fpage_t f,
                                       L4_Word_t high, L4_Fpage_t window)
{
    return __L4_Sigma0_Request(s0, f, window, 3, high);
}
#endif

#endif
