/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unmap, and the status bits it gives.
 * clauses: 3500
 */
#include "clause.h"
#include "mapping.h"

static void test_revoke(void)
{
    map_chain();
    CLAUSE(3500, "2.11", "a mapping is mapped on", reads(&b, at(4), 1000));
    L4_UnmapFpage(source(0, 12, RWX));
    CLAUSE(3501, "2.11", "Unmap takes the page from whom it was mapped to",
           read_faults(&a, at(0)));
    CLAUSE(3502, "2.11", "Unmap takes the page from those behind, too",
           read_faults(&b, at(4)));
    CLAUSE_IS(3503, "2.11", "the caller of Unmap keeps the page", pages[0][0],
              1000);
    map_chain();
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 0);
    CLAUSE(3504, "2.11", "one in the middle takes it from those behind him",
           read_faults(&b, at(4)));
    CLAUSE(3505, "2.11", "one in the middle keeps the page himself",
           reads(&a, at(0), 1000));
    unmap_all();
    map_chain();
    act(&b, OP_UNMAP, page_at(at(4), RWX).raw, 0);
    CLAUSE(3506, "2.11", "the last one takes nothing from anybody",
           reads(&a, at(0), 1000) && reads(&b, at(4), 1000));
    unmap_all();
    map_chain();
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 1);
    CLAUSE(3507, "2.11", "with f the page goes from the caller as well",
           read_faults(&a, at(0)) && read_faults(&b, at(4)));
    CLAUSE_IS(3508, "2.11",
              "a flush does not take the page from whom the caller has it",
              pages[0][0], 1000);
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    CLAUSE(3509, "2.11", "a flushed page may be mapped again",
           reads(&a, at(0), 1000));
    unmap_all();
}

static void test_rights(void)
{
    map_chain();
    L4_UnmapFpage(source(0, 12, W));
    CLAUSE(3510, "2.11", "revoking w leaves pages readable",
           reads(&a, at(0), 1000) && reads(&b, at(4), 1000));
    CLAUSE(3511, "2.11", "revoked w is revoked at the end of the chain",
           !writes(&b, at(4), 2) && b.fault == W);
    CLAUSE(3512, "2.11", "revoked w is revoked in the middle of the chain",
           !writes(&a, at(0), 2) && a.fault == W);
    pages[0][0] = 1000;
    CLAUSE_IS(3513, "2.11", "the caller keeps a right it revokes", pages[0][0],
              1000);
    unmap_all();
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    act(&a, OP_UNMAP, page_at(at(0), W).raw, 1);
    CLAUSE(3514, "2.11", "with f the caller's own right goes",
           reads(&a, at(0), 1000) && !writes(&a, at(0), 2));
    unmap_all();
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    L4_UnmapFpage(source(0, 12, 0));
    CLAUSE(3515, "2.11", "without rights in the fpage nothing is revoked",
           writes(&a, at(0), 1000));
    unmap_all();
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    L4_UnmapFpage(source(0, 12, R));
    CLAUSE(3516, "2.11; 5.1 # K14",
           "revoking r alone does not leave the page readable",
           read_faults(&a, at(0)));
    unmap_all();
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    L4_UnmapFpage(source(0, 12, X));
    CLAUSE(3517, "2.11", "revoking x leaves a page readable and writable",
           writes(&a, at(0), 1000) && reads(&a, at(0), 1000));
    unmap_all();
}

static void test_several(void)
{
    L4_Fpage_t f[3] = { source(0, 12, RWX), L4_Nilpage, source(1, 12, RWX) };
    L4_Fpage_t all[64];

    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    map_to(&a, window(1, 12), source(1, 12, RW), 0);
    L4_UnmapFpages(3, f);
    CLAUSE(3518, "2.11; 4.4",
           "several fpages in one call, a nil one among them",
           read_faults(&a, at(0)) && read_faults(&a, at(1)));
    CLAUSE(3519, "2.11", "they come back as they were but for the rights",
           L4_Address(f[2]) == (L4_Word_t)pages[1] && L4_SizeLog2(f[2]) == 12 &&
               L4_IsNilFpage(f[1]));
    for (int i = 0; i < 64; i++)
        all[i] = source(i & 7, 12, RWX);
    map_to(&a, window(0, 15), source(0, 15, RW), 0);
    L4_UnmapFpages(64, all);
    CLAUSE(3520, "2.11; 4.4", "64 fpages in one call",
           read_faults(&a, at(0)) && read_faults(&a, at(7)));
    map_to(&a, window(0, 13), source(0, 13, RW), 0);
    L4_UnmapFpage(source(1, 12, RWX));
    CLAUSE(3521, "2.11", "a part of what was mapped in one item",
           reads(&a, at(0), 1000) && read_faults(&a, at(1)));
    unmap_all();
    map_to(&a, window(2, 12), source(2, 12, RW), 0);
    map_to(&a, window(5, 12), source(5, 12, RW), 0);
    L4_UnmapFpage(source(0, 15, RWX));
    CLAUSE(3522, "2.11", "a large fpage takes all the pages inside it",
           read_faults(&a, at(2)) && read_faults(&a, at(5)));
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    L4_UnmapFpage(L4_FpageAddRights(L4_CompleteAddressSpace, RWX));
    CLAUSE(3523, "2.11; 1.4 name L4_CompleteAddressSpace",
           "the complete space takes back everything",
           read_faults(&a, at(0)) && pages[0][0] == 1000);
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    L4_UnmapFpage(
        L4_FpageAddRights(L4_FpageLog2((L4_Word_t)pages[0], 10), RWX));
    CLAUSE(3524, "1.4; 2.11", "an fpage below the page size means the page",
           read_faults(&a, at(0)));
    L4_UnmapFpage(page_at(FREE_WINDOW + 0x700000, RWX));
    CLAUSE(3525, "2.11", "pages that are not mapped are passed over",
           pages[0][0] == 1000);
}

