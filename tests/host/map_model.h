/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_TESTS_MAP_MODEL_H
#define PECAN_TESTS_MAP_MODEL_H
/*
 * The model of address spaces in the paper's appendix, in executable form: a
 * space says of each page from which page of which space it has it, and sigma0
 * has every frame. It knows smallest pages only, and it walks chains instead of
 * keeping trees, so it has nothing in common with the kernel's code.
 */
#include "types.h"

enum {
    MODEL_SPACES = 8, /* 0 is sigma0 */
    MODEL_PAGES = 1 << (ADDRESS_BITS - 12),
};

struct model_page {
    bool present;
    int space, page; /* whom we have it from */
    int frame;
    unsigned rights;
    unsigned seen; /* accesses to it or through it since its last query */
};
extern struct model_page model[MODEL_SPACES][MODEL_PAGES];

/* Pages that no mapping may reach; true = may be mapped. */
extern bool (*model_user_page)(int space, int page);
extern bool (*model_usable_frame)(int frame);

void model_reset(void);
void model_map(int src, fpage_t snd, word_t base, int dst, fpage_t rcv,
               bool grant);
unsigned model_unmap(int space, fpage_t f, bool flush);
void model_destroy(int space);
void model_access(int space, int page, unsigned right);

#endif
