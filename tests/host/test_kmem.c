/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel memory: sizes, alignment, zeroes, quotas, coalescing.
 * sources: generic/kmem.c tests/host/fake/fake.c
 */
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "kmem.h"
#include "test.h"

enum { POOL_BYTES = 1 << 20, LARGEST = 1 << 16 };

static void fresh_pool(word_t offset)
{
    memset(fake_ram, 0xa5, POOL_BYTES + 65536);
    kmem_init(fake_ram + offset, fake_ram + offset + POOL_BYTES);
}

TEST(objects_are_aligned_to_their_size_and_zeroed)
{
    fresh_pool(4096); /* not aligned to a large block */
    for (word_t bytes = 32; bytes <= LARGEST; bytes *= 2) {
        unsigned char *p = kmem_alloc(NULL, bytes);
        CHECK(p != NULL && ((uintptr_t)p & (bytes - 1)) == 0);
        for (word_t i = 0; i < bytes; i++)
            CHECK(p[i] == 0);
        memset(p, 0x5a, bytes);
        kmem_free(NULL, p, bytes);
        p = kmem_alloc(NULL, bytes);
        for (word_t i = 0; i < bytes; i++)
            CHECK(p[i] == 0);
        kmem_free(NULL, p, bytes);
    }
    for (word_t bytes = LARGEST; bytes; bytes *= 2)
        CHECK(kmem_alloc(NULL, bytes + 1) == NULL);
}

TEST(sizes_between_two_powers_take_the_upper_one)
{
    fresh_pool(0);
    word_t before = kmem_available();
    void *p = kmem_alloc(NULL, 65);
    CHECK(before - kmem_available() == 128);
    CHECK(((uintptr_t)p & 127) == 0);
    kmem_free(NULL, p, 65);
    CHECK(kmem_available() == before);
}

TEST(mapping_nodes_take_48_bytes)
{
    struct space s = { .mem_limit = ~(word_t)0 };

    fresh_pool(0);
    void *p = kmem_alloc(&s, 48);
    CHECK(p != NULL && s.mem_used == 48);
    kmem_free(&s, p, 48);
    CHECK(s.mem_used == 0);
}

TEST(a_quota_is_exact_and_exhausting_it_is_no_stop)
{
    struct space s = { .mem_limit = 4096 + 32 };

    fresh_pool(0);
    void *page = kmem_alloc(&s, 4096);
    CHECK(page != NULL && s.mem_used == 4096);
    CHECK(kmem_alloc(&s, 64) == NULL);
    void *small = kmem_alloc(&s, 32);
    CHECK(small != NULL && s.mem_used == s.mem_limit);
    CHECK(kmem_alloc(&s, 1) == NULL);
    s.mem_limit = 100; /* lowered below the use: nothing more, no wrap */
    CHECK(kmem_alloc(&s, 32) == NULL);
    kmem_free(&s, page, 4096);
    CHECK(s.mem_used == 32);
    void *again = kmem_alloc(&s, 64);
    CHECK(again != NULL && s.mem_used == 96);
    kmem_free(&s, again, 64);
    kmem_free(&s, small, 32);
    CHECK(s.mem_used == 0);
}

TEST(the_whole_pool_can_be_used_and_comes_back_whole)
{
    fresh_pool(4096);
    word_t total = kmem_total();
    unsigned n = 0;
    static void *page[POOL_BYTES / 4096];

    CHECK(kmem_available() == total);
    while ((page[n] = kmem_alloc(NULL, 4096)) != NULL)
        n++;
    CHECK(n == total / 4096 && kmem_available() == 0);
    CHECK(kmem_alloc(NULL, 32) == NULL);
    for (unsigned i = 0; i < n; i++) /* odd ones first: buddies meet late */
        if (i & 1)
            kmem_free(NULL, page[i], 4096);
    CHECK(kmem_alloc(NULL, 8192) == NULL);
    for (unsigned i = 0; i < n; i++)
        if (!(i & 1))
            kmem_free(NULL, page[i], 4096);
    CHECK(kmem_available() == total);
    unsigned large = 0;
    while (kmem_alloc(NULL, LARGEST))
        large++;
    CHECK(large >= total / LARGEST - 1);
}

TEST(an_empty_slab_goes_back_to_the_pages)
{
    static void *object[POOL_BYTES / 48];
    unsigned n = 0;

    fresh_pool(0);
    while ((object[n] = kmem_alloc(NULL, 48)) != NULL)
        n++;
    CHECK(n == kmem_total() / 4096 * (4096 / 48));
    for (unsigned i = 0; i < n; i++)
        kmem_free(NULL, object[i], 48);
    unsigned pages = 0;
    while (kmem_alloc(NULL, 4096))
        pages++;
    CHECK(pages == kmem_total() / 4096);
}

TEST(a_full_slab_has_room_again_when_an_object_comes_back)
{
    static void *object[POOL_BYTES / 128];
    unsigned n = 0;

    fresh_pool(0);
    while ((object[n] = kmem_alloc(NULL, 128)) != NULL)
        n++;
    kmem_free(NULL, object[n / 2], 128);
    CHECK(kmem_alloc(NULL, 128) == object[n / 2]);
    CHECK(kmem_alloc(NULL, 128) == NULL);
}

/* No two objects overlap, whatever the order of taking and giving. */
TEST(random_use_keeps_objects_apart)
{
    enum { OBJECTS = 400, STEPS = 40000 };
    static struct {
        unsigned char *p;
        word_t bytes;
        unsigned char mark;
    } o[OBJECTS];
    struct space s = { .mem_limit = ~(word_t)0 };

    fresh_pool(8192);
    test_random_seed(7);
    memset(o, 0, sizeof o);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = test_random() % OBJECTS;
        if (o[i].p) {
            for (word_t b = 0; b < o[i].bytes; b++)
                CHECK(o[i].p[b] == o[i].mark);
            kmem_free(&s, o[i].p, o[i].bytes);
            o[i].p = NULL;
            continue;
        }
        o[i].bytes = test_random() % (1u << (3 + test_random() % 12)) + 1;
        o[i].p = kmem_alloc(&s, o[i].bytes);
        o[i].mark = (unsigned char)step;
        if (o[i].p)
            memset(o[i].p, o[i].mark, o[i].bytes);
        CHECK(s.mem_used == kmem_total() - kmem_available());
    }
    for (unsigned i = 0; i < OBJECTS; i++)
        if (o[i].p)
            kmem_free(&s, o[i].p, o[i].bytes);
    CHECK(s.mem_used == 0 && kmem_available() == kmem_total());
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(objects_are_aligned_to_their_size_and_zeroed),
        ENTRY(sizes_between_two_powers_take_the_upper_one),
        ENTRY(mapping_nodes_take_48_bytes),
        ENTRY(a_quota_is_exact_and_exhausting_it_is_no_stop),
        ENTRY(the_whole_pool_can_be_used_and_comes_back_whole),
        ENTRY(an_empty_slab_goes_back_to_the_pages),
        ENTRY(a_full_slab_has_room_again_when_an_object_comes_back),
        ENTRY(random_use_keeps_objects_apart),
    };
    return RUN_TESTS(tests);
}
