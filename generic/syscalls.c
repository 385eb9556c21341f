/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls that are one step: Unmap, SystemClock, ProcessorControl,
 * MemoryControl, KernelMemory, MachineEnd, and console access.
 */
#include "arch.h"
#include "kdb.h"
#include "kmem.h"
#include "long.h"
#include "map.h"
#include "space.h"
#include "syscall.h"
#include "thread.h"

/* x2.md 2.11. MR0..MRk hold the fpages and receive the status bits. */
void sys_unmap(struct tcb *self, word_t control)
{
    unsigned k = control & 0x3f;
    bool flush = control & 0x40;

    for (unsigned i = 0; i <= k; i++) {
        fpage_t f = self->utcb[i];
        word_t status = 0;
        if (fpage_is_io(f))
            arch_io_unmap(self->space, f, flush);
        else
            status = map_unmap(self->space, f, flush);
        self->utcb[i] = fpage_with_rights(f, status);
        long_point(STEP_NODE);
    }
}

/* x2.md 2.8. Microseconds since boot. */
uint64_t sys_clock(void)
{
    return arch_clock_us();
}

/* x2.md 2.6. No board lets us change anything: all values -1, or error 5. */
word_t sys_processor_control(struct tcb *self, word_t processor,
                             word_t internal, word_t external, word_t voltage)
{
    const word_t same = ~(word_t)0;

    if (!self->space->privileged)
        return syscall_result(self, ERR_PRIVILEGE);
    if (processor != 0 || internal != same || external != same ||
        voltage != same)
        return syscall_result(self, ERR_PARAM);
    return syscall_result(self, OK);
}

/* x2.md 2.7. All is checked before anything is done. */
word_t sys_memory_control(struct tcb *self, word_t control,
                          const word_t attributes[4])
{
    unsigned k = control & 0x3f;

    if (!self->space->privileged)
        return syscall_result(self, ERR_PRIVILEGE);
    if (control >> 6)
        return syscall_result(self, ERR_PARAM);
    for (unsigned i = 0; i <= k; i++) {
        fpage_t f = self->utcb[i];
        if ((f & ~(word_t)3) && !arch_attribute_known(attributes[f & 3]))
            return syscall_result(self, ERR_PARAM);
    }
    for (unsigned i = 0; i <= k; i++) {
        fpage_t f = self->utcb[i];
        if (arch_attribute_known(attributes[f & 3])) /* it was; f may change */
            map_set_attribute(self->space, f & ~(word_t)3, attributes[f & 3]);
        long_point(STEP_NODE);
    }
    return syscall_result(self, OK);
}

/* ArchSyscall1 (docs/x2.md 2.12). space: any thread of the space; limit: bytes
 * of kernel memory it may use, -1 unchanged. Privileged. */
word_t sys_kernel_memory(struct tcb *self, word_t space, word_t limit,
                         word_t *used, word_t *old_limit)
{
    struct tcb *t = thread_find(self, space);

    *used = *old_limit = 0;
    if (!self->space->privileged)
        return syscall_result(self, ERR_PRIVILEGE);
    if (t == NULL || t->space == NULL)
        return syscall_result(self, ERR_SPACE);
    *used = t->space->mem_used;
    *old_limit = t->space->mem_limit;
    if (limit != ~(word_t)0)
        t->space->mem_limit = limit;
    return syscall_result(self, OK);
}

/* ArchSyscall2 (docs/x2.md 2.12). Privileged; does not return then. */
word_t sys_machine_end(struct tcb *self, word_t status)
{
    if (!self->space->privileged)
        return syscall_result(self, ERR_PRIVILEGE);
    kprintf("\npecan: end, status %u\n", (unsigned)(status & 0xff));
    arch_machine_end(status & 0xff);
}

/* The user's string at va, as far as it is mapped readable. */
static void print_user_string(struct tcb *self, vaddr_t va)
{
    enum { LONGEST = 1024 };
    paddr_t pa;
    word_t rights;

    for (unsigned i = 0; i < LONGEST && va < USER_END; i++, va++) {
        if (!arch_lookup(self->space, va, &pa, NULL, &rights) ||
            !(rights & RIGHT_R) || !phys_reachable(pa))
            return;
        char c = *(const char *)phys_to_user(self->space, va, pa);
        if (c == 0)
            return;
        kprintf("%c", c);
    }
}

word_t sys_kdb(struct tcb *self, word_t op, word_t arg)
{
    switch (op) {
    case KDB_PRINT_CHAR:
        kprintf("%c", (int)(arg & 0xff));
        return 0;
    case KDB_READ_CHAR:
        return (word_t)kdb_getc();
    case KDB_ENTER:
        if (CONFIG_DEBUG && arg)
            print_user_string(self, arg);
        kdb_enter(self);
        return 0;
    default:
        return ~(word_t)0;
    }
}
