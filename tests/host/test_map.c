/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mapping tree, alone and against the model of the paper's appendix.
 * sources: generic/map.c generic/map_tree.c generic/map_table.c generic/kmem.c
 * tests/host/fake/fake.c tests/host/map_model.c
 */
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "kmem.h"
#include "map.h"
#include "map_model.h"
#include "map_tree.h"
#include "test.h"

enum {
    RESERVED_LOW = 0x40000,
    RESERVED_HIGH = 0x46000,
    POOL_BYTES = 1 << 20,
    RWX = 7,
    RW = 6,
};

static struct space spaces[MODEL_SPACES];
struct space *sigma0_space = &spaces[0];
static struct space *const sigma0 = &spaces[0];
static struct space *const a = &spaces[1], *const b = &spaces[2],
                           *const c = &spaces[3];

bool space_user_range(const struct space *s, vaddr_t va, word_t bytes)
{
    vaddr_t kip = fpage_base(s->kip_area), utcb = fpage_base(s->utcb_area);

    return va < USER_END && bytes <= USER_END - va &&
           !(va < kip + 4096 && kip < va + bytes) &&
           !(va < utcb + 4096 && utcb < va + bytes);
}

static bool user_page(int space, int page)
{
    return space_user_range(&spaces[space], (vaddr_t)page << 12, 4096);
}

static bool usable_frame(int frame)
{
    paddr_t pa = (paddr_t)frame << 12;
    return pa < RESERVED_LOW || pa >= RESERVED_HIGH;
}

static void setup(void)
{
    static bool reserved;

    if (!reserved)
        map_reserve(RESERVED_LOW, RESERVED_HIGH);
    reserved = true;
    fake_tables_left = -1;
    kmem_init(fake_ram, fake_ram + POOL_BYTES);
    memset(spaces, 0, sizeof spaces);
    for (int i = 0; i < MODEL_SPACES; i++) {
        spaces[i].mem_limit = ~(word_t)0;
        spaces[i].kip_area = BOOT_KIP_AREA;
        spaces[i].utcb_area = BOOT_UTCB_AREA;
    }
    sigma0->sigma0 = true;
    model_user_page = user_page;
    model_usable_frame = usable_frame;
    model_reset();
}

static fpage_t fp(word_t va, unsigned bits, word_t rights)
{
    return va | bits << 4 | rights;
}

static enum error map(struct space *src, fpage_t snd, struct space *dst,
                      word_t to)
{
    return map_fpage(src, snd, to, dst, FPAGE_COMPLETE, false);
}

/* What is mapped at va: frame address plus rights; 1 if nothing is. */
static word_t at(struct space *s, vaddr_t va)
{
    paddr_t pa;
    word_t rights;

    return arch_lookup(s, va, &pa, NULL, &rights) ? pa | rights : 1;
}

static unsigned kind_at(struct space *s, vaddr_t va)
{
    unsigned kind = 99;

    return arch_lookup(s, va, NULL, &kind, NULL) ? kind : 99;
}

/* ---- invariants of the tree ---- */

static void check_node(struct map_node *n)
{
    CHECK((node_va(n) & (node_bytes(n) - 1)) == 0);
    CHECK(node_is_root(n) == (n->parent == NULL));
    if (!node_is_root(n)) {
        CHECK(kind_at(n->space, node_va(n)) == node_kind(n));
        CHECK((at(n->space, node_va(n)) & 7) == node_bits(n, NODE_RIGHTS));
    }
    CHECK(node_bits(n, NODE_RIGHTS) != 0);
    for (struct map_node *k = n->child; k; k = k->next) {
        CHECK(k->parent == n && (k->prev ? k->prev->next : n->child) == k);
        CHECK(node_kind(k) <= node_kind(n));
        CHECK((node_bits(k, NODE_RIGHTS) & ~node_bits(n, NODE_RIGHTS)) == 0);
        CHECK(node_frame(k) >= node_frame(n) &&
              node_frame(k) + node_bytes(k) <= node_frame(n) + node_bytes(n));
        CHECK(table_find(k->space, node_va(k)) == k);
    }
}

/* Tree, tables and page tables agree. */
static void check_trees(void)
{
    for (int i = 0; i < MODEL_SPACES; i++) {
        struct space *s = &spaces[i];
        struct map_node *n;
        word_t pages = 0, present = 0;
        for (word_t va = 0; (n = table_next(s, va, ~(word_t)0)) != NULL;) {
            CHECK(n->space == s && node_va(n) >= va);
            check_node(n);
            pages += node_bytes(n) >> 12;
            va = node_va(n) + node_bytes(n);
        }
        for (int p = 0; p < FAKE_PAGES; p++)
            present += s->arch.entry[p].present;
        CHECK(s->sigma0 || pages == present);
    }
}

/* ---- single promises ---- */

