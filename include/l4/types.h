/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_TYPES_H__
#define __L4_TYPES_H__
/*
 * Basic types of the L4 X.2 API (docs/x2.md part 1 and 4.1).
 *
 * The processor is the one the compiler compiles for; everything that differs
 * with the word size goes through __L4_BITS(32-bit value, 64-bit value).
 * Names, unions and bit-fields are those of the X.2 convention.
 */
#if defined(__i386__)
#define L4_ARCH_IA32
#define __L4_ARCH__ ia32
#define L4_32BIT
#elif defined(__arm__)
#define L4_ARCH_ARM
#define __L4_ARCH__ arm
#define L4_32BIT
#elif defined(__riscv) && __riscv_xlen == 64
#define L4_ARCH_RISCV64
#define __L4_ARCH__ riscv64
#define L4_64BIT
#else
#error "no L4 binding for this processor"
#endif

#define L4_LITTLE_ENDIAN
#define __L4_INC_ARCH(file) <l4/__L4_ARCH__/file>

#ifndef L4_INLINE
#define L4_INLINE static inline __attribute__((__unused__))
#endif

/* Part of each system call: others may run meanwhile, and see and change all
 * that threads share. To GCC a function with assembly, whatever that clobbers,
 * leaves a static variable alone whose address nobody takes, if nobody whom it
 * calls names that variable: it would drop and move such accesses across a call
 * of that function. So each contains a call to somebody unknown, which is never
 * made and costs no instruction. */
#ifdef __cplusplus
extern "C"
#endif
    void
    __l4_anybody(void) __attribute__((__visibility__("hidden")));
L4_INLINE void __L4_AnybodyMayRun(void)
{
    __asm__ goto("" : : : "memory" : anybody);
    return;
anybody:
    __l4_anybody();
}

#ifdef L4_32BIT
#define L4_BITS_PER_WORD      32
#define __L4_BITS(on32, on64) on32
#else
#define L4_BITS_PER_WORD      64
#define __L4_BITS(on32, on64) on64
#endif

/* Bit-fields of a word are an extension that every compiler we know has, and so
 * is a 64-bit type in C++98. */
/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wlong-long"

/* Fields from the lowest bit upward, and initialisers in the same order. */
#define L4_BITFIELD2(t, a, b) t a; t b
#define L4_BITFIELD3(t, a, b, c) t a; t b; t c
#define L4_BITFIELD4(t, a, b, c, d) t a; t b; t c; t d
#define L4_BITFIELD5(t, a, b, c, d, e) t a; t b; t c; t d; t e
#define L4_BITFIELD6(t, a, b, c, d, e, f) t a; t b; t c; t d; t e; t f
#define L4_BITFIELD7(t, a, b, c, d, e, f, g) \
    t a; t b; t c; t d; t e; t f; t g
#define L4_BITFIELD8(t, a, b, c, d, e, f, g, h) \
    t a; t b; t c; t d; t e; t f; t g; t h
#define L4_BITFIELD9(t, a, b, c, d, e, f, g, h, i) \
    t a; t b; t c; t d; t e; t f; t g; t h; t i
#define L4_SHUFFLE2(a, b) a, b
#define L4_SHUFFLE3(a, b, c) a, b, c
#define L4_SHUFFLE4(a, b, c, d) a, b, c, d
#define L4_SHUFFLE5(a, b, c, d, e) a, b, c, d, e
#define L4_SHUFFLE6(a, b, c, d, e, f) a, b, c, d, e, f
#define L4_SHUFFLE7(a, b, c, d, e, f, g) a, b, c, d, e, f, g

/* ---- 1.1 basic types ------------------------------------------------- */

typedef unsigned long L4_Word_t;
typedef signed long L4_SignedWord_t;
#define L4_HAVE_SIGNED_WORD
typedef unsigned char L4_Word8_t;
typedef unsigned short L4_Word16_t;
typedef unsigned int L4_Word32_t;
typedef unsigned long long L4_Word64_t;
typedef signed char L4_SignedWord8_t;
typedef signed short L4_SignedWord16_t;
typedef signed int L4_SignedWord32_t;
typedef signed long long L4_SignedWord64_t;
typedef L4_Word_t L4_Bool_t;
typedef __L4_BITS(unsigned int, unsigned long) L4_Size_t;
typedef L4_Word64_t L4_Paddr_t;

/* ---- 1.2 clock, 1.3 thread ids --------------------------------------- */

typedef union {
    L4_Word64_t raw;
    struct {
        L4_Word32_t low, high;
    } X;
} L4_Clock_t;

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD2(L4_Word_t, version : __L4_BITS(14, 32),
                     thread_no : __L4_BITS(18, 32));
    } X;
} L4_GthreadId_t;

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD2(L4_Word_t, __zeros : 6, local_id : __L4_BITS(26, 58));
    } X;
} L4_LthreadId_t;

