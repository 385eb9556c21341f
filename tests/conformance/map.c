/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Map and grant items.
 * clauses: 3400
 */
#include "clause.h"
#include "mapping.h"

static void test_map(void)
{
    CLAUSE(3400, "2.10.5; 3.7", "nothing is mapped in a new space",
           read_faults(&a, at(0)));
    CLAUSE_IS(3401, "2.10.5; 1.11 bits 3..1 100", "a map item is sent",
              map_to(&a, window(0, 12), source(0, 12, RW), 0), 0);
    CLAUSE_IS(3402, "2.10.4", "the receiver's tag announces its two words",
              a.tag.raw, 2 << 6);
    CLAUSE(3403, "2.10.5; 1.4 bits 2", "the receiver reads the page",
           reads(&a, at(0), 1000));
    CLAUSE(3404, "2.10.5; 1.4 bits 1", "the receiver writes the page",
           writes(&a, at(0), 77));
    CLAUSE_IS(3405, "2.10.5", "the sender sees what was written: one frame",
              *(volatile L4_Word_t *)pages[0], 77);
    pages[0][0] = 1000;
    CLAUSE(3406, "2.10.5", "the page behind it is not mapped",
           read_faults(&a, at(1)));
    CLAUSE(3407, "2.10.5", "the page before it is not mapped",
           read_faults(&a, at(0) - 8));
    unmap_all();
}

static void test_rights(void)
{
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    CLAUSE(3408, "2.10.5", "a page mapped with r is read",
           reads(&a, at(0), 1000));
    CLAUSE(3409, "2.10.5; 3.3", "a write to it faults with w",
           !writes(&a, at(0), 1) && a.fault == W);
    CLAUSE_IS(3410, "2.10.5", "a refused write does not reach the frame",
              pages[0][0], 1000);
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    CLAUSE(3411, "2.10.5", "mapping the same frame there again adds rights",
           writes(&a, at(0), 78));
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    CLAUSE(3412, "2.10.5", "mapping it again with fewer rights takes none",
           writes(&a, at(0), 1000));
    unmap_all();
    CLAUSE(3413, "2.10.5",
           "a map item without rights succeeds and maps nothing",
           map_to(&a, window(0, 12), source(0, 12, 0), 0) == 0 &&
               read_faults(&a, at(0)));
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    pass_on(RW);
    CLAUSE(3414, "2.10.5", "nobody gives a right he has not got",
           reads(&b, at(4), 1000) && !writes(&b, at(4), 3));
    unmap_all();
    L4_Fpage_t hole = L4_FpageAddRights(L4_FpageLog2(win, 12), RW);
    CLAUSE(3415, "2.10.5", "source pages that are not mapped are passed over",
           map_to(&a, window(0, 12), hole, 0) == 0 && read_faults(&a, at(0)));
    L4_Fpage_t odd = source(0, 12, R);
    odd.raw |= 8;
    map_to(&a, window(0, 12), odd, 0);
    CLAUSE(3416, "1.4 bits 3", "bit 3 of a send fpage is ignored",
           reads(&a, at(0), 1000));
    unmap_all();
}

/* Which page shows where: a digit names the page, - is nothing. */
static bool window_is(const char *expected)
{
    bool good = true;

    for (int i = 0; i < PAGES; i++) {
        bool mapped = expected[i] != '-';
        L4_Word_t want = 1000 + (L4_Word_t)(expected[i] - '0');
        good &= mapped ? reads(&a, at(i), want) : read_faults(&a, at(i));
        if (!good) {
            printf("# window page %d is wrong\n", i);
            break;
        }
    }
    unmap_all();
    return good;
}

