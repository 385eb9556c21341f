/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel interface page and its memory descriptors, KernelInterface.
 * clauses: 1700
 */
#include "clause.h"
#include "support.h"

static L4_KernelInterfacePage_t *kip;
static const L4_Word_t *words;

static bool equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static void test_call(void)
{
    L4_Word_t version = 0, flags = 9, id = 0, before[64], after[64];
    bool kept = true;

    for (L4_Word_t i = 0; i < 64; i++)
        before[i] = 7 * i + 1;
    L4_LoadMRs(0, 64, before);
    CLAUSE_IS(1700, "2.2", "KernelInterface gives the address of the KIP",
              (L4_Word_t)L4_KernelInterface(&version, &flags, &id),
              (L4_Word_t)words);
    L4_StoreMRs(0, 64, after);
    for (int i = 0; i < 64; i++)
        kept &= before[i] == after[i];
    CLAUSE(1701, "2.2", "KernelInterface keeps all message registers", kept);
    CLAUSE_IS(1702, "2.2; 1.17 word 1", "its version word is KIP word 1",
              version, words[1]);
    CLAUSE_IS(1703, "2.2; 1.17 word 2", "its flags are KIP word 2", flags,
              words[2]);
    CLAUSE_IS(1704, "2.2; 1.17 word 3",
              "its kernel id is the first word of the kernel description", id,
              *(const L4_Word_t *)((const char *)words + words[3]));
    CLAUSE(1705, "2.2", "null pointers for its results are tolerated",
           L4_KernelInterface(NULL, NULL, NULL) == kip);
    CLAUSE(1706, "4.2", "L4_GetKernelInterface is the same address",
           L4_GetKernelInterface() == (void *)kip);
    CLAUSE(1707, "4.2",
           "L4_ApiVersion, L4_ApiFlags and L4_KernelId are its three words",
           L4_ApiVersion() == version && L4_ApiFlags() == flags &&
               L4_KernelId() == id);
}

static void test_header(void)
{
    L4_ApiVersion_t version = { .raw = words[1] };
    const char *magic = (const char *)words;

    CLAUSE(1708, "1.17 word 0", "the KIP begins with the bytes L 4 0xE6 K",
           magic[0] == 'L' && magic[1] == '4' && (magic[2] & 0xff) == 0xe6 &&
               magic[3] == 'K');
    CLAUSE_IS(1709, "1.17 word 0", "L4_MAGIC is those bytes as a word",
              words[0] & 0xffffffff, (L4_Word_t)L4_MAGIC & 0xffffffff);
    CLAUSE_IS(1710, "1.17", "the KIP is aligned to its own size",
              (L4_Word_t)words & (L4_KipAreaSize(kip) - 1), 0);
    CLAUSE_IS(1711, "1.17 field ApiVersion, 24..31", "the API version is X.2",
              version.x.version, 0x84);
    CLAUSE(1712, "1.17 field ApiVersion, 16..23",
           "the document's revision is told", version.x.subversion >= 5);
    CLAUSE_IS(1713, "1.17 field ApiVersion, 0..15",
              "the rest of the version word is 0", words[1] & 0xffff, 0);
    CLAUSE_IS(1714, "1.17 field ApiFlags, 0..1",
              "the byte order is little-endian", words[2] & 3, 0);
    CLAUSE_IS(1715, "1.17 field ApiFlags, 2..3", "the word size is told",
              words[2] >> 2, sizeof(L4_Word_t) == 8);
}

static bool announced(const char *feature)
{
    char *name;

    for (L4_Word_t n = 0; (name = L4_Feature(kip, n)) != NULL; n++)
        if (equal(name, feature))
            return true;
    return false;
}

