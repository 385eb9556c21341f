/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TYPES_H
#define PECAN_ARCH_TYPES_H
/*
 * Words and addresses on i386, and the kernel's part of the address space
 * (docs/layout-x86.md).
 */
#include <stdbool.h>
#include <stdint.h>

#include <arch/layout.h>
#include <model.h>

#define WORD_BITS 32
typedef unsigned long word_t;
typedef unsigned long vaddr_t;
typedef unsigned long paddr_t;

#define USER_END ((vaddr_t)LAYOUT_DIRECT_MAP)
enum { ADDRESS_BITS = 32, PAGE_KINDS = MODEL_PAGE_KINDS, TABLE_LEVELS = 2 };
static inline unsigned page_bits(unsigned kind)
{
    return kind == 0 ? 12 : 22;
}
/* Read and write; execution is not told from reading. */
enum { PAGE_RIGHTS = 6 };

#define DIRECT_MAP_BYTES ((word_t)LAYOUT_DIRECT_MAP_BYTES)
static inline void *phys_to_virt(paddr_t p)
{
    return (void *)(p + LAYOUT_DIRECT_MAP);
}
/* Where there is no RAM a read does no harm either. */
static inline bool phys_reachable(paddr_t p)
{
    return p < DIRECT_MAP_BYTES;
}
static inline paddr_t virt_to_phys(const void *v)
{
    return (paddr_t)v - LAYOUT_DIRECT_MAP;
}
/* Caches know memory by its physical address. */
struct space;
static inline void *phys_to_user(const struct space *s, vaddr_t va, paddr_t p)
{
    (void)s;
    (void)va;
    return phys_to_virt(p);
}
static inline void *phys_to_utcb(paddr_t p)
{
    return phys_to_virt(p);
}
#define ARCH_SHARED_ATTRIBUTE 0

#define ARCH_TCB_BASE  ((word_t)LAYOUT_TCBS)
#define ARCH_TCB_BYTES ((word_t)256)
#define ARCH_HAS_IO    1
#define ARCH_FEATURES  "ioflexpages\0" MODEL_FEATURE_STRINGS

/* 256 threads of 512 bytes, and a page, at the end of the user area. */
#define BOOT_UTCB_AREA ((word_t)0xBF000000 | 17 << 4)
#define BOOT_KIP_AREA  ((word_t)0xBFF00000 | 12 << 4)
enum { UTCB_ALIGN_BITS = 9, UTCB_AREA_MIN_BITS = 12 };

#endif