static void test_windows(void)
{
    map_to(&a, window(0, 15), source(0, 15, R), 0);
    CLAUSE(3417, "2.10.5 case s = r", "equal sizes: all of it, in place",
           window_is("01234567"));
    map_to(&a, window(0, 14), source(4, 14, R), at(2));
    CLAUSE(3418, "2.10.5 case s = r", "the send base plays no role then",
           window_is("4567----"));
    map_to(&a, window(0, 15), source(2, 13, R), at(4));
    CLAUSE(3419, "2.10.5 case s < r", "a smaller fpage goes to the send base",
           window_is("----23--"));
    map_to(&a, window(0, 15), source(2, 13, R), at(5));
    CLAUSE(3420, "2.10.5 case s < r",
           "the send base is rounded down to the fpage's size",
           window_is("----23--"));
    map_to(&a, window(0, 15), source(2, 13, R), at(4 + 8 * 9));
    CLAUSE(3421, "2.10.5 case s < r",
           "the send base counts modulo the window's size",
           window_is("----23--"));
    map_to(&a, window(2, 13), source(0, 15, R), 6 * PAGE_SIZE);
    CLAUSE(3422, "2.10.5 case s > r",
           "a larger fpage gives the part at the send base",
           window_is("--67----"));
    map_to(&a, window(2, 13), source(0, 15, R), 7 * PAGE_SIZE);
    CLAUSE(3423, "2.10.5 case s > r",
           "the send base is rounded down to the window's size",
           window_is("--67----"));
    map_to(&a, window(2, 13), source(0, 15, R), (4 + 8 * 3) * PAGE_SIZE);
    CLAUSE(3424, "2.10.5 case s > r",
           "the send base counts modulo the fpage's size",
           window_is("--45----"));
    map_to(&a, L4_CompleteAddressSpace, source(3, 12, R), at(5));
    CLAUSE(3425, "2.10.5; 1.4 name L4_CompleteAddressSpace",
           "the complete space as window: the send base is the address",
           window_is("-----3--"));
    map_to(&a, window(0, 15),
           L4_FpageAddRights(L4_FpageLog2((L4_Word_t)pages[1], 10), R), 0);
    CLAUSE(3426, "1.4", "an fpage smaller than a page maps nothing",
           window_is("--------"));
    map_to(&a, window(1, 13), source(3, 13, R), 0);
    CLAUSE(3427, "1.4",
           "bases of fpage and window are rounded down to their size",
           window_is("23------"));
    L4_Fpage_t w = window(0, 12);
    w.raw |= RWX;
    map_to(&a, w, source(0, 12, R), 0);
    CLAUSE(3428, "5.3 # A20; 1.10", "rights in the window are ignored",
           !writes(&a, at(0), 1));
    unmap_all();
}

static void test_nil(void)
{
    CLAUSE_IS(3429, "2.10.4 error 4; 2.10.8 e 4",
              "a map item and a nil window: message overflow at the sender",
              map_to(&a, L4_Nilpage, source(0, 12, R), 0) & 15,
              E_OVERFLOW << 1);
    CLAUSE(3430, "2.10.4 error 4; 2.10.8 e 4",
           "overflow at the receiver as well, in its receive phase",
           L4_IpcFailed(a.tag) && (a.error & 15) == (E_OVERFLOW << 1 | 1));
    CLAUSE_IS(3431, "2.10.4", "a nil fpage and a nil window: overflow, too",
              map_to(&a, L4_Nilpage, L4_Nilpage, 0) & 15, E_OVERFLOW << 1);
    CLAUSE_IS(3432, "2.10.4", "a grant item and a nil window: overflow, too",
              grant_to(&a, L4_Nilpage, source(0, 12, R), 0) & 15,
              E_OVERFLOW << 1);
    CLAUSE(3433, "1.4 name L4_Nilpage; 2.10.5",
           "a nil fpage into a window succeeds and maps nothing",
           map_to(&a, window(0, 12), L4_Nilpage, 0) == 0 &&
               read_faults(&a, at(0)));
}

/* Send the items in MR2.. to a, whose window is that of the first argument. */
static L4_Word_t send_items(L4_Fpage_t w, const L4_Word_t *item, int words)
{
    L4_MsgTag_t tag;
    L4_Word_t error;

    act(&a, OP_WINDOW, w.raw, 0);
    L4_LoadMR(1, OP_NONE);
    for (int i = 0; i < words; i++)
        L4_LoadMR(2 + i, item[i]);
    L4_Set_MsgTag(words_tag(1, (unsigned)words));
    tag = L4_Send(a.id);
    error = tag_error(tag);
    collect(&a);
    return error;
}

