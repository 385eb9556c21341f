/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board behind arch.h: interrupts, time, console, the end; back traces.
 */
#include <arch/board.h>
#include <arch/csr.h>
#include <arch/trap.h>

#include "kdb.h"

/* ---- interrupts ---- */

unsigned arch_irq_count(void)
{
    return board.irqs;
}

bool arch_irq_usable(unsigned irq)
{
    return irq != 0 && irq < board.irqs;
}

void arch_irq_mask(unsigned irq)
{
    if (irq != 0)
        plic_mask(irq);
}

void arch_irq_unmask(unsigned irq)
{
    if (irq != 0)
        plic_unmask(irq);
}

/* ---- time ---- */

enum { US_PER_S = 1000000 };

static word_t time_origin;
static word_t us_per_tick; /* times 2^63, rounded up */
static bool has_stimecmp;

static word_t time_ticks(void)
{
    return csr_read("time") - time_origin;
}

/* A call of the firmware costs more than a system call, so it is not told that
 * a deadline is over: what it reports is masked until the next one. */
static void set_compare(word_t time)
{
    if (has_stimecmp) {
        csr_write(CSR_STIMECMP, time);
    } else {
        (void)sbi_call(SBI_TIME, 0, time, 0);
        csr_set("sie", SIE_TIMER);
    }
}

void timer_off(void)
{
    if (has_stimecmp)
        csr_write(CSR_STIMECMP, ~(word_t)0);
    else
        csr_clear("sie", SIE_TIMER);
}

void time_init(void)
{
    const word_t numerator = (word_t)US_PER_S << 31;
    word_t high = numerator / board.timebase_hz;
    word_t rest = numerator % board.timebase_hz;

    us_per_tick = (high << 32) + (rest << 32) / board.timebase_hz + 1;
    time_origin = csr_read("time");
    has_stimecmp = csr_probe_stimecmp();
    timer_off();
}

uint64_t arch_clock_us(void)
{
    return (unsigned __int128)(time_ticks() << 1) * us_per_tick >> 64;
}

void arch_timer_set(uint64_t deadline_us)
{
    const uint64_t hz = board.timebase_hz;

    if (deadline_us == UINT64_MAX) {
        timer_off();
        return;
    }
    uint64_t part = (deadline_us % US_PER_S * hz + US_PER_S - 1) / US_PER_S;
    set_compare(time_origin + deadline_us / US_PER_S * hz + part);
}

/* ---- console and end ---- */

word_t device_offset;

void arch_console_putc(char c)
{
    uart_putc(board.uart, c);
}

bool arch_console_ready(void)
{
    return uart_ready(board.uart);
}

int arch_console_getc(void)
{
    return uart_getc(board.uart);
}

void arch_machine_end(unsigned status)
{
    emulator_end(status);
    (void)sbi_call(SBI_RESET, 0, 0, status != 0);
    for (;;)
        __asm__ volatile("wfi");
}

/* ---- back trace ---- */

/* Does this look like the address behind a call? */
static bool is_return_address(word_t a)
{
    if (a < (word_t)text_start + 4 || a >= (word_t)text_end || a & 1)
        return false;
    const uint16_t *p = (const uint16_t *)a;
    uint32_t wide = p[-2] | (uint32_t)p[-1] << 16;
    bool jal = (wide & 0xfff) == 0x0ef;    /* jal ra, ...   */
    bool jalr = (wide & 0x7fff) == 0x00e7; /* jalr ra, ...  */
    bool short_jalr = (p[-1] & 0xf07f) == 0x9002 && (p[-1] & 0xf80);
    return jal || jalr || short_jalr;
}

/* Without frame pointers: every word of the stack that may be one. */
void arch_backtrace(void)
{
    const word_t *sp = __builtin_frame_address(0);
    unsigned n = 0;

    if ((word_t)sp < (word_t)kernel_stack ||
        (word_t)sp >= (word_t)kernel_stack_top)
        sp = (const word_t *)kernel_stack;
    word_t end = (word_t)kernel_stack + KERNEL_STACK_BYTES;
    if ((word_t)sp >= end)
        end = (word_t)kernel_stack_top;
    for (; (word_t)sp < end && n < 24; sp++)
        if (is_return_address(*sp))
            kprintf("  #%u %p\n", n++, (void *)*sp);
}
