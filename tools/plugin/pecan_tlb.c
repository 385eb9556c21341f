/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TLB as a real processor could have it - a plugin for QEMU's TCG.
 *
 * It never loses an entry by itself, and it learns of switches and maintenance
 * from the instruction stream alone; docs/oracle.md says what is modelled. A
 * line for each access for which such a processor could have used what the page
 * tables no longer say (numbers in hexadecimal, accesses as below):
 *   stale WHY pc=.. va=.. access=.. entry=.. now=.. space=.. asid=..
 * and at the end
 *   oracle accesses=.. walks=.. entries=.. faults=.. stale=..
 *
 * Arguments: base=ADDR, where the kernel begins; end=ADDR, where it ends
 * (default: with the addresses); start=ADDR, where users begin;
 * firmware_low=ADDR, firmware_high=ADDR, code that is not translated;
 * the functions fault=fault_page(thread, va, access), touch=arch_touch(space,
 * va, access), sync=arch_sync_code(p, bytes), clean=cache_flush(p, bytes),
 * free=kmem_free(account, p, bytes); repair=ADDR, the instruction that follows
 * on a fault for which the tables have no reason; ignore=ADDR, an instruction
 * of maintenance that is taken as absent. All but base may be left out, ignore
 * given several times. arm926=1: that processor, not one with ARMv7; step=ADDR:
 * instructions on its page are translated one by one, so that registers are
 * right at each; may be given several times.
 *
 * How registers and memory are read: pecan_trace.c. Registers are right at the
 * begin of a translation block, and behind an instruction that calls a helper;
 * instructions that change the translation are one or the other, and do not
 * change the registers that they name.
 */
#define _GNU_SOURCE
#include "pecan_tlb_lines.h"
#include "qemu_plugin.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_BITS = 12, PAGE = 1 << PAGE_BITS, LINE_BITS = 6 };
/* Sets times ways of the data cache of the one ARM processor that there is.
 * Which of them the kernel cleans cannot be seen, only how many. */
enum { CACHE_PLACES = 512 };
enum { MAX_IGNORED = 64, MAX_REPORTS = 20, MAX_STEPS = 3, MAX_PLACES = 64 };

/* Accesses: a bit each, those of users above those of the kernel. */
enum { READ = 1, WRITE = 2, EXECUTE = 4, BY_USER = 3 };

/* ---- registers and memory ------------------------------------------------ */

struct byte_array { /* glib's GByteArray */
    uint8_t *data;
    unsigned len;
};
static struct byte_array *(*array_new)(void);
static struct byte_array *(*array_set_size)(struct byte_array *, unsigned);
static void *(*get_cpu)(int number);
static int (*read_register)(void *cpu, struct byte_array *to, int number);
static int (*read_memory)(void *cpu, uint64_t addr, void *to, size_t bytes,
                          bool write);
static void *(*map_physical)(uint64_t addr, uint64_t *bytes, bool write);
static int (*insert_breakpoint)(void *cpu, uint64_t pc, int flags, void **);

/* The processor that boots; what others there are stay in the firmware. */
static unsigned kernel_cpu;

static uint64_t cpu_register(int number)
{
    static struct byte_array *bytes;
    uint64_t value = 0;

    if (bytes == NULL)
        bytes = array_new();
    array_set_size(bytes, 0);
    int length = read_register(get_cpu((int)kernel_cpu), bytes, number);
    for (int i = length; i > 0; i--)
        value = value << 8 | bytes->data[i - 1];
    return value;
}

static void *allocate(size_t bytes)
{
    void *p = calloc(1, bytes);

    if (p == NULL)
        abort();
    return p;
}

/* What is known of a page of physical memory. */
struct frame {
    uint8_t *host;         /* where it is */
    bool tables;           /* a walk has read here */
    uint64_t written;      /* lines: since the instruction cache was emptied, */
    uint64_t dirty;        /* since they were cleaned for it, */
    uint64_t cached;       /* and since they were cleaned to memory */
    unsigned code_time;    /* `written` is of this time, */
    unsigned data_time;    /* `cached` of that */
    unsigned clean_time;   /* and `dirty` */
    uint64_t stored;       /* when the last time, */
    uint64_t stored_upper; /* and to its upper half */
};
static struct frame *frames[1 << 14]; /* of 1 << 10 each: 36 bits */
static unsigned code_time, data_time, clean_time;

static struct frame *frame_of(uint64_t pa)
{
    struct frame **group = &frames[pa >> 22 & ((1 << 14) - 1)];

    if (*group == NULL)
        *group = allocate(sizeof(struct frame) << 10);
    return &(*group)[pa >> PAGE_BITS & 1023];
}

const uint8_t *memory_at(uint64_t pa)
{
    struct frame *f = frame_of(pa);
    uint64_t length = PAGE;

    if (f->host == NULL)
        f->host = map_physical(pa & ~(uint64_t)(PAGE - 1), &length, false);
    if (f->host == NULL || length < PAGE)
        abort(); /* a page table, or what is cached, that is no memory */
    return f->host + (pa & (PAGE - 1));
}

static void walked_past_cache(uint64_t pa);

static uint64_t table_word(uint64_t pa, unsigned bytes)
{
    uint64_t value = 0;

    if (lines_dirty(pa, bytes))
        walked_past_cache(pa);
    memcpy(&value, memory_at(pa), bytes);
    frame_of(pa)->tables = true;
    return value;
}

/* ---- the processor's state ----------------------------------------------- */

#define NOWHERE UINT64_MAX
static uint64_t kernel_base = UINT64_MAX, kernel_end = UINT64_MAX;

/* The windows of small spaces are behind the kernel. */
static bool is_users(uint64_t va)
{
    return va < kernel_base || va >= kernel_end;
}

static uint64_t root; /* of the page tables */
static unsigned asid;
/* What it would have instead with the ignored instructions left out. */
static uint64_t real_root = NOWHERE;
static unsigned real_asid;
static bool paging, users; /* on; have they begun */
static uint64_t control;   /* x86: cr4 */
/* ARM926: addresses below the process id's reach are moved there, and each
 * domain can be closed (two bits: 0 closed, 1 rights count, 3 all is allowed).
 */
static uint32_t process, domains = 0x55555555;
static uint32_t real_process, real_domains = 0x55555555;
static bool user_runs; /* ARM926: the last block was a user's */

static uint64_t modified(uint64_t va)
{
    return va >> 25 == 0 ? va + process : va;
}

/* Times of what took entries away; an entry lives if it is younger. */
static uint64_t now_time = 1, all_gone, local_gone, tables_gone;
static uint64_t asid_gone[1 << 16], branches_gone;
/* What has been checked holds until this changes. */
static uint64_t epoch = 1;

static struct {
    uint64_t accesses, walks, entries, faults, stale;
} total;

/* ---- walks --------------------------------------------------------------- */

struct walk {
    unsigned steps;
    struct {
        uint64_t at, entry;
        unsigned bits; /* of an address that it does not decide */
    } step[MAX_STEPS];
    bool present;
    uint64_t frame;   /* of the page */
    uint64_t kind;    /* of memory */
    unsigned rights;  /* accesses, */
    unsigned allowed; /* those that its domain allows */
    unsigned domain;
    bool global, uncached;
    enum how how;   /* ARM926 */
    uint64_t fixed; /* ARM: what of the entry is not rights */
};

static uint64_t physical(const struct walk *w, uint64_t va)
{
    return w->frame + (va & (((uint64_t)1 << w->step[w->steps - 1].bits) - 1));
}