static void test_several(void)
{
    L4_Word_t items[62];

    items[0] = 8;
    items[1] = source(0, 12, R).raw;
    items[2] = at(3) | 8;
    items[3] = source(1, 12, R).raw;
    send_items(window(0, 15), items, 4);
    CLAUSE(3434, "2.10.4; 2.10.5", "two items in one message",
           window_is("0--1"
                     "----"));
    items[0] = 9;
    items[2] = at(3) | 9;
    send_items(window(0, 15), items, 4);
    CLAUSE(3435, "1.11; 5.3 # A6", "bit C of an item is ignored on input",
           window_is("0--1----"));
    for (int i = 0; i < 31; i++) {
        items[2 * i] = at(i & 7) | 8;
        items[2 * i + 1] = source(i & 7, 12, R).raw;
    }
    CLAUSE_IS(3436, "2.10.4; 1.7", "31 map items fill a message",
              send_items(window(0, 15), items, 62), 0);
    CLAUSE(3437, "2.10.5", "all items of a full message are mapped",
           window_is("01234567"));
    items[0] = at(0) | 8;
    items[1] = source(0, 12, R).raw;
    items[2] = at(0) | 8;
    items[3] = source(5, 12, R).raw;
    send_items(window(0, 15), items, 4);
    CLAUSE(3438, "2.10.4", "items are handled in order: the later one stays",
           window_is("5-------"));
    items[2] = 0xe;
    CLAUSE(3439, "2.10.4 error 4",
           "what was mapped before an overflow stays mapped",
           (send_items(window(0, 15), items, 4) & 15) == E_OVERFLOW << 1 &&
               window_is("0-------"));
}

static void test_replace(void)
{
    map_to(&a, window(0, 12), source(0, 12, R), 0);
    map_to(&a, window(0, 12), source(1, 12, R), 0);
    CLAUSE(3440, "2.10.5", "another frame replaces what was mapped there",
           reads(&a, at(0), 1001));
    L4_UnmapFpage(source(0, 12, RWX));
    CLAUSE(3441, "2.10.5",
           "a mapping that replaced another does not depend on that one",
           reads(&a, at(0), 1001));
    unmap_all();
    map_chain();
    map_to(&a, window(0, 12), source(1, 12, R), 0);
    CLAUSE(3442, "2.10.5",
           "what was derived from the replaced mapping is gone, too",
           read_faults(&b, at(4)) && reads(&a, at(0), 1001));
    unmap_all();
    /* The same frame from another: not the same source. */
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    map_to(&b, window(4, 12), source(0, 12, RW), 0);
    CLAUSE(3443, "2.10.5", "one page is mapped to two receivers",
           writes(&a, at(0), 1000) && reads(&b, at(4), 1000));
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 1);
    CLAUSE(3444, "2.10.5; 2.11",
           "one receiver's flush does not touch the other",
           read_faults(&a, at(0)) && reads(&b, at(4), 1000));
    unmap_all();
}

static volatile L4_Word_t own[PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));

static void send_to_main(L4_Word_t raw)
{
    L4_LoadMR(0, 2 << 6);
    L4_LoadMR(1, at(6) | 8);
    L4_LoadMR(2, raw);
    L4_Send(main_id);
}

static void test_own_space(void)
{
    L4_ThreadId_t t;

    own[0] = 4711;
    L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
    t = thread_here(send_to_main, page_at((L4_Word_t)own, R).raw, PRIO_MID);
    L4_Receive(t);
    CLAUSE_IS(3445, "2.10.5",
              "mapping within one space at another address works",
              *(volatile L4_Word_t *)at(6), 4711);
    own[0] = 4712;
    CLAUSE_IS(3446, "2.10.5", "the copy is the same frame",
              *(volatile L4_Word_t *)at(6), 4712);
    L4_UnmapFpage(page_at((L4_Word_t)own, RWX));
    CLAUSE_IS(3447, "2.10.5; 2.11", "the original stays when the copy is taken",
              own[0], 4712);
    L4_Accept(L4_UntypedWordsAcceptor);
    thread_delete(t);
}

static L4_Fpage_t own_page(L4_Word_t value)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);

    *(volatile L4_Word_t *)L4_Address(f) = value;
    return page_at(L4_Address(f), RW);
}

static void test_grant(void)
{
    L4_Fpage_t f = own_page(555);

    CLAUSE_IS(3448, "2.10.5; 1.11 bits 3..1 101", "a grant item is sent",
              grant_to(&a, window(0, 12), f, 0), 0);
    CLAUSE(3449, "2.10.5", "the receiver has the page and its rights",
           reads(&a, at(0), 555) && writes(&a, at(0), 556));
    L4_UnmapFpage(page_at(L4_Address(f), RWX));
    L4_Flush(page_at(L4_Address(f), RWX));
    CLAUSE(3450, "2.10.5", "who granted it cannot take it back",
           reads(&a, at(0), 556));
    pass_on(RW);
    CLAUSE(3451, "2.10.5", "the receiver may map it on", reads(&b, at(4), 556));
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 0);
    CLAUSE(3452, "2.10.5; 2.11", "the receiver may revoke what it mapped on",
           read_faults(&b, at(4)) && reads(&a, at(0), 556));
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 1);
    CLAUSE(3453, "2.10.5; 2.11", "the receiver gives the page up by a flush",
           read_faults(&a, at(0)));
}

