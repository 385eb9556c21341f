/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef SMALL_H
#define SMALL_H
/*
 * Threads in small spaces (x2.md 2.5), for programs that have support.h. The
 * image is where it is in all spaces; KIP and UTCBs lie below it, so that all
 * is within 4 MiB. Kernels without small spaces, if there is memory so low for
 * users, make large ones of them.
 */
#include "support.h"

enum { SMALL_KIP = 0x10000, SMALL_UTCBS = 0x20000, SMALL_BYTES = 4 << 20 };
#define SMALL_APPLY ((L4_Word_t)1 << 31)

#if defined(__i386__)
#include <l4/arch.h>

/* The control word for slot n. */
static inline L4_Word_t small_slot(unsigned n)
{
    return SMALL_APPLY | L4_SmallSpace(4 * n, 4);
}
#else
static inline L4_Word_t small_slot(unsigned n)
{
    return n - n;
}
#endif

/* Has this kernel small spaces? */
static UNUSED bool small_known(void)
{
    static const char wanted[] = "smallspaces";
    const char *name;

    for (unsigned n = 0;
         (name = L4_Feature(L4_GetKernelInterface(), n)) != NULL && *name;
         n++) {
        unsigned i = 0;
        while (i < sizeof wanted && name[i] == wanted[i])
            i++;
        if (i == sizeof wanted)
            return true;
    }
    return false;
}

/* The stubs are position independent; a copy of them in the image is at one
 * address in all spaces. */
static UNUSED void small_init(void)
{
#if defined(__i386__)
    static char kip[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

    for (unsigned i = 0; i < PAGE_SIZE; i++)
        kip[i] = ((const char *)kip_address)[i];
    for (unsigned i = 0; i < 17; i++) {
        if (__l4_syscalls[i] - kip_address < PAGE_SIZE)
            __l4_syscalls[i] += (L4_Word_t)kip - kip_address;
    }
#endif
}

static inline L4_Fpage_t small_utcb_area(void)
{
    return L4_FpageLog2(SMALL_UTCBS, (int)utcb_area_log2());
}

static void UNUSED small_entry(void)
{
    L4_Word_t k = (L4_MyLocalId().raw - SMALL_UTCBS) / utcb_bytes;

    threads[k].fn(threads[k].arg);
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

static UNUSED L4_Word_t small_control(L4_ThreadId_t t, L4_Word_t control)
{
    L4_Word_t old = 0;

    L4_SpaceControl(t, control, L4_Nilpage, L4_Nilpage, L4_nilthread, &old);
    return old;
}

static UNUSED bool small_start(unsigned k, L4_ThreadId_t t, L4_ThreadId_t space,
                               thread_fn *fn, L4_Word_t arg, unsigned prio)
{
    L4_Word_t sp = (L4_Word_t)stacks[k] + STACK_BYTES - 16 - RETURN_ADDRESS;

    threads[k] = (struct thread){ fn, arg, t };
    return L4_ThreadControl(t, space, L4_nilthread, L4_Myself(),
                            (void *)(SMALL_UTCBS + k * utcb_bytes)) &&
           L4_Set_Priority(t, prio) &&
           L4_ThreadControl(t, space, L4_nilthread, pager_id, NO_UTCB) &&
           L4_IpcSucceeded(send_start(t, (L4_Word_t)small_entry, sp));
}

/* A thread in a new space that gets this control word; *old: its answer. */
static UNUSED L4_ThreadId_t small_thread(L4_Word_t control, thread_fn *fn,
                                         L4_Word_t arg, unsigned prio,
                                         L4_Word_t *old)
{
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);

    if (!L4_ThreadControl(t, t, L4_Myself(), L4_nilthread, NO_UTCB) ||
        !L4_SpaceControl(t, control, L4_FpageLog2(SMALL_KIP, 12),
                         small_utcb_area(), L4_anythread, old) ||
        !small_start(k, t, t, fn, arg, prio)) {
        printf("# no small space: error %lu\n", L4_ErrorCode());
        return L4_nilthread;
    }
    return t;
}

/* One more in the space of `space`. */
static UNUSED L4_ThreadId_t small_thread_in(L4_ThreadId_t space, thread_fn *fn,
                                            L4_Word_t arg, unsigned prio)
{
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);

    if (!L4_ThreadControl(t, space, L4_Myself(), L4_nilthread, NO_UTCB) ||
        !small_start(k, t, space, fn, arg, prio))
        return L4_nilthread;
    return t;
}

#endif
