/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's accessors against the unions of the user API: ids, fpages, tags,
 * time; the raw values of x2.md Appendix B.
 * sources: generic/time.c
 */
#include "ipc.h"
#include "test.h"
#include "types.h"

#include "api.h"

unsigned char fake_ram[1], fake_tcbs[1];

enum { ROUNDS = 20000 };

static word_t any_word(void)
{
    return test_random() << 32 ^ test_random();
}

TEST(ids_have_the_fields_of_the_api)
{
    for (int i = 0; i < ROUNDS; i++) {
        L4_ThreadId_t t = { .raw = any_word() };
        CHECK(id_number(t.raw) == t.global.X.thread_no);
        CHECK(id_version(t.raw) == t.global.X.version);
        CHECK(id_is_local(t.raw) == !!L4_IsLocalId(t));
        CHECK(id_make(id_number(t.raw), id_version(t.raw)) == t.raw);
        CHECK(id_number(t.raw) == L4_ThreadNo(t));
        CHECK(id_version(t.raw) == L4_Version(t));
    }
    CHECK(id_make(100, 1) == L4_GlobalId(100, 1).raw);
    CHECK(id_make(100, 1) == 0x0000006400000001);
    CHECK(ID_NIL == L4_nilthread.raw && ID_ANY == L4_anythread.raw);
    CHECK(ID_ANY_LOCAL == L4_anylocalthread.raw);
    CHECK(id_is_local(ID_NIL) && id_is_local(ID_ANY_LOCAL));
    CHECK(!id_is_local(ID_ANY));
}

TEST(fpages_have_the_fields_of_the_api)
{
    for (int i = 0; i < ROUNDS; i++) {
        L4_Fpage_t f = { .raw = any_word() };
        CHECK(fpage_rights(f.raw) == f.X.rwx);
        CHECK(fpage_size_bits(f.raw) == f.X.s);
        word_t rights = test_random() & 7;
        L4_Fpage_t g = { .raw = fpage_with_rights(f.raw, rights) };
        CHECK(g.X.rwx == rights && g.X.s == f.X.s && g.X.b == f.X.b);
        CHECK(g.X.extended == 0);
        int bits = 10 + (int)(test_random() % 30);
        L4_Fpage_t h = L4_FpageLog2(any_word(), bits);
        CHECK(fpage_size_bits(h.raw) == (unsigned)bits);
        CHECK(fpage_bytes(h.raw) == L4_Size(h));
        CHECK(fpage_base(h.raw) % fpage_bytes(h.raw) == 0);
        CHECK(fpage_base(h.raw) <= L4_Address(h));
        CHECK(L4_Address(h) - fpage_base(h.raw) < fpage_bytes(h.raw));
    }
    CHECK(FPAGE_NIL == L4_Nilpage.raw);
    CHECK(FPAGE_COMPLETE == L4_CompleteAddressSpace.raw);
    CHECK(RIGHT_R == L4_Readable && RIGHT_W == L4_Writable);
    CHECK(RIGHT_X == L4_eXecutable && RIGHTS_ALL == L4_FullyAccessible);
    L4_Fpage_t f = L4_FpageLog2(0x400000, 22);
    CHECK((L4_Set_Rights(&f, RIGHT_R | RIGHT_W), f.raw) == 0x400166);
    CHECK((L4_Fpage(0x1000, 4097).raw & ~7ul) == 0x10d0);
}

TEST(tags_have_the_fields_of_the_api)
{
    for (int i = 0; i < ROUNDS; i++) {
        L4_MsgTag_t t = { .raw = any_word() };
        CHECK(tag_untyped(t.raw) == t.X.u);
        CHECK(tag_typed(t.raw) == t.X.t);
        CHECK(tag_label(t.raw) == t.X.label);
        CHECK(((t.raw & TAG_FLAGS) >> 12) == t.X.flags);
    }
    CHECK(tag_make(-2, RIGHT_W, 2) == 0xffffffffffe20002);
    CHECK(tag_make(-1, 0, 0) == 0xfffffffffff00000);
    CHECK(tag_make(-5, 0, 12) == 0xffffffffffb0000c);
}

