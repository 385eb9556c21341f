/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data types and their functions, which need no kernel: words, clocks, thread
 * ids, fpages, time.
 * clauses: 1100
 */
#include "clause.h"

#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/thread.h>

enum { NUMBER_BITS = sizeof(L4_Word_t) == 8 ? 32 : 18 };

static void test_basic(void)
{
    CLAUSE(1100, "1.1 c name L4_Word_t",
           "L4_Word_t is a machine word, unsigned",
           sizeof(L4_Word_t) * 8 == L4_BITS_PER_WORD && (L4_Word_t)-1 > 0);
    CLAUSE(1101, "1.1 c name L4_SignedWord_t",
           "L4_SignedWord_t is a machine word, signed",
           sizeof(L4_SignedWord_t) == sizeof(L4_Word_t) &&
               (L4_SignedWord_t)-1 < 0);
    CLAUSE(1102, "1.1 c name L4_Word8_t L4_Word16_t L4_Word32_t L4_Word64_t",
           "unsigned words have their widths",
           sizeof(L4_Word8_t) == 1 && sizeof(L4_Word16_t) == 2 &&
               sizeof(L4_Word32_t) == 4 && sizeof(L4_Word64_t) == 8);
    CLAUSE(1103, "1.1 c name L4_SignedWord8_t ... L4_SignedWord64_t",
           "signed words have their widths",
           sizeof(L4_SignedWord8_t) == 1 && sizeof(L4_SignedWord64_t) == 8 &&
               (L4_SignedWord16_t)-1 < 0 && (L4_SignedWord32_t)-1 < 0);
    CLAUSE(1104, "1.1 c name L4_Bool_t", "L4_Bool_t is a word",
           sizeof(L4_Bool_t) == sizeof(L4_Word_t));
    CLAUSE(1105, "1.1 c name L4_Size_t; 1.1 c name L4_Paddr_t",
           "sizes are as wide as a word, physical addresses 64 bits",
           sizeof(L4_Size_t) == sizeof(L4_Word_t) && sizeof(L4_Paddr_t) == 8);
    CLAUSE(1106, "4.7", "__L4_Msb and __L4_Lsb find the highest and lowest bit",
           __L4_Msb(0x90) == 7 && __L4_Lsb(0x90) == 4 && __L4_Msb(1) == 0 &&
               __L4_Msb(~0ul) == L4_BITS_PER_WORD - 1);
    L4_Word_t w = 6;
    __L4_Inc_Atomic(&w);
    CLAUSE_IS(1107, "4.14", "__L4_Inc_Atomic adds one", w, 7);
}

static L4_Clock_t at(L4_Word64_t us)
{
    return (L4_Clock_t){ .raw = us };
}

static void test_clock(void)
{
    L4_Clock_t c = at(0x100000002ull), d = L4_ClockAddUsec(c, 0xffffffff);

    CLAUSE(1108, "1.2", "a clock's low and high half",
           c.X.low == 2 && c.X.high == 1);
    CLAUSE(1109, "4.1", "L4_ClockAddUsec carries into the high half",
           d.raw == 0x200000001ull);
    CLAUSE(1110, "4.1", "L4_ClockSubUsec takes it back",
           L4_ClockSubUsec(d, 0xffffffff).raw == c.raw);
    CLAUSE(1111, "4.1", "L4_IsClockEarlier and L4_IsClockLater look at 64 bits",
           L4_IsClockEarlier(at(0xffffffff), c) &&
               !L4_IsClockEarlier(c, at(0xffffffff)) &&
               L4_IsClockLater(c, at(0xffffffff)) && !L4_IsClockLater(c, c));
    CLAUSE(1112, "4.1", "L4_IsClockEqual and L4_IsClockNotEqual",
           L4_IsClockEqual(c, c) && !L4_IsClockEqual(c, d) &&
               L4_IsClockNotEqual(c, d) && !L4_IsClockNotEqual(c, c));
}

