/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaching and detaching an interrupt at every moment of its life: idle, in
 * its handler's queue, taken but not acknowledged (x2.md 3.2). The interrupt is
 * the UART's, as in interrupt.c.
 */
#include "../bench/uart.h"
#include "calls.h"
#include "tap.h"
#include "worker.h"

enum { ERR_THREAD = 2 };

static L4_ThreadId_t irq, first, second;
static struct job job;

static L4_Word_t attach(L4_ThreadId_t i, L4_ThreadId_t to)
{
    return L4_AssociateInterrupt(i, to) ? 0 : L4_ErrorCode();
}

/* After printing, so that nothing of ours is left to be sent. */
static void raise_irq(void)
{
    uart_irq(true);
    for (volatile int i = 0; i < 1000; i++)
        ;
    settle();
}

/* Does w get an interrupt within 2 ms? */
static bool comes(L4_ThreadId_t w)
{
    job = (struct job){ .from = irq, .timeouts = usec(2000).raw };
    job_start(w, &job);
    return job_wait(&job) && !job_error(&job) && job.sender.raw == irq.raw;
}

/* w answers it, perhaps with a page, while it is not raised any more. */
static bool answer(L4_ThreadId_t w, bool with_page)
{
    static char page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

    uart_irq(false);
    job = (struct job){ .to = irq, .timeouts = TIME_ZERO << 16 };
    job.mr[0] = with_page ? 2 << 6 : 0;
    job.mr[1] = 8;
    job.mr[2] = page_at((L4_Word_t)page, L4_FullyAccessible).raw;
    job_start(w, &job);
    return job_wait(&job) && !job_error(&job);
}

static bool acknowledge(L4_ThreadId_t w)
{
    return answer(w, false);
}

static void test_twice(void)
{
    is(attach(irq, first), 0, "a thread attaches");
    is(L4_DeassociateInterrupt(irq), 1, "detaches");
    is(attach(irq, first), 0, "and attaches again");
    raise_irq();
    ok(comes(first), "it gets the interrupt");
    ok(acknowledge(first), "and acknowledges it");
    raise_irq();
    ok(comes(first), "it gets the next");
    ok(acknowledge(first), "and acknowledges that");
    L4_DeassociateInterrupt(irq);
}

/* Any message acknowledges: what is in it goes nowhere. */
static void test_message(void)
{
    is(attach(irq, first), 0, "attached once more");
    raise_irq();
    ok(comes(first) && answer(first, true), "an answer with a page");
    raise_irq();
    ok(comes(first) && acknowledge(first), "after which it comes again");
    L4_DeassociateInterrupt(irq);
}

/* In the first handler's queue when the second one attaches. */
static void test_queued(void)
{
    is(attach(irq, first), 0, "the first handler");
    raise_irq();
    is(thread_state(first), 6, "is busy when the interrupt arrives");
    is(attach(irq, second), 0, "a second takes it over");
    ok(!comes(first), "the first one gets nothing");
    ok(comes(second), "the second one does");
    ok(acknowledge(second), "and acknowledges it");
    L4_DeassociateInterrupt(irq);
    is(attach(irq, first), 0, "once more the first");
    raise_irq();
    L4_DeassociateInterrupt(irq);
    ok(!comes(first), "detached while it waits in the queue: it does not come");
    uart_irq(false);
}

/* Taken by the first handler, who never acknowledges. */
static void test_taken(void)
{
    is(attach(irq, first), 0, "the first handler");
    raise_irq();
    ok(comes(first), "takes an interrupt");
    is(attach(irq, second), 0, "and loses it to the second");
    uart_irq(false);
    job = (struct job){ .to = irq, .timeouts = TIME_ZERO << 16 };
    job_start(first, &job);
    ok(job_wait(&job) && job_error(&job) == E_TIMEOUT,
       "it cannot acknowledge any more");
    raise_irq();
    ok(comes(second), "the second handler gets the next");
    ok(acknowledge(second), "and acknowledges it");
    L4_DeassociateInterrupt(irq);
}

/* A handler that gets a new version is another thread. */
static void test_renamed(void)
{
    L4_ThreadId_t renamed = L4_GlobalId(L4_ThreadNo(first), 3);

    is(attach(irq, first), 0, "a handler");
    is(thread_control(renamed, main_id, L4_nilthread, L4_nilthread, ~0ul), 0,
       "gets another version");
    raise_irq();
    ok(!comes(renamed), "and no interrupts");
    is(attach(irq, renamed), 0, "until it attaches");
    ok(comes(renamed), "as what it is");
    acknowledge(renamed);
    L4_DeassociateInterrupt(irq);
    thread_control(first, main_id, L4_nilthread, L4_nilthread, ~0ul);
}

static void test_errors(void)
{
    L4_ThreadId_t idle = fresh(1);

    is(attach(L4_GlobalId(0, 1), first), ERR_THREAD,
       "the kernel's own interrupt: error 2");
    is(attach(L4_GlobalId(UART_IRQ, 2), first), ERR_THREAD,
       "a wrong version: error 2");
    thread_control(idle, main_id, main_id, L4_nilthread, ~0ul);
    is(attach(irq, idle), 0, "an inactive handler, with which it goes");
    thread_delete(idle);
    is(thread_control(irq, main_id, main_id, L4_nilthread, ~0ul), 0,
       "without a pager nothing changes");
    raise_irq();
    uart_irq(false);
    job = (struct job){ .to = irq, .timeouts = TIME_ZERO << 16 };
    job_start(first, &job);
    ok(job_wait(&job) && job_error(&job) == E_TIMEOUT,
       "an interrupt that nobody has takes no message");
}

int main(void)
{
    plan(34);
    support_init();
    irq = L4_GlobalId(UART_IRQ, 1);
    if (UART_DEVICE_PAGES)
        L4_Sigma0_GetPage(L4_nilthread, page_at(UART_BASE, L4_FullyAccessible));
    uart_irq(false);
    first = thread_here(worker, 0, PRIO_MID);
    second = thread_here(worker, 0, PRIO_MID);
    settle();
    test_twice();
    test_message();
    test_queued();
    test_taken();
    test_renamed();
    test_errors();
    return tap_status();
}
