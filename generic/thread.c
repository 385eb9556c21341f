/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads: naming, making, changing, moving, ending. Paper 2.2, 2.3; x2.md 2.4.
 */
#include "thread.h"
#include "arch.h"
#include "fpu.h"
#include "ipc.h"
#include "kdb.h"
#include "long.h"
#include "sched.h"
#include "space.h"
#include "string.h"
#include "syscall.h"
#include "transfer.h"
#include "utcb.h"

enum {
    DEFAULT_PRIO = 100,
    FIRST_PRIO = 255,
    DEFAULT_SLICE = 0x1271 /* 10 ms */
};

/* The active thread of s whose local id this is. The word that tells is the
 * user's to change; then it tells nobody. */
static struct tcb *local_thread(struct space *s, word_t id)
{
    paddr_t pa;

    if (!arch_lookup(s, id, &pa, NULL, NULL))
        return NULL;
    const word_t *utcb = phys_to_utcb(pa);
    struct tcb *t = tcb_find(utcb[UTCB_MY_ID]);
    return t && t->space == s && t->local_id == id ? t : NULL;
}

static word_t local_id_at(word_t location)
{
    return location - (word_t)UTCB_START * WORD_BYTES;
}

struct tcb *thread_find(const struct tcb *self, word_t id)
{
    struct space *s = self->space;

    if (!id_is_local(id))
        return tcb_find(id);
    if (id == ID_NIL || id == ID_ANY_LOCAL || s == NULL)
        return NULL;
    word_t location = id + (word_t)UTCB_START * WORD_BYTES;
    return space_utcb_location_ok(s, location) ? local_thread(s, id) : NULL;
}

word_t thread_global_id(const struct tcb *self, word_t id)
{
    struct tcb *t = thread_find(self, id);

    return t ? t->id : ID_NIL;
}

/* ---- halt and resume ----------------------------------------------------- */

void thread_halt(struct tcb *t)
{
    if (t->slow & SLOW_HALT)
        return;
    ipc_leave_plain_wait(t);
    if (t == this_cpu()->current)
        sched_block_current();
    else if (ipc_runnable(t) && t->utcb && !(t->slow & SLOW_WORK))
        sched_dequeue(t);
    t->slow |= SLOW_HALT;
}

void thread_resume(struct tcb *t)
{
    if (!(t->slow & SLOW_HALT))
        return;
    t->slow &= ~(word_t)SLOW_HALT;
    if (t->peer)
        transfer_retry(t);
    else if (t->utcb && !(t->slow & SLOW_WORK))
        sched_wake(t);
}

/* ---- membership of a space ----------------------------------------------- */

/* Its charge is in s already: reserve_place(). */
static void space_enter(struct tcb *t, struct space *s)
{
    struct tcb *head = s->threads;

    t->space = s;
    t->slow &= ~(word_t)SLOW_SPACE;
    if (s->redirector != ID_ANY)
        t->slow |= SLOW_SPACE;
    if (head == NULL) {
        t->in_space.next = t->in_space.prev = t;
        s->threads = t;
    } else {
        t->in_space.next = head;
        t->in_space.prev = head->in_space.prev;
        t->in_space.prev->in_space.next = t;
        head->in_space.prev = t;
    }
}

/* Result: its space, if t was the last thread there: it is to be destroyed. */
static struct space *MUST_USE space_leave(struct tcb *t)
{
    struct space *s = t->space;

    s->mem_used -= ARCH_TCB_BYTES;
    if (t->utcb)
        space_deactivate(s);
    if (t->in_space.next != t) {
        t->in_space.prev->in_space.next = t->in_space.next;
        t->in_space.next->in_space.prev = t->in_space.prev;
        if (s->threads == t)
            s->threads = t->in_space.next;
        return NULL;
    }
    s->threads = NULL;
    return s;
}

/* ---- the steps of ThreadControl ------------------------------------------ */

/* A not yet active thread gets its UTCB, which is backed. */
static void give_utcb(struct tcb *t)
{
    word_t *base = space_utcb_alloc(t->space, t->utcb_location);

    memset(base, 0, UTCB_WORDS * WORD_BYTES);
    t->utcb = base - UTCB_START;
    t->local_id = local_id_at(t->utcb_location);
    t->utcb[UTCB_MY_ID] = t->id;
    space_activate(t->space);
    arch_thread_space_changed(t);
}

static void activate(struct tcb *t, word_t pager)
{
    give_utcb(t);
    t->utcb[UTCB_PAGER] = pager;
    kipc_wait_start(t, pager);
}

static void thread_init(struct tcb *t, word_t id, word_t scheduler)
{
    memset(t, 0, sizeof *t);
    t->id = id;
    t->prio = DEFAULT_PRIO;
    t->scheduler = scheduler;
    t->slice = DEFAULT_SLICE;
    t->quantum = TIME_NEVER;
    t->slice_left = time_period_us(t->slice);
    t->quantum_left = UINT64_MAX;
    arch_thread_init(t);
}

