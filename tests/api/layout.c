/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layouts and raw values of the API (docs/x2.md part 1 and Appendix B), for
 * whatever processor this is compiled for. Nothing runs: a layout that is wrong
 * does not compile, and a value that is wrong leaves a call of a function with
 * the attribute error.
 */
#include <l4/arch.h>
#include <l4/bootinfo.h>
#include <l4/ipc.h>
#include <l4/kcp.h>
#include <l4/kdebug.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/misc.h>
#include <l4/pagefault.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/thread.h>
#include <l4/types.h>
#include <stddef.h>

#define W                 sizeof(L4_Word_t)
#define ON(a, b)          ((L4_Word_t)(sizeof(L4_Word_t) == 4 ? (a) : (b)))
#define SIZE(type, words) _Static_assert(sizeof(type) == (words)*W, #type)
#define AT(type, member, word) \
    _Static_assert(offsetof(type, member) == (word)*W, #type "." #member)

_Static_assert(sizeof(L4_Word_t) * 8 == L4_BITS_PER_WORD, "word");
_Static_assert(sizeof(L4_Word8_t) == 1 && sizeof(L4_Word16_t) == 2 &&
                   sizeof(L4_Word32_t) == 4 && sizeof(L4_Word64_t) == 8,
               "fixed sizes");
_Static_assert((L4_SignedWord_t)-1 < 0 && (L4_SignedWord8_t)-1 < 0, "signed");
_Static_assert(sizeof(L4_Paddr_t) == 8 && sizeof(L4_Clock_t) == 8, "64 bits");
_Static_assert(sizeof(L4_Time_t) == 2, "time");
SIZE(L4_Bool_t, 1);
SIZE(L4_ThreadId_t, 1);
SIZE(L4_GthreadId_t, 1);
SIZE(L4_LthreadId_t, 1);
SIZE(L4_Fpage_t, 1);
SIZE(L4_MsgTag_t, 1);
SIZE(L4_Acceptor_t, 1);
SIZE(L4_MapItem_t, 2);
SIZE(L4_GrantItem_t, 2);
SIZE(L4_StringItem_t, 2);
SIZE(L4_Msg_t, 64);
SIZE(L4_MsgBuffer_t, 32);
SIZE(L4_MemoryDesc_t, 2);
SIZE(L4_ProcDesc_t, 4);
SIZE(L4_CtrlXferItem_t, 1);
SIZE(L4_CacheAllocationHint_t, 1);
SIZE(L4_ThreadState_t, 1);
SIZE(L4_KernelId_t, 1);
SIZE(L4_ApiVersion_t, 1);
SIZE(L4_ApiFlags_t, 1);
SIZE(L4_MemoryInfo_t, 1);
SIZE(L4_PfRequest_t, 3);
SIZE(L4_PfReply_t, 3);
AT(L4_MapItem_t, X.snd_fpage, 1);
AT(L4_GrantItem_t, X.snd_fpage, 1);
AT(L4_StringItem_t, X.str, 1);
AT(L4_StringItem_t, X.str.string_ptr, 1);
AT(L4_StringItem_t, X.str.substring_ptr, 1);
AT(L4_PfRequest_t, X.fault_address, 1);
AT(L4_PfRequest_t, X.fault_ip, 2);
AT(L4_PfReply_t, X.MapItem, 1);
AT(L4_Clock_t, X.low, 0);
_Static_assert(offsetof(L4_Clock_t, X.high) == 4, "clock");
#if defined(L4_32BIT) == defined(L4_64BIT)
#error "one word size"
#endif
#ifdef L4_ARCH_IA32
SIZE(L4_IoFpage_t, 1);
#endif

SIZE(L4_KernelInterfacePage_t, 72);
AT(L4_KernelInterfacePage_t, magic, 0);
AT(L4_KernelInterfacePage_t, ApiVersion, 1);
AT(L4_KernelInterfacePage_t, ApiFlags, 2);
AT(L4_KernelInterfacePage_t, KernelVerPtr, 3);
AT(L4_KernelInterfacePage_t, MemoryInfo, 21);
AT(L4_KernelInterfacePage_t, MainMem, 24);
AT(L4_KernelInterfacePage_t, ReservedMem, 26);
AT(L4_KernelInterfacePage_t, DedicatedMem, 30);
AT(L4_KernelInterfacePage_t, UtcbAreaInfo, 42);
AT(L4_KernelInterfacePage_t, KipAreaInfo, 43);
AT(L4_KernelInterfacePage_t, BootInfo, 46);
AT(L4_KernelInterfacePage_t, ProcDescPtr, 47);
AT(L4_KernelInterfacePage_t, ClockInfo, 48);
AT(L4_KernelInterfacePage_t, ThreadInfo, 49);
AT(L4_KernelInterfacePage_t, PageInfo, 50);
AT(L4_KernelInterfacePage_t, ProcessorInfo, 51);
AT(L4_KernelInterfacePage_t, SpaceControl, 52);
AT(L4_KernelInterfacePage_t, ThreadControl, 53);
AT(L4_KernelInterfacePage_t, ProcessorControl, 54);
AT(L4_KernelInterfacePage_t, MemoryControl, 55);
AT(L4_KernelInterfacePage_t, Ipc, 56);
AT(L4_KernelInterfacePage_t, Lipc, 57);
AT(L4_KernelInterfacePage_t, Unmap, 58);
AT(L4_KernelInterfacePage_t, ExchangeRegisters, 59);
AT(L4_KernelInterfacePage_t, SystemClock, 60);
AT(L4_KernelInterfacePage_t, ThreadSwitch, 61);
AT(L4_KernelInterfacePage_t, Schedule, 62);
AT(L4_KernelInterfacePage_t, ArchSyscall0, 68);
AT(L4_KernelInterfacePage_t, ArchSyscall3, 71);
AT(L4_KernelDesc_t, KernelGenDate, 1);
AT(L4_KernelDesc_t, KernelVer, 2);
AT(L4_KernelDesc_t, Supplier, 3);
AT(L4_KernelDesc_t, VersionString, 4);

SIZE(L4_KernelRootServer_t, 4);
SIZE(L4_KernelConfigurationPage_t, 48);
AT(L4_KernelConfigurationPage_t, Kdebug, 4);
AT(L4_KernelConfigurationPage_t, sigma0, 8);
AT(L4_KernelConfigurationPage_t, sigma1, 12);
AT(L4_KernelConfigurationPage_t, root_server, 16);
AT(L4_KernelConfigurationPage_t, MemoryInfo, 21);
AT(L4_KernelConfigurationPage_t, Kdebug_config, 22);
AT(L4_KernelConfigurationPage_t, MainMem, 24);
AT(L4_KernelConfigurationPage_t, DedicatedMem, 30);
AT(L4_KernelConfigurationPage_t, BootInfo, 46);
AT(L4_KernelConfigurationPage_t, magic, 0);
AT(L4_KernelRootServer_t, ip, 1);
AT(L4_KernelRootServer_t, low, 2);
AT(L4_KernelRootServer_t, high, 3);

SIZE(L4_BootInfo_t, 8);
SIZE(L4_BootRec_t, 3);
SIZE(L4_Boot_Module_t, 6);
AT(L4_Boot_Module_t, cmdline_offset, 5);
SIZE(L4_Boot_SimpleExec_t, 16);
AT(L4_Boot_SimpleExec_t, initial_ip, 12);
AT(L4_Boot_SimpleExec_t, cmdline_offset, 15);
SIZE(L4_Boot_EFI_t, 8);
SIZE(L4_Boot_MBI_t, 4);

/* Field by field: what a structure's fields give as a raw value. */
#define CHECK_LINE2(x, line) \
    do { \
        extern void wrong_##line(void) __attribute__((error("wrong: " #x))); \
        if (!(x)) \
            wrong_##line(); \
    } while (0)
#define CHECK_LINE(x, line) CHECK_LINE2(x, line)
#define CHECK(x)            CHECK_LINE(x, __LINE__)

void check_ids(void);
void check_ids(void)
{
    L4_ThreadId_t t = L4_GlobalId(100, 1);

    CHECK(t.raw == ON(0x00190001UL, 0x0000006400000001ULL));
    CHECK(t.global.X.thread_no == 100 && t.global.X.version == 1);
    CHECK(L4_ThreadNo(t) == 100 && L4_Version(t) == 1);
    t.raw = 0x1240;
    CHECK(t.local.X.local_id == 0x49 && t.local.X.__zeros == 0);
    CHECK(L4_nilthread.raw == 0);
    CHECK(L4_anythread.raw == ~0UL);
    CHECK(L4_anylocalthread.raw == ~0x3FUL);
    CHECK(L4_IsLocalId(L4_nilthread) && L4_IsLocalId(L4_anylocalthread));
    CHECK(L4_IsGlobalId(L4_anythread) && !L4_IsLocalId(L4_anythread));
    CHECK(L4_IsNilThread(L4_nilthread) && !L4_IsNilThread(t));
    CHECK(L4_IsThreadEqual(t, t) && L4_IsThreadNotEqual(t, L4_nilthread));
}

void check_fpages(void);
void check_fpages(void)
{
    L4_Fpage_t f = L4_FpageLog2(0x400000, 22);

    CHECK(L4_FpageAddRights(f, L4_ReadWriteOnly).raw == 0x00400166);
    CHECK(L4_Size(f) == 0x400000 && L4_SizeLog2(f) == 22);
    CHECK(L4_Address(f) == 0x400000 && L4_Rights(f) == 0);
    f = L4_Fpage(0x1000, 4097);
    CHECK(f.raw == 0x000010D0 && f.X.s == 13 && L4_Address(f) == 0);
    CHECK(L4_FpageLog2(0x12345FFF, 12).raw == 0x12345CC0);
    CHECK(L4_Nilpage.raw == 0 && L4_IsNilFpage(L4_Nilpage));
    CHECK(L4_Size(L4_Nilpage) == 0);
    CHECK(L4_CompleteAddressSpace.raw == 0x10);
    CHECK(L4_Size(L4_CompleteAddressSpace) == 2);
    f.raw = 0x1007;
    CHECK(f.X.rwx == 7 && f.X.b == 4 && f.X.extended == 0);
    CHECK(L4_FpageRemoveRights(f, L4_Writable).raw == 0x1005);
    CHECK(L4_WasWritten(f) && L4_WasReferenced(f) && L4_WaseXecuted(f));
    CHECK(L4_ReadeXecOnly == 5 && L4_ReadWriteOnly == 6);
    CHECK(L4_FullyAccessible == 7 && L4_eXecutable == 1);
}

void check_time(void);
void check_time(void)
{
    L4_Time_t t = { .raw = 0x1271 };
    L4_Clock_t c = { .raw = 0x123456789ULL };

    CHECK(t.period.m == 625 && t.period.e == 4 && t.period.a == 0);
    t.raw = 0x8C01;
    CHECK(t.point.a == 1 && t.point.c == 1 && t.point.e == 1 && t.point.m == 1);
    CHECK(L4_TimePeriod(1000).raw == 0x03E8);
    CHECK(L4_TimePeriod(1000000).raw == 0x2BD0);
    CHECK(L4_TimePeriod(10000).raw == 0x1271);
    CHECK(L4_TimePeriod(0).raw == L4_ZeroTime.raw);
    CHECK(L4_TimePeriod(1).raw == 1 && L4_TimePeriod(1024).raw == 0x0600);
    CHECK(L4_TimePeriod(1023ULL << 31).raw == 0x7FFF);
    CHECK(L4_TimePeriod(1024ULL << 31).raw == L4_Never.raw);
    CHECK(L4_Never.raw == 0 && L4_ZeroTime.raw == 0x0400);
    CHECK(L4_Timeouts(L4_ZeroTime, L4_Never) == 0x04000000);
    CHECK(c.X.low == 0x23456789 && c.X.high == 1);
    CHECK(L4_ClockAddUsec(c, 1).raw == c.raw + 1);
    CHECK(L4_IsClockEarlier(L4_ClockSubUsec(c, 1), c));
}

void check_tags(void);
void check_tags(void)
{
    L4_MsgTag_t t = L4_Niltag;
    L4_PfRequest_t fault;

    t.X.u = 2;
    t.X.t = 2;
    t.X.label = 0x1234;
    CHECK(t.raw == 0x12340082);
    CHECK(L4_Label(t) == 0x1234 && L4_UntypedWords(t) == 2);
    CHECK(L4_TypedWords(t) == 2 && L4_IpcSucceeded(t));
    t.X.flags = 0x8;
    CHECK(t.raw == 0x12348082 && L4_IpcFailed(t));
    t.X.flags = 0x4;
    CHECK(L4_IpcXcpu(t) && !L4_IpcRedirected(t) && !L4_IpcPropagated(t));
    t.X.flags = 0x2;
    CHECK(L4_IpcRedirected(t) && !L4_IpcXcpu(t));
    L4_Set_Propagation(&t);
    CHECK(t.raw == 0x12341082 && L4_IpcPropagated(t));
    t = L4_MsgTagAddLabel(t, -1);
    CHECK(L4_Label(t) == ON(0xFFFF, 0xFFFFFFFFFFFFULL));
    fault.raw[0] = (L4_Word_t)(L4_SignedWord_t)(L4_SignedWord32_t)0xFFE20002;
    CHECK(fault.X.u == 2 && fault.X.t == 0 && fault.X.wrx == 2);
    CHECK(fault.raw[0] == ((L4_Word_t)-2 << 20 | 2 << 16 | 2));
    CHECK((L4_Word32_t)((L4_Word_t)-1 << 20) == 0xFFF00000);
    CHECK((L4_Word32_t)((L4_Word_t)-6 << 20 | 2) == 0xFFA00002);
}

void check_items(void);
void check_items(void)
{
    L4_Fpage_t f = L4_FpageLog2(0x400000, 22);
    L4_MapItem_t m = L4_MapItem(f, 0x1000);
    L4_GrantItem_t g = L4_GrantItem(f, 0);
    L4_StringItem_t s = L4_StringItem(256, (void *)0x2000);
    L4_StringItem_t h;

    CHECK(m.raw[0] == 0x1008 && m.raw[1] == f.raw && m.X.__type == 4);
    CHECK(L4_IsMapItem(m) && m.X.C == 0 && m.X.snd_base == 4);
    CHECK(L4_MapItemSndBase(m) == 0x1000);
    CHECK(L4_MapItemSndFpage(m).raw == f.raw && m.X.snd_fpage.raw == f.raw);
    CHECK(g.raw[0] == 0xA && L4_IsGrantItem(g) && g.X.__type == 5);
    CHECK(s.raw[0] == 0x00040000 && s.raw[1] == 0x2000);
    CHECK(L4_IsStringItem(&s) && s.X.string_length == 256);
    CHECK(L4_Substrings(&s) == 1 && !L4_CompoundString(&s));
    CHECK(L4_Substring(&s, 1) == (void *)0x2000);
    s.X.j = 3;
    CHECK(s.raw[0] == 0x00040030);
    h = L4_AddCacheAllocationHint(L4_StringItem(1, 0),
                                  (L4_CacheAllocationHint_t){ .raw = 4 });
    CHECK(L4_CacheAllocationHint(h).raw == 4);
    CHECK(L4_UntypedWordsAcceptor.raw == 0 && L4_StringItemsAcceptor.raw == 1);
    CHECK(L4_CtrlXferAcceptor.raw == 2);
    CHECK(L4_MapGrantItems(L4_FpageAddRights(f, 7)).raw == 0x400160);
    CHECK(L4_MapGrantItems(L4_CompleteAddressSpace).raw == 0x10);
}

void check_acceptors(void);
void check_acceptors(void)
{
    L4_Acceptor_t w = L4_MapGrantItems(L4_FpageLog2(0x400000, 22));
    L4_Acceptor_t a = L4_AddAcceptor(w, L4_StringItemsAcceptor);

    CHECK(a.raw == (w.raw | 1) && a.X.s == 1 && a.X.c == 0);
    CHECK(L4_HasStringItems(a) && L4_HasMapGrantItems(a));
    CHECK(L4_RcvWindow(a).raw == w.raw);
    CHECK(L4_AddAcceptor(L4_StringItemsAcceptor, w).raw == a.raw);
    CHECK(L4_RemoveAcceptor(a, L4_StringItemsAcceptor).raw == w.raw);
    CHECK(L4_RemoveAcceptor(a, w).raw == 1);
    CHECK(!L4_HasMapGrantItems(L4_StringItemsAcceptor));
}

void check_kip(void);
void check_kip(void)
{
    L4_KernelInterfacePage_t k;
    L4_MemoryDesc_t m = { .raw = { 0x1, 0x07FFFC00 } };
    L4_MemoryDesc_t b = { .raw = { 0x12341E + 0x200, 0x07FFFC00 } };

    k.ApiVersion.raw = 0x84050000;
    CHECK(k.ApiVersion.x.version == 0x84 && k.ApiVersion.x.subversion == 5);
    k.ApiFlags.raw = 4;
    CHECK(k.ApiFlags.x.ww == 1 && k.ApiFlags.x.ee == 0);
    k.UtcbAreaInfo.raw = ON(0x000C2401, 0xC2801);
    CHECK(k.UtcbAreaInfo.X.m == 1 && k.UtcbAreaInfo.X.s == 12);
    CHECK(k.UtcbAreaInfo.X.a == ON(9, 10));
    k.MemoryInfo.n = 3;
    k.MemoryInfo.MemDescPtr = 0x200;
    CHECK(k.MemoryInfo.raw == ON(0x02000003UL, 0x20000000003ULL));
    k.ThreadInfo.raw = 0x12310012;
    CHECK(k.ThreadInfo.X.t == 18 && k.ThreadInfo.X.SystemBase == 0x100);
    CHECK(k.ThreadInfo.X.UserBase == 0x123);
    CHECK(L4_MemoryDescType(&m) == L4_ConventionalMemoryType);
    CHECK(L4_MemoryDescLow(&m) == 0 && L4_MemoryDescHigh(&m) == 0x7FFFFFF);
    CHECK(!L4_IsMemoryDescVirtual(&m) && L4_IsMemoryDescVirtual(&b));
    CHECK(L4_MemoryDescType(&b) == 0x1E && L4_MemoryDescLow(&b) == 0x123400);
    CHECK(L4_MAGIC == 0x4BE6344C && L4_KID_NICTA_PISTACHIO == 0x501);
    CHECK(L4_SUPL_UKA == 0x20614B55);
}

/* Every field of a word by its bits: it takes all of them and none below.
 * What the tables of part 1 say; the first of the pair is for 32 bits. */
#define ONES(low, high) (~0UL >> (L4_BITS_PER_WORD - 1 - (high) + (low)))
#define BITS(type, field, low32, high32, low64, high64) \
    BITS_AT(type, field, ON(low32, low64), ON(high32, high64))
#define BITS_AT(type, field, low, high) \
    do { \
        type in, below; \
        *(L4_Word_t *)&in = ONES(low, high) << (low); \
        CHECK(in.field == ONES(low, high)); \
        *(L4_Word_t *)&below = (1UL << (low)) - 1; \
        CHECK(below.field == 0); \
    } while (0)
#define BITS2(type, field, low, high) BITS(type, field, low, high, low, high)
#define TO_TOP(type, field, low)      BITS(type, field, low, 31, low, 63)

void check_bits(void);
void check_bits(void)
{
    BITS(L4_ThreadId_t, global.X.version, 0, 13, 0, 31);
    BITS(L4_ThreadId_t, global.X.thread_no, 14, 31, 32, 63);
    BITS2(L4_ThreadId_t, local.X.__zeros, 0, 5);
    TO_TOP(L4_ThreadId_t, local.X.local_id, 6);
    BITS2(L4_Fpage_t, X.rwx, 0, 2);
    BITS2(L4_Fpage_t, X.extended, 3, 3);
    BITS2(L4_Fpage_t, X.s, 4, 9);
    TO_TOP(L4_Fpage_t, X.b, 10);
    BITS2(L4_MsgTag_t, X.u, 0, 5);
    BITS2(L4_MsgTag_t, X.t, 6, 11);
    BITS2(L4_MsgTag_t, X.flags, 12, 15);
    TO_TOP(L4_MsgTag_t, X.label, 16);
    BITS2(L4_Acceptor_t, X.s, 0, 0);
    BITS2(L4_Acceptor_t, X.c, 1, 1);
    TO_TOP(L4_Acceptor_t, X.RcvWindow, 4);
    BITS2(L4_MapItem_t, X.C, 0, 0);
    BITS2(L4_MapItem_t, X.__type, 1, 3);
    BITS2(L4_MapItem_t, X.__zeros, 4, 9);
    TO_TOP(L4_MapItem_t, X.snd_base, 10);
    BITS2(L4_GrantItem_t, X.__type, 1, 3);
    TO_TOP(L4_GrantItem_t, X.snd_base, 10);
    BITS2(L4_StringItem_t, X.C, 0, 0);
    BITS2(L4_StringItem_t, X.j, 4, 8);
    BITS2(L4_StringItem_t, X.c, 9, 9);
    TO_TOP(L4_StringItem_t, X.string_length, 10);
    BITS2(L4_CtrlXferItem_t, X.C, 0, 0);
    BITS2(L4_CtrlXferItem_t, X.__type, 1, 3);
    BITS2(L4_CtrlXferItem_t, X.id, 4, 11);
    TO_TOP(L4_CtrlXferItem_t, X.mask, 12);
    BITS2(L4_PfRequest_t, X.wrx, 16, 19);
    TO_TOP(L4_PfRequest_t, X.protocol, 20);
    BITS2(L4_MemoryDesc_t, x.type, 0, 3);
    BITS2(L4_MemoryDesc_t, x.t, 4, 7);
    BITS2(L4_MemoryDesc_t, x.v, 9, 9);
    TO_TOP(L4_MemoryDesc_t, x.low, 10);
#ifdef L4_ARCH_IA32
    BITS2(L4_IoFpage_t, X.rwx, 0, 3);
    BITS2(L4_IoFpage_t, X.__two, 4, 9);
    BITS2(L4_IoFpage_t, X.s, 10, 15);
    BITS2(L4_IoFpage_t, X.p, 16, 31);
    CHECK(L4_IoFpageLog2(0, 16).raw == 0x4020);
#endif
}

/* The same for the words of the kernel interface page. */
#define KIP(word, field, low32, high32, low64, high64) \
    KIP_AT(word, field, ON(low32, low64), ON(high32, high64))
#define KIP_AT(word, field, low, high) \
    do { \
        L4_KernelInterfacePage_t in, below; \
        in.word.raw = ONES(low, high) << (low); \
        CHECK(in.word.field == ONES(low, high)); \
        below.word.raw = (1UL << (low)) - 1; \
        CHECK(below.word.field == 0); \
    } while (0)
#define KIP2(word, field, low, high) KIP(word, field, low, high, low, high)

void check_kip_bits(void);
void check_kip_bits(void)
{
    L4_KernelDesc_t *d = (L4_KernelDesc_t *)0x1000;

    KIP2(ApiVersion, x.subversion, 16, 23);
    KIP2(ApiVersion, x.version, 24, 31);
    KIP2(ApiFlags, x.ee, 0, 1);
    KIP2(ApiFlags, x.ww, 2, 3);
    KIP(MemoryInfo, n, 0, 15, 0, 31);
    KIP(MemoryInfo, MemDescPtr, 16, 31, 32, 63);
    KIP2(UtcbAreaInfo, X.m, 0, 9);
    KIP2(UtcbAreaInfo, X.a, 10, 15);
    KIP2(UtcbAreaInfo, X.s, 16, 21);
    KIP2(KipAreaInfo, X.s, 0, 5);
    KIP2(ClockInfo, X.ReadPrecision, 0, 15);
    KIP2(ClockInfo, X.SchedulePrecision, 16, 31);
    KIP2(ThreadInfo, X.t, 0, 7);
    KIP2(ThreadInfo, X.SystemBase, 8, 19);
    KIP2(ThreadInfo, X.UserBase, 20, 31);
    KIP2(PageInfo, X.rwx, 0, 2);
    KIP(PageInfo, X.page_size_mask, 10, 31, 10, 63);
    KIP2(ProcessorInfo, X.processors, 0, 15);
    KIP(ProcessorInfo, X.s, 28, 31, 60, 63);
    (void)sizeof(d->KernelId.x.subid + d->KernelId.x.id +
                 d->KernelGenDate.X.day + d->KernelGenDate.X.month +
                 d->KernelGenDate.X.year + d->KernelVer.X.subsubver +
                 d->KernelVer.X.subver + d->KernelVer.X.ver);
    CHECK(L4_KID_L4_486 == 1 && L4_KID_L4_PENTIUM == 2 && L4_KID_L4_X86 == 3);
    CHECK(L4_KID_L4_MIPS == 0x101 && L4_KID_L4_ALPHA == 0x201);
    CHECK(L4_KID_FIASCO == 0x301 && L4_KID_L4KA_HAZELNUT == 0x401);
    CHECK(L4_KID_L4KA_PISTACHIO == 0x402 && L4_KID_L4KA_STRAWBERRY == 0x403);
    CHECK(L4_SUPL_GMD == 0x20444D47 && L4_SUPL_NICTA == 0x5443494E);
}

/* The defects that 5.1 tells of (H1 is in tests/kernel/api.c). */
void check_defects(void);
void check_defects(void)
{
    L4_CtrlXferItem_t c[1];
    L4_Acceptor_t a = L4_MapGrantItems(L4_FpageLog2(0x1000, 12));

    CHECK(L4_TimePeriod(0).raw == 0x0400); /* H4 */
    CHECK(L4_TimePeriod(0x100000000ULL).raw == (23 << 10 | 512));
    CHECK(L4_FpageLog2(0x1008, 12).raw == 0x10C0); /* H5 */
    CHECK(L4_Fpage(0x13FF, 0x1000).raw == 0x10C0);
    CHECK(
        L4_MapGrantItems(L4_FpageAddRights(L4_FpageLog2(0x1000, 12), 7)).raw ==
        0x10C0);                                                 /* H6 */
    CHECK(L4_AddAcceptor(L4_CtrlXferAcceptor, a).raw == 0x10C2); /* H7 */
    CHECK(L4_AddAcceptorTo(a, L4_StringItemsAcceptor).raw == 0x10C1);
    CHECK(L4_RemoveAcceptorFrom(a, a).raw == 0);
#ifdef L4_ARCH_IA32
    CHECK(L4_AllocateNewCacheLines.raw == 2); /* H3 */
    CHECK(L4_DoNotAllocateNewCacheLines.raw == 4);
    CHECK(L4_AddCacheAllocationHint(L4_StringItem(8, c),
                                    L4_AllocateOnlyNewL1CacheLines)
              .raw[0] == 0x2006);
    CHECK(L4_SmallSpace(0, 16) == 4 && L4_SmallSpace(16, 16) == 0xC);
    CHECK(L4_SmallSpace(2, 16) == 4 && L4_SmallSpace(1024, 4) == 1);
#endif
    L4_FaultConfCtrlXferItemInit(c, 2, 5);
    CHECK(c->raw[0] == 0x502C && L4_IsCtrlXferItem(c));
    L4_CtrlXferItemInit(c, 1);
    CHECK(c->raw[0] == 0x1C && c->X.id == 1);
}

void check_constants(void);
void check_constants(void)
{
    CHECK(L4_ErrOk == 0 && L4_ErrNoPrivilege == 1 && L4_ErrNoMem == 8);
    CHECK(L4_ERROR_UTCB_AREA == 6 && L4_ERROR_KIP_AREA == 7);
    CHECK(L4_SCHEDRESULT_ERROR == 0 && L4_SCHEDRESULT_RECEIVING == 7);
    CHECK(L4_BOOTINFO_MAGIC == 0x14B0021D && L4_BootInfo_Multiboot == 0x102);
    CHECK(__L4_NUM_MRS == 64 && __L4_NUM_BRS == 33);
    CHECK(__L4_Msb(1) == 0 && __L4_Msb(0x8001) == 15);
    CHECK(__L4_Lsb(0x8000) == 15 && __L4_Lsb(3) == 0);
}
