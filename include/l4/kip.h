/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_KIP_H__
#define __L4_KIP_H__
/*
 * The kernel interface page and what is read from it
 * (docs/x2.md 1.17, 1.18 and 4.2).
 */
#include <l4/types.h>
#include __L4_INC_ARCH(syscalls.h)

#define L4_MAGIC 0x4BE6344CUL

#define L4_APIVERSION_2     0x02
#define L4_APIVERSION_4     0x04
#define L4_APIVERSION_X0    0x83
#define L4_APIVERSION_X1    0x83
#define L4_APIVERSION_X2    0x84
#define L4_APIVERSION_L4SEC 0x85
#define L4_APIVERSION_N1    0x86
#define L4_APIVERSION_OKL   0xA0
#define L4_APISUBVERSION_X0 0x80
#define L4_APISUBVERSION_X1 0x81
#define L4_APIFLAG_LE       0
#define L4_APIFLAG_BE       1
#define L4_APIFLAG_32BIT    0
#define L4_APIFLAG_64BIT    1

#define L4_KID_L4_486          ((0 << 8) + 1)
#define L4_KID_L4_PENTIUM      ((0 << 8) + 2)
#define L4_KID_L4_X86          ((0 << 8) + 3)
#define L4_KID_L4_MIPS         ((1 << 8) + 1)
#define L4_KID_L4_ALPHA        ((2 << 8) + 1)
#define L4_KID_FIASCO          ((3 << 8) + 1)
#define L4_KID_L4KA_HAZELNUT   ((4 << 8) + 1)
#define L4_KID_L4KA_PISTACHIO  ((4 << 8) + 2)
#define L4_KID_L4KA_STRAWBERRY ((4 << 8) + 3)
#define L4_KID_NICTA_PISTACHIO ((5 << 8) + 1)

/* Four characters, in memory order. */
#define __L4_SUPPLIER(a, b, c, d) \
    ((L4_Word_t)(a) | (L4_Word_t)(b) << 8 | (L4_Word_t)(c) << 16 | \
     (L4_Word_t)(d) << 24)
#define L4_SUPL_GMD   __L4_SUPPLIER('G', 'M', 'D', ' ')
#define L4_SUPL_IBM   __L4_SUPPLIER('I', 'B', 'M', ' ')
#define L4_SUPL_UNSW  __L4_SUPPLIER('U', 'N', 'S', 'W')
#define L4_SUPL_UKA   __L4_SUPPLIER('U', 'K', 'a', ' ')
#define L4_SUPL_NICTA __L4_SUPPLIER('N', 'I', 'C', 'T')

#define L4_UndefinedMemoryType            0x0UL
#define L4_ConventionalMemoryType         0x1UL
#define L4_ReservedMemoryType             0x2UL
#define L4_DedicatedMemoryType            0x3UL
#define L4_SharedMemoryType               0x4UL
#define L4_BootLoaderSpecificMemoryType   0xEUL
#define L4_ArchitectureSpecificMemoryType 0xFUL

/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

/* The upper half of a 64-bit word, where it has one and nothing is in it. */
#ifdef L4_64BIT
#define __L4_UPPER_ZEROS L4_Word_t __upper_zeros : 32;
#else
#define __L4_UPPER_ZEROS
#endif

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD3(L4_Word_t, __zeros : 16, subversion : 8, version : 8);
        __L4_UPPER_ZEROS
    } x;
} L4_ApiVersion_t;

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD3(L4_Word_t, ee : 2, ww : 2, __zeros : __L4_BITS(28, 60));
    } x;
} L4_ApiFlags_t;

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD3(L4_Word_t, __zeros : 16, subid : 8, id : 8);
        __L4_UPPER_ZEROS
    } x;
} L4_KernelId_t;

/* An anonymous struct, so that both MemoryInfo.n and its raw word exist. */
typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD2(L4_Word_t, n : L4_BITS_PER_WORD / 2,
                     MemDescPtr : L4_BITS_PER_WORD / 2);
    };
} L4_MemoryInfo_t;

typedef struct {
    L4_Word_t low, high;
} __L4_MemRange_t;

