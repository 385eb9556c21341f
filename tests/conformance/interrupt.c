/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts as far as no device is needed: attaching, detaching,
 * acknowledging. Delivery needs a source of interrupts and is tested elsewhere.
 * clauses: 4200
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

static L4_ThreadId_t irq, handler, far;
static struct job job;

static L4_Word_t attach(L4_ThreadId_t i, L4_ThreadId_t to)
{
    return L4_AssociateInterrupt(i, to) ? 0 : L4_ErrorCode();
}

/* The highest interrupt that this thread may have: no timer, no console. */
static bool find_interrupt(void)
{
    for (L4_Word_t n = L4_ThreadIdSystemBase(L4_GetKernelInterface());
         n-- > 0;) {
        irq = L4_GlobalId(n, 1);
        if (attach(irq, handler) == 0)
            return true;
    }
    return false;
}

static void test_attach(void)
{
    CLAUSE(4200,
           "3.2 action attach / change handler; 1.3 thread number 0 ... "
           "SystemBase-1; 4.3",
           "some interrupt can be attached to a thread", find_interrupt());
    CLAUSE_IS(4201, "3.2", "attaching the same handler again succeeds",
              attach(irq, handler), 0);
    CLAUSE_IS(4202, "3.2 action attach / change handler",
              "another thread is made its handler", attach(irq, far), 0);
    CLAUSE(4203, "3.2; 2.9", "an attached interrupt may be scheduled",
           thread_state(irq) != L4_SCHEDRESULT_ERROR);
    CLAUSE_IS(4204, "3.2 action detach, disable; 4.3", "it is detached",
              L4_DeassociateInterrupt(irq), 1);
    CLAUSE(4205, "2.9 error 2; 3.2",
           "a detached interrupt may not be scheduled",
           thread_state(irq) == L4_SCHEDRESULT_ERROR &&
               L4_ErrorCode() == L4_ErrInvalidThread);
    CLAUSE_IS(4206, "3.2", "detached twice it is still detached: success",
              L4_DeassociateInterrupt(irq), 1);
}

static void test_errors(void)
{
    L4_Word_t base = L4_ThreadIdSystemBase(L4_GetKernelInterface());

    CLAUSE_IS(4207, "3.2 error 2", "a handler that does not exist: error 2",
              attach(irq, fresh(0)), L4_ErrInvalidThread);
    CLAUSE_IS(4208, "3.2 error 2", "a handler with a wrong version: error 2",
              attach(irq, L4_GlobalId(L4_ThreadNo(handler), 9)),
              L4_ErrInvalidThread);
    CLAUSE_IS(4209, "3.2 error 2; 2.4 error 2",
              "a number that is no interrupt: error 2",
              attach(L4_GlobalId(base, 1), handler), L4_ErrInvalidThread);
    L4_Word_t e = thread_control(irq, irq, L4_nilthread, L4_nilthread, ~0ul);
    CLAUSE(4210, "5.3 # A25", "pager nil changes nothing: success, or error 2",
           e == 0 || e == L4_ErrInvalidThread);
    CLAUSE_IS(4211, "2.4; 3.2",
              "scheduler and UTCB of an interrupt are ignored",
              thread_control(irq, irq, fresh(0), handler, 4), 0);
}

static void test_acknowledge(void)
{
    attach(irq, handler);
    job = (struct job){ .to = irq,
                        .timeouts = L4_Timeouts(L4_ZeroTime, L4_Never) };
    job_start(handler, &job);
    CLAUSE(4212, "3.2; 5.3 # A16",
           "with nothing to acknowledge a send with timeout zero: timeout",
           job_wait(&job) && job_error(&job) == E_TIMEOUT &&
               job_phase(&job) == 0);
    job = (struct job){ .to = irq,
                        .timeouts = L4_Timeouts(usec(3000), L4_Never) };
    job_start(handler, &job);
    L4_Sleep(usec(6000));
    CLAUSE(4213, "3.2; 5.3 # A16", "with another timeout it waits as long",
           job_wait(&job) && job_error(&job) == E_TIMEOUT);
    job = (struct job){ .from = irq, .timeouts = usec(3000).raw };
    job_start(handler, &job);
    CLAUSE(4214, "3.2", "while nothing happens there is no message",
           job_wait(&job) && job_error(&job) == E_TIMEOUT &&
               job_phase(&job) == 1);
}

static void test_handler_gone(void)
{
    L4_ThreadId_t t = thread_here(worker, 0, PRIO_MID);

    settle();
    CLAUSE_IS(4215, "3.2", "a thread that is not waiting may be a handler",
              attach(irq, t), 0);
    CLAUSE(4216, "2.4; 3.2", "a handler may be deleted", thread_delete(t));
    CLAUSE(4217, "2.4; 3.2", "its interrupts are detached then",
           thread_state(irq) == L4_SCHEDRESULT_ERROR);
    CLAUSE_IS(
        4218, "3.2",
        "an interrupt of a deleted handler may be attached to another thread",
        attach(irq, handler), 0);
    L4_DeassociateInterrupt(irq);
}

static volatile L4_Word_t their_result, their_error;

static void try_attach(L4_Word_t arg)
{
    (void)arg;
    their_result = L4_AssociateInterrupt(irq, L4_Myself());
    their_error = L4_ErrorCode();
}

static void test_privilege(void)
{
    their_result = 7;
    L4_ThreadId_t t = thread_in_new_space(try_attach, 0, PRIO_MID);
    settle();
    CLAUSE(4219, "2.4 error 1; 3.2", "attaching is privileged: error 1",
           their_result == 0 && their_error == L4_ErrNoPrivilege);
    thread_delete(t);
}

int main(void)
{
    support_init();
    handler = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_attach();
    test_errors();
    test_acknowledge();
    test_handler_gone();
    test_privilege();
    return CLAUSES_END();
}
