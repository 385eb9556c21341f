/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program compiled for VFP and NEON (arch/arm/sources.cmake): what threads
 * compute at the same time is what one computes alone.
 */
#include "tap.h"
#include "worker.h"

enum { THREADS = 3, TERMS = 3000, VECTORS = 12, SLICE_US = 1000 };

typedef unsigned vector __attribute__((vector_size(16)));

#ifndef __ARM_NEON
#error "not compiled for NEON"
#endif

static L4_ThreadId_t echo_id;
static volatile L4_Word_t done;
static volatile double sums[THREADS + 1];
static vector results[THREADS + 1][VECTORS];

/* Calls in between give the processor to a thread that computes as well. */
static double series(L4_Word_t seed, bool calls)
{
    double x = 1.0 + (double)seed / 7.0, sum = 0.0;
    vector v[VECTORS];

    for (unsigned k = 0; k < VECTORS; k++)
        v[k] = (vector){ seed, k, 1, 2 };
    for (unsigned i = 1; i <= TERMS; i++) {
        sum += x / (double)i;
        x = x * 1.0001 - 0.00003 * (double)(seed + 1);
        for (unsigned k = 0; k < VECTORS; k++)
            v[k] = v[k] * 3 + v[(k + 1) % VECTORS];
        if (calls && i % 64 == 0) {
            L4_Set_MsgTag(L4_Niltag);
            L4_Call(echo_id);
        }
    }
    for (unsigned k = 0; k < VECTORS; k++)
        results[seed][k] = v[k];
    return sum;
}

static void compute(L4_Word_t seed)
{
    sums[seed] = series(seed, true);
    done++;
}

static void echo(L4_Word_t seed)
{
    L4_ThreadId_t from;
    double x = 3.0;

    L4_Wait(&from);
    for (;;) {
        x = x * 1.5 - (double)seed;
        sums[seed] = x;
        L4_Set_MsgTag(L4_Niltag);
        L4_ReplyWait(from, &from);
    }
}

int main(void)
{
    static double want[THREADS];
    static vector want_results[THREADS][VECTORS];
    bool same = true, same_vectors = true;
    L4_Word_t old;

    plan(3);
    support_init();
    for (L4_Word_t i = 0; i < THREADS; i++) {
        want[i] = series(i, false);
        for (unsigned k = 0; k < VECTORS; k++) {
            want_results[i][k] = results[i][k];
            results[i][k] = (vector){ 0 };
        }
    }
    echo_id = thread_in_new_space(echo, THREADS, PRIO_MID);
    for (L4_Word_t i = 0; i < THREADS; i++) {
        L4_ThreadId_t t = thread_here(compute, i, PRIO_MID);
        L4_Schedule(t, (L4_Word_t)usec(SLICE_US).raw << 16, ~0ul, ~0ul, ~0ul,
                    &old);
    }
    for (int i = 0; i < 200 && done < THREADS; i++)
        L4_Sleep(usec(1000));
    is(done, THREADS, "three threads compute");
    for (unsigned i = 0; i < THREADS; i++) {
        same &= sums[i] == want[i];
        for (unsigned k = 0; k < VECTORS; k++) {
            vector different = results[i][k] != want_results[i][k];
            same_vectors &=
                !(different[0] | different[1] | different[2] | different[3]);
        }
    }
    ok(same, "double numbers are as one thread alone has them");
    ok(same_vectors, "so are vectors");
    return tap_status();
}
