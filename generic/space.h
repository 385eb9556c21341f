/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_SPACE_H
#define PECAN_SPACE_H
/*
 * Address spaces: what the kernel knows of one besides its page tables.
 * Paper 2.1; x2.md 2.5. The mappings themselves: map.h. Page tables: arch.
 */
#include "types.h"
#include "tcb.h"

#include <arch/space.h> /* struct arch_space: page-table root, ASID, ... */

struct space {
    struct arch_space arch;
    struct space *next, *prev; /* space_list, while active > 0 */
    struct tcb *threads; /* ring through tcb.in_space; NULL while dying     */
    fpage_t kip_area;    /* FPAGE_NIL until SpaceControl initialised us     */
    fpage_t utcb_area;
    word_t redirector; /* global id; ID_ANY = none                        */
    word_t map_table;  /* map_table.c: nodes by address; 0 while empty    */
    word_t mem_used;   /* kernel memory charged to us, bytes              */
    word_t mem_limit;  /* bytes; ~0 = only the pool limits                */
    struct utcb_page *utcb_pages; /* all that back our UTCB area             */
    unsigned active; /* number of active threads                        */
    bool privileged; /* sigma0, sigma1, root                            */
    bool sigma0;     /* holds all physical memory, 1:1                  */
};

struct utcb_page { /* one page of UTCBs; freed with the space */
    struct utcb_page *next;
    vaddr_t va;
    void *memory;
};

extern struct space *sigma0_space;
extern struct space *space_list; /* all spaces with active threads */

static inline bool space_initialised(const struct space *s)
{
    return s->kip_area != FPAGE_NIL;
}
/* One more or one less of s's threads is active. */
void space_activate(struct space *s);
void space_deactivate(struct space *s);
/* A new, empty, uninitialised space charged to nobody, or NULL (no memory). */
struct space *space_create(void) MUST_USE;
/* Takes back every mapping, table, UTCB and the space itself. No thread left.
 */
void space_destroy(struct space *s);
/* Map the KIP at kip_area; areas were checked. Result OK or ERR_NOMEM. */
enum error space_initialise(struct space *s, fpage_t kip,
                            fpage_t utcb) MUST_USE;
/* Back the UTCB at user address va (its start). Result: kernel address of its
 * first word, zeroed, or NULL when kernel memory ran out. */
word_t *space_utcb_alloc(struct space *s, vaddr_t va) MUST_USE;
/* Is this a place for a UTCB: aligned, and inside the UTCB area. */
bool space_utcb_location_ok(const struct space *s, vaddr_t location);
/* May [va, va+bytes) hold user mappings: inside the user area, and outside the
 * KIP and UTCB areas. */
bool space_user_range(const struct space *s, vaddr_t va, word_t bytes);

#endif
