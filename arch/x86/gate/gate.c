/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trap gates alone: the frame in the TCB (frame.h), and whose it is.
 */
#include <arch/asm.h>
#include <arch/trap.h>
#include <enter.h>

#include "sched.h"

#define AT(field, offset) \
    _Static_assert(offsetof(struct arch_tcb, field) == (offset), #field)
AT(flags, ARCH_FLAGS);
AT(regs.edi, ARCH_EDI);
AT(regs.esi, ARCH_ESI);
AT(regs.ebp, ARCH_EBP);
AT(regs.ebx, ARCH_EBX);
AT(regs.edx, ARCH_EDX);
AT(regs.ecx, ARCH_ECX);
AT(regs.eax, ARCH_EAX);
AT(ip, ARCH_IP);
AT(iret_flags, ARCH_IRET_FLAGS);
AT(sp, ARCH_SP);
_Static_assert(sizeof(struct arch_tcb) == ARCH_END, "the stack of traps");
_Static_assert(offsetof(struct tcb, hot.cr3) == TCB_CR3, "hot.cr3");
_Static_assert(offsetof(struct tcb, hot.flags) == TCB_FLAGS, "hot.flags");
_Static_assert(offsetof(struct tcb, hot.resume) == TCB_RESUME, "hot.resume");
_Static_assert(offsetof(struct tcb, hot.from) == TCB_FROM, "hot.from");
_Static_assert(offsetof(struct tcb, hot.own) == TCB_OWN, "hot.own");
_Static_assert(ARCH_TCB_BYTES == TCB_SLOT_BYTES, "trap.S");
enum { FRAME_START = offsetof(struct tcb, arch.regs) };
enum { IP = offsetof(struct tcb, arch.ip), END = IP + 5 * WORD_BYTES };
_Static_assert(IP / 32 == (END - 1) / 32, "a trap touches one cache line");
_Static_assert(offsetof(struct trap_frame, sp) -
                       offsetof(struct trap_frame, ip) ==
                   offsetof(struct arch_tcb, sp) -
                       offsetof(struct arch_tcb, ip),
               "the frame of a trap is part of the TCB");

static __attribute__((used)) void define_offsets(void)
{
    __asm__(".globl tcb_self\n\t.set tcb_self, -%c0" : : "i"(IP));
}

/* Where the frame is, unless t was in virtual 8086 mode: then there are four
 * selectors more, and all the rest lies below its place. */
void enter_store(struct tcb *t, const struct trap_frame *f)
{
    word_t *to = (word_t *)((char *)t + FRAME_START);
    const word_t *from = (const word_t *)f;

    for (unsigned i = sizeof(*f) / WORD_BYTES; from != to && i-- > 0;)
        to[i] = from[i];
    t->arch.cs = SEL_USER_CODE;
    t->arch.ss = SEL_USER_DATA;
}

bool enter_slow;

void enter_other_gate(void)
{
    enter_slow = !enter_slow;
    trap_gate(VECTOR_IPC, 3, enter_slow ? entry_ipc_slow : entry_ipc);
}

void enter_init(void)
{
    trap_gate(VECTOR_IPC, 3, entry_ipc);
}