TEST(sigma0_maps_physical_memory_with_the_largest_pages)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RWX), a, 0x10000) == OK);
    CHECK(at(a, 0x12000) == (0x12000 | RWX) && kind_at(a, 0x12000) == 2);
    CHECK(map(sigma0, fp(0x20000, 16, RW), a, 0x34000) == OK);
    CHECK(kind_at(a, 0x30000) == 2 && at(a, 0x30000) == (0x20000 | RW));
    CHECK(map_fpage(sigma0, fp(0x4000, 14, RW), 0, b, fp(0x9000, 12, 0),
                    false) == OK);
    CHECK(at(b, 0x9000) == (0x4000 | RW) && kind_at(b, 0x9000) == 0);
    check_trees();
}

TEST(a_piece_of_a_large_page_goes_elsewhere_in_it)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RWX), a, 0x10000) == OK);
    CHECK(map(a, fp(0x12000, 12, RW), a, 0x17000) == OK);
    CHECK(at(a, 0x17000) == (0x12000 | RW));
    CHECK(at(a, 0x12000) == (0x12000 | RWX));
    check_trees();
}

TEST(windows_choose_the_ranges_of_x2)
{
    setup();
    /* s < r: the offset is base modulo the window. */
    CHECK(map_fpage(sigma0, fp(0x5000, 12, RW), 0x17fff000 | 0x3c00, a,
                    fp(0x80000, 14, 0), false) == OK);
    CHECK(at(a, 0x83000) == (0x5000 | RW));
    /* Rounded down to a multiple of the fpage. */
    CHECK(map_fpage(sigma0, fp(0x6000, 13, RW), 0x3000, a, fp(0x88000, 14, 0),
                    false) == OK);
    CHECK(at(a, 0x8a000) == (0x6000 | RW) && at(a, 0x8b000) == (0x7000 | RW));
    CHECK(at(a, 0x89000) == 1);
    /* s > r: the base chooses inside the fpage. */
    CHECK(map_fpage(sigma0, fp(0x10000, 16, RW), 0x7000, a, fp(0x90000, 13, 0),
                    false) == OK);
    CHECK(at(a, 0x90000) == (0x16000 | RW) && at(a, 0x91000) == (0x17000 | RW));
    CHECK(at(a, 0x92000) == 1);
    /* Equal: the base plays no role. */
    CHECK(map_fpage(sigma0, fp(0x20000, 12, RW), 0x3000, a, fp(0xa1000, 12, 0),
                    false) == OK);
    CHECK(at(a, 0xa1000) == (0x20000 | RW));
    /* Bases that are not aligned to the size are rounded down. */
    CHECK(map_fpage(sigma0, fp(0x23000, 13, RW), 0, a, fp(0xb1000, 13, 0),
                    false) == OK);
    CHECK(at(a, 0xb0000) == (0x22000 | RW));
    check_trees();
}

TEST(nothing_comes_of_nil_small_or_io_fpages)
{
    static const fpage_t none[] = { FPAGE_NIL | RWX,       2 << 4 | RWX,
                                    10 << 4 | RWX,         11 << 4 | RWX,
                                    9 << 4 | RWX,          3 << 4 | RWX,
                                    1 << 10 | 1 << 4 | RWX };
    setup();
    for (unsigned i = 0; i < ARRAY_SIZE(none); i++) {
        CHECK(map(sigma0, none[i], a, 0) == OK);
        CHECK(map_fpage(sigma0, fp(0, 12, RW), 0, a, none[i], false) == OK);
    }
    CHECK(map(sigma0, fp(0x1000, 12, 0), a, 0) == OK); /* no rights */
    for (vaddr_t va = 0; va < USER_END; va += 4096)
        CHECK(at(a, va) == 1);
}

