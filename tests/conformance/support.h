/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef SUPPORT_H
#define SUPPORT_H
/*
 * Threads and spaces for test programs that run as the root task.
 *
 * All spaces made here see the root task's image at its own addresses (a pager
 * thread maps it page by page), have the KIP and the UTCB area where the root
 * task has them, and so share code, data and stubs. A thread finds its function
 * by its own local id: slot k of `threads` uses UTCB k of whatever space.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/thread.h>
#include <l4io.h>
#include <stdbool.h>
#include <stddef.h>

#define UNUSED    __attribute__((unused))
#define PAGE_SIZE 4096
#define NO_UTCB   ((void *)-1)
/* Free addresses on every board: neither RAM, nor devices, nor the kernel. */
#define FREE_WINDOW ((L4_Word_t)0x20000000)

/* A function finds its stack aligned to 16 bytes, but for what a call pushes.
 */
#if defined(__i386__)
enum { RETURN_ADDRESS = 4 };
#else
enum { RETURN_ADDRESS = 0 };
#endif
enum { MAX_THREADS = 32, STACK_BYTES = 4096, FIRST_THREAD_OFFSET = 16 };
/* The root task begins with 255, which Schedule takes for "unchanged". */
enum { PRIO_HIGH = 254, PRIO_MID = 100, PRIO_LOW = 50 };

typedef void thread_fn(L4_Word_t arg);

struct thread {
    thread_fn *fn;
    L4_Word_t arg;
    L4_ThreadId_t id; /* nil: the slot is free */
};

static struct thread threads[MAX_THREADS];
static char stacks[MAX_THREADS][STACK_BYTES] __attribute__((aligned(16)));
static L4_Word_t user_base, utcb_first, utcb_bytes, kip_address;
static L4_Word_t image_low, image_high;
static L4_ThreadId_t main_id, pager_id;

static inline L4_Word_t utcb_area_log2(void)
{
    L4_Word_t bits = 12;

    while (((L4_Word_t)1 << bits) < 256 * utcb_bytes)
        bits++;
    return bits;
}

/* Start address (not local id) of UTCB k. */
static inline L4_Word_t utcb_start(unsigned k)
{
    return utcb_first + k * utcb_bytes;
}

static inline L4_Fpage_t utcb_area(void)
{
    return L4_FpageLog2(utcb_first, (int)utcb_area_log2());
}

static inline L4_Fpage_t kip_area(void)
{
    return L4_FpageLog2(kip_address, 12);
}

static void UNUSED thread_entry(void)
{
    L4_Word_t k = (L4_MyLocalId().raw - utcb_first) / utcb_bytes;

    threads[k].fn(threads[k].arg);
    for (;;)
        L4_Receive(L4_MyGlobalId());
}

/* Ask for `ip` and `sp` to be what a waiting new thread starts with. */
static inline L4_MsgTag_t send_start(L4_ThreadId_t t, L4_Word_t ip,
                                     L4_Word_t sp)
{
    L4_MsgTag_t tag = { .raw = 2 };

    L4_LoadMR(1, ip);
    L4_LoadMR(2, sp);
    L4_Set_MsgTag(tag);
    return L4_Send(t);
}

static inline L4_Word_t thread_no(unsigned slot)
{
    return user_base + FIRST_THREAD_OFFSET + slot;
}

static inline unsigned free_slot(void)
{
    for (unsigned k = 1; k < MAX_THREADS; k++) {
        if (threads[k].id.raw == 0)
            return k;
    }
    return 0;
}

/* Activate the existing thread of slot k and let it run fn(arg). */
static UNUSED bool slot_start(unsigned k, L4_ThreadId_t t, L4_ThreadId_t space,
                              thread_fn *fn, L4_Word_t arg, unsigned prio)
{
    threads[k] = (struct thread){ fn, arg, t };
    if (!L4_ThreadControl(t, space, L4_nilthread, L4_Myself(),
                          (void *)utcb_start(k)))
        return false;
    if (!L4_Set_Priority(t, prio))
        return false;
    /* The pager of its faults; it still waits for our start message. */
    if (!L4_ThreadControl(t, space, L4_nilthread, pager_id, NO_UTCB))
        return false;
    return L4_IpcSucceeded(
        send_start(t, (L4_Word_t)thread_entry,
                   (L4_Word_t)stacks[k] + STACK_BYTES - 16 - RETURN_ADDRESS));
}

/* A thread in the space of `space` (an existing thread) that runs fn(arg). */
static UNUSED L4_ThreadId_t thread_in(L4_ThreadId_t space, thread_fn *fn,
                                      L4_Word_t arg, unsigned prio)
{
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);

    if (!L4_ThreadControl(t, space, L4_Myself(), L4_nilthread, NO_UTCB) ||
        !slot_start(k, t, space, fn, arg, prio)) {
        printf("# no thread: error %lu\n", L4_ErrorCode());
        return L4_nilthread;
    }
    return t;
}