static void test_ids(void)
{
    L4_ThreadId_t t = L4_GlobalId(100, 1), u = { .raw = 0x12340 };

    CLAUSE_IS(1113, "1.3; 4.1", "L4_GlobalId (100, 1), raw", t.raw,
              (L4_Word_t)100 << (L4_BITS_PER_WORD - NUMBER_BITS) | 1);
    CLAUSE(1114, "1.3; 4.1", "L4_ThreadNo and L4_Version take it apart",
           L4_ThreadNo(t) == 100 && L4_Version(t) == 1);
    CLAUSE(1115, "1.3 bits 32-bit 0..13; 1.3 bits 32-bit 14..31",
           "the members of a global id",
           t.global.X.thread_no == 100 && t.global.X.version == 1);
    CLAUSE(1116, "1.3 bits 0..5; 1.3 bits 6..N-1", "the members of a local id",
           u.local.X.local_id == 0x12340 >> 6 && u.local.X.__zeros == 0);
    CLAUSE_IS(1117, "1.3 name L4_nilthread", "nilthread is all zeroes",
              L4_nilthread.raw, 0);
    CLAUSE_IS(1118, "1.3 name L4_anythread", "anythread is all ones",
              L4_anythread.raw, ~0ul);
    CLAUSE_IS(1119, "1.3 name L4_anylocalthread",
              "anylocalthread is all ones but for the low 6 bits",
              L4_anylocalthread.raw, ~0x3ful);
    CLAUSE(1120, "1.3; 4.1", "global ids are told from local ids by 6 low bits",
           L4_IsGlobalId(t) && !L4_IsLocalId(t) && L4_IsLocalId(u) &&
               !L4_IsGlobalId(u));
    CLAUSE(1121, "1.3; 4.1",
           "by that test nilthread and anylocalthread are local",
           L4_IsLocalId(L4_nilthread) && L4_IsLocalId(L4_anylocalthread));
    CLAUSE(1122, "1.3; 4.1", "by that test anythread is global",
           L4_IsGlobalId(L4_anythread));
    CLAUSE(1123, "4.1", "L4_IsNilThread",
           L4_IsNilThread(L4_nilthread) && !L4_IsNilThread(t) &&
               !L4_IsNilThread(L4_anythread));
    CLAUSE(1124, "4.1", "L4_IsThreadEqual and L4_IsThreadNotEqual",
           L4_IsThreadEqual(t, t) && !L4_IsThreadEqual(t, u) &&
               L4_IsThreadNotEqual(t, u) && !L4_IsThreadNotEqual(u, u));
    t = L4_GlobalId(((L4_Word_t)1 << (NUMBER_BITS - 1)) * 2 - 1, 63);
    CLAUSE(1125, "1.3; 4.1", "the highest thread number",
           L4_ThreadNo(t) == ((L4_Word_t)1 << (NUMBER_BITS - 1)) * 2 - 1 &&
               L4_Version(t) == 63);
}