/* Where caches know memory by its virtual address. */
TEST(what_has_two_addresses_and_is_written_is_in_no_cache)
{
    if (!ARCH_SHARED_ATTRIBUTE)
        return;
    setup();
    CHECK(map(sigma0, fp(0x10000, 12, RW), a, 0x10000) == OK);
    CHECK(arch_attribute(a, 0x10000) == 0);
    CHECK(map(a, fp(0x10000, 12, 4), b, 0x20000) == OK);
    CHECK(arch_attribute(a, 0x10000) == 5 && arch_attribute(b, 0x20000) == 5);
    CHECK(map(b, fp(0x20000, 12, RW), c, 0x30000) == OK);
    CHECK(arch_attribute(c, 0x30000) == 5);
    /* Nobody may ask for anything else, unless he has it alone. */
    map_set_attribute(a, fp(0x10000, 12, 0), 0);
    map_set_attribute(b, fp(0x20000, 12, 0), 0);
    CHECK(arch_attribute(a, 0x10000) == 5 && arch_attribute(c, 0x30000) == 5);
    (void)map_unmap(a, fp(0x10000, 12, RWX), false);
    map_set_attribute(a, fp(0x10000, 12, 0), 0);
    CHECK(arch_attribute(a, 0x10000) == 0);
    /* What nobody writes may be in all. */
    CHECK(map(sigma0, fp(0x11000, 12, 4), a, 0x11000) == OK);
    CHECK(map(a, fp(0x11000, 12, 4), b, 0x21000) == OK);
    CHECK(arch_attribute(a, 0x11000) == 0 && arch_attribute(b, 0x21000) == 0);
    CHECK(map(sigma0, fp(0x11000, 12, RW), a, 0x11000) == OK);
    CHECK(arch_attribute(a, 0x11000) == 5 && arch_attribute(b, 0x21000) == 5);
    /* Twice from sigma0. */
    CHECK(map(sigma0, fp(0x12000, 12, RW), a, 0x12000) == OK);
    CHECK(!map_at_once(sigma0, fp(0x12000, 12, RW), 0x22000, b, FPAGE_COMPLETE,
                       false, &(enum error){ OK }));
    CHECK(map(sigma0, fp(0x12000, 12, RW), b, 0x22000) == OK);
    CHECK(arch_attribute(a, 0x12000) == 5 && arch_attribute(b, 0x22000) == 5);
    /* Granted, it still has one address. */
    CHECK(map(sigma0, fp(0x13000, 12, RW), a, 0x13000) == OK);
    CHECK(map_fpage(a, fp(0x13000, 12, RW), 0x23000, b, FPAGE_COMPLETE, true) ==
          OK);
    CHECK(at(a, 0x13000) == 1 && arch_attribute(b, 0x23000) == 0);
    /* Part of a large page. */
    CHECK(map(sigma0, fp(0x80000, 16, RW), a, 0x80000) == OK);
    CHECK(!map_at_once(a, fp(0x81000, 12, RW), 0x31000, c, FPAGE_COMPLETE,
                       false, &(enum error){ OK }));
    CHECK(map(a, fp(0x81000, 12, RW), c, 0x31000) == OK);
    CHECK(kind_at(a, 0x80000) > 0 && arch_attribute(a, 0x80000) == 5 &&
          arch_attribute(c, 0x31000) == 5);
    check_trees();
}

TEST(attributes_go_to_all_that_is_derived)
{
    if (ARCH_SHARED_ATTRIBUTE)
        return;
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RWX), a, 0x10000) == OK);
    CHECK(map(sigma0, fp(0x20000, 12, RWX), a, 0x20000) == OK);
    CHECK(map(a, fp(0x12000, 12, RW), b, 0x42000) == OK);
    CHECK(map(b, fp(0x42000, 12, RW), c, 0x52000) == OK);
    CHECK(map(a, fp(0x13000, 12, RW), b, 0x43000) == OK);
    /* One page of a large one, and what was mapped from it. */
    map_set_attribute(a, fp(0x12000, 12, 0), 5);
    CHECK(kind_at(a, 0x12000) == 0 && arch_attribute(a, 0x12000) == 5);
    CHECK(arch_attribute(b, 0x42000) == 5 && arch_attribute(c, 0x52000) == 5);
    CHECK(arch_attribute(a, 0x11000) == 0 && arch_attribute(a, 0x13000) == 0);
    CHECK(arch_attribute(b, 0x43000) == 0 && arch_attribute(a, 0x20000) == 0);
    CHECK(at(a, 0x12000) == (0x12000 | RWX) &&
          at(c, 0x52000) == (0x12000 | RW));
    /* Mapped and granted later. */
    CHECK(map(b, fp(0x42000, 12, RW), c, 0x62000) == OK);
    CHECK(arch_attribute(c, 0x62000) == 5);
    CHECK(map_fpage(c, fp(0x62000, 12, RW), 0x72000, b, FPAGE_COMPLETE, true) ==
          OK);
    CHECK(at(c, 0x62000) == 1 && arch_attribute(b, 0x72000) == 5);
    /* One's own pages alone; sigma0's are those of all. */
    map_set_attribute(c, fp(0x52000, 12, 0), 0);
    CHECK(arch_attribute(c, 0x52000) == 0 && arch_attribute(b, 0x42000) == 5);
    map_set_attribute(sigma0, fp(0x10000, 16, 0), 2);
    CHECK(arch_attribute(a, 0x11000) == 2 && arch_attribute(c, 0x52000) == 2 &&
          arch_attribute(b, 0x43000) == 2 && arch_attribute(a, 0x20000) == 0);
    map_set_attribute(a, FPAGE_NIL, 4);
    map_set_attribute(a, 2 << 4, 4);
    CHECK(arch_attribute(a, 0) == 0 && arch_attribute(a, 0x11000) == 2);
    map_set_attribute(a, FPAGE_COMPLETE, 0);
    CHECK(arch_attribute(a, 0x11000) == 0 && arch_attribute(b, 0x72000) == 0);
    check_trees();
}

TEST(kernel_kip_and_utcb_areas_are_skipped)
{
    setup();
    CHECK(map(sigma0, FPAGE_COMPLETE | RWX, a, 0) == OK);
    for (vaddr_t va = 0; va < USER_END; va += 4096) {
        bool may =
            usable_frame((int)(va >> 12)) && user_page(1, (int)(va >> 12));
        CHECK(at(a, va) == (may ? va | RWX : 1));
    }
    CHECK(!a->arch.entry[USER_END >> 12].present);
    /* Reserved frames are nowhere, whatever the window. */
    CHECK(map(sigma0, fp(RESERVED_LOW, 16, RWX), b, 0) == OK);
    CHECK(at(b, 0x5000) == 1 && at(b, 0x6000) == (0x46000 | RWX));
    check_trees();
}

