/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Typed items of a message: mappings and strings (x2.md 2.10.4, 2.10.5).
 *
 * Where a stopped transfer stands is four numbers in the TCBs: the item, the
 * buffer, the bytes copied of this string, and of those before it. All else is
 * read anew from the UTCBs when it goes on, and checked anew, because others in
 * their spaces can change it. What is copied can go there, too: behind a copy
 * no word counts that was checked before it. The copy goes through the direct
 * map of physical memory.
 * Not here: who may send to whom, and what follows (ipc.c); mapping (map.c).
 */
#include "transfer.h"
#include "arch.h"
#include "kdb.h"
#include "long.h"
#include "map.h"
#include "sched.h"
#include "space.h"
#include "string.h"
#include "utcb.h"

enum { PAGE_BYTES = 4096 };

/* What a transfer does before others may run: one mapping, or strings for so
 * many instructions, roughly; less at first, behind what led to it. */
enum {
    AT_FIRST = 1100,
    AT_ONCE = 1400,
    STEP_ITEM = 300,
    STEP_PART = 16,   /* a string's header looked at                          */
    STEP_WORD = 6,    /* a word shown to the receiver                         */
    STEP_PIECE = 450, /* bytes found on both sides                           */
    STEP_LEAST = 160  /* the least of them copied (struct pace)              */
};

/* Bytes that go in so many instructions: word by word (arch_copy), or one by
 * one where the two sides are not equally far behind a word's start. And the
 * least that go at once, whatever was looked at before. */
struct pace {
    unsigned bytes, instructions;
    word_t least; /* a power of two */
};
static const struct pace by_word = { 2, 1, 64 }, by_byte = { 1, 5, 32 };

/* How far one call goes. */
struct turn {
    int left;   /* instructions; spent more: below 0                         */
    bool fresh; /* nothing is done yet                                       */
    /* Bytes that were found and are not copied yet, if any: */
    const struct pace *pace;
    uint8_t *to;
    const uint8_t *from;
    word_t bytes;
    /* A page that is not there: */
    struct tcb *thread; /* whose                                             */
    vaddr_t address;
    word_t access;
};

/* ---- a string's words ---------------------------------------------------- */

/* Where the words of a simple or compound string are. */
struct string {
    const word_t *words; /* word i of the list is words[i * step]            */
    int step;            /* 1: message registers; -1: buffer registers       */
    unsigned last;       /* number of the list's last word                   */
    unsigned part;       /* number of its first part's header                */
};

static word_t string_word(const struct string *p, unsigned i)
{
    assert(i <= p->last);
    return p->words[p->step * (int)i];
}

static bool is_string(word_t header)
{
    return !(header & 8);
}
static bool is_continued(word_t header)
{
    return header >> 9 & 1;
}
static unsigned substrings(word_t header)
{
    return (header >> 4 & 31) + 1;
}
static word_t substring_bytes(word_t header)
{
    return header >> 10;
}

/* What the headers of one string, all its parts, say. */
struct extent {
    unsigned next; /* number of the word behind it; 0: it is malformed */
    word_t bytes;
    bool more; /* flag C: another string follows */
};

static struct extent extent_of(const struct string *p, struct turn *turn)
{
    struct extent e = { .next = p->part };
    word_t header;

    do {
        if (e.next > p->last || !is_string(header = string_word(p, e.next)))
            return (struct extent){ 0 };
        turn->left -= STEP_PART;
        e.next += 1 + substrings(header);
        e.bytes += substrings(header) * substring_bytes(header);
        e.more |= header & 1;
    } while (is_continued(header));
    if (e.next > p->last + 1)
        e.next = 0;
    return e;
}

/* The bytes from so far in a string to the end of that substring, and their
 * address. The string is what extent_of() found it to be, longer than that. */
static word_t piece(const struct string *p, word_t offset, vaddr_t *address,
                    struct turn *turn)
{
    unsigned part = p->part;

