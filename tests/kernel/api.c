/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the user API that no system call takes part in, or that add to
 * one (docs/x2.md part 4), and the small C library.
 */
#include "tap.h"
#include "support.h"

#include <l4/bootinfo.h>
#include <l4/kcp.h>
#include <l4/kdebug.h>
#include <l4/misc.h>
#include <pecan.h>
#include <stdlib.h>
#include <string.h>

static L4_Word_t room[16]; /* for string items that grow */

/* Start-up code has to set these: a constructor's work, and addresses. */
static int constructed;
static int *const addresses[2] = { &constructed, &constructed + 1 };
__attribute__((constructor)) static void construct(void)
{
    constructed = 17;
}

static void test_start(void)
{
    int *const *volatile p = addresses;

    is((L4_Word_t)constructed, 17, "constructors run before main");
    ok(p[0] == &constructed && p[1] == p[0] + 1,
       "addresses in data are where the program was loaded");
}

static void test_messages(void)
{
    L4_Msg_t msg;
    L4_Word_t untyped[2] = { 11, 12 }, got[4], items[4];
    L4_MapItem_t m = L4_MapItem(L4_FpageLog2(0x400000, 22), 0x1000), n;
    L4_GrantItem_t g = L4_GrantItem(L4_FpageLog2(0x800000, 22), 0), h;
    L4_MsgTag_t tag;

    L4_MsgClear(&msg);
    L4_MsgAppendWord(&msg, 1);
    L4_MsgAppendMapItem(&msg, m);
    L4_MsgAppendWord(&msg, 2);
    L4_MsgAppendGrantItem(&msg, g);
    L4_Set_MsgLabel(&msg, 0x123);
    tag = L4_MsgMsgTag(&msg);
    is(tag.raw, 0x1230102, "two words, two items and a label make this tag");
    ok(L4_MsgWord(&msg, 0) == 1 && L4_MsgWord(&msg, 1) == 2,
       "a word appended after an item comes before it");
    is(L4_MsgGetMapItem(&msg, 0, &n) + L4_MsgGetGrantItem(&msg, 2, &h), 4,
       "items have two words each");
    ok(memcmp(&m, &n, sizeof(m)) == 0 && memcmp(&g, &h, sizeof(g)) == 0,
       "and come back as they were");

    L4_MsgLoad(&msg);
    memset(&msg, 0, sizeof(msg));
    L4_MsgStore(L4_MsgTag(), &msg);
    ok(L4_MsgLabel(&msg) == 0x123 && L4_MsgWord(&msg, 1) == 2 &&
           msg.msg[6] == g.raw[1],
       "load and store through the message registers");

    L4_MsgPut(&msg, 5, 2, untyped, 2, m.raw);
    is(msg.raw[0], 0x50082, "put: the tag");
    L4_MsgGet(&msg, got, items);
    ok(got[1] == 12 && items[1] == m.raw[1], "get: words and items");
    L4_MsgPutWord(&msg, 1, 99);
    L4_MsgGetWord(&msg, 1, got);
    is(got[0], 99, "a word overwritten");
    L4_MsgClear(&msg);
    for (int i = 0; i < 70; i++)
        L4_MsgAppendWord(&msg, (L4_Word_t)i);
    is(msg.raw[0], 63, "no message has more than 63 words");
}

