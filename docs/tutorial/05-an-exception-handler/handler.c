/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <l4/ipc.h>
#include <l4io.h>
#include <pecan.h>

static char stack[4096] __attribute__((aligned(16)));
static L4_ThreadId_t handler;

/* Where the handler lets it go on. */
static void recovered(void)
{
    L4_LoadMR(1, 42);
    L4_LoadMR(0, 1);
    (void)L4_Call(handler);
}

static void worker(void)
{
    L4_Set_ExceptionHandler(handler);
    __builtin_trap(); /* an instruction that no processor knows */
}

int main(void)
{
    L4_ThreadId_t t;
    L4_MsgTag_t tag;
    L4_Word_t ip, answer;

    handler = L4_Myself();
    t = pecan_create_local_thread(worker, stack + sizeof(stack), 100);
    if (L4_IsNilThread(t))
        return 1;
    tag = L4_Receive(t);
    if (L4_IpcFailed(tag) || (L4_SignedWord_t)tag.raw >> 20 != -5)
        return 1;
    L4_StoreMR(1, &ip);
    if (ip - (L4_Word_t)worker > 64)
        return 1;
    printf("an exception in worker()\n");
    /* The registers go back as they came, but for the first: where to go on. */
    L4_LoadMR(1, (L4_Word_t)recovered);
    L4_Set_Label(&tag, 0);
    L4_Set_MsgTag(tag);
    tag = L4_Call(t); /* the answer, and its next message */
    L4_StoreMR(1, &answer);
    if (L4_IpcFailed(tag))
        return 1;
    printf("it went on and says %lu\n", answer);
    return 0;
}