static uint64_t walk_step(struct walk *w, uint64_t at, unsigned bits,
                          unsigned bytes)
{
    uint64_t entry = table_word(at, bytes);

    w->step[w->steps].at = at;
    w->step[w->steps].entry = entry;
    w->step[w->steps++].bits = bits;
    return entry;
}

static void walk_x86(uint64_t va, struct walk *w)
{
    enum { P = 1, RW = 2, US = 4, CACHE = 0x18, PS = 0x80, G = 0x100 };
    uint64_t e = walk_step(w, (root & ~0xfffull) + (va >> 22) * 4, 22, 4);
    uint64_t both = e;

    if (!(e & P))
        return;
    w->present = true;
    if (e & PS) {
        w->frame = e & 0xffc00000;
        w->kind = (e & CACHE) | (e & 0x1000 ? 0x80 : 0);
    } else {
        e = walk_step(w, (e & ~0xfffull) + (va >> 12 & 1023) * 4, 12, 4);
        both &= e;
        w->present = e & P;
        w->frame = e & 0xfffff000;
        w->kind = e & (CACHE | 0x80);
    }
    w->global = e & G;
    w->uncached = w->kind == 0x18 || w->kind == 0x80;
    w->allowed = READ | EXECUTE | (both & RW ? WRITE : 0);
    if (both & US)
        w->allowed |= w->allowed << BY_USER;
}

static void walk_riscv(uint64_t va, struct walk *w)
{
    enum { V = 1, R = 2, W = 4, X = 8, U = 16, G = 32 };
    uint64_t table = root, e = 0;

    for (unsigned bits = 30;; bits -= 9) {
        e = walk_step(w, table + (va >> bits & 511) * 8, bits, 8);
        if (!(e & V))
            return;
        w->global |= (e & G) != 0;
        table = e << 10 >> 20 << 12;
        if (e & (R | W | X))
            break;
        if (bits == 12)
            return;
    }
    w->present = true;
    w->frame = table;
    w->allowed =
        (e & R ? READ : 0) | (e & W ? WRITE : 0) | (e & X ? EXECUTE : 0);
    if (e & U)
        w->allowed = w->allowed << BY_USER | (w->allowed & (READ | WRITE));
}

static void walk_arm(uint64_t va, struct walk *w)
{
    uint64_t e = walk_step(w, (root & ~0x3fffull) + (va >> 20) * 4, 20, 4);
    bool section = (e & 3) == 2;
    unsigned ap, never;

    if ((e & 3) == 1)
        e = walk_step(w, (e & ~0x3ffull) + (va >> 12 & 255) * 4, 12, 4);
    else if (!section)
        return;
    if (section ? e >> 18 & 1 : !(e & 2))
        return; /* the kernel has none of 16 MiB or 64 KiB */
    w->frame = section ? e & 0xfff00000 : e & 0xfffff000;
    ap = section ? (e >> 10 & 3) | (e >> 13 & 4) : (e >> 4 & 3) | (e >> 7 & 4);
    never = section ? e >> 4 & 1 : e & 1;
    w->kind = section ? e & (7 << 12 | 3 << 2) : e & (7 << 6 | 3 << 2);
    w->uncached = !(e & 1 << 3); /* C */
    w->fixed = section ? 0xfff00000 | 1 << 17 | 7 << 12 | 3 << 2 | 3
                       : 0xfffff000 | 1 << 11 | 7 << 6 | 3 << 2 | 2;
    w->global = !(section ? e >> 17 & 1 : e >> 11 & 1);
    w->present = ap & 1; /* the access flag: else it is not kept */
    w->allowed = READ | (never ? 0 : EXECUTE) | (ap & 4 ? 0 : WRITE);
    if (ap & 2)
        w->allowed |= w->allowed << BY_USER;
    if (!w->present)
        w->allowed = 0;
}

/* Not kept: what tables of the first level say, but for their domain. */
static void walk_arm926(uint64_t va, struct walk *w)
{
    enum { C = 8, B = 4, SECTION = 2, TABLE = 1, SMALL = 2, QUARTERS = 0x55 };
    static const unsigned may[] = { READ, READ | WRITE, READ | WRITE,
                                    READ | WRITE };
    uint64_t e = walk_step(w, (root & ~0x3fffull) + (va >> 20) * 4, 20, 4);
    unsigned ap = e >> 10 & 3;

    w->domain = e >> 5 & 15;
    w->frame = e & 0xfff00000;
    if ((e & 3) == TABLE) {
        w->steps = 0;
        e = walk_step(w, (e & ~0x3ffull) + (va >> 12 & 255) * 4, 12, 4);
        if (e && (e & 3) != SMALL)
            return; /* the kernel has no others */
        ap = e >> (4 + 2 * (va >> 10 & 3)) & 3;
        w->frame = e & 0xfffff000;
        if ((e >> 4 & 0xff) != ap * QUARTERS) { /* then it is four pages */
            w->step[0].bits = 10;
            w->frame |= va & 0xc00;
        }
        w->step[0].entry |= (uint64_t)w->domain << 32;
    } else if ((e & 3) != SECTION) {
        return;
    }
    w->present = e & 3;
    w->global = true; /* without tags all are */
    w->kind = e & (C | B);
    w->uncached = !(e & C);
    w->how = !(e & C) ? NOT_CACHED : e & B ? WRITTEN_BACK : WRITTEN_THROUGH;
    if (!w->present)
        return;
    w->allowed = may[ap] | EXECUTE;
    if (ap >= 2)
        w->allowed |= (ap == 3 ? READ | WRITE | EXECUTE : READ | EXECUTE)
                      << BY_USER;
}

/* ---- ports --------------------------------------------------------------- */

enum {
    UNTAGGED = 1,      /* no ASIDs */
    SPLIT_CACHES = 2,  /* instructions are not fetched from what was written */
    REFUSAL_STAYS = 4, /* an entry that refuses does so until it is flushed */
    KINDS_MIX = 8,     /* cached and uncached access to the same do not meet */
    CLEAN_FIRST = 16,  /* what is written reaches fetches only when cleaned */
    PREDICTS = 32,     /* branches by address, whatever has been mapped since */
    NOTHING_SURE = 64, /* of TLB and caches before they are emptied */
    BREAK_FIRST = 128, /* two sizes, places or kinds of a page never meet */
    ABSENCE_STAYS = 256,  /* entries that map nothing are kept, too */
    VIRTUAL_CACHES = 512, /* ARM926: pecan_tlb_lines.c */
};
static const struct port {
    const char *target, *read_register;
    unsigned features;
    unsigned sizes[3];    /* of pages and of what a table covers; 0: no more */
    unsigned table_entry; /* bytes */
    uint64_t accessed, dirty; /* bits that the processor sets in tables */
    int argument[3];
    void (*walk)(uint64_t va, struct walk *w);
} ports[] = {
    { "i386",
      "x86_cpu_gdb_read_register",
      UNTAGGED | KINDS_MIX,
      { 12, 22 },
      4,
      0x20,
      0x40,
      { 0, 2, 1 },
      walk_x86 },
    { "arm",
      "arm_cpu_gdb_read_register",
      SPLIT_CACHES | REFUSAL_STAYS | KINDS_MIX | CLEAN_FIRST | PREDICTS |
          NOTHING_SURE | BREAK_FIRST,
      { 12, 20 },
      4,
      0,
      0,
      { 0, 1, 2 },
      walk_arm },
    { "riscv64",
      "riscv_cpu_gdb_read_register",
      SPLIT_CACHES | NOTHING_SURE | ABSENCE_STAYS,
      { 12, 21, 30 },
      8,
      0x40,
      0x80,
      { 10, 11, 12 },
      walk_riscv },
    { "arm926",
      "arm_cpu_gdb_read_register",
      REFUSAL_STAYS | NOTHING_SURE | VIRTUAL_CACHES,
      { 12, 20, 10 },
      4,
      0,
      0,
      { 0, 1, 2 },
      walk_arm926 },
};
static const struct port *port;