static L4_Word_t status(int page)
{
    return L4_Rights(L4_GetStatus(source(page, 12, 0)));
}

static void test_status(void)
{
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    status(0);
    CLAUSE_IS(3526, "2.11", "asking for the status resets it", status(0), 0);
    (void)*(volatile L4_Word_t *)pages[0];
    CLAUSE_IS(3527, "2.11; 5.3 # A22", "the caller's own read shows as r",
              status(0) & RW, R);
    *(volatile L4_Word_t *)pages[0] = 1000;
    CLAUSE_IS(3528, "2.11", "his write shows as w and implies r",
              status(0) & RW, RW);
    CLAUSE_IS(3529, "2.11", "the caller's accesses show once", status(0), 0);
    reads(&a, at(0), 1000);
    CLAUSE_IS(3530, "2.11", "a read through a derived mapping shows",
              status(0) & RW, R);
    writes(&a, at(0), 1000);
    CLAUSE_IS(3531, "2.11", "a write through a derived mapping shows",
              status(0) & W, W);
    CLAUSE_IS(3532, "2.11", "accesses through derived mappings show once",
              status(0), 0);
    writes(&a, at(0), 1000);
    CLAUSE_IS(3533, "2.11", "a child's query shows its write",
              act(&a, OP_UNMAP, page_at(at(0), 0).raw, 0) & W, W);
    CLAUSE_IS(3534, "2.11",
              "a child's query does not hide its write from the parent",
              status(0) & W, W);
    writes(&a, at(0), 1000);
    status(0);
    CLAUSE_IS(3535, "2.11",
              "a parent's query does not hide a write from the child",
              act(&a, OP_UNMAP, page_at(at(0), 0).raw, 0) & W, W);
    status(0);
    *(volatile L4_Word_t *)pages[0] = 1000;
    CLAUSE_IS(3536, "2.11", "a child's query does not show the parent's write",
              act(&a, OP_UNMAP, page_at(at(0), 0).raw, 0) & W, 0);
    status(0);
    writes(&a, at(0), 1000);
    CLAUSE_IS(3537, "2.11", "Unmap gathers the status of what it removes",
              L4_Rights(L4_UnmapFpage(source(0, 12, RWX))) & W, W);
    CLAUSE_IS(3538, "2.11", "what Unmap gathered is reset", status(0), 0);
    CLAUSE_IS(3539, "2.11", "a page that nobody wrote since shows no w",
              status(5) & W, 0);
}

static void test_more_status(void)
{
    L4_Fpage_t f;

    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    status(0);
    writes(&a, at(0), 1000);
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 1);
    CLAUSE_IS(3540, "2.11", "a write before the child gave the page up shows",
              status(0) & W, W);
    map_chain();
    status(0);
    writes(&b, at(4), 1000);
    CLAUSE_IS(3541, "2.11", "a grandchild's write shows", status(0) & W, W);
    CLAUSE_IS(3542, "2.11", "a grandchild's write shows to the one in between",
              act(&a, OP_UNMAP, page_at(at(0), 0).raw, 0) & W, W);
    unmap_all();
    status(0);
    status(1);
    *(volatile L4_Word_t *)pages[1] = 1001;
    f = L4_GetStatus(source(0, 13, 0));
    CLAUSE_IS(3543, "2.11", "a large fpage gathers over its pages",
              L4_Rights(f) & W, W);
    CLAUSE(3544, "4.4", "L4_WasWritten and L4_WasReferenced test the bits",
           L4_WasWritten(f) && L4_WasReferenced(f));
    f = L4_GetStatus(source(0, 13, 0));
    CLAUSE(3545, "4.4", "they say no when nothing happened",
           !L4_WasWritten(f) && !L4_WasReferenced(f) && !L4_WaseXecuted(f));
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    L4_GetStatus(source(0, 12, RWX));
    CLAUSE(3546, "4.4", "L4_GetStatus revokes nothing, whatever the rights",
           writes(&a, at(0), 1000));
    unmap_all();
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    CLAUSE_IS(3561, "2.11; 2.10.5", "a right that is added shows no access",
              act(&a, OP_UNMAP, page_at(at(0), 0).raw, 0) & RWX, 0);
    f = L4_Flush(source(7, 12, X));
    CLAUSE(3547, "4.4; 2.11", "L4_Flush of x leaves the page to the caller",
           *(volatile L4_Word_t *)pages[7] == 1007);
    unmap_all();
}