    for (;;) {
        word_t header = string_word(p, part);
        word_t bytes = substring_bytes(header), n = substrings(header);

        turn->left -= STEP_PART;
        if (offset < n * bytes) {
            unsigned i = offset < bytes ? 0 : offset / bytes;
            *address = string_word(p, part + 1 + i) + offset - i * bytes;
            return (i + 1) * bytes - offset;
        }
        offset -= n * bytes;
        part += 1 + n;
    }
}

static struct string item_of(const struct tcb *s, unsigned item)
{
    word_t tag = s->utcb[UTCB_MR0];

    return (struct string){ .words = s->utcb,
                            .step = 1,
                            .last = least(tag_untyped(tag) + tag_typed(tag),
                                          NUM_MRS - 1),
                            .part = item };
}

static struct string buffer_of(const struct tcb *r, unsigned buffer)
{
    return (struct string){ .words = r->utcb + UTCB_BR0,
                            .step = -1,
                            .last = NUM_BRS - 1,
                            .part = buffer };
}

/* ---- copying ------------------------------------------------------------- */

static bool user_range(vaddr_t va, word_t bytes)
{
    return va < USER_END && bytes <= USER_END - va;
}

/* Whose turn it is, of two peers. */
static struct tcb *active_side(struct tcb *a, struct tcb *b)
{
    return a->state == TCB_READY ? a : b;
}

/* Where the kernel finds t's memory at va, for this access. Result: IPC_OK;
 * IPC_PENDING: t's pager has to map it; IPC_LATER: that takes a turn of its
 * own; IPC_OVERFLOW: nobody can. */
static enum ipc_error reach(struct tcb *t, vaddr_t va, word_t access, void **at,
                            struct turn *turn)
{
    paddr_t pa;

    while (!arch_touch(t->space, va, access)) {
        if (!t->space->sigma0) {
            turn->thread = t;
            turn->address = va;
            turn->access = access;
            return IPC_PENDING;
        }
        if (t->peer == NULL || !turn->fresh)
            return IPC_LATER;
        enum ipc_error e = kipc_sigma0_fault(active_side(t, t->peer), va);
        turn->fresh = false;
        if (e != IPC_OK)
            return e;
    }
    if (!arch_lookup(t->space, va, &pa, NULL, NULL) || !phys_reachable(pa))
        return IPC_OVERFLOW;
    *at = phys_to_user(t->space, va, pa);
    return IPC_OK;
}

/* Copy what was found, as much as this turn has time for, and the least at
 * least. Result: was that all? */
static bool move(struct tcb *s, struct turn *turn)
{
    const struct pace *pace = turn->pace;
    word_t now = turn->left < 0 ? 0 : (word_t)turn->left;

    now = now / pace->instructions * pace->bytes & ~(pace->least - 1);
    now = least(now ? now : pace->least, turn->bytes);
    memcpy(turn->to, turn->from, now);
    turn->to += now;
    turn->from += now;
    turn->bytes -= now;
    turn->left -= (int)(now / pace->bytes * pace->instructions);
    turn->fresh = false;
    s->copied += now;
    return turn->bytes == 0;
}

/* Copy a piece of a string that neither ends before it nor finds its buffer
 * full; IPC_LATER: not all of the piece, or too much is done to begin. */
static enum ipc_error copy(struct tcb *s, const struct string *from,
                           struct tcb *r, const struct string *to,
                           struct turn *turn)
{
    vaddr_t source, target;
    void *read, *write;
    word_t bytes = piece(from, s->copied, &source, turn);

    bytes = least(bytes, piece(to, s->copied, &target, turn));
    if (turn->left < STEP_PIECE + STEP_LEAST && !turn->fresh)
        return IPC_LATER;
    bytes = least(bytes, PAGE_BYTES - source % PAGE_BYTES);
    bytes = least(bytes, PAGE_BYTES - target % PAGE_BYTES);
    if (!user_range(source, bytes) || !user_range(target, bytes))
        return IPC_OVERFLOW;
    enum ipc_error e = reach(s, source, RIGHT_R, &read, turn);
    if (e == IPC_OK)
        e = reach(r, target, RIGHT_W, &write, turn);
    if (e != IPC_OK)
        return e;
    turn->left -= STEP_PIECE;
    turn->pace = (source ^ target) % WORD_BYTES ? &by_byte : &by_word;
    turn->to = write;
    turn->from = read;
    turn->bytes = bytes;
    return move(s, turn) ? IPC_OK : IPC_LATER;
}

