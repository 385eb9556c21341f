/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that only C++ has (docs/x2.md part 4): they compile, and mean what
 * the C functions of the table do.
 */
#include <l4/arch.h>
#include <l4/bootinfo.h>
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/thread.h>

extern void wrong(void) __attribute__((error("wrong value")));
#define CHECK(x) \
    do { \
        if (!(x)) \
            wrong(); \
    } while (0)

void values(void);
void values(void)
{
    L4_Fpage_t f = L4_FpageLog2(0x400000, 22) + L4_ReadWriteOnly;
    L4_Clock_t c, d;
    L4_MsgTag_t t = L4_Niltag + 5;
    L4_Acceptor_t a = L4_MapGrantItems(f) + L4_StringItemsAcceptor;

    CHECK(f.raw == 0x00400166);
    f += L4_eXecutable;
    CHECK(f.raw == 0x00400167);
    f -= L4_Writable;
    CHECK((f - L4_Readable).raw == 0x00400161);
    CHECK(L4_GlobalId(100, 1) != L4_nilthread);
    CHECK(L4_nilthread == L4_nilthread);
    c.raw = 100;
    d = c + 5;
    CHECK(d > c && c < d && d >= c && c <= d && d != c && !(d == c));
    CHECK((d - c).raw == 5 && (d - 5) == c && (c + L4_Word64_t(5)) == d);
    CHECK(t == L4_MsgTagAddLabel(L4_Niltag, 5) && t != L4_Niltag);
    t += 6;
    CHECK(L4_Label(t) == 6);
    CHECK(L4_StringItems(a) && L4_MapGrantItems(a));
    a -= L4_StringItemsAcceptor;
    CHECK(!L4_StringItems(a));
    a += L4_StringItemsAcceptor;
    CHECK(L4_StringItems(a) && !L4_MapGrantItems(a - a));
}

L4_Word_t messages(L4_Msg_t *msg, L4_MsgBuffer_t *b, L4_StringItem_t *room,
                   L4_CtrlXferItem_t *ctrl);
L4_Word_t messages(L4_Msg_t *msg, L4_MsgBuffer_t *b, L4_StringItem_t *room,
                   L4_CtrlXferItem_t *ctrl)
{
    L4_Word_t words[2] = { 1, 2 }, w;
    L4_MapItem_t m = L4_MapItem(L4_Nilpage, 0);
    L4_GrantItem_t g = L4_GrantItem(L4_Nilpage, 0);
    L4_StringItem_t s = L4_StringItem(8, words);

    CHECK(L4_MapItem(m) && L4_GrantItem(g) && L4_SndBase(m) == 0);
    CHECK(L4_SndFpage(g).raw == 0 && L4_SndFpage(m).raw == 0);
    L4_Clear(msg);
    L4_Append(msg, 1);
    L4_Append(msg, 1UL);
    L4_Append(msg, m);
    L4_Append(msg, g);
    L4_Append(msg, s);
    *room = s;
    *room += s;
    *room += static_cast<void *>(words);
    L4_Append(msg, room);
    L4_Set_Label(msg, 7);
    L4_Set_MsgTag(msg, L4_MsgTag(msg));
    L4_Put(msg, 7, 2, words, 0, words);
    L4_Put(msg, 0, 5UL);
    L4_Put(msg, 0, m);
    L4_Put(msg, 0, g);
    L4_Put(msg, 0, s);
    L4_Put(msg, 0, room);
    L4_Get(msg, 0UL, &w);
    w += L4_Get(msg, 0, &m) + L4_Get(msg, 0, &g) + L4_Get(msg, 0, room);
    L4_Get(msg, words, words);
    L4_Load(msg);
    L4_Store(L4_MsgTag(), msg);
    L4_Clear(b);
    L4_Append(b, s);
    L4_Append(b, room);
    L4_Accept(L4_StringItemsAcceptor, b);
    L4_Init(ctrl, 0);
    L4_Init(ctrl, 2, 1);
    CHECK(ctrl->raw[0] == 0x102C && L4_CtrlXferItem(ctrl));
    L4_Append(msg, ctrl);
    L4_Put(msg, 0, ctrl);
    w += L4_Get(msg, 0, ctrl);
    return w + L4_Get(msg, 0UL) + L4_Label(msg) + L4_StringItem(room);
}

L4_Word_t calls(L4_ThreadId_t t, L4_MemoryDesc_t *m, L4_ProcDesc_t *p,
                L4_BootRec_t *r, L4_Fpage_t *f);
L4_Word_t calls(L4_ThreadId_t t, L4_MemoryDesc_t *m, L4_ProcDesc_t *p,
                L4_BootRec_t *r, L4_Fpage_t *f)
{
    L4_Word_t sp = 0, ip = 0, flags = 0;

    L4_Set_Pager(t, L4_Pager(t));
    L4_Set_UserDefinedHandle(t, L4_UserDefinedHandle(t));
    L4_Start(t, sp, ip);
    L4_Start(t, sp, ip, flags);
    L4_Stop(t, sp, ip, flags);
    L4_Stop(t, &sp, &ip, &flags);
    L4_AbortReceive_and_stop(t, sp, ip, flags);
    L4_AbortSend_and_stop(t, sp, ip, flags);
    l4_abort_send_and_stop(t, sp, ip, flags);
    L4_AbortIpc_and_stop(t, sp, ip, flags);
    L4_Call(t, L4_Never, L4_ZeroTime);
    L4_Send(t, L4_Never);
    L4_Receive(t, L4_Never);
    L4_Wait(L4_Never, &t);
    L4_ReplyWait(t, L4_Never, &t);
    L4_Unmap(2, f);
    L4_Flush(2, f);
    *f = L4_Unmap(*f);
    *f = L4_Sigma0_GetPage(t, *f, 0UL);
    *f = L4_Sigma0_GetPage(t, *f, L4_CompleteAddressSpace);
    return L4_GlobalId(t).raw + L4_LocalId(t).raw + L4_IsVirtual(m) +
           L4_Type(m) + L4_Low(m) + L4_High(m) + L4_ExternalFreq(p) +
           L4_InternalFreq(p) + L4_Type(L4_Next(r)) +
           L4_HasFeature("smallspaces") +
           reinterpret_cast<L4_Word_t>(L4_KernelInterface());
}
