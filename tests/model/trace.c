/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes random operations on spaces with what the model says of them (trace.h)
 * to standard output, and what kinds there were to standard error.
 * Arguments: seed, number of operations, the rights of which each makes a page
 * readable, log2 of the pages in the smallest large page, the address bits of a
 * page's number.
 */
#include <stdlib.h>
#include <string.h>

#include "map_model.h"
#include "test.h"
#include "trace.h"

enum {
    SWEEP = 1000,
    SMALL = 4 /* in so many operations a run of small pages */
};

static struct trace_head head = { .magic = TRACE_MAGIC };
static unsigned readable;   /* any of these rights lets the processor read */
static unsigned block_bits; /* model pages in the smallest large page, log2 */
static unsigned maps, grants, unmaps, flushes, destroyed, changed, partial;
static unsigned probes, seen, deepest_chain;
static unsigned long operations;
static struct model_page before[MODEL_SPACES][MODEL_PAGES];

static bool any_page(int space, int page)
{
    (void)space;
    (void)page;
    return true;
}
static bool any_frame(int frame)
{
    (void)frame;
    return true;
}

static int random_below(int n)
{
    return (int)(test_random() % (unsigned long)n);
}

static void put(struct trace_step s)
{
    fwrite(&s, sizeof(s), 1, stdout);
    head.count++;
}

static int depth(int space, int page)
{
    int n = 0;

    for (; space > 0 && model[space][page].present; n++) {
        struct model_page *m = &model[space][page];
        space = m->space;
        page = m->page;
    }
    return n;
}

static fpage_t fpage(int page, unsigned log2_pages, unsigned rights)
{
    return (fpage_t)page << 12 | (12 + log2_pages) << 4 | rights;
}

/* A page that is there, with a long chain if possible; -1: there is none. */
static int present_page(int *space)
{
    int best = -1, best_space = 0, best_depth = 0;

    for (int i = 0; i < 24; i++) {
        int s = 1 + random_below(MODEL_SPACES - 1);
        int p = random_below(MODEL_PAGES), d = depth(s, p);
        if (d > best_depth || (d && best < 0)) {
            best = p;
            best_space = s;
            best_depth = d;
        }
        if (best >= 0 && i % 8 == 7 && random_below(2))
            break;
    }
    *space = best_space;
    return best;
}

/* Is the large page around p as it would be if it were mapped in one piece? */
static bool in_large_page(int space, int p)
{
    int size = 1 << block_bits, first = p & ~(size - 1);

    for (int i = 0; i < size; i++) {
        struct model_page *m = &model[space][first + i];
        if (!m->present || m->frame % size != i ||
            m->space != model[space][first].space ||
            m->page - i != model[space][first].page)
            return false;
    }
    return true;
}

/* ---- probes -------------------------------------------------------------- */

static void probe(int space, int page, bool write)
{
    const struct model_page *m = &model[space][page];
    bool can = m->present && m->rights & (write ? RIGHT_W : readable);

    put((struct trace_step){ .op = write ? TRACE_WRITE : TRACE_READ,
                             .space = (uint8_t)space,
                             .f = (uint32_t)page,
                             .expect = can ? (uint32_t)m->frame + 1 : 0 });
    probes++;
    seen += can;
    if (can)
        model_access(space, page, write ? RIGHT_W : RIGHT_R);
}

static void sweep(void)
{
    for (int s = 1; s < MODEL_SPACES; s++)
        for (int p = 0; p < MODEL_PAGES; p++)
            probe(s, p, false);
}

/* ---- operations ---------------------------------------------------------- */

static struct trace_step random_map(unsigned most)
{
    struct trace_step s = { .op = TRACE_MAP };
    unsigned rights = test_random() % 4 ? 7 : (unsigned)random_below(8);
    int from = 0, page = random_below(MODEL_PAGES);

    if (test_random() % 4) {
        int p = present_page(&from);
        if (p >= 0)
            page = p;
    }
    s.space = (uint8_t)from;
    do /* nobody sends to himself */
        s.other = (uint8_t)(1 + random_below(MODEL_SPACES - 1));
    while (s.other == s.space);
    s.f = (uint32_t)fpage(page, (unsigned)random_below((int)most + 1), rights);
    s.base = (uint32_t)random_below(MODEL_PAGES) << 12;
    s.window =
        (uint32_t)(test_random() % 2
                       ? fpage(0, TRACE_BITS, 0)
                       : fpage(random_below(MODEL_PAGES),
                               (unsigned)random_below(TRACE_BITS + 1), 0));
    /* What was done to a granted page may be told to its new owner. */
    if (from && most && test_random() % 4 == 0)
        s.op = TRACE_GRANT;
    return s;
}

static struct trace_step random_unmap(unsigned most)
{
    struct trace_step s = { .op =
                                test_random() % 2 ? TRACE_FLUSH : TRACE_UNMAP };
    int space, page = present_page(&space);
    unsigned size = (unsigned)random_below((int)most + 1);
    unsigned rights = test_random() % 2 ? 7 : (unsigned)random_below(8);

