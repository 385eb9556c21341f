/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_THREAD_H__
#define __L4_THREAD_H__
/*
 * Threads: the own control registers, ExchangeRegisters and ThreadControl
 * (docs/x2.md 2.3, 2.4 and 4.3).
 */
#include <l4/tcr.h>
#include <l4/types.h>

#define L4_ERROR_OK                L4_ErrOk
#define L4_ERROR_NO_PRIVILEGE      L4_ErrNoPrivilege
#define L4_ERROR_INVALID_THREAD    L4_ErrInvalidThread
#define L4_ERROR_INVALID_SPACE     L4_ErrInvalidSpace
#define L4_ERROR_INVALID_SCHEDULER L4_ErrInvalidScheduler
#define L4_ERROR_INVALID_PARAM     L4_ErrInvalidParam
#define L4_ERROR_UTCB_AREA         L4_ErrUtcbArea
#define L4_ERROR_KIP_AREA          L4_ErrKipArea
#define L4_ERROR_NO_MEM            L4_ErrNoMem

/* Extensions of other kernels; reserved here. */
#define L4_EXREGS_CTRLXFER_CONF_FLAG  (1UL << 9)
#define L4_EXREGS_CTRLXFER_READ_FLAG  (1UL << 10)
#define L4_EXREGS_CTRLXFER_WRITE_FLAG (1UL << 11)
#define L4_EXREGS_EXCHANDLER_FLAG     (1UL << 12)
#define L4_EXREGS_SCHEDULER_FLAG      (1UL << 13)

/* Control bits of ExchangeRegisters. */
enum {
    __L4_EXREGS_HALT = 1 << 0,
    __L4_EXREGS_RECEIVE = 1 << 1,
    __L4_EXREGS_SEND = 1 << 2,
    __L4_EXREGS_SP = 1 << 3,
    __L4_EXREGS_IP = 1 << 4,
    __L4_EXREGS_FLAGS = 1 << 5,
    __L4_EXREGS_HANDLE = 1 << 6,
    __L4_EXREGS_PAGER = 1 << 7,
    __L4_EXREGS_SET_HALT = 1 << 8,
    __L4_EXREGS_DELIVER = 1 << 9
};

/* What ExchangeRegisters said the thread was doing. */
typedef struct {
    L4_Word_t raw;
} L4_ThreadState_t;

/* Was it halted? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_ThreadWasHalted(L4_ThreadState_t s)
{
    return s.raw & 1;
}
/* Was it in the receive phase of an Ipc? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_ThreadWasReceiving(L4_ThreadState_t s)
{
    return s.raw >> 1 & 1;
}
/* Was it in the send phase of an Ipc? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_ThreadWasSending(L4_ThreadState_t s)
{
    return s.raw >> 2 & 1;
}
/* Was it in an Ipc? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_ThreadWasIpcing(L4_ThreadState_t s)
{
    return (s.raw & 6) != 0;
}

/* ---- The own control registers --------------------------------------- */