/* Words first..next-1, one item or a compound string, as the receiver sees
 * them: as sent, but for C, which says whether anything follows. */
static void show_item(const struct tcb *s, struct tcb *r, unsigned first,
                      unsigned next, unsigned last)
{
    if (r->kipc != KIPC_NONE) /* it has no room for them */
        return;
    for (unsigned i = first; i < next; i++)
        r->utcb[i] = s->utcb[i];
    r->utcb[first] = (s->utcb[first] & ~(word_t)1) | (next <= last);
}

/* The string at s->item goes into the buffer at s->buffer, or the next piece of
 * it. OK at its end moves both on. */
static enum ipc_error string_item(struct tcb *s, struct tcb *r, unsigned last,
                                  struct turn *turn)
{
    struct string from = item_of(s, s->item);
    struct string to = buffer_of(r, s->buffer);
    struct extent sent = extent_of(&from, turn);

    turn->left -= STEP_ITEM;
    if (sent.next == 0)
        return IPC_OVERFLOW;
    if (s->copied == 0) {
        show_item(s, r, s->item, sent.next, last);
        turn->left -= (int)(sent.next - s->item) * STEP_WORD;
    }
    if (!(r->utcb[UTCB_BR0] & ACCEPT_STRINGS) || r->kipc != KIPC_NONE)
        return IPC_OVERFLOW;
    struct extent room = extent_of(&to, turn);
    if (room.next == 0)
        return IPC_OVERFLOW;
    if (s->copied < sent.bytes) {
        if (s->copied >= room.bytes)
            return IPC_OVERFLOW;
        enum ipc_error e = copy(s, &from, r, &to, turn);
        if (e != IPC_OK)
            return e;
        if (s->copied < sent.bytes)
            return IPC_LATER; /* no turn has time for two pieces */
    }
    turn->fresh = false;
    s->item = sent.next;
    s->buffer = room.more ? room.next : NUM_BRS;
    r->copied += s->copied;
    s->copied = 0;
    return IPC_OK;
}

/* The map or grant item at s->item. at_once: not in a long operation; IPC_LATER
 * if it needs one. */
static enum ipc_error mapping_item(struct tcb *s, struct tcb *r, bool at_once)
{
    const word_t *item = &s->utcb[s->item];
    word_t base = item[0] & ~(word_t)0x3ff;
    fpage_t snd = item[1], window = r->utcb[UTCB_BR0] & ~(word_t)0xf;
    bool grant = (item[0] >> 1 & 7) == ITEM_GRANT;
    enum error e;

    if (window == FPAGE_NIL && !fpage_is_io(snd))
        return IPC_OVERFLOW;
    if (at_once) {
        if (fpage_is_io(snd) || long_busy() ||
            !map_at_once(s->space, snd, base, r->space, window, grant, &e))
            return IPC_LATER;
    } else if (fpage_is_io(snd)) /* of ports, every receiver takes all */
        e = arch_io_map(s->space, snd, r->space, grant);
    else
        e = map_fpage(s->space, snd, base, r->space, window, grant);
    return e == OK ? IPC_OK : IPC_OVERFLOW;
}

/* The same in a long operation of the transfer's active side. IPC_PENDING:
 * meanwhile somebody ended the transfer. */
static enum ipc_error mapping_item_long(struct tcb *s, struct tcb *r)
{
    if (long_busy())
        long_help();
    if (!long_begin(active_side(s, r)))
        return IPC_PENDING;
    enum ipc_error e = mapping_item(s, r, false);
    bool disowned = long_disowned();
    long_end();
    return disowned ? IPC_PENDING : e;
}

/* One item. IPC_OK: s->item is at the next. */
static enum ipc_error one_item(struct tcb *s, struct tcb *r, unsigned last,
                               struct turn *turn)
{
    word_t header = s->utcb[s->item];
    unsigned type = header >> 1 & 7;

