/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two cascaded i8259 interrupt controllers.
 * Masking loses nothing: an edge that comes while its line is masked stays
 * latched in the request register, and a level stays.
 */
#include <arch/board.h>
#include <arch/cpu.h>

enum { MASTER = 0x20, SLAVE = 0xA0, ELCR = 0x4D0 };
enum { CASCADE = 2 };
enum { OCW2_EOI = 0x60, OCW3_READ_ISR = 0x0B };

static uint16_t masks;

static void write_masks(void)
{
    outb(MASTER + 1, masks & 0xff);
    outb(SLAVE + 1, masks >> 8);
}

void i8259_init(uint8_t base, bool elcr)
{
    masks = 0xffff & ~(1 << CASCADE);
    outb(MASTER, 0x11); /* edge, cascade, ICW4 follows */
    outb(SLAVE, 0x11);
    outb(MASTER + 1, base);
    outb(SLAVE + 1, base + 8);
    outb(MASTER + 1, 1 << CASCADE);
    outb(SLAVE + 1, CASCADE);
    outb(MASTER + 1, 0x01); /* 8086 mode, explicit end of interrupt */
    outb(SLAVE + 1, 0x01);
    outb(MASTER, OCW3_READ_ISR);
    outb(SLAVE, OCW3_READ_ISR);
    write_masks();
    if (elcr) {
        /* Level, wherever it is possible: not 0, 1, 2, 8 and 13. A device
         * holds its line until it is served; and if it is served while the
         * line is masked, no old edge comes up later. */
        outb(ELCR, 0xf8);
        outb(ELCR + 1, 0xde);
    }
}

void i8259_mask(unsigned irq)
{
    masks |= 1 << irq;
    write_masks();
}

void i8259_unmask(unsigned irq)
{
    masks &= ~(1 << irq);
    write_masks();
}

bool i8259_in_service(unsigned irq)
{
    /* Only lines 7 and 15 can be spurious: the lowest of each chip. */
    if (irq == 7)
        return inb(MASTER) & 0x80;
    if (irq != 15 || inb(SLAVE) & 0x80)
        return true;
    outb(MASTER, OCW2_EOI | CASCADE); /* the cascade line itself was real */
    return false;
}

void i8259_eoi(unsigned irq)
{
    if (irq >= 8) {
        outb(SLAVE, OCW2_EOI | (irq - 8));
        irq = CASCADE;
    }
    outb(MASTER, OCW2_EOI | irq);
}