typedef union {
    L4_Word_t raw;
    L4_GthreadId_t global;
    L4_LthreadId_t local;
} L4_ThreadId_t;

/* ---- 1.4 fpage, 1.6 time, 1.7 message tag ---------------------------- */

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD4(L4_Word_t, rwx : 3, extended : 1, s : 6,
                     b : __L4_BITS(22, 54));
    } X;
} L4_Fpage_t;

typedef union {
    L4_Word16_t raw;
    struct {
        L4_BITFIELD3(L4_Word16_t, m : 10, e : 5, a : 1);
    } period;
    struct {
        L4_BITFIELD4(L4_Word16_t, m : 10, c : 1, e : 4, a : 1);
    } point;
} L4_Time_t;

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD4(L4_Word_t, u : 6, t : 6, flags : 4,
                     label : __L4_BITS(16, 48));
    } X;
} L4_MsgTag_t;

#pragma GCC diagnostic pop
/* clang-format on */

/* ---- Values as expressions ------------------------------------------- */

/* C++ has no compound literals; there a function makes the value. */
#ifdef __cplusplus
#define __L4_VALUE(type, name) \
    L4_INLINE type __L4_Make##name(L4_Word_t raw) \
    { \
        type v; \
        v.raw = raw; \
        return v; \
    }
__L4_VALUE(L4_ThreadId_t, ThreadId)
__L4_VALUE(L4_Fpage_t, Fpage)
__L4_VALUE(L4_MsgTag_t, MsgTag)
#define __L4_THREADID(r) __L4_MakeThreadId(r)
#define __L4_FPAGE(r)    __L4_MakeFpage(r)
#define __L4_MSGTAG(r)   __L4_MakeMsgTag(r)
L4_INLINE L4_Time_t __L4_MakeTime(L4_Word16_t raw)
{
    L4_Time_t v;
    v.raw = raw;
    return v;
}
#define __L4_TIME(r) __L4_MakeTime(r)
#else
#define __L4_THREADID(r) ((L4_ThreadId_t){ .raw = (r) })
#define __L4_FPAGE(r)    ((L4_Fpage_t){ .raw = (r) })
#define __L4_MSGTAG(r)   ((L4_MsgTag_t){ .raw = (r) })
#define __L4_TIME(r)     ((L4_Time_t){ .raw = (r) })
#endif

#define L4_nilthread            __L4_THREADID(0UL)
#define L4_anythread            __L4_THREADID(~0UL)
#define L4_anylocalthread       __L4_THREADID(~0x3FUL)
#define L4_Nilpage              __L4_FPAGE(0UL)
#define L4_CompleteAddressSpace __L4_FPAGE(0x10UL)
#define L4_Never                __L4_TIME(0)
#define L4_ZeroTime             __L4_TIME(0x0400)

#define L4_NoAccess        0x0UL
#define L4_eXecutable      0x1UL
#define L4_Writable        0x2UL
#define L4_Readable        0x4UL
#define L4_ReadeXecOnly    (L4_Readable | L4_eXecutable)
#define L4_ReadWriteOnly   (L4_Readable | L4_Writable)
#define L4_FullyAccessible (L4_Readable | L4_Writable | L4_eXecutable)

/* Results of system calls (2.1). */
#define L4_ErrOk               0UL
#define L4_ErrNoPrivilege      1UL
#define L4_ErrInvalidThread    2UL
#define L4_ErrInvalidSpace     3UL
#define L4_ErrInvalidScheduler 4UL
#define L4_ErrInvalidParam     5UL
#define L4_ErrUtcbArea         6UL
#define L4_ErrKipArea          7UL
#define L4_ErrNoMem            8UL

/* ---- Bits ------------------------------------------------------------ */

/* Index of the highest set bit; w is not 0. Halving steps fold for constants
 * and call no library, as a builtin does on some processors. */
L4_INLINE L4_Word_t __L4_Msb64(L4_Word64_t w)
{
    L4_Word_t n = 0;

    if (w >> 32)
        n = 32;
    if (w >> n >> 16)
        n += 16;
    if (w >> n >> 8)
        n += 8;
    if (w >> n >> 4)
        n += 4;
    if (w >> n >> 2)
        n += 2;
    if (w >> n >> 1)
        n += 1;
    return n;
}
L4_INLINE L4_Word_t __L4_Msb(L4_Word_t w)
{
    return __L4_Msb64(w);
}
/* The lowest. */
L4_INLINE L4_Word_t __L4_Lsb(L4_Word_t w)
{
    return __L4_Msb64(w & (0 - w));
}

