/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORLD_H
#define WORLD_H
/*
 * Who is there, and what each of them has.
 *
 * A worker is a thread that makes random calls. Its thread number says which it
 * is, so its stack and its page of notes are its own wherever it lives:
 *   FIXED     in SPACES spaces without privilege; the watchdog brings them back
 *   VICTIMS   made, started, moved, renamed and ended by the others alone
 *   PERFORMERS  in the root task's space, with its privilege
 * An anchor, a thread that never becomes active, keeps each space.
 *
 * What workers share with the root task they may read, and write only the
 * pages of notes and stacks. Stray writes go to the first bytes of a page,
 * which these leave free; nothing of theirs maps the image writable elsewhere.
 */
#include "calls.h"
#include "tap.h"

#include <l4/kdebug.h>
#include <l4/misc.h>
#include <pecan.h>
#include <stdint.h>

enum {
    SPACES = 4,
    FIXED = 12,
    VICTIMS = 6,
    PERFORMERS = 2,
    WORKERS = FIXED + VICTIMS + PERFORMERS,
    FIRST_VICTIM = FIXED,
    FIRST_PERFORMER = FIXED + VICTIMS,
    NUMBER_OFFSET = 100, /* thread numbers from user_base on */
    ANCHOR_OFFSET = 150,
    FIRST_UTCB = 40,
};

/* Kinds of calls; a bit each in config.off. */
enum op {
    OP_IPC,
    OP_LIPC,
    OP_EXCHANGE_REGISTERS,
    OP_THREAD_CONTROL,
    OP_SPACE_CONTROL,
    OP_SCHEDULE,
    OP_THREAD_SWITCH,
    OP_UNMAP,
    OP_CLOCK,
    OP_KERNEL_INTERFACE,
    OP_PROCESSOR_CONTROL,
    OP_MEMORY_CONTROL,
    OP_KERNEL_MEMORY,
    OP_MACHINE_END,
    OP_THREAD_REGISTER,
    OP_EXCEPTION_REGISTERS,
    OP_ACCESS,            /* anywhere in user memory and beyond  */
    OP_EXCEPTION,         /* an instruction that raises one      */
    OP_CONTROL_REGISTERS, /* of its own UTCB; not a call */
    OPS
};
/* Results: 0 success, 1..8 errors of calls; of an Ipc 1..7 in the send phase
 * and 9..15 in the receive phase. States are those of Schedule, 1..7. */
enum { RESULTS = 16, STATES = 8 };

struct worker {
    char stray[256];
    uint32_t random;
    uint32_t count; /* of calls */
    uint32_t starts;
    uint32_t result[OPS][RESULTS];
    uint32_t state[OPS][STATES];
};
union notes {
    struct worker worker;
    char page[PAGE_SIZE];
};
_Static_assert(sizeof(union notes) == PAGE_SIZE, "a page each");

static union notes notes[WORKERS] __attribute__((aligned(PAGE_SIZE)));
static char worker_stacks[WORKERS][PAGE_SIZE]
    __attribute__((aligned(PAGE_SIZE)));

static struct {
    L4_Word_t seed, calls, off, unchecked;
} config = { 1, 200000, 0, 0 };

static L4_Word_t scratch; /* 4 MiB of the root task's, to be handed around */
enum { SCRATCH_BITS = 22 };
#define WINDOW FREE_WINDOW /* where it goes, in all spaces */

static L4_ThreadId_t fuzz_pager, bystanders[2];
/* Those whom the pager left waiting last, perhaps in the middle of a string. */
enum { LEFT = 4 };
static volatile L4_Word_t left_waiting[LEFT];

/* ---- random numbers ------------------------------------------------------ */

static uint32_t next_random(uint32_t *state)
{
    uint32_t x = *state;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x ? x : 1;
    return x * 0x9E3779B1u >> 3 ^ x >> 19;
}

static void seed_random(uint32_t *state, L4_Word_t who)
{
    *state = (uint32_t)(config.seed * 2654435761u + who * 40503u + 12345u) | 1;
    for (int i = 0; i < 4; i++)
        next_random(state);
}

/* ---- names --------------------------------------------------------------- */

static L4_Word_t worker_number(unsigned i)
{
    return user_base + NUMBER_OFFSET + i;
}

static L4_ThreadId_t anchor_of(unsigned space)
{
    return L4_GlobalId(user_base + ANCHOR_OFFSET + space, 1);
}

static L4_Word_t worker_stack(unsigned i)
{
    return (L4_Word_t)worker_stacks[i] + PAGE_SIZE - 64 - RETURN_ADDRESS;
}

static L4_Word_t worker_utcb(unsigned i)
{
    return utcb_start(FIRST_UTCB + i);
}

/* Is this one of the threads that a thread number names as a worker? */
static int worker_index(L4_ThreadId_t t)
{
    L4_Word_t n = L4_ThreadNo(t) - user_base - NUMBER_OFFSET;

    return n < WORKERS ? (int)n : -1;
}

#endif