typedef struct {
    L4_Word_t magic;
    L4_ApiVersion_t ApiVersion;
    L4_ApiFlags_t ApiFlags;
    L4_Word_t KernelVerPtr;
    L4_Word_t __reserved1[17]; /* boot: kernel debugger and servers */
    L4_MemoryInfo_t MemoryInfo;
    L4_Word_t __reserved2[2];
    __L4_MemRange_t MainMem;
    __L4_MemRange_t ReservedMem[2];
    __L4_MemRange_t DedicatedMem[5];
    L4_Word_t __reserved3[2];
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD4(L4_Word_t, m : 10, a : 6, s : 6,
                         __reserved : __L4_BITS(10, 42));
        } X;
    } UtcbAreaInfo;
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD2(L4_Word_t, s : 6, __reserved : __L4_BITS(26, 58));
        } X;
    } KipAreaInfo;
    L4_Word_t __reserved4[2];
    L4_Word_t BootInfo;
    L4_Word_t ProcDescPtr;
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD2(L4_Word_t, ReadPrecision : 16, SchedulePrecision : 16);
            __L4_UPPER_ZEROS
        } X;
    } ClockInfo;
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD3(L4_Word_t, t : 8, SystemBase : 12, UserBase : 12);
            __L4_UPPER_ZEROS
        } X;
    } ThreadInfo;
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD3(L4_Word_t, rwx : 3, __reserved : 7,
                         page_size_mask : __L4_BITS(22, 54));
        } X;
    } PageInfo;
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD3(L4_Word_t, processors : 16,
                         __reserved : __L4_BITS(12, 44), s : 4);
        } X;
    } ProcessorInfo;
    L4_Word_t SpaceControl;
    L4_Word_t ThreadControl;
    L4_Word_t ProcessorControl;
    L4_Word_t MemoryControl;
    L4_Word_t Ipc;
    L4_Word_t Lipc;
    L4_Word_t Unmap;
    L4_Word_t ExchangeRegisters;
    L4_Word_t SystemClock;
    L4_Word_t ThreadSwitch;
    L4_Word_t Schedule;
    L4_Word_t __reserved5[5];
    L4_Word_t ArchSyscall0;
    L4_Word_t ArchSyscall1;
    L4_Word_t ArchSyscall2;
    L4_Word_t ArchSyscall3;
} L4_KernelInterfacePage_t;

typedef union {
    L4_Word_t raw[4];
    struct {
        L4_Word_t ExternalFreq;
        L4_Word_t InternalFreq;
        L4_Word_t __reserved[2];
    } X;
} L4_ProcDesc_t;

typedef struct {
    L4_KernelId_t KernelId;
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD4(L4_Word_t, day : 5, month : 4, year : 7,
                         __reserved : __L4_BITS(16, 48));
        } X;
    } KernelGenDate;
    union {
        L4_Word_t raw;
        struct {
            L4_BITFIELD3(L4_Word_t, subsubver : 16, subver : 8, ver : 8);
            __L4_UPPER_ZEROS
        } X;
    } KernelVer;
    L4_Word_t Supplier;
    char VersionString[];
} L4_KernelDesc_t;

typedef union {
    L4_Word_t raw[2];
    struct {
        L4_BITFIELD5(L4_Word_t, type : 4, t : 4, __zero : 1, v : 1,
                     low : __L4_BITS(22, 54));
        L4_BITFIELD2(L4_Word_t, __zeros : 10, high : __L4_BITS(22, 54));
    } x;
} L4_MemoryDesc_t;

#undef __L4_UPPER_ZEROS
#pragma GCC diagnostic pop
/* clang-format on */

/* ---- What the system says of itself ---------------------------------- */

/* Where the kernel interface page is in this space. (x2.md 4.2) */
L4_INLINE void *L4_GetKernelInterface(void)
{
    L4_Word_t version, flags, id;

    return L4_KernelInterface(&version, &flags, &id);
}
/* The page's word ApiVersion. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ApiVersion(void)
{
    L4_Word_t version, flags, id;

    L4_KernelInterface(&version, &flags, &id);
    return version;
}
/* The page's word ApiFlags. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ApiFlags(void)
{
    L4_Word_t version, flags, id;

    L4_KernelInterface(&version, &flags, &id);
    return flags;
}
/* The kernel's id, as L4_KID_... shifted. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_KernelId(void)
{
    L4_Word_t version, flags, id;

    L4_KernelInterface(&version, &flags, &id);
    return id;
}

/* Page and description as types; `kip` is what L4_KernelInterface returned. */
L4_INLINE const L4_KernelInterfacePage_t *__L4_Kip(const void *kip)
{
    return (const L4_KernelInterfacePage_t *)kip;
}
L4_INLINE const L4_KernelDesc_t *__L4_KernelDesc(const void *kip)
{
    return (const L4_KernelDesc_t *)((L4_Word_t)kip +
                                     __L4_Kip(kip)->KernelVerPtr);
}

