/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_CPU_LAYOUT_H
#define PECAN_CPU_LAYOUT_H
/*
 * Numbers of the ARM926 that C and assembly both know.
 */
/* The vector page: exceptions go to its first words; users may read it. Its
 * last ones are what Linux has there: a function that returns the thread
 * register, that word, and how many such functions there are; before them one
 * that compares and exchanges. */
#define CPU_PAGE_RIGHTS 6 /* what is read can be executed */
#define VECTOR_PAGE     0xFFFF0000
#define VECTOR_TARGETS  0x20  /* where each exception goes on */
#define VECTOR_FRESH    0x40  /* ours: cpu_fresh() */
#define VECTOR_EXCHANGE 0xFC0 /* compare and exchange; begun anew if */
#define EXCHANGE_BYTES  12    /* stopped in its first so many bytes */
#define VECTOR_GET_TLS  0xFE0
#define VECTOR_TLS      0xFF0
#define VECTOR_UTCB     0xFF4 /* ours: MR0 of the thread that runs */
#define VECTOR_HELPERS  0xFFC
/* MMU, alignment checks, both caches, vectors above; S: what no right is given
 * for can be read by the kernel. The other bits read as one. */
#define SCTLR_VALUE 0x0005317F
#define DACR_VALUE  0x55555555 /* permissions count in every domain */

/* ---- kernel addresses, docs/layout-arm.md ---- */
#define LAYOUT_DIRECT_MAP_BYTES 0x10000000
#define CPU_UTCB_ALIAS          0x10000000 /* the direct map, not cached */
#define LAYOUT_SLOTS            0xE4000000 /* where small spaces are */
#define SLOT_BITS               25         /* FCSE moves so much */
#define SLOT_COUNT              12
#define LAYOUT_DEVICES          0xFC000000

/* ---- domains: 0 the kernel's, then one a slot, then large spaces' ---- */
#define SLOT_DOMAIN   1
#define LARGE_DOMAIN  13 /* and two more: sections, by their status */
#define DOMAINS_LARGE 0x54000001
#define DOMAINS_NONE  1 /* the kernel's: no user instruction can be fetched */

/* ---- struct arch_space, first in struct space ---- */
#define SPACE_WINDOW  0
#define SPACE_DOMAINS 4

#define CPU_SHARED_ATTRIBUTE 5 /* not cached */
/* Areas of the first spaces, where they fit a slot. No RAM is given out that
 * lies there: who has memory at its physical addresses could not use it. */
#define CPU_BOOT_UTCBS    0x01C00000
#define CPU_BOOT_KIP      0x01E00000
#define CPU_BOOT_RESERVED 0x01E01000 /* the end of both */

#endif
