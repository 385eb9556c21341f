/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_MAP_TABLE_H
#define PECAN_MAP_TABLE_H
/*
 * Mapping nodes, and the table of a space that finds them by virtual address
 * (map_table.c). sigma0's table has physical addresses instead: its nodes are
 * the roots of the trees. Used by map.c only.
 *
 * The table is a radix tree with one level for each page kind. A slot holds
 * nothing, a node of its level's page size, or a table of the level below with
 * the number of that table's live slots; a slot is live when there is any node
 * in or below it. Tables that became empty stay, for pages tend to come back.
 */
#include "types.h"

struct space;

struct map_node {
    struct map_node *parent; /* whom it was mapped from; NULL for roots      */
    struct map_node *child;  /* first of those mapped from it                */
    struct map_node *next;   /* siblings; NULL at either end                 */
    struct map_node *prev;
    struct space *space; /* who has this mapping                         */
    word_t word;         /* address and the fields below                 */
};
_Static_assert(sizeof(struct map_node) <= (WORD_BITS == 32 ? 32 : 48),
               "design");

/* The fields in the 12 bits that page addresses leave free. */
enum {
    NODE_KIND = 0,   /* 2 bits: page kind                                    */
    NODE_RIGHTS = 2, /* RIGHT_*: given to this mapping                       */
    NODE_OWN = 5,    /* RIGHT_*: accesses not yet told to its own query      */
    NODE_UP = 8,     /* RIGHT_*: accesses not yet passed on to the parent    */
};

static inline word_t node_va(const struct map_node *n)
{
    return n->word & ~(word_t)0xfff;
}
static inline unsigned node_kind(const struct map_node *n)
{
    return n->word >> NODE_KIND & 3;
}
static inline word_t node_bytes(const struct map_node *n)
{
    return (word_t)1 << page_bits(node_kind(n));
}
/* field: NODE_RIGHTS, NODE_OWN or NODE_UP. */
static inline word_t node_bits(const struct map_node *n, unsigned field)
{
    return n->word >> field & RIGHTS_ALL;
}
static inline void node_set_bits(struct map_node *n, unsigned field,
                                 word_t bits)
{
    n->word = (n->word & ~((word_t)RIGHTS_ALL << field)) | bits << field;
}

/* The node that covers va, or NULL. */
struct map_node *table_find(struct space *s, word_t va);
/* The first node that covers part of [va, last], or NULL. */
struct map_node *table_next(struct space *s, word_t va, word_t last);
/* Are there nodes smaller than `kind` in its page at va? */
bool table_has_smaller(struct space *s, word_t va, unsigned kind);
/* Are there all tables that a node of `kind` at va needs, and none, not even
 * empty ones, in its place? So then it is in the page table, whose tables come
 * and go together with these. */
bool table_has_place(struct space *s, word_t va, unsigned kind);
/* Enter n at its address. No node is there, nor any smaller one. */
enum error table_enter(struct space *s, struct map_node *n) MUST_USE;
void table_leave(struct space *s, struct map_node *n);
/* Gives back all tables; no node is in any. */
void table_free(struct space *s);

/* Splitting a node n of a `kind` above 0, in two steps of which only the first
 * can fail: a table for the pieces, or 0; */
word_t table_new(struct space *s, unsigned kind) MUST_USE;
/* and in n's place the table with the pieces, as many as it has slots, in
 * ascending order, linked by next. */
void table_split(struct map_node *n, word_t table, struct map_node *pieces);
/* Or give the table back. */
void table_drop(struct space *s, word_t table, unsigned kind);

#endif