/* Stop whatever t does in IPC or waits for, without a word to t. */
static void thread_unlink(struct tcb *t)
{
    if (t->peer)
        ipc_abort(t, IPC_ABORTED);
    if (ipc_blocked(t))
        ipc_withdraw(t);
    else if (t == this_cpu()->current) {
        sched_block_current();
    } else if (ipc_runnable(t) && t->utcb) {
        sched_dequeue(t);
    }
    sched_forget(t);
}

static void thread_delete(struct tcb *t)
{
    word_t id = t->id;

    thread_unlink(t);
    fpu_forget(t);
    t->id = ID_NIL;
    ipc_partner_gone(t, id);
    interrupt_forget_handler(id);
    if (t->utcb)
        memset(t->utcb + UTCB_START, 0, UTCB_WORDS * WORD_BYTES);
    struct space *dead = space_leave(t);
    memset(t, 0, sizeof *t);
    if (dead)
        space_destroy(dead);
}

struct change { /* the arguments of ThreadControl, looked up */
    word_t id;
    struct space *space;
    word_t scheduler; /* global id, or ID_NIL: unchanged */
    word_t pager;
    word_t utcb; /* location, or ~0: unchanged */
};

/* May t (NULL: a new thread) have the UTCB that c asks for, or keep its own? */
static enum error check_utcb(const struct tcb *t, const struct change *c)
{
    bool active = t && t->utcb;
    word_t present = t ? t->utcb_location : 0;
    word_t wanted = c->utcb == ~(word_t)0 ? present : c->utcb;

    if (active && wanted != present)
        return ERR_UTCB_AREA;
    if (c->pager != ID_NIL && !active && wanted == 0)
        return ERR_UTCB_AREA;
    if (wanted == 0 || !space_initialised(c->space))
        return OK;
    if (!space_utcb_location_ok(c->space, wanted))
        return ERR_UTCB_AREA;
    const struct tcb *owner = local_thread(c->space, local_id_at(wanted));
    return owner && owner != t ? ERR_UTCB_AREA : OK;
}

/* All that can run out when a thread comes to s: charge `bytes` and back the
 * UTCB at this location (0: none). Result: OK, or ERR_NOMEM and no change. */
static enum error MUST_USE reserve_place(struct space *s, word_t bytes,
                                         word_t location)
{
    if (bytes &&
        (s->mem_used > s->mem_limit || bytes > s->mem_limit - s->mem_used))
        return ERR_NOMEM;
    s->mem_used += bytes;
    if (location == 0 || space_utcb_alloc(s, location))
        return OK;
    s->mem_used -= bytes;
    return ERR_NOMEM;
}

static enum error MUST_USE thread_create(const struct tcb *self,
                                         const struct change *c)
{
    struct tcb *t = tcb_slot(id_number(c->id));
    struct space *s = c->space;
    enum error e;

    if (c->scheduler == ID_NIL)
        return ERR_SCHEDULER;
    if (c->pager != ID_NIL && (s == NULL || !space_initialised(s)))
        return ERR_SPACE;
    if (s && (e = check_utcb(NULL, c)) != OK)
        return e;
    if ((e = arch_tcb_back(id_number(c->id))) != OK)
        return e;
    if (s == NULL && (s = space_create()) == NULL)
        return ERR_NOMEM;
    e = reserve_place(s, ARCH_TCB_BYTES, c->pager != ID_NIL ? c->utcb : 0);
    if (e != OK)
        return e;
    thread_init(t, c->id, c->scheduler);
    t->prio = self->prio < DEFAULT_PRIO ? self->prio : DEFAULT_PRIO;
    t->sensitive = (uint8_t)t->prio;
    space_enter(t, s);
    if (c->utcb != ~(word_t)0)
        t->utcb_location = c->utcb;
    if (c->pager != ID_NIL)
        activate(t, c->pager);
    return OK;
}

/* Move t to s, where its place is reserved. It keeps waiting for its start
 * message; any other IPC ends. Result: a space to be destroyed, or NULL. */
static struct space *thread_move(struct tcb *t, struct space *s)
{
    word_t *old = t->utcb;

    if ((ipc_sending(t) || ipc_receiving(t)) && t->kipc != KIPC_START)
        ipc_abort(t, IPC_CANCELLED);
    if (old) {
        word_t *base = space_utcb_alloc(s, t->utcb_location);
        memcpy(base, old + UTCB_START, UTCB_WORDS * WORD_BYTES);
        memset(old + UTCB_START, 0, UTCB_WORDS * WORD_BYTES);
        t->utcb = base - UTCB_START;
    }
    if (t->fpu)
        t->space->mem_used -= ARCH_FPU_BYTES;
    struct space *dead = space_leave(t);
    space_enter(t, s);
    if (old) {
        space_activate(s);
        arch_thread_space_changed(t);
    }
    return dead;
}

static void thread_set_id(struct tcb *t, word_t id)
{
    word_t old = t->id;

    if (old == id)
        return;
    t->id = id;
    if (t->utcb)
        t->utcb[UTCB_MY_ID] = id;
    ipc_partner_gone(t, old);
    interrupt_forget_handler(old);
}

