/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O ports: the mapping model of memory for a space of 65,536 ports (x2.md
 * 1.5, 2.10.5, 2.11, 3.3).
 *
 * A space that holds ports has a number. For each port that another space gave
 * it, it notes that space's number, in chunks that exist where it holds any; so
 * the derivations of a port form a tree that is read from the leaves, revoking
 * needs no memory, and every port has rights of its own. Privileged spaces hold
 * all ports, from nobody.
 *
 * The processor looks at the bitmap of the task state segment, of which there
 * is one. It is filled when a thread's access traps and its space holds the
 * port, and open only while that thread runs: SLOW_IO keeps the short path from
 * leaving it, as SLOW_FPU does for another part of the machine.
 */
#include <arch/trap.h>

#include "arch.h"
#include "kmem.h"
#include "sched.h"
#include "space.h"
#include "string.h"

enum {
    PORTS = 65536,
    CHUNK_PORTS = 2048,
    CHUNKS = PORTS / CHUNK_PORTS,
    NUMBERS = 256, /* of spaces that hold ports; 0 stands for nobody */
};

struct chunk {
    uint8_t giver[CHUNK_PORTS]; /* number of the space it came from, or 0 */
    uint8_t closed[CHUNK_PORTS / 8]; /* for the processor: 1 = not held     */
};

struct io_space {
    unsigned number;
    struct chunk *chunk[CHUNKS];
};

static struct io_space *io_spaces[NUMBERS];
struct tcb *io_thread;             /* the bitmap is open for this one */
static struct io_space *io_loaded; /* whose ports are in the bitmap   */

/* ---- who holds what ------------------------------------------------------ */

static struct io_space *io_of(struct space *s)
{
    if (s->arch.io)
        return s->arch.io;
    for (unsigned n = 1; n < NUMBERS; n++) {
        if (io_spaces[n])
            continue;
        struct io_space *io = kmem_alloc(s, sizeof *io);
        if (io)
            io->number = n;
        io_spaces[n] = s->arch.io = io;
        return io;
    }
    return NULL;
}

static unsigned giver_of(const struct io_space *io, unsigned port)
{
    const struct chunk *c = io ? io->chunk[port / CHUNK_PORTS] : NULL;

    return c ? c->giver[port % CHUNK_PORTS] : 0;
}

static bool holds(const struct space *s, unsigned port)
{
    return s->privileged || giver_of(s->arch.io, port) != 0;
}

/* The bitmap in the task state segment is not io's any more. */
static void forget_loaded(const struct io_space *io)
{
    if (io_loaded != io)
        return;
    io_loaded = NULL;
    io_close();
}

static void put(struct io_space *io, unsigned port, unsigned giver)
{
    struct chunk *c = io->chunk[port / CHUNK_PORTS];
    unsigned i = port % CHUNK_PORTS;

    c->giver[i] = (uint8_t)giver;
    c->closed[i / 8] &= (uint8_t) ~(1 << i % 8);
    if (giver == 0)
        c->closed[i / 8] |= (uint8_t)(1 << i % 8);
    forget_loaded(io);
}

static bool make_chunk(struct space *s, struct io_space *io, unsigned port)
{
    struct chunk **c = &io->chunk[port / CHUNK_PORTS];

    if (*c == NULL && (*c = kmem_alloc(s, sizeof **c)) != NULL)
        memset((*c)->closed, 0xff, sizeof(*c)->closed);
    return *c != NULL;
}

/* ---- map, grant, revoke -------------------------------------------------- */

struct range {
    unsigned first, end;
};

static struct range range_of(fpage_t f)
{
    unsigned bits = f >> 10 & 0x3f;
    unsigned ports = bits > 16 ? PORTS : 1u << bits;
    unsigned first = (f >> 16 & 0xffff) & ~(ports - 1);

    return (struct range){ first, first + ports };
}