static UNUSED L4_ThreadId_t thread_here(thread_fn *fn, L4_Word_t arg,
                                        unsigned prio)
{
    return thread_in(L4_Myself(), fn, arg, prio);
}

/* The same in a new space. */
static UNUSED L4_ThreadId_t thread_in_new_space(thread_fn *fn, L4_Word_t arg,
                                                unsigned prio)
{
    unsigned k = free_slot();
    L4_ThreadId_t t = L4_GlobalId(thread_no(k), 1);
    L4_Word_t old;

    if (!L4_ThreadControl(t, t, L4_Myself(), L4_nilthread, NO_UTCB) ||
        !L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old) ||
        !slot_start(k, t, t, fn, arg, prio)) {
        printf("# no space: error %lu\n", L4_ErrorCode());
        return L4_nilthread;
    }
    return t;
}

/* Delete a thread; its space dies with its last thread. */
static UNUSED bool thread_delete(L4_ThreadId_t t)
{
    for (unsigned k = 1; k < MAX_THREADS; k++) {
        if (threads[k].id.raw == t.raw)
            threads[k].id = L4_nilthread;
    }
    return L4_ThreadControl(t, L4_nilthread, L4_nilthread, L4_nilthread,
                            NO_UTCB) != 0;
}

/* ---- the pager of the spaces made here ------------------------------------
 */

enum { LABEL_PAGE_FAULT = -2, LABEL_EXCEPTION = -5, LABEL_INTERRUPT = -1 };

/* The number of a kernel protocol (x2.md 1.7), 0 if the label is none. */
static inline int protocol(L4_MsgTag_t tag)
{
    L4_SignedWord_t number = (L4_SignedWord_t)tag.raw >> 20;

    return number < 0 ? (int)number : 0;
}

static inline void load_map(L4_Fpage_t f, L4_Word_t base)
{
    L4_LoadMR(0, 2 << 6);
    L4_LoadMR(1, (base & ~(L4_Word_t)0x3ff) | 8);
    L4_LoadMR(2, f.raw);
}

static inline void load_grant(L4_Fpage_t f, L4_Word_t base)
{
    load_map(f, base);
    L4_LoadMR(1, (base & ~(L4_Word_t)0x3ff) | 0xa);
}

static inline L4_Fpage_t page_at(L4_Word_t address, L4_Word_t rights)
{
    return L4_FpageAddRights(L4_FpageLog2(address & ~(L4_Word_t)0xfff, 12),
                             rights);
}

/* Faults inside the image are answered; others keep their thread waiting. */
static UNUSED void pager_loop(L4_Word_t arg)
{
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);

    (void)arg;
    for (;;) {
        L4_Word_t address = 0;

        L4_StoreMR(1, &address);
        if (L4_IpcSucceeded(tag) && protocol(tag) == LABEL_PAGE_FAULT &&
            address >= image_low && address < image_high) {
            load_map(page_at(address, L4_FullyAccessible), address);
            tag = L4_ReplyWait(from, &from);
        } else {
            tag = L4_Wait(&from);
        }
    }
}

/* Read each page of the image, so that no thread of ours faults there: sigma0
 * serves only the root task's first thread with it. */
static UNUSED void support_init(void)
{
    L4_KernelInterfacePage_t *kip = L4_GetKernelInterface();
    const L4_Word_t *words = (const L4_Word_t *)kip;

    kip_address = (L4_Word_t)kip;
    user_base = L4_ThreadIdUserBase(kip);
    utcb_bytes = L4_UtcbSize(kip);
    utcb_first = L4_MyLocalId().raw - 64 * sizeof(L4_Word_t);
    main_id = L4_Myself();
    image_low = words[18] & ~(L4_Word_t)(PAGE_SIZE - 1);
    image_high = words[19];
    for (L4_Word_t a = image_low; a < image_high; a += PAGE_SIZE)
        (void)*(volatile char *)a;
    pager_id = L4_nilthread;
    pager_id = thread_here(pager_loop, 0, PRIO_HIGH);
}

/* A period of us microseconds (exactly, up to 1023 * 2^e). */
static inline L4_Time_t usec(L4_Word_t us)
{
    return L4_TimePeriod(us);
}

static inline L4_Word_t ipc_error(void)
{
    return L4_ErrorCode() >> 1 & 7;
}

/* Phase bit: 1 = the receive phase failed. */
static inline L4_Word_t ipc_error_phase(void)
{
    return L4_ErrorCode() & 1;
}

#endif