static bool has(unsigned feature)
{
    return port->features & feature;
}

static uint64_t status_bits(void)
{
    return port->accessed | port->dirty;
}

static unsigned permitted(unsigned rights, unsigned domain)
{
    enum { EVERYTHING = 7 | 7 << BY_USER };
    unsigned access = domains >> 2 * domain & 3;

    return access == 1 ? rights : access == 3 ? EVERYTHING : 0;
}

/* What the page tables say. */
static void translate(uint64_t va, struct walk *w)
{
    port->walk(va, w);
    w->rights = w->allowed;
    w->allowed = permitted(w->rights, w->domain);
}

/* ---- the TLB ------------------------------------------------------------- */

enum { BUCKETS = 1 << 16 };

struct entry {
    struct entry *next, *next_at; /* same bucket by address, by place */
    uint64_t page, at, pte, born;
    uint64_t fixed; /* bits that may not change under it */
    unsigned bits, asid;
    bool table; /* not a page: the pointer to a table of pages */
    bool dead, global;
    uint64_t lost; /* status bits that the tables no longer have */
    uint64_t frame, kind;
    unsigned rights, domain;
};
static struct entry *by_page[BUCKETS], *by_place[BUCKETS];

static struct entry **page_bucket(uint64_t va, unsigned bits)
{
    return &by_page[((va >> bits) * 0x9e3779b97f4a7c15 + bits) >> 48];
}
static struct entry **place_bucket(uint64_t at)
{
    return &by_place[(at / port->table_entry * 0x9e3779b97f4a7c15) >> 48];
}

static bool alive(const struct entry *e)
{
    if (e->dead || e->born <= all_gone || (e->table && e->born <= tables_gone))
        return false;
    return e->global || (e->born > local_gone && e->born > asid_gone[e->asid]);
}

static bool covers(const struct entry *e, uint64_t va, unsigned bits)
{
    return e->bits == bits && e->page == va >> bits;
}

static bool tag_fits(const struct entry *e)
{
    return e->global || has(UNTAGGED) || e->asid == asid;
}

/* Calls fn for each living entry that translates va, of any tag. */
typedef void (*entry_fn)(struct entry *e, void *data);
static void each_entry(uint64_t va, entry_fn fn, void *data)
{
    for (unsigned i = 0; i < 3 && port->sizes[i]; i++) {
        struct entry *next;
        for (struct entry *e = *page_bucket(va, port->sizes[i]); e; e = next) {
            next = e->next;
            if (covers(e, va, port->sizes[i]) && alive(e))
                fn(e, data);
        }
    }
}

/* Result: a record for what is cached of this address; a dead one is taken
 * again. What a table says now does not replace what it said before. */
static struct entry *record_for(uint64_t va, const struct walk *w,
                                unsigned step, bool table, bool global)
{
    unsigned bits = w->step[step].bits;
    uint64_t at = w->step[step].at, pte = w->step[step].entry & ~status_bits();
    struct entry **bucket = page_bucket(va, bits), *e = *bucket;

    for (; e; e = e->next) {
        if (!covers(e, va, bits) || e->table != table || e->global != global)
            continue;
        if (!global && (e->at != at || e->asid != asid))
            continue;
        if (!alive(e) || (e->pte & ~status_bits()) == pte)
            return e;
    }
    e = allocate(sizeof(*e));
    *e = (struct entry){ .next = *bucket,
                         .next_at = *place_bucket(at),
                         .page = va >> bits,
                         .at = at,
                         .bits = bits,
                         .asid = asid,
                         .table = table,
                         .dead = true,
                         .global = global };
    *bucket = *place_bucket(at) = e;
    total.entries++;
    return e;
}

static void remember(uint64_t va, const struct walk *w, unsigned step)
{
    bool table = step + 1 < w->steps, global = !table && w->global;
    struct entry *e = record_for(va, w, step, table, global);

    if (alive(e) && e->lost)
        return;
    e->dead = false;
    e->lost = 0;
    e->born = ++now_time;
    e->pte = w->step[step].entry;
    e->fixed = table ? ~0ull : w->fixed;
    e->frame = w->frame;
    e->kind = w->kind;
    e->rights = w->rights;
    e->domain = w->domain;
}

static void remember_steps(uint64_t va, const struct walk *w, bool last)
{
    for (unsigned i = 0; i < w->steps; i++)
        if (last || i + 1 < w->steps)
            remember(va, w, i);
}

/* ---- complaints ---------------------------------------------------------- */

struct access {
    uint64_t va, pc;
    uint64_t plain; /* va before it was modified */
    unsigned bit;
    const struct walk *now;
    bool faulted, refused;
    const char *why;
    const struct entry *entry;
};

static void complain(const struct access *a)
{
    char text[256];

    if (total.stale++ >= MAX_REPORTS)
        return;
    const struct walk *w = a->now;
    snprintf(text, sizeof(text),
             "stale %s pc=%" PRIx64 " va=%" PRIx64 " access=%x entry=%" PRIx64
             " now=%" PRIx64 " space=%" PRIx64 " asid=%x\n",
             a->why, a->pc, a->va, a->bit, a->entry ? a->entry->pte : 0,
             w && w->steps ? w->step[w->steps - 1].entry : 0, root, asid);
    qemu_plugin_outs(text);
}

static void complain_of(const char *why, uint64_t va, uint64_t pc)
{
    complain(&(struct access){ .va = va, .pc = pc, .why = why });
}

/* A walk reads memory, not what a cache has for it. */
static void walked_past_cache(uint64_t pa)
{
    complain_of("cache", pa, 0);
}

/* ---- an access ----------------------------------------------------------- */

/* RISC-V: no page, but the next table. */
static bool is_table_pointer(uint64_t entry)
{
    return (entry & 15) == 1;
}

/* RISC-V: the entry is now a pointer to a table. What was remembered of it,
 * also that it maps nothing, no flush by address takes away. */
static bool now_a_table(const struct entry *e)
{
    return has(ABSENCE_STAYS) && e->at != NOWHERE && !e->table &&
           e->bits > PAGE_BITS &&
           is_table_pointer(table_word(e->at, port->table_entry));
}

static bool unrepaired; /* the instruction that repairs refusals is ignored */

/* x86 drops the entry when it faults; on RISC-V the kernel's handler does, if
 * the entry has an ASID. */
static bool refusal_stays(const struct entry *e)
{
    return has(REFUSAL_STAYS) || now_a_table(e) ||
           (!has(UNTAGGED) && (e->global || unrepaired));
}

static const char *what_is_wrong(const struct entry *e, const struct access *a)
{
    const struct walk *w = a->now;
    uint64_t offset = ((uint64_t)1 << e->bits) - 1;

    if (e->table) {
        for (unsigned i = 0; i < w->steps; i++)
            if (w->step[i].bits == e->bits &&
                (w->step[i].entry & ~status_bits()) !=
                    (e->pte & ~status_bits()))
                return a->faulted ? NULL : "table";
        return NULL;
    }
    if (!(permitted(e->rights, e->domain) & a->bit))
        return w->allowed & a->bit && !a->faulted && refusal_stays(e)
                   ? "refusal"
                   : NULL;
    if (!(w->allowed & a->bit))
        return "rights";
    if (a->faulted)
        return NULL;
    if (e->frame + (a->va & offset) != physical(w, a->va))
        return "frame";
    if (e->kind != w->kind)
        return "attributes";
    if (e->bits > w->step[w->steps - 1].bits)
        return "size";
    if (e->lost & port->accessed || (e->lost && a->bit & (WRITE * 9)))
        return "status";
    return NULL;
}

