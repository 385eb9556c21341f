/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ready queues and the choice of the next thread (x2.md 2.9).
 * sources: generic/preempt.c generic/sched.c generic/timeout.c generic/time.c
 * tests/host/fake/fake.c
 */
#include <string.h>

#include "fake.h"
#include "fpu.h"
#include "ipc.h"
#include "long.h"
#include "sched.h"
#include "test.h"
#include "transfer.h"
#include "utcb.h"

enum { THREADS = 40 };
static struct tcb t[THREADS];
static uint64_t now_us, timer_us;
static struct tcb *timed_out;
static word_t utcbs[THREADS][UTCB_WORDS];
static struct tcb *told, *stopped; /* by a fault, by an exception */

uint64_t arch_clock_us(void)
{
    return now_us;
}
void arch_timer_set(uint64_t deadline_us)
{
    timer_us = deadline_us;
}
bool arch_take_interrupts(void)
{
    return false;
}
void long_go_on(struct tcb *who)
{
    (void)who;
}
void ipc_go_on(struct tcb *who)
{
    (void)who;
}
void transfer_go_on(struct tcb *who)
{
    (void)who;
}
void ipc_leave_plain_wait(struct tcb *who)
{
    (void)who;
}
void kipc_begin(struct tcb *who, enum kipc kind)
{
    told = kind == KIPC_PREEMPTED ? who : NULL;
}
void kipc_drop(struct tcb *who)
{
    (void)who;
}
void ipc_withdraw(struct tcb *who)
{
    (void)who;
}
void sys_ipc(struct tcb *who, word_t to, word_t from, word_t timeouts)
{
    (void)who, (void)to, (void)from, (void)timeouts;
}
void fault_preempted(struct tcb *who)
{
    stopped = who;
    who->state = TCB_WAITING;
    sched_block_current();
}
void kdb_report_halt(struct tcb *who, const char *cause, word_t address,
                     const char *why)
{
    (void)who, (void)cause, (void)address, (void)why;
}
word_t arch_user_ip(const struct tcb *who)
{
    (void)who;
    return 0;
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
    memset(utcbs, 0, sizeof utcbs);
    cpu0.slice_end_us = cpu0.timer_us = cpu0.delay_end_us = UINT64_MAX;
    told = stopped = NULL;
    now_us = 0;
    timer_us = UINT64_MAX;
    timed_out = NULL;
    for (unsigned i = 0; i < THREADS; i++) {
        t[i].state = TCB_READY;
        t[i].prio = 100;
        t[i].slice = 1000;
        t[i].slice_left = 1000;
        t[i].quantum_left = UINT64_MAX;
        t[i].sensitive = 100;
        t[i].utcb = utcbs[i] - UTCB_START;
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
    sched_account(&t[0]);
    CHECK(t[0].slice_left == 600 && timer_us == 1300);
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

TEST(but_no_sender_leaves_its_queue_for_that)
{
    setup();
    t[1].state = TCB_SENDING;
    t[1].link.next = t[1].link.prev = &t[2];
    sched_set_priority(&t[1], 7);
    CHECK(t[1].prio == 7 && cpu0.ready[7] == NULL);
    CHECK(t[1].link.next == &t[2] && t[1].link.prev == &t[2]);
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

TEST(many_at_one_instant_bring_the_timer_again)
{
    setup();
    for (unsigned i = 0; i < THREADS; i++)
        sched_timeout_start(&t[i], 5000);
    now_us = 5000;
    for (unsigned n = 0; timeout_first(&cpu0.timeouts); n++) {
        CHECK(timer_us == 5000 && n < THREADS);
        timer_us = UINT64_MAX; /* a one-shot */
        sched_timer();
    }
}

enum { SIGNAL = 1 << 5, DELAY = 1 << 6, PENDING = 1 << 7 };

/* t[0] runs, with these flags, and t[1] becomes ready. */
static void preempt(word_t flags, unsigned max_delay, unsigned sensitive)
{
    setup();
    t[0].max_delay = (uint16_t)max_delay;
    t[0].sensitive = (uint8_t)sensitive;
    t[0].utcb[UTCB_EXCEPTION_HANDLER] = id_make(77, 1);
    sched_enqueue(&t[0], false);
    CHECK(kernel_exit() == &t[0]);
    now_us = 100;
    t[0].utcb[UTCB_FLAGS] = flags;
    t[1].prio = 150;
    sched_wake(&t[1]);
    sched_interrupted();
}

TEST(preemption_is_delayed_until_the_end_of_the_allowance)
{
    preempt(DELAY, 500, 150);
    CHECK(kernel_exit() == &t[0] && timer_us == 600);
    CHECK(t[0].utcb[UTCB_FLAGS] == (DELAY | PENDING));
    now_us = 599;
    sched_timer();
    CHECK(kernel_exit() == &t[0]);
    now_us = 600;
    sched_timer();
    CHECK(kernel_exit() == &t[1] && !told && !stopped);
    CHECK(t[0].utcb[UTCB_FLAGS] == 0);
}

TEST(or_of_the_slice)
{
    preempt(DELAY, 5000, 150);
    CHECK(kernel_exit() == &t[0] && timer_us == 1000);
    now_us = 1000;
    sched_timer();
    CHECK(kernel_exit() == &t[1]);
    CHECK(t[0].utcb[UTCB_FLAGS] == 0);
}

TEST(or_until_a_thread_above_the_sensitive_priority)
{
    preempt(DELAY | SIGNAL, 500, 150);
    CHECK(kernel_exit() == &t[0]);
    t[2].prio = 151;
    sched_wake(&t[2]);
    sched_interrupted();
    CHECK(told == &t[0] && !stopped && kernel_exit() == &t[2]);
    CHECK(t[0].utcb[UTCB_FLAGS] == (DELAY | SIGNAL) && timer_us != 600);
}

TEST(without_an_allowance_or_the_flag_there_is_no_delay)
{
    preempt(DELAY, 0, 150);
    CHECK(kernel_exit() == &t[1] && !told && !stopped);
    preempt(0, 500, 150);
    CHECK(kernel_exit() == &t[1] && !told && !stopped);
    preempt(DELAY, 500, 149);
    CHECK(kernel_exit() == &t[1] && !told && !stopped);
}

TEST(an_overrun_is_an_exception_if_both_flags_are_set)
{
    preempt(DELAY | SIGNAL, 500, 150);
    now_us = 600;
    sched_timer();
    CHECK(stopped == &t[0] && !told && kernel_exit() == &t[1]);
    CHECK(t[0].utcb[UTCB_FLAGS] == SIGNAL);
    preempt(DELAY | SIGNAL, 0, 150);
    CHECK(stopped == &t[0] && !told);
    preempt(DELAY | SIGNAL, 500, 150);
    t[0].utcb[UTCB_FLAGS] &= ~(word_t)DELAY;
    now_us = 600;
    sched_timer();
    CHECK(told == &t[0] && !stopped && kernel_exit() == &t[1]);
    preempt(DELAY | SIGNAL, 500, 150);
    t[0].utcb[UTCB_FLAGS] &= ~(word_t)SIGNAL;
    now_us = 600;
    sched_timer();
    CHECK(!told && !stopped && kernel_exit() == &t[1]);
}

TEST(thread_switch_ends_a_delay)
{
    preempt(DELAY | SIGNAL, 500, 150);
    sched_donate(NULL);
    CHECK(kernel_exit() == &t[1] && !told && !stopped);
    CHECK(t[0].utcb[UTCB_FLAGS] == (DELAY | SIGNAL));
    CHECK(cpu0.delay_end_us == UINT64_MAX);
}

TEST(so_does_one_to_the_thread_that_is_kept_waiting)
{
    preempt(DELAY | SIGNAL, 500, 150);
    sched_donate(&t[1]);
    CHECK(kernel_exit() == &t[1] && !told && !stopped);
    CHECK(t[0].utcb[UTCB_FLAGS] == (DELAY | SIGNAL));
    CHECK(cpu0.delay_end_us == UINT64_MAX);
}

TEST(the_quantum_counts_across_slices)
{
    setup();
    t[0].quantum_left = 2500;
    t[0].scheduler = 1; /* nobody */
    sched_enqueue(&t[0], false);
    for (unsigned i = 0; i < 3; i++) {
        CHECK(kernel_exit() == &t[0]);
        CHECK(timer_us == (i < 2 ? (i + 1) * 1000 : 2500));
        now_us = timer_us;
        sched_timer();
    }
    CHECK(kernel_exit() == NULL && (t[0].slow & SLOW_HALT));
}

/* Who runs on another's slice pays when his own turn comes. */
TEST(the_quantum_is_charged_to_the_owner_of_the_slice)
{
    setup();
    t[0].quantum_left = 600;
    t[0].scheduler = 1;
    sched_enqueue(&t[0], false);
    CHECK(kernel_exit() == &t[0] && timer_us == 600);
    t[0].state = TCB_WAITING;
    sched_hand_over(&t[1]);
    now_us = 600;
    sched_timer();
    CHECK(kernel_exit() == &t[1] && t[0].quantum_left == 0);
    CHECK(!(t[0].slow & SLOW_HALT));
    t[0].state = TCB_READY;
    t[0].prio = 200;
    sched_wake(&t[0]);
    CHECK(kernel_exit() == &t[1] && (t[0].slow & SLOW_HALT));
}

TEST(who_yields_begins_a_new_slice)
{
    setup();
    sched_enqueue(&t[0], false);
    sched_enqueue(&t[1], false);
    CHECK(kernel_exit() == &t[0]);
    now_us = 400;
    sched_donate(NULL);
    CHECK(kernel_exit() == &t[1]);
    t[1].state = TCB_WAITING;
    sched_block_current();
    CHECK(kernel_exit() == &t[0] && timer_us == 1400);
}

/* t[0] runs and gives the processor to t[1], which is less urgent. */
static void donate(void)
{
    setup();
    t[0].prio = 150;
    t[1].prio = 50;
    sched_enqueue(&t[0], false);
    CHECK(kernel_exit() == &t[0]);
    sched_enqueue(&t[1], false);
    sched_donate(&t[1]);
    CHECK(kernel_exit() == &t[1] && cpu0.slice_owner == &t[0]);
}

TEST(a_donation_is_passed_on_with_its_priority)
{
    donate();
    t[2].prio = 40;
    sched_enqueue(&t[2], false);
    sched_donate(&t[2]);
    CHECK(kernel_exit() == &t[2]);
    now_us = 1000;
    sched_timer();
    CHECK(kernel_exit() == &t[0]);
}

/* Of who waits meanwhile, as a client of the one who runs. */
TEST(nothing_outlives_its_thread)
{
    donate();
    t[1].state = TCB_WAITING;
    t[2].prio = 150;
    sched_hand_over(&t[2]);
    CHECK(kernel_exit() == &t[2] && cpu0.donated == &t[1]);
    sched_dequeue(&t[0]);
    sched_forget(&t[0]);
    sched_forget(&t[1]);
    CHECK(cpu0.donated == NULL && cpu0.slice_owner == NULL);

    preempt(DELAY, 500, 150);
    CHECK(kernel_exit() == &t[0] && cpu0.delayed == &t[0]);
    t[0].state = TCB_WAITING;
    t[2].prio = 150;
    sched_hand_over(&t[2]);
    CHECK(kernel_exit() == &t[2]);
    sched_forget(&t[0]);
    CHECK(cpu0.delayed == NULL && cpu0.delay_end_us == UINT64_MAX);
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
        ENTRY(but_no_sender_leaves_its_queue_for_that),
        ENTRY(timeouts_fire_when_due_and_not_before),
        ENTRY(many_at_one_instant_bring_the_timer_again),
        ENTRY(random_use_of_the_ready_queues),
        ENTRY(preemption_is_delayed_until_the_end_of_the_allowance),
        ENTRY(or_of_the_slice),
        ENTRY(or_until_a_thread_above_the_sensitive_priority),
        ENTRY(without_an_allowance_or_the_flag_there_is_no_delay),
        ENTRY(an_overrun_is_an_exception_if_both_flags_are_set),
        ENTRY(thread_switch_ends_a_delay),
        ENTRY(so_does_one_to_the_thread_that_is_kept_waiting),
        ENTRY(the_quantum_counts_across_slices),
        ENTRY(the_quantum_is_charged_to_the_owner_of_the_slice),
        ENTRY(who_yields_begins_a_new_slice),
        ENTRY(a_donation_is_passed_on_with_its_priority),
        ENTRY(nothing_outlives_its_thread),
    };
    return RUN_TESTS(tests);
}
