/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPC that the kernel makes in a thread's name: start, page fault, exception,
 * interrupt. Paper 2.2; x2.md part 3.
 *
 * The message goes through the thread's own UTCB like any other, so ipc.c needs
 * no second source of words. What it overwrites is kept in the UTCB's reserved
 * words meanwhile. A user who scribbles over them harms only himself.
 */
#include "arch.h"
#include "ipc.h"
#include "kdb.h"
#include "long.h"
#include "map.h"
#include "sched.h"
#include "space.h"
#include "thread.h"
#include "transfer.h"
#include "utcb.h"

enum { SAVE_BR0 = KIPC_WORDS + 1, SAVE_ERROR, SAVE_TO, SAVE_WORDS };
_Static_assert(SAVE_WORDS <= (int)UTCB_SAVE_WORDS, "fits the reserved words");

/* The tag and MR1..MR12, here or back. */
static void copy_message(word_t *to, const word_t *from)
{
#pragma GCC unroll 13
    for (unsigned i = 0; i <= KIPC_WORDS; i++)
        to[i] = from[i];
}

void kipc_begin(struct tcb *t, enum kipc kind)
{
    word_t *save = t->utcb + UTCB_SAVE;

    copy_message(save, t->utcb);
    save[SAVE_BR0] = t->utcb[UTCB_BR0];
    save[SAVE_ERROR] = t->utcb[UTCB_ERROR];
    if (t->peer) {
        t->utcb[UTCB_SAVE_FROM] = t->from;
        t->utcb[UTCB_SAVE_TIMEOUTS] = t->timeouts;
        save[SAVE_TO] = t->utcb[UTCB_TO];
    }
    t->kipc = kind;
    t->slow |= SLOW_KIPC;
    t->utcb[UTCB_BR0] = kind == KIPC_PAGE_FAULT ? FPAGE_COMPLETE
                        : kind == KIPC_IO_FAULT ? FPAGE_IO_COMPLETE
                                                : FPAGE_NIL;
}

void kipc_drop(struct tcb *t)
{
    const word_t *save = t->utcb + UTCB_SAVE;

    copy_message(t->utcb, save);
    t->utcb[UTCB_BR0] = save[SAVE_BR0];
    t->utcb[UTCB_ERROR] = save[SAVE_ERROR];
    if (t->peer) {
        t->from = t->utcb[UTCB_SAVE_FROM];
        t->timeouts = t->utcb[UTCB_SAVE_TIMEOUTS];
        t->utcb[UTCB_TO] = save[SAVE_TO];
    }
    t->kipc = KIPC_NONE;
    t->slow &= ~(word_t)SLOW_KIPC;
}

bool kipc_received(struct tcb *t)
{
    const word_t *mr = t->utcb;

    switch (t->kipc) {
    case KIPC_INTERRUPT:
        interrupt_acknowledged(t);
        return false;
    case KIPC_START:
        if (tag_untyped(mr[0]) == 2) {
            arch_set_user_ip(t, mr[1]);
            arch_set_user_sp(t, mr[2]);
        }
        break;
    case KIPC_EXCEPTION: {
        unsigned u = tag_untyped(mr[0]);
        arch_exception_load(t, mr, u > KIPC_WORDS ? KIPC_WORDS : u);
        break;
    }
    default:
        break;
    }
    kipc_drop(t);
    return true;
}

static const char *const cause_names[] = {
    [KIPC_START] = "start",
    [KIPC_PAGE_FAULT] = "page fault",
    [KIPC_IO_FAULT] = "I/O fault",
    [KIPC_EXCEPTION] = "exception",
    [KIPC_QUANTUM] = "end of quantum",
};

