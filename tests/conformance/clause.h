/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLAUSE_H
#define CLAUSE_H
/*
 * A clause is one demand of docs/x2.md with an observable of its own. It has a
 * number that no other clause of the suite has and that never changes, names
 * the places in docs/x2.md that make the demand, and stands once in the source:
 *
 *     CLAUSE(2406, "2.4 error 6", "a misaligned UTCB is refused", condition);
 *
 * Several places are separated by "; ". A place is a section, alone or followed
 * by a row of one of its tables as `./pecan conformance --rows` lists them.
 *
 * A program is the root task of a machine of its own and ends by returning from
 * main. It prints TAP; only its first thread prints.
 */
#include <l4/types.h>
#include <l4io.h>
#include <stdbool.h>

enum { CLAUSES_MAX = 256 };

static bool clause_seen[CLAUSES_MAX];
static int clause_done, clause_failures;

/* index: which CLAUSE of the program, from 0. */
static inline bool clause_check(int index, int number, const char *where,
                                const char *text, bool good)
{
    if (clause_seen[index]) {
        printf("# clause %d was tried twice\n", number);
        good = false;
    }
    clause_seen[index] = true;
    if (!good)
        clause_failures++;
    printf("%s %d - %d: %s (%s)\n", good ? "ok" : "not ok", ++clause_done,
           number, text, where);
    return good;
}

static inline bool clause_equal(int index, int number, const char *where,
                                const char *text, L4_Word_t got, L4_Word_t want)
{
    bool good = clause_check(index, number, where, text, got == want);

    if (!good)
        printf("# got 0x%lx, want 0x%lx\n", got, want);
    return good;
}

static inline int clause_end(int count)
{
    printf("1..%d\n", count);
    if (clause_done != count)
        printf("# %d clauses, %d tried\n", count, clause_done);
    return clause_failures != 0 || clause_done != count;
}

/* The preprocessor's counter gives each its index and main their number. */
#define CLAUSE(number, where, text, condition) \
    clause_check(__COUNTER__, number, where, text, (condition))
#define CLAUSE_IS(number, where, text, got, want) \
    clause_equal(__COUNTER__, number, where, text, got, want)
/* The program's status: 0 if each of its clauses was tried once and held. */
#define CLAUSES_END() clause_end(__COUNTER__)

#endif