static void judge(struct entry *e, void *data)
{
    struct access *a = data;

    if (!tag_fits(e))
        return;
    const char *why = what_is_wrong(e, a);
    if (why == NULL)
        return;
    a->why = why;
    a->entry = e;
    complain(a);
    e->dead = true; /* once is enough */
}

/* Checked since the last change: page, when, which accesses, where it is. */
static struct {
    uint64_t page, epoch, frame;
    unsigned allowed;
    bool uncached;
    enum how how;
} checked[4096];

/* Executed: which page, by its virtual address and tag. */
static struct {
    uint64_t page, frame, time;
    unsigned asid;
} executed[1 << 16];

/* A prediction for this address may be of other code. */
static void predict(const struct access *a, uint64_t frame)
{
    uint64_t page = a->va >> PAGE_BITS;
    unsigned tag = a->bit > EXECUTE ? asid : 0;
    unsigned slot = ((page << 8 | tag) * 0x9e3779b97f4a7c15) >> 48;

    if (executed[slot].page == page && executed[slot].asid == tag &&
        executed[slot].frame != frame && executed[slot].time > branches_gone)
        complain_of("branch", a->va, a->pc);
    executed[slot].page = page;
    executed[slot].frame = frame;
    executed[slot].asid = tag;
    executed[slot].time = ++now_time;
}

static bool beliefs_hold(void)
{
    return real_root == root && real_asid == asid && real_process == process &&
           real_domains == domains;
}
static void believe(void)
{
    real_root = root;
    real_asid = asid;
    real_process = process;
    real_domains = domains;
}

/* How it would go with what an ignored instruction has left in force. */
static void translate_really(uint64_t va, struct walk *w)
{
    uint64_t believed = root;
    uint32_t believed_process = process, believed_domains = domains;

    root = real_root;
    process = real_process;
    domains = real_domains;
    if (root != NOWHERE)
        translate(modified(va), w);
    root = believed;
    process = believed_process;
    domains = believed_domains;
}

/* What holds for the tables that an ignored switch has left in force, and
 * before anything was emptied. */
static void check_begin(const struct access *a)
{
    if (real_root != root || real_process != process ||
        real_domains != domains) {
        struct walk real = { .steps = 0 };
        translate_really(a->plain, &real);
        if (real.frame != a->now->frame || real.allowed != a->now->allowed) {
            complain_of("root", a->va, a->pc);
            real_root = root;
            real_process = process;
            real_domains = domains;
        }
    }
    if (has(NOTHING_SURE) && !all_gone) {
        complain_of("start", a->va, a->pc);
        all_gone = 1;
    }
    if (has(VIRTUAL_CACHES) && !lines_known()) {
        complain_of("start", a->va, a->pc);
        lines_forget_all();
    }
    if (has(CLEAN_FIRST) && !code_time && a->bit & (EXECUTE * 9)) {
        complain_of("start", a->va, a->pc);
        code_time = 1;
    }
}

static uint64_t access_slow(uint64_t plain, uint64_t pc, unsigned bit)
{
    uint64_t va = modified(plain), page = plain >> PAGE_BITS;
    struct walk w = { .steps = 0 };
    struct access a = {
        .va = va, .plain = plain, .pc = pc, .bit = bit, .now = &w
    };
    unsigned slot = page & 4095;

    total.walks++;
    translate(va, &w);
    check_begin(&a);
    each_entry(va, judge, &a);
    if (!(w.allowed & bit)) { /* QEMU's own TLB is stale */
        a.why = "passed";
        a.entry = NULL;
        complain(&a);
        return UINT64_MAX;
    }
    remember_steps(va, &w, true);
    uint64_t frame = physical(&w, va) & ~(uint64_t)(PAGE - 1);
    if (has(PREDICTS) && bit & (EXECUTE * 9))
        predict(&a, frame);
    if (checked[slot].page != page || checked[slot].epoch != epoch)
        checked[slot].allowed = 0;
    checked[slot].page = page;
    checked[slot].epoch = w.step[w.steps - 1].bits < PAGE_BITS ? 0 : epoch;
    checked[slot].allowed |= bit;
    checked[slot].frame = frame;
    checked[slot].uncached = w.uncached;
    checked[slot].how = w.how;
    return frame | (va & (PAGE - 1));
}

/* Result: the physical address; all ones: not to be known. */
static uint64_t access_at(uint64_t va, uint64_t pc, unsigned bit)
{
    unsigned slot = va >> PAGE_BITS & 4095;

    total.accesses++;
    if (checked[slot].page == va >> PAGE_BITS && checked[slot].epoch == epoch &&
        checked[slot].allowed & bit)
        return checked[slot].frame | (va & (PAGE - 1));
    return access_slow(va, pc, bit);
}

/* ---- page tables change; what is written and not yet seen ---------------- */

static bool unordered_tables, unordered_flush; /* ARM: no DSB since */
static bool unordered_switch;                  /* ARM: no ISB since */
static uint64_t stores_ordered;                /* RISC-V: by the last FENCE */

static void table_written(uint64_t pa)
{
    unsigned bytes = port->table_entry;
    uint64_t at = pa & ~(uint64_t)(bytes - 1);

    epoch++;
    uint64_t bits = table_word(at, bytes);
    if (has(ABSENCE_STAYS) && is_table_pointer(bits) &&
        frame_of(bits << 10 >> 20 << 12)->stored >= stores_ordered)
        complain_of("order", 0, 0);
    for (struct entry *e = *place_bucket(at); e; e = e->next_at) {
        if (e->at != at || !alive(e))
            continue;
        unordered_tables = has(CLEAN_FIRST | VIRTUAL_CACHES);
        if (has(BREAK_FIRST) && bits & 3 && (bits ^ e->pte) & e->fixed) {
            complain_of("make", e->page << e->bits, 0);
            e->dead = true;
        }
        if (!e->table &&
            e->rights > (READ | WRITE | EXECUTE)) /* not the kernel's */
            e->lost |= e->pte & status_bits() & ~bits;
    }
}

static uint64_t lines_of(uint64_t pa, unsigned bytes)
{
    unsigned first = pa >> LINE_BITS & 63;
    unsigned last = (pa + bytes - 1) >> LINE_BITS & 63;

    return (last < first ? 0 : (((2ull << (last - first)) - 1) << first));
}

/* What caches have been emptied of since. */
static void catch_up(struct frame *f)
{
    if (f->clean_time != clean_time)
        f->dirty = 0;
    if (f->code_time != code_time)
        f->written = f->dirty; /* the rest has been seen */
    if (f->data_time != data_time)
        f->cached = 0;
    f->clean_time = clean_time;
    f->code_time = code_time;
    f->data_time = data_time;
}

static void on_store(uint64_t pa, unsigned bytes, bool uncached)
{
    struct frame *f = frame_of(pa);
    uint64_t lines = lines_of(pa, bytes);

    f->stored = now_time;
    if (pa & PAGE / 2)
        f->stored_upper = now_time;
    if (f->tables)
        for (unsigned i = 0; i < bytes; i += port->table_entry)
            table_written(pa + i);
    if (has(VIRTUAL_CACHES))
        return;
    catch_up(f);
    f->written |= lines;
    if (has(CLEAN_FIRST))
        f->dirty |= lines;
    if (!uncached)
        f->cached |= lines;
}