TEST(rights_are_those_of_fpage_and_sender)
{
    setup();
    CHECK(map(sigma0, fp(0x1000, 12, RW), a, 0x1000) == OK);
    CHECK(map(a, fp(0x1000, 12, RIGHT_R | RIGHT_X), b, 0x2000) == OK);
    CHECK(at(b, 0x2000) == (0x1000 | RIGHT_R));
    CHECK(map(a, fp(0x1000, 12, RIGHT_X), b, 0x3000) == OK);
    CHECK(at(b, 0x3000) == 1);
    /* The same page again only adds rights. */
    CHECK(map(a, fp(0x1000, 12, RW), b, 0x2000) == OK);
    CHECK(at(b, 0x2000) == (0x1000 | RW));
    CHECK(map(b, fp(0x2000, 12, RW), c, 0x2000) == OK);
    CHECK(map(a, fp(0x1000, 12, RIGHT_R), b, 0x2000) == OK);
    CHECK(at(b, 0x2000) == (0x1000 | RW) && at(c, 0x2000) == (0x1000 | RW));
    check_trees();
}

TEST(flush_revokes_all_derived_mappings)
{
    setup();
    CHECK(map(sigma0, fp(0x1000, 12, RW), a, 0x1000) == OK);
    CHECK(map(a, fp(0x1000, 12, RW), b, 0x2000) == OK);
    CHECK(map(b, fp(0x2000, 12, RW), c, 0x3000) == OK);
    CHECK(map(b, fp(0x2000, 12, RW), a, 0x4000) == OK);
    (void)map_unmap(a, fp(0x1000, 12, RWX), false);
    CHECK(at(a, 0x1000) == (0x1000 | RW) && at(a, 0x4000) == 1);
    CHECK(at(b, 0x2000) == 1 && at(c, 0x3000) == 1);
    (void)map_unmap(a, fp(0x1000, 12, RWX), true);
    CHECK(at(a, 0x1000) == 1);
    check_trees();
}

TEST(revoking_write_keeps_reading)
{
    setup();
    CHECK(map(sigma0, fp(0x1000, 12, RW), a, 0x1000) == OK);
    CHECK(map(a, fp(0x1000, 12, RW), b, 0x2000) == OK);
    (void)map_unmap(a, fp(0x1000, 12, RIGHT_W), false);
    CHECK(at(a, 0x1000) == (0x1000 | RW));
    CHECK(at(b, 0x2000) == (0x1000 | RIGHT_R));
    CHECK(!fake_access(b, 0x2000, RIGHT_W));
    (void)map_unmap(a, fp(0x1000, 12, RIGHT_W), true);
    CHECK(at(a, 0x1000) == (0x1000 | RIGHT_R));
    /* Without r nothing is left. */
    (void)map_unmap(a, fp(0x1000, 12, RIGHT_R), false);
    CHECK(at(b, 0x2000) == 1 && at(a, 0x1000) == (0x1000 | RIGHT_R));
    check_trees();
}

TEST(a_grant_takes_the_granters_place)
{
    setup();
    CHECK(map(sigma0, fp(0x1000, 12, RW), a, 0x1000) == OK);
    CHECK(map(a, fp(0x1000, 12, RW), b, 0x2000) == OK);
    CHECK(map(b, fp(0x2000, 12, RW), c, 0x3000) == OK);
    word_t before = a->mem_used + b->mem_used + c->mem_used;
    CHECK(map_fpage(b, fp(0x2000, 12, RW), 0x5000, c, FPAGE_COMPLETE, true) ==
          OK);
    CHECK(at(b, 0x2000) == 1 && at(c, 0x5000) == (0x1000 | RW));
    CHECK(a->mem_used + b->mem_used + c->mem_used >= before);
    /* What was derived from the granted page is derived from the new one. */
    CHECK(at(c, 0x3000) == (0x1000 | RW));
    (void)map_unmap(c, fp(0x5000, 12, RWX), false);
    CHECK(at(c, 0x3000) == 1 && at(c, 0x5000) == (0x1000 | RW));
    (void)map_unmap(a, fp(0x1000, 12, RWX), false);
    CHECK(at(c, 0x5000) == 1);
    check_trees();
}

TEST(granting_a_part_flushes_the_rest)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    CHECK(map(a, fp(0x10000, 16, RW), b, 0x20000) == OK);
    CHECK(map_fpage(a, fp(0x10000, 16, RW), 0x4000, c, fp(0x9000, 12, 0),
                    true) == OK);
    CHECK(at(c, 0x9000) == (0x14000 | RW));
    for (vaddr_t va = 0x10000; va < 0x20000; va += 4096) {
        CHECK(at(a, va) == 1);
        CHECK(at(b, va + 0x10000) == (va == 0x14000 ? (va | RW) : 1));
    }
    check_trees();
}

