/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_TYPES_H
#define PECAN_ARCH_TYPES_H
/*
 * Words and addresses on 32-bit ARM, and the kernel's part of the address space
 * (docs/layout-arm.md).
 */
#include <stdint.h>

#include <arch/layout.h>

#define WORD_BITS 32
typedef unsigned long word_t;
typedef unsigned long vaddr_t;
typedef unsigned long paddr_t;

#define USER_END ((vaddr_t)LAYOUT_DIRECT_MAP)
enum { ADDRESS_BITS = 32, PAGE_KINDS = 2, TABLE_LEVELS = PAGE_KINDS };
static inline unsigned page_bits(unsigned kind)
{
    return kind == 0 ? 12 : 20;
}
enum { PAGE_RIGHTS = CPU_PAGE_RIGHTS };

/* What to add to a kernel address for the physical one: RAM starts elsewhere on
 * every board. Set before the MMU is on. */
extern word_t phys_offset;
#define DIRECT_MAP_BYTES ((word_t)LAYOUT_DIRECT_MAP_BYTES)
static inline void *phys_to_virt(paddr_t p)
{
    return (void *)(p - phys_offset);
}
static inline paddr_t virt_to_phys(const void *v)
{
    return (paddr_t)v + phys_offset;
}
/* Is there RAM at p that phys_to_virt() reaches? */
_Bool phys_reachable(paddr_t p);
/* Where the kernel finds users' memory (generic/arch.h). */
struct space;
void *phys_to_user(const struct space *s, vaddr_t va, paddr_t p);
static inline void *phys_to_utcb(paddr_t p)
{
    return (char *)phys_to_virt(p) + CPU_UTCB_ALIAS;
}

#define ARCH_TCB_BASE         ((word_t)LAYOUT_TCBS)
#define ARCH_TCB_BYTES        ((word_t)256)
#define ARCH_HAS_IO           0
#define ARCH_SHARED_ATTRIBUTE CPU_SHARED_ATTRIBUTE
#define ARCH_FEATURES         ""

/* 4096 threads of 512 bytes, and a page. */
#define BOOT_UTCB_AREA ((word_t)CPU_BOOT_UTCBS | 21 << 4)
#define BOOT_KIP_AREA  ((word_t)CPU_BOOT_KIP | 12 << 4)
enum { UTCB_ALIGN_BITS = 9, UTCB_AREA_MIN_BITS = 12 };

#endif