void kipc_failed(struct tcb *t, enum ipc_error e)
{
    unsigned kind = t->kipc;
    word_t address = t->utcb[1];

    if (kind == KIPC_INTERRUPT)
        return;
    kipc_drop(t);
    if (e == IPC_CANCELLED || kind == KIPC_PREEMPTED)
        return;
    if (kind == KIPC_QUANTUM)
        t->slow ^= SLOW_QUANTUM | SLOW_SPENT; /* resumed, it tries again */
    t->slow |= SLOW_HALT;
    if (t->peer)
        transfer_stuck(t);
    kdb_report_halt(t, cause_names[kind], address,
                    e == IPC_NO_PARTNER ? "its handler does not exist"
                                        : "the IPC to its handler failed");
}

void kipc_wait_start(struct tcb *t, word_t pager)
{
    kipc_begin(t, KIPC_START);
    t->from = pager;
    t->state = TCB_WAITING;
    ipc_wait_anew(t);
}

/* t cannot go on and nobody is there to ask. */
static void halt_unhandled(struct tcb *t, const char *cause, word_t address,
                           const char *why)
{
    t->slow |= SLOW_HALT;
    if (t->peer)
        transfer_stuck(t);
    else
        sched_block_current();
    kdb_report_halt(t, cause, address, why);
}

/* The page-fault protocol (x2.md 3.3): t needs `what`, an address or an I/O
 * fpage. */
static void ask_pager(struct tcb *t, enum kipc kind, word_t what, word_t access,
                      word_t ip)
{
    word_t pager = t->utcb[UTCB_PAGER];

    if (pager == ID_NIL) {
        halt_unhandled(t, cause_names[kind], what, "no pager");
        return;
    }
    kipc_begin(t, kind);
    t->utcb[0] = tag_make(kind == KIPC_IO_FAULT ? -8 : -2, access, 2);
    t->utcb[1] = what;
    t->utcb[2] = ip;
    sys_ipc(t, pager, pager, 0);
}

enum ipc_error kipc_sigma0_fault(struct tcb *self, vaddr_t va)
{
    if (long_busy())
        long_help();
    if (!long_begin(self))
        return IPC_PENDING;
    bool mapped = map_sigma0_fault(sigma0_space, va);
    bool disowned = long_disowned();
    long_end();
    if (disowned)
        return IPC_PENDING;
    return mapped ? IPC_OK : IPC_OVERFLOW;
}

void fault_page(struct tcb *t, vaddr_t va, word_t access)
{
    if (t->space->sigma0) {
        if (kipc_sigma0_fault(t, va) == IPC_OVERFLOW)
            halt_unhandled(t, "page fault", va, "sigma0 has no such page");
    } else if (va >= USER_END) {
        halt_unhandled(t, "page fault", va, "kernel address");
    } else {
        ask_pager(t, KIPC_PAGE_FAULT, va, access, arch_user_ip(t));
    }
}

void fault_io(struct tcb *t, fpage_t f)
{
    ask_pager(t, KIPC_IO_FAULT, f, RIGHT_R | RIGHT_W, arch_user_ip(t));
}

void kipc_transfer_fault(struct tcb *t, vaddr_t va, word_t access, bool sends)
{
    ask_pager(t, KIPC_PAGE_FAULT, va, access,
              sends ? arch_user_ip(t) : ~(word_t)0);
}

/* The exception protocol (x2.md 3.5), under this label. */
static void ask_handler(struct tcb *t, int protocol)
{
    word_t handler = t->utcb[UTCB_EXCEPTION_HANDLER];

    if (handler == ID_NIL) {
        halt_unhandled(t, "exception", arch_user_ip(t), "no exception handler");
        return;
    }
    kipc_begin(t, KIPC_EXCEPTION);
    unsigned u = arch_exception_save(t, t->utcb);
    t->utcb[0] = tag_make(protocol, 0, u);
    sys_ipc(t, handler, handler, 0);
}

void fault_exception(struct tcb *t)
{
    ask_handler(t, -5);
}

void fault_preempted(struct tcb *t)
{
    arch_exception_preempted(t);
    ask_handler(t, -4);
}
