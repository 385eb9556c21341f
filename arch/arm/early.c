/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Before the MMU is on, and on a CPU that may be the wrong one: compiled for
 * ARMv5, like all that it calls (sources.cmake). The image still runs where it
 * was loaded, so every address of an object needs the offset.
 */
#include <config.h>

#include <arch/board.h>
#include <arch/trap.h>

/* Where an object is while the image runs where it was loaded. */
#define LOADED(object) ((const void *)((const char *)&(object) + offset))

static void early_print(word_t base, const char *s)
{
    while (*s != '\0') {
        if (*s == '\n')
            pl011_putc(base, '\r');
        pl011_putc(base, *s++);
    }
}

static const char first_line[] =
    "Pecan " PECAN_VERSION " board " BOARD_NAME " cpu " BOARD_CPU
    " backend " BOARD_BACKEND "\n";
static const char wrong_cpu[] =
    "pecan: boot error 7: wrong CPU for this kernel\n";
static const char wrong_mode[] =
    "pecan: boot error 8: wrong privilege level: not supervisor mode\n";

/* offset: physical less link address; mode: the processor's. */
void boot_early(word_t offset, word_t mode)
{
    const struct board *b = LOADED(board);
    const char *error;

    pl011_init(b->console, b->console_ibrd, b->console_fbrd);
    early_print(b->console, LOADED(first_line));
    if (!cpu_is_supported())
        error = LOADED(wrong_cpu);
    else if (mode != PSR_MODE_SVC)
        error = LOADED(wrong_mode);
    else
        return;
    early_print(b->console, error);
    semihosting_exit(125);
    for (;;)
        ;
}