static void test_protected(void)
{
    L4_Fpage_t utcb = L4_FpageLog2(utcb_first, 12);

    CLAUSE_IS(3548, "2.11", "the KIP comes back with rights 0",
              L4_Rights(L4_Flush(L4_FpageAddRights(kip_area(), RWX))), 0);
    CLAUSE_IS(3549, "2.11", "UTCBs come back with rights 0",
              L4_Rights(L4_Flush(L4_FpageAddRights(utcb, RWX))), 0);
    CLAUSE_IS(3550, "2.11; 1.19", "the KIP is not unmapped",
              *(volatile L4_Word_t *)kip_address & 0xffffffff,
              (L4_Word_t)L4_MAGIC & 0xffffffff);
    CLAUSE_IS(3551, "2.11; 1.19", "UTCBs are not unmapped", L4_MyGlobalId().raw,
              main_id.raw);
    L4_Flush(L4_FpageAddRights(L4_FpageLog2(~(L4_Word_t)0xffff, 16), RWX));
    CLAUSE_IS(3552, "2.11", "the kernel's area is passed over", pages[0][0],
              1000);
}

static void test_large(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 22, L4_CompleteAddressSpace);
    L4_Word_t base = L4_Address(f), size = (L4_Word_t)1 << 22;
    L4_Word_t to = win + 4 * size, step = 0x1000;

    for (L4_Word_t i = 0; i < size; i += step)
        *(L4_Word_t *)(base + i) = i;
    f = L4_FpageAddRights(L4_FpageLog2(base, 22), RW);
    map_to(&a, L4_FpageLog2(to, 22), f, 0);
    L4_UnmapFpage(page_at(base + 9 * step, RWX));
    CLAUSE(3553, "2.11",
           "a page in the middle of a large mapping is taken back",
           read_faults(&a, to + 9 * step));
    CLAUSE(3554, "2.11", "neighbours of a page taken from a large mapping stay",
           reads(&a, to + 8 * step, 8 * step) &&
               reads(&a, to + 10 * step, 10 * step) && reads(&a, to, 0));
    L4_UnmapFpage(L4_FpageAddRights(L4_FpageLog2(base, 22), W));
    CLAUSE(3555, "2.11", "w is taken from the rest of a large mapping",
           reads(&a, to + 20 * step, 20 * step) &&
               !writes(&a, to + 20 * step, 1) && a.fault == W);
    act(&a, OP_UNMAP, page_at(to + 30 * step, RWX).raw, 1);
    CLAUSE(3556, "2.11; 5.1 # K14", "a flush of one page of a large mapping",
           read_faults(&a, to + 30 * step));
    CLAUSE(3557, "2.11; 5.1 # K14",
           "a flush of one page leaves the others of a large mapping",
           reads(&a, to + 31 * step, 31 * step));
    L4_UnmapFpage(L4_FpageAddRights(f, RWX));
    CLAUSE(3558, "2.11",
           "the rest of a large mapping is taken back in one call",
           read_faults(&a, to + step) && read_faults(&a, to + 31 * step));
    CLAUSE_IS(3559, "2.11", "the caller keeps all pages of a large mapping",
              *(volatile L4_Word_t *)(base + 9 * step), 9 * step);
    L4_Flush(page_at(base + 3 * step, RWX));
    CLAUSE_IS(3560, "2.11; 5.1 # K14",
              "flushing a page of one's own large mapping leaves its neighbour",
              *(volatile L4_Word_t *)(base + 4 * step), 4 * step);
    L4_Flush(L4_FpageAddRights(f, RWX));
}

int main(void)
{
    mapping_init();
    test_revoke();
    test_rights();
    test_several();
    test_status();
    test_more_status();
    test_protected();
    test_large();
    return CLAUSES_END();
}
