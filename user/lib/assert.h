/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* No guard: may be included again with another NDEBUG. */
#include <l4io.h>
#include <stdlib.h>

#undef assert
#ifdef NDEBUG
#define assert(x) ((void)0)
#else
#define assert(x) \
    ((x) ? (void)0 \
         : (printf("%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #x), \
            abort()))
#endif
