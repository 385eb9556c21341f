/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A root task that knows X.2 and nothing of pecan.h: its second thread is the
 * first to meet pages of the program, which sigma0 gives to the first thread
 * only (docs/programs.md, "Memory").
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/thread.h>

#include "tap.h"

enum { PAGE = 4096, ANSWER = 42 };

static const L4_Word_t constant[2 * PAGE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE))) = { [700] = ANSWER };
static L4_Word_t data[2 * PAGE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE))) = { [700] = ANSWER };
static L4_Word_t zeros[2 * PAGE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE)));
static L4_Word_t stack[2 * PAGE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE)));
static L4_ThreadId_t root;

/* On pages of its own: nothing of the first thread's is near. */
static void __attribute__((aligned(PAGE), noipa)) second(void)
{
    const volatile L4_Word_t *read = constant;
    volatile L4_Word_t *change = data, *clear = zeros;

    change[700]++;
    clear[700] = 1;
    L4_LoadMR(1, read[700]);
    L4_LoadMR(2, change[700]);
    L4_LoadMR(3, clear[700]);
    L4_LoadMR(0, 3);
    (void)L4_Send(root);
    for (;;)
        L4_Sleep(L4_Never);
}

int main(void)
{
    L4_Word_t size = L4_UtcbSize(L4_GetKernelInterface());
    L4_Word_t utcb = (L4_MyLocalId().raw & ~(size - 1)) + size;
    L4_ThreadId_t id = L4_GlobalId(L4_ThreadNo(L4_Myself()) + 1, 1);
    L4_Word_t words[3] = { 0, 0, 0 };
    L4_MsgTag_t tag;

    plan(5);
    root = L4_Myself();
    ok(L4_ThreadControl(id, root, root, L4_Pager(), (void *)utcb) != 0,
       "a thread in the same space, with the same pager");
    L4_Start_SpIp(id, (L4_Word_t)(stack + sizeof(stack) / sizeof(*stack)) - 64,
                  (L4_Word_t)second);
    tag = L4_Receive_Timeout(id, L4_TimePeriod(2000000));
    ok(L4_IpcSucceeded(tag), "it runs, on code and stack nobody met before");
    L4_StoreMRs(1, 3, words);
    is(words[0], ANSWER, "it reads constants");
    is(words[1], ANSWER + 1, "it changes data");
    is(words[2], 1, "it writes where zeros were");
    return tap_status();
}
