/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O ports: the mapping model of memory for a space of 65,536 ports (x2.md
 * 1.5, 2.10.5, 2.11, 3.3).
 *
 * A port is mapped at its own number and with all rights, so a space has it or
 * not, and the tree of its mappings is one word a space: the space that gave
 * it. Each space that ever got a port has a table, with a word a block of 256
 * ports: nothing, the giver of them all, or an array with a giver for each. All
 * tables are in one list. Privileged spaces have all ports, from nobody.
 *
 * Revoking is two steps: take what was named, then sweep: whoever has a port
 * from one who has it no more loses it, until nothing changes. The sweep closes
 * over whatever was taken, so a space that must lose a few ports of a block and
 * has no memory to tell them apart may simply lose the block.
 *
 * The task state segment lies at one address in all spaces and its bitmap of
 * permissions in the pages behind it. A space with ports has pages of its own
 * there, the others share one page of ones; so whoever loads CR3 changes the
 * permissions as well, and the short path need not know of them.
 */
#include <arch/trap.h>

#include "arch.h"
#include "kmem.h"
#include "long.h"
#include "space.h"
#include "string.h"

enum { PORTS = 1 << 16, BLOCK = 256, BLOCKS = PORTS / BLOCK };
enum { PORTS_IN_PAGE = 8 * 4096 };
enum { ALL_OF_BLOCK = 1 /* tag: the word is a giver */ };

struct io_table {
    struct io_table *next, *prev;
    struct space *space;
    word_t block[BLOCKS];
};

static struct io_table *tables;

/* ---- who has a port from whom -------------------------------------------- */

static struct space *whole_giver(word_t slot)
{
    return slot & ALL_OF_BLOCK ? (struct space *)(slot & ~(word_t)ALL_OF_BLOCK)
                               : NULL;
}

static struct space **givers(word_t slot)
{
    return slot & ALL_OF_BLOCK ? NULL : (struct space **)slot;
}

static word_t slot_of(const struct space *s, unsigned block)
{
    if (s->privileged)
        return (word_t)s | ALL_OF_BLOCK;
    return s->arch.io ? s->arch.io->block[block] : 0;
}

/* From whom s has this port; NULL: it has it not. */
static struct space *giver(const struct space *s, unsigned port)
{
    word_t slot = slot_of(s, port / BLOCK);

    if (slot & ALL_OF_BLOCK)
        return whole_giver(slot);
    return slot ? givers(slot)[port % BLOCK] : NULL;
}

/* ---- what the processor sees --------------------------------------------- */

static enum error allow(struct space *s, unsigned port)
{
    uint8_t *bits = paging_io_page(s, port / PORTS_IN_PAGE, true);

    if (bits == NULL)
        return ERR_NOMEM;
    bits[port % PORTS_IN_PAGE / 8] &= (uint8_t) ~(1u << port % 8);
    return OK;
}

static void deny(struct space *s, unsigned port)
{
    uint8_t *bits = paging_io_page(s, port / PORTS_IN_PAGE, false);

    if (bits)
        bits[port % PORTS_IN_PAGE / 8] |= (uint8_t)(1u << port % 8);
}

static enum error allow_block(struct space *s, unsigned block)
{
    unsigned port = block * BLOCK;
    uint8_t *bits = paging_io_page(s, port / PORTS_IN_PAGE, true);

    if (bits == NULL)
        return ERR_NOMEM;
    memset(bits + port % PORTS_IN_PAGE / 8, 0, BLOCK / 8);
    return OK;
}

static void deny_block(struct space *s, unsigned block)
{
    unsigned port = block * BLOCK;
    uint8_t *bits = paging_io_page(s, port / PORTS_IN_PAGE, false);

    if (bits)
        memset(bits + port % PORTS_IN_PAGE / 8, 0xff, BLOCK / 8);
}

/* ---- tables -------------------------------------------------------------- */

static struct io_table *table_of(struct space *s)
{
    struct io_table *t = s->arch.io;

    if (t == NULL && (t = kmem_alloc(s, sizeof *t)) == NULL)
        return NULL;
    if (t->space)
        return t;
    t->space = s;
    t->next = tables;
    if (tables)
        tables->prev = t;
    return tables = s->arch.io = t;
}

/* Give this block an array of givers. */
static enum error break_up(struct io_table *t, unsigned block)
{
    word_t slot = t->block[block];
    struct space **from;

    if (givers(slot))
        return OK;
    from = kmem_alloc(t->space, BLOCK * sizeof *from);
    if (from == NULL)
        return ERR_NOMEM;
    for (unsigned i = 0; i < BLOCK; i++) {
        from[i] = whole_giver(slot);
        long_look(i);
    }
    t->block[block] = (word_t)from;
    return OK;
}