    if (page < 0 || test_random() % 8 == 0) {
        space = random_below(MODEL_SPACES);
        page = random_below(MODEL_PAGES);
    }
    /* Often a piece of a large page. */
    for (int i = 0; i < 32 && !in_large_page(space, page) && space; i++)
        page = test_random() % 2 ? random_below(MODEL_PAGES) : page;
    if (space && in_large_page(space, page) && size >= block_bits)
        size = (unsigned)random_below((int)block_bits);
    if (space == 0) /* the root task's own pages stay */
        s.op = TRACE_UNMAP;
    s.space = (uint8_t)space;
    s.f = (uint32_t)fpage(page, size, rights);
    return s;
}

static void apply(struct trace_step *s)
{
    unsigned log2_pages = (s->f >> 4 & 63) - 12;

    switch (s->op) {
    case TRACE_MAP:
    case TRACE_GRANT:
        model_map(s->space, s->f, s->base, s->other, s->window,
                  s->op == TRACE_GRANT);
        break;
    case TRACE_UNMAP:
    case TRACE_FLUSH:
        partial += s->space && log2_pages < block_bits &&
                   in_large_page(s->space, (int)(s->f >> 12));
        s->expect = model_unmap(s->space, s->f, s->op == TRACE_FLUSH);
        break;
    default:
        model_destroy(s->space);
    }
}

static bool changes(void)
{
    for (int i = 1; i < MODEL_SPACES; i++) {
        for (int p = 0; p < MODEL_PAGES; p++) {
            const struct model_page *m = &model[i][p], *b = &before[i][p];
            if (m->present != b->present || m->frame != b->frame ||
                m->space != b->space || m->page != b->page ||
                m->rights != b->rights)
                return true;
        }
    }
    return false;
}

static void operation(bool small)
{
    unsigned most = small ? 0 : TRACE_BITS, what = test_random() % 64;
    unsigned pieces = partial;
    struct trace_step s;
    bool change;

    memcpy(before, model, sizeof(before));
    do {
        memcpy(model, before, sizeof(before));
        partial = pieces;
        if (what == 0)
            s = (struct trace_step){
                .op = TRACE_DESTROY,
                .space = (uint8_t)(1 + random_below(MODEL_SPACES - 1))
            };
        else
            s = what < 36 ? random_map(most) : random_unmap(most);
        s.exact = small;
        apply(&s);
        change = changes();
    } while (!change && test_random() % 2);
    changed += change;
    unsigned *count[] = { &maps,   &grants, &unmaps,   &flushes,
                          &probes, &probes, &destroyed };
    ++*count[s.op];
    put(s);
    operations++;
    int space, page = present_page(&space);
    if (page >= 0) {
        int d = depth(space, page);
        if ((unsigned)d > deepest_chain)
            deepest_chain = (unsigned)d;
        probe(space, page, test_random() % 2);
    }
    probe(1 + random_below(MODEL_SPACES - 1), random_below(MODEL_PAGES),
          test_random() % 2);
    if (operations % SWEEP == 0)
        sweep();
}

/* All spaces empty again. */
static void destroy_all(void)
{
    for (int i = 1; i < MODEL_SPACES; i++) {
        struct trace_step s = { .op = TRACE_DESTROY, .space = (uint8_t)i };
        model_destroy(i);
        put(s);
        destroyed++;
    }
    model_unmap(0, fpage(0, TRACE_BITS, 0), false);
    put((struct trace_step){ .op = TRACE_UNMAP,
                             .f = (uint32_t)fpage(0, TRACE_BITS, 0) });
}

int main(int argc, char **argv)
{
    if (argc != 5 + TRACE_BITS)
        return 2;
    unsigned long total = strtoul(argv[2], NULL, 10);
    readable = (unsigned)strtoul(argv[3], NULL, 10);
    block_bits = (unsigned)strtoul(argv[4], NULL, 10);
    for (int i = 0; i < TRACE_BITS; i++)
        head.bits[i] = (uint8_t)strtoul(argv[5 + i], NULL, 10);
    test_random_seed(strtoul(argv[1], NULL, 10));
    model_user_page = any_page;
    model_usable_frame = any_frame;
    model_reset();
    fwrite(&head, sizeof(head), 1, stdout);
    while (operations < total) {
        bool small = operations % (SWEEP * SMALL) < SWEEP;
        if (operations % SWEEP == 0 && operations % (SWEEP * SMALL) <= SWEEP)
            destroy_all();
        operation(small);
    }
    sweep();
    fseek(stdout, 0, SEEK_SET);
    fwrite(&head, sizeof(head), 1, stdout);
    fprintf(stderr,
            "%lu operations, %u change something: map %u, grant %u, unmap %u, "
            "flush %u, destroy %u; %u of a piece of a large page; depth %u; "
            "%u accesses, %u that succeed\n",
            operations, changed, maps, grants, unmaps, flushes, destroyed,
            partial, deepest_chain, probes, seen);
    return ferror(stdout) != 0;
}