/* `to` takes from's place: what from gave comes from `to` now. */
static void take_place(struct io_space *from, struct io_space *to,
                       unsigned port)
{
    for (unsigned n = 1; n < NUMBERS; n++) {
        if (io_spaces[n] && giver_of(io_spaces[n], port) == from->number)
            put(io_spaces[n], port, to->number);
    }
    put(from, port, 0);
}

enum error arch_io_map(struct space *src, fpage_t f, struct space *dst,
                       bool grant)
{
    struct range r = range_of(f);
    struct io_space *from = io_of(src), *to = io_of(dst);

    if (from == NULL || to == NULL)
        return ERR_NOMEM;
    if (src == dst)
        return OK;
    for (unsigned port = r.first; port < r.end; port++) {
        unsigned giver = giver_of(from, port);
        bool gives = grant && giver != 0;

        if (!holds(src, port))
            continue;
        if (!holds(dst, port)) {
            if (!make_chunk(dst, to, port))
                return ERR_NOMEM;
            put(to, port, gives ? giver : from->number);
        }
        if (gives)
            take_place(from, to, port);
    }
    return OK;
}

/* All that holds this port from `number`, at any distance, loses it. */
static void revoke(unsigned port, unsigned number)
{
    bool gone[NUMBERS] = { [0] = false }, changed = true;

    gone[number] = true;
    while (changed) {
        changed = false;
        for (unsigned n = 1; n < NUMBERS; n++) {
            unsigned giver = giver_of(io_spaces[n], port);
            if (giver == 0 || !gone[giver])
                continue;
            put(io_spaces[n], port, 0);
            gone[n] = changed = true;
        }
    }
}

void arch_io_unmap(struct space *s, fpage_t f, bool flush)
{
    struct range r = range_of(f);
    struct io_space *io = s->arch.io;

    if (io == NULL)
        return;
    for (unsigned port = r.first; port < r.end; port++) {
        if (!holds(s, port))
            continue;
        revoke(port, io->number);
        if (flush && giver_of(io, port) != 0)
            put(io, port, 0);
    }
}

void io_destroy(struct space *s)
{
    struct io_space *io = s->arch.io;

    if (io == NULL)
        return;
    for (unsigned port = 0; port < PORTS; port++) {
        if (holds(s, port))
            revoke(port, io->number);
    }
    forget_loaded(io);
    for (unsigned i = 0; i < CHUNKS; i++) {
        if (io->chunk[i])
            kmem_free(s, io->chunk[i], sizeof *io->chunk[i]);
    }
    io_spaces[io->number] = NULL;
    kmem_free(s, io, sizeof *io);
    s->arch.io = NULL;
}

/* ---- access -------------------------------------------------------------- */

void io_close(void)
{
    if (io_thread == NULL)
        return;
    io_thread->slow &= ~(word_t)SLOW_IO;
    io_thread = NULL;
    gdt_io_open(false);
}

static void open_for(struct tcb *t)
{
    struct io_space *io = t->space->arch.io;

    if (io_loaded != io) {
        for (unsigned i = 0; i < CHUNKS; i++)
            gdt_io_load(i * (CHUNK_PORTS / 8), CHUNK_PORTS / 8,
                        io->chunk[i] ? io->chunk[i]->closed : NULL);
        io_loaded = io;
    }
    io_thread = t;
    t->slow |= SLOW_IO;
    gdt_io_open(true);
}

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
    bool all = true;

    if (a.bytes == 0 || a.port + a.bytes > PORTS)
        return false;
    for (unsigned i = 0; i < a.bytes; i++)
        all &= holds(t->space, a.port + i);
    if (all && t != io_thread) {
        open_for(t);
        return true;
    }
    if (all)
        return false;
    /* The smallest aligned range around the access. */
    while ((a.port & ~((1u << bits) - 1)) + (1u << bits) < a.port + a.bytes)
        bits++;
    a.port &= ~((1u << bits) - 1);
    fault_io(t, (fpage_t)a.port << 16 | bits << 10 | FPAGE_IO_MARK);
    return true;
}
