/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel wants from a flattened device tree: memory, reservations and
 * the initrd. The tree is read twice, because RAM must come before what is
 * reserved in it, and in the tree they come in any order.
 */
#include "boot.h"
#include "string.h"

enum {
    MAGIC = (int)0xd00dfeed,
    BEGIN_NODE = 1,
    END_NODE = 2,
    PROPERTY = 3,
    NOP = 4,
    END = 9,
    HEADER_BYTES = 40,
    DEPTHS = 8, /* what lies deeper is of no interest */
};

enum node_kind { NODE_OTHER, NODE_MEMORY, NODE_RESERVED, NODE_CHOSEN };

struct node {
    enum node_kind kind;
    const uint8_t *reg;
    word_t reg_bytes;
    bool disabled;
};

struct walk {
    struct boot *b;
    const uint8_t *base;
    word_t structs, structs_end, strings, strings_end; /* offsets */
    bool want_memory; /* first pass; else all the rest */
    unsigned depth;   /* of the current node; the root's is 1 */
    bool in_reserved; /* below /reserved-memory */
    struct {
        unsigned address, size;
    } cells[DEPTHS + 1]; /* for children */
    struct node node;    /* whose properties are being read */
    uint64_t initrd_start, initrd_end;
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static uint64_t be_cells(const uint8_t *p, unsigned cells)
{
    uint64_t v = 0;

    for (; cells; cells--, p += 4)
        v = v << 32 | be32(p);
    return v;
}

static _Noreturn void broken(void)
{
    boot_fail(BOOT_BAD_MAP, "broken device tree");
}

/* Only what a word can address; the rest of a larger machine is not used. */
static void add_clipped(struct boot *b, uint64_t start, uint64_t size,
                        unsigned type)
{
    const uint64_t last = ~(paddr_t)0xfff;

    if (size > ~start)
        size = ~start;
    if (start >= last)
        return;
    uint64_t end = start + size < last ? start + size : last;
    boot_add_region(b, (paddr_t)start, (paddr_t)end, type);
}

static void add_reg(struct walk *w, unsigned type)
{
    unsigned parent = w->depth - 1;
    unsigned address = w->cells[parent].address, size = w->cells[parent].size;
    word_t entry = (address + size) * 4;
    const uint8_t *p = w->node.reg;

    if (p == NULL || w->node.disabled)
        return;
    if (address > 2 || size > 2 || size == 0)
        broken();
    for (word_t left = w->node.reg_bytes; left >= entry; left -= entry) {
        add_clipped(w->b, be_cells(p, address), be_cells(p + address * 4, size),
                    type);
        p += entry;
    }
}

/* All properties of the current node are known. */
static void node_complete(struct walk *w)
{
    if (w->want_memory && w->node.kind == NODE_MEMORY)
        add_reg(w, 1);
    if (!w->want_memory && w->node.kind == NODE_RESERVED)
        add_reg(w, 2);
    w->node = (struct node){ .kind = NODE_OTHER };
}

/* `name` is `want`, or `want` with a unit address. */
static bool is_named(const char *name, const char *want)
{
    word_t n = strlen(want);

    return memcmp(name, want, n) == 0 && (name[n] == '\0' || name[n] == '@');
}

static void node_begin(struct walk *w, const char *name)
{
    node_complete(w);
    w->depth++;
    if (w->depth <= DEPTHS) {
        w->cells[w->depth].address = 2;
        w->cells[w->depth].size = 1;
    }
    if (w->depth == 2) {
        w->in_reserved = strcmp(name, "reserved-memory") == 0;
        if (strcmp(name, "chosen") == 0)
            w->node.kind = NODE_CHOSEN;
        else if (strlen(name) >= 6 && is_named(name, "memory"))
            w->node.kind = NODE_MEMORY;
    } else if (w->depth == 3 && w->in_reserved) {
        w->node.kind = NODE_RESERVED;
    }
}

static void property(struct walk *w, const char *name, const uint8_t *value,
                     word_t bytes)
{
    bool number = bytes == 4 || bytes == 8;

    if (strcmp(name, "reg") == 0) {
        w->node.reg = value;
        w->node.reg_bytes = bytes;
    } else if (strcmp(name, "status") == 0) {
        w->node.disabled = bytes < 2 || memcmp(value, "ok", 2) != 0;
    } else if (strcmp(name, "#address-cells") == 0 && bytes == 4) {
        if (w->depth <= DEPTHS)
            w->cells[w->depth].address = be32(value);
    } else if (strcmp(name, "#size-cells") == 0 && bytes == 4) {
        if (w->depth <= DEPTHS)
            w->cells[w->depth].size = be32(value);
    } else if (w->node.kind == NODE_CHOSEN && number) {
        if (strcmp(name, "linux,initrd-start") == 0)
            w->initrd_start = be_cells(value, (unsigned)bytes / 4);
        if (strcmp(name, "linux,initrd-end") == 0)
            w->initrd_end = be_cells(value, (unsigned)bytes / 4);
    }
}

/* The string at `at`, which must end before `end`. */
static const char *text(const struct walk *w, word_t at, word_t end)
{
    const char *s = (const char *)w->base + at;

    for (word_t i = at; i < end; i++) {
        if (w->base[i] == '\0')
            return s;
    }
    broken();
}

/* Reads the property at `at`; result: where the next token is. */
static word_t read_property(struct walk *w, word_t at)
{
    if (w->structs_end - at < 8)
        broken();
    word_t bytes = be32(w->base + at);
    word_t name = be32(w->base + at + 4);

    at += 8;
    if (bytes > w->structs_end - at || name >= w->strings_end - w->strings)
        broken();
    property(w, text(w, w->strings + name, w->strings_end), w->base + at,
             bytes);
    return at + ((bytes + 3) & ~(word_t)3);
}

static void walk_tree(struct walk *w)
{
    word_t at = w->structs;

    w->depth = 0;
    w->node = (struct node){ .kind = NODE_OTHER };
    while (at <= w->structs_end && w->structs_end - at >= 4) {
        uint32_t token = be32(w->base + at);
        at += 4;
        if (token == BEGIN_NODE) {
            const char *name = text(w, at, w->structs_end);
            node_begin(w, name);
            at += (strlen(name) + 4) & ~(word_t)3;
        } else if (token == PROPERTY && w->depth) {
            at = read_property(w, at);
        } else if (token == END_NODE && w->depth) {
            node_complete(w);
            w->depth--;
        } else if (token == END && w->depth == 0) {
            return;
        } else if (token != NOP) {
            broken();
        }
    }
    broken();
}

static void read_reservations(struct walk *w, word_t at, word_t total)
{
    for (; at <= total && total - at >= 16; at += 16) {
        uint64_t start = be_cells(w->base + at, 2);
        uint64_t size = be_cells(w->base + at + 8, 2);
        if (size == 0)
            return;
        add_clipped(w->b, start, size, 2);
    }
    broken();
}

void boot_fdt(struct boot *b, const void *fdt)
{
    struct walk w = { .b = b, .base = fdt, .want_memory = true };

    if (fdt == NULL || be32(w.base) != (uint32_t)MAGIC)
        boot_fail(BOOT_BAD_MAP, "no device tree");
    word_t total = be32(w.base + 4);
    w.structs = be32(w.base + 8);
    w.strings = be32(w.base + 12);
    word_t structs = be32(w.base + 36), strings = be32(w.base + 32);
    if (total < HEADER_BYTES || w.structs > total || w.strings > total ||
        structs > total - w.structs || strings > total - w.strings)
        broken();
    w.structs_end = w.structs + structs;
    w.strings_end = w.strings + strings;
    walk_tree(&w);
    w.want_memory = false;
    walk_tree(&w);
    read_reservations(&w, be32(w.base + 16), total);
    if (w.initrd_start < w.initrd_end && w.initrd_end <= ~(paddr_t)0)
        boot_cpio(b, (paddr_t)w.initrd_start,
                  (word_t)(w.initrd_end - w.initrd_start));
}