/* The caller's global id. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_MyGlobalId(void)
{
    L4_ThreadId_t t;

    t.raw = __L4_TCR_MyGlobalId();
    return t;
}
/* The caller's local id. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_MyLocalId(void)
{
    L4_ThreadId_t t;

    t.raw = __L4_TCR_MyLocalId();
    return t;
}
/* The caller's global id. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_Myself(void)
{
    return L4_MyGlobalId();
}
/* The processor that the caller runs on. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_ProcessorNo(void)
{
    return __L4_TCR_ProcessorNo();
}
/* The caller's handle, a word that is its own. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_UserDefinedHandle(void)
{
    return __L4_TCR_UserDefinedHandle();
}
/* Sets it. (x2.md 4.3) */
L4_INLINE void L4_Set_UserDefinedHandle(L4_Word_t handle)
{
    __L4_TCR_Set_UserDefinedHandle(handle);
}
/* The caller's pager. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_Pager(void)
{
    L4_ThreadId_t t;

    t.raw = __L4_TCR_Pager();
    return t;
}
/* Sets it, from the next fault on. (x2.md 4.3) */
L4_INLINE void L4_Set_Pager(L4_ThreadId_t pager)
{
    __L4_TCR_Set_Pager(pager.raw);
}
/* Who gets the caller's exceptions; nilthread: halted. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_ExceptionHandler(void)
{
    L4_ThreadId_t t;

    t.raw = __L4_TCR_ExceptionHandler();
    return t;
}
/* Sets it, from the next exception on. (x2.md 4.3) */
L4_INLINE void L4_Set_ExceptionHandler(L4_ThreadId_t handler)
{
    __L4_TCR_Set_ExceptionHandler(handler.raw);
}
/* Why the caller's last system call failed. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_ErrorCode(void)
{
    return __L4_TCR_ErrorCode();
}
/* The error of a system call as text. (x2.md 4.3) */
L4_INLINE const char *L4_ErrorCode_String(L4_Word_t err)
{
    switch (err) {
    case L4_ErrOk:
        return "no error";
    case L4_ErrNoPrivilege:
        return "no privilege";
    case L4_ErrInvalidThread:
        return "invalid thread";
    case L4_ErrInvalidSpace:
        return "invalid space";
    case L4_ErrInvalidScheduler:
        return "invalid scheduler";
    case L4_ErrInvalidParam:
        return "invalid parameter";
    case L4_ErrUtcbArea:
        return "bad UTCB area or location";
    case L4_ErrKipArea:
        return "bad KIP area";
    case L4_ErrNoMem:
        return "out of kernel memory";
    default:
        return "unknown error";
    }
}
/* The timeouts for faults in string transfers. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_XferTimeouts(void)
{
    return __L4_TCR_XferTimeout();
}
/* Sets them to what L4_Timeouts() made. (x2.md 4.3) */
L4_INLINE void L4_Set_XferTimeouts(L4_Word_t timeouts)
{
    __L4_TCR_Set_XferTimeout(timeouts);
}
/* Whom a redirected message was meant for. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_IntendedReceiver(void)
{
    L4_ThreadId_t t;

    t.raw = __L4_TCR_IntendedReceiver();
    return t;
}
/* Who sent a propagated message. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_ActualSender(void)
{
    L4_ThreadId_t t;

    t.raw = __L4_TCR_ActualSender();
    return t;
}
/* Sets in whose name a message is propagated. (x2.md 4.3) */
L4_INLINE void L4_Set_VirtualSender(L4_ThreadId_t t)
{
    __L4_TCR_Set_VirtualSender(t.raw);
}
/* All ones: no mode with smaller words. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_WordSizeMask(void)
{
    return ~0UL;
}
/* Nothing to reset. (x2.md 4.3) */
L4_INLINE void L4_Reset_WordSizeMask(void)
{
}

/* ---- Registers of other threads of this space ------------------------ */

/* Everything that ExchangeRegisters delivers. */
typedef struct {
    L4_ThreadId_t result;
    L4_Word_t control, sp, ip, flags, handle;
    L4_ThreadId_t pager;
} __L4_Registers_t;

L4_INLINE __L4_Registers_t __L4_Exregs(L4_ThreadId_t t, L4_Word_t control,
                                       L4_Word_t sp, L4_Word_t ip,
                                       L4_Word_t flags, L4_Word_t handle,
                                       L4_ThreadId_t pager)
{
    __L4_Registers_t r;

    r.result = L4_ExchangeRegisters(t, control, sp, ip, flags, handle, pager,
                                    &r.control, &r.sp, &r.ip, &r.flags,
                                    &r.handle, &r.pager);
    return r;
}
L4_INLINE __L4_Registers_t __L4_ExregsControl(L4_ThreadId_t t,
                                              L4_Word_t control)
{
    return __L4_Exregs(t, control, 0, 0, 0, 0, L4_nilthread);
}

