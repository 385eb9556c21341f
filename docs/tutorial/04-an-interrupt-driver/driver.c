/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <l4/ipc.h>
#include <l4io.h>
#include <pecan.h>
#include <uart.h>

static char stack[4096] __attribute__((aligned(16)));
static L4_ThreadId_t reader;

/* Waits for the UART's interrupts and sends the characters on. */
static void driver(void)
{
    L4_ThreadId_t irq = L4_GlobalId(UART_IRQ, 1);
    L4_MsgTag_t tag;
    int c;

    if (!L4_AssociateInterrupt(irq, L4_Myself()))
        printf("no interrupt: %s\n", L4_ErrorCode_String(L4_ErrorCode()));
    uart_enable();
    tag = L4_Receive(irq);
    while (L4_IpcSucceeded(tag)) {
        while ((c = uart_read()) >= 0) {
            L4_LoadMR(1, (L4_Word_t)c);
            L4_LoadMR(0, 1);
            (void)L4_Send(reader);
        }
        L4_Set_MsgTag(L4_Niltag);
        tag = L4_Call(irq); /* done with it; wait for the next */
    }
}

int main(void)
{
    char line[80];
    L4_Word_t c, length = 0;
    L4_ThreadId_t t;

    reader = L4_Myself();
    /* A device in memory is asked for like memory. */
    if (UART_IS_MEMORY && pecan_map(UART_BASE, 4096) == NULL)
        return 1;
    t = pecan_create_local_thread(driver, stack + sizeof(stack), 200);
    if (L4_IsNilThread(t))
        return 1;
    printf("type a line\n");
    do {
        if (L4_IpcFailed(L4_Receive(t)))
            return 1;
        L4_StoreMR(1, &c);
        if (c >= ' ' && length < sizeof(line) - 1)
            line[length++] = (char)c;
    } while (c != '\r' && c != '\n');
    line[length] = 0;
    printf("you typed: %s\n", line);
    return 0;
}