static void test_grant_chain(void)
{
    /* main maps to a, a grants to b: b's page comes from main then. */
    map_to(&a, window(0, 12), source(0, 12, RW), 0);
    act(&b, OP_WINDOW, window(4, 12).raw, 0);
    post(&b, OP_RECEIVE, a.id.raw, 0, 0);
    post(&a, OP_SEND_ITEM, b.id.raw, 0xa, page_at(at(0), RW).raw);
    collect(&a);
    collect(&b);
    CLAUSE(3454, "2.10.5", "a page that was mapped is granted on",
           reads(&b, at(4), 1000));
    CLAUSE(3455, "2.10.5", "who granted a page has lost it",
           read_faults(&a, at(0)));
    L4_UnmapFpage(source(0, 12, RWX));
    CLAUSE(3456, "2.10.5",
           "its new owner is in the old one's place: the mapper revokes it",
           read_faults(&b, at(4)));
    unmap_all();
    L4_Fpage_t f = own_page(9);
    map_to(&a, window(0, 12), f, 0);
    grant_to(&b, window(4, 12), f, 0);
    CLAUSE(3457, "2.10.5", "mappings derived from a granted page stay",
           reads(&a, at(0), 9) && reads(&b, at(4), 9));
    act(&b, OP_UNMAP, page_at(at(4), RWX).raw, 0);
    CLAUSE(3458, "2.10.5",
           "mappings derived from a granted page are revoked by its new owner",
           read_faults(&a, at(0)) && reads(&b, at(4), 9));
    act(&b, OP_UNMAP, page_at(at(4), RWX).raw, 1);
    f = own_page(10);
    grant_to(&a, window(0, 12), page_at(L4_Address(f), R), 0);
    CLAUSE(3459, "2.10.5", "a grant with fewer rights gives fewer rights",
           reads(&a, at(0), 10) && !writes(&a, at(0), 11));
    act(&a, OP_UNMAP, page_at(at(0), RWX).raw, 1);
}

static L4_Word_t __attribute__((noinline, aligned(64))) leaf(void)
{
    return 4242;
}

static void test_execute(void)
{
    bool has_x = (L4_PageRights(L4_GetKernelInterface()) & X) != 0;
    L4_Word_t code = (L4_Word_t)leaf, entry = at(0) + (code & 0xfff);

    map_to(&a, window(0, 12), page_at(code, R | X), 0);
    CLAUSE_IS(3460, "2.10.5; 1.4 bits 0", "code in a page with r and x runs",
              act(&a, OP_CALL, entry, 0), 4242);
    L4_UnmapFpage(page_at(code, RWX));
    map_to(&a, window(0, 12), page_at(code, R), 0);
    replacement = code & ~(L4_Word_t)0xfff;
    act(&a, OP_CALL, entry, 0);
    CLAUSE_IS(3461, "2.10.5; 1.17 field PageInfo, 0..2; 1.4 bits 0",
              "with r alone it runs only where PageInfo has no x", a.fault,
              has_x ? X : 0);
    replacement = (L4_Word_t)poison;
    L4_UnmapFpage(page_at(code, RWX));
}

static bool magic_at(L4_Word_t value)
{
    return (value & 0xffffffff) == ((L4_Word_t)L4_MAGIC & 0xffffffff);
}

