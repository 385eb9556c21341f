/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_KIP_H
#define PECAN_KIP_H
/*
 * The kernel interface page (x2.md 1.17), by word index. The page itself, with
 * the system-call stubs, is laid out by the port's kip.S: symbol kip_page, one
 * page, page aligned, entries (words 52..62, 68..71) as byte offsets.
 */
#include "types.h"

enum kip_word {
    KIP_MAGIC = 0,
    KIP_API_VERSION = 1,
    KIP_API_FLAGS = 2,
    KIP_KERNEL_VER_PTR = 3,
    KIP_SIGMA0 = 8, /* sp, ip, low, high */
    KIP_SIGMA1 = 12,
    KIP_ROOT = 16,
    KIP_MEMORY_INFO = 21,
    KIP_UTCB_INFO = 42,
    KIP_KIP_INFO = 43,
    KIP_BOOT_INFO = 46,
    KIP_PROC_DESC_PTR = 47,
    KIP_CLOCK_INFO = 48,
    KIP_THREAD_INFO = 49,
    KIP_PAGE_INFO = 50,
    KIP_PROCESSOR_INFO = 51,
    KIP_SYSCALLS = 52, /* SpaceControl .. Schedule, see x2.md */
    KIP_ARCH_SYSCALLS = 68,
    KIP_HEADER_WORDS = 72,
};
/* kip.S leaves [KIP_DATA, KIP_CODE) bytes free for what kip_init() puts there:
 * memory descriptors, processor descriptor, kernel description. */
enum { KIP_DATA = KIP_HEADER_WORDS * WORD_BYTES, KIP_CODE = 0xC00 };

extern word_t kip_page[4096 / WORD_BYTES];

/* External and internal frequency for the processor descriptor. A port that
 * knows them sets them before kernel_main. */
extern word_t kip_processor_khz[2];

struct boot;
/* Fills the page; sigma0's and root's words are set by then. */
void kip_init(const struct boot *b, paddr_t pool_low, paddr_t pool_high);

struct space;
/* KernelInterface (x2.md 2.2) for a thread of s: address of the page there, API
 * version, API flags, kernel id. */
void kip_interface(const struct space *s, word_t result[4]);

#endif
