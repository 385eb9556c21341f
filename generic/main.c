/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * From what the boot shim found to the first user instruction. x2.md 3.7, 3.8.
 *
 * The order is fixed: nothing is written before memory and modules are known to
 * be sound, and every place is chosen before the first byte is put there.
 * The pool takes the highest free RAM that the direct map reaches; images and
 * the boot info go to the lowest behind the kernel, so that the middle stays in
 * one piece for superpages.
 */
#include "arch.h"
#include "boot.h"
#include "elf.h"
#include "kdb.h"
#include "kip.h"
#include "kmem.h"
#include "map.h"
#include "string.h"
#include "thread.h"

enum {
    PAGE = 4096,
    POOL_MIN = 1 << 20,
    POOL_MAX = 128 << 20,
    POOL_ALIGN = 1 << 16,
    MEMORY_RAM = 1,
    MEMORY_BOOT_LOADER = 0xe,
};

struct range {
    paddr_t low, high; /* high is one past the last byte */
};

/* What we placed so far: pool, two images, boot info. */
static struct range placed[4];
static unsigned placed_count;

/* ---- checks -------------------------------------------------------------- */

static bool overlap(struct range a, struct range b)
{
    return a.low < b.high && b.low < a.high;
}

static struct range module_range(const struct boot *b, unsigned n)
{
    return (struct range){ b->module[n].start,
                           b->module[n].start + b->module[n].size };
}

static void check_modules(const struct boot *b)
{
    struct range kernel = { b->kernel_low, b->kernel_high };

    if (b->modules == 0)
        boot_fail(BOOT_NO_SIGMA0, NULL);
    if (b->modules == 1)
        boot_fail(BOOT_NO_ROOT, NULL);
    for (unsigned i = 0; i < b->modules; i++) {
        struct range m = module_range(b, i);
        if (m.high < m.low || !boot_is_ram(b, m.low, m.high))
            boot_fail(BOOT_MODULE_OUTSIDE, b->module[i].command_line);
        if (overlap(m, kernel))
            boot_fail(BOOT_MODULE_OVERLAP, b->module[i].command_line);
        for (unsigned j = 0; j < i; j++) {
            if (overlap(m, module_range(b, j)))
                boot_fail(BOOT_MODULE_OVERLAP, b->module[i].command_line);
        }
    }
}

/* All memory that the direct map reaches; result: bytes of RAM in it. */
static word_t check_map(const struct boot *b, struct range *mapped)
{
    word_t ram = 0;

    boot_mapped(b, &mapped->low, &mapped->high);
    for (unsigned i = 0; i < b->regions; i++) {
        if (b->region[i].type == MEMORY_RAM)
            ram += b->region[i].high - b->region[i].low;
    }
    if (ram == 0)
        boot_fail(BOOT_BAD_MAP, "no memory");
    return ram;
}

/* ---- places -------------------------------------------------------------- */

/* The i-th thing that must not be overwritten. Result: false past the last. */
static bool obstacle(const struct boot *b, unsigned i, struct range *r)
{
    *r = (struct range){ 0, 0 };
    if (i < b->regions) {
        if (b->region[i].type != MEMORY_RAM)
            *r = (struct range){ b->region[i].low, b->region[i].high };
        return true;
    }
    i -= b->regions;
    if (i < b->modules) {
        *r = module_range(b, i);
        return true;
    }
    i -= b->modules;
    if (i < b->modules) { /* its text lies in the archive, beside it */
        const char *text = b->module[i].command_line;
        if (text) {
            r->low = virt_to_phys((void *)(uintptr_t)text);
            r->high = r->low + strlen(text) + 1;
        }
        return true;
    }
    i -= b->modules;
    if (i < placed_count) {
        *r = placed[i];
        return true;
    }
    *r = (struct range){ b->kernel_low, b->kernel_high };
    return i == placed_count;
}

static bool find_obstacle(const struct boot *b, struct range want,
                          struct range *found)
{
    for (unsigned i = 0; obstacle(b, i, found); i++) {
        if (overlap(want, *found))
            return true;
    }
    return false;
}

/* The lowest free place of whole pages in `in`. Result: 0 if there is none. */
static paddr_t lowest(const struct boot *b, struct range in, word_t bytes,
                      word_t align)
{
    struct range at = { in.low, 0 }, hit;

    for (;;) {
        paddr_t low = (at.low + align - 1) & ~(paddr_t)(align - 1);
        if (low < at.low || low >= in.high || in.high - low < bytes)
            return 0;
        at = (struct range){ low, low + bytes };
        if (!find_obstacle(b, at, &hit))
            return at.low;
        at.low = hit.high;
    }
}

/* The same from above. */
static paddr_t highest(const struct boot *b, struct range in, word_t bytes,
                       word_t align)
{
    struct range at = { 0, in.high }, hit;

    for (;;) {
        if (at.high <= in.low || at.high - in.low < bytes)
            return 0;
        at.low = (at.high - bytes) & ~(paddr_t)(align - 1);
        if (at.low < in.low)
            return 0;
        at.high = at.low + bytes;
        if (!find_obstacle(b, at, &hit))
            return at.low;
        at.high = hit.low;
    }
}

/* Choose a place in RAM within `in` and keep others off it. 0: none. */
static paddr_t place(const struct boot *b, struct range in, word_t bytes,
                     word_t align, bool high)
{
    paddr_t best = 0;

    for (unsigned i = 0; i < b->regions; i++) {
        struct range r = { b->region[i].low, b->region[i].high };
        if (b->region[i].type != MEMORY_RAM || !overlap(r, in))
            continue;
        r.low = r.low > in.low ? r.low : in.low;
        r.high = r.high < in.high ? r.high : in.high;
        paddr_t p =
            high ? highest(b, r, bytes, align) : lowest(b, r, bytes, align);
        if (p && (best == 0 || (high ? p > best : p < best)))
            best = p;
    }
    if (best)
        placed[placed_count++] = (struct range){ best, best + bytes };
    return best;
}

