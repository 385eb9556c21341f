/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread register is the user's: what an instruction puts there is kept as
 * well as what ThreadRegister does (docs/abi-riscv.md).
 */
#include "tap.h"
#include "worker.h"

static void echo(L4_Word_t arg)
{
    L4_ThreadId_t from;

    __asm__ volatile("mv tp, %0" : : "r"(arg));
    L4_Wait(&from);
    for (;;) {
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

static bool kept(L4_ThreadId_t partner)
{
    bool good = true;

    for (L4_Word_t i = 1; i < 50; i++) {
        L4_Word_t tp;
        __asm__ volatile("mv tp, %0" : : "r"(i * 0x1000));
        L4_Set_MsgTag(L4_Niltag);
        L4_Call(partner);
        __asm__ volatile("mv %0, tp" : "=r"(tp));
        good &= tp == i * 0x1000;
    }
    return good;
}

int main(void)
{
    L4_ThreadId_t near, far;

    plan(2);
    support_init();
    near = thread_here(echo, 7, PRIO_MID);
    far = thread_in_new_space(echo, 9, PRIO_MID);
    settle();
    ok(kept(near), "tp is kept over calls within a space");
    ok(kept(far), "and over calls to another");
    return tap_status();
}
