/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_KDB_H
#define PECAN_KDB_H
/*
 * Kernel debugger calls; user binding: l4/kdebug.h. Trap numbers are the
 * port's. In a release build all but the console output of boot are no-ops.
 */
#include "types.h"
#include <config.h> /* CONFIG_DEBUG, CONFIG_CONSOLE_IRQ, PECAN_VERSION, BOARD_* */

enum kdb_op {
    KDB_ENTER = 0,      /* arg: user address of a text, shown              */
    KDB_PRINT_CHAR = 1, /* arg: character                                  */
    KDB_READ_CHAR = 3,  /* result: character or -1                         */
};

/* Console output of the kernel: %s %c %d %u %x %p (word, hex), %lx; no width.
 */
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct tcb;
/* The debugger, entered by self (NULL: nobody runs): lists threads, spaces,
 * pool, and the mappings of the page that self's instruction is in. */
void kdb_enter(struct tcb *self);
/* The next key for a program, or -1. Ctrl-K is the debugger's: it lists the
 * same, then answers questions until it is told to go on. */
int kdb_getc(void);
/* Only where CONFIG_DEBUG: at kdb_poll_us, call kdb_poll(), for Ctrl-K to be
 * heard while nobody reads the console. */
extern uint64_t kdb_poll_us;
void kdb_poll(void);
/* And this when irq was raised: somebody may be reading the console. */
void kdb_interrupt(unsigned irq);
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
