/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_USER_H
#define PECAN_USER_H
/*
 * Small helpers for root tasks and tests: threads, spaces and memory without
 * the ceremony. None of it is part of the X.2 API, all of it is made from it.
 *
 * Memory: a root task is loaded 1:1, and sigma0 gives its pages to its first
 * thread only, which has them all before main(); the threads below never fault
 * on them. That thread calls these first. Threads in other spaces see the same
 * pages at the same addresses, given by a pager thread that these functions
 * start.
 */
#include <l4/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A global id that nobody has used yet. */
L4_ThreadId_t pecan_new_id(void);

/* Create and start a thread at entry(), which must not return, in this space.
 * Result: its global id, or nilthread (L4_ErrorCode() says why). */
L4_ThreadId_t pecan_create_local_thread(void (*entry)(void), void *stack_top,
                                        L4_Word_t prio);
/* The same in a new space. pager: nilthread = pecan_pager(). */
L4_ThreadId_t pecan_create_space_thread(void (*entry)(void), void *stack_top,
                                        L4_Word_t prio, L4_ThreadId_t pager);
/* The same in the space of `space`, which pecan_create_space_thread made;
 * utcb: which of the space's UTCBs, from 1 on (0 is its first thread's). */
L4_ThreadId_t pecan_create_thread_in(L4_ThreadId_t space, L4_Word_t utcb,
                                     void (*entry)(void), void *stack_top,
                                     L4_Word_t prio, L4_ThreadId_t pager);

/* The same steps one by one. Create an inactive thread in a new space that has
 * its KIP and UTCB areas; result as above. */
L4_ThreadId_t pecan_create_space(void);
/* Activate t, a thread in the space of `space`, with this UTCB of that space;
 * t then waits for pecan_start(). Result: 1, or 0 and L4_ErrorCode(). */
L4_Word_t pecan_activate(L4_ThreadId_t t, L4_ThreadId_t space, L4_Word_t utcb,
                         L4_ThreadId_t pager);
/* Send the start message. Result: 1, or 0 and L4_ErrorCode(). */
L4_Word_t pecan_start(L4_ThreadId_t t, void (*entry)(void), void *stack_top);
/* Delete a thread, and with the last one its space. */
L4_Word_t pecan_delete(L4_ThreadId_t t);

/* Where UTCB number n of this space is: UtcbLocation of ThreadControl. */
void *pecan_utcb(L4_Word_t n);
/* The next one that no thread of this space has. */
void *pecan_new_utcb(void);
/* Areas that SpaceControl gets for a space made here. */
L4_Fpage_t pecan_kip_area(void);
L4_Fpage_t pecan_utcb_area(void);

/* The thread that answers page faults of other spaces with this space's own
 * pages; started by the first call. Accesses that it cannot serve are printed
 * and stay unanswered. */
L4_ThreadId_t pecan_pager(void);
/* 2^bits bytes from sigma0, aligned to their size, mapped at their physical
 * address; pecan_pager() serves them too. Null: refused. */
void *pecan_pages(L4_Word_t bits);

/* The pages of these bytes from sigma0, where they are: devices, modules, boot
 * info. Result: address, or null if one of them is not to be had. */
void *pecan_map(L4_Word_t address, L4_Word_t bytes);

/* The boot info, mapped, for <l4/bootinfo.h>; null if there is none. */
void *pecan_boot_info(void);
/* This program's command line from it, or null. */
const char *pecan_command_line(void);

/* A block of pecan_tls_size() bytes, aligned to 16, becomes the calling
 * thread's place for the compiler's thread-local variables, with their initial
 * values. The first thread of a program has one from the start. */
L4_Word_t pecan_tls_size(void);
void pecan_tls_init(void *block);

#ifdef __cplusplus
}
#endif

#endif
