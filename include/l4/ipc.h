/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_IPC_H__
#define __L4_IPC_H__
/*
 * IPC (docs/x2.md 2.10 and 4.6).
 */
#include <l4/message.h>
#include <l4/thread.h>
#include <l4/types.h>

/* Of a returned tag: did it work? (x2.md 4.6) */
L4_INLINE L4_Bool_t L4_IpcSucceeded(L4_MsgTag_t t)
{
    return (t.raw >> 15 & 1) == 0;
}
/* Did it fail? L4_ErrorCode() says how. (x2.md 4.6) */
L4_INLINE L4_Bool_t L4_IpcFailed(L4_MsgTag_t t)
{
    return t.raw >> 15 & 1;
}
/* Sent in another's name? See L4_ActualSender(). (x2.md 4.6) */
L4_INLINE L4_Bool_t L4_IpcPropagated(L4_MsgTag_t t)
{
    return t.raw >> 12 & 1;
}
/* Redirected? See L4_IntendedReceiver(). (x2.md 4.6) */
L4_INLINE L4_Bool_t L4_IpcRedirected(L4_MsgTag_t t)
{
    return t.raw >> 13 & 1;
}
/* Was the sender on another processor? (x2.md 4.6) */
L4_INLINE L4_Bool_t L4_IpcXcpu(L4_MsgTag_t t)
{
    return t.raw >> 14 & 1;
}
/* To be sent in L4_Set_VirtualSender()'s name. (x2.md 4.6) */
L4_INLINE void L4_Set_Propagation(L4_MsgTag_t *t)
{
    t->X.flags = 1;
}
/* Both timeouts in a word. (x2.md 4.6) */
L4_INLINE L4_Word_t L4_Timeouts(L4_Time_t snd, L4_Time_t rcv)
{
    return ((L4_Word_t)snd.raw << 16) + rcv.raw;
}

/* ---- Both phases ----------------------------------------------------- */

/* Sends the MRs and waits for the answer, so long. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Call_Timeouts(L4_ThreadId_t to, L4_Time_t snd,
                                       L4_Time_t rcv)
{
    L4_ThreadId_t from;

    return L4_Ipc(to, to, L4_Timeouts(snd, rcv), &from);
}
/* Sends the MRs and waits for the answer. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Call(L4_ThreadId_t to)
{
    return L4_Call_Timeouts(to, L4_Never, L4_Never);
}
/* As L4_ReplyWait, waiting so long. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_ReplyWait_Timeout(L4_ThreadId_t to, L4_Time_t rcv,
                                           L4_ThreadId_t *from)
{
    return L4_Ipc(to, L4_anythread, L4_Timeouts(L4_ZeroTime, rcv), from);
}
/* Answers if `to` waits, then waits for anyone. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_ReplyWait(L4_ThreadId_t to, L4_ThreadId_t *from)
{
    return L4_ReplyWait_Timeout(to, L4_Never, from);
}
/* L4_Call to a thread of the same space. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Lcall(L4_ThreadId_t to)
{
    L4_ThreadId_t from;

    return L4_Lipc(to, to, L4_Timeouts(L4_Never, L4_Never), &from);
}
/* L4_ReplyWait among threads of the same space. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_LreplyWait(L4_ThreadId_t to, L4_ThreadId_t *from)
{
    return L4_Lipc(to, L4_anylocalthread, L4_Timeouts(L4_ZeroTime, L4_Never),
                   from);
}

/* ---- One phase ------------------------------------------------------- */

/* Sends the MRs, waiting so long for the receiver. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Send_Timeout(L4_ThreadId_t to, L4_Time_t snd)
{
    L4_ThreadId_t from;

    return L4_Ipc(to, L4_nilthread, L4_Timeouts(snd, L4_Never), &from);
}
/* Sends the MRs. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Send(L4_ThreadId_t to)
{
    return L4_Send_Timeout(to, L4_Never);
}
/* Sends the MRs if `to` waits for them. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Reply(L4_ThreadId_t to)
{
    return L4_Send_Timeout(to, L4_ZeroTime);
}
/* Waits so long for a message from this thread. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Receive_Timeout(L4_ThreadId_t from, L4_Time_t rcv)
{
    L4_ThreadId_t sender;

    return L4_Ipc(L4_nilthread, from, L4_Timeouts(L4_Never, rcv), &sender);
}
/* Waits for a message from this thread. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Receive(L4_ThreadId_t from)
{
    return L4_Receive_Timeout(from, L4_Never);
}
/* Waits so long for a message from anyone. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Wait_Timeout(L4_Time_t rcv, L4_ThreadId_t *from)
{
    return L4_Ipc(L4_nilthread, L4_anythread, L4_Timeouts(L4_Never, rcv), from);
}
/* Waits for a message from anyone. (x2.md 4.6) */
L4_INLINE L4_MsgTag_t L4_Wait(L4_ThreadId_t *from)
{
    return L4_Wait_Timeout(L4_Never, from);
}
/* Does nothing for a while. (x2.md 4.6) */
L4_INLINE void L4_Sleep(L4_Time_t t)
{
    (void)L4_Receive_Timeout(L4_MyGlobalId(), t);
}

#ifdef __cplusplus
L4_INLINE L4_MsgTag_t L4_Call(L4_ThreadId_t to, L4_Time_t snd, L4_Time_t rcv)
{
    return L4_Call_Timeouts(to, snd, rcv);
}
L4_INLINE L4_MsgTag_t L4_Send(L4_ThreadId_t to, L4_Time_t snd)
{
    return L4_Send_Timeout(to, snd);
}
L4_INLINE L4_MsgTag_t L4_Receive(L4_ThreadId_t from, L4_Time_t rcv)
{
    return L4_Receive_Timeout(from, rcv);
}
L4_INLINE L4_MsgTag_t L4_Wait(L4_Time_t rcv, L4_ThreadId_t *from)
{
    return L4_Wait_Timeout(rcv, from);
}
L4_INLINE L4_MsgTag_t L4_ReplyWait(L4_ThreadId_t to, L4_Time_t rcv,
                                   L4_ThreadId_t *from)
{
    return L4_ReplyWait_Timeout(to, rcv, from);
}
#endif

#endif