/* Adds 1; what other threads see is the old value or the new. */
L4_INLINE void __L4_Inc_Atomic(L4_Word_t *w)
{
    (void)__atomic_fetch_add(w, 1, __ATOMIC_SEQ_CST);
}

/* ---- Fpages ---------------------------------------------------------- */

/* Is f the nil page? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsNilFpage(L4_Fpage_t f)
{
    return f.raw == 0;
}
/* The rights of f, of which L4_Readable and so on are made. (x2.md 4.1) */
L4_INLINE L4_Word_t L4_Rights(L4_Fpage_t f)
{
    return f.X.rwx;
}
/* Replaces the rights of *f; the new value. (x2.md 4.1) */
L4_INLINE L4_Fpage_t L4_Set_Rights(L4_Fpage_t *f, L4_Word_t rwx)
{
    f->raw = (f->raw & ~7UL) | (rwx & 7);
    return *f;
}
/* f with these rights as well. (x2.md 4.1) */
L4_INLINE L4_Fpage_t L4_FpageAddRights(L4_Fpage_t f, L4_Word_t rwx)
{
    f.raw |= rwx & 7;
    return f;
}
/* Adds rights to *f; the new value. (x2.md 4.1) */
L4_INLINE L4_Fpage_t L4_FpageAddRightsTo(L4_Fpage_t *f, L4_Word_t rwx)
{
    f->raw |= rwx & 7;
    return *f;
}
/* f without these rights. (x2.md 4.1) */
L4_INLINE L4_Fpage_t L4_FpageRemoveRights(L4_Fpage_t f, L4_Word_t rwx)
{
    f.raw &= ~(rwx & 7);
    return f;
}
/* Takes rights from *f; the new value. (x2.md 4.1) */
L4_INLINE L4_Fpage_t L4_FpageRemoveRightsFrom(L4_Fpage_t *f, L4_Word_t rwx)
{
    f->raw &= ~(rwx & 7);
    return *f;
}
/* 2^log2size bytes at base, no rights. (x2.md 4.1) */
L4_INLINE L4_Fpage_t L4_FpageLog2(L4_Word_t base, int log2size)
{
    L4_Fpage_t f;

    f.raw = (base & ~0x3FFUL) | ((L4_Word_t)log2size & 0x3F) << 4;
    return f;
}
/* At base, the power of two that holds size bytes, no rights. (x2.md 4.1) */
L4_INLINE L4_Fpage_t L4_Fpage(L4_Word_t base, L4_Word_t size)
{
    /* Rounded up: 4097 bytes take 2^13. Size 0 is the nil page's. */
    L4_Word_t bits = 0;

    if (size != 0)
        bits = __L4_Msb(size) + ((size & (size - 1)) != 0);
    return L4_FpageLog2(base, (int)bits);
}
/* Its size as a power of two. (x2.md 4.1) */
L4_INLINE L4_Word_t L4_SizeLog2(L4_Fpage_t f)
{
    return f.X.s;
}
/* Its size in bytes, 0 for the nil page and what no word holds. (x2.md 4.1) */
L4_INLINE L4_Word_t L4_Size(L4_Fpage_t f)
{
    L4_Word_t s = f.X.s;

    return s == 0 || s >= L4_BITS_PER_WORD ? 0 : 1UL << s;
}
/* Where it begins: its base rounded down to its size. (x2.md 4.1) */
L4_INLINE L4_Word_t L4_Address(L4_Fpage_t f)
{
    L4_Word_t s = f.X.s;
    L4_Word_t base = f.raw & ~0x3FFUL;

    return s >= L4_BITS_PER_WORD ? 0 : base & ~((1UL << s) - 1);
}

/* ---- Thread ids ------------------------------------------------------ */

/* The global id of a thread number and a version. (x2.md 4.1) */
L4_INLINE L4_ThreadId_t L4_GlobalId(L4_Word_t threadno, L4_Word_t version)
{
    L4_ThreadId_t t;

    t.raw = threadno << __L4_BITS(14, 32) |
            (version & ((1UL << __L4_BITS(14, 32)) - 1));
    return t;
}
/* The version in a global id. (x2.md 4.1) */
L4_INLINE L4_Word_t L4_Version(L4_ThreadId_t t)
{
    return t.raw & ((1UL << __L4_BITS(14, 32)) - 1);
}
/* The thread number in a global id. (x2.md 4.1) */
L4_INLINE L4_Word_t L4_ThreadNo(L4_ThreadId_t t)
{
    return t.raw >> __L4_BITS(14, 32);
}
/* Is it the same id? A thread's local and global one differ. (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsThreadEqual(L4_ThreadId_t l, L4_ThreadId_t r)
{
    return l.raw == r.raw;
}
/* Are these different ids? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsThreadNotEqual(L4_ThreadId_t l, L4_ThreadId_t r)
{
    return l.raw != r.raw;
}
/* Is t nilthread? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsNilThread(L4_ThreadId_t t)
{
    return t.raw == 0;
}
/* Is t a local id, by its low 6 bits? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsLocalId(L4_ThreadId_t t)
{
    return (t.raw & 0x3F) == 0;
}
/* Is t a global id, by its low 6 bits? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsGlobalId(L4_ThreadId_t t)
{
    return (t.raw & 0x3F) != 0;
}

/* ---- Clock and time -------------------------------------------------- */

