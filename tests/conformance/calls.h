/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef CALLS_H
#define CALLS_H
/*
 * System calls by their errors: 0 for success, else the ErrorCode.
 */
#include "support.h"

enum { TIME_ZERO = 0x0400, TIME_NEVER = 0 };
/* Control bits of ExchangeRegisters (x2.md 2.3). */
enum {
    EX_HALT = 1 << 0,
    EX_RECV = 1 << 1,
    EX_SEND = 1 << 2,
    EX_SP = 1 << 3,
    EX_IP = 1 << 4,
    EX_FLAGS = 1 << 5,
    EX_HANDLE = 1 << 6,
    EX_PAGER = 1 << 7,
    EX_HALT_VALID = 1 << 8,
    EX_DELIVER = 1 << 9
};
/* Codes of IPC errors (x2.md 2.10.8). */
enum {
    E_TIMEOUT = 1,
    E_NO_PARTNER,
    E_CANCELLED,
    E_OVERFLOW,
    E_XFER_OWN,
    E_XFER_PARTNER,
    E_ABORTED
};

static inline L4_ThreadId_t raw_id(L4_Word_t raw)
{
    return (L4_ThreadId_t){ .raw = raw };
}

/* Ids that no program here uses otherwise. */
static inline L4_ThreadId_t fresh(unsigned n)
{
    return L4_GlobalId(user_base + 500 + n, 1);
}

static inline L4_Word_t thread_control(L4_ThreadId_t dest, L4_ThreadId_t space,
                                       L4_ThreadId_t scheduler,
                                       L4_ThreadId_t pager, L4_Word_t utcb)
{
    return L4_ThreadControl(dest, space, scheduler, pager, (void *)utcb)
               ? 0
               : L4_ErrorCode();
}

static inline L4_Word_t space_control(L4_ThreadId_t t, L4_Fpage_t kip,
                                      L4_Fpage_t utcb, L4_ThreadId_t redirector)
{
    L4_Word_t old;

    return L4_SpaceControl(t, 0, kip, utcb, redirector, &old) ? 0
                                                              : L4_ErrorCode();
}

struct regs {
    L4_Word_t control, sp, ip, flags, handle;
    L4_ThreadId_t pager;
};

/* One ExchangeRegisters; in and out in r. */
static UNUSED L4_ThreadId_t exregs(L4_ThreadId_t t, L4_Word_t control,
                                   struct regs *r)
{
    struct regs in = *r;

    return L4_ExchangeRegisters(t, control, in.sp, in.ip, in.flags, in.handle,
                                in.pager, &r->control, &r->sp, &r->ip,
                                &r->flags, &r->handle, &r->pager);
}

/* The control word only: what t was doing. */
static UNUSED L4_Word_t exregs_control(L4_ThreadId_t t, L4_Word_t control)
{
    struct regs r = { 0 };

    exregs(t, control, &r);
    return r.control;
}

/* ErrorCode of an Ipc that this tag came from, 0 if it succeeded. */
static inline L4_Word_t tag_error(L4_MsgTag_t tag)
{
    return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

static inline L4_MsgTag_t words_tag(unsigned u, unsigned t)
{
    return (L4_MsgTag_t){ .raw = u | (L4_Word_t)t << 6 };
}

#endif
