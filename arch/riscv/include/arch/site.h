/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ARCH_SITE_H
#define PECAN_ARCH_SITE_H
/*
 * Names for the instructions that maintain TLB and caches or change what they
 * translate by. A name costs nothing: address and text go to a section that is
 * not loaded (docs/oracle.md). One name may stand for several instructions.
 */
#ifdef __ASSEMBLER__
/* clang-format off */
        .macro  SITE name
9990:   .pushsection .sites, "", %progbits
        .8byte  9990b
        .asciz  "\name"
        .popsection
        .endm
/* The short path's instructions from here to the next of these labels are one
 * step of an IPC: trap, identify, check, commit, switch or resume. */
        .macro  STEP name
9991:   .pushsection .steps, "", %progbits
        .8byte  9991b
        .asciz  "\name"
        .popsection
        .endm
/* clang-format on */
#else
#define SITE(name) \
    "9990:\n\t.pushsection .sites, \"\", %%progbits\n\t.8byte 9990b\n\t" \
    ".asciz \"" name "\"\n\t.popsection\n\t"
#endif

#endif
