/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_SCHEDULE_H__
#define __L4_SCHEDULE_H__
/*
 * Time: Schedule, ThreadSwitch, SystemClock (docs/x2.md 2.8, 2.9 and 4.5).
 */
#include <l4/tcr.h>
#include <l4/types.h>

#define L4_SCHEDRESULT_ERROR        0UL
#define L4_SCHEDRESULT_DEAD         1UL
#define L4_SCHEDRESULT_INACTIVE     2UL
#define L4_SCHEDRESULT_RUNNING      3UL
#define L4_SCHEDRESULT_PENDING_SEND 4UL
#define L4_SCHEDRESULT_SENDING      5UL
#define L4_SCHEDRESULT_WAITING      6UL
#define L4_SCHEDRESULT_RECEIVING    7UL

/* The last time point not after `at`, for timeouts; zero if that is over, never
 * if it is too far, over a minute (x2.md 4.5). */
L4_INLINE L4_Time_t L4_TimePoint(L4_Clock_t at)
{
    L4_Word64_t now = L4_SystemClock().raw;
    L4_Word_t e = 0;
    L4_Time_t t;

    if (at.raw <= now)
        return L4_ZeroTime;
    while ((at.raw >> (e + 10)) - (now >> (e + 10)) > 1 ||
           at.raw - now > (L4_Word64_t)1023 << e)
        if (++e == 16)
            return L4_Never;
    t.raw = (L4_Word16_t)(1UL << 15 | e << 11 |
                          (L4_Word_t)(at.raw >> (e + 10) & 1) << 10 |
                          (L4_Word_t)(at.raw >> e & 1023));
    return t;
}
/* Gives up the rest of the time slice. (x2.md 4.5) */
L4_INLINE void L4_Yield(void)
{
    L4_ThreadSwitch(L4_nilthread);
}
/* Sets its priority, 0 to 255; L4_SCHEDRESULT_... (x2.md 4.5) */
L4_INLINE L4_Word_t L4_Set_Priority(L4_ThreadId_t t, L4_Word_t prio)
{
    L4_Word_t old;

    return L4_Schedule(t, ~0UL, ~0UL, prio & 0xFF, ~0UL, &old);
}
/* Moves it to a processor; L4_SCHEDRESULT_... (x2.md 4.5) */
L4_INLINE L4_Word_t L4_Set_ProcessorNo(L4_ThreadId_t t, L4_Word_t cpu)
{
    L4_Word_t old;

    return L4_Schedule(t, ~0UL, cpu & 0xFFFF, ~0UL, ~0UL, &old);
}
/* Sets two periods; L4_SCHEDRESULT_... (x2.md 4.5) */
L4_INLINE L4_Word_t L4_Set_Timeslice(L4_ThreadId_t t, L4_Time_t timeslice,
                                     L4_Time_t totalquantum)
{
    L4_Word_t old;

    return L4_Schedule(t, (L4_Word_t)timeslice.raw << 16 | totalquantum.raw,
                       ~0UL, ~0UL, ~0UL, &old);
}
/* What is left of both; L4_SCHEDRESULT_... (x2.md 4.5) */
L4_INLINE L4_Word_t L4_Timeslice(L4_ThreadId_t t, L4_Time_t *timeslice,
                                 L4_Time_t *totalquantum)
{
    L4_Word_t old = 0;
    L4_Word_t result = L4_Schedule(t, ~0UL, ~0UL, ~0UL, ~0UL, &old);

    timeslice->raw = (L4_Word16_t)(old >> 16);
    totalquantum->raw = (L4_Word16_t)old;
    return result;
}
/* Who preempts at once, and how late others. (x2.md 4.5) */
L4_INLINE L4_Word_t L4_Set_PreemptionDelay(L4_ThreadId_t t,
                                           L4_Word_t sensitivePrio,
                                           L4_Word_t maxDelay)
{
    L4_Word_t old;

    return L4_Schedule(t, ~0UL, ~0UL, ~0UL,
                       (sensitivePrio & 0xFF) << 16 | (maxDelay & 0xFFFF),
                       &old);
}
/* Extension of other kernels, no effect here: a stride (x2.md 4.5). */
L4_INLINE L4_Word_t L4_Set_Stride(L4_ThreadId_t t, L4_Word_t stride)
{
    L4_Word_t old;

    return L4_Schedule(t, ~0UL, ~0UL, (stride & 0xFFFF) << 16 | 0xFF, ~0UL,
                       &old);
}
/* Extension of other kernels: its scheduler is not here, so that this fails
 * with L4_ErrInvalidParam (x2.md 4.5). */
L4_INLINE L4_Word_t L4_HS_Schedule(L4_ThreadId_t t, L4_Word_t control,
                                   L4_ThreadId_t domain, L4_Word_t prio,
                                   L4_Word_t stride, L4_Word_t *old_control)
{
    (void)t;
    (void)control;
    (void)domain;
    (void)prio;
    (void)stride;
    *old_control = 0;
    __L4_TCR_Set(__L4_TCR_ERROR_CODE, L4_ErrInvalidParam);
    return L4_SCHEDRESULT_ERROR;
}

#endif
