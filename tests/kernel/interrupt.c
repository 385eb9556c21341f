/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts as IPC: x2.md 3.2. The interrupt is the UART's, which is raised
 * and ended by software.
 */
#include "../bench/uart.h"
#include "tap.h"
#include "worker.h"

enum { ERR_THREAD = 2, TIMEOUT = 1 };

static volatile L4_Word_t taken, label_ok, from_ok;
static L4_ThreadId_t irq, handler;
static struct job job;

static void handle(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        taken++;
        label_ok = (tag.raw & 0xffff) == 0 && protocol(tag) == LABEL_INTERRUPT;
        from_ok = from.raw == irq.raw;
        uart_irq(false);
        L4_Set_MsgTag(L4_Niltag);
        tag = L4_Ipc(irq, irq, 0, &from);
    }
}

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
}

static void test_handler(void)
{
    handler = thread_here(handle, 0, PRIO_MID);
    settle();
    raise_irq();
    settle();
    is(taken, 0, "an interrupt is masked until somebody attaches");
    uart_irq(false);
    is(attach(irq, handler), 0, "a thread attaches");
    is(attach(irq, handler), 0, "twice does no harm");
    settle();
    taken = 0; /* a PLIC remembers what was raised while it was masked */
    raise_irq();
    settle();
    is(taken, 1, "an interrupt is one message");
    ok(label_ok, "label -1, no words");
    ok(from_ok, "from the interrupt's thread");
    for (int i = 0; i < 20; i++) {
        raise_irq();
        settle();
    }
    is(taken, 21, "and again after each acknowledge");
    is(L4_DeassociateInterrupt(irq), 1, "it is detached");
    raise_irq();
    settle();
    is(taken, 21, "and comes no more");
    uart_irq(false);
    thread_delete(handler);
}

/* The handler as a worker, to look at each step. */
static void test_steps(void)
{
    L4_ThreadId_t w = thread_here(worker, 0, PRIO_MID);

    is(attach(irq, w), 0, "a thread that is not waiting attaches");
    settle();
    raise_irq();
    settle();
    job = (struct job){ .from = irq };
    job_start(w, &job);
    ok(job_wait(&job) && job.sender.raw == irq.raw,
       "an interrupt waits for its handler");
    /* Still raised, but masked: no second message. */
    job = (struct job){ .from = irq, .timeouts = usec(2000).raw };
    job_start(w, &job);
    ok(job_wait(&job) && job_error(&job) == TIMEOUT,
       "it is masked until it is acknowledged");
    job = (struct job){ .to = irq, .from = irq, .timeouts = usec(2000).raw };
    job_start(w, &job);
    ok(job_wait(&job) && !job_error(&job),
       "acknowledged while still raised, it comes again");
    uart_irq(false);
    job = (struct job){ .to = irq, .from = irq, .timeouts = usec(2000).raw };
    job_start(w, &job);
    if (job_wait(&job) && !job_error(&job)) /* remembered, as above: once */
        job_start(w, &job);
    ok(job_wait(&job) && job_error(&job) == TIMEOUT && job_phase(&job) == 1,
       "acknowledged and quiet: nothing comes");
    job = (struct job){ .to = irq, .timeouts = (L4_Word_t)0x0400 << 16 };
    job_start(w, &job);
    ok(job_wait(&job) && job_error(&job) == TIMEOUT && job_phase(&job) == 0,
       "a second acknowledge waits like any send");
    raise_irq();
    settle();
    thread_delete(w);
    uart_irq(false);
    w = thread_here(worker, 0, PRIO_MID);
    settle();
    is(attach(irq, w), 0, "after its handler died another may attach");
    raise_irq();
    job = (struct job){ .from = irq };
    job_start(w, &job);
    ok(job_wait(&job) && job.sender.raw == irq.raw, "and gets it");
    uart_irq(false);
    L4_DeassociateInterrupt(irq);
    thread_delete(w);
}

static L4_Word_t schedule(L4_Word_t time, L4_Word_t processor, L4_Word_t prio)
{
    L4_Word_t old;

    return L4_Schedule(irq, time, processor, prio, ~0ul, &old);
}

static void test_schedule(void)
{
    L4_ThreadId_t w = thread_here(worker, 0, PRIO_MID);

    settle();
    attach(irq, w);
    settle();
    ok(schedule(~0ul, 0, ~0ul) != 0, "an interrupt with a handler has a state");
    ok(schedule(0x03e803e8, 0, 17) != 0, "and times and a priority");
    is(schedule(~0ul, 77, ~0ul), 0, "but no processor that is not there");
    is(schedule(0x8001ul << 16, 0, ~0ul), 0, "nor points of time");
    raise_irq();
    settle();
    is(thread_state(irq), 4, "in its handler's queue it sends");
    job = (struct job){ .from = irq };
    job_start(w, &job);
    ok(job_wait(&job) && job.sender.raw == irq.raw, "and its handler gets it");
    is(thread_state(irq), 6, "then it waits to be acknowledged");
    uart_irq(false);
    L4_DeassociateInterrupt(irq);
    is(schedule(~0ul, 0, ~0ul), 0, "without a handler it has none");
    is(L4_ErrorCode(), ERR_THREAD, "error 2");
    thread_delete(w);
}

static void test_errors(void)
{
    void *kip = L4_GetKernelInterface();

    is(attach(irq, L4_GlobalId(user_base + 700, 1)), ERR_THREAD,
       "a handler that does not exist: error 2");
    is(attach(L4_GlobalId(L4_ThreadIdSystemBase(kip), 1), main_id), ERR_THREAD,
       "a number that is no interrupt: error 2");
}

int main(void)
{
    plan(28);
    support_init();
    irq = L4_GlobalId(UART_IRQ, 1);
    if (UART_DEVICE_PAGES)
        L4_Sigma0_GetPage(L4_nilthread, page_at(UART_BASE, L4_FullyAccessible));
    uart_irq(false);
    test_handler();
    test_steps();
    test_schedule();
    test_errors();
    return tap_status();
}