TEST(what_is_in_the_way_goes_first)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    CHECK(map(sigma0, fp(0x20000, 16, RW), b, 0x20000) == OK);
    CHECK(map(b, fp(0x20000, 16, RW), c, 0x20000) == OK);
    /* One page into the middle of b's large page: the rest stays. */
    CHECK(map(a, fp(0x13000, 12, RW), b, 0x25000) == OK);
    CHECK(at(b, 0x25000) == (0x13000 | RW) && at(b, 0x24000) == (0x24000 | RW));
    CHECK(at(c, 0x25000) == 1 && at(c, 0x26000) == (0x26000 | RW));
    CHECK(kind_at(b, 0x20000) == 1 && kind_at(b, 0x24000) == 0);
    check_trees();
}

TEST(a_page_of_a_large_one_can_be_flushed)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    CHECK(map(a, fp(0x10000, 16, RW), b, 0x20000) == OK);
    CHECK(map(b, fp(0x20000, 16, RIGHT_R), c, 0x30000) == OK);
    (void)map_unmap(a, fp(0x17000, 12, RWX), true);
    CHECK(at(a, 0x17000) == 1 && at(b, 0x27000) == 1 && at(c, 0x37000) == 1);
    CHECK(at(a, 0x16000) == (0x16000 | RW));
    CHECK(at(c, 0x36000) == (0x16000 | RIGHT_R) && kind_at(c, 0x38000) == 1);
    check_trees();
}

TEST(mapping_back_over_the_origin_leaves_neither)
{
    setup();
    CHECK(map(sigma0, fp(0x1000, 12, RW), a, 0x1000) == OK);
    CHECK(map(a, fp(0x1000, 12, RW), a, 0x2000) == OK);
    CHECK(map(a, fp(0x1000, 12, RW), a, 0x1000) == OK); /* to itself: no-op */
    CHECK(at(a, 0x1000) == (0x1000 | RW) && at(a, 0x2000) == (0x1000 | RW));
    CHECK(map(a, fp(0x2000, 12, RW), a, 0x1000) == OK);
    CHECK(at(a, 0x1000) == 1 && at(a, 0x2000) == 1);
    check_trees();
}

TEST(status_is_told_to_each_mapper_once)
{
    setup();
    CHECK(map(sigma0, fp(0x1000, 12, RWX), a, 0x1000) == OK);
    CHECK(map(a, fp(0x1000, 12, RWX), b, 0x2000) == OK);
    CHECK(map(b, fp(0x2000, 12, RWX), c, 0x3000) == OK);
    CHECK(fake_access(c, 0x3000, RIGHT_W) && fake_access(b, 0x2000, RIGHT_X));
    /* The child asks first, then the parent, then the child's child. */
    CHECK(map_unmap(b, fp(0x2000, 12, 0), false) == (RIGHT_W | RIGHT_X));
    CHECK(map_unmap(b, fp(0x2000, 12, 0), false) == 0);
    CHECK(map_unmap(a, fp(0x1000, 12, 0), false) == (RIGHT_W | RIGHT_X));
    CHECK(map_unmap(a, fp(0x1000, 12, 0), true) == 0);
    CHECK(map_unmap(c, fp(0x3000, 12, 0), true) == RIGHT_W);
    CHECK(map_unmap(sigma0, fp(0x1000, 12, 0), true) == (RIGHT_W | RIGHT_X));
    CHECK(map_unmap(sigma0, fp(0x1000, 12, 0), true) == 0);
    /* A removed mapping's accesses are not lost. */
    CHECK(fake_access(c, 0x3000, RIGHT_R));
    CHECK(map_unmap(c, fp(0x3000, 12, RWX), true) == RIGHT_R);
    CHECK(map_unmap(a, fp(0x1000, 12, 0), false) == RIGHT_R);
    CHECK(map_unmap(b, fp(0x2000, 12, RWX), true) == RIGHT_R);
}

TEST(status_survives_the_split_of_a_page)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    CHECK(map(a, fp(0x10000, 16, RW), b, 0x10000) == OK);
    CHECK(fake_access(b, 0x11000, RIGHT_W));
    CHECK(map_unmap(b, fp(0x1f000, 12, RWX), true) == RIGHT_W);
    CHECK(map_unmap(a, fp(0x11000, 12, 0), false) == RIGHT_W);
    CHECK(map_unmap(b, fp(0x11000, 12, 0), false) == RIGHT_W);
    check_trees();
}

TEST(status_survives_the_joining_of_small_roots)
{
    setup();
    CHECK(map(sigma0, fp(0x15000, 12, RW), a, 0x15000) == OK);
    CHECK(fake_access(a, 0x15000, RIGHT_W));
    CHECK(map_unmap(a, fp(0x15000, 12, RWX), true) == RIGHT_W);
    CHECK(map(sigma0, fp(0x10000, 16, RW), b, 0x20000) == OK);
    CHECK(kind_at(b, 0x20000) == 2);
    CHECK(map_unmap(sigma0, fp(0x10000, 16, 0), false) == RIGHT_W);
    check_trees();
}