/* ARM926: what is cached by its virtual address. */
static void by_lines(uint64_t va, uint64_t pc, uint64_t pa, unsigned bytes,
                     unsigned access)
{
    enum how how = checked[va >> PAGE_BITS & 4095].how;
    uint64_t at = modified(va);
    bool stale;

    if (access == WRITE)
        stale = lines_write(how, at, pa, bytes);
    else if (how == NOT_CACHED)
        stale = lines_dirty(pa, bytes);
    else
        stale = lines_read(access == EXECUTE ? CODE_LINES : DATA_LINES, at, pa,
                           bytes);
    if (stale)
        complain_of(access == EXECUTE ? "code" : "cache", at, pc);
}

static bool code_unseen(uint64_t pa, unsigned bytes)
{
    struct frame *f = frame_of(pa);

    catch_up(f);
    return (f->dirty | f->written) & lines_of(pa, bytes);
}

static void on_fetch(uint64_t va, unsigned bytes)
{
    bool user = user_runs || (users && is_users(va));
    unsigned bit = user ? EXECUTE << BY_USER : EXECUTE;
    uint64_t pa = access_at(va, va, bit);

    if (pa != UINT64_MAX && has(VIRTUAL_CACHES))
        by_lines(va, va, pa, bytes, EXECUTE);
    if (pa == UINT64_MAX || !has(SPLIT_CACHES) || !code_unseen(pa, bytes))
        return;
    struct frame *f = frame_of(pa);
    complain_of("code", va, va);
    f->written &= ~lines_of(pa, bytes); /* once is enough */
    f->dirty &= ~lines_of(pa, bytes);
}

/* ---- maintenance --------------------------------------------------------- */

enum kind {
    NONE,
    SWITCH, /* of the page tables; where it has ASIDs in one, of that too */
    SWITCH_ID,
    READ_BACK, /* which tables are in force */
    PAGING,
    FEATURES, /* x86: cr4 */
    FLUSH_ALL,
    FLUSH_PAGE,      /* of the address in reg[0], ARM: and the ASID there */
    FLUSH_PAGES,     /* the same of all ASIDs */
    FLUSH_ASID,      /* in reg[0] */
    FLUSH_ASID_PAGE, /* reg[1], reg[0] */
    CODE_SYNC,
    BRANCH_SYNC,
    CODE_CLEAN,     /* of the line in reg[0] */
    CODE_CLEAN_SET, /* of one by its place in the cache */
    DATA_CLEAN,     /* the same, to memory */
    DATA_CLEAN_ALL,
    PROCESS, /* ARM926: the process id */
    DOMAINS,
    FORGET_DATA, /* ARM926: the line in reg[0], not written to memory */
    FORGET_CODE,
    FORGET_ALL,   /* both caches */
    BARRIER,      /* DSB */
    SYNCHRONIZED, /* ISB */
};
struct maintenance {
    uint64_t pc;
    enum kind kind;
    int reg[2];
    bool ignored, first; /* in its block */
    uint64_t times;
    struct maintenance *next;
};
static struct maintenance *all_maintenance;
static const struct maintenance *pending;

/* The first that are loaded: without users, safe for any ASID. */
static uint64_t kernel_tables = NOWHERE;
static struct {
    uint64_t root, time; /* whose entries may be there, since when */
    uint64_t due, pc; /* users need a flush after this, which happened here */
    const char *why;
} owner[1 << 16];               /* of an ASID; 0 in a TLB without tags */
static uint64_t cleaning;       /* the address where a loop over lines begins */
static unsigned places_cleaned; /* since the instruction cache was emptied */

/* When entries of this id went the last time. */
static uint64_t id_gone(unsigned id)
{
    return asid_gone[id] > all_gone ? asid_gone[id] : all_gone;
}

/* Before users use it, entries of this id have to go. */
static void flush_due(unsigned id, const char *why, uint64_t pc)
{
    owner[id].due = ++now_time;
    owner[id].why = why;
    owner[id].pc = pc;
}

static void users_begin(void)
{
    if (owner[real_asid].due > id_gone(real_asid)) {
        complain_of(owner[real_asid].why, 0, owner[real_asid].pc);
        owner[real_asid].due = 0; /* once is enough */
    }
}

/* Tables and ASID meet. Entries of the ASID must not be of other tables; those
 * of the kernel have global entries only. until_now: the tables that were in
 * force had the same ASID, so what was flushed before may be back. */
static void bind_id(uint64_t pc, bool until_now)
{
    if (has(UNTAGGED | VIRTUAL_CACHES) || real_root == kernel_tables ||
        real_root == NOWHERE)
        return;
    if (owner[real_asid].root && owner[real_asid].root != real_root &&
        (owner[real_asid].time > id_gone(real_asid) || until_now))
        flush_due(real_asid, "id", pc);
    owner[real_asid].root = real_root;
    owner[real_asid].time = ++now_time;
}

/* RISC-V: a root is seen as it is before it is used; what is written there once
 * it is in use is judged entry by entry. Without tags (id 0) the flush comes
 * after the switch, and spares what is global: it is in time for the users'
 * half, but not for the kernel's. */
static void order_root(uint64_t pc)
{
    const struct frame *f = frame_of(root);

    if (asid == 0 && f->stored_upper < all_gone && f->stored >= id_gone(0))
        flush_due(0, "order", pc);
    else if (asid == 0 ? f->stored_upper >= all_gone
                       : owner[asid].root != root && f->stored >= id_gone(asid))
        complain_of("order", 0, pc);
}

struct drop {
    bool tables, globals, any_asid, any;
    unsigned asid;
};
static void drop_entry(struct entry *e, void *data)
{
    struct drop *d = data;

    if ((e->table && !d->tables) || (e->global && !d->globals))
        return;
    if (!e->global && !d->any_asid && e->asid != d->asid)
        return;
    if (!d->tables && now_a_table(e))
        return;
    d->any |= !e->dead;
    e->dead = true;
}

/* A processor that speculates may walk at once again, and keep what the tables
 * say until the next flush. */
static void flush_page(uint64_t va, struct drop *d)
{
    struct walk w = { .steps = 0 };

    each_entry(va, drop_entry, d);
    if (!d->any)
        return;
    translate(va, &w);
    remember_steps(va, &w, w.present);
}

static void flush_tlb(const struct maintenance *m)
{
    uint64_t value = m->reg[0] >= 0 ? cpu_register(m->reg[0]) : 0;
    bool arm = has(CLEAN_FIRST | VIRTUAL_CACHES);
    struct drop d = { .tables = arm, .globals = true };

    if (arm && unordered_tables)
        complain_of("order", 0, m->pc);
    unordered_flush = has(CLEAN_FIRST);
    if (m->kind == FLUSH_ALL || m->kind == FLUSH_ASID)
        stores_ordered = ++now_time;
    switch (m->kind) {
    case FLUSH_ALL:
        all_gone = ++now_time;
        break;
    case FLUSH_PAGE:
        d.asid = value & 0xff;
        flush_page(arm ? value & ~0xfffull : value, &d);
        break;
    case FLUSH_PAGES:
        d.any_asid = true;
        if (has(UNTAGGED))
            tables_gone = ++now_time;
        flush_page(value, &d);
        break;
    case FLUSH_ASID:
        asid_gone[value & (arm ? 0xff : 0xffff)] = ++now_time;
        break;
    default: /* FLUSH_ASID_PAGE */
        d.asid = cpu_register(m->reg[1]) & 0xffff;
        d.globals = false;
        flush_page(value, &d);
        break;
    }
}

