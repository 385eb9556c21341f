/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table that finds mapping nodes by address; map_table.h says what it is.
 *
 * A slot that holds a table has bit 0 set and the count of live slots above it;
 * a table is aligned to its size, which leaves just enough bits for that.
 * Level l is the level whose slots cover pages of kind l.
 */
#include "map_table.h"
#include "kdb.h"
#include "kmem.h"
#include "long.h"
#include "space.h"

#define ADDRESS_LAST (~(word_t)0 >> (WORD_BITS - ADDRESS_BITS))

enum { IS_TABLE = 1, ONE_LIVE = 2 };

/* The levels are few and known: their sizes become constants. */
#define EACH_LEVEL _Pragma("GCC unroll 4")

static inline word_t slot_count(unsigned level)
{
    unsigned above =
        level + 1 < TABLE_LEVELS ? page_bits(level + 1) : ADDRESS_BITS;
    return (word_t)1 << (above - page_bits(level));
}

static inline word_t table_bytes(unsigned level)
{
    return slot_count(level) * WORD_BYTES;
}

static inline word_t *slots(word_t table, unsigned level)
{
    return (word_t *)(table & ~(table_bytes(level) - 1));
}

static inline word_t live(word_t table, unsigned level)
{
    return (table & (table_bytes(level) - 1)) / ONE_LIVE;
}

static inline word_t *slot_of(word_t table, unsigned level, word_t va)
{
    return slots(table, level) +
           (va >> page_bits(level) & (slot_count(level) - 1));
}

static struct map_node *node_of(word_t slot)
{
    return slot & IS_TABLE ? NULL : (struct map_node *)slot;
}

/* The slot that decides about va: a node, 0, or a table without live slots.
 * *level becomes its level. */
static word_t decide(struct space *s, word_t va, unsigned *level)
{
    word_t slot = s->map_table;

    EACH_LEVEL
    for (unsigned l = TABLE_LEVELS; l > 0; l--) {
        if (!(slot & IS_TABLE) || !live(slot, l - 1)) {
            *level = l;
            return slot;
        }
        slot = *slot_of(slot, l - 1, va);
    }
    *level = 0;
    return slot;
}

struct map_node *table_find(struct space *s, word_t va)
{
    unsigned level;

    return va <= ADDRESS_LAST ? node_of(decide(s, va, &level)) : NULL;
}

struct map_node *table_next(struct space *s, word_t va, word_t last)
{
    unsigned level;

    if (last > ADDRESS_LAST)
        last = ADDRESS_LAST;
    while (va <= last) {
        struct map_node *n = node_of(decide(s, va, &level));
        if (n)
            return n;
        if (level == TABLE_LEVELS)
            break; /* nothing at all */
        va |= ((word_t)1 << page_bits(level)) - 1;
        if (va >= last)
            break;
        va++;
        long_point(STEP_LOOKS / 2);
    }
    return NULL;
}

bool table_has_smaller(struct space *s, word_t va, unsigned kind)
{
    word_t slot = s->map_table;

    EACH_LEVEL
    for (unsigned l = TABLE_LEVELS; l > kind; l--) {
        if (!(slot & IS_TABLE) || !live(slot, l - 1))
            return false;
        slot = *slot_of(slot, l - 1, va);
    }
    return kind > 0 && slot & IS_TABLE && live(slot, kind - 1);
}

bool table_has_place(struct space *s, word_t va, unsigned kind)
{
    word_t slot = s->map_table;

    EACH_LEVEL
    for (unsigned l = TABLE_LEVELS; l > kind; l--) {
        if (!(slot & IS_TABLE))
            return false;
        slot = *slot_of(slot, l - 1, va);
    }
    return !(slot & IS_TABLE);
}

/* Tables without nodes: `table`, `levels` levels of them. */
static void free_tables(struct space *s, word_t table, unsigned levels)
{
    word_t at[TABLE_LEVELS + 1], next[TABLE_LEVELS + 1]; /* by level + 1 */
    unsigned l = levels;

    at[l] = table;
    next[l] = 0;
    while (l <= levels) {
        word_t *slot = slots(at[l], l - 1);
        word_t i = next[l], end = l > 1 ? slot_count(l - 1) : 0;
        while (i < end && !(slot[i] & IS_TABLE))
            long_look((unsigned)++i);
        if (i < end) {
            next[l] = i + 1;
            l--;
            at[l] = slot[i];
            next[l] = 0;
            continue;
        }
        kmem_free(s, slot, table_bytes(l - 1));
        long_point(STEP_NODE);
        l++;
    }
}

/* The slot for a node of `kind` at va; path[l] is the slot that holds the
 * table of level l. NULL: no memory for a table on the way. */
static word_t *find_path(struct space *s, word_t va, unsigned kind,
                         word_t *path[TABLE_LEVELS])
{
    word_t *slot = &s->map_table;

    EACH_LEVEL
    for (unsigned l = TABLE_LEVELS; l-- > kind;) {
        path[l] = slot;
        if (*slot == 0) {
            void *table = kmem_alloc(s, table_bytes(l));
            if (table == NULL)
                return NULL;
            *slot = (word_t)table | IS_TABLE;
        }
        slot = slot_of(*slot, l, va);
    }
    return slot;
}

enum error table_enter(struct space *s, struct map_node *n)
{
    word_t *path[TABLE_LEVELS];
    unsigned kind = node_kind(n);
    word_t *slot = find_path(s, node_va(n), kind, path);

    if (slot == NULL)
        return ERR_NOMEM;
    if (kind > 0 && *slot)
        free_tables(s, *slot, kind); /* smaller pages were here once */
    else
        assert(*slot == 0);
    *slot = (word_t)n;
    for (unsigned l = kind; l < TABLE_LEVELS; l++) {
        bool first = live(*path[l], l) == 0;
        *path[l] += ONE_LIVE;
        if (!first)
            break;
    }
    return OK;
}

void table_leave(struct space *s, struct map_node *n)
{
    word_t *path[TABLE_LEVELS];
    unsigned kind = node_kind(n);
    word_t *slot = find_path(s, node_va(n), kind, path);

    assert(slot != NULL && *slot == (word_t)n);
    *slot = 0;
    for (unsigned l = kind; l < TABLE_LEVELS; l++) {
        *path[l] -= ONE_LIVE;
        if (live(*path[l], l))
            break;
    }
}

void table_free(struct space *s)
{
    if (s->map_table)
        free_tables(s, s->map_table, TABLE_LEVELS);
    s->map_table = 0;
}

word_t table_new(struct space *s, unsigned kind)
{
    assert(kind > 0);
    return (word_t)kmem_alloc(s, table_bytes(kind - 1));
}

void table_drop(struct space *s, word_t table, unsigned kind)
{
    assert(kind > 0);
    kmem_free(s, (void *)table, table_bytes(kind - 1));
}

void table_split(struct map_node *n, word_t table, struct map_node *pieces)
{
    word_t *path[TABLE_LEVELS];
    unsigned kind = node_kind(n);
    word_t *slot = (word_t *)table;

    assert(kind > 0);
    for (unsigned i = 0; pieces; pieces = pieces->next) {
        *slot++ = (word_t)pieces;
        long_look(i++);
    }
    slot = find_path(n->space, node_va(n), kind, path);
    assert(slot != NULL);
    /* The slot stays live, so the counts above it stay as they are. */
    *slot = table | IS_TABLE | slot_count(kind - 1) * ONE_LIVE;
}