/* us microseconds after c. (x2.md 4.1) */
L4_INLINE L4_Clock_t L4_ClockAddUsec(L4_Clock_t c, L4_Word64_t us)
{
    c.raw += us;
    return c;
}
/* us microseconds before c. (x2.md 4.1) */
L4_INLINE L4_Clock_t L4_ClockSubUsec(L4_Clock_t c, L4_Word64_t us)
{
    c.raw -= us;
    return c;
}
/* Is l before r? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsClockEarlier(L4_Clock_t l, L4_Clock_t r)
{
    return l.raw < r.raw;
}
/* Is l after r? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsClockLater(L4_Clock_t l, L4_Clock_t r)
{
    return l.raw > r.raw;
}
/* Is it the same point in time? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsClockEqual(L4_Clock_t l, L4_Clock_t r)
{
    return l.raw == r.raw;
}
/* Are these different points in time? (x2.md 4.1) */
L4_INLINE L4_Bool_t L4_IsClockNotEqual(L4_Clock_t l, L4_Clock_t r)
{
    return l.raw != r.raw;
}

/* The longest period not above us; never if it is too long (x2.md 4.1). */
L4_INLINE L4_Time_t L4_TimePeriod(L4_Word64_t us)
{
    L4_Time_t t;
    L4_Word_t e;

    if (us == 0)
        return L4_ZeroTime;
    e = us < 1024 ? 0 : __L4_Msb64(us) - 9;
    if (e > 31)
        return L4_Never;
    t.raw = (L4_Word16_t)(e << 10 | (L4_Word_t)(us >> e));
    return t;
}

#ifdef __cplusplus
L4_INLINE L4_Fpage_t operator+(const L4_Fpage_t &f, L4_Word_t rwx)
{
    return L4_FpageAddRights(f, rwx);
}
L4_INLINE L4_Fpage_t operator+=(L4_Fpage_t &f, L4_Word_t rwx)
{
    return L4_FpageAddRightsTo(&f, rwx);
}
L4_INLINE L4_Fpage_t operator-(const L4_Fpage_t &f, L4_Word_t rwx)
{
    return L4_FpageRemoveRights(f, rwx);
}
L4_INLINE L4_Fpage_t operator-=(L4_Fpage_t &f, L4_Word_t rwx)
{
    return L4_FpageRemoveRightsFrom(&f, rwx);
}
L4_INLINE bool operator==(const L4_ThreadId_t &l, const L4_ThreadId_t &r)
{
    return l.raw == r.raw;
}
L4_INLINE bool operator!=(const L4_ThreadId_t &l, const L4_ThreadId_t &r)
{
    return l.raw != r.raw;
}
#define __L4_CLOCK_ARITHMETIC(op, type, value) \
    L4_INLINE L4_Clock_t operator op(const L4_Clock_t &l, type r) \
    { \
        L4_Clock_t c; \
        c.raw = l.raw op(L4_Word64_t)(value); \
        return c; \
    }
__L4_CLOCK_ARITHMETIC(+, int, r)
__L4_CLOCK_ARITHMETIC(-, int, r)
__L4_CLOCK_ARITHMETIC(+, L4_Word64_t, r)
__L4_CLOCK_ARITHMETIC(-, L4_Word64_t, r)
__L4_CLOCK_ARITHMETIC(+, const L4_Clock_t &, r.raw)
__L4_CLOCK_ARITHMETIC(-, const L4_Clock_t &, r.raw)
#define __L4_CLOCK_COMPARE(op) \
    L4_INLINE bool operator op(const L4_Clock_t &l, const L4_Clock_t &r) \
    { \
        return l.raw op r.raw; \
    }
__L4_CLOCK_COMPARE(<)
__L4_CLOCK_COMPARE(>)
__L4_CLOCK_COMPARE(<=)
__L4_CLOCK_COMPARE(>=)
__L4_CLOCK_COMPARE(==)
__L4_CLOCK_COMPARE(!=)
#undef __L4_CLOCK_ARITHMETIC
#undef __L4_CLOCK_COMPARE
#endif

#endif