/* One word says it too, if all ports of the block have one giver. */
static void tidy(struct io_table *t, unsigned block)
{
    struct space **from = givers(t->block[block]);

    if (from == NULL)
        return;
    for (unsigned i = 1; i < BLOCK; i++) {
        if (from[i] != from[0])
            return;
        long_look(i);
    }
    t->block[block] = from[0] ? (word_t)from[0] | ALL_OF_BLOCK : 0;
    kmem_free(t->space, from, BLOCK * sizeof *from);
}

static void take_block(struct io_table *t, unsigned block)
{
    struct space **from = givers(t->block[block]);

    if (from)
        kmem_free(t->space, from, BLOCK * sizeof *from);
    t->block[block] = 0;
    deny_block(t->space, block);
    long_point(STEP_NODE);
}

static void take(struct io_table *t, unsigned port)
{
    if (break_up(t, port / BLOCK) != OK) {
        take_block(t, port / BLOCK);
        return;
    }
    givers(t->block[port / BLOCK])[port % BLOCK] = NULL;
    deny(t->space, port);
}

/* Who has ports of this block from one who has lost them loses them. */
static bool sweep_table(struct io_table *t, unsigned block)
{
    struct space *from = whole_giver(t->block[block]);
    bool changed = false;

    if (from && slot_of(from, block) & ALL_OF_BLOCK)
        return false;
    if (from && slot_of(from, block) == 0) {
        take_block(t, block);
        return true;
    }
    for (unsigned p = block * BLOCK; p < (block + 1) * BLOCK; p++) {
        from = giver(t->space, p);
        if (from && giver(from, p) == NULL) {
            take(t, p);
            changed = true;
        }
        long_point(STEP_LOOKS / 4);
    }
    return changed;
}

static void sweep(unsigned block)
{
    bool again = true;

    while (again) {
        again = false;
        for (struct io_table *t = tables; t; t = t->next) {
            again |= t->block[block] && sweep_table(t, block);
            long_point(STEP_LOOKS / 8);
        }
    }
    for (struct io_table *t = tables; t; t = t->next) {
        tidy(t, block);
        long_point(STEP_LOOKS / 8);
    }
}

/* ---- ranges -------------------------------------------------------------- */

struct ports {
    unsigned first, end;
};

static struct ports ports_of(fpage_t f)
{
    unsigned bits = f >> 10 & 0x3f, first = f >> 16 & (PORTS - 1);

    if (bits > 16)
        return (struct ports){ 0, 0 };
    first &= ~0u << bits;
    return (struct ports){ first, first + (1u << bits) };
}

/* The first of these ports' blocks alone, and cut off from them. */
static struct ports next_block(struct ports *p)
{
    struct ports b = { p->first, (p->first / BLOCK + 1) * BLOCK };

    if (b.end > p->end)
        b.end = p->end;
    p->first = b.end;
    return b;
}

/* ---- map and grant -------------------------------------------------------
 * A port that dst has already stays as it is: everybody accepts ports at any
 * time, so else anybody could take dst's away by mapping them anew. */

static enum error give(struct io_table *t, unsigned port, struct space *from)
{
    if (break_up(t, port / BLOCK) != OK || allow(t->space, port) != OK)
        return ERR_NOMEM;
    givers(t->block[port / BLOCK])[port % BLOCK] = from;
    return OK;
}

/* dst takes the place of src, who had the port. */
static enum error grant_port(struct space *src, unsigned port,
                             struct io_table *dst)
{
    if (give(dst, port, giver(src, port)) != OK)
        return ERR_NOMEM;
    for (struct io_table *t = tables; t; t = t->next) {
        if (giver(t->space, port) != src)
            continue;
        if (break_up(t, port / BLOCK) == OK)
            givers(t->block[port / BLOCK])[port % BLOCK] = dst->space;
        else
            take_block(t, port / BLOCK);
        long_point(STEP_LOOKS / 8);
    }
    take(src->arch.io, port);
    return OK;
}

static enum error map_block(struct space *src, struct ports b,
                            struct io_table *dst, bool grant)
{
    unsigned block = b.first / BLOCK;
    enum error e = OK;

    if (!grant && b.end - b.first == BLOCK && dst->block[block] == 0 &&
        slot_of(src, block) & ALL_OF_BLOCK) {
        e = allow_block(dst->space, block);
        if (e == OK)
            dst->block[block] = (word_t)src | ALL_OF_BLOCK;
        return e;
    }
    for (unsigned p = b.first; p < b.end && e == OK; p++) {
        if (giver(src, p) && giver(dst->space, p) == NULL)
            e = grant ? grant_port(src, p, dst) : give(dst, p, src);
        long_point(STEP_NODE);
    }
    if (grant)
        sweep(block); /* some may have lost more than this port */
    else
        tidy(dst, block);
    return e;
}