/* The day the kernel was made; the year in full. (x2.md 4.2) */
L4_INLINE void L4_KernelGenDate(void *kip, L4_Word_t *year, L4_Word_t *month,
                                L4_Word_t *day)
{
    const L4_KernelDesc_t *d = __L4_KernelDesc(kip);

    *year = d->KernelGenDate.X.year + 2000UL;
    *month = d->KernelGenDate.X.month;
    *day = d->KernelGenDate.X.day;
}
/* The kernel's version word. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_KernelVersion(void *kip)
{
    return __L4_KernelDesc(kip)->KernelVer.raw;
}
/* Who made it, as L4_SUPL_... (x2.md 4.2) */
L4_INLINE L4_Word_t L4_KernelSupplier(void *kip)
{
    return __L4_KernelDesc(kip)->Supplier;
}
/* The kernel's version as text. (x2.md 4.2) */
L4_INLINE char *L4_KernelVersionString(void *kip)
{
    return (char *)(L4_Word_t)__L4_KernelDesc(kip)->VersionString;
}
/* The num-th feature, or null after the last (x2.md 4.2). */
L4_INLINE char *L4_Feature(void *kip, L4_Word_t num)
{
    char *s = L4_KernelVersionString(kip);

    do {
        while (*s != 0)
            s++;
        s++;
        if (*s == 0)
            return (char *)0;
    } while (num-- > 0);
    return s;
}

/* How many processors there are. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_NumProcessors(void *kip)
{
    return __L4_Kip(kip)->ProcessorInfo.X.processors + 1UL;
}
/* How many memory descriptors there are. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_NumMemoryDescriptors(void *kip)
{
    return __L4_Kip(kip)->MemoryInfo.n;
}
/* Bit n is set when there are pages of 2^n bytes. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_PageSizeMask(void *kip)
{
    return __L4_Kip(kip)->PageInfo.raw & ~0x3FFUL;
}
/* The rights that the processor tells apart. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_PageRights(void *kip)
{
    return __L4_Kip(kip)->PageInfo.X.rwx;
}
/* How many bits of a thread number count. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ThreadIdBits(void *kip)
{
    return __L4_Kip(kip)->ThreadInfo.X.t;
}
/* The first thread number after the interrupts. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ThreadIdSystemBase(void *kip)
{
    return __L4_Kip(kip)->ThreadInfo.X.SystemBase;
}
/* The first thread number of users: sigma0's. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ThreadIdUserBase(void *kip)
{
    return __L4_Kip(kip)->ThreadInfo.X.UserBase;
}
/* The smallest step of SystemClock, as a raw Time. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ReadPrecision(void *kip)
{
    return __L4_Kip(kip)->ClockInfo.X.ReadPrecision;
}
/* The bound on the jitter of timeouts, as a raw Time. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_SchedulePrecision(void *kip)
{
    return __L4_Kip(kip)->ClockInfo.X.SchedulePrecision;
}
/* The smallest UTCB area is 2^this bytes. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_UtcbAreaSizeLog2(void *kip)
{
    return __L4_Kip(kip)->UtcbAreaInfo.X.s;
}
/* The smallest UTCB area in bytes. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_UtcbAreaSize(void *kip)
{
    return 1UL << L4_UtcbAreaSizeLog2(kip);
}
/* UTCBs are at multiples of 2^this. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_UtcbAlignmentLog2(void *kip)
{
    return __L4_Kip(kip)->UtcbAreaInfo.X.a;
}
/* The bytes of a UTCB. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_UtcbSize(void *kip)
{
    return (L4_Word_t)__L4_Kip(kip)->UtcbAreaInfo.X.m
           << L4_UtcbAlignmentLog2(kip);
}
/* The page takes 2^this bytes. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_KipAreaSizeLog2(void *kip)
{
    return __L4_Kip(kip)->KipAreaInfo.X.s;
}
/* The bytes that the page takes. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_KipAreaSize(void *kip)
{
    return 1UL << L4_KipAreaSizeLog2(kip);
}
/* The boot loader's word: where boot info is in memory. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_BootInfo(void *kip)
{
    return __L4_Kip(kip)->BootInfo;
}

/* ---- Memory descriptors ---------------------------------------------- */

