/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts, clock, console and end of the machine: generic/ on one side, the
 * board's devices on the other.
 */
#include <arch/board.h>
#include <arch/cpu.h>

#include "arch.h"

enum { IRQS = 16, IRQ_TIMER = 0, IRQ_CASCADE = 2 };

unsigned arch_irq_count(void)
{
    return IRQS;
}

bool arch_irq_usable(unsigned irq)
{
    return irq < IRQS && irq != IRQ_TIMER && irq != IRQ_CASCADE;
}

void arch_irq_mask(unsigned irq)
{
    if (arch_irq_usable(irq)) /* the others are the kernel's own */
        i8259_mask(irq);
}

void arch_irq_unmask(unsigned irq)
{
    i8259_unmask(irq);
}

uint64_t arch_clock_us(void)
{
    return i8254_clock_us();
}

/* The counter cannot be stopped: with no deadline, its line is masked, unless
 * the clock needs it. */
void arch_timer_set(uint64_t deadline_us)
{
    static bool masked = true;
    bool none = deadline_us == UINT64_MAX && !i8254_always();

    i8254_set(deadline_us);
    if (masked == none)
        return;
    masked = none;
    if (none)
        i8259_mask(IRQ_TIMER);
    else
        i8259_unmask(IRQ_TIMER);
}

void arch_console_putc(char c)
{
    ns16550_io_putc(board.console_port, c);
}

bool arch_console_ready(void)
{
    return ns16550_io_ready(board.console_port);
}

int arch_console_getc(void)
{
    return ns16550_io_getc(board.console_port);
}

_Noreturn void arch_machine_end(unsigned status)
{
    for (;;) {
        if (board.exit_port != 0)
            outb(board.exit_port, (uint8_t)status);
        __asm__ volatile("cli; hlt");
    }
}