TEST(errors_have_the_codes_of_the_api)
{
    CHECK(ipc_error_code(IPC_TIMEOUT, true) == 3);
    CHECK(ipc_error_code(IPC_NO_PARTNER, false) == 4);
    CHECK(ipc_error_code(IPC_CANCELLED, true) == 7);
    CHECK(OK == 0 && ERR_PRIVILEGE == 1 && ERR_THREAD == 2 && ERR_SPACE == 3);
    CHECK(ERR_SCHEDULER == 4 && ERR_PARAM == 5 && ERR_UTCB_AREA == 6);
    CHECK(ERR_KIP_AREA == 7 && ERR_NOMEM == 8);
}

TEST(periods_have_the_fields_of_the_api)
{
    for (unsigned raw = 0; raw < 0x8000; raw++) {
        L4_Time_t t = { .raw = (L4_Word16_t)raw };
        uint64_t us = (uint64_t)t.period.m << t.period.e;
        CHECK(time_period_us(raw) == (raw == 0 ? UINT64_MAX : us));
    }
    CHECK(TIME_NEVER == L4_Never.raw && TIME_ZERO == L4_ZeroTime.raw);
    CHECK(time_period_us(0x1271) == 10000);
}

TEST(the_shortest_period_that_is_long_enough)
{
    CHECK(time_from_us(0) == TIME_ZERO && time_from_us(UINT64_MAX) == 0);
    CHECK(time_from_us(1000) == 0x3e8);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t us = 1 + test_random() % (1ul << test_random() % 41);
        unsigned t = time_from_us(us);
        CHECK(t < 0x8000 && time_period_us(t) >= us);
        CHECK(t == 0 || time_period_us(t) - us <= us / 256);
    }
    CHECK(time_from_us(1023ul << 31) == (31u << 10 | 1023));
    CHECK(time_from_us((1023ul << 31) + 1) == TIME_NEVER);
}

TEST(deadlines_of_periods)
{
    CHECK(time_deadline(TIME_NEVER, 5) == UINT64_MAX);
    CHECK(time_deadline(TIME_ZERO, 5) == 0);
    CHECK(time_deadline(7 << 10, 5) == 0); /* m = 0 is zero, whatever e */
    CHECK(time_deadline(100, 5) == 105);
    /* Long ones do not wrap in 32 bits. */
    CHECK(time_deadline(31u << 10 | 1023, 1) == (1023ul << 31) + 1);
}

/* x2.md 1.6, computed by looking for the instant instead of by masks. */
static uint64_t slow_point(unsigned t, uint64_t now)
{
    uint64_t m = t & 0x3ff, c = t >> 10 & 1, e = t >> 11 & 0xf;
    uint64_t g = 1ul << (e + 10);
    uint64_t p = now / g * g + m * (1ul << e);

    if (now / g % 2 != c)
        p += g;
    return p <= now || p - now > 1023 * (1ul << e) ? 0 : p;
}

TEST(deadlines_of_points)
{
    for (int i = 0; i < ROUNDS; i++) {
        unsigned t = TIME_POINT | test_random() % 0x8000;
        uint64_t now = test_random() % (1ul << test_random() % 40);
        CHECK(time_deadline(t, now) == slow_point(t, now));
    }
    /* A point that has passed stays passed. */
    CHECK(time_deadline(TIME_POINT | 10, 11) == 0);
    CHECK(time_deadline(TIME_POINT | 10, 9) == 10);
}

int main(void)
{
    static const struct test tests[] = {
        ENTRY(ids_have_the_fields_of_the_api),
        ENTRY(fpages_have_the_fields_of_the_api),
        ENTRY(tags_have_the_fields_of_the_api),
        ENTRY(errors_have_the_codes_of_the_api),
        ENTRY(periods_have_the_fields_of_the_api),
        ENTRY(the_shortest_period_that_is_long_enough),
        ENTRY(deadlines_of_periods),
        ENTRY(deadlines_of_points),
    };
    return RUN_TESTS(tests);
}
