/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_CPU_LAYOUT_H
#define PECAN_CPU_LAYOUT_H
/*
 * Numbers of ARMv7-A that C and assembly both know.
 */
/* How far before `vectors` those of slow threads are. */
#define SLOW_VECTORS    32
#define CPU_PAGE_RIGHTS 7 /* reading, writing, execution */
/* MMU on, alignment free, caches and prediction on, access flags kept, TEX
 * remap off, vectors where VBAR says; the other bits read as one. */
#define SCTLR_VALUE 0x20C5187D
#define DACR_VALUE  0x55555555 /* permissions are checked in every domain */
#define TTBR_WALK   0x48       /* walks hit write-back caches */

/* ---- kernel addresses, docs/layout-arm.md ---- */
#define LAYOUT_DIRECT_MAP_BYTES 0x20000000
#define LAYOUT_DEVICES          0xF0000000
#define CPU_UTCB_ALIAS          0 /* UTCBs are in the direct map */
#define CPU_SHARED_ATTRIBUTE    0
/* Areas of the first spaces: at the end of the user area. */
#define CPU_BOOT_UTCBS    0xBF000000
#define CPU_BOOT_KIP      0xBFF00000
#define CPU_BOOT_RESERVED CPU_BOOT_UTCBS /* no RAM is kept back for them */

#endif