static void switch_tables(const struct maintenance *m)
{
    uint64_t value = cpu_register(m->reg[0]);

    if (port->walk == walk_riscv) {
        root = (value & 0xfffffffffffull) << PAGE_BITS;
        asid = value >> 44 & 0xffff;
        paging = value >> 60 == 8;
    } else {
        root = value & ~(has(UNTAGGED) ? 0xfffull : 0x3fffull);
    }
    if (kernel_tables == NOWHERE)
        kernel_tables = root;
    if (m->ignored)
        return;
    if (paging && unordered_switch && root != kernel_tables)
        complain_of("order", 0, m->pc);
    if (has(UNTAGGED))
        local_gone = ++now_time;
    if (has(ABSENCE_STAYS) && root != kernel_tables)
        order_root(m->pc);
    bool until_now =
        has(ABSENCE_STAYS) && asid == real_asid && real_root != kernel_tables;
    real_root = root;
    if (!has(CLEAN_FIRST))
        real_asid = asid;
    unordered_switch = has(CLEAN_FIRST);
    bind_id(m->pc, until_now);
}

static void switch_id(const struct maintenance *m)
{
    asid = cpu_register(m->reg[0]) & 0xff;
    if (m->ignored)
        return;
    if (paging && unordered_switch)
        complain_of("order", 0, m->pc);
    real_asid = asid;
    unordered_switch = true;
    bind_id(m->pc, false);
}

static void clean_line(const struct maintenance *m)
{
    /* Where it is not first in its block, the loop has just begun. */
    uint64_t va = m->first ? cpu_register(m->reg[0]) : cleaning;
    struct walk w = { .steps = 0 };

    translate(va, &w);
    if (!w.steps)
        return;
    remember_steps(va, &w, w.present); /* it is translated like an access */
    uint64_t pa = physical(&w, va);
    struct frame *f = frame_of(pa);
    catch_up(f);
    f->dirty &= ~lines_of(pa, 1);
    if (m->kind == DATA_CLEAN)
        f->cached &= ~lines_of(pa, 1);
}

/* The kernel goes by what an ignored instruction would have written. */
static void agree(uint64_t pc)
{
    if (!beliefs_hold())
        complain_of("root", 0, pc);
    believe();
}

static void features(const struct maintenance *m)
{
    enum { PSE = 0x10, PAE = 0x20, PGE = 0x80 };
    uint64_t value = cpu_register(m->reg[0]);

    if (paging && (value ^ control) & (PSE | PAE | PGE))
        complain_of("features", 0,
                    m->pc); /* would be maintenance, unlabelled */
    control = value;
}

static void set_state(uint32_t *believed, uint32_t *real,
                      const struct maintenance *m)
{
    *believed = (uint32_t)cpu_register(m->reg[0]);
    if (!m->ignored)
        *real = *believed;
}

/* What has been executed takes effect: registers can be read now. */
static void settle(void)
{
    const struct maintenance *m = pending;

    pending = NULL;
    epoch++;
    if (m->kind == SWITCH)
        switch_tables(m);
    else if (m->kind == SWITCH_ID)
        switch_id(m);
    else if (m->kind == PROCESS)
        set_state(&process, &real_process, m);
    else if (m->kind == DOMAINS)
        set_state(&domains, &real_domains, m);
    else if (m->kind == PAGING)
        paging = cpu_register(m->reg[0]) & (has(UNTAGGED) ? 1u << 31 : 1);
    else if (m->kind == READ_BACK)
        agree(m->pc);
    else if (m->ignored)
        return;
    else if (m->kind == FEATURES)
        features(m);
    else
        flush_tlb(m);
}

/* ---- what the machine executes ------------------------------------------- */

static uint64_t fault_pc, touch_pc, sync_pc, clean_pc, free_pc, repair_pc;
static uint64_t start_pc, firmware_low, firmware_high;
static bool in_firmware;

struct block {
    uint64_t first, bytes;
};

static void on_maintenance(unsigned cpu, void *data)
{
    struct maintenance *m = data;

    if (!users)
        kernel_cpu = cpu;
    else if (cpu != kernel_cpu)
        return;
    m->times++;
    if (m->kind == BARRIER) {
        unordered_tables = unordered_flush = false;
        stores_ordered = ++now_time;
    } else if (m->kind == SYNCHRONIZED) {
        unordered_switch = false;
    } else if (m->kind == CODE_CLEAN || m->kind == DATA_CLEAN) {
        if (!m->ignored)
            clean_line(m);
    } else if (m->kind == FORGET_DATA || m->kind == FORGET_CODE) {
        if (!m->first)
            abort(); /* no step=.. for it */
        if (!m->ignored)
            lines_forget(m->kind == FORGET_DATA ? DATA_LINES : CODE_LINES,
                         cpu_register(m->reg[0]));
    } else if (m->kind == FORGET_ALL) {
        if (!m->ignored)
            lines_forget_all();
    } else if (m->kind == CODE_CLEAN_SET) {
        places_cleaned += !m->ignored;
    } else if (m->kind == CODE_SYNC) {
        if (places_cleaned >= CACHE_PLACES)
            clean_time++;
        if (has(CLEAN_FIRST))
            places_cleaned = 0;
        if (!m->ignored) { /* ARM: this empties the branch predictor, too */
            code_time++;
            branches_gone = ++now_time;
        }
    } else if (m->kind == BRANCH_SYNC) {
        if (!m->ignored)
            branches_gone = ++now_time;
    } else if (m->kind == DATA_CLEAN_ALL) {
        data_time += !m->ignored;
    } else {
        pending = m;
    }
}

static void on_next(unsigned cpu, void *data)
{
    (void)data;
    if (pending && cpu == kernel_cpu)
        settle();
}

/* What the page tables refuse must not be in an entry either. right: as in an
 * fpage. */
static void on_fault(uint64_t va, unsigned right)
{
    struct walk w = { .steps = 0 };
    unsigned bit = right & 2 ? WRITE : right & 1 ? EXECUTE : READ;
    struct access a = { .va = va, .pc = fault_pc, .now = &w, .faulted = true };

    if (!paging || (!is_users(va) && !has(VIRTUAL_CACHES)))
        return;
    total.faults++;
    a.bit = bit << BY_USER;
    translate(va, &w);
    each_entry(va, judge, &a);
    remember_steps(va, &w, w.present || has(ABSENCE_STAYS));
}

/* What tables become that are free, nobody knows; what has been read from them
 * may still be cached. */
static void on_free(uint64_t va, uint64_t bytes, uint64_t pc)
{
    struct walk w = { .steps = 0 };

    translate(va, &w);
    uint64_t pa = physical(&w, va), end = pa + bytes;
    if (pa == real_root)
        complain_of("freed", va, pc);
    for (; pa < end; pa += port->table_entry)
        for (struct entry *e = *place_bucket(pa); frame_of(pa)->tables && e;
             e = e->next_at)
            if (e->at == pa)
                e->at = NOWHERE;
}

/* What the kernel has had while it booted no user's address may find: global
 * entries live in all spaces. */
static void check_globals(uint64_t pc)
{
    for (unsigned i = 0; i < BUCKETS; i++) {
        for (struct entry *e = by_page[i]; e; e = e->next) {
            struct walk w = { .steps = 0 };
            if (!e->global || !alive(e))
                continue;
            translate(e->page << e->bits, &w);
            if (!w.present)
                complain_of("left", e->page << e->bits, pc);
        }
    }
}

/* The space need not be the one that runs, and the kernel may use other domains
 * by now: the space's process id and domains are what it begins with. Every
 * fault comes by here. */
