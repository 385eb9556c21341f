/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ready queues and the choice of the next thread (x2.md 2.9).
 * sources: generic/sched.c generic/timeout.c generic/time.c
 * tests/host/fake/fake.c
 */
#include <string.h>

#include "fake.h"
#include "fpu.h"
#include "ipc.h"
#include "sched.h"
#include "test.h"
#include "transfer.h"

enum { THREADS = 40 };
static struct tcb t[THREADS];
static uint64_t now_us, timer_us;
static struct tcb *timed_out;

uint64_t arch_clock_us(void)
{
    return now_us;
}
void arch_timer_set(uint64_t deadline_us)
{
    timer_us = deadline_us;
}
void transfer_go_on(struct tcb *who)
{
    (void)who;
}
void fpu_leave(struct cpu *c)
{
    c->fpu_on = NULL;
}
void ipc_timeout(struct tcb *who)
{
    timed_out = who;
}

static void setup(void)
{
    memset(t, 0, sizeof t);
    memset(&cpu0, 0, sizeof cpu0);
    cpu0.slice_end_us = cpu0.timer_us = UINT64_MAX;
    now_us = 0;
    timer_us = UINT64_MAX;
    timed_out = NULL;
    for (unsigned i = 0; i < THREADS; i++) {
        t[i].state = TCB_READY;
        t[i].prio = 100;
        t[i].slice = 1000;
        t[i].slice_left = 1000;
    }
}

TEST(the_highest_priority_runs_first)
{
    setup();
    for (unsigned i = 0; i < THREADS; i++) {
        t[i].prio = (i * 37) % 256;
        sched_enqueue(&t[i], false);
    }
    word_t last = 255;
    for (unsigned i = 0; i < THREADS; i++) {
        struct tcb *next = kernel_exit();
        CHECK(next == cpu0.current && next->prio <= last);
        CHECK(cpu0.top_prio <= next->prio);
        last = next->prio;
        next->state = TCB_WAITING;
        sched_block_current();
    }
    CHECK(kernel_exit() == NULL && cpu0.top_prio == 0);
}

TEST(equal_priorities_take_turns)
{
    setup();
    for (unsigned i = 0; i < 3; i++)
        sched_enqueue(&t[i], false);
    for (unsigned i = 0; i < 9; i++) {
        CHECK(kernel_exit() == &t[i % 3]);
        now_us = cpu0.slice_end_us;
        sched_timer();
    }
}

TEST(a_preempted_thread_keeps_its_turn_and_the_rest_of_its_slice)
{
    setup();
    sched_enqueue(&t[0], false);
    sched_enqueue(&t[1], false);
    CHECK(kernel_exit() == &t[0]);
    now_us = 400;
    t[2].prio = 200;
    sched_wake(&t[2]);
    CHECK(kernel_exit() == &t[2]);
    now_us = 700;
    t[2].state = TCB_WAITING;
    sched_block_current();
    CHECK(kernel_exit() == &t[0]);
    CHECK(sched_slice_left(&t[0]) == 600 && timer_us == 1300);
}

TEST(handing_over_keeps_the_slice_unless_another_is_more_urgent)
{
    setup();
    sched_enqueue(&t[0], false);
    CHECK(kernel_exit() == &t[0] && cpu0.slice_end_us == 1000);
    now_us = 300;
    t[0].state = TCB_WAITING;
    sched_hand_over(&t[1]);
    CHECK(kernel_exit() == &t[1] && cpu0.slice_end_us == 1000);
    t[2].prio = 150;
    sched_enqueue(&t[2], false);
    CHECK(kernel_exit() == &t[2]);
    t[2].state = TCB_WAITING;
    t[3].prio = 50; /* less urgent than t[1], which is ready again */
    sched_hand_over(&t[3]);
    CHECK(kernel_exit() == &t[1]);
}

TEST(a_halted_thread_does_not_run)
{
    setup();
    sched_enqueue(&t[0], false);
    (void)kernel_exit();
    t[1].slow = SLOW_HALT;
    sched_wake(&t[1]);
    t[0].state = TCB_WAITING;
    sched_block_current();
    CHECK(kernel_exit() == NULL);
}

TEST(a_priority_can_change_in_the_queue)
{
    setup();
    sched_enqueue(&t[0], false);
    sched_enqueue(&t[1], false);
    sched_set_priority(&t[1], 101);
    CHECK(cpu0.top_prio == 101 && kernel_exit() == &t[1]);
    sched_set_priority(&t[1], 1);
    CHECK(kernel_exit() == &t[0]);
}

TEST(timeouts_fire_when_due_and_not_before)
{
    setup();
    sched_timeout_start(&t[5], 5000);
    CHECK(timer_us == 5000);
    now_us = 4999;
    sched_timer();
    CHECK(timed_out == NULL && timer_us == 5000);
    now_us = 5000;
    sched_timer();
    CHECK(timed_out == &t[5] && cpu0.timer_us == UINT64_MAX);
}

/* The queues hold exactly those put in, whatever the order. */
TEST(random_use_of_the_ready_queues)
{
    bool queued[THREADS] = { false };

    setup();
    for (unsigned step = 0; step < 50000; step++) {
        unsigned i = test_random() % THREADS;
        if (queued[i])
            sched_dequeue(&t[i]);
        else {
            t[i].prio = test_random() % 4 * 85;
            sched_enqueue(&t[i], test_random() & 1);
        }
        queued[i] = !queued[i];
        word_t top = 0;
        unsigned count = 0, found = 0;
        for (unsigned k = 0; k < THREADS; k++) {
            count += queued[k];
            if (queued[k] && t[k].prio > top)
                top = t[k].prio;
        }
        CHECK(cpu0.top_prio == top);
        for (unsigned p = 0; p < PRIORITIES; p += 85) {
            struct tcb *head = cpu0.ready[p], *x = head;
            bool bit = cpu0.ready_map[p / WORD_BITS] >> p % WORD_BITS & 1;
            CHECK(bit == (head != NULL));
            while (x) {
                CHECK(x->link.next->link.prev == x && x->prio == p);
                found++;
                x = x->link.next == head ? NULL : x->link.next;
            }
        }
        CHECK(found == count);
    }
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(the_highest_priority_runs_first),
        ENTRY(equal_priorities_take_turns),
        ENTRY(a_preempted_thread_keeps_its_turn_and_the_rest_of_its_slice),
        ENTRY(handing_over_keeps_the_slice_unless_another_is_more_urgent),
        ENTRY(a_halted_thread_does_not_run),
        ENTRY(a_priority_can_change_in_the_queue),
        ENTRY(timeouts_fire_when_due_and_not_before),
        ENTRY(random_use_of_the_ready_queues),
    };
    return RUN_TESTS(tests);
}