static void test_protected(void)
{
    L4_Fpage_t utcb = L4_FpageLog2(utcb_first, 12);
    L4_Fpage_t kernel = L4_FpageLog2(~(L4_Word_t)0xffff, 12);
    L4_Word_t id;

    id = act(&a, OP_READ, utcb_first + 49 * sizeof(L4_Word_t), 0);
    map_to(&a, kip_area(), source(0, 12, RW), 0);
    CLAUSE(3462, "2.10.5; 1.19", "the KIP is not mapped over",
           magic_at(act(&a, OP_READ, kip_address, 0)));
    map_to(&a, utcb, source(0, 12, RW), 0);
    CLAUSE_IS(3463, "2.10.5; 1.19", "the UTCB area is not mapped over",
              act(&a, OP_READ, utcb_first + 49 * sizeof(L4_Word_t), 0), id);
    CLAUSE_IS(3464, "2.10.5", "a window in the kernel's area is passed over",
              map_to(&a, kernel, source(0, 12, RW), 0), 0);
    CLAUSE(3465, "2.10.5; 1.19", "the KIP is not mapped on",
           map_to(&a, window(0, 12),
                  L4_FpageAddRights(L4_FpageLog2(kip_address, 12), RW),
                  0) == 0 &&
               read_faults(&a, at(0)));
    CLAUSE(3466, "2.10.5; 1.19", "a UTCB is not mapped on",
           map_to(&a, window(0, 12), L4_FpageAddRights(utcb, RW), 0) == 0 &&
               read_faults(&a, at(0)));
    CLAUSE(3467, "2.10.5", "the kernel's memory is not mapped on",
           map_to(&a, window(0, 12), L4_FpageAddRights(kernel, RW), 0) == 0 &&
               read_faults(&a, at(0)));
    post(&a, OP_WRITE, kip_address, 1, 0);
    L4_MsgTag_t tag = L4_Receive(a.id);
    CLAUSE(3468, "1.17; 3.3", "a write to the KIP faults",
           protocol(tag) == LABEL_PAGE_FAULT &&
               magic_at(*(volatile L4_Word_t *)kip_address));
    thread_delete(a.id); /* nobody can map a page there */
    accessor_init(&a);
}

static void test_large(void)
{
    L4_Fpage_t f = L4_Sigma0_GetAny(L4_nilthread, 22, L4_CompleteAddressSpace);
    L4_Word_t base = L4_Address(f), size = (L4_Word_t)1 << 22;
    L4_Word_t to = win + 4 * size, step = 0x1000;
    bool good = true;

    for (L4_Word_t i = 0; i < size; i += step)
        *(L4_Word_t *)(base + i) = i;
    f = L4_FpageAddRights(L4_FpageLog2(base, 22), RW);
    map_to(&a, L4_FpageLog2(to, 22), f, 0);
    for (L4_Word_t i = 0; i < size; i += 16 * step)
        good &= reads(&a, to + i, i);
    CLAUSE(3469, "2.10.5", "4 MiB are mapped in one piece", good);
    map_to(&a, L4_FpageLog2(to, 12), source(2, 12, R), 0);
    CLAUSE(3470, "2.10.5; 5.1 # K15",
           "a page replaces a part of a large mapping",
           reads(&a, to, 1002) && reads(&a, to + step, step));
    L4_UnmapFpage(L4_FpageAddRights(f, RWX));
    CLAUSE(3471, "2.10.5; 2.11",
           "a page put into a large mapping stays when that is taken back",
           read_faults(&a, to + step) && reads(&a, to, 1002));
    unmap_all();
    map_to(&a, L4_FpageLog2(to, 12), source(2, 12, R), 0);
    map_to(&a, L4_FpageLog2(to, 22), f, 0);
    CLAUSE(3472, "2.10.5", "a large mapping replaces a page inside it",
           reads(&a, to, 0) && reads(&a, to + step, step));
    L4_UnmapFpage(L4_FpageAddRights(f, RWX));
    map_to(&a, L4_FpageLog2(to + step, 12),
           L4_FpageAddRights(L4_FpageLog2(base + 5 * step, 12), R), 0);
    CLAUSE(3473, "2.10.5", "a page out of the middle of a large one is mapped",
           reads(&a, to + step, 5 * step) && read_faults(&a, to + 2 * step));
    L4_Flush(L4_FpageAddRights(f, RWX));
}

static void test_space_end(void)
{
    map_chain();
    thread_delete(a.id);
    CLAUSE(3474, "2.4; 2.10.5", "what a dead space had mapped on is gone",
           read_faults(&b, at(4)));
    CLAUSE_IS(3475, "2.4; 2.10.5", "what it had from others stays theirs",
              pages[0][0], 1000);
    accessor_init(&a);
    CLAUSE(3476, "2.4", "a new space has none of the old one's pages",
           read_faults(&a, at(0)));
}

int main(void)
{
    mapping_init();
    test_map();
    test_rights();
    test_windows();
    test_nil();
    test_several();
    test_replace();
    test_own_space();
    test_grant();
    test_grant_chain();
    test_execute();
    test_protected();
    test_large();
    test_space_end();
    return CLAUSES_END();
}
