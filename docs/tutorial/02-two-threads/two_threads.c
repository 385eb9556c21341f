/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <l4/ipc.h>
#include <l4io.h>
#include <pecan.h>

static char stack[4096] __attribute__((aligned(16)));

/* The server: wait for a number, answer its square, wait for the next. */
static void server(void)
{
    L4_ThreadId_t client = L4_nilthread;

    for (;;) {
        L4_MsgTag_t tag = L4_ReplyWait(client, &client);
        L4_Word_t n;

        if (L4_IpcFailed(tag)) {
            client = L4_nilthread;
            continue;
        }
        L4_StoreMR(1, &n);
        L4_LoadMR(1, n * n);
        L4_LoadMR(0, 1); /* the tag: one untyped word */
    }
}

/* A thread in this address space, at server(). Result: its id. */
static L4_ThreadId_t start_server(void)
{
    L4_ThreadId_t id = pecan_new_id();

    /* Create it in my space, with me as its scheduler. */
    if (!L4_ThreadControl(id, L4_Myself(), L4_Myself(), pecan_pager(),
                          pecan_new_utcb())) {
        printf("no thread: %s\n", L4_ErrorCode_String(L4_ErrorCode()));
        return L4_nilthread;
    }
    /* It waits; set it going: which stack, and where. */
    L4_Start_SpIp(id, (L4_Word_t)(stack + sizeof(stack) - 16),
                  (L4_Word_t)server);
    return id;
}

int main(void)
{
    L4_ThreadId_t id = start_server();
    L4_Word_t n, square;

    if (L4_IsNilThread(id))
        return 1;
    for (n = 1; n <= 5; n++) {
        L4_LoadMR(1, n);
        L4_LoadMR(0, 1);
        if (L4_IpcFailed(L4_Call(id)))
            return 1;
        L4_StoreMR(1, &square);
        printf("%lu squared is %lu\n", n, square);
    }
    return 0;
}
