/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel does, in a minute: two threads and an IPC, a page mapped to
 * another space and taken back, and a keyboard driver in user mode that gets
 * its interrupts as messages.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/thread.h>
#include <l4io.h>
#include <pecan.h>
#include <stdlib.h>
#include <uart.h>

enum { STACK = 4096, PRIO = 100, PAGE = 4096, LEAVE = 'q' };
enum { LABEL_PAGE_FAULT = -2 };

static char stacks[3][STACK] __attribute__((aligned(16)));
static char page[PAGE] __attribute__((aligned(PAGE)));
static L4_ThreadId_t main_id;
/* Where the page appears in the other space: neither RAM nor devices. */
static volatile L4_Word_t *const window = (volatile L4_Word_t *)0x20000000;

static void fail(const char *what)
{
    printf("demo: %s failed: %s\n", what, L4_ErrorCode_String(L4_ErrorCode()));
    exit(1);
}

/* ---- Two threads ----------------------------------------------------- */

/* Waits for two numbers and answers their sum, for ever. */
static void adder(void)
{
    L4_ThreadId_t client = L4_nilthread;
    L4_Word_t a, b;

    for (;;) {
        L4_MsgTag_t tag = L4_ReplyWait(client, &client);

        if (L4_IpcFailed(tag)) {
            client = L4_nilthread;
            continue;
        }
        L4_StoreMR(1, &a);
        L4_StoreMR(2, &b);
        L4_LoadMR(0, 1);
        L4_LoadMR(1, a + b);
    }
}

static void show_ipc(void)
{
    L4_ThreadId_t t = pecan_create_local_thread(adder, stacks[0] + STACK, PRIO);
    L4_Word_t sum;

    if (L4_IsNilThread(t))
        fail("creating a thread");
    L4_LoadMR(0, 2);
    L4_LoadMR(1, 20);
    L4_LoadMR(2, 22);
    if (L4_IpcFailed(L4_Call(t)))
        fail("the call");
    L4_StoreMR(1, &sum);
    printf("1. thread %lx says: 20 + 22 = %lu\n", t.raw, sum);
    (void)pecan_delete(t);
}

/* ---- A mapping and its flush ----------------------------------------- */

/* In another space: take a page into the window, report what is in it, and
 * look again when told to. */
static void reader(void)
{
    L4_Accept(L4_MapGrantItems(L4_FpageLog2((L4_Word_t)window, 12)));
    (void)L4_Receive(main_id);
    for (;;) {
        L4_Word_t seen = *window;

        L4_LoadMR(0, 1);
        L4_LoadMR(1, seen);
        (void)L4_Call(main_id);
    }
}

static void show_mapping(void)
{
    L4_ThreadId_t t = pecan_create_space_thread(reader, stacks[1] + STACK, PRIO,
                                                L4_nilthread);
    L4_Fpage_t f =
        L4_FpageAddRights(L4_Fpage((L4_Word_t)page, PAGE), L4_ReadWriteOnly);
    L4_MapItem_t item = L4_MapItem(f, 0);
    L4_MsgTag_t tag;
    L4_Word_t word, address;

    if (L4_IsNilThread(t))
        fail("creating a space");
    *(L4_Word_t *)page = 4711;
    L4_LoadMR(0, 2 << 6);
    L4_LoadMRs(1, 2, item.raw);
    if (L4_IpcFailed(L4_Call(t)))
        fail("the mapping");
    L4_StoreMR(1, &word);
    printf("2. thread %lx, in its own space, reads %lu in the page it got\n",
           t.raw, word);

    (void)L4_Flush(L4_FpageAddRights(f, L4_FullyAccessible));
    /* The next access is a page fault, and for once we are the pager. */
    (void)L4_ThreadControl(t, t, L4_nilthread, main_id, (void *)~0UL);
    L4_LoadMR(0, 0);
    tag = L4_Call(t);
    L4_StoreMR(1, &address);
    if (L4_IpcFailed(tag) || (L4_SignedWord_t)tag.raw >> 20 != LABEL_PAGE_FAULT)
        fail("the flush");
    printf("3. the page is flushed: its next access faults at %lx\n", address);
    (void)pecan_delete(t);
}

/* ---- The keyboard ---------------------------------------------------- */

/* Gets the UART's interrupts and passes characters on. */
static void driver(void)
{
    L4_ThreadId_t irq = L4_GlobalId(UART_IRQ, 1);
    L4_MsgTag_t tag;
    int c;

    if (!L4_AssociateInterrupt(irq, L4_Myself()))
        fail("attaching to the interrupt");
    uart_enable();
    tag = L4_Receive(irq);
    for (;;) {
        if (L4_IpcFailed(tag))
            fail("waiting for an interrupt");
        while ((c = uart_read()) >= 0) {
            L4_LoadMR(0, 1);
            L4_LoadMR(1, (L4_Word_t)c);
            (void)L4_Send(main_id);
        }
        L4_LoadMR(0, 0);
        tag = L4_Call(irq); /* done with this one; wait for the next */
    }
}

static void show_keyboard(void)
{
    L4_ThreadId_t t;
    L4_Word_t c;

    if (UART_IS_MEMORY && pecan_map(UART_BASE, PAGE) == NULL)
        fail("getting the UART from sigma0");
    t = pecan_create_local_thread(driver, stacks[2] + STACK, PRIO);
    if (L4_IsNilThread(t))
        fail("creating the driver");
    printf("4. interrupt %d is a message to thread %lx: type, %c leaves\n",
           UART_IRQ, t.raw, LEAVE);
    do {
        if (L4_IpcFailed(L4_Receive(t)))
            fail("waiting for a key");
        L4_StoreMR(1, &c);
        printf("%c", (int)c);
        if (c == '\r')
            printf("\n");
    } while (c != LEAVE);
    printf("\n");
}

int main(void)
{
    void *kip = L4_GetKernelInterface();

    main_id = L4_Myself();
    printf("%s: a root task, thread %lx\n", L4_KernelVersionString(kip),
           main_id.raw);
    show_ipc();
    show_mapping();
    show_keyboard();
    return 0;
}