static void test_fpage(void)
{
    L4_Fpage_t f = L4_FpageLog2(0x400000, 22), g;

    CLAUSE_IS(1126, "1.4; 4.1", "an fpage of 4 MiB, raw, with r and w",
              L4_FpageAddRights(f, L4_ReadWriteOnly).raw, 0x400166);
    CLAUSE(1127, "1.4 bits 4..9; 1.4 bits 10..N-1", "the members of an fpage",
           f.X.s == 22 && f.X.b == 0x400000 >> 10 && f.X.rwx == 0 &&
               f.X.extended == 0);
    CLAUSE_IS(1128, "4.1", "L4_Fpage rounds the size up to a power of two",
              L4_Fpage(0x1000, 4097).raw, 0x10d0);
    CLAUSE_IS(1129, "4.1", "L4_Fpage of a power of two", L4_Fpage(0, 4096).raw,
              0xc0);
    CLAUSE_IS(1130, "4.1", "L4_Address is the base rounded down to the size",
              L4_Address(L4_Fpage(0x1000, 4097)), 0);
    CLAUSE_IS(1131, "4.1; 5.1 # H5",
              "low bits of the address leak into nothing (L4_FpageLog2)",
              L4_FpageLog2(0x4003ff, 12).raw, 0x4000c0);
    CLAUSE_IS(1132, "4.1; 5.1 # H5",
              "low bits of the address leak into nothing (L4_Fpage)",
              L4_Fpage(0x4003ff, 4096).raw, 0x4000c0);
    CLAUSE(1133, "4.1", "L4_Size and L4_SizeLog2",
           L4_Size(f) == 0x400000 && L4_SizeLog2(f) == 22);
    CLAUSE(1134, "4.1",
           "the size of the nil page is 0, of the complete space 2",
           L4_Size(L4_Nilpage) == 0 && L4_Size(L4_CompleteAddressSpace) == 2);
    CLAUSE(1135, "1.4 name L4_Nilpage; 4.1", "the nil page is raw 0",
           L4_Nilpage.raw == 0 && L4_IsNilFpage(L4_Nilpage) &&
               !L4_IsNilFpage(f));
    CLAUSE_IS(1136, "1.4 name L4_CompleteAddressSpace",
              "the complete address space is raw 0x10",
              L4_CompleteAddressSpace.raw, 0x10);
    g = f;
    CLAUSE(1137, "4.1", "L4_Set_Rights replaces the rights",
           L4_Set_Rights(&g, L4_Readable).raw == (f.raw | 4) &&
               L4_Set_Rights(&g, L4_Writable).raw == (f.raw | 2) &&
               L4_Rights(g) == L4_Writable);
    CLAUSE(1138, "4.1", "L4_FpageAddRights gives a copy",
           L4_FpageAddRights(g, L4_Readable).raw == (f.raw | 6) &&
               L4_Rights(g) == L4_Writable);
    CLAUSE(1139, "4.1", "L4_FpageAddRightsTo changes its argument",
           L4_FpageAddRightsTo(&g, L4_eXecutable).raw == (f.raw | 3) &&
               L4_Rights(g) == 3);
    CLAUSE(1140, "4.1", "L4_FpageRemoveRights gives a copy",
           L4_FpageRemoveRights(g, L4_Writable).raw == (f.raw | 1) &&
               L4_Rights(g) == 3);
    CLAUSE(1141, "4.1", "L4_FpageRemoveRightsFrom changes its argument",
           L4_FpageRemoveRightsFrom(&g, L4_Writable).raw == (f.raw | 1) &&
               L4_Rights(g) == 1);
    CLAUSE(1142, "1.4", "the constants of rights",
           L4_NoAccess == 0 && L4_eXecutable == 1 && L4_Writable == 2 &&
               L4_Readable == 4 && L4_ReadeXecOnly == 5 &&
               L4_ReadWriteOnly == 6 && L4_FullyAccessible == 7);
    CLAUSE_IS(1143, "4.1", "the highest page of the address space",
              L4_Address(L4_FpageLog2(~0ul, 12)), ~0xffful);
}

static void test_time(void)
{
    volatile L4_Word64_t us = 1000;
    L4_Time_t t = { .raw = 0x1271 };

    CLAUSE(1144, "1.6 special L4_Never; 1.6 special L4_ZeroTime",
           "never is raw 0, zero is raw 0x400",
           L4_Never.raw == 0 && L4_ZeroTime.raw == 0x400);
    CLAUSE(1145,
           "1.6 form period (relative), m mantissa; 1.6 form period "
           "(relative), e exponent",
           "the members of a period",
           t.period.m == 625 && t.period.e == 4 && t.period.a == 0);
    t.raw = 0x8000 | 3 << 11 | 1 << 10 | 77;
    CLAUSE(1146,
           "1.6 form point (absolute), m mantissa; 1.6 form point "
           "(absolute), c carry; 1.6 form point (absolute), e exponent",
           "the members of a time point",
           t.point.m == 77 && t.point.c == 1 && t.point.e == 3 &&
               t.point.a == 1);
    CLAUSE_IS(1147, "4.1", "L4_TimePeriod (1000)", L4_TimePeriod(us).raw,
              0x3e8);
    us = 1000000;
    CLAUSE_IS(1148, "4.1", "L4_TimePeriod (1000000)", L4_TimePeriod(us).raw,
              0x2bd0);
    CLAUSE_IS(1149, "4.1", "a constant gives what a variable does",
              L4_TimePeriod(1000000).raw, L4_TimePeriod(us).raw);
    us = 0;
    CLAUSE(1150, "5.3 # A1; 5.1 # H4", "L4_TimePeriod (0) is zero, not never",
           L4_TimePeriod(us).raw == L4_ZeroTime.raw &&
               L4_TimePeriod(0).raw == L4_ZeroTime.raw);
    us = 1025;
    t = L4_TimePeriod(us);
    CLAUSE(1151, "4.1", "a period is never above what was asked",
           (L4_Word_t)t.period.m << t.period.e == 1024);
    us = 0x100000000ull;
    t = L4_TimePeriod(us);
    CLAUSE(1152, "4.1; 5.1 # H4", "more than 32 bits of microseconds",
           (L4_Word64_t)t.period.m << t.period.e == us);
    us = (L4_Word64_t)1023 << 31;
    CLAUSE_IS(1153, "4.1; 1.6", "the longest period", L4_TimePeriod(us).raw,
              31 << 10 | 1023);
    us = ~(L4_Word64_t)0;
    CLAUSE_IS(1154, "4.1", "what no period can say is never",
              L4_TimePeriod(us).raw, 0);
}