static enum error MUST_USE thread_modify(struct tcb *t, const struct change *c)
{
    struct space *old = t->space;
    word_t location = t->utcb_location;
    bool moves = c->space != old, activates = c->pager != ID_NIL && !t->utcb;
    enum error e;

    if (!space_initialised(c->space) &&
        (c->pager != ID_NIL || (moves && t->utcb)))
        return ERR_SPACE;
    if ((e = check_utcb(t, c)) != OK)
        return e;
    if (moves && old->sigma0)
        return ERR_THREAD;
    if (c->utcb != ~(word_t)0)
        location = c->utcb;
    word_t bytes = ARCH_TCB_BYTES + (t->fpu ? ARCH_FPU_BYTES : 0);
    e = reserve_place(c->space, moves ? bytes : 0,
                      t->utcb || activates ? location : 0);
    if (e != OK)
        return e;
    /* Nothing fails from here on. */
    struct space *dead = moves ? thread_move(t, c->space) : NULL;
    t->utcb_location = location;
    if (c->scheduler != ID_NIL)
        t->scheduler = c->scheduler;
    if (moves)
        long_point(STEP_PAGE);
    if (t->id != c->id || c->pager != ID_NIL)
        ipc_leave_plain_wait(t);
    thread_set_id(t, c->id);
    if (activates)
        activate(t, c->pager);
    else if (c->pager != ID_NIL)
        t->utcb[UTCB_PAGER] = c->pager;
    if (dead)
        space_destroy(dead);
    return OK;
}

static enum error thread_control(struct tcb *self, word_t dest, word_t space,
                                 word_t scheduler, word_t pager, word_t utcb)
{
    word_t number = id_number(dest);

    if (!self->space->privileged)
        return ERR_PRIVILEGE;
    if (id_is_local(dest) || dest == ID_ANY || number >> THREAD_BITS)
        return ERR_THREAD;
    struct tcb *t = tcb_slot(number);
    if (number < arch_irq_count()) {
        if (dest != t->id || !arch_irq_usable(number))
            return ERR_THREAD;
        return pager == ID_NIL
                   ? OK
                   : interrupt_control(
                         t,
                         pager == dest ? ID_NIL : thread_global_id(self, pager),
                         pager == dest);
    }
    if (number < thread_user_base())
        return ERR_THREAD;
    if (space == ID_NIL) {
        if (t->id == 0)
            return OK;
        if (t == self || t->space->sigma0)
            return ERR_THREAD;
        thread_delete(t);
        return OK;
    }

    /* The pager need not exist, but a local id means nothing elsewhere. */
    const struct tcb *p = thread_find(self, pager);
    struct change c = { .id = dest, .pager = p ? p->id : pager, .utcb = utcb };
    bool new_space = t->id == 0 && space == dest;
    struct tcb *member = new_space ? NULL : thread_find(self, space);
    if (!new_space && (member == NULL || member->space == NULL)) {
        /* The old id with a new version names the thread being renamed. */
        if (t->id == 0 || space != dest)
            return ERR_SPACE;
        member = t;
    }
    c.space = member ? member->space : NULL;
    if (scheduler != ID_NIL) {
        struct tcb *st = thread_find(self, scheduler);
        if (st == NULL || st->space == NULL)
            return ERR_SCHEDULER;
        c.scheduler = st->id;
    }
    return t->id == 0 ? thread_create(self, &c) : thread_modify(t, &c);
}

word_t sys_thread_control(struct tcb *self, word_t dest, word_t space,
                          word_t scheduler, word_t pager, word_t utcb)
{
    return syscall_result(
        self, thread_control(self, dest, space, scheduler, pager, utcb));
}

/* ---- boot ---------------------------------------------------------------- */

void thread_create_initial(word_t number, word_t ip, word_t sp, paddr_t low,
                           paddr_t high, bool is_sigma0)
{
    word_t sigma0 = id_make(thread_user_base(), 1);
    word_t root = id_make(thread_user_base() + 2, 1);
    struct tcb *t = tcb_slot(number);
    struct space *s = space_create();

    (void)low, (void)high;
    if (s == NULL || arch_tcb_back(number) != OK ||
        space_initialise(s, BOOT_KIP_AREA, BOOT_UTCB_AREA) != OK ||
        reserve_place(s, ARCH_TCB_BYTES, fpage_base(BOOT_UTCB_AREA)) != OK)
        kernel_stop("no memory for the first threads");
    s->privileged = true;
    s->sigma0 = is_sigma0;
    if (is_sigma0)
        sigma0_space = s;
    thread_init(t, id_make(number, 1), root);
    t->prio = t->sensitive = FIRST_PRIO;
    space_enter(t, s);
    t->utcb_location = fpage_base(BOOT_UTCB_AREA);
    give_utcb(t);
    t->utcb[UTCB_PAGER] = is_sigma0 ? ID_NIL : sigma0;
    arch_set_user_ip(t, ip);
    arch_set_user_sp(t, sp);
    t->state = TCB_READY;
    sched_enqueue(t, false);
}
