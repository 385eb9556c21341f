/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where two rules meet.
 * clauses: 4800
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { P = 0x1000 };

static volatile L4_Word_t arrived;
static char stack[STACK_BYTES] __attribute__((aligned(16)));
static char pages[16][PAGE_SIZE] __attribute__((aligned(16 * PAGE_SIZE)));

static void arrive(void)
{
    arrived++;
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* A job that sends t its start message. */
static struct job start_job(L4_ThreadId_t t)
{
    arrived = 0;
    return (struct job){ .to = t,
                         .mr = { 2, (L4_Word_t)arrive,
                                 (L4_Word_t)stack + sizeof(stack) - 64 -
                                     RETURN_ADDRESS } };
}

static L4_Word_t send_at_once(L4_ThreadId_t t, const struct job *job)
{
    L4_LoadMRs(0, 64, (L4_Word_t *)job->mr);
    return tag_error(L4_Send_Timeout(t, L4_ZeroTime));
}

/* ---- start -------------------------------------------------------------- */

static void test_early_start(void)
{
    L4_ThreadId_t w = thread_here(worker, 0, PRIO_MID), t = fresh(0);
    L4_ThreadId_t other = thread_here(worker, 0, PRIO_MID);
    struct job first = { .to = t }, job = start_job(t);

    settle();
    thread_control(t, main_id, main_id, L4_nilthread, ~0ul);
    L4_Set_Priority(t, PRIO_MID);
    job_start(other, &first);
    job_start(w, &job);
    CLAUSE_IS(4800, "2.10.2; 5.3 # A11",
              "a start message may be sent before the thread is activated",
              thread_state(w), L4_SCHEDRESULT_PENDING_SEND);
    thread_control(t, t, L4_nilthread, w, utcb_start(60));
    settle();
    CLAUSE(4801, "2.10.2; 3.1; 5.3 # A11", "activated, it takes it and starts",
           job.done && !job_error(&job) && arrived == 1);
    CLAUSE(4802, "3.1", "a message of another than the pager waits on",
           !first.done);
    thread_delete(t);
    thread_delete(w);
    thread_delete(other);
}

static void test_local_pager(void)
{
    L4_ThreadId_t t = fresh(0), far;
    struct job job = start_job(t);

    thread_control(t, main_id, main_id, L4_nilthread, ~0ul);
    L4_Set_Priority(t, PRIO_MID);
    CLAUSE_IS(
        4803, "2.1; 2.4 parameter Pager",
        "the pager may be named by its local id",
        thread_control(t, t, L4_nilthread, L4_MyLocalId(), utcb_start(60)), 0);
    CLAUSE_IS(4804, "2.1; 3.1", "then it starts the thread",
              send_at_once(t, &job), 0);
    thread_delete(t);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    job = start_job(t);
    thread_control(t, far, main_id, L4_MyLocalId(), utcb_start(60));
    L4_Set_Priority(t, PRIO_MID);
    CLAUSE_IS(4805, "2.1; 3.1", "and one in another space",
              send_at_once(t, &job), 0);
    thread_control(t, t, L4_nilthread, L4_MyLocalId(), ~0ul);
    L4_UnmapFpage(page_at((L4_Word_t)arrive, L4_FullyAccessible));
    CLAUSE_IS(4806, "2.1; 3.3", "whose faults it gets",
              protocol(L4_Receive_Timeout(t, usec(50000))), LABEL_PAGE_FAULT);
    thread_delete(t);
    thread_delete(far);
}

static void test_start_items(void)
{
    L4_ThreadId_t t = fresh(0);
    struct job job = start_job(t);

    thread_control(t, main_id, main_id, main_id, utcb_start(60));
    job.mr[0] = 2 | 14 << 6;
    for (int i = 3; i < 17; i += 2)
        job.mr[i] = 8;
    CLAUSE_IS(4807, "3.1; 2.10.4 error 4",
              "a start message with many map items is too long as with one",
              send_at_once(t, &job), E_OVERFLOW << 1);
    thread_delete(t);
}

/* ---- propagation and who is queued already ------------------------------- */

static void test_answer_waits(void)
{
    L4_ThreadId_t server = thread_in_new_space(worker, 0, PRIO_MID);
    L4_ThreadId_t helper = thread_in(server, worker, 0, PRIO_MID);
    L4_ThreadId_t client = thread_in_new_space(worker, 0, PRIO_MID);
    struct job asks = { .to = server, .from = server, .mr = { 1, 5 } };
    struct job serves = { .from = L4_anythread };
    struct job helps = { .to = client, .virtual = server, .mr = { P | 1, 77 } };

    settle();
    job_start(server, &serves);
    /* The client waits for the main thread meanwhile. */
    job_start(helper, &helps);
    job_start(client, &asks);
    CLAUSE(4808, "2.10.6; 2.10.2",
           "a call takes the answer that is queued in its partner's name",
           job_wait(&asks) && !job_error(&asks) && asks.mr[1] == 77 &&
               asks.sender.raw == server.raw && asks.actual.raw == helper.raw);
    CLAUSE(4809, "2.10.6", "both messages have arrived",
           serves.done && serves.mr[1] == 5 && helps.done &&
               !job_error(&helps));
    thread_delete(client);
    thread_delete(helper);
    thread_delete(server);
}

static void test_follows_to_queued(void)
{
    L4_ThreadId_t v = thread_in_new_space(worker, 0, PRIO_MID);
    L4_ThreadId_t s = thread_in(v, worker, 0, PRIO_MID);
    L4_ThreadId_t r = thread_in_new_space(worker, 0, PRIO_MID);
    L4_ThreadId_t helper = thread_in(r, worker, 0, PRIO_MID);
    struct job helps = { .to = v, .virtual = r, .mr = { P | 1, 88 } };
    struct job waits = { .from = s };
    struct job receives = { .from = L4_anythread };
    struct job sends = { .to = r, .virtual = v, .mr = { P } };

    settle();
    job_start(v, &waits);
    job_start(helper, &helps);
    job_start(r, &receives);
    CLAUSE(4810, "2.10.6", "a closed wait for S is none for R",
           !waits.done && !helps.done && !receives.done);
    job_start(s, &sends);
    CLAUSE(4811, "2.10.6; 2.10.2",
           "a wait that is changed to R takes what is queued in R's name",
           job_wait(&waits) && !job_error(&waits) && waits.mr[1] == 88 &&
               receives.done && helps.done);
    thread_delete(helper);
    thread_delete(r);
    thread_delete(s);
    thread_delete(v);
}

/* ---- answers to faults ----------------------------------------------------
 */

static void touch(L4_Word_t arg)
{
    *(volatile char *)arg = 1;
    arrived = *(volatile char *)(arg + 9 * PAGE_SIZE) + 1;
}

static L4_Word_t item(int page)
{
    return page_at((L4_Word_t)pages[page], L4_FullyAccessible).raw;
}

/* t's next fault outside the image. */
static L4_Word_t fault_of(L4_ThreadId_t t)
{
    L4_MsgTag_t tag = L4_Receive_Timeout(t, usec(100000));
    L4_Word_t address = 0;

    while (protocol(tag) == LABEL_PAGE_FAULT) {
        L4_StoreMR(1, &address);
        if (address < image_low || address >= image_high)
            return address;
        load_map(page_at(address, L4_FullyAccessible), address);
        tag = L4_Call_Timeouts(t, L4_Never, usec(100000));
    }
    return 0;
}

static void test_long_answers(void)
{
    L4_ThreadId_t t = thread_in_new_space(touch, FREE_WINDOW, PRIO_MID);

    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    arrived = 0;
    CLAUSE_IS(4812, "3.3", "a fault to answer", fault_of(t), FREE_WINDOW);
    for (int i = 0; i < 10; i++) {
        L4_LoadMR(1 + 2 * i, FREE_WINDOW + (L4_Word_t)i * PAGE_SIZE + 8);
        L4_LoadMR(2 + 2 * i, item(i));
    }
    L4_Set_MsgTag(words_tag(0, 20));
    CLAUSE_IS(4813, "3.3; 2.10.4", "an answer may have ten map items",
              tag_error(L4_Send(t)), 0);
    CLAUSE_IS(4814, "3.3; 2.10.5", "all of them are mapped", fault_of(t), 0);
    CLAUSE_IS(4815, "3.3", "and the thread goes on", arrived, 1);
    thread_delete(t);
    t = thread_in_new_space(touch, FREE_WINDOW, PRIO_MID);
    L4_ThreadControl(t, t, L4_nilthread, main_id, NO_UTCB);
    fault_of(t);
    for (int i = 1; i <= 20; i++)
        L4_LoadMR(i, 0xbad);
    L4_LoadMR(21, FREE_WINDOW + 8);
    L4_LoadMR(22, item(0));
    L4_Set_MsgTag(words_tag(20, 2));
    L4_Send(t);
    CLAUSE_IS(4816, "3.3", "behind twenty words, which are dropped, an item is",
              fault_of(t), FREE_WINDOW + 9 * PAGE_SIZE);
    thread_delete(t);
    for (int i = 0; i < 16; i++)
        L4_UnmapFpage(page_at((L4_Word_t)pages[i], L4_FullyAccessible));
}

/* ---- one area; a handler ---------------------------------------------------
 */

static void test_one_area(void)
{
    L4_ThreadId_t t = fresh(0), same = L4_nilthread;
    L4_Fpage_t here = L4_FpageLog2(FREE_WINDOW, 12);
    L4_Fpage_t there = L4_FpageLog2(FREE_WINDOW + 0x10000, 12);

    thread_control(t, t, main_id, L4_nilthread, ~0ul);
    space_control(t, kip_area(), here, same);
    CLAUSE_IS(4817, "2.5 error 6", "a UTCB area alone is checked: error 6",
              space_control(t, L4_Nilpage, L4_FpageLog2(FREE_WINDOW, 10), same),
              L4_ErrUtcbArea);
    CLAUSE_IS(4818, "2.5 error 7",
              "a UTCB area alone may not be on the KIP area: error 7",
              space_control(t, L4_Nilpage, kip_area(), same), L4_ErrKipArea);
    CLAUSE_IS(4819, "2.5 error 7",
              "nor a KIP area alone on the UTCB area: error 7",
              space_control(t, here, L4_Nilpage, same), L4_ErrKipArea);
    CLAUSE_IS(4820, "2.5", "a UTCB area alone",
              space_control(t, L4_Nilpage, there, same), 0);
    CLAUSE_IS(4821, "2.5; 2.4 error 6", "is the space's then",
              thread_control(t, t, L4_nilthread, main_id, FREE_WINDOW),
              L4_ErrUtcbArea);
    CLAUSE_IS(
        4822, "2.5; 2.4", "with place for a UTCB",
        thread_control(t, t, L4_nilthread, main_id, FREE_WINDOW + 0x10000), 0);
    thread_delete(t);
}

static void test_inactive_handler(void)
{
    L4_ThreadId_t t = fresh(0), irq = L4_nilthread;

    for (L4_Word_t n = 1; n < L4_ThreadIdSystemBase((void *)kip_address); n++) {
        irq = L4_GlobalId(n, 1);
        if (L4_DeassociateInterrupt(irq))
            break;
    }
    thread_control(t, main_id, main_id, L4_nilthread, ~0ul);
    CLAUSE(4823, "3.2", "a thread that is not yet active may be a handler",
           L4_AssociateInterrupt(irq, t) != 0);
    L4_DeassociateInterrupt(irq);
    thread_delete(t);
}

int main(void)
{
    support_init();
    test_early_start();
    test_local_pager();
    test_start_items();
    test_answer_waits();
    test_follows_to_queued();
    test_long_answers();
    test_one_area();
    test_inactive_handler();
    return CLAUSES_END();
}
