/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers (generic/fpu.h): on and off, and which instructions
 * need them. Saving and loading: fpu.S. The vector unit stays off.
 */
#include <arch/csr.h>
#include <arch/trap.h>

#include "fpu.h"

/* Bits 0..6 of 32-bit instructions. */
enum opcode {
    OP_LOAD = 0x07,
    OP_STORE = 0x27,
    OP_MADD = 0x43,
    OP_MSUB = 0x47,
    OP_NMSUB = 0x4b,
    OP_NMADD = 0x4f,
    OP_FP = 0x53,
    OP_SYSTEM = 0x73,
};
enum { CSR_FFLAGS = 1, CSR_FCSR = 3 };

void arch_fpu_enable(bool on)
{
    if (on)
        csr_set("sstatus", SSTATUS_FS);
    else
        csr_clear("sstatus", SSTATUS_FS);
}

void arch_fpu_init(void *area)
{
    (void)area; /* registers and fcsr are zero: round to nearest */
}

/* Is this an instruction that the floating-point unit, being off, refuses?
 * Privileged and unprivileged ISA manuals; of the compressed ones those of
 * doubles, as RV64 has no others. */
static bool is_float(uint32_t instruction)
{
    if ((instruction & 3) != 3) {
        unsigned quadrant = instruction & 3, funct3 = instruction >> 13 & 7;
        return quadrant != 1 && (funct3 == 1 || funct3 == 5);
    }
    switch (instruction & 0x7f) {
    case OP_LOAD:
    case OP_STORE: {
        unsigned width = instruction >> 12 & 7; /* the others are vectors */
        return width >= 1 && width <= 4;
    }
    case OP_MADD:
    case OP_MSUB:
    case OP_NMSUB:
    case OP_NMADD:
    case OP_FP:
        return true;
    case OP_SYSTEM: {
        unsigned csr = instruction >> 20;
        return (instruction >> 12 & 3) != 0 && csr >= CSR_FFLAGS &&
               csr <= CSR_FCSR;
    }
    default:
        return false;
    }
}

/* t, current, raised an illegal instruction. Result: it can try again, because
 * the unit is on now. A processor that does not say which instruction it was
 * (value 0) gets the benefit of the doubt, once. */
bool fpu_trap(struct tcb *t)
{
    word_t instruction = t->hot.value;

    if (t->slow & SLOW_FPU)
        return false;
    if (instruction != 0 && !is_float((uint32_t)instruction))
        return false;
    return fpu_use(t) == OK;
}
