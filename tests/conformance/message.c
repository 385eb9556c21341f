/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages as user code makes them: tag, items, message objects, acceptors,
 * buffers; message registers and thread control registers.
 * clauses: 1300
 */
#include "clause.h"

#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/thread.h>

static L4_Word_t room[16]; /* for string items that grow */

static bool same_words(const L4_Word_t *a, const L4_Word_t *b, int n)
{
    for (int i = 0; i < n; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

static void test_tag(void)
{
    L4_MsgTag_t t = { .raw = 0x12340082 }, u;

    CLAUSE(1300, "1.7 bits 0..5; 1.7 bits 6..11; 1.7 bits 16..N-1",
           "the members of a tag",
           t.X.u == 2 && t.X.t == 2 && t.X.flags == 0 && t.X.label == 0x1234);
    CLAUSE(1301, "4.7", "L4_Label, L4_UntypedWords, L4_TypedWords",
           L4_Label(t) == 0x1234 && L4_UntypedWords(t) == 2 &&
               L4_TypedWords(t) == 2);
    CLAUSE_IS(1302, "1.7; 4.7", "the nil tag is raw 0", L4_Niltag.raw, 0);
    CLAUSE_IS(1303, "4.7", "L4_MsgTagAddLabel replaces the label of a copy",
              L4_MsgTagAddLabel(t, 5).raw, 0x50082);
    u = t;
    CLAUSE(1304, "4.7", "L4_MsgTagAddLabelTo does so in place",
           L4_MsgTagAddLabelTo(&u, 6).raw == 0x60082 && u.raw == 0x60082);
    L4_Set_Label(&u, 7);
    CLAUSE_IS(1305, "4.7", "L4_Set_Label", u.raw, 0x70082);
    CLAUSE(1306, "4.7", "L4_IsMsgTagEqual and L4_IsMsgTagNotEqual",
           L4_IsMsgTagEqual(t, t) && !L4_IsMsgTagEqual(t, u) &&
               L4_IsMsgTagNotEqual(t, u) && !L4_IsMsgTagNotEqual(u, u));
    t.raw = 0x1000;
    CLAUSE(1307, "1.7 flag p; 4.6", "flag p is bit 12",
           L4_IpcPropagated(t) && !L4_IpcRedirected(t) && !L4_IpcXcpu(t) &&
               L4_IpcSucceeded(t));
    t.raw = 0x2000;
    CLAUSE(1308, "1.7 flag r; 4.6", "flag r is bit 13",
           L4_IpcRedirected(t) && !L4_IpcPropagated(t));
    t.raw = 0x4000;
    CLAUSE(1309, "1.7 flag X; 4.6", "flag X is bit 14",
           L4_IpcXcpu(t) && !L4_IpcFailed(t));
    t.raw = 0x8000;
    CLAUSE(1310, "1.7 flag E; 4.6", "flag E is bit 15",
           L4_IpcFailed(t) && !L4_IpcSucceeded(t));
    t.raw = 0xe123;
    L4_Set_Propagation(&t);
    CLAUSE_IS(1311, "4.6; 5.1 # H14", "L4_Set_Propagation sets p alone", t.raw,
              0x1123);
    CLAUSE_IS(1312, "4.6; 2.10.1 parameter Timeouts",
              "L4_Timeouts: send in the high half, receive in the low",
              L4_Timeouts(L4_ZeroTime, L4_TimePeriod(1000)), 0x040003e8);
}

static void test_items(void)
{
    L4_Fpage_t f = L4_FpageLog2(0x400000, 22);
    L4_MapItem_t m = L4_MapItem(f, 0x1000);
    L4_GrantItem_t g = L4_GrantItem(f, 0x13ff);

    CLAUSE(1313, "1.12; 4.7", "a map item, raw",
           m.raw[0] == 0x1008 && m.raw[1] == f.raw);
    CLAUSE(1314,
           "1.12 word 0, 0; 1.12 word 0, 1..3; 1.12 word 0, 4..9; 1.12 word "
           "0, 10..N-1; 1.12 word 1, all",
           "the members of a map item",
           m.X.C == 0 && m.X.__type == 4 && m.X.__zeros == 0 &&
               m.X.snd_base == 4 && m.X.snd_fpage.raw == f.raw);
    CLAUSE(1315, "4.7", "the parts of a map item",
           L4_MapItemSndFpage(m).raw == f.raw &&
               L4_MapItemSndBase(m) == 0x1000);
    CLAUSE_IS(1316, "1.13; 4.7",
              "a grant item, raw: low bits of the base are gone", g.raw[0],
              0x100a);
    CLAUSE(1317, "1.13", "the members of a grant item",
           g.X.C == 0 && g.X.__type == 5 && g.X.snd_base == 4 &&
               g.X.snd_fpage.raw == f.raw);
    CLAUSE(1318, "4.7", "the parts of a grant item",
           L4_GrantItemSndFpage(g).raw == f.raw &&
               L4_GrantItemSndBase(g) == 0x1000);
    m.raw[0] |= 1;
    CLAUSE(1319, "1.11 bits 3..1 100; 4.7", "L4_IsMapItem, with C as without",
           L4_IsMapItem(m) && (m.raw[0] = 0xa, !L4_IsMapItem(m)));
    CLAUSE(1320, "1.11 bits 3..1 101; 4.7", "L4_IsGrantItem",
           L4_IsGrantItem(g) && (g.raw[0] = 0x8, !L4_IsGrantItem(g)));
}

static void test_strings(void)
{
    L4_StringItem_t *s = (L4_StringItem_t *)room;
    L4_StringItem_t part = L4_StringItem(10, (void *)0x3000);
    L4_CacheAllocationHint_t h = { .raw = 2 };

    *s = L4_StringItem(256, (void *)0x1000);
    CLAUSE(1321, "1.14; 4.7", "a simple string, raw",
           s->raw[0] == 0x40000 && s->raw[1] == 0x1000);
    CLAUSE(1322,
           "1.14 word 0, 0; 1.14 word 0, 4..8; 1.14 word 0, 9; 1.14 word 0, "
           "10..N-1",
           "the members of a string item",
           s->X.C == 0 && s->X.j == 0 && s->X.c == 0 &&
               s->X.string_length == 256 &&
               s->X.str.string_ptr == (void *)0x1000);
    CLAUSE(1323, "1.11 bits 3..1 0hh; 4.7", "L4_IsStringItem",
           L4_IsStringItem(s) && (part.raw[0] |= 8, !L4_IsStringItem(&part)));
    part = L4_StringItem(10, (void *)0x3000);
    CLAUSE(1324, "4.7", "a simple string has one substring and is not compound",
           L4_Substrings(s) == 1 && !L4_CompoundString(s) &&
               L4_Substring(s, 1) == (void *)0x1000);
    L4_AddSubstringAddressTo(s, (void *)0x2000);
    CLAUSE(1325, "1.14 word 1 ... j+1, all; 4.7",
           "L4_AddSubstringAddressTo adds a substring of the same length",
           L4_Substrings(s) == 2 && L4_Substring(s, 2) == (void *)0x2000 &&
               room[0] == 0x40010);
    L4_AddSubstringTo(s, &part);
    CLAUSE(1326, "1.14 word 0, 9; 4.7",
           "L4_AddSubstringTo adds a part of another length",
           L4_CompoundString(s) && room[3] == part.raw[0] && room[4] == 0x3000);
    CLAUSE_IS(1327, "1.14; 4.7", "the default cache hint is 0",
              L4_UseDefaultCacheAllocation.raw, 0);
    part = L4_AddCacheAllocationHint(part, h);
    CLAUSE(1328, "1.14 word 0, 1..2; 4.7; 5.1 # H3",
           "a hint is in its place in the item",
           L4_CacheAllocationHint(part).raw == 2 &&
               L4_CacheAlloctionHint(part).raw == 2 &&
               (part.raw[0] & 0xf) == 2);
    part = L4_StringItem(10, (void *)0x3000);
    L4_AddCacheAllocationHintTo(&part, h);
    CLAUSE(1329, "4.7", "L4_AddCacheAllocationHintTo changes its argument",
           (part.raw[0] & 0xf) == 2);
    CLAUSE(
        1330, "4.7", "hints are compared",
        L4_IsCacheAllocationHintEqual(h, L4_CacheAllocationHint(part)) &&
            L4_IsCacheAllocationHintNotEqual(h, L4_UseDefaultCacheAllocation));
}

static void test_message(void)
{
    L4_Msg_t msg;
    L4_Word_t untyped[2] = { 11, 12 }, got[4], items[4];
    L4_MapItem_t m = L4_MapItem(L4_FpageLog2(0x400000, 22), 0x1000), n;
    L4_GrantItem_t g = L4_GrantItem(L4_FpageLog2(0x800000, 22), 0), h;

    msg.raw[0] = 77;
    L4_MsgClear(&msg);
    CLAUSE_IS(1331, "4.7; 1.15 type L4_Msg_t", "L4_MsgClear makes the tag nil",
              msg.tag.raw, 0);
    L4_MsgAppendWord(&msg, 1);
    L4_MsgAppendMapItem(&msg, m);
    L4_MsgAppendWord(&msg, 2);
    L4_MsgAppendGrantItem(&msg, g);
    L4_Set_MsgLabel(&msg, 0x123);
    CLAUSE_IS(1332, "4.7", "two words, two items and a label make this tag",
              L4_MsgMsgTag(&msg).raw, 0x1230102);
    CLAUSE(1333, "4.7", "a word appended after an item comes before it",
           L4_MsgWord(&msg, 0) == 1 && L4_MsgWord(&msg, 1) == 2 &&
               msg.msg[3] == m.raw[0]);
    CLAUSE(1334, "4.7", "L4_MsgGetMapItem reads an item of two words",
           L4_MsgGetMapItem(&msg, 0, &n) == 2 && same_words(n.raw, m.raw, 2));
    CLAUSE(1335, "4.7", "L4_MsgGetGrantItem does so behind it",
           L4_MsgGetGrantItem(&msg, 2, &h) == 2 && same_words(h.raw, g.raw, 2));
    CLAUSE_IS(1336, "4.7", "L4_MsgLabel", L4_MsgLabel(&msg), 0x123);
    L4_MsgPutMapItem(&msg, 2, m);
    L4_MsgPutGrantItem(&msg, 0, g);
    CLAUSE(1337, "4.7", "items are overwritten in place, the tag stays",
           same_words(&msg.raw[3], g.raw, 2) &&
               same_words(&msg.raw[5], m.raw, 2) && msg.raw[0] == 0x1230102);
    L4_MsgLoad(&msg);
    for (int i = 0; i < 64; i++)
        msg.raw[i] = 0;
    L4_MsgStore(L4_MsgTag(), &msg);
    CLAUSE(1338, "4.7", "load and store through the message registers",
           L4_MsgLabel(&msg) == 0x123 && L4_MsgWord(&msg, 1) == 2 &&
               msg.msg[6] == m.raw[1]);
    L4_MsgPut(&msg, 5, 2, untyped, 2, m.raw);
    CLAUSE_IS(1339, "4.7", "L4_MsgPut makes the tag", msg.raw[0], 0x50082);
    L4_MsgGet(&msg, got, items);
    CLAUSE(1340, "4.7", "L4_MsgGet takes words and items apart",
           got[0] == 11 && got[1] == 12 && same_words(items, m.raw, 2));
    L4_MsgPutWord(&msg, 1, 99);
    L4_MsgGetWord(&msg, 1, got);
    CLAUSE(1341, "4.7", "a word is overwritten and read",
           got[0] == 99 && L4_MsgWord(&msg, 1) == 99);
    L4_Set_MsgMsgTag(&msg, L4_Niltag);
    CLAUSE_IS(1342, "4.7", "L4_Set_MsgMsgTag", msg.raw[0], 0);
    for (int i = 0; i < 70; i++)
        L4_MsgAppendWord(&msg, (L4_Word_t)i);
    CLAUSE_IS(1343, "1.7; 4.7", "no message gets more than 63 words",
              msg.raw[0], 63);
}

static void test_message_strings(void)
{
    L4_StringItem_t *s = (L4_StringItem_t *)room;
    L4_StringItem_t *back = (L4_StringItem_t *)(room + 8);
    L4_StringItem_t part = L4_StringItem(10, (void *)0x3000);
    L4_Msg_t msg;

    *s = L4_StringItem(256, (void *)0x1000);
    L4_AddSubstringAddressTo(s, (void *)0x2000);
    L4_AddSubstringTo(s, &part);
    L4_MsgClear(&msg);
    L4_MsgAppendWord(&msg, 1);
    L4_MsgAppendStringItem(&msg, s);
    CLAUSE_IS(1344, "4.7", "a compound string takes all its words of a message",
              msg.raw[0], 5 << 6 | 1);
    CLAUSE(1345, "4.7; 5.1 # H8", "L4_MsgGetStringItem copies all of them",
           L4_MsgGetStringItem(&msg, 0, back) == 5 &&
               same_words((L4_Word_t *)s, (L4_Word_t *)back, 5));
    msg.raw[0] = 3 << 6 | 1;
    CLAUSE_IS(1346, "4.7", "never beyond the message",
              L4_MsgGetStringItem(&msg, 0, back), 3);
    L4_MsgClear(&msg);
    L4_MsgAppendSimpleStringItem(&msg, *s);
    CLAUSE(1347, "4.7", "L4_MsgAppendSimpleStringItem makes it simple",
           msg.raw[0] == 2 << 6 && msg.raw[1] == 0x40000);
    L4_MsgPutSimpleStringItem(&msg, 0, part);
    CLAUSE(1348, "4.7", "L4_MsgPutSimpleStringItem overwrites it",
           msg.raw[1] == part.raw[0] && msg.raw[0] == 2 << 6);
}

static void test_acceptor(void)
{
    L4_Fpage_t w = L4_FpageLog2(0x400000, 22);
    L4_Acceptor_t a = L4_MapGrantItems(L4_FpageAddRights(w, 7)), b;

    CLAUSE_IS(1349, "1.10 bits 4..N-1; 4.7; 5.1 # H6",
              "an acceptor of a window has no rights and no flags", a.raw,
              w.raw);
    CLAUSE(1350, "1.10 bits 0; 1.10 bits 1; 1.10 bits 2..3",
           "the members of an acceptor",
           a.X.s == 0 && a.X.c == 0 && a.X.__zeros == 0 &&
               a.X.RcvWindow == w.raw >> 4);
    CLAUSE(1351, "1.10; 4.7", "the constant acceptors",
           L4_UntypedWordsAcceptor.raw == 0 &&
               L4_StringItemsAcceptor.raw == 1 && L4_CtrlXferAcceptor.raw == 2);
    b = L4_AddAcceptor(a, L4_StringItemsAcceptor);
    CLAUSE_IS(1352, "4.7; 5.1 # H7", "L4_AddAcceptor adds a flag", b.raw,
              w.raw | 1);
    CLAUSE_IS(1353, "4.7", "the window of the second counts if it has one",
              L4_AddAcceptor(b, L4_MapGrantItems(L4_CompleteAddressSpace)).raw,
              0x11);
    CLAUSE_IS(1354, "4.7", "L4_AddAcceptorTo gives the same",
              L4_AddAcceptorTo(a, L4_StringItemsAcceptor).raw, w.raw | 1);
    CLAUSE_IS(1355, "4.7", "L4_RemoveAcceptor takes a flag away",
              L4_RemoveAcceptor(b, L4_StringItemsAcceptor).raw, w.raw);
    CLAUSE_IS(1356, "4.7", "L4_RemoveAcceptor of a window makes it nil",
              L4_RemoveAcceptor(b, a).raw, 1);
    CLAUSE_IS(1357, "4.7", "L4_RemoveAcceptorFrom gives the same",
              L4_RemoveAcceptorFrom(b, a).raw, 1);
    CLAUSE(1358, "4.7", "L4_HasStringItems and L4_HasMapGrantItems",
           L4_HasStringItems(b) && L4_HasMapGrantItems(b) &&
               !L4_HasStringItems(a) &&
               !L4_HasMapGrantItems(L4_StringItemsAcceptor));
    CLAUSE_IS(1359, "4.7", "L4_RcvWindow is an fpage without rights",
              L4_RcvWindow(b).raw, w.raw);
}

static void test_buffers(void)
{
    L4_StringItem_t *s = (L4_StringItem_t *)room;
    L4_StringItem_t part = L4_StringItem(10, (void *)0x3000);
    L4_MsgBuffer_t b;
    L4_Word_t w[8];

    *s = L4_StringItem(256, (void *)0x1000);
    L4_AddSubstringAddressTo(s, (void *)0x2000);
    L4_AddSubstringTo(s, &part);
    for (int i = 0; i < 32; i++)
        b.raw[i] = ~0ul;
    L4_MsgBufferClear(&b);
    L4_MsgBufferAppendSimpleRcvString(&b, L4_StringItem(1, (void *)0x10));
    CLAUSE(1360, "1.15 type L4_MsgBuffer_t; 4.7; 5.1 # H9",
           "the first buffer, in what was garbage",
           b.raw[0] == 0x400 && b.raw[1] == 0x10);
    L4_MsgBufferAppendRcvString(&b, s);
    L4_MsgBufferAppendSimpleRcvString(&b, L4_StringItem(2, (void *)0x20));
    CLAUSE(1361, "1.11; 4.7", "all buffers but the last have C",
           (b.raw[0] & 1) == 1 && (b.raw[2] & 1) == 1 && (b.raw[7] & 1) == 0);
    CLAUSE(1362, "4.7", "a compound buffer is followed by the next",
           b.raw[7] == 0x800 && b.raw[8] == 0x20);
    L4_AcceptStrings(L4_StringItemsAcceptor, &b);
    L4_StoreBRs(1, 8, w);
    CLAUSE_IS(1363, "1.9; 4.7", "the acceptor is in BR0", L4_Accepted().raw, 1);
    CLAUSE(1364, "1.9; 4.7", "the buffers are in BR1 and on",
           same_words(w, b.raw, 8));
    L4_Accept(L4_UntypedWordsAcceptor);
    L4_StoreBR(1, &w[0]);
    CLAUSE(1365, "4.7", "L4_Accept changes BR0 alone",
           L4_Accepted().raw == 0 && w[0] == b.raw[0]);
}

static void test_registers(void)
{
    L4_Word_t in[64], out[64];

    CLAUSE(1366, "1.8; 1.9; 4.7", "there are 64 and 33 registers",
           __L4_NUM_MRS == 64 && __L4_NUM_BRS == 33);
    for (L4_Word_t i = 0; i < 64; i++)
        in[i] = i * 3;
    L4_LoadMRs(0, 64, in);
    L4_StoreMRs(0, 64, out);
    CLAUSE(1367, "1.8; 1.19 word offset 0 ... 63; 4.7",
           "64 message registers keep what is loaded", same_words(in, out, 64));
    for (L4_Word_t i = 0; i < 33; i++)
        in[i] = i * 5;
    L4_LoadBRs(0, 33, in);
    L4_StoreBRs(0, 33, out);
    CLAUSE(1368, "1.9; 1.19 word offset -48 ... -16; 4.7",
           "33 buffer registers keep what is loaded", same_words(in, out, 33));
    L4_LoadBR(0, 0);
    L4_LoadMR(7, 70);
    L4_LoadBR(7, 71);
    L4_StoreMR(7, &out[0]);
    L4_StoreBR(7, &out[1]);
    CLAUSE(1369, "1.8; 1.9", "they are different registers",
           out[0] == 70 && out[1] == 71);
    L4_StoreMRs(5, 3, out);
    CLAUSE(1370, "4.7", "a range of registers",
           out[0] == 15 && out[1] == 18 && out[2] == 70);
    L4_LoadMRs(10, 2, &in[1]);
    L4_StoreMR(12, &out[0]);
    CLAUSE(1371, "4.7", "a range does not touch what is behind it",
           out[0] == 36);
    L4_Set_MsgTag(L4_Niltag);
    L4_StoreMR(0, &out[0]);
    CLAUSE(1372, "1.8; 4.7", "MR0 is the tag",
           out[0] == 0 && L4_MsgTag().raw == 0);
}

static void test_control_registers(void)
{
    const L4_Word_t *utcb = (const L4_Word_t *)L4_MyLocalId().raw;
    L4_ThreadId_t pager = L4_Pager();

    __L4_TCR_Set_ThreadWord(0, 17);
    __L4_TCR_Set_ThreadWord(1, 18);
    CLAUSE(1373, "1.19 word offset -4; 1.19 word offset -5; 4.14",
           "two words for whatever the thread likes",
           __L4_TCR_ThreadWord(0) == 17 && __L4_TCR_ThreadWord(1) == 18);
    L4_Set_UserDefinedHandle(19);
    CLAUSE_IS(1374, "1.19 word offset -13; 4.3", "the handle keeps what is set",
              L4_UserDefinedHandle(), 19);
    L4_Set_ExceptionHandler(L4_Myself());
    CLAUSE_IS(1375, "1.19 word offset -11; 4.3",
              "the exception handler keeps what is set",
              L4_ExceptionHandler().raw, L4_Myself().raw);
    L4_Set_ExceptionHandler(L4_nilthread);
    L4_Set_Pager(L4_Myself());
    CLAUSE_IS(1376, "1.19 word offset -12; 4.3", "the pager keeps what is set",
              L4_Pager().raw, L4_Myself().raw);
    L4_Set_Pager(pager);
    L4_Set_XferTimeouts(0x12340567);
    CLAUSE_IS(1377, "1.19 word offset -8; 4.3",
              "the transfer timeouts keep what is set", L4_XferTimeouts(),
              0x12340567);
    L4_Set_XferTimeouts(0);
    CLAUSE(1378, "4.3", "L4_Myself and L4_MyGlobalId are one id",
           L4_Myself().raw == L4_MyGlobalId().raw &&
               L4_IsGlobalId(L4_Myself()));
    CLAUSE(1379, "1.19 word offset -15; 1.19 word offset -14",
           "ids and processor are in the UTCB",
           utcb[-15] == L4_Myself().raw && utcb[-14] == L4_ProcessorNo());
    CLAUSE_IS(1380, "4.3", "the word size mask is all ones", L4_WordSizeMask(),
              ~0ul);
}

static void test_flags(void)
{
    CLAUSE(1381, "1.19 word offset -10; 4.3; 5.1 # H1",
           "L4_DisablePreemption sets d, L4_EnablePreemption clears it",
           !L4_DisablePreemption() && L4_EnablePreemption() &&
               !L4_EnablePreemption());
    CLAUSE(1382, "1.19 word offset -10; 4.3; 5.1 # H1",
           "L4_EnablePreemptionFaultException sets s, its partner clears it",
           !L4_EnablePreemptionFaultException() &&
               L4_DisablePreemptionFaultException() &&
               !L4_DisablePreemptionFaultException());
    CLAUSE(1383, "1.19; 4.3", "no preemption is pending",
           !L4_PreemptionPending());
    L4_Set_CopFlag(3);
    CLAUSE_IS(1384, "1.19; 4.3", "L4_Set_CopFlag (3) sets bit 3 of byte 1",
              __L4_TCR_Get(__L4_TCR_FLAGS) & 0xff00, 0x800);
    L4_Clr_CopFlag(3);
    CLAUSE_IS(1385, "1.19; 4.3", "L4_Clr_CopFlag (3) clears it",
              __L4_TCR_Get(__L4_TCR_FLAGS) & 0xff00, 0);
}

static void test_names(void)
{
    L4_ThreadId_t me = L4_Myself(), local = L4_MyLocalId();
    L4_ThreadId_t nobody =
        L4_GlobalId(L4_ThreadIdUserBase(L4_GetKernelInterface()) + 200, 1);
    L4_ThreadId_t bad = { .raw = local.raw + 0x100000 };

    CLAUSE(1386, "4.3", "L4_GlobalIdOf and L4_LocalIdOf of the own ids",
           L4_GlobalIdOf(local).raw == me.raw &&
               L4_LocalIdOf(me).raw == local.raw);
    CLAUSE(1387, "4.3", "they leave ids of their own kind as they are",
           L4_GlobalIdOf(nobody).raw == nobody.raw &&
               L4_LocalIdOf(bad).raw == bad.raw);
    CLAUSE(1388, "4.3; 1.3", "they leave special ids as they are",
           L4_GlobalIdOf(L4_nilthread).raw == 0 &&
               L4_GlobalIdOf(L4_anythread).raw == ~0ul &&
               L4_LocalIdOf(L4_anylocalthread).raw == ~0x3ful);
    CLAUSE(1389, "4.3",
           "L4_LocalIdOf a thread that does not exist is nilthread",
           L4_LocalIdOf(nobody).raw == 0);
    CLAUSE(1390, "4.3", "L4_SameThreads: two names of one thread",
           L4_SameThreads(me, local) && L4_SameThreads(local, me) &&
               L4_SameThreads(me, me));
    CLAUSE(1391, "4.3; 5.3 # A26", "names of nobody are not the same",
           !L4_SameThreads(bad, bad) && !L4_SameThreads(me, nobody));
}

int main(void)
{
    test_tag();
    test_items();
    test_strings();
    test_message();
    test_message_strings();
    test_acceptor();
    test_buffers();
    test_registers();
    test_control_registers();
    test_flags();
    test_names();
    return CLAUSES_END();
}
