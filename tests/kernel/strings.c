/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings into memory that is not what it seems: pages that lie elsewhere in
 * physical memory than their neighbours, or may only be read; and what a
 * transfer leaves behind (x2.md 2.10.4, 2.10.5).
 */
#include "accessor.h"
#include "calls.h"
#include "tap.h"
#include "worker.h"

#include <string.h>

enum { XFER_TIMEOUTS = -8, BYTES = 200, PAGES = 8 };

static char (*pages)[PAGE_SIZE]; /* in one piece of memory */
static L4_ThreadId_t near, far;
static struct job send, take;
static char text[BYTES] __attribute__((aligned(256)));
static const L4_Word_t window = FREE_WINDOW;

/* The far worker gets pages i and k side by side in the window. */
static bool map_two(int i, int k, L4_Word_t rights)
{
    L4_MsgTag_t tag;

    take = (struct job){ .from = main_id, .acceptor = window | 13 << 4 };
    job_start(far, &take);
    L4_LoadMR(0, 4 << 6);
    L4_LoadMR(1, 0 | 8);
    L4_LoadMR(2, page_at((L4_Word_t)pages[i], rights).raw);
    L4_LoadMR(3, PAGE_SIZE | 8);
    L4_LoadMR(4, page_at((L4_Word_t)pages[k], rights).raw);
    tag = L4_Send_Timeout(far, L4_ZeroTime);
    return L4_IpcSucceeded(tag) && job_wait(&take) && !job_error(&take);
}

/* The far worker receives strings; buffers are set up by itself, in BR1 on. */
static L4_Word_t buffer_at, buffer_bytes;
static struct {
    L4_MsgTag_t tag;
    L4_Word_t error, stage;
} volatile got;

static void receiver(L4_Word_t arg)
{
    (void)arg;
    L4_LoadBR(1, buffer_bytes << 10);
    L4_LoadBR(2, buffer_at);
    L4_LoadBR(0, 1);
    got.stage = 1;
    got.tag = L4_Receive(near);
    got.error = L4_ErrorCode();
    got.stage = 2;
}

/* near sends `text`; true when its send is over. */
static bool send_text(L4_ThreadId_t to, L4_Word_t bytes)
{
    send = (struct job){ .to = to, .mr = { 2 << 6, bytes << 10 } };
    send.mr[2] = (L4_Word_t)text;
    job_start(near, &send);
    return send.done;
}

static L4_ThreadId_t receive_at(L4_Word_t address, L4_Word_t bytes)
{
    L4_ThreadId_t t;

    buffer_at = address;
    buffer_bytes = bytes;
    got.stage = 0;
    t = thread_in(far, receiver, 0, PRIO_MID);
    settle();
    return t;
}

static L4_Word_t status(int page)
{
    return L4_Rights(L4_GetStatus(page_at((L4_Word_t)pages[page], 0)));
}

static void test_boundary(void)
{
    L4_ThreadId_t t;

    memset(pages, '.', PAGES * PAGE_SIZE);
    ok(map_two(1, 5, L4_ReadWriteOnly), "two pages that are no neighbours");
    t = receive_at(window + PAGE_SIZE - 80, BYTES);
    status(1);
    status(5);
    ok(send_text(t, BYTES) && !job_error(&send) && got.stage == 2 &&
           L4_IpcSucceeded(got.tag),
       "a string across their border");
    ok(status(1) & status(5) & L4_Writable, "they show as written");
    ok(memcmp(pages[1] + PAGE_SIZE - 80, text, 80) == 0 &&
           memcmp(pages[5], text + 80, BYTES - 80) == 0,
       "arrives in both");
    ok(pages[2][0] == '.' && pages[1][PAGE_SIZE - 81] == '.' &&
           pages[5][BYTES - 80] == '.',
       "and nowhere else");
    thread_delete(t);
}

/* The receiver's pager does not serve this address. */
static void test_read_only(void)
{
    L4_ThreadId_t t;

    L4_UnmapFpage(page_at((L4_Word_t)pages[1], L4_FullyAccessible));
    L4_UnmapFpage(page_at((L4_Word_t)pages[5], L4_FullyAccessible));
    memset(pages, '.', PAGES * PAGE_SIZE);
    ok(map_two(3, 6, L4_Readable), "two pages to read");
    t = receive_at(window + 64, BYTES);
    ok(!send_text(t, BYTES) && got.stage == 1,
       "a string to where nothing may be written does not arrive");
    is((L4_Word_t)pages[3][64], '.', "nothing is written");
    exregs_control(near, EX_SEND);
    ok(job_wait(&send) && job_error(&send) == E_ABORTED,
       "the sender can be told to give up");
    settle();
    ok(got.stage == 2 && L4_IpcFailed(got.tag) &&
           (got.error >> 1 & 7) == E_ABORTED,
       "and so the receiver does");
    thread_delete(t);
}

static volatile bool answered;

/* The sender's page comes in time; its transfer timeout must not outlive that.
 */
static void test_timeout(void)
{
    volatile L4_Word_t *mr = (L4_Word_t *)L4_LocalIdOf(near).raw;
    L4_Word_t hole = window + 16 * PAGE_SIZE;
    L4_ThreadId_t t;

    L4_UnmapFpage(page_at((L4_Word_t)pages[3], L4_FullyAccessible));
    L4_UnmapFpage(page_at((L4_Word_t)pages[6], L4_FullyAccessible));
    ok(map_two(3, 6, L4_ReadWriteOnly), "two pages to write");
    t = receive_at(window, BYTES);
    mr[XFER_TIMEOUTS] = (usec(20000).raw << 16) | usec(20000).raw;
    L4_Set_PagerOf(near, main_id);
    send = (struct job){ .to = t, .mr = { 2 << 6, BYTES << 10 } };
    send.mr[2] = hole;
    job_start(near, &send);
    L4_MsgTag_t tag = L4_Receive_Timeout(near, L4_ZeroTime);
    ok(L4_IpcSucceeded(tag) && protocol(tag) == LABEL_PAGE_FAULT,
       "a transfer waits for the sender's page");
    answered = !L4_IsNilFpage(
        L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(hole, 12)));
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(near, L4_ZeroTime);
    settle();
    ok(answered && send.done && !job_error(&send) && got.stage == 2,
       "which comes in time");
    mr[XFER_TIMEOUTS] = 0;
    send = (struct job){ .from = main_id };
    job_start(near, &send);
    L4_Sleep(usec(40000));
    ok(!send.done, "the timeout does not end what the sender does next");
    L4_Set_MsgTag(L4_Niltag);
    L4_Send_Timeout(near, L4_ZeroTime);
    ok(job_wait(&send) && !job_error(&send), "but its partner does");
    L4_Set_PagerOf(near, pager_id);
    thread_delete(t);
}

int main(void)
{
    plan(15);
    support_init();
    pages = (void *)L4_Address(
        L4_Sigma0_GetAny(L4_nilthread, 15, L4_CompleteAddressSpace));
    for (int i = 0; i < BYTES; i++)
        text[i] = (char)('a' + i % 26);
    near = thread_here(worker, 0, PRIO_MID);
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_boundary();
    test_read_only();
    test_timeout();
    return tap_status();
}
