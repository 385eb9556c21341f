/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start of a program, Pecan's own library, and the small C library.
 */
#include "tap.h"
#include "support.h"

#include <l4/bootinfo.h>
#include <l4/kcp.h>
#include <pecan.h>
#include <stdlib.h>
#include <string.h>

/* Start-up code has to set these: a constructor's work, and addresses. */
static int constructed;
static int *const addresses[2] = { &constructed, &constructed + 1 };
__attribute__((constructor)) static void construct(void)
{
    constructed = 17;
}

static void test_start(void)
{
    int *const *volatile p = addresses;

    is((L4_Word_t)constructed, 17, "constructors run before main");
    ok(p[0] == &constructed && p[1] == p[0] + 1,
       "addresses in data are where the program was loaded");
}

static void test_memory(void)
{
    L4_Fpage_t f = L4_FpageAddRights(L4_FpageLog2(FREE_WINDOW, 12), 7);
    L4_Word_t *window = (L4_Word_t *)FREE_WINDOW;
    void *kip = L4_GetKernelInterface();
    const L4_KernelConfigurationPage_t *kcp = kip;
    L4_BootRec_t *r;
    void *info = pecan_boot_info();

    ok(!L4_IsNilFpage(
           L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(FREE_WINDOW, 12))),
       "any memory, in a window of the asker's choice");
    *window = 5;
    f = L4_GetStatus(f);
    ok(L4_WasWritten(f) && L4_WasReferenced(f), "it was written");
    f = L4_GetStatus(f);
    ok(!L4_WasWritten(f) && !L4_WasReferenced(f), "asking resets that");
    (void)*(volatile L4_Word_t *)window;
    f = L4_GetStatus(f);
    ok(!L4_WasWritten(f) && L4_WasReferenced(f), "it was read");

    is(kcp->magic, L4_MAGIC, "the interface page is one");
    ok(kcp->root_server.low <= (L4_Word_t)test_memory &&
           (L4_Word_t)test_memory < kcp->root_server.high,
       "and knows where this program is");
    ok(info != NULL && L4_BootInfo_Valid(info), "there is boot info");
    r = L4_BootInfo_FirstEntry(info);
    is(L4_BootRec_Type(r), L4_BootInfo_Module, "about modules");
    ok(strstr(pecan_command_line(), "api") != NULL, "this one's name");
    ok(pecan_pages(12) != NULL, "memory the easy way");
}

static void test_time_points(void)
{
    L4_Clock_t start = L4_SystemClock(), end;

    L4_Sleep(L4_TimePoint(L4_ClockAddUsec(start, 20000)));
    end = L4_SystemClock();
    ok(end.raw - start.raw >= 20000 - 32 && end.raw - start.raw < 25000,
       "a sleep until a point in time");
    is(L4_TimePoint(start).raw, L4_ZeroTime.raw, "a point that has passed");
    is(L4_TimePoint(L4_ClockAddUsec(end, 200000000)).raw, L4_Never.raw,
       "a point that is too far");
    is(L4_TimePoint(L4_ClockAddUsec(end, 30000000)).point.a, 1,
       "half a minute is not");
}

static void test_library(void)
{
    char s[64];

    snprintf(s, sizeof(s), "%d|%5d|%-5d|%05d|%+d", -1, 42, 42, 42, 42);
    ok(strcmp(s, "-1|   42|42   |00042|+42") == 0, "decimal numbers");
    snprintf(s, sizeof(s), "%x|%#x|%08lX|%o", 0xbeefU, 0xbeefU, 0xbeefUL, 8U);
    ok(strcmp(s, "beef|0xbeef|0000BEEF|10") == 0, "other bases");
    snprintf(s, sizeof(s), "%llu|%lld|%lu", 18446744073709551615ULL,
             -9223372036854775807LL - 1, 7UL);
    ok(strcmp(s, "18446744073709551615|-9223372036854775808|7") == 0,
       "64 bits");
    snprintf(s, sizeof(s), "%s|%.2s|%5s|%-3s|%c|%%", "abc", "abc", "abc", "a",
             'x');
    ok(strcmp(s, "abc|ab|  abc|a  |x|%") == 0, "strings and characters");
    snprintf(s, sizeof(s), "%*d|%.3d|%hhu|%p", 4, 1, 5, (unsigned char)200,
             (void *)0x10);
    ok(strcmp(s, "   1|005|200|0x10") == 0, "widths, precision, pointers");
    is((L4_Word_t)snprintf(s, 4, "123456"), 6, "a text that is too long");
    ok(strcmp(s, "123") == 0, "is cut");
    memcpy(s, "abcdef", 7);
    memmove(s + 1, s, 5);
    ok(memcmp(s, "aabcde", 6) == 0, "moved onto itself");
    ok(strtoul("0x1f", NULL, 0) == 31 && atoi("-12") == -12, "numbers read");
    ok(strchr("abc", 'c') != NULL && strrchr("abcb", 'b')[1] == 0 &&
           strncmp("abc", "abd", 2) == 0 && strlen("abc") == 3,
       "strings searched");
}

int main(void)
{
    plan(26);
    support_init();
    test_start();
    test_memory();
    test_time_points();
    test_library();
    return tap_status();
}