    if (is_string(header))
        return string_item(s, r, last, turn);
    if ((type != ITEM_MAP && type != ITEM_GRANT) || s->item == last)
        return IPC_OVERFLOW;
    if (!turn->fresh)
        return IPC_LATER;
    show_item(s, r, s->item, s->item + 2u, last);
    enum ipc_error e = mapping_item(s, r, true);
    if (e == IPC_LATER && s->peer)
        e = mapping_item_long(s, r);
    turn->fresh = false;
    turn->left = 0;
    if (e == IPC_OK)
        s->item += 2;
    return e;
}

/* ---- transfers that stop and go on --------------------------------------- */

/* The first fault sets the transfer's time limit. False: it is zero. */
static bool limit(struct tcb *s, struct tcb *r)
{
    if (timeout_pending(&s->timeout))
        return true;
    uint64_t now = arch_clock_us();
    uint64_t sends =
        time_deadline(s->utcb[UTCB_XFER_TIMEOUTS] >> 16 & 0xffff, now);
    uint64_t receives =
        time_deadline(r->utcb[UTCB_XFER_TIMEOUTS] & 0xffff, now);

    s->receivers_limit = receives < sends;
    uint64_t deadline = receives < sends ? receives : sends;
    if (deadline != 0 && deadline != UINT64_MAX)
        sched_timeout_start(s, deadline);
    return deadline != 0;
}

static enum ipc_error limit_error(const struct tcb *s)
{
    return s->receivers_limit ? IPC_XFER_PARTNER : IPC_XFER_INVOKER;
}

/* t neither runs nor is ready any more. */
static void stop(struct tcb *t)
{
    if (t == this_cpu()->current)
        sched_block_current();
    else if (t->state == TCB_READY && t->link.next)
        sched_dequeue(t);
    t->state = TCB_TRANSFER;
}

static void become_peers(struct tcb *s, struct tcb *r)
{
    s->peer = r;
    r->peer = s;
    r->item = 0;
    s->redirected = (s->slow & SLOW_SPACE) && s->utcb[UTCB_TO] != r->id;
    s->slow |= SLOW_TRANSFER;
    r->slow |= SLOW_TRANSFER;
}

/* The transfer, which goes on in its active side's turn, waits for the pager of
 * one side. */
static enum ipc_error suspend(struct tcb *s, struct tcb *r,
                              const struct turn *turn)
{
    struct tcb *t = turn->thread;

    if (!limit(s, r))
        return limit_error(s);
    stop(t == s ? r : s);
    if (t != this_cpu()->current && t->state == TCB_READY && t->link.next)
        sched_dequeue(t);
    t->state = TCB_READY;
    kipc_transfer_fault(t, turn->address, turn->access, t == s);
    return IPC_PENDING;
}

/* It has done enough for now, and goes on when its active side is chosen. */
static enum ipc_error pause(struct tcb *s, struct tcb *r)
{
    struct tcb *active = r == this_cpu()->current ? r : s;

    become_peers(s, r);
    stop(active == s ? r : s);
    if (active != this_cpu()->current)
        sched_wake(active);
    return IPC_PENDING;
}

/* The next turn of a copy. */
static enum ipc_error copy_on(struct tcb *s, struct turn *turn)
{
    turn->left = AT_ONCE;
    (void)move(s, turn);
    return IPC_LATER;
}

/* As far as it goes in one turn, of so many instructions. */
static enum ipc_error items(struct tcb *s, struct tcb *r, int most,
                            struct turn *turn)
{
    word_t tag = s->utcb[UTCB_MR0];
    unsigned last = tag_untyped(tag) + tag_typed(tag);
    enum ipc_error e = IPC_OK;

    *turn = (struct turn){ .left = most, .fresh = true };
    if (last >= NUM_MRS || s->space == NULL)
        return IPC_OVERFLOW;
    while (s->item <= last && e == IPC_OK)
        e = turn->left > 0 || turn->fresh ? one_item(s, r, last, turn)
                                          : IPC_LATER;
    return e;
}

enum ipc_error transfer_items(struct tcb *s, struct tcb *r)
{
    struct turn turn;
    enum ipc_error e = items(s, r, AT_FIRST, &turn);