static void touch_arm926(void)
{
    uint32_t has[2] = { 0, 0 }, before[2] = { process, domains };
    enum { NOBODY = 1 };

    read_memory(get_cpu((int)kernel_cpu), cpu_register(port->argument[0]), has,
                sizeof(has), false);
    if (has[1] == NOBODY)
        return;
    process = has[0];
    domains = has[1];
    on_fault(modified(cpu_register(port->argument[1])),
             (unsigned)cpu_register(port->argument[2]));
    process = before[0];
    domains = before[1];
}

static void hooks(uint64_t pc)
{
    if (pc == start_pc) {
        check_globals(pc);
        users = true;
    }
    if (pc == fault_pc && !has(VIRTUAL_CACHES))
        on_fault(cpu_register(port->argument[1]),
                 (unsigned)cpu_register(port->argument[2]));
    if (pc == touch_pc && has(VIRTUAL_CACHES)) {
        touch_arm926();
    } else if (pc == touch_pc) {
        uint32_t id = 0; /* the first word of a space */
        read_memory(get_cpu((int)kernel_cpu), cpu_register(port->argument[0]),
                    &id, 4, false);
        if (id == asid)
            on_fault(cpu_register(port->argument[1]),
                     (unsigned)cpu_register(port->argument[2]));
    }
    if (pc == sync_pc || pc == clean_pc)
        cleaning = cpu_register(port->argument[0]);
    if (pc == free_pc)
        on_free(cpu_register(port->argument[1]),
                cpu_register(port->argument[2]), pc);
}

static bool firmware(uint64_t pc)
{
    struct walk w = { .steps = 0 };

    if (pc < firmware_low || pc >= firmware_high)
        return false;
    translate(pc, &w);
    return !w.present;
}

/* ARM926: users execute at addresses of the kernel's, too, where it does not:
 * in the vector page, and their own memory by its modified address. */
static bool is_user_mode(uint64_t pc)
{
    struct walk w = { .steps = 0 };

    if (!users || !has(VIRTUAL_CACHES) || pc >> 20 == kernel_base >> 20)
        return false;
    translate(modified(pc), &w);
    return w.rights >> BY_USER;
}

static uint64_t steps[MAX_PLACES];
static unsigned step_count;

/* A breakpoint that is never met makes blocks of single instructions. */
static void translate_singly(void)
{
    enum { BP_CPU = 0x20, SMALLEST_PAGE = 1024 };

    while (step_count)
        insert_breakpoint(get_cpu((int)kernel_cpu),
                          (steps[--step_count] & ~(SMALLEST_PAGE - 1ull)) | 2,
                          BP_CPU, NULL);
}

static void on_block(unsigned cpu, void *data)
{
    const struct block *b = data;
    uint64_t end = b->first + b->bytes - 1;

    if (cpu != kernel_cpu)
        return;
    if (pending)
        settle();
    if (!paging)
        return;
    translate_singly();
    user_runs = is_user_mode(b->first);
    in_firmware = firmware(b->first);
    if (in_firmware)
        return;
    if (!is_users(b->first) && !user_runs) {
        hooks(b->first);
    } else if (users) {
        if (unordered_flush || unordered_tables)
            complain_of("order", 0, b->first);
        unordered_flush = unordered_tables = unordered_switch = false;
        agree(b->first);
        users_begin();
    }
    if (b->first >> PAGE_BITS == end >> PAGE_BITS) {
        on_fetch(b->first, (unsigned)b->bytes);
        return;
    }
    uint64_t second = end & ~(uint64_t)(PAGE - 1);
    on_fetch(b->first, (unsigned)(second - b->first));
    on_fetch(second, (unsigned)(end - second + 1));
}

static void on_memory(unsigned cpu, mem_info info, uint64_t va, void *data)
{
    uint64_t pc = *(const uint64_t *)data;
    bool store = qemu_plugin_mem_is_store(info);
    unsigned bit = store ? WRITE : READ;
    unsigned bytes = 1u << qemu_plugin_mem_size_shift(info);

    if (!paging || in_firmware || cpu != kernel_cpu)
        return;
    /* The processor reads tables of the kernel by itself. */
    if (user_runs || (users && is_users(pc) && is_users(va)))
        bit <<= BY_USER;
    uint64_t pa = access_at(va, pc, bit);
    if (pa == UINT64_MAX)
        return;
    unsigned slot = va >> PAGE_BITS & 4095;
    bool uncached = checked[slot].uncached;
    if (uncached && has(KINDS_MIX)) {
        struct frame *f = frame_of(pa);
        catch_up(f);
        if (f->cached & lines_of(pa, bytes)) {
            complain_of("cache", va, pc);
            f->cached = 0;
        }
    }
    if (has(VIRTUAL_CACHES))
        by_lines(va, pc, pa, bytes, store ? WRITE : READ);
    if (store)
        on_store(pa, bytes, uncached);
    if ((va & (PAGE - 1)) + bytes > PAGE)
        access_at(va + bytes - 1, pc, bit);
}

/* ---- translation --------------------------------------------------------- */

static uint64_t ignored[MAX_IGNORED];
static unsigned ignores;

static enum kind decode_x86(const uint8_t *b, size_t bytes, int *reg)
{
    if (bytes < 2 || b[0] != 0x0f)
        return NONE;
    if (bytes == 3 && b[1] == 0x20 && (b[2] >> 3 & 7) == 3)
        return READ_BACK;
    if (b[1] == 0x09)
        return DATA_CLEAN_ALL;
    if (bytes < 3)
        return NONE;
    reg[0] = b[2] & 7;
    if (b[1] == 0x22) {
        unsigned which = b[2] >> 3 & 7;
        return which == 3   ? SWITCH
               : which == 4 ? FEATURES
               : which == 0 ? PAGING
                            : NONE;
    }
    if (b[1] == 0x01 && (b[2] & 0x38) == 0x38 && b[2] < 0xc0) {
        if (b[2] >= 0x40 ? bytes > 4 || b[3] : bytes > 3)
            abort(); /* not just a register */
        return FLUSH_PAGES;
    }
    return NONE;
}

static enum kind decode_riscv(uint32_t code, int *reg)
{
    int first = code >> 15 & 31, second = code >> 20 & 31;

    reg[0] = first;
    reg[1] = second;
    if ((code & 0xfff0707f) == 0x18001073)
        return SWITCH;
    if ((code & 0xfffff07f) == 0x18002073)
        return READ_BACK;
    if (code == 0x100f)
        return CODE_SYNC;
    if ((code & 0x110707f) == 0x110000f) /* of writes before writes */
        return BARRIER;
    if ((code & 0xfe007fff) != 0x12000073)
        return NONE;
    if (first && second)
        return FLUSH_ASID_PAGE;
    if (!first && second) {
        reg[0] = second;
        return FLUSH_ASID;
    }
    return first ? FLUSH_PAGES : FLUSH_ALL;
}

struct known {
    uint32_t code; /* CRn, CRm, op2 */
    enum kind kind;
};

static enum kind decode_mcr(uint32_t code, int *reg, const struct known *known)
{
    if ((code & 0x0ff00f10) != 0x0e000f10)
        return NONE;
    reg[0] = code >> 12 & 15;
    uint32_t which = (code & 0xf0000) | (code & 15) << 8 | (code >> 5 & 7);
    while (known->code && known->code != which)
        known++;
    return known->kind;
}

