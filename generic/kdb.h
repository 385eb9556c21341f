/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_KDB_H
#define PECAN_KDB_H
/*
 * Kernel debugger calls; user binding: l4/kdebug.h. Trap numbers are the
 * port's. In a release build all but the console output of boot are no-ops.
 */
#include "types.h"
#include <config.h> /* CONFIG_DEBUG, CONFIG_IPC_PAD, PECAN_VERSION, BOARD_* */

enum kdb_op {
    KDB_ENTER = 0,        /* arg: user address of a text, shown              */
    KDB_PRINT_CHAR = 1,   /* arg: character                                  */
    KDB_PRINT_STRING = 2, /* arg: user address of a NUL-terminated string    */
    KDB_READ_CHAR = 3,    /* result: character or -1                         */
};

/* Console output of the kernel: %s %c %d %u %x %p (word, hex), %lx; no width.
 */
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct tcb;
/* The debugger, entered by self (NULL: by the kernel itself): lists threads,
 * spaces, pool. */
void kdb_enter(struct tcb *self);
/* A key that self reads from the console (-1: none). The debugger may take it:
 * Ctrl-K enters it. Result: the key self gets, or -1. */
word_t kdb_key(struct tcb *self, int key);
/* One line about a thread that is halted because nobody handled its fault. */
void kdb_report_halt(struct tcb *t, const char *cause, word_t address,
                     const char *why);

/* A promise of the kernel to itself; compiled out of release builds. */
_Noreturn void assert_failed(const char *what, const char *file, unsigned line);
#define assert(x) \
    do { \
        if (CONFIG_DEBUG && !(x)) \
            assert_failed(#x, __FILE__, __LINE__); \
    } while (0)

#endif