/* Special ids name no thread and stay as they are. */
L4_INLINE L4_Bool_t __L4_IsSpecialId(L4_ThreadId_t t)
{
    return t.raw == 0 || t.raw >= ~0x3FUL;
}
/* The global id of t, nilthread if there is none. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_GlobalIdOf(L4_ThreadId_t t)
{
    if (L4_IsGlobalId(t) || __L4_IsSpecialId(t))
        return t;
    if (t.raw == __L4_TCR_MyLocalId())
        return L4_MyGlobalId();
    return __L4_ExregsControl(t, __L4_EXREGS_DELIVER).result;
}
/* The local id of t, nilthread if it is not in this space. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_LocalIdOf(L4_ThreadId_t t)
{
    if (L4_IsLocalId(t) || __L4_IsSpecialId(t))
        return t;
    if (t.raw == __L4_TCR_MyGlobalId())
        return L4_MyLocalId();
    return __L4_ExregsControl(t, __L4_EXREGS_DELIVER).result;
}
/* Do these name the same thread, in whichever way? (x2.md 4.3) */
L4_INLINE L4_Bool_t L4_SameThreads(L4_ThreadId_t l, L4_ThreadId_t r)
{
    l = L4_GlobalIdOf(l);
    r = L4_GlobalIdOf(r);
    return l.raw != 0 && l.raw == r.raw;
}
/* The handle of a thread of this space. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_UserDefinedHandleOf(L4_ThreadId_t t)
{
    return __L4_ExregsControl(t, __L4_EXREGS_DELIVER).handle;
}
/* Sets it. (x2.md 4.3) */
L4_INLINE void L4_Set_UserDefinedHandleOf(L4_ThreadId_t t, L4_Word_t handle)
{
    (void)__L4_Exregs(t, __L4_EXREGS_HANDLE, 0, 0, 0, handle, L4_nilthread);
}
/* The pager of a thread of this space. (x2.md 4.3) */
L4_INLINE L4_ThreadId_t L4_PagerOf(L4_ThreadId_t t)
{
    return __L4_ExregsControl(t, __L4_EXREGS_DELIVER).pager;
}
/* Sets it. (x2.md 4.3) */
L4_INLINE void L4_Set_PagerOf(L4_ThreadId_t t, L4_ThreadId_t pager)
{
    (void)__L4_Exregs(t, __L4_EXREGS_PAGER, 0, 0, 0, 0, pager);
}

/* ---- Start and stop -------------------------------------------------- */

/* Aborts an Ipc of t and lets it run. (x2.md 4.3) */
L4_INLINE void L4_Start(L4_ThreadId_t t)
{
    (void)__L4_ExregsControl(t, 0x106);
}
/* Aborts an Ipc of t and lets it run at ip with sp. (x2.md 4.3) */
L4_INLINE void L4_Start_SpIp(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip)
{
    (void)__L4_Exregs(t, 0x11E, sp, ip, 0, 0, L4_nilthread);
}
/* The same, with these flags. (x2.md 4.3) */
L4_INLINE void L4_Start_SpIpFlags(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip,
                                  L4_Word_t flags)
{
    (void)__L4_Exregs(t, 0x13E, sp, ip, flags, 0, L4_nilthread);
}

/* Control word, where the registers go (null: nowhere). */
L4_INLINE L4_ThreadState_t __L4_Stop(L4_ThreadId_t t, L4_Word_t control,
                                     L4_Word_t *sp, L4_Word_t *ip,
                                     L4_Word_t *flags)
{
    __L4_Registers_t r = __L4_ExregsControl(t, control);
    L4_ThreadState_t s;

    if (sp != 0)
        *sp = r.sp;
    if (ip != 0)
        *ip = r.ip;
    if (flags != 0)
        *flags = r.flags;
    s.raw = r.control;
    return s;
}
/* Halts t; an Ipc goes on. What t was doing. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_Stop(L4_ThreadId_t t)
{
    return __L4_Stop(t, 0x301, 0, 0, 0);
}
/* Halts t; an Ipc goes on. Its registers as well. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_Stop_SpIpFlags(L4_ThreadId_t t, L4_Word_t *sp,
                                             L4_Word_t *ip, L4_Word_t *flags)
{
    return __L4_Stop(t, 0x301, sp, ip, flags);
}
/* Halts t, aborts its receiving. What t was doing. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_AbortReceive_and_stop(L4_ThreadId_t t)
{
    return __L4_Stop(t, 0x303, 0, 0, 0);
}
/* The same; its registers as well. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_AbortReceive_and_stop_SpIpFlags(L4_ThreadId_t t,
                                                              L4_Word_t *sp,
                                                              L4_Word_t *ip,
                                                              L4_Word_t *flags)
{
    return __L4_Stop(t, 0x303, sp, ip, flags);
}
/* Halts t, aborts its sending. What t was doing. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_AbortSend_and_stop(L4_ThreadId_t t)
{
    return __L4_Stop(t, 0x305, 0, 0, 0);
}
/* The same; its registers as well. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_AbortSend_and_stop_SpIpFlags(L4_ThreadId_t t,
                                                           L4_Word_t *sp,
                                                           L4_Word_t *ip,
                                                           L4_Word_t *flags)
{
    return __L4_Stop(t, 0x305, sp, ip, flags);
}
/* Halts t, aborts its Ipc. What t was doing. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_AbortIpc_and_stop(L4_ThreadId_t t)
{
    return __L4_Stop(t, 0x307, 0, 0, 0);
}
/* The same; its registers as well. (x2.md 4.3) */
L4_INLINE L4_ThreadState_t L4_AbortIpc_and_stop_SpIpFlags(L4_ThreadId_t t,
                                                          L4_Word_t *sp,
                                                          L4_Word_t *ip,
                                                          L4_Word_t *flags)
{
    return __L4_Stop(t, 0x307, sp, ip, flags);
}