/* The num-th memory descriptor, or null. (x2.md 4.2) */
L4_INLINE L4_MemoryDesc_t *L4_MemoryDesc(void *kip, L4_Word_t num)
{
    if (num >= L4_NumMemoryDescriptors(kip))
        return (L4_MemoryDesc_t *)0;
    return (L4_MemoryDesc_t *)((L4_Word_t)kip +
                               __L4_Kip(kip)->MemoryInfo.MemDescPtr) +
           num;
}
/* Does it tell of virtual addresses? (x2.md 4.2) */
L4_INLINE L4_Bool_t L4_IsMemoryDescVirtual(L4_MemoryDesc_t *m)
{
    return m->x.v;
}
/* Its type; with the subtype for types 0xE and 0xF. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_MemoryDescType(L4_MemoryDesc_t *m)
{
    return m->x.type >= 0xE ? m->raw[0] & 0xFF : m->raw[0] & 0xF;
}
/* The first byte it tells of. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_MemoryDescLow(L4_MemoryDesc_t *m)
{
    return m->raw[0] & ~0x3FFUL;
}
/* The last byte it tells of. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_MemoryDescHigh(L4_MemoryDesc_t *m)
{
    return m->raw[1] | 0x3FFUL;
}

/* ---- Processor descriptors ------------------------------------------- */

/* The descriptor of a processor, or null. (x2.md 4.2) */
L4_INLINE L4_ProcDesc_t *L4_ProcDesc(void *kip, L4_Word_t cpu)
{
    if (cpu >= L4_NumProcessors(kip))
        return (L4_ProcDesc_t *)0;
    return (L4_ProcDesc_t *)((L4_Word_t)kip + __L4_Kip(kip)->ProcDescPtr +
                             (cpu << __L4_Kip(kip)->ProcessorInfo.X.s));
}
/* The frequency of its bus in kHz. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ProcDescExternalFreq(L4_ProcDesc_t *p)
{
    return p->X.ExternalFreq;
}
/* Its own frequency in kHz. (x2.md 4.2) */
L4_INLINE L4_Word_t L4_ProcDescInternalFreq(L4_ProcDesc_t *p)
{
    return p->X.InternalFreq;
}

#ifdef __cplusplus
L4_INLINE void *L4_KernelInterface(void)
{
    return L4_GetKernelInterface();
}
L4_INLINE L4_Bool_t L4_HasFeature(const char *feature)
{
    void *kip = L4_GetKernelInterface();
    const char *s;

    for (L4_Word_t n = 0; (s = L4_Feature(kip, n)) != 0; n++) {
        L4_Word_t i = 0;

        while (s[i] != 0 && s[i] == feature[i])
            i++;
        if (s[i] == feature[i])
            return 1;
    }
    return 0;
}
L4_INLINE L4_Bool_t L4_IsVirtual(L4_MemoryDesc_t *m)
{
    return L4_IsMemoryDescVirtual(m);
}
L4_INLINE L4_Word_t L4_Type(L4_MemoryDesc_t *m)
{
    return L4_MemoryDescType(m);
}
L4_INLINE L4_Word_t L4_Low(L4_MemoryDesc_t *m)
{
    return L4_MemoryDescLow(m);
}
L4_INLINE L4_Word_t L4_High(L4_MemoryDesc_t *m)
{
    return L4_MemoryDescHigh(m);
}
L4_INLINE L4_Word_t L4_ExternalFreq(L4_ProcDesc_t *p)
{
    return L4_ProcDescExternalFreq(p);
}
L4_INLINE L4_Word_t L4_InternalFreq(L4_ProcDesc_t *p)
{
    return L4_ProcDescInternalFreq(p);
}
#endif

#endif
