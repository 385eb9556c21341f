/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TYPES_H
#define PECAN_TYPES_H
/*
 * The kernel's words, and what the bits of each mean.
 * The user API (include/l4) says the same with unions and bit-fields; the
 * kernel uses the accessors below and a host test compares the two.
 * Realises docs/x2.md 1.3 to 1.12 and 2.1.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/types.h> /* word_t, vaddr_t, paddr_t, WORD_BITS, USER_END, ... */

#define MUST_USE      __attribute__((warn_unused_result))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(p, type, member) \
    ((type *)((char *)(p)-offsetof(type, member)))

#define WORD_BYTES (WORD_BITS / 8)

static inline word_t least(word_t a, word_t b)
{
    return a < b ? a : b;
}

/* Results of the control calls (x2.md 2.1); the numbers are ABI. */
enum error {
    OK = 0,
    ERR_PRIVILEGE = 1,
    ERR_THREAD = 2,
    ERR_SPACE = 3,
    ERR_SCHEDULER = 4,
    ERR_PARAM = 5,
    ERR_UTCB_AREA = 6,
    ERR_KIP_AREA = 7,
    ERR_NOMEM = 8,
};

/* Why an IPC failed (x2.md 2.10.8). */
enum ipc_error {
    IPC_OK = 0,
    IPC_TIMEOUT = 1,
    IPC_NO_PARTNER = 2,
    IPC_CANCELLED = 3,
    IPC_OVERFLOW = 4,
    IPC_XFER_INVOKER = 5,
    IPC_XFER_PARTNER = 6,
    IPC_ABORTED = 7,
    /* No errors (transfer.h): */
    IPC_PENDING = 8, /* it goes on later                        */
    IPC_LATER = 9,   /* it must be begun anew as a long operation */
};

/* ---- thread ids (x2.md 1.3) ---- */
enum {
    ID_VERSION_BITS = WORD_BITS == 32 ? 14 : 32,
    THREAD_BITS = 18, /* meaningful bits of a thread number, KIP ThreadInfo.t */
};
#define ID_NIL       ((word_t)0)
#define ID_ANY       (~(word_t)0)
#define ID_ANY_LOCAL (~(word_t)0x3f)

static inline word_t id_make(word_t number, word_t version)
{
    return number << ID_VERSION_BITS | version;
}
static inline word_t id_number(word_t id)
{
    return id >> ID_VERSION_BITS;
}
static inline word_t id_version(word_t id)
{
    return id & (((word_t)1 << ID_VERSION_BITS) - 1);
}
static inline bool id_is_local(word_t id)
{
    return (id & 0x3f) == 0;
}

/* ---- rights and status (x2.md 1.4, 2.11) ---- */
enum { RIGHT_X = 1, RIGHT_W = 2, RIGHT_R = 4, RIGHTS_ALL = 7 };

/* ---- fpages (x2.md 1.4) ---- */
typedef word_t fpage_t;
#define FPAGE_NIL      ((fpage_t)0)
#define FPAGE_COMPLETE ((fpage_t)0x10)

static inline word_t fpage_rights(fpage_t f)
{
    return f & RIGHTS_ALL;
}
/* The raw size field: 0 nil, 1 complete, 2 I/O, else log2 of the bytes. */
static inline unsigned fpage_size_bits(fpage_t f)
{
    return (f >> 4) & 0x3f;
}
/* First byte of an fpage of at least 2^10 bytes: the base rounded down to the
 * size. */
static inline word_t fpage_base(fpage_t f)
{
    return f & ~(word_t)0x3ff & ~(((word_t)1 << fpage_size_bits(f)) - 1);
}
static inline word_t fpage_bytes(fpage_t f)
{
    return (word_t)1 << fpage_size_bits(f);
}
static inline word_t fpage_with_rights(fpage_t f, word_t rights)
{
    return (f & ~(word_t)0xf) | rights;
}

/* I/O fpages (x2.md 1.5): what is mapped are ports. */
#define FPAGE_IO_MARK     ((fpage_t)0x20)
#define FPAGE_IO_COMPLETE ((fpage_t)0x4020)
static inline bool fpage_is_io(fpage_t f)
{
    return ARCH_HAS_IO && (f & 0x3f0) == FPAGE_IO_MARK;
}

/* ---- message tag (x2.md 1.7) ---- */
enum {
    TAG_U_MASK = 0x3f,
    TAG_T_SHIFT = 6,
    TAG_T_MASK = 0x3f << 6,
    TAG_PROPAGATED = 1 << 12,
    TAG_REDIRECTED = 1 << 13,
    TAG_XCPU = 1 << 14,
    TAG_ERROR = 1 << 15,
    TAG_FLAGS = 0xf << 12,
};
static inline unsigned tag_untyped(word_t tag)
{
    return tag & TAG_U_MASK;
}
static inline unsigned tag_typed(word_t tag)
{
    return (tag >> TAG_T_SHIFT) & 0x3f;
}
static inline word_t tag_label(word_t tag)
{
    return tag >> 16;
}
/* number: a kernel protocol, negative (x2.md 1.7); flags: its low 4 bits. */
static inline word_t tag_make(intptr_t number, unsigned flags, unsigned u)
{
    return (word_t)number << 20 | (word_t)flags << 16 | u;
}

/* ---- time (x2.md 1.6); 16 bits ---- */
enum { TIME_NEVER = 0, TIME_ZERO = 0x0400, TIME_POINT = 0x8000 };

/* ---- typed items and the acceptor (x2.md 1.10, 1.11) ---- */
enum { ITEM_MAP = 4, ITEM_GRANT = 5 }; /* bits 1..3 of an item's header */
enum { ACCEPT_STRINGS = 1 };

enum { NUM_MRS = 64, NUM_BRS = 33 };

#endif