static void test_description(void)
{
    L4_KernelDesc_t *d = (L4_KernelDesc_t *)((char *)kip + words[3]);
    L4_Word_t year = 0, month = 0, day = 0, n = 0;
    char *text = L4_KernelVersionString(kip);
    bool registered;

    CLAUSE(1716, "1.17 word 3", "the kernel description is in the KIP",
           words[3] > 0 && words[3] < L4_KipAreaSize(kip));
    L4_KernelGenDate(kip, &year, &month, &day);
    CLAUSE(1717, "1.17 word 1; 4.2", "the build date is a date",
           year >= 2000 && year < 2128 && month >= 1 && month <= 12 &&
               day >= 1 && day <= 31);
    CLAUSE_IS(1718, "1.17 word 2; 4.2", "the version word is the raw one",
              L4_KernelVersion(kip), d->KernelVer.raw);
    CLAUSE(1719, "1.17 word 3; 4.2",
           "the supplier is four printable characters",
           ((L4_KernelSupplier(kip) >> 0) & 0xff) > ' ' &&
               ((L4_KernelSupplier(kip) >> 24) & 0xff) >= ' ');
    CLAUSE(1720, "1.17 word 4...; 4.2", "there is a version text",
           text[0] != 0);
    while (L4_Feature(kip, n) != NULL && n < 64)
        n++;
    CLAUSE(1721, "1.17; 4.2", "the list of features ends",
           n < 64 && L4_Feature(kip, n) == NULL);
    registered = false;
    for (L4_Word_t i = 0; i < n; i++)
        registered |= equal(L4_Feature(kip, i), "");
    CLAUSE(1722, "1.17", "no feature is an empty text", !registered);
    CLAUSE(1723, "5.2; 1.17", "extensions that are omitted are not announced",
           !announced("ctrlxfer") && !announced("pagerexregs") &&
               !announced("hscheduling") && !announced("logging"));
}

static void test_areas(void)
{
    CLAUSE(1724, "1.17 field UtcbAreaInfo, 10..15; 1.3",
           "UTCBs are aligned to 64 bytes at least",
           L4_UtcbAlignmentLog2(kip) >= 6);
    CLAUSE(1725, "1.17 field UtcbAreaInfo, 0..9; 1.19",
           "a UTCB has room for 64 MRs, 33 BRs and the TCRs",
           L4_UtcbSize(kip) >= (64 + 33 + 12) * sizeof(L4_Word_t));
    CLAUSE_IS(1726, "1.17 field UtcbAreaInfo, 0..9; 4.2",
              "its size is a multiple of the alignment",
              L4_UtcbSize(kip) &
                  (((L4_Word_t)1 << L4_UtcbAlignmentLog2(kip)) - 1),
              0);
    CLAUSE(1727, "1.17 field UtcbAreaInfo, 16..21",
           "the smallest UTCB area holds a UTCB and is a page at least",
           L4_UtcbAreaSizeLog2(kip) >= 12 &&
               L4_UtcbAreaSize(kip) >= L4_UtcbSize(kip));
    CLAUSE_IS(1728, "4.2", "L4_UtcbAreaSize is the power of its exponent",
              L4_UtcbAreaSize(kip), (L4_Word_t)1 << L4_UtcbAreaSizeLog2(kip));
    CLAUSE(1729, "1.17 field KipAreaInfo, 0..5",
           "the KIP area is a page at least", L4_KipAreaSizeLog2(kip) >= 12);
    CLAUSE_IS(1730, "4.2", "L4_KipAreaSize is the power of its exponent",
              L4_KipAreaSize(kip), (L4_Word_t)1 << L4_KipAreaSizeLog2(kip));
}

