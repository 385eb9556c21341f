/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * There are no I/O ports: what would be an I/O fpage elsewhere, size 2, is an
 * fpage that names nothing (x2.md 1.5).
 */
#include "accessor.h"
#include "tap.h"

enum { IO = 0x20, ERR_UTCB_AREA = 6, ERR_KIP_AREA = 7 };

static struct accessor a;

/* The ports whose fpage has the address of this page in it. */
static L4_Fpage_t ports(const void *page)
{
    return (L4_Fpage_t){ .raw = ((L4_Word_t)page & ~(L4_Word_t)0xfff) | IO };
}

static void test_items(void)
{
    L4_Fpage_t io = L4_FpageAddRights(ports(poison), L4_FullyAccessible);
    L4_Fpage_t page = page_at((L4_Word_t)poison, L4_FullyAccessible);
    L4_Fpage_t all = L4_CompleteAddressSpace;

    act(&a, OP_READ, image_low, 0);
    is(map_to(&a, all, io, FREE_WINDOW), 0,
       "a map item with an I/O fpage arrives");
    ok(read_faults(&a, FREE_WINDOW), "and maps nothing");
    is(grant_to(&a, all, io, FREE_WINDOW), 0, "so does a grant");
    ok(read_faults(&a, FREE_WINDOW) && poison[0] == 0, "which takes nothing");
    map_to(&a, ports((void *)FREE_WINDOW), page, 0);
    ok(read_faults(&a, FREE_WINDOW), "as a window it accepts nothing");
    is(map_to(&a, all, (L4_Fpage_t){ .raw = 0x4020 }, 0), 0,
       "all ports are nothing");
    ok(read_faults(&a, 0) && read_faults(&a, 0x4000), "not even at 0");
}

static void test_unmap(void)
{
    L4_Fpage_t page = page_at((L4_Word_t)poison, L4_FullyAccessible);
    L4_Fpage_t io = ports(poison);

    map_to(&a, L4_FpageLog2(FREE_WINDOW, 12), page, 0);
    ok(reads(&a, FREE_WINDOW, 0), "a page is mapped");
    io.raw |= L4_FullyAccessible;
    is(L4_UnmapFpage(io).raw, ports(poison).raw, "Unmap of ports: no status");
    is(L4_Flush(io).raw, ports(poison).raw, "nor with flush");
    ok(reads(&a, FREE_WINDOW, 0), "the page is still there");
    L4_UnmapFpage(page);
}

static void test_areas(void)
{
    L4_ThreadId_t t = L4_GlobalId(user_base + 200, 1);
    L4_Fpage_t io = ports((void *)FREE_WINDOW);
    L4_Word_t old;

    L4_ThreadControl(t, t, main_id, L4_nilthread, NO_UTCB);
    ok(!L4_SpaceControl(t, 0, io, utcb_area(), L4_anythread, &old) &&
           L4_ErrorCode() == ERR_KIP_AREA,
       "no KIP area of ports");
    ok(!L4_SpaceControl(t, 0, kip_area(), io, L4_anythread, &old) &&
           L4_ErrorCode() == ERR_UTCB_AREA,
       "no UTCB area of ports");
    thread_delete(t);
}

static void test_sigma0(void)
{
    L4_ThreadId_t sigma0 = L4_GlobalId(user_base, 1);
    L4_Fpage_t got = L4_Sigma0_GetPage_RcvWindow(
        sigma0, (L4_Fpage_t){ .raw = 0x4020 }, L4_CompleteAddressSpace);

    ok(L4_IsNilFpage(got), "sigma0 has no ports");
}

int main(void)
{
    plan(14);
    support_init();
    accessor_init(&a);
    test_items();
    test_unmap();
    test_areas();
    test_sigma0();
    return tap_status();
}