/* ---- Control-transfer items, an extension ---------------------------- */

/* Sets what is sent with faults, on kernels that can; old control
 * (x2.md 4.3). */
L4_INLINE L4_Word_t L4_ConfCtrlXferItems(L4_ThreadId_t t)
{
    return __L4_ExregsControl(t, L4_EXREGS_CTRLXFER_CONF_FLAG).control;
}
/* Reads what MR 1 on ask for, on kernels that can; old control (x2.md 4.3). */
L4_INLINE L4_Word_t L4_ReadCtrlXferItems(L4_ThreadId_t t)
{
    return __L4_ExregsControl(t, L4_EXREGS_CTRLXFER_READ_FLAG).control;
}
/* Writes what MR 1 on hold, on kernels that can; old control (x2.md 4.3). */
L4_INLINE L4_Word_t L4_WriteCtrlXferItems(L4_ThreadId_t t)
{
    return __L4_ExregsControl(t, L4_EXREGS_CTRLXFER_WRITE_FLAG).control;
}

/* ---- Interrupts ------------------------------------------------------ */

/* Gives interrupt irq to a handler; 0: failed. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_AssociateInterrupt(L4_ThreadId_t irq,
                                          L4_ThreadId_t handler)
{
    return L4_ThreadControl(irq, irq, L4_nilthread, handler, (void *)~0UL);
}
/* Takes interrupt irq from its handler; 0: failed. (x2.md 4.3) */
L4_INLINE L4_Word_t L4_DeassociateInterrupt(L4_ThreadId_t irq)
{
    return L4_ThreadControl(irq, irq, L4_nilthread, irq, (void *)~0UL);
}

#ifdef __cplusplus
L4_INLINE L4_ThreadId_t L4_GlobalId(L4_ThreadId_t t)
{
    return L4_GlobalIdOf(t);
}
L4_INLINE L4_ThreadId_t L4_LocalId(L4_ThreadId_t t)
{
    return L4_LocalIdOf(t);
}
L4_INLINE L4_Word_t L4_UserDefinedHandle(L4_ThreadId_t t)
{
    return L4_UserDefinedHandleOf(t);
}
L4_INLINE void L4_Set_UserDefinedHandle(L4_ThreadId_t t, L4_Word_t handle)
{
    L4_Set_UserDefinedHandleOf(t, handle);
}
L4_INLINE L4_ThreadId_t L4_Pager(L4_ThreadId_t t)
{
    return L4_PagerOf(t);
}
L4_INLINE void L4_Set_Pager(L4_ThreadId_t t, L4_ThreadId_t pager)
{
    L4_Set_PagerOf(t, pager);
}
L4_INLINE void L4_Start(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip)
{
    L4_Start_SpIp(t, sp, ip);
}
L4_INLINE void L4_Start(L4_ThreadId_t t, L4_Word_t sp, L4_Word_t ip,
                        L4_Word_t flags)
{
    L4_Start_SpIpFlags(t, sp, ip, flags);
}
#define __L4_STOP_OVERLOAD(name, control) \
    L4_INLINE L4_ThreadState_t name(L4_ThreadId_t t, L4_Word_t &sp, \
                                    L4_Word_t &ip, L4_Word_t &flags) \
    { \
        return __L4_Stop(t, control, &sp, &ip, &flags); \
    } \
    L4_INLINE L4_ThreadState_t name(L4_ThreadId_t t, L4_Word_t *sp, \
                                    L4_Word_t *ip, L4_Word_t *flags) \
    { \
        return __L4_Stop(t, control, sp, ip, flags); \
    }
__L4_STOP_OVERLOAD(L4_Stop, 0x301)
__L4_STOP_OVERLOAD(L4_AbortReceive_and_stop, 0x303)
__L4_STOP_OVERLOAD(L4_AbortSend_and_stop, 0x305)
__L4_STOP_OVERLOAD(l4_abort_send_and_stop, 0x305)
__L4_STOP_OVERLOAD(L4_AbortIpc_and_stop, 0x307)
#undef __L4_STOP_OVERLOAD
#endif

#endif