static void test_strings(void)
{
    L4_StringItem_t *s = (L4_StringItem_t *)room;
    L4_StringItem_t part = L4_StringItem(10, (void *)0x3000);
    L4_StringItem_t *back = (L4_StringItem_t *)(room + 8);
    L4_Msg_t msg;
    L4_MsgBuffer_t b;
    L4_Word_t w[4];

    *s = L4_StringItem(256, (void *)0x1000);
    L4_AddSubstringAddressTo(s, (void *)0x2000);
    ok(L4_Substrings(s) == 2 && L4_Substring(s, 2) == (void *)0x2000,
       "a second substring");
    L4_AddSubstringTo(s, &part);
    ok(L4_CompoundString(s) && room[3] == part.raw[0] && room[4] == 0x3000,
       "a compound string");
    L4_MsgClear(&msg);
    L4_MsgAppendWord(&msg, 1);
    L4_MsgAppendStringItem(&msg, s);
    is(msg.raw[0], 5 << 6 | 1, "takes five words of a message");
    is(L4_MsgGetStringItem(&msg, 0, back), 5, "which come back");
    ok(memcmp(s, back, 5 * sizeof(L4_Word_t)) == 0, "unchanged");
    msg.raw[0] = 3 << 6 | 1;
    is(L4_MsgGetStringItem(&msg, 0, back), 3, "but never beyond the message");

    memset(&b, 0xff, sizeof(b));
    L4_MsgBufferClear(&b);
    L4_MsgBufferAppendSimpleRcvString(&b, L4_StringItem(1, (void *)0x10));
    L4_MsgBufferAppendRcvString(&b, s);
    L4_MsgBufferAppendSimpleRcvString(&b, L4_StringItem(2, (void *)0x20));
    ok((b.raw[0] & 1) == 1 && (b.raw[2] & 1) == 1 && b.raw[7] == 0x800,
       "receive buffers follow each other, all but the last with C");
    L4_AcceptStrings(L4_StringItemsAcceptor, &b);
    L4_StoreBRs(1, 2, w);
    is(L4_Accepted().raw, 1, "the acceptor is in BR0");
    ok(w[0] == b.raw[0] && w[1] == 0x10, "and the buffers from BR1 on");
    L4_StoreBR(8, &w[0]);
    is(w[0], 0x800, "all of them");
    L4_Accept(L4_UntypedWordsAcceptor);
}

static void test_registers(void)
{
    L4_Word_t in[64], out[64];
    bool same = true;

    for (L4_Word_t i = 0; i < 64; i++)
        in[i] = i * 3;
    L4_LoadMRs(0, 64, in);
    L4_StoreMRs(0, 64, out);
    same = memcmp(in, out, sizeof(in)) == 0;
    ok(same, "64 message registers");
    L4_LoadBRs(0, 33, in);
    L4_StoreBRs(0, 33, out);
    ok(memcmp(in, out, 33 * sizeof(in[0])) == 0, "33 buffer registers");
    L4_LoadBR(0, 0);
    L4_StoreMRs(0, 64, out);
    ok(memcmp(in, out, sizeof(in)) == 0, "that are others");

    __L4_TCR_Set_ThreadWord(0, 17);
    __L4_TCR_Set_ThreadWord(1, 18);
    ok(__L4_TCR_ThreadWord(0) == 17 && __L4_TCR_ThreadWord(1) == 18,
       "two words for whatever the thread likes");
    L4_Set_UserDefinedHandle(19);
    is(L4_UserDefinedHandleOf(L4_Myself()), 19, "its handle");
    L4_Set_ExceptionHandler(L4_nilthread);
    ok(L4_IsNilThread(L4_ExceptionHandler()), "no exception handler");
    L4_Set_XferTimeouts(0x12340567);
    is(L4_XferTimeouts(), 0x12340567, "transfer timeouts");
    L4_Set_XferTimeouts(0);

    ok(!L4_DisablePreemption() && L4_EnablePreemption() &&
           !L4_EnablePreemption(),
       "the delay flag: set, cleared");
    ok(!L4_EnablePreemptionFaultException() &&
           L4_DisablePreemptionFaultException(),
       "the signal flag");
    ok(!L4_PreemptionPending(), "no preemption is pending");
    L4_Set_CopFlag(3);
    is(__L4_TCR_Get(__L4_TCR_FLAGS) & 0xff00, 0x800, "a coprocessor flag");
    L4_Clr_CopFlag(3);
}

static void test_ids(void)
{
    L4_ThreadId_t me = L4_Myself(), local = L4_MyLocalId();
    L4_ThreadId_t other = thread_here(pager_loop, 0, PRIO_LOW);
    L4_ThreadId_t nobody = L4_GlobalId(thread_no(200), 1);
    L4_ThreadId_t bad = { .raw = local.raw + 0x100000 };

    ok(L4_IsThreadEqual(L4_GlobalIdOf(local), me) &&
           L4_IsThreadEqual(L4_LocalIdOf(me), local),
       "the own id, local and global");
    ok(L4_IsLocalId(L4_LocalIdOf(other)) &&
           L4_IsThreadEqual(L4_GlobalIdOf(L4_LocalIdOf(other)), other),
       "another's");
    ok(L4_SameThreads(me, local) && L4_SameThreads(L4_LocalIdOf(other), other),
       "two names of one thread");
    ok(!L4_SameThreads(me, other) && !L4_SameThreads(local, other),
       "two threads");
    ok(L4_IsNilThread(L4_LocalIdOf(nobody)), "a thread that does not exist");
    is(L4_ErrorCode(), L4_ErrInvalidThread, "says so");
    ok(!L4_SameThreads(bad, bad), "names of nobody are not the same");
    ok(L4_IsNilThread(L4_GlobalIdOf(L4_nilthread)) &&
           L4_GlobalIdOf(L4_anythread).raw == ~0UL,
       "special ids stay");
    ok(thread_delete(other), "(end of the other thread)");
}

