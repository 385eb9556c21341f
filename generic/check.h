/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_CHECK_H
#define PECAN_CHECK_H
/*
 * All that the kernel promises to itself, looked at as a whole: in kernels that
 * are built with PECAN_CHECK (CMakeLists.txt), for tests. These files are in no
 * other kernel, and nothing calls them: the linker puts check.c's functions in
 * the place of kernel_exit() and sys_kdb().
 *
 * The checks read the structures themselves and know their layouts a second
 * time; what they find broken stops the kernel with a message that names it.
 */
#include "types.h"

struct space;

/* Kernel debugger call: check at the next exit that may, then after every `arg`
 * exits; result: how often it was done. Only here. */
enum { KDB_CHECK = 0x7c };

/* Invariant `what` does not hold for this object. */
_Noreturn void check_failed(const char *what, const void *object);
static inline void check_that(bool good, const char *what, const void *object)
{
    if (!good)
        check_failed(what, object);
}

/* Is this a space that has threads? */
bool check_is_space(const struct space *s);
/* The i-th of them, or NULL; *charged: bytes of its threads. */
struct space *check_space(unsigned i, word_t *charged);
/* Mapping trees, page tables and all accounts of kernel memory (check_map.c),
 * after the threads were checked. */
void check_memory(void);

/* What a port provides for it (arch/<port>/check.c). */
typedef void check_leaf(struct space *s, vaddr_t va, paddr_t pa, unsigned kind);
/* Call leaf for each page that users of s find mapped. Result: bytes of kernel
 * memory that tables and whatever the port keeps for s take. */
word_t arch_check_space(struct space *s, check_leaf *leaf);
/* Bytes of kernel memory behind the array of TCBs. */
word_t arch_check_tcbs(void);

#endif