TEST(sigma0_can_take_everything_back_but_gets_nothing)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    CHECK(map(a, fp(0x10000, 16, RW), sigma0, 0x50000) == OK);
    CHECK(!sigma0->arch.entry[0x50].present);
    CHECK(map_fpage(sigma0, fp(0x20000, 12, RW), 0x5000, a, FPAGE_COMPLETE,
                    true) == OK);
    CHECK(map(sigma0, fp(0x20000, 12, RW), b, 0) == OK); /* granted, kept */
    (void)map_unmap(sigma0, FPAGE_COMPLETE | RWX, true);
    for (vaddr_t va = 0; va < USER_END; va += 4096)
        CHECK(at(a, va) == 1 && at(b, va) == 1);
    check_trees();
}

TEST(small_roots_become_a_large_one)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 12, RW), a, 0x10000) == OK);
    CHECK(map(sigma0, fp(0x15000, 12, RW), a, 0x15000) == OK);
    CHECK(map(sigma0, fp(0x10000, 16, RW), b, 0x20000) == OK);
    CHECK(kind_at(b, 0x20000) == 2);
    check_trees();
    (void)map_unmap(sigma0, fp(0x15000, 12, RWX), false);
    CHECK(at(a, 0x15000) == 1 && at(a, 0x10000) == (0x10000 | RW));
    CHECK(at(b, 0x25000) == 1 && at(b, 0x26000) == (0x16000 | RW));
    check_trees();
}

TEST(sigma0_faults_only_where_it_may)
{
    setup();
    CHECK(map_sigma0_fault(sigma0, 0x3123));
    CHECK(at(sigma0, 0x3000) == (0x3000 | RWX));
    CHECK(!map_sigma0_fault(sigma0, 0x3123)); /* present: no help */
    CHECK(!map_sigma0_fault(sigma0, RESERVED_LOW));
    CHECK(!map_sigma0_fault(sigma0, USER_END));
    CHECK(!map_sigma0_fault(sigma0, fpage_base(BOOT_KIP_AREA)));
}

TEST(running_out_of_memory_undoes_the_page)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    word_t nodes = a->mem_used, free = kmem_available();
    b->mem_limit = 0;
    CHECK(map(a, fp(0x10000, 16, RW), b, 0x10000) == ERR_NOMEM);
    CHECK(at(b, 0x10000) == 1 && b->mem_used == 0 && a->mem_used == nodes);
    b->mem_limit = ~(word_t)0;
    fake_tables_left = 0;
    CHECK(map(a, fp(0x10000, 16, RW), b, 0x10000) == ERR_NOMEM);
    CHECK(at(b, 0x10000) == 1);
    map_destroy_space(b);
    CHECK(b->mem_used == 0 && kmem_available() == free);
    /* A split that has no memory takes the whole page when flushed. */
    a->mem_limit = a->mem_used;
    (void)map_unmap(a, fp(0x17000, 12, RWX), true);
    CHECK(at(a, 0x10000) == 1 && at(a, 0x17000) == 1);
    check_trees();
}

TEST(a_poor_child_cannot_stop_its_parents_split)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    CHECK(map(a, fp(0x10000, 16, RW), b, 0x10000) == OK);
    CHECK(map(a, fp(0x10000, 16, RW), c, 0x10000) == OK);
    b->mem_limit = b->mem_used;
    (void)map_unmap(a, fp(0x17000, 12, RWX), true);
    CHECK(at(a, 0x17000) == 1 && at(a, 0x16000) == (0x16000 | RW));
    CHECK(at(b, 0x16000) == 1 && at(c, 0x16000) == (0x16000 | RW));
    check_trees();
}

TEST(a_destroyed_space_leaves_nothing)
{
    setup();
    word_t free = kmem_available();
    CHECK(map(sigma0, FPAGE_COMPLETE | RWX, a, 0) == OK);
    CHECK(map(a, fp(0, 19, RW), b, 0) == OK);
    CHECK(map(a, fp(0x1000, 12, RW), b, 0x5000) == OK);
    CHECK(map(b, fp(0, 19, RIGHT_R), c, 0x80000) == OK);
    map_destroy_space(a);
    for (vaddr_t va = 0; va < USER_END; va += 4096)
        CHECK(at(a, va) == 1 && at(b, va) == 1 && at(c, va) == 1);
    map_destroy_space(b);
    map_destroy_space(c);
    CHECK(a->mem_used == 0 && b->mem_used == 0 && c->mem_used == 0);
    table_free(sigma0);
    CHECK(kmem_available() == free);
}

TEST(a_map_visits_pages_not_bytes)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 16, RW), a, 0x10000) == OK);
    word_t used = a->mem_used;
    CHECK(map(sigma0, fp(0x20000, 16, RW), a, 0x20000) == OK);
    CHECK(a->mem_used - used == 48); /* one node, whatever the page's size */
}

