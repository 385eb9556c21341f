/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address spaces: areas, UTCB memory, SpaceControl. Paper 2.1; x2.md 2.5.
 */
#include "space.h"
#include "arch.h"
#include "kip.h"
#include "kmem.h"
#include "long.h"
#include "map.h"
#include "ipc.h"
#include "string.h"
#include "syscall.h"
#include "thread.h"

struct space *sigma0_space;
struct space *space_list;

enum { PAGE = 4096 };

/* ---- ranges -------------------------------------------------------------- */

static bool overlaps(vaddr_t va, word_t bytes, fpage_t area)
{
    if (area == FPAGE_NIL)
        return false;
    vaddr_t base = fpage_base(area);
    return va < base + fpage_bytes(area) && base < va + bytes;
}

bool space_user_range(const struct space *s, vaddr_t va, word_t bytes)
{
    return va < USER_END && bytes <= USER_END - va &&
           !overlaps(va, bytes, s->kip_area) &&
           !overlaps(va, bytes, s->utcb_area);
}

/* An fpage that can be an area: of at least 2^min bytes, inside user memory. */
static bool area_ok(fpage_t f, unsigned min)
{
    unsigned bits = fpage_size_bits(f);

    return bits >= min && bits < ADDRESS_BITS && fpage_base(f) < USER_END &&
           fpage_bytes(f) <= USER_END - fpage_base(f);
}

bool space_utcb_location_ok(const struct space *s, vaddr_t location)
{
    word_t bytes = (word_t)1 << UTCB_ALIGN_BITS;
    vaddr_t base = fpage_base(s->utcb_area);

    return s->utcb_area != FPAGE_NIL && (location & (bytes - 1)) == 0 &&
           location >= base && location - base < fpage_bytes(s->utcb_area);
}

/* ---- the list of spaces with active threads ---------------------------- */

void space_activate(struct space *s)
{
    if (s->active++ > 0)
        return;
    s->prev = NULL;
    s->next = space_list;
    if (space_list)
        space_list->prev = s;
    space_list = s;
}

void space_deactivate(struct space *s)
{
    if (--s->active > 0)
        return;
    if (s->prev)
        s->prev->next = s->next;
    else
        space_list = s->next;
    if (s->next)
        s->next->prev = s->prev;
}

/* ---- life ---------------------------------------------------------------- */

struct space *space_create(void)
{
    struct space *s = kmem_alloc(NULL, sizeof *s);

    if (s == NULL)
        return NULL;
    s->redirector = ID_ANY;
    s->mem_limit = ~(word_t)0;
    if (arch_space_init(s) != OK) {
        kmem_free(NULL, s, sizeof *s);
        return NULL;
    }
    return s;
}

static void take_page(struct space *s, vaddr_t va)
{
    (void)arch_status(s, va, 0); /* no TLB has it after this (arch.h) */
    arch_unmap(s, va, 0);
}

/* Back to uninitialised: no KIP, no UTCB memory. */
static void take_areas(struct space *s)
{
    struct utcb_page *p;

    if (!space_initialised(s))
        return;
    take_page(s, fpage_base(s->kip_area));
    while ((p = s->utcb_pages) != NULL) {
        s->utcb_pages = p->next;
        take_page(s, p->va);
        kmem_free(s, p->memory, PAGE);
        kmem_free(s, p, sizeof *p);
        long_point(STEP_THREAD);
    }
    s->kip_area = s->utcb_area = FPAGE_NIL;
}

enum error space_initialise(struct space *s, fpage_t kip, fpage_t utcb)
{
    take_areas(s);
    (void)map_unmap(s, fpage_with_rights(kip, RIGHTS_ALL), true);
    (void)map_unmap(s, fpage_with_rights(utcb, RIGHTS_ALL), true);
    enum error e = arch_map(s, fpage_base(kip), virt_to_phys(kip_page), 0,
                            RIGHT_R | RIGHT_X);
    if (e != OK)
        return e;
    s->kip_area = kip;
    s->utcb_area = utcb;
    return OK;
}

void space_destroy(struct space *s)
{
    map_destroy_space(s);
    take_areas(s);
    arch_space_destroy(s);
    kmem_free(NULL, s, sizeof *s);
}

word_t *space_utcb_alloc(struct space *s, vaddr_t va)
{
    vaddr_t page = va & ~(vaddr_t)(PAGE - 1);
    struct utcb_page *p;
    paddr_t pa;

    if (arch_lookup(s, va, &pa, NULL, NULL))
        return phys_to_utcb(pa);
    p = kmem_alloc(s, sizeof *p);
    if (p == NULL)
        return NULL;
    p->va = page;
    p->memory = kmem_alloc(s, PAGE);
    if (p->memory && arch_map(s, page, virt_to_phys(p->memory), 0,
                              RIGHT_R | RIGHT_W) == OK) {
        p->next = s->utcb_pages;
        s->utcb_pages = p;
        return phys_to_utcb(virt_to_phys(p->memory) + (va - page));
    }
    if (p->memory)
        kmem_free(s, p->memory, PAGE);
    kmem_free(s, p, sizeof *p);
    return NULL;
}

/* ---- the call ------------------------------------------------------------ */

static enum error space_control(struct tcb *self, word_t space, fpage_t kip,
                                fpage_t utcb, word_t redirector)
{
    if (!self->space->privileged)
        return ERR_PRIVILEGE;
    struct tcb *t = tcb_find(space);
    if (t == NULL || t->space == NULL)
        return ERR_SPACE;
    struct space *s = t->space;
    bool given = kip != FPAGE_NIL || utcb != FPAGE_NIL;
    if (kip == FPAGE_NIL)
        kip = s->kip_area;
    if (utcb == FPAGE_NIL)
        utcb = s->utcb_area;
    bool change =
        given && s->active == 0 && kip != FPAGE_NIL && utcb != FPAGE_NIL;
    if (change && !area_ok(utcb, UTCB_AREA_MIN_BITS))
        return ERR_UTCB_AREA;
    if (change && (!area_ok(kip, 12) ||
                   overlaps(fpage_base(kip), fpage_bytes(kip), utcb)))
        return ERR_KIP_AREA;
    enum error e = change ? space_initialise(s, kip, utcb) : OK;
    redirector =
        redirector == ID_ANY ? ID_ANY : thread_global_id(self, redirector);
    if (e == OK && redirector != ID_NIL)
        ipc_redirect(s, redirector);
    return e;
}

word_t sys_space_control(struct tcb *self, word_t space, word_t control,
                         word_t kip, word_t utcb, word_t redirector,
                         word_t *old_control)
{
    enum error e = space_control(self, space, kip, utcb, redirector);

    *old_control =
        e == OK ? arch_space_control(tcb_find(space)->space, control) : 0;
    return syscall_result(self, e);
}