static enum kind decode_arm926(uint32_t code, int *reg)
{
    static const struct known known[] = {
        { 0x020000, SWITCH },
        { 0x030000, DOMAINS },
        { 0x0d0000, PROCESS },
        { 0x010000, PAGING },
        { 0x080700, FLUSH_ALL },
        { 0x080701, FLUSH_PAGES },
        { 0x070700, FORGET_ALL },
        { 0x070601, FORGET_DATA },
        { 0x070501, FORGET_CODE },
        { 0x070a04, BARRIER },
        { 0, NONE },
    };

    return decode_mcr(code, reg, known);
}

static enum kind decode_arm(uint32_t code, int *reg)
{
    static const struct known known[] = {
        { 0x020000, SWITCH },
        { 0x0d0001, SWITCH_ID },
        { 0x010000, PAGING },
        { 0x080700, FLUSH_ALL },
        { 0x080701, FLUSH_PAGE },
        { 0x080702, FLUSH_ASID },
        { 0x080703, FLUSH_PAGES },
        { 0x070500, CODE_SYNC },
        { 0x070506, BRANCH_SYNC },
        { 0x070b01, CODE_CLEAN },
        { 0x070e01, DATA_CLEAN },
        { 0x070a02, CODE_CLEAN_SET },
        { 0, NONE },
    };

    if ((code & ~0xfu) == 0xf57ff040)
        return BARRIER;
    if ((code & ~0xfu) == 0xf57ff060)
        return SYNCHRONIZED;
    if ((code & 0x0fff0fff) == 0x0e120f10)
        return READ_BACK;
    return decode_mcr(code, reg, known);
}

/* The kernel begins at other addresses than those of its symbols. */
static bool same_place(uint64_t a, uint64_t b)
{
    return (a ^ b) << 44 == 0;
}

/* Below the kernel: firmware is not to be relied upon; users may do one thing.
 */
static bool counts(const struct maintenance *m)
{
    if (users)
        return m->kind == CODE_SYNC && port->walk == walk_riscv;
    return m->pc < firmware_low || m->pc >= firmware_high;
}

static struct maintenance *decode(const struct qemu_plugin_insn *insn)
{
    size_t bytes = qemu_plugin_insn_size(insn);
    const uint8_t *data = qemu_plugin_insn_data(insn);
    struct maintenance m = { .pc = qemu_plugin_insn_vaddr(insn),
                             .reg = { -1, -1 } };
    uint32_t code = 0;

    if (port->walk == walk_x86) {
        m.kind = decode_x86(data, bytes, m.reg);
    } else if (bytes == 4) {
        memcpy(&code, data, 4);
        m.kind = port->walk == walk_arm      ? decode_arm(code, m.reg)
                 : port->walk == walk_arm926 ? decode_arm926(code, m.reg)
                                             : decode_riscv(code, m.reg);
    }
    if (m.kind == NONE || (is_users(m.pc) && !counts(&m)))
        return NULL;
    bool boots = is_users(m.pc) && !users;
    for (unsigned i = 0; i < ignores; i++)
        m.ignored |=
            ignored[i] == m.pc || (boots && same_place(m.pc, ignored[i]));
    struct maintenance *kept = allocate(sizeof(m));
    *kept = m;
    kept->next = all_maintenance;
    return all_maintenance = kept;
}

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);
    uint64_t *places = allocate((count + 1) * sizeof(*places));
    struct block *b = allocate(sizeof(*b));
    bool after = false;

    (void)id;
    b->first = qemu_plugin_tb_vaddr(tb);
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, CB_NO_REGS, b);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        struct maintenance *m = decode(insn);

        places[i] = qemu_plugin_insn_vaddr(insn);
        b->bytes = places[i] + qemu_plugin_insn_size(insn) - b->first;
        if (after)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_next, CB_NO_REGS,
                                                   NULL);
        if (m) {
            m->first = i == 0;
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_maintenance,
                                                   CB_NO_REGS, m);
        }
        after = m != NULL;
        qemu_plugin_register_vcpu_mem_cb(insn, on_memory, CB_NO_REGS, MEM_RW,
                                         &places[i]);
    }
}

static void at_end(plugin_id id, void *data)
{
    char text[200];

    (void)id;
    (void)data;
    for (struct maintenance *m = all_maintenance; m; m = m->next) {
        snprintf(text, sizeof(text), "site pc=%" PRIx64 " times=%" PRIu64 "\n",
                 m->pc, m->times);
        if (m->kind != BARRIER && m->kind != SYNCHRONIZED && m->times)
            qemu_plugin_outs(text);
    }
    snprintf(text, sizeof(text),
             "oracle accesses=%" PRIu64 " walks=%" PRIu64 " entries=%" PRIu64
             " faults=%" PRIu64 " stale=%" PRIu64 "\n",
             total.accesses, total.walks, total.entries, total.faults,
             total.stale);
    qemu_plugin_outs(text);
}

static uint64_t arm926;

static bool argument(const char *arg)
{
    static const struct {
        const char *name;
        uint64_t *value;
    } numbers[] = {
        { "base", &kernel_base },
        { "end", &kernel_end },
        { "fault", &fault_pc },
        { "touch", &touch_pc },
        { "sync", &sync_pc },
        { "clean", &clean_pc },
        { "free", &free_pc },
        { "repair", &repair_pc },
        { "start", &start_pc },
        { "firmware_low", &firmware_low },
        { "firmware_high", &firmware_high },
        { "arm926", &arm926 },
    };
    const char *value = strchr(arg, '=');

    if (value == NULL)
        return false;
    uint64_t number = strtoull(value + 1, NULL, 0);
    size_t length = (size_t)(value - arg);
    if (strncmp(arg, "ignore=", 7) == 0 && ignores < MAX_IGNORED) {
        ignored[ignores++] = number;
        return true;
    }
    if (strncmp(arg, "step=", 5) == 0 && step_count < MAX_PLACES) {
        steps[step_count++] = number;
        return true;
    }
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (strlen(numbers[i].name) == length &&
            strncmp(arg, numbers[i].name, length) == 0) {
            *numbers[i].value = number;
            return true;
        }
    }
    return false;
}

static bool find_functions(void)
{
    *(void **)&array_new = dlsym(RTLD_DEFAULT, "g_byte_array_new");
    *(void **)&array_set_size = dlsym(RTLD_DEFAULT, "g_byte_array_set_size");
    *(void **)&get_cpu = dlsym(RTLD_DEFAULT, "qemu_get_cpu");
    *(void **)&read_memory = dlsym(RTLD_DEFAULT, "cpu_memory_rw_debug");
    *(void **)&map_physical = dlsym(RTLD_DEFAULT, "cpu_physical_memory_map");
    *(void **)&insert_breakpoint = dlsym(RTLD_DEFAULT, "cpu_breakpoint_insert");
    *(void **)&read_register = dlsym(RTLD_DEFAULT, port->read_register);
    return array_new && array_set_size && get_cpu && read_memory &&
           map_physical && insert_breakpoint && read_register;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc,
                        char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (!argument(argv[i])) {
            fprintf(stderr, "pecan_tlb: bad argument %s\n", argv[i]);
            return -1;
        }
    }
    const char *target = arm926 ? "arm926" : info->target_name;
    for (unsigned i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
        if (strcmp(ports[i].target, target) == 0)
            port = &ports[i];
    if (arm926) { /* nobody knows what the loader left there */
        real_process = 2u << 25;
        real_domains = 0;
    }
    for (unsigned i = 0; i < ignores; i++)
        unrepaired |= ignored[i] == repair_pc;
    if (port == NULL || !find_functions()) {
        fprintf(stderr, "pecan_tlb: this QEMU does not let plugins read "
                        "registers; Debian's 7.2 does\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, at_end, NULL);
    return 0;
}