    /* A page is missing: the IPC to its pager is made when the transfer goes
     * on, as this may be in the middle of another IPC, and so on: the kernel's
     * stack is bounded. */
    if (e == IPC_PENDING)
        return pause(s, r);
    return e == IPC_LATER && r->kipc == KIPC_NONE ? pause(s, r) : e;
}

enum ipc_error transfer_mappings(struct tcb *s, struct tcb *r)
{
    word_t tag = s->utcb[UTCB_MR0];
    unsigned last = tag_untyped(tag) + tag_typed(tag);
    enum ipc_error e = last < NUM_MRS ? IPC_OK : IPC_OVERFLOW;

    s->item = tag_untyped(tag) + 1;
    s->copied = 0;
    while (s->item < last && e == IPC_OK && !long_disowned()) {
        unsigned type = s->utcb[s->item] >> 1 & 7;
        if (type != ITEM_MAP && type != ITEM_GRANT)
            return IPC_OVERFLOW;
        e = mapping_item(s, r, false);
        s->item += 2;
        long_point(STEP_NODE);
    }
    return s->item == last ? IPC_OVERFLOW : e; /* half an item is left */
}

word_t transfer_code(const struct tcb *s, const struct tcb *r, enum ipc_error e,
                     bool receiver)
{
    /* In kernel-made IPC no string is received, and `copied` is that of the
     * transfer that the fault is in. */
    word_t before = r->kipc == KIPC_NONE ? r->copied : 0;

    if (receiver && (e == IPC_XFER_INVOKER || e == IPC_XFER_PARTNER))
        e ^= IPC_XFER_INVOKER ^ IPC_XFER_PARTNER;
    return (before + s->copied) << 4 | ipc_error_code(e, receiver);
}

/* t is in a transfer no more, and in no queue. */
static void leave(struct tcb *t)
{
    if (t->kipc != KIPC_NONE) {
        ipc_withdraw(t);
        kipc_drop(t);
    } else if (t->state == TCB_READY && t != this_cpu()->current) {
        sched_dequeue(t);
    }
    t->state = TCB_READY;
    t->peer = NULL;
    t->slow &= ~(word_t)SLOW_TRANSFER;
}

static void fail(struct tcb *s, struct tcb *r, enum ipc_error e)
{
    long_disown(s);
    long_disown(r);
    leave(s);
    leave(r);
    sched_timeout_stop(s);
    word_t tag = s->utcb[UTCB_MR0];
    ipc_fail(r, transfer_code(s, r, e, true), tag);
    ipc_fail(s, transfer_code(s, r, e, false), tag);
}

void transfer_go_on(struct tcb *t)
{
    struct tcb *s = transfer_sends(t) ? t : t->peer, *r = s->peer;
    struct turn turn;
    enum ipc_error e = items(s, r, AT_ONCE, &turn);

    /* Where no interrupt comes between two turns, nothing is different, and
     * what was found is copied to its end. */
    while (e == IPC_LATER && !arch_take_interrupts())
        e = turn.bytes ? copy_on(s, &turn) : items(s, r, AT_ONCE, &turn);

    /* In a turn of its own: the IPC to the pager takes time, too. */
    if (e == IPC_PENDING && turn.thread && turn.fresh)
        e = suspend(s, r, &turn);
    if (e == IPC_PENDING || e == IPC_LATER)
        return;
    if (e != IPC_OK) {
        fail(s, r, e);
        return;
    }
    leave(s);
    leave(r);
    sched_timeout_stop(s);
    ipc_delivered(s, r);
}

void transfer_abort(struct tcb *t, enum ipc_error e)
{
    struct tcb *s = transfer_sends(t) ? t : t->peer;

    fail(s, s->peer, e);
}

void transfer_timeout(struct tcb *t)
{
    transfer_abort(t, limit_error(t));
}

void transfer_stuck(struct tcb *t)
{
    stop(t);
}

void transfer_retry(struct tcb *t)
{
    if (t->state != TCB_TRANSFER || t->peer->state != TCB_TRANSFER)
        return;
    t->state = TCB_READY;
    sched_enqueue(t, false);
}
