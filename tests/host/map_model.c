/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "map_model.h"

struct model_page model[MODEL_SPACES][MODEL_PAGES];
bool (*model_user_page)(int space, int page);
bool (*model_usable_frame)(int frame);

void model_reset(void)
{
    memset(model, 0, sizeof model);
    for (int p = 0; p < MODEL_PAGES; p++)
        model[0][p] = (struct model_page){
            .present = true, .space = -1, .frame = p, .rights = 7
        };
}

/* Does (space, page) have its page, at some remove, from (s, p)? */
static bool derived(int space, int page, int s, int p)
{
    while (model[space][page].present) {
        struct model_page *m = &model[space][page];
        space = m->space;
        page = m->page;
        if (space < 0)
            return false;
        if (space == s && page == p)
            return true;
    }
    return false;
}

static void revoke(int s, int p, unsigned rights, bool self)
{
    static bool hit[MODEL_SPACES][MODEL_PAGES];

    for (int i = 1; i < MODEL_SPACES; i++)
        for (int j = 0; j < MODEL_PAGES; j++)
            hit[i][j] = (self && i == s && j == p) || derived(i, j, s, p);
    for (int i = 1; i < MODEL_SPACES; i++) {
        for (int j = 0; j < MODEL_PAGES; j++) {
            if (!hit[i][j] || !model[i][j].present)
                continue;
            model[i][j].rights &= ~rights;
            if (model[i][j].rights == 0)
                memset(&model[i][j], 0, sizeof model[i][j]);
        }
    }
}

static void give(int src, int sp, int dst, int dp, unsigned rights)
{
    model[dst][dp] = (struct model_page){ .present = true,
                                          .space = src,
                                          .page = sp,
                                          .rights = rights,
                                          .frame = model[src][sp].frame };
}

static void grant_page(int src, int sp, int dst, int dp, unsigned rights)
{
    struct model_page old = model[src][sp];

    revoke(src, sp, 7 & ~rights, false);
    give(src, sp, dst, dp, rights);
    model[dst][dp].space = old.space;
    model[dst][dp].page = old.page;
    for (int i = 1; i < MODEL_SPACES; i++) {
        for (int j = 0; j < MODEL_PAGES; j++) {
            struct model_page *m = &model[i][j];
            if (m->present && m->space == src && m->page == sp) {
                m->space = dst;
                m->page = dp;
            }
        }
    }
    memset(&model[src][sp], 0, sizeof old);
}

static void map_page(int src, int sp, int dst, int dp, unsigned rights,
                     bool grant)
{
    struct model_page *to = &model[dst][dp];

    rights &= model[src][sp].rights;
    if (!model_user_page(dst, dp) || !model[src][sp].present || rights == 0 ||
        (src == 0 && !model_usable_frame(sp)) || (src == dst && sp == dp))
        return;
    if (to->present && !grant && to->space == src && to->page == sp) {
        to->rights |= rights;
        return;
    }
    if (to->present) {
        revoke(dst, dp, 7, true);
        if (!model[src][sp].present) /* it was had from the target */
            return;
    }
    if (grant)
        grant_page(src, sp, dst, dp, rights);
    else
        give(src, sp, dst, dp, rights);
}

/* In pages, as the tables of x2.md 2.10.5 say it. The complete space is larger
 * than any other fpage, be it one of all pages (1.4). */
struct span {
    int first, count;
    unsigned bits;
};

static struct span span_of(fpage_t f)
{
    unsigned bits = f >> 4 & 0x3f;

    if (bits == 1)
        return (struct span){ 0, MODEL_PAGES, WORD_BITS };
    if (bits < 12)
        return (struct span){ 0 };
    if (bits >= ADDRESS_BITS)
        return (struct span){ 0, MODEL_PAGES, bits };
    int count = 1 << (bits - 12);
    return (struct span){ (int)(f >> 12) / count * count, count, bits };
}

void model_map(int src, fpage_t snd, word_t base, int dst, fpage_t rcv,
               bool grant)
{
    struct span s = span_of(snd), r = span_of(rcv);
    int b = (int)(base >> 12) % MODEL_PAGES;

    if (s.count == 0 || r.count == 0 || dst == 0)
        return;
    int from = s.first, to = r.first;
    int count = s.count < r.count ? s.count : r.count;
    if (s.bits < r.bits)
        to += b % r.count / s.count * s.count;
    if (s.bits > r.bits)
        from += b % s.count / r.count * r.count;
    grant = grant && src != 0;
    for (int i = 0; i < count; i++)
        map_page(src, from + i, dst, to + i, snd & 7, grant);
    if (grant && s.bits > r.bits)
        (void)model_unmap(src, snd | 7, true);
}

unsigned model_unmap(int space, fpage_t f, bool flush)
{
    struct span s = span_of(f);
    unsigned rights = f & RIGHT_R ? 7 : f & PAGE_RIGHTS, status = 0;

    if ((f >> 4 & 0x3f) == 10 || (f >> 4 & 0x3f) == 11)
        s = (struct span){ (int)(f >> 12), 1, 12 };
    for (int p = s.first; p < s.first + s.count; p++) {
        if (!model[space][p].present)
            continue;
        status |= model[space][p].seen;
        model[space][p].seen = 0;
        revoke(space, p, rights, flush && space != 0);
    }
    return status;
}

void model_destroy(int space)
{
    for (int p = 0; p < MODEL_PAGES; p++)
        if (model[space][p].present)
            revoke(space, p, 7, true);
}

void model_access(int space, int page, unsigned right)
{
    while (space >= 0) {
        struct model_page *m = &model[space][page];
        m->seen |= right;
        space = m->space;
        page = m->page;
    }
}
