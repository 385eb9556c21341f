/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two interrupt controllers of a BCM2836, all to processor 0. Each
 * processor has a local one, for its timers; one of its inputs is that of the
 * BCM2835, which all devices go to. Numbers:
 *   0 to 31    the local one's sources, of which 0 to 3 are the timers
 *   32 to 95   the devices that the graphics processor shares, 0 to 63 there
 *   96 to 103  the other devices
 * Neither wants to be told that an interrupt was taken.
 *
 * The firmware lets the other processors look at a mailbox of the local one for
 * where to go. They go to the kernel's own place to wait, because their loop
 * lies in memory that users get.
 */
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/trap.h>

enum { /* local */
       GPU_ROUTING = 0x0c,
       TIMER_CONTROL = 0x40,
       MAILBOX_CONTROL = 0x50,
       SOURCE = 0x60,
       MAILBOX_3 = 0x8c, /* of processor 0; what is written is or'ed */
       OTHER_PROCESSOR = 0x10,
};
enum { /* of the devices; each is three words: basic, 0 to 31, 32 to 63 */
       PENDING = 0x200,
       FIQ_CONTROL = 0x20c,
       ENABLE = 0x210, /* 0 to 31, 32 to 63, basic; the same for DISABLE */
       DISABLE = 0x21c,
};
enum { PROCESSORS = 4, TIMERS = 4, SOURCE_GPU = 1 << 8 };
enum { FIRST_GPU = 32, FIRST_BASIC = 96, LINES = 104, BASIC_MASK = 0xff };

static volatile uint8_t *local, *devices;

static inline volatile uint32_t *reg(volatile uint8_t *base, unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}

/* registers: the local controller's, the devices'. */
void irqc_init(void *const registers[2])
{
    local = registers[0];
    devices = registers[1];
    *reg(local, GPU_ROUTING) = 0;
    *reg(local, TIMER_CONTROL) = 0;
    *reg(local, MAILBOX_CONTROL) = 0;
    *reg(devices, FIQ_CONTROL) = 0;
    for (unsigned bank = 0; bank < 3; bank++)
        *reg(devices, DISABLE + bank * 4) = ~(uint32_t)0;
    for (unsigned i = 1; i < PROCESSORS; i++)
        *reg(local, MAILBOX_3 + i * OTHER_PROCESSOR) = virt_to_phys(park);
    dsb();
    __asm__ volatile("sev");
}

unsigned irqc_lines(void)
{
    return LINES;
}
bool irqc_is_shared(unsigned irq)
{
    return irq >= FIRST_GPU && irq < LINES;
}

static void set(unsigned irq, unsigned offset, bool on)
{
    uint32_t bit = (uint32_t)1 << irq % 32;

    if (irq >= FIRST_GPU)
        *reg(devices, offset + (irq - FIRST_GPU) / 32 * 4) = bit;
    else if (irq < TIMERS && on)
        *reg(local, TIMER_CONTROL) |= bit;
    else if (irq < TIMERS)
        *reg(local, TIMER_CONTROL) &= ~bit;
    dsb();
}
void irqc_mask(unsigned irq)
{
    set(irq, DISABLE, false);
}
void irqc_unmask(unsigned irq)
{
    set(irq, ENABLE, true);
}

unsigned irqc_acknowledge(void)
{
    uint32_t source = *reg(local, SOURCE);

    if (source & ((1 << TIMERS) - 1))
        return (unsigned)__builtin_ctzl(source);
    if (!(source & SOURCE_GPU))
        return LINES;
    for (unsigned bank = 0; bank < 2; bank++) {
        uint32_t pending = *reg(devices, PENDING + 4 + bank * 4) &
                           *reg(devices, ENABLE + bank * 4);
        if (pending)
            return FIRST_GPU + bank * 32 + (unsigned)__builtin_ctzl(pending);
    }
    uint32_t basic = *reg(devices, PENDING) & BASIC_MASK;
    return basic ? FIRST_BASIC + (unsigned)__builtin_ctzl(basic) : LINES;
}
void irqc_end(unsigned irq)
{
    (void)irq;
}
