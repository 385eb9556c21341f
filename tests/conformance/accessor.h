/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESSOR_H
#define ACCESSOR_H
/*
 * A thread in another space that touches memory when told, and whose pager is
 * the main thread: a fault outside the image is noted, and gone round by a page
 * that is mapped there for the moment. (If the fault was for a right that the
 * mapping lacks, that mapping is replaced and gone afterwards.)
 */
#include "support.h"

enum op {
    OP_NONE,
    OP_READ,
    OP_WRITE,
    OP_CALL,
    OP_WINDOW,
    OP_SEND_ITEM,
    OP_RECEIVE,
    OP_UNMAP
};

struct accessor {
    L4_ThreadId_t id;
    L4_MsgTag_t tag; /* of the message it got last */
    L4_Word_t error; /* its ErrorCode then */
    L4_Word_t value; /* of its last operation */
    L4_Word_t fault; /* rights bits of the fault it took, 0 = none */
    L4_Word_t fault_address, fault_ip;
};

static char poison[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* What is mapped where an access faulted: poison, if the test says no other. */
static L4_Word_t replacement;

typedef L4_Word_t leaf_fn(void);

static L4_Word_t accessor_do(const L4_Word_t *mr)
{
    L4_ThreadId_t partner = { .raw = mr[2] };
    L4_MsgTag_t tag;

    switch (mr[1]) {
    case OP_READ:
        return *(volatile L4_Word_t *)mr[2];
    case OP_WRITE:
        *(volatile L4_Word_t *)mr[2] = mr[3];
        return 0;
    case OP_CALL:
        return ((leaf_fn *)mr[2])();
    case OP_WINDOW:
        L4_LoadBR(0, mr[2]);
        return 0;
    case OP_SEND_ITEM:
        L4_LoadMR(0, 2 << 6);
        L4_LoadMR(1, mr[3]);
        L4_LoadMR(2, mr[4]);
        tag = L4_Send(partner);
        return L4_IpcFailed(tag);
    case OP_RECEIVE:
        tag = L4_Receive(partner);
        return L4_IpcFailed(tag);
    case OP_UNMAP: {
        L4_Fpage_t f = { .raw = mr[2] };
        return (mr[3] ? L4_Flush(f) : L4_UnmapFpage(f)).raw;
    }
    }
    return 0;
}

static UNUSED void accessor_loop(L4_Word_t arg)
{
    L4_Word_t mr[8] = { 0 }, value;
    L4_MsgTag_t tag = { .raw = 0 };

    for (;;) {
        value = L4_IpcSucceeded(tag) && tag.X.u ? accessor_do(mr) : 0;
        L4_LoadMR(1, tag.raw);
        L4_LoadMR(2, arg);
        L4_LoadMR(3, value);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = 3 });
        tag = L4_Call(main_id);
        arg = L4_ErrorCode();
        L4_StoreMRs(0, 8, mr);
    }
}

/* a's answer, and on the way there its faults. */
static UNUSED void collect(struct accessor *a)
{
    L4_MsgTag_t tag = L4_Receive(a->id);
    L4_Word_t address = 0;

    a->fault = 0;
    while (protocol(tag) == LABEL_PAGE_FAULT) {
        L4_Word_t access = tag.raw >> 16 & 7, ip;
        L4_StoreMR(1, &address);
        L4_StoreMR(2, &ip);
        if (address >= image_low && address < image_high) {
            load_map(page_at(address, L4_FullyAccessible), address);
        } else {
            a->fault = access;
            a->fault_address = address;
            a->fault_ip = ip;
            load_map(page_at(replacement, L4_FullyAccessible), address);
        }
        tag = L4_Call(a->id);
    }
    L4_StoreMR(1, &a->tag.raw);
    L4_StoreMR(2, &a->error);
    L4_StoreMR(3, &a->value);
    if (a->fault)
        L4_UnmapFpage(page_at(replacement, L4_FullyAccessible));
}

/* Begin an operation. */
static UNUSED void post(struct accessor *a, enum op op, L4_Word_t x,
                        L4_Word_t y, L4_Word_t z)
{
    L4_LoadMR(1, op);
    L4_LoadMR(2, x);
    L4_LoadMR(3, y);
    L4_LoadMR(4, z);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 4 });
    L4_Send(a->id);
}

static UNUSED L4_Word_t act(struct accessor *a, enum op op, L4_Word_t x,
                            L4_Word_t y)
{
    post(a, op, x, y, 0);
    collect(a);
    return a->value;
}

/* Does a read or write of a succeed; a->fault says how not. */
static UNUSED bool reads(struct accessor *a, L4_Word_t address, L4_Word_t want)
{
    L4_Word_t value = act(a, OP_READ, address, 0);

    return a->fault == 0 && value == want;
}

static UNUSED bool read_faults(struct accessor *a, L4_Word_t address)
{
    act(a, OP_READ, address, 0);
    return a->fault != 0;
}

static UNUSED bool writes(struct accessor *a, L4_Word_t address,
                          L4_Word_t value)
{
    act(a, OP_WRITE, address, value);
    return a->fault == 0;
}

/* Send a one item (already as words) into this window; result: the ErrorCode
 * of the send, 0 = it went well. */
static UNUSED L4_Word_t give(struct accessor *a, L4_Fpage_t window,
                             L4_Word_t item, L4_Fpage_t f)
{
    L4_Word_t error;
    L4_MsgTag_t tag;

    act(a, OP_WINDOW, window.raw & ~(L4_Word_t)0xf, 0);
    L4_LoadMR(0, 2 << 6);
    L4_LoadMR(1, item);
    L4_LoadMR(2, f.raw);
    tag = L4_Send(a->id);
    error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
    collect(a);
    return error;
}

static UNUSED L4_Word_t map_to(struct accessor *a, L4_Fpage_t window,
                               L4_Fpage_t f, L4_Word_t base)
{
    return give(a, window, (base & ~(L4_Word_t)0x3ff) | 8, f);
}

static UNUSED L4_Word_t grant_to(struct accessor *a, L4_Fpage_t window,
                                 L4_Fpage_t f, L4_Word_t base)
{
    return give(a, window, (base & ~(L4_Word_t)0x3ff) | 0xa, f);
}

static UNUSED void accessor_init(struct accessor *a)
{
    replacement = (L4_Word_t)poison;
    a->id = thread_in_new_space(accessor_loop, 0, PRIO_MID);
    L4_ThreadControl(a->id, a->id, L4_nilthread, main_id, NO_UTCB);
    collect(a);
}

#endif
