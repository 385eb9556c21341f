/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_START_H
#define PECAN_START_H
#include <l4/types.h>

/* Called by crt0.S: where the image is, and its _DYNAMIC. Never returns. */
void __l4_start(void *image_base, void *dynamic);

/* Thread-local variables for the first thread, if there are any. */
void __l4_tls_start(void);

extern L4_Word_t __l4_loaded_at __attribute__((visibility("hidden")));

#endif
