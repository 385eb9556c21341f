/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_MAP_H
#define PECAN_MAP_H
/*
 * The mapping tree: who got which page from whom. Paper 2.1 and appendix.
 *
 * One node a mapping of one hardware page (any size the port has). The nodes of
 * one origin form a tree by child / next / prev / parent pointers: map adds a
 * child, grant replaces the owner, flush removes a subtree. sigma0's nodes are
 * the roots; they stand for physical memory and have no page-table entry.
 * A per-space table finds the node of a virtual address in as many steps as the
 * port's page table has levels.
 */
#include "types.h"

struct space;

/* Map or grant src_space's part of `snd` into dst_space's window `rcv`
 * (x2.md 2.10.5). base: send base of the item. grant: the source loses it.
 * Kernel memory is charged to dst_space. A long operation. Result: OK, or
 * ERR_NOMEM with everything done before it still in place. */
enum error map_fpage(struct space *src, fpage_t snd, word_t base,
                     struct space *dst, fpage_t rcv, bool grant) MUST_USE;

/* The same if it is not long, which it is about one page at most, with nothing
 * in its way. Result: false if it is, and nothing is done; otherwise *e. */
bool map_at_once(struct space *src, fpage_t snd, word_t base, struct space *dst,
                 fpage_t rcv, bool grant, enum error *e);

/* Unmap one fpage of s (x2.md 2.11): revokes fpage_rights(f) from everything
 * derived from s's pages, with `flush` from s as well.
 * Result: status bits (RIGHT_R referenced, _W written, _X executed) gathered
 * and reset. Never fails. */
word_t map_unmap(struct space *s, fpage_t f, bool flush);

/* Give s's pages in f and all that is mapped from them this attribute (x2.md
 * 2.7), which the port knows. What is mapped from them later has it too. */
void map_set_attribute(struct space *s, fpage_t f, word_t attribute);

/* Remove all of s's mappings and all derived from them, and its map table. */
void map_destroy_space(struct space *s);

/* sigma0's own access: make the 1:1 page at va present in its page table.
 * Result: false if va is outside what sigma0 may touch. */
bool map_sigma0_fault(struct space *s, vaddr_t va);

/* Boot: nobody ever gets a mapping of [low, high), not even from sigma0. */
void map_reserve(paddr_t low, paddr_t high);

/* For the kernel debugger: print all mappings of the frame at pa. */
void map_dump(paddr_t pa);

#endif