/* Its size is that of all addresses a word can hold (x2.md 1.4): a window of
 * all pages is smaller, so the rest goes, and with it what a space granted to
 * itself. */
TEST(no_window_is_as_large_as_the_complete_space)
{
    setup();
    CHECK(map(sigma0, fp(0x10000, 12, RW), a, 0x10000) == OK);
    CHECK(map_fpage(a, FPAGE_COMPLETE | RWX, 0, a, FPAGE_COMPLETE, true) == OK);
    CHECK(at(a, 0x10000) == (0x10000 | RW));
    CHECK(map_fpage(a, FPAGE_COMPLETE | RWX, 0, a, fp(0, ADDRESS_BITS, 0),
                    true) == OK);
    CHECK(at(a, 0x10000) == 1);
    check_trees();
}

/* ---- against the model ---- */

static void check_model(void)
{
    for (int i = 1; i < MODEL_SPACES; i++) {
        for (int p = 0; p < MODEL_PAGES; p++) {
            struct model_page *m = &model[i][p];
            word_t want = m->present ? (word_t)m->frame << 12 | m->rights : 1;
            CHECK(at(&spaces[i], (vaddr_t)p << 12) == want);
        }
    }
}

static fpage_t random_fpage(unsigned max_bits)
{
    unsigned bits = 10 + test_random() % (max_bits - 9);
    fpage_t f = test_random() % (1 << ADDRESS_BITS) & ~(word_t)0x3ff;

    if (max_bits == ADDRESS_BITS && test_random() % 40 == 0)
        return FPAGE_COMPLETE | test_random() % 8;
    return f | bits << 4 | test_random() % 8;
}

/* A source that has something, more often than not. */
static int random_source(void)
{
    return test_random() % 3 ? (int)(test_random() % MODEL_SPACES) : 0;
}

/* Most operations are about a page that is there: a piece of a large one, or
 * one with a long chain. */
static void aim(int *space, fpage_t *f)
{
    bool large = test_random() % 8 < 5;
    int best = 0;

    for (int i = 0; i < 24; i++) {
        int s = 1 + (int)(test_random() % (MODEL_SPACES - 1)), rank = 1;
        vaddr_t va = test_random() % FAKE_PAGES << 12;
        struct map_node *n = table_find(&spaces[s], va);
        if (n == NULL)
            continue;
        for (struct map_node *p = n->parent; p; p = p->parent)
            rank++;
        if (large)
            rank = 1 + (int)node_kind(n);
        if (rank <= best)
            continue;
        best = rank;
        *space = s;
        *f = va | (12 + test_random() % 4) << 4 | (*f & 7);
    }
}

/* What the operations were like. */
static struct {
    unsigned long operations, changing, maps, grants, unmaps, destroyed;
    unsigned long partial; /* unmaps of a piece of a large page */
    int depth;
} histogram;

static void note_change(void)
{
    static struct model_page last[MODEL_SPACES][MODEL_PAGES];
    bool changed = false;

    for (int i = 1; i < MODEL_SPACES; i++) {
        for (int p = 0; p < MODEL_PAGES; p++) {
            const struct model_page *m = &model[i][p], *l = &last[i][p];
            int depth = 0, s = i, at = p;
            changed |= m->present != l->present || m->space != l->space ||
                       m->page != l->page || m->frame != l->frame ||
                       m->rights != l->rights;
            for (; s > 0 && model[s][at].present; depth++) {
                const struct model_page *parent = &model[s][at];
                s = parent->space;
                at = parent->page;
            }
            if (depth > histogram.depth)
                histogram.depth = depth;
        }
    }
    histogram.operations++;
    histogram.changing += changed;
    memcpy(last, model, sizeof last);
}

static void random_step(unsigned max_bits, bool grants, bool exact_status)
{
    int src = random_source(), dst = (int)(test_random() % MODEL_SPACES);
    unsigned what = test_random() % 16;
    fpage_t f = random_fpage(max_bits), rcv = random_fpage(ADDRESS_BITS);
    word_t base = test_random() % (1 << ADDRESS_BITS) & ~(word_t)0x3ff;
    bool flush = test_random() & 1;

    if (max_bits == ADDRESS_BITS && test_random() % 8)
        aim(&src, &f);
    if (test_random() % 4)
        f |= 7;
    if (what < 8) {
        bool grant = grants && what >= 6;
        if (test_random() % 2)
            rcv = FPAGE_COMPLETE;
        CHECK(map_fpage(&spaces[src], f, base, &spaces[dst], rcv, grant) == OK);
        model_map(src, f, base, dst, rcv, grant);
        ++*(grant ? &histogram.grants : &histogram.maps);
        note_change();
    } else if (what < 13) {
        int page = (int)(test_random() % (USER_END >> 12));
        word_t right = 1u << test_random() % 3;
        if (src && fake_access(&spaces[src], (vaddr_t)page << 12, right))
            model_access(src, page, (unsigned)right);
    } else if (what < 15 || test_random() % 64) {
        if (test_random() % 2)
            f &= ~(word_t)7; /* only asks */
        struct map_node *n = table_find(&spaces[src], f & ~(word_t)0x3ff);
        histogram.partial += src && n && node_bytes(n) >> (f >> 4 & 63) > 1;
        histogram.unmaps++;
        word_t status = map_unmap(&spaces[src], f, flush);
        unsigned want = model_unmap(src, f, flush);
        CHECK((want & ~status) == 0);
        CHECK(!exact_status || status == want);
        note_change();
    } else if (src) {
        map_destroy_space(&spaces[src]);
        model_destroy(src);
        CHECK(spaces[src].mem_used == 0);
        histogram.destroyed++;
        note_change();
    }
}