enum error arch_io_map(struct space *src, fpage_t f, struct space *dst,
                       bool grant)
{
    struct ports p = ports_of(f);
    enum error e = OK;

    /* Nobody gets a table by what another sends who has nothing to give. */
    if (dst->privileged || src == dst ||
        (src->arch.io == NULL && !src->privileged))
        return OK;
    struct io_table *t = table_of(dst);
    if (t == NULL)
        return ERR_NOMEM;
    while (p.first < p.end && e == OK) {
        struct ports b = next_block(&p);
        if (slot_of(src, b.first / BLOCK))
            e = map_block(src, b, t, grant && !src->privileged);
        long_point(STEP_NODE);
    }
    return e;
}

/* ---- unmap --------------------------------------------------------------- */

static void unmap_block(struct space *s, struct ports b, bool flush)
{
    unsigned block = b.first / BLOCK;
    bool whole = b.end - b.first == BLOCK;

    for (struct io_table *t = tables; t; t = t->next) {
        bool own = flush && t == s->arch.io;
        if (whole && (own || whole_giver(t->block[block]) == s))
            take_block(t, block);
        for (unsigned p = b.first; p < b.end && t->block[block]; p++) {
            if (own || giver(t->space, p) == s)
                take(t, p);
            long_point(STEP_LOOKS / 4);
        }
        long_point(STEP_LOOKS / 8);
    }
    sweep(block);
}

void arch_io_unmap(struct space *s, fpage_t f, bool flush)
{
    struct ports p = ports_of(f);

    while (p.first < p.end) {
        struct ports b = next_block(&p);
        if (slot_of(s, b.first / BLOCK))
            unmap_block(s, b, flush);
        long_point(STEP_LOOKS / 8);
    }
}

void io_destroy(struct space *s)
{
    struct io_table *t = s->arch.io;

    if (t || s->privileged)
        arch_io_unmap(s, FPAGE_IO_COMPLETE, true);
    if (t == NULL)
        return;
    if (t->next)
        t->next->prev = t->prev;
    if (t->prev)
        t->prev->next = t->next;
    else
        tables = t->next;
    s->arch.io = NULL;
    kmem_free(s, t, sizeof *t);
}

/* ---- access -------------------------------------------------------------- */

struct access {
    unsigned port, bytes; /* bytes 0: no port instruction */
};

static bool is_prefix(unsigned byte)
{
    return byte == 0x66 || byte == 0x67 || byte == 0xf2 || byte == 0xf3 ||
           byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e ||
           byte == 0x64 || byte == 0x65;
}

/* The port instruction at t's ip: in, out, ins, outs (Intel's manual 2). */
static struct access decode(struct tcb *t)
{
    enum { LONGEST = 15, OPERAND_SIZE = 0x66 };
    unsigned bytes = 4, at = 0;
    int byte;

    while ((byte = code_byte(t, at)) >= 0 && is_prefix((unsigned)byte)) {
        if (byte == OPERAND_SIZE)
            bytes = 2;
        if (++at == LONGEST)
            return (struct access){ 0, 0 };
    }
    if (byte < 0)
        return (struct access){ 0, 0 };
    if (!(byte & 1)) /* of each pair, the even one moves bytes */
        bytes = 1;
    switch (byte & ~1) {
    case 0xe4: /* in, out: port in the instruction */
    case 0xe6:
        byte = code_byte(t, at + 1);
        return (struct access){ (unsigned)byte, byte < 0 ? 0 : bytes };
    case 0xec: /* in, out, ins, outs: port in dx */
    case 0xee:
    case 0x6c:
    case 0x6e:
        return (struct access){ t->arch.regs.edx & 0xffff, bytes };
    default:
        return (struct access){ 0, 0 };
    }
}

bool io_trap(struct tcb *t)
{
    struct access a = decode(t);
    unsigned bits = 0;
    unsigned first = a.port;

    if (a.bytes == 0 || a.port + a.bytes > PORTS)
        return false;
    while (giver(t->space, first) != NULL) {
        if (++first == a.port + a.bytes)
            return false; /* it was not for the ports */
    }
    /* The smallest aligned range around the access. */
    while ((a.port & ~((1u << bits) - 1)) + (1u << bits) < a.port + a.bytes)
        bits++;
    a.port &= ~((1u << bits) - 1);
    fault_io(t, (fpage_t)a.port << 16 | bits << 10 | FPAGE_IO_MARK);
    return true;
}