static void place_pool(const struct boot *b, struct range mapped, word_t ram)
{
    word_t bytes = ram / 4 < POOL_MAX ? ram / 4 : POOL_MAX;

    for (; bytes >= POOL_MIN; bytes -= bytes / 8) { /* RAM may be in pieces */
        bytes &= ~(word_t)(PAGE - 1);
        paddr_t low = place(b, mapped, bytes, POOL_ALIGN, true);
        if (low) {
            kmem_init(phys_to_virt(low), (char *)phys_to_virt(low) + bytes);
            map_reserve(low, low + bytes);
            return;
        }
    }
    boot_fail(BOOT_LOW_MEMORY, "no room for the kernel's pool");
}

/* ---- sigma0 and root task ------------------------------------------------ */

/* Place module n and describe it in the KIP: sp, ip, low, high. */
static void load(const struct boot *b, unsigned n, struct range mapped,
                 unsigned kip_word)
{
    const struct boot_module *m = &b->module[n];
    struct range r = module_range(b, n);
    struct elf_image e;

    if (r.low < mapped.low || r.high > mapped.high)
        boot_fail(BOOT_MODULE_OUTSIDE, m->command_line);
    if (!elf_open(&e, phys_to_virt(m->start), m->size))
        boot_fail(BOOT_BAD_IMAGE, m->command_line);
    word_t bytes = e.high - e.low;
    mapped.low = b->kernel_high; /* not below, where small pages would be */
    paddr_t low = place(b, mapped, bytes, e.align, false);
    if (low == 0)
        boot_fail(BOOT_LOW_MEMORY, m->command_line);
    elf_load(&e, phys_to_virt(low));
    arch_sync_code(phys_to_virt(low), bytes);
    kip_page[kip_word] = 0;
    kip_page[kip_word + 1] = e.entry - e.low + low;
    kip_page[kip_word + 2] = low;
    kip_page[kip_word + 3] = low + bytes;
}

/* ---- boot info ----------------------------------------------------------- */

enum {
    BOOTINFO_MAGIC = 0x14B0021D,
    BOOTINFO_WORDS = 8,
    RECORD_MODULE = 1,
    RECORD_WORDS = 6,
};

static word_t text_bytes(const char *text)
{
    word_t n = text ? strlen(text) : 0;

    return n ? (n + WORD_BYTES) & ~(word_t)(WORD_BYTES - 1) : 0;
}

/* The root task, with its own command line, and what else was loaded. */
static void put_bootinfo(struct boot *b, struct range mapped)
{
    word_t bytes = BOOTINFO_WORDS * WORD_BYTES;

    for (unsigned i = 1; i < b->modules; i++)
        bytes +=
            RECORD_WORDS * WORD_BYTES + text_bytes(b->module[i].command_line);
    word_t room = (bytes + PAGE - 1) & ~(word_t)(PAGE - 1);
    mapped.low = b->kernel_high;
    paddr_t low = place(b, mapped, room, PAGE, false);
    if (low == 0)
        boot_fail(BOOT_LOW_MEMORY, "no room for the boot info");

    word_t *w = memset(phys_to_virt(low), 0, room);
    w[0] = BOOTINFO_MAGIC;
    w[1] = 1;
    w[2] = bytes;
    w[3] = BOOTINFO_WORDS * WORD_BYTES;
    w[4] = b->modules - 1;
    w += BOOTINFO_WORDS;
    for (unsigned i = 1; i < b->modules; i++) {
        const struct boot_module *m = &b->module[i];
        word_t text = text_bytes(m->command_line);
        w[0] = RECORD_MODULE;
        w[1] = 1;
        w[2] = RECORD_WORDS * WORD_BYTES + text;
        w[3] = m->start;
        w[4] = m->size;
        w[5] = text ? RECORD_WORDS * WORD_BYTES : 0;
        if (text)
            memcpy(w + RECORD_WORDS, m->command_line, strlen(m->command_line));
        w += w[2] / WORD_BYTES;
    }
    boot_add_region(b, low, low + room, MEMORY_BOOT_LOADER);
    kip_page[KIP_BOOT_INFO] = low;
}

static void start_server(unsigned kip_word, word_t number, bool is_sigma0)
{
    thread_create_initial(number, kip_page[kip_word + 1], kip_page[kip_word],
                          kip_page[kip_word + 2], kip_page[kip_word + 3],
                          is_sigma0);
}

_Noreturn void kernel_main(struct boot *b)
{
    struct range mapped;
    word_t ram = check_map(b, &mapped);

    check_modules(b);
    place_pool(b, mapped, ram);
    map_reserve(b->kernel_low, b->kernel_high);
    load(b, 0, mapped, KIP_SIGMA0);
    load(b, 1, mapped, KIP_ROOT);
    if (CONFIG_DEBUG) /* for debuggers: the programs are linked at 0 */
        kprintf("boot: sigma0 at %p root at %p\n",
                (void *)kip_page[KIP_SIGMA0 + 2],
                (void *)kip_page[KIP_ROOT + 2]);
    put_bootinfo(b, mapped);
    kip_init(b, placed[0].low, placed[0].high);
    interrupt_init();
    start_server(KIP_SIGMA0, thread_user_base(), true);
    start_server(KIP_ROOT, thread_user_base() + 2, false);
    arch_start_users();
}
