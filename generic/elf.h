/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_ELF_H
#define PECAN_ELF_H
/*
 * Position-independent ELF programs of the kernel's own word size.
 */
#include "types.h"

struct elf_image {
    const uint8_t *file;
    word_t low, high; /* linked addresses of the image, whole pages */
    word_t entry;     /* linked address of the first instruction    */
    word_t align;     /* of the place it is loaded to               */
};

/* Check the file of `size` bytes. Result: false if it cannot be loaded. */
bool elf_open(struct elf_image *e, const void *file, word_t size) MUST_USE;
/* Copy the segments of a checked image to `to`, high - low bytes; what no
 * segment fills is zero. */
void elf_load(const struct elf_image *e, void *to);

#endif
