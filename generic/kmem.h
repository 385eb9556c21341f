/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_KMEM_H
#define PECAN_KMEM_H
/*
 * Kernel memory: a pool fixed at boot, in the direct map, given out in powers
 * of two from 32 bytes to 64 KiB, naturally aligned and zeroed, charged to the
 * space that causes it (design: quotas). Running out is an error, never a stop.
 */
#include "types.h"

struct space;

/* Give [low, high) (kernel addresses, page aligned) to the pool. Once. */
void kmem_init(void *low, void *high);
/* `bytes` rounded up to a power of two, zeroed; NULL when the pool or the
 * quota of `charge` is exhausted. charge NULL: the kernel itself. */
void *kmem_alloc(struct space *charge, word_t bytes) MUST_USE;
void kmem_free(struct space *charge, void *p, word_t bytes);
/* Bytes in the pool, and bytes not given out. */
word_t kmem_total(void);
word_t kmem_available(void);

#endif
