/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_TCR_H__
#define __L4_TCR_H__
/*
 * Thread control registers: words of the own UTCB, at the offsets from the
 * local id that docs/x2.md 1.19 gives. The binding says where the UTCB is.
 */
#include <l4/types.h>
#include __L4_INC_ARCH(syscalls.h)

enum {
    __L4_TCR_BR0 = -16, /* BR i is at word -16 - i */
    __L4_TCR_MY_GLOBAL_ID = -15,
    __L4_TCR_PROCESSOR_NO = -14,
    __L4_TCR_USER_DEFINED_HANDLE = -13,
    __L4_TCR_PAGER = -12,
    __L4_TCR_EXCEPTION_HANDLER = -11,
    __L4_TCR_FLAGS = -10, /* byte 0: preemption, byte 1: coprocessors */
    __L4_TCR_ERROR_CODE = -9,
    __L4_TCR_XFER_TIMEOUT = -8,
    __L4_TCR_INTENDED_RECEIVER = -7,
    __L4_TCR_VIRTUAL_SENDER = -6, /* and ActualSender */
    __L4_TCR_THREAD_WORD1 = -5,
    __L4_TCR_THREAD_WORD0 = -4
};

/* Volatile: the kernel writes these words behind the compiler's back, and a
 * thread's flags at any time. */
L4_INLINE L4_Word_t __L4_TCR_Get(int word)
{
    return ((volatile L4_Word_t *)__L4_Utcb())[word];
}
L4_INLINE void __L4_TCR_Set(int word, L4_Word_t value)
{
    ((volatile L4_Word_t *)__L4_Utcb())[word] = value;
}

L4_INLINE L4_Word_t __L4_TCR_MyGlobalId(void)
{
    return __L4_TCR_Get(__L4_TCR_MY_GLOBAL_ID);
}
L4_INLINE L4_Word_t __L4_TCR_MyLocalId(void)
{
    return (L4_Word_t)__L4_Utcb();
}
L4_INLINE L4_Word_t __L4_TCR_ProcessorNo(void)
{
    return __L4_TCR_Get(__L4_TCR_PROCESSOR_NO);
}
L4_INLINE L4_Word_t __L4_TCR_UserDefinedHandle(void)
{
    return __L4_TCR_Get(__L4_TCR_USER_DEFINED_HANDLE);
}
L4_INLINE void __L4_TCR_Set_UserDefinedHandle(L4_Word_t w)
{
    __L4_TCR_Set(__L4_TCR_USER_DEFINED_HANDLE, w);
}
L4_INLINE L4_Word_t __L4_TCR_Pager(void)
{
    return __L4_TCR_Get(__L4_TCR_PAGER);
}
L4_INLINE void __L4_TCR_Set_Pager(L4_Word_t w)
{
    __L4_TCR_Set(__L4_TCR_PAGER, w);
}
L4_INLINE L4_Word_t __L4_TCR_ExceptionHandler(void)
{
    return __L4_TCR_Get(__L4_TCR_EXCEPTION_HANDLER);
}
L4_INLINE void __L4_TCR_Set_ExceptionHandler(L4_Word_t w)
{
    __L4_TCR_Set(__L4_TCR_EXCEPTION_HANDLER, w);
}
L4_INLINE L4_Word_t __L4_TCR_ErrorCode(void)
{
    return __L4_TCR_Get(__L4_TCR_ERROR_CODE);
}
L4_INLINE L4_Word_t __L4_TCR_XferTimeout(void)
{
    return __L4_TCR_Get(__L4_TCR_XFER_TIMEOUT);
}
L4_INLINE void __L4_TCR_Set_XferTimeout(L4_Word_t w)
{
    __L4_TCR_Set(__L4_TCR_XFER_TIMEOUT, w);
}
L4_INLINE L4_Word_t __L4_TCR_IntendedReceiver(void)
{
    return __L4_TCR_Get(__L4_TCR_INTENDED_RECEIVER);
}
L4_INLINE L4_Word_t __L4_TCR_ActualSender(void)
{
    return __L4_TCR_Get(__L4_TCR_VIRTUAL_SENDER);
}
L4_INLINE void __L4_TCR_Set_VirtualSender(L4_Word_t w)
{
    __L4_TCR_Set(__L4_TCR_VIRTUAL_SENDER, w);
}
/* n = 0, 1 */
L4_INLINE L4_Word_t __L4_TCR_ThreadWord(L4_Word_t n)
{
    return __L4_TCR_Get(__L4_TCR_THREAD_WORD0 - (int)(n & 1));
}
L4_INLINE void __L4_TCR_Set_ThreadWord(L4_Word_t n, L4_Word_t w)
{
    __L4_TCR_Set(__L4_TCR_THREAD_WORD0 - (int)(n & 1), w);
}

/* ---- Preemption and coprocessor flags -------------------------------- */

L4_INLINE volatile L4_Word8_t *__L4_TCR_FlagBytes(void)
{
    return (volatile L4_Word8_t *)(__L4_Utcb() + __L4_TCR_FLAGS);
}
/* Change one preemption flag, at one go: the kernel sets the pending flag at
 * any time. Result: what it was. */
L4_INLINE L4_Bool_t __L4_TCR_PreemptFlag(L4_Word_t bit, L4_Bool_t set)
{
    volatile L4_Word_t *flags = __L4_Utcb() + __L4_TCR_FLAGS;
    L4_Word_t flag = 1UL << bit;
    L4_Word_t old = set ? __atomic_fetch_or(flags, flag, __ATOMIC_RELAXED)
                        : __atomic_fetch_and(flags, ~flag, __ATOMIC_RELAXED);

    return old >> bit & 1;
}
/* Preemptions are signalled; were they before? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_EnablePreemptionFaultException(void)
{
    return __L4_TCR_PreemptFlag(5, 1);
}
/* They are not; were they before? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_DisablePreemptionFaultException(void)
{
    return __L4_TCR_PreemptFlag(5, 0);
}
/* Asks to delay preemptions; was it so before? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_DisablePreemption(void)
{
    return __L4_TCR_PreemptFlag(6, 1);
}
/* Asks no longer; was it so before? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_EnablePreemption(void)
{
    return __L4_TCR_PreemptFlag(6, 0);
}
/* Was one delayed? Forgets it. (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_PreemptionPending(void)
{
    return __L4_TCR_PreemptFlag(7, 0);
}
/* Coprocessor n, 0 to 7, will be used. (x2.md 4.3) */
L4_INLINE void L4_Set_CopFlag(L4_Word_t n)
{
    volatile L4_Word8_t *flags = __L4_TCR_FlagBytes() + 1;

    *flags = (L4_Word8_t)(*flags | 1UL << (n & 7));
}
/* Coprocessor n will not be used. (x2.md 4.3) */
L4_INLINE void L4_Clr_CopFlag(L4_Word_t n)
{
    volatile L4_Word8_t *flags = __L4_TCR_FlagBytes() + 1;

    *flags = (L4_Word8_t)(*flags & ~(1UL << (n & 7)));
}

#endif