static void test_fields(void)
{
    bool inside = true, unused = true;
    L4_Word_t read = L4_ReadPrecision(kip);
    L4_Word_t schedule = L4_SchedulePrecision(kip);

    CLAUSE(1731, "1.17 field ThreadInfo, 8..19", "there are interrupt numbers",
           L4_ThreadIdSystemBase(kip) > 0);
    CLAUSE(1732, "1.17 field ThreadInfo, 20..31",
           "user threads come after kernel threads",
           L4_ThreadIdUserBase(kip) >= L4_ThreadIdSystemBase(kip));
    CLAUSE(1733, "1.17 field ThreadInfo, 0..7",
           "thread numbers have enough bits for the initial servers, and no "
           "more than an id has",
           L4_ThreadIdBits(kip) <= (sizeof(L4_Word_t) == 8 ? 32 : 18) &&
               L4_ThreadIdUserBase(kip) + 3 < (L4_Word_t)1
                                                  << L4_ThreadIdBits(kip));
    CLAUSE(1734, "1.17 field PageInfo, 10..N-1", "there are pages of 4 KiB",
           (L4_PageSizeMask(kip) & 0x1000) != 0);
    CLAUSE_IS(1735, "1.17 field PageInfo, 10..N-1; 4.2",
              "the mask of page sizes has nothing below 1 KiB",
              L4_PageSizeMask(kip) & 0x3ff, 0);
    CLAUSE(1736, "1.17 field PageInfo, 0..2",
           "the hardware tells writing from reading at least",
           (L4_PageRights(kip) & L4_Writable) != 0);
    CLAUSE(1737, "1.17 field ProcessorInfo, 0..15", "there is a processor",
           L4_NumProcessors(kip) >= 1);
    CLAUSE(1738, "1.17 field ProcessorInfo, N-4..N-1; 4.2",
           "each processor has a descriptor, and the list ends",
           L4_ProcDesc(kip, 0) != NULL &&
               L4_ProcDesc(kip, L4_NumProcessors(kip)) == NULL);
    CLAUSE_IS(1739, "1.17 word 47", "descriptor 0 is at ProcDescPtr",
              (L4_Word_t)L4_ProcDesc(kip, 0), (L4_Word_t)words + words[47]);
    CLAUSE(1740, "1.17 field ClockInfo, 0..15; 1.6",
           "the clock's precision is a period above zero",
           (read & 0x8000) == 0 && (read & 0x3ff) != 0);
    CLAUSE(1741, "1.17 field ClockInfo, 16..31; 1.6",
           "the scheduler's precision is a period above zero",
           (schedule & 0x8000) == 0 && (schedule & 0x3ff) != 0);
    for (int i = 52; i <= 62; i++)
        inside &= words[i] != 0;
    CLAUSE(1742, "1.17 word 52; 1.17 word 62",
           "all eleven system calls have an entry", inside);
    for (int i = 63; i <= 67; i++)
        unused &= words[i] == 0;
    CLAUSE(1743, "1.17 word 63..67", "reserved words are 0", unused);
    CLAUSE_IS(1744, "4.2; 1.17 word 46", "L4_BootInfo is the raw word",
              L4_BootInfo(kip), words[46]);
}

/* The region is in no descriptor that comes later. */
static bool last_word(L4_Word_t address, L4_Word_t type)
{
    L4_Word_t found = L4_UndefinedMemoryType;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        if (!L4_IsMemoryDescVirtual(m) && L4_MemoryDescLow(m) <= address &&
            address <= L4_MemoryDescHigh(m))
            found = L4_MemoryDescType(m);
    }
    return found == type;
}

static void test_memory(void)
{
    bool ram = false, user = false, reserved = false, ordered = true;
    bool aligned = true, image = false;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        L4_Word_t type = L4_MemoryDescType(m);
        ordered &= L4_MemoryDescLow(m) <= L4_MemoryDescHigh(m);
        aligned &= (L4_MemoryDescLow(m) & 0x3ff) == 0 &&
                   (L4_MemoryDescHigh(m) & 0x3ff) == 0x3ff;
        if (L4_IsMemoryDescVirtual(m)) {
            user |= type == L4_ConventionalMemoryType &&
                    L4_MemoryDescLow(m) <= image_low &&
                    L4_MemoryDescHigh(m) >= image_high;
            continue;
        }
        ram |= type == L4_ConventionalMemoryType;
        reserved |= type == L4_ReservedMemoryType;
        image |= L4_MemoryDescLow(m) <= image_low;
    }
    CLAUSE(1745, "1.18 type 0x1", "there is conventional memory", ram);
    CLAUSE(1746, "1.18; 3.7",
           "a virtual descriptor says where user code may be, this program "
           "included",
           user);
    CLAUSE(1747, "1.18 type 0x2; 3.7", "the kernel's own memory is reserved",
           reserved);
    CLAUSE(1748, "1.18", "no region ends before it begins", ordered);
    CLAUSE(1749, "1.18", "regions begin and end at multiples of 1 KiB",
           aligned);
    CLAUSE(1750, "1.18; 3.7",
           "the last descriptor of this program's own page is not reserved "
           "memory",
           image && !last_word(image_low, L4_ReservedMemoryType));
    CLAUSE(1751, "1.17 word 21; 4.2", "after n descriptors there is none",
           L4_MemoryDesc(kip, L4_NumMemoryDescriptors(kip)) == NULL);
    CLAUSE_IS(1752, "1.17 field MemoryInfo, N/2..N-1",
              "the first descriptor is at MemDescPtr",
              (L4_Word_t)L4_MemoryDesc(kip, 0),
              (L4_Word_t)words + (words[21] >> (L4_BITS_PER_WORD / 2)));
}

int main(void)
{
    support_init();
    kip = L4_GetKernelInterface();
    words = (const L4_Word_t *)kip;
    test_call();
    test_header();
    test_description();
    test_areas();
    test_fields();
    test_memory();
    return CLAUSES_END();
}