static void test_constants(void)
{
    CLAUSE(1155, "2.9; 4.5", "the results of Schedule",
           L4_SCHEDRESULT_ERROR == 0 && L4_SCHEDRESULT_DEAD == 1 &&
               L4_SCHEDRESULT_INACTIVE == 2 && L4_SCHEDRESULT_RUNNING == 3 &&
               L4_SCHEDRESULT_PENDING_SEND == 4 &&
               L4_SCHEDRESULT_SENDING == 5 && L4_SCHEDRESULT_WAITING == 6 &&
               L4_SCHEDRESULT_RECEIVING == 7);
    CLAUSE(1156, "1.18; 4.2", "the types of memory",
           L4_UndefinedMemoryType == 0 && L4_ConventionalMemoryType == 1 &&
               L4_ReservedMemoryType == 2 && L4_DedicatedMemoryType == 3 &&
               L4_SharedMemoryType == 4 &&
               L4_BootLoaderSpecificMemoryType == 0xe &&
               L4_ArchitectureSpecificMemoryType == 0xf);
    CLAUSE(1157, "1.17; 4.2", "the kernel ids",
           L4_KID_L4_486 == 1 && L4_KID_FIASCO == 0x301 &&
               L4_KID_L4KA_PISTACHIO == 0x402 &&
               L4_KID_NICTA_PISTACHIO == 0x501);
    CLAUSE(1158, "4.2", "the API versions and flags",
           L4_APIVERSION_X2 == 0x84 && L4_APIVERSION_N1 == 0x86 &&
               L4_APIFLAG_LE == 0 && L4_APIFLAG_BE == 1 &&
               L4_APIFLAG_32BIT == 0 && L4_APIFLAG_64BIT == 1);
}

/* A descriptor made here. */
static void test_memory_descriptor(void)
{
    L4_MemoryDesc_t m = { .raw = { 0x00100000 | 0x200 | 0x3e, 0x001ffc00 } };

    CLAUSE_IS(1159, "1.18 word 0, 10..N-1; 4.2", "its first byte",
              L4_MemoryDescLow(&m), 0x100000);
    CLAUSE_IS(1160, "1.18 word 1, 10..N-1; 4.2", "its last byte",
              L4_MemoryDescHigh(&m), 0x1fffff);
    CLAUSE(1161, "1.18 word 0, 9; 4.2", "its addresses are virtual",
           L4_IsMemoryDescVirtual(&m) != 0);
    CLAUSE_IS(1162, "1.18 word 0, 0..3; 1.18 word 0, 4..7; 1.18 type 0xE",
              "the subtype belongs to type 0xE", L4_MemoryDescType(&m), 0x3e);
    m.raw[0] = 0x00100000 | 0x31;
    CLAUSE(1163, "1.18 word 0, 4..7; 4.2", "conventional memory has no subtype",
           L4_MemoryDescType(&m) == 1 && !L4_IsMemoryDescVirtual(&m));
}

int main(void)
{
    test_basic();
    test_clock();
    test_ids();
    test_fpage();
    test_time();
    test_constants();
    test_memory_descriptor();
    return CLAUSES_END();
}
