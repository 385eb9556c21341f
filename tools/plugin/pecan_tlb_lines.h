/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TLB_LINES_H
#define PECAN_TLB_LINES_H
/*
 * Caches that know memory by its virtual address, for pecan_tlb.c. They never
 * lose a line by themselves: what was read once is there until an instruction
 * takes it away. Addresses are the modified ones.
 */
#include <stdbool.h>
#include <stdint.h>

enum lines { DATA_LINES, CODE_LINES };

/* What an entry of the page tables says of memory. */
enum how { NOT_CACHED, WRITTEN_THROUGH, WRITTEN_BACK };

/* Of pecan_tlb.c: where this is, up to the end of its page. What an instruction
 * writes is there when it is said to be written. */
const uint8_t *memory_at(uint64_t pa);

/* Read by way of a cache. Result: could it find something else there than what
 * is in memory? After that it has what is right. */
bool lines_read(enum lines which, uint64_t va, uint64_t pa, unsigned bytes);
/* Could what is there be in a cache alone, and not in memory yet? */
bool lines_dirty(uint64_t pa, unsigned bytes);
/* Result: is something in a cache that may be written over this later? */
bool lines_write(enum how how, uint64_t va, uint64_t pa, unsigned bytes);

/* Nothing of what they had is written to memory. */
void lines_forget(enum lines which, uint64_t va);
void lines_forget_all(void);
/* Never before that: what is in the caches nobody knows. */
bool lines_known(void);

#endif
