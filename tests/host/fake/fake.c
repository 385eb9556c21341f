/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fake port: page tables as arrays, a console as a string, a machine whose
 * end is a longjmp.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fake.h"
#include "kdb.h"
#include "long.h"
#include "test.h"

unsigned char fake_ram[FAKE_RAM_BYTES] __attribute__((aligned(1 << 16)));
unsigned char fake_tcbs[ARCH_TCB_BYTES] __attribute__((aligned(512)));
int fake_tables_left = -1;

/* Nothing interrupts here. */
void long_point(unsigned instructions)
{
    (void)instructions;
}

/* ---- page tables ---- */

static bool no_memory(void)
{
    if (fake_tables_left < 0)
        return false;
    return fake_tables_left-- == 0;
}

static struct fake_entry *entry(struct space *s, vaddr_t va)
{
    CHECK(va >> ADDRESS_BITS == 0);
    return &s->arch.entry[va >> 12 & (FAKE_PAGES - 1)];
}

static unsigned count(unsigned kind)
{
    return 1u << (page_bits(kind) - 12);
}

/* The entry of a page of exactly this kind that must be there. */
static struct fake_entry *page_of(struct space *s, vaddr_t va, unsigned kind)
{
    struct fake_entry *e = entry(s, va);

    CHECK((va & ((1u << page_bits(kind)) - 1)) == 0);
    CHECK(e->present && e->kind == kind);
    return e;
}

enum error arch_map(struct space *s, vaddr_t va, paddr_t pa, unsigned kind,
                    word_t rights)
{
    struct fake_entry *e = entry(s, va);
    word_t mask = (1u << page_bits(kind)) - 1;

    CHECK(((va | pa) & mask) == 0 && va + mask < USER_END && rights != 0);
    for (unsigned i = 0; i < count(kind); i++)
        CHECK(!e[i].present);
    if (no_memory())
        return ERR_NOMEM;
    for (unsigned i = 0; i < count(kind); i++)
        e[i] = (struct fake_entry){ .pa = pa + ((paddr_t)i << 12),
                                    .present = 1,
                                    .kind = (uint8_t)kind,
                                    .rights = (uint8_t)rights };
    return OK;
}

void arch_unmap(struct space *s, vaddr_t va, unsigned kind)
{
    struct fake_entry *e = page_of(s, va, kind);

    for (unsigned i = 0; i < count(kind); i++)
        e[i] = (struct fake_entry){ .present = 0 };
}

void arch_protect(struct space *s, vaddr_t va, unsigned kind, word_t rights)
{
    struct fake_entry *e = page_of(s, va, kind);

    CHECK(rights != 0);
    for (unsigned i = 0; i < count(kind); i++)
        e[i].rights = (uint8_t)rights;
}

enum error arch_split(struct space *s, vaddr_t va, unsigned kind)
{
    struct fake_entry *e = page_of(s, va, kind);

    CHECK(kind > 0);
    if (no_memory())
        return ERR_NOMEM;
    for (unsigned i = 0; i < count(kind); i++) {
        e[i].kind = (uint8_t)(kind - 1);
        e[i].status = 0;
    }
    return OK;
}

word_t arch_status(struct space *s, vaddr_t va, unsigned kind)
{
    struct fake_entry *e = page_of(s, va, kind);
    word_t status = e->status;

    e->status = 0;
    return status;
}

word_t arch_attribute(struct space *s, vaddr_t va)
{
    return entry(s, va)->attribute;
}

bool arch_attribute_known(word_t attribute)
{
    return attribute < 8;
}

void arch_set_attribute(struct space *s, vaddr_t va, unsigned kind,
                        word_t attribute, bool fresh)
{
    struct fake_entry *e = page_of(s, va, kind);

    (void)fresh;
    for (unsigned i = 0; i < count(kind); i++)
        e[i].attribute = (uint8_t)attribute;
}

bool arch_lookup(struct space *s, vaddr_t va, paddr_t *pa, unsigned *kind,
                 word_t *rights)
{
    struct fake_entry *e = entry(s, va);

    if (!e->present)
        return false;
    if (pa)
        *pa = e->pa | (va & 0xfff);
    if (kind)
        *kind = e->kind;
    if (rights)
        *rights = e->rights;
    return true;
}

bool fake_access(struct space *s, vaddr_t va, word_t right)
{
    struct fake_entry *e = entry(s, va);

    if (!e->present || !(e->rights & right))
        return false;
    vaddr_t first = va & ~(((vaddr_t)1 << page_bits(e->kind)) - 1);
    entry(s, first)->status |= (uint8_t)right;
    return true;
}

/* ---- console and end ---- */

enum { CONSOLE_BYTES = 4096 };
char fake_console[CONSOLE_BYTES];
static jmp_buf end;
static bool running;

void fake_console_clear(void)
{
    fake_console[0] = '\0';
}

uint64_t kdb_poll_us = UINT64_MAX; /* nobody polls */
void kdb_poll(void)
{
}

void kprintf(const char *format, ...)
{
    size_t n = 0;
    va_list ap;

    while (fake_console[n])
        n++;
    va_start(ap, format);
    (void)vsnprintf(fake_console + n, CONSOLE_BYTES - n, format, ap);
    va_end(ap);
}

static _Noreturn void leave(int status)
{
    if (!running) {
        fprintf(stderr, "the kernel ended (%d): %s\n", status, fake_console);
        abort();
    }
    longjmp(end, status);
}

_Noreturn void arch_machine_end(unsigned status)
{
    leave((int)status + 1);
}

_Noreturn void kernel_stop(const char *why)
{
    kprintf("%s", why);
    leave(-2);
}

_Noreturn void assert_failed(const char *what, const char *file, unsigned line)
{
    kprintf("%s:%u: %s", file, line, what);
    leave(-2);
}

int fake_run(void (*f)(void *), void *arg)
{
    running = true;
    int status = setjmp(end);
    if (status == 0) {
        f(arg);
        running = false;
        return -1;
    }
    running = false;
    return status < 0 ? status : status - 1;
}