static void test_memory(void)
{
    L4_Fpage_t f = L4_FpageAddRights(L4_FpageLog2(FREE_WINDOW, 12), 7);
    L4_Word_t *window = (L4_Word_t *)FREE_WINDOW;
    void *kip = L4_GetKernelInterface();
    const L4_KernelConfigurationPage_t *kcp = kip;
    L4_BootRec_t *r;
    void *info = pecan_boot_info();

    ok(!L4_IsNilFpage(
           L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(FREE_WINDOW, 12))),
       "any memory, in a window of the asker's choice");
    *window = 5;
    f = L4_GetStatus(f);
    ok(L4_WasWritten(f) && L4_WasReferenced(f), "it was written");
    f = L4_GetStatus(f);
    ok(!L4_WasWritten(f) && !L4_WasReferenced(f), "asking resets that");
    (void)*(volatile L4_Word_t *)window;
    f = L4_GetStatus(f);
    ok(!L4_WasWritten(f) && L4_WasReferenced(f), "it was read");

    is(kcp->magic, L4_MAGIC, "the interface page is one");
    ok(kcp->root_server.low <= (L4_Word_t)test_memory &&
           (L4_Word_t)test_memory < kcp->root_server.high,
       "and knows where this program is");
    ok(info != NULL && L4_BootInfo_Valid(info), "there is boot info");
    r = L4_BootInfo_FirstEntry(info);
    is(L4_BootRec_Type(r), L4_BootInfo_Module, "about modules");
    ok(strstr(pecan_command_line(), "api") != NULL, "this one's name");
    ok(pecan_pages(12) != NULL, "memory the easy way");
}

static void test_library(void)
{
    char s[64];

    snprintf(s, sizeof(s), "%d|%5d|%-5d|%05d|%+d", -1, 42, 42, 42, 42);
    ok(strcmp(s, "-1|   42|42   |00042|+42") == 0, "decimal numbers");
    snprintf(s, sizeof(s), "%x|%#x|%08lX|%o", 0xbeefU, 0xbeefU, 0xbeefUL, 8U);
    ok(strcmp(s, "beef|0xbeef|0000BEEF|10") == 0, "other bases");
    snprintf(s, sizeof(s), "%llu|%lld|%lu", 18446744073709551615ULL,
             -9223372036854775807LL - 1, 7UL);
    ok(strcmp(s, "18446744073709551615|-9223372036854775808|7") == 0,
       "64 bits");
    snprintf(s, sizeof(s), "%s|%.2s|%5s|%-3s|%c|%%", "abc", "abc", "abc", "a",
             'x');
    ok(strcmp(s, "abc|ab|  abc|a  |x|%") == 0, "strings and characters");
    snprintf(s, sizeof(s), "%*d|%.3d|%hhu|%p", 4, 1, 5, (unsigned char)200,
             (void *)0x10);
    ok(strcmp(s, "   1|005|200|0x10") == 0, "widths, precision, pointers");
    is((L4_Word_t)snprintf(s, 4, "123456"), 6, "a text that is too long");
    ok(strcmp(s, "123") == 0, "is cut");
    memcpy(s, "abcdef", 7);
    memmove(s + 1, s, 5);
    ok(memcmp(s, "aabcde", 6) == 0, "moved onto itself");
    ok(strtoul("0x1f", NULL, 0) == 31 && atoi("-12") == -12, "numbers read");
    ok(strchr("abc", 'c') != NULL && strrchr("abcb", 'b')[1] == 0 &&
           strncmp("abc", "abd", 2) == 0 && strlen("abc") == 3,
       "strings searched");
}

int main(void)
{
    plan(61);
    support_init();
    test_start();
    test_messages();
    test_strings();
    test_registers();
    test_ids();
    test_memory();
    test_library();
    return tap_status();
}
