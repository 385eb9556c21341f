/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TESTS_MODEL_TRACE_H
#define PECAN_TESTS_MODEL_TRACE_H
/*
 * What the model (tests/host/map_model.c) says of random operations: trace.c
 * writes it on the host, model.c does the same on the kernel and compares.
 *
 * The model knows 256 pages a space. Their numbers' bits are bits of real
 * addresses, which each port chooses (`bits` of the header) so that they tell
 * its page sizes apart; all other bits are 0. Map, grant and flush replace or
 * keep each bit of an address for itself, so what they do to these pages is
 * what the model says, and what they do to the others nobody looks at.
 */
#include <stdint.h>

enum { TRACE_BITS = 8, TRACE_MAGIC = 0x6c646f6d };

struct trace_head {
    uint32_t magic, count;
    uint8_t bits[TRACE_BITS]; /* of addresses, ascending */
};

enum trace_op {
    TRACE_MAP,     /* f of space with this base into window of other        */
    TRACE_GRANT,   /* the same                                              */
    TRACE_UNMAP,   /* f of space, expect: status bits                       */
    TRACE_FLUSH,   /* the same                                              */
    TRACE_READ,    /* page f of space, expect: its frame + 1, 0: a fault    */
    TRACE_WRITE,   /* the same                                              */
    TRACE_DESTROY, /* space */
};

/* Fpages and bases are the model's: page << 12. */
struct trace_step {
    uint8_t op, space, other;
    uint8_t exact; /* the status is that of small pages: nothing more is told */
    uint32_t f, base, window, expect;
};

#endif