static void random_run(unsigned max_bits, bool grants, bool exact_status)
{
    enum { STEPS = 500 };
    const char *wanted = getenv("MAP_OPERATIONS");
    unsigned long operations = wanted ? strtoul(wanted, NULL, 10) : 20000;

    memset(&histogram, 0, sizeof histogram);
    for (unsigned run = 0; histogram.operations < operations; run++) {
        setup();
        test_random_seed(run + 1);
        for (unsigned step = 0; step < STEPS; step++) {
            random_step(max_bits, grants, exact_status);
            check_model();
            check_trees();
        }
    }
    printf("# %lu operations, %lu change something: map %lu, grant %lu, unmap "
           "%lu, destroy %lu; %lu of a piece of a large page; depth %d\n",
           histogram.operations, histogram.changing, histogram.maps,
           histogram.grants, histogram.unmaps, histogram.destroyed,
           histogram.partial, histogram.depth);
}

TEST(random_operations_agree_with_the_model)
{
    random_run(ADDRESS_BITS, true, false);
}

TEST(status_of_small_pages_is_exact)
{
    random_run(12, false, true);
}

/* No oracle here: only that tree, tables and accounts stay sound. */
TEST(memory_may_run_out_anywhere)
{
    for (unsigned run = 0; run < 40; run++) {
        setup();
        test_random_seed(run + 100);
        word_t free = kmem_available();
        for (unsigned step = 0; step < 200; step++) {
            struct space *src = &spaces[random_source()];
            struct space *dst = &spaces[test_random() % MODEL_SPACES];
            fpage_t f = random_fpage(ADDRESS_BITS);
            for (int i = 1; i < MODEL_SPACES; i++)
                spaces[i].mem_limit = test_random() % 4000;
            fake_tables_left = (int)(test_random() % 8) - 1;
            if (test_random() % 4) {
                enum error e = map_fpage(src, f, f, dst, FPAGE_COMPLETE,
                                         test_random() % 4 == 0);
                CHECK(e == OK || e == ERR_NOMEM);
            } else {
                (void)map_unmap(src, f, true);
            }
            check_trees();
        }
        for (int i = 1; i < MODEL_SPACES; i++)
            map_destroy_space(&spaces[i]);
        table_free(sigma0);
        CHECK(kmem_available() == free);
    }
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(sigma0_maps_physical_memory_with_the_largest_pages),
        ENTRY(a_piece_of_a_large_page_goes_elsewhere_in_it),
        ENTRY(windows_choose_the_ranges_of_x2),
        ENTRY(nothing_comes_of_nil_small_or_io_fpages),
        ENTRY(what_has_two_addresses_and_is_written_is_in_no_cache),
        ENTRY(attributes_go_to_all_that_is_derived),
        ENTRY(kernel_kip_and_utcb_areas_are_skipped),
        ENTRY(rights_are_those_of_fpage_and_sender),
        ENTRY(flush_revokes_all_derived_mappings),
        ENTRY(revoking_write_keeps_reading),
        ENTRY(a_grant_takes_the_granters_place),
        ENTRY(granting_a_part_flushes_the_rest),
        ENTRY(what_is_in_the_way_goes_first),
        ENTRY(a_page_of_a_large_one_can_be_flushed),
        ENTRY(mapping_back_over_the_origin_leaves_neither),
        ENTRY(status_is_told_to_each_mapper_once),
        ENTRY(status_survives_the_split_of_a_page),
        ENTRY(status_survives_the_joining_of_small_roots),
        ENTRY(sigma0_can_take_everything_back_but_gets_nothing),
        ENTRY(small_roots_become_a_large_one),
        ENTRY(sigma0_faults_only_where_it_may),
        ENTRY(running_out_of_memory_undoes_the_page),
        ENTRY(a_poor_child_cannot_stop_its_parents_split),
        ENTRY(a_destroyed_space_leaves_nothing),
        ENTRY(a_map_visits_pages_not_bytes),
        ENTRY(no_window_is_as_large_as_the_complete_space),
        ENTRY(random_operations_agree_with_the_model),
        ENTRY(status_of_small_pages_is_exact),
        ENTRY(memory_may_run_out_anywhere),
    };
    return RUN_TESTS(tests);
}
