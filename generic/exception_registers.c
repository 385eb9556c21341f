/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * ExceptionRegisters, for ports whose exception message has not all registers
 * (docs/abi-<arch>.md); their sources.cmake lists this file.
 */
#include "arch.h"
#include "syscall.h"
#include "thread.h"

/* Does t wait for self's answer to an exception message or foreign call? */
static bool is_handler_of(const struct tcb *self, const struct tcb *t)
{
    return t->kipc == KIPC_EXCEPTION && t->state == TCB_WAITING &&
           t->from == self->id;
}

word_t sys_exception_registers(struct tcb *self, word_t dest, word_t control)
{
    struct tcb *t = thread_find(self, dest);

    if (t == NULL || !is_handler_of(self, t))
        return syscall_result(self, ERR_THREAD);
    if (control > 1)
        return syscall_result(self, ERR_PARAM);
    if (control)
        arch_write_registers(t, self->utcb);
    else
        arch_read_registers(t, self->utcb);
    return syscall_result(self, OK);
}
