/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Environment calls: a7 says which, arguments from a0 on, results as well.
 * A call made through the KIP goes on at ra; the others behind the trap. Ipc
 * and Lipc do not come here: trap.S.
 */
#include <arch/trap.h>

#include "kip.h"
#include "long.h"
#include "string.h"
#include "tcb.h"

enum { CALL_BYTES = 4 };

/* Index in the KIP. */
enum call {
    CALL_SPACE_CONTROL,
    CALL_THREAD_CONTROL,
    CALL_PROCESSOR_CONTROL,
    CALL_MEMORY_CONTROL,
    CALL_IPC,
    CALL_LIPC,
    CALL_UNMAP,
    CALL_EXCHANGE_REGISTERS,
    CALL_SYSTEM_CLOCK,
    CALL_THREAD_SWITCH,
    CALL_SCHEDULE,
    CALL_THREAD_REGISTER,
    CALL_KERNEL_MEMORY,
    CALL_MACHINE_END,
    CALL_EXCEPTION_REGISTERS,
};
_Static_assert(CALL_EXCEPTION_REGISTERS + 1 == SYSCALL_COUNT, "all of them");
_Static_assert(SYSCALL_FIRST - CALL_IPC == SYSCALL_IPC, "the short path's");

/* Its registers are in the order of the structure. */
static void exchange_registers(struct tcb *self, word_t *a)
{
    struct exregs x;

    memcpy(&x, a, sizeof x);
    sys_exchange_registers(self, &x);
    memcpy(a, &x, sizeof x);
}

static void kip_call(struct tcb *self, enum call call)
{
    word_t *a = self->arch.a;
    word_t second = 0, third = 0;

    switch (call) {
    case CALL_SPACE_CONTROL:
        a[0] = sys_space_control(self, a[0], a[1], a[2], a[3], a[4], &second);
        a[1] = second;
        break;
    case CALL_THREAD_CONTROL:
        a[0] = sys_thread_control(self, a[0], a[1], a[2], a[3], a[4]);
        break;
    case CALL_PROCESSOR_CONTROL:
        a[0] = sys_processor_control(self, a[0], a[1], a[2], a[3]);
        break;
    case CALL_MEMORY_CONTROL:
        a[0] = sys_memory_control(self, a[0], a + 1);
        break;
    case CALL_IPC: /* by ipc_full */
    case CALL_LIPC:
        break;
    case CALL_UNMAP:
        sys_unmap(self, a[0]);
        break;
    case CALL_EXCHANGE_REGISTERS:
        exchange_registers(self, a);
        break;
    case CALL_SYSTEM_CLOCK:
        a[0] = sys_clock();
        break;
    case CALL_THREAD_SWITCH:
        sys_thread_switch(self, a[0]);
        break;
    case CALL_SCHEDULE:
        a[0] = sys_schedule(self, a[0], a[1], a[2], a[3], a[4], &second);
        a[1] = second;
        break;
    case CALL_THREAD_REGISTER:
        self->hot.tp = a[0];
        break;
    case CALL_KERNEL_MEMORY:
        a[0] = sys_kernel_memory(self, a[0], a[1], &second, &third);
        a[1] = second;
        a[2] = third;
        break;
    case CALL_MACHINE_END:
        a[0] = sys_machine_end(self, a[0]);
        break;
    case CALL_EXCEPTION_REGISTERS:
        a[0] = sys_exception_registers(self, a[0], a[1]);
        break;
    default:
        break;
    }
}

static bool is_long(enum call call)
{
    return call == CALL_SPACE_CONTROL || call == CALL_THREAD_CONTROL ||
           call == CALL_MEMORY_CONTROL || call == CALL_UNMAP;
}

void arch_system_call(struct tcb *self)
{
    enum call call = (enum call)(SYSCALL_FIRST - self->arch.a[7]);

    if (!is_long(call)) {
        kip_call(self, call);
    } else if (long_begin(self)) {
        kip_call(self, call);
        long_end();
    }
}

void syscall_handle(struct tcb *self)
{
    word_t *a = self->arch.a;

    if (SYSCALL_FIRST - a[7] < SYSCALL_COUNT) {
        arch_set_user_ip(self, self->arch.ra);
        arch_system_call(self);
        return;
    }
    self->hot.ip += CALL_BYTES;
    if (a[7] == (word_t)SYSCALL_KERNEL_INTERFACE)
        kip_interface(self->space, a);
    else if (a[7] == (word_t)SYSCALL_KDB)
        a[0] = sys_kdb(self, a[0], a[1]);
    else
        fault_exception(self);
}
