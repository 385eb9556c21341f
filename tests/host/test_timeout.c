/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timeouts: the heap's order, and that no operation walks far.
 * sources: generic/timeout.c
 */
#include <string.h>

#include "test.h"
#include "timeout.h"

unsigned char fake_ram[1], fake_tcbs[1];

enum { COUNT = 1000 };
static struct timeout t[COUNT];
static struct timeout_heap heap;

static void setup(void)
{
    memset(t, 0, sizeof t);
    memset(&heap, 0, sizeof heap);
}

/* Order and ranks of all nodes; walked along parents, without recursion. */
static unsigned check_heap(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < COUNT; i++) {
        struct timeout *x = &t[i];
        if (!timeout_pending(x))
            continue;
        n++;
        uint32_t left = x->left ? x->left->rank : 0;
        uint32_t right = x->right ? x->right->rank : 0;
        CHECK(left >= right && x->rank == right + 1);
        CHECK(!x->left ||
              (x->left->parent == x && x->left->deadline_us >= x->deadline_us));
        CHECK(!x->right || (x->right->parent == x &&
                            x->right->deadline_us >= x->deadline_us));
        CHECK(x->parent ? x->parent->left == x || x->parent->right == x
                        : heap.root == x);
    }
    CHECK((heap.root == NULL) == (n == 0));
    return n;
}

TEST(timeouts_come_out_in_order)
{
    uint64_t last = 0;

    setup();
    for (unsigned i = 0; i < COUNT; i++)
        timeout_insert(&heap, &t[i], test_random() % 500);
    CHECK(check_heap() == COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        struct timeout *first = timeout_first(&heap);
        CHECK(first->deadline_us >= last);
        last = first->deadline_us;
        timeout_remove(&heap, first);
        CHECK(!timeout_pending(first));
    }
    CHECK(timeout_first(&heap) == NULL);
}

TEST(any_timeout_can_be_cancelled)
{
    setup();
    for (unsigned step = 0; step < 20000; step++) {
        struct timeout *x = &t[test_random() % 60];
        if (timeout_pending(x))
            timeout_remove(&heap, x);
        else
            timeout_insert(&heap, x, test_random() % 1000);
        (void)check_heap();
    }
    for (unsigned i = 0; i < 60; i++)
        timeout_remove(&heap, &t[i]); /* also those in no heap */
    CHECK(check_heap() == 0);
}

TEST(the_first_is_always_the_earliest)
{
    setup();
    for (unsigned step = 0; step < 20000; step++) {
        struct timeout *x = &t[test_random() % 40], *min = NULL;
        timeout_remove(&heap, x);
        if (test_random() % 3)
            timeout_insert(&heap, x, test_random() % 1000);
        for (unsigned i = 0; i < 40; i++)
            if (timeout_pending(&t[i]) &&
                (!min || t[i].deadline_us < min->deadline_us))
                min = &t[i];
        struct timeout *first = timeout_first(&heap);
        CHECK((first == NULL) == (min == NULL));
        CHECK(!first || first->deadline_us == min->deadline_us);
    }
}

TEST(right_spines_stay_short)
{
    setup();
    for (unsigned i = 0; i < COUNT; i++)
        timeout_insert(&heap, &t[i], i); /* ascending: the worst for trees */
    unsigned n = 0;
    for (struct timeout *x = heap.root; x; x = x->right)
        n++;
    CHECK(n <= 10); /* log2(1001) */
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(timeouts_come_out_in_order),
        ENTRY(any_timeout_can_be_cancelled),
        ENTRY(the_first_is_always_the_earliest),
        ENTRY(right_spines_stay_short),
    };
    return RUN_TESTS(tests);
}
