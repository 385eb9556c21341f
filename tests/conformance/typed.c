/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Typed items and string items between threads whose memory is there; message
 * overflow. Mappings are looked at in map.c, strings that fault in transfer.c.
 * clauses: 3200
 */
#include "calls.h"
#include "clause.h"
#include "worker.h"

enum { BYTES = 20000, BUFFERS = 8 };

static L4_ThreadId_t far, receiver;
static struct job job;
static char sent[BYTES] __attribute__((aligned(PAGE_SIZE)));
static char got[BYTES] __attribute__((aligned(PAGE_SIZE)));
static L4_Word_t buffer[33];

/* What the receiver of the next message does: like a worker, with buffers. */
static struct {
    L4_Word_t mr[64];
    L4_MsgTag_t tag;
    L4_Word_t error, br[33];
    volatile bool done;
} in;

static void receive_strings(L4_Word_t arg)
{
    (void)arg;
    for (;;) {
        for (int i = 0; i < 64; i++)
            L4_LoadMR(i, 0xabcd0000 + (L4_Word_t)i);
        L4_LoadBRs(0, 33, buffer);
        in.tag = L4_Receive(main_id);
        in.error = L4_ErrorCode();
        L4_StoreMRs(0, 64, in.mr);
        L4_StoreBRs(0, 33, in.br);
        in.done = true;
        L4_Stop(L4_Myself());
    }
}

/* The receiver waits with these buffer registers. */
static void expect(const L4_Word_t *br, int count)
{
    for (int i = 0; i < 33; i++)
        buffer[i] = i < count ? br[i] : 0;
    for (int i = 0; i < BYTES; i++) {
        sent[i] = (char)(i * 7 + (i >> 8));
        got[i] = 0;
    }
    if (receiver.raw != 0)
        thread_delete(receiver);
    in.done = false;
    receiver = thread_here(receive_strings, 0, PRIO_MID);
    settle();
}

/* Send u words and these items; the ErrorCode. */
static L4_Word_t send(unsigned u, const L4_Word_t *item, unsigned words)
{
    L4_Word_t e;

    for (unsigned i = 1; i <= u; i++)
        L4_LoadMR((int)i, 500 + i);
    for (unsigned i = 0; i < words; i++)
        L4_LoadMR((int)(1 + u + i), item[i]);
    L4_Set_MsgTag(words_tag(u, words));
    e = tag_error(L4_Send_Timeout(receiver, usec(20000)));
    settle();
    return e;
}

static L4_Word_t header(L4_Word_t bytes)
{
    return bytes << 10;
}

static L4_Word_t address(const char *p)
{
    return (L4_Word_t)p;
}

static bool same(const char *p, const char *q, int bytes)
{
    for (int i = 0; i < bytes; i++)
        if (p[i] != q[i])
            return false;
    return true;
}

/* Nothing was written from p on. */
static bool clear(const char *p, int bytes)
{
    for (int i = 0; i < bytes; i++)
        if (p[i] != 0)
            return false;
    return true;
}

static bool arrived(void)
{
    return in.done && L4_IpcSucceeded(in.tag);
}

static bool overflowed(L4_Word_t e, L4_Word_t bytes)
{
    L4_Word_t want = bytes << 4 | E_OVERFLOW << 1;

    if (e != want || !in.done || !L4_IpcFailed(in.tag) ||
        in.error != (want | 1)) {
        printf("# sender 0x%lx, receiver 0x%lx, want 0x%lx\n", e, in.error,
               want);
        return false;
    }
    return true;
}

static void test_words(void)
{
    const L4_Word_t br[] = { L4_CompleteAddressSpace.raw };
    L4_Word_t item[62] = { 0xe, 0 };

    expect(br, 1);
    CLAUSE(3200, "2.10.4 error 4; 1.11 bits 3..1 111; 2.10.8 e 4",
           "an item of the reserved type: overflow on both sides",
           overflowed(send(1, item, 2), 0));
    CLAUSE(3201, "2.10.4", "untyped words arrive in spite of an overflow",
           in.mr[1] == 501);
    CLAUSE(3202, "2.10.8", "the received tag has u and t of the message and E",
           in.tag.X.u == 1 && in.tag.X.t == 2 && in.tag.X.flags == 8);
    item[0] = 0xc;
    expect(br, 1);
    CLAUSE(3203, "1.16; 1.11 bits 3..1 110",
           "a control-transfer item: overflow, unless announced",
           overflowed(send(0, item, 2), 0));
    item[0] = 8;
    expect(br, 1);
    CLAUSE(3204, "2.10.4 error 4", "a map item that does not end within t",
           overflowed(send(1, item, 1), 0));
    item[0] = header(16);
    expect((L4_Word_t[]){ 1, header(16), address(got) }, 3);
    CLAUSE(3205, "2.10.4 error 4", "a string item that does not end within t",
           overflowed(send(1, item, 1), 0));
    item[0] = header(4) | 3 << 4;
    item[1] = item[2] = address(sent);
    expect((L4_Word_t[]){ 1, header(16), address(got) }, 3);
    CLAUSE(3206, "2.10.4 error 4; 1.14 word 0, 4..8",
           "a string item whose substrings do not end within t",
           overflowed(send(0, item, 3), 0));
    expect(br, 1);
    L4_LoadMR(63, 8);
    L4_Set_MsgTag(words_tag(62, 2));
    L4_Word_t e = tag_error(L4_Send_Timeout(receiver, usec(20000)));
    settle();
    CLAUSE(3207, "2.10.4 error 4; 1.7", "1 + u + t above 64: overflow",
           overflowed(e, 0));
    expect(br, 1);
    for (int i = 0; i < 31; i++) {
        item[2 * i] = 8;
        item[2 * i + 1] = 0;
    }
    CLAUSE(3208, "1.7 bits 6..11; 2.10.4", "1 + u + t of 64 is not too much",
           send(1, item, 62) == 0 && arrived());
    CLAUSE_IS(3209, "2.10.4; 1.7", "the tag announces all 62 typed words",
              in.tag.raw, words_tag(1, 62).raw);
    CLAUSE(3210, "5.3 # A6",
           "all items but the last arrive with C, whatever was "
           "sent",
           (in.mr[2] & 1) == 1 && (in.mr[60] & 1) == 1 && (in.mr[62] & 1) == 0);
}

static void test_simple(void)
{
    L4_Word_t item[2] = { header(1000), address(sent + 3) };
    const L4_Word_t br[] = { 1, header(1000), address(got + 5) };

    expect(br, 3);
    CLAUSE(3211, "2.10.4; 1.14 word 0, 10..N-1; 1.11 bits 3..1 0hh",
           "a string arrives in the buffer",
           send(2, item, 2) == 0 && arrived() && same(sent + 3, got + 5, 1000));
    CLAUSE(3212, "2.10.4", "nothing beside the string is written",
           clear(got, 5) && clear(got + 1005, 100));
    CLAUSE(3213, "2.10.4; 5.3 # A7",
           "the item arrives as sent, with the sender's address",
           in.mr[3] == item[0] && in.mr[4] == item[1]);
    CLAUSE(3214, "2.10.4", "untyped words arrive before the string item",
           in.mr[1] == 501 && in.mr[2] == 502 &&
               in.tag.raw == words_tag(2, 2).raw);
    CLAUSE(3215, "5.3 # A8",
           "registers behind the received words keep their values",
           in.mr[5] == 0xabcd0005);
    CLAUSE(3216, "1.9", "buffer registers keep their values",
           in.br[0] == 1 && in.br[1] == br[1] && in.br[2] == br[2]);
    item[0] = header(BYTES);
    item[1] = address(sent);
    expect((L4_Word_t[]){ 1, header(BYTES), address(got) }, 3);
    CLAUSE(3217, "2.10.4", "a string of several pages",
           send(0, item, 2) == 0 && same(sent, got, BYTES));
    item[0] = header(1);
    item[1] = address(sent + PAGE_SIZE - 1);
    expect((L4_Word_t[]){ 1, header(1), address(got + PAGE_SIZE) }, 3);
    CLAUSE(3218, "2.10.4; 1.14", "a string of one byte at the end of a page",
           send(0, item, 2) == 0 && got[PAGE_SIZE] == sent[PAGE_SIZE - 1] &&
               clear(got + PAGE_SIZE + 1, 10));
    item[0] = header(100);
    expect((L4_Word_t[]){ 1, header(1000), address(got) }, 3);
    CLAUSE(3219, "2.10.4", "a buffer may be larger than the string",
           send(0, item, 2) == 0 && arrived() && clear(got + 100, 900) &&
               in.mr[1] == header(100));
    item[0] = header(0);
    expect((L4_Word_t[]){ 1, header(10), address(got) }, 3);
    CLAUSE(3220, "2.10.4", "a string of length 0 is legal",
           send(0, item, 2) == 0 && arrived() && clear(got, 10));
    item[0] = header(10) | 6;
    expect((L4_Word_t[]){ 1, header(10), address(got) }, 3);
    CLAUSE(3221, "1.14 word 0, 1..2; 1.11 bits 3..1 0hh",
           "a cache hint changes nothing of what arrives",
           send(0, item, 2) == 0 && same((char *)item[1], got, 10));
}

static void test_refused(void)
{
    L4_Word_t item[2] = { header(252), address(sent) };

    expect((L4_Word_t[]){ 0, header(252), address(got) }, 3);
    CLAUSE(3222, "2.10.4 error 4; 1.10 bits 0; 2.10.1 parameter BR0...",
           "an acceptor without s: overflow",
           overflowed(send(1, item, 2), 0) && in.mr[1] == 501);
    expect((L4_Word_t[]){ 1, header(252) | 8, address(got) }, 3);
    CLAUSE(3223, "2.10.4 error 4; 1.14 word 0, 3",
           "a buffer descriptor that is no string item: overflow",
           overflowed(send(0, item, 2), 0));
    expect((L4_Word_t[]){ 1, header(251), address(got) }, 3);
    CLAUSE(3224, "2.10.4 error 4; 2.10.8 bits 4..N-1",
           "a buffer one byte too short: overflow, with the bytes copied",
           overflowed(send(0, item, 2), 251));
    CLAUSE(3225, "2.10.4", "the string that is cut fills it to the last byte",
           same(sent, got, 251) && got[251] == 0);
    expect((L4_Word_t[]){ 1, header(0), address(got) }, 3);
    CLAUSE(3226, "2.10.4 error 4", "a buffer of length 0: overflow, no bytes",
           overflowed(send(0, item, 2), 0));
    item[1] = ~(L4_Word_t)0xff;
    expect((L4_Word_t[]){ 1, header(252), address(got) }, 3);
    CLAUSE(3227, "2.10.4 error 4", "a string in the kernel's area: overflow",
           overflowed(send(0, item, 2), 0));
    item[1] = address(sent);
    expect((L4_Word_t[]){ 1, header(252), ~(L4_Word_t)0xff }, 3);
    CLAUSE(3228, "2.10.4 error 4", "a buffer in the kernel's area: overflow",
           overflowed(send(0, item, 2), 0));
}

static void test_two(void)
{
    L4_Word_t item[4] = { header(100), address(sent), header(200),
                          address(sent + 500) };
    L4_Word_t br[5] = { 1, header(150) | 1, address(got), header(200),
                        address(got + 1000) };

    expect(br, 5);
    CLAUSE(3229, "2.10.4; 1.14 word 0, 0", "two strings go to two buffers",
           send(0, item, 4) == 0 && same(sent, got, 100) &&
               same(sent + 500, got + 1000, 200));
    CLAUSE(3230, "2.10.4", "what is left of the first buffer is passed over",
           clear(got + 100, 900));
    br[1] = header(150);
    expect(br, 5);
    CLAUSE(3231, "2.10.4 error 4; 1.11",
           "a buffer without C is the last: overflow after the first string",
           overflowed(send(0, item, 4), 100) && clear(got + 1000, 200));
    br[1] = header(150) | 1;
    item[0] = header(0);
    expect(br, 5);
    CLAUSE(3232, "2.10.4", "a string of length 0 uses up a buffer",
           send(0, item, 4) == 0 && clear(got, 150) &&
               same(sent + 500, got + 1000, 200));
    br[3] = header(60);
    item[0] = header(100);
    expect(br, 5);
    CLAUSE(3233, "2.10.8 bits 4..N-1",
           "the offset counts the bytes of all strings together",
           overflowed(send(0, item, 4), 160));
    expect(br, 3);
    item[2] = 8;
    item[3] = 0;
    CLAUSE(3234, "2.10.4",
           "what was copied before an overflow stays where it is",
           overflowed(send(0, item, 4), 100) && same(sent, got, 100));
}

static void test_substrings(void)
{
    L4_Word_t item[8] = { header(100) | 2 << 4, address(sent + 1000),
                          address(sent), address(sent + 3000) };

    expect((L4_Word_t[]){ 1, header(300), address(got) }, 3);
    CLAUSE(3235, "2.10.4; 1.14 word 1 ... j+1, all; 1.14 word 0, 4..8",
           "substrings of a string are gathered in their order",
           send(0, item, 4) == 0 && same(sent + 1000, got, 100) &&
               same(sent, got + 100, 100) && same(sent + 3000, got + 200, 100));
    CLAUSE(3236, "2.10.4", "all words of the item arrive",
           in.mr[1] == item[0] && in.mr[2] == item[1] && in.mr[4] == item[3]);
    item[0] = header(300);
    item[1] = address(sent);
    expect((L4_Word_t[]){ 1, header(100) | 2 << 4, address(got + 2000),
                          address(got), address(got + 900) },
           5);
    CLAUSE(3237, "2.10.4", "a string is scattered over substrings of a buffer",
           send(0, item, 2) == 0 && same(sent, got + 2000, 100) &&
               same(sent + 100, got, 100) && same(sent + 200, got + 900, 100));
    item[0] = header(70) | 1 << 4;
    item[1] = address(sent);
    item[2] = address(sent + 500);
    expect((L4_Word_t[]){ 1, header(50) | 2 << 4, address(got),
                          address(got + 100), address(got + 200) },
           5);
    CLAUSE(3238, "2.10.4", "the lengths on both sides need not agree",
           send(0, item, 3) == 0 && same(sent, got, 50) &&
               same(sent + 50, got + 100, 20) &&
               same(sent + 500, got + 120, 30) &&
               same(sent + 530, got + 200, 40) && got[240] == 0);
    item[0] = header(100) | 1 << 9;
    item[1] = address(sent);
    item[2] = header(50);
    item[3] = address(sent + 700);
    expect((L4_Word_t[]){ 1, header(150), address(got) }, 3);
    CLAUSE(3239, "2.10.4; 1.14 word 0, 9",
           "a compound string is one string and goes to one buffer",
           send(0, item, 4) == 0 && same(sent, got, 100) &&
               same(sent + 700, got + 100, 50));
    item[0] = header(150);
    expect((L4_Word_t[]){ 1, header(100) | 1 << 9, address(got), header(50),
                          address(got + 1000) },
           5);
    CLAUSE(3240, "2.10.4; 1.14 word 0, 9", "a compound buffer is one buffer",
           send(0, item, 2) == 0 && same(sent, got, 100) &&
               same(sent + 100, got + 1000, 50));
    item[0] = header(10) | 1 << 9;
    expect((L4_Word_t[]){ 1, header(100), address(got) }, 3);
    CLAUSE(3241, "2.10.4 error 4", "a compound string without an end: overflow",
           overflowed(send(0, item, 2), 0));
}

/* 31 substrings of one byte each, and buffers up to BR32. */
static void test_limits(void)
{
    L4_Word_t item[33] = { header(3) | 31 << 4 }, br[33] = { 1 };
    bool good = true;

    for (unsigned i = 0; i < 32; i++)
        item[1 + i] = address(sent + 10 * i);
    expect((L4_Word_t[]){ 1, header(96), address(got) }, 3);
    good = send(0, item, 33) == 0;
    for (int i = 0; i < 32; i++)
        good &= same(sent + 10 * i, got + 3 * i, 3);
    CLAUSE(3242, "1.14 word 0, 4..8", "32 substrings in one item", good);
    for (int i = 0; i < 16; i++) {
        br[1 + 2 * i] = header(3) | (i < 15);
        br[2 + 2 * i] = address(got + 10 * i);
        item[2 * i] = header(3);
        item[2 * i + 1] = address(sent + 20 * i);
    }
    expect(br, 33);
    good = send(0, item, 32) == 0;
    for (int i = 0; i < 16; i++)
        good &= same(sent + 20 * i, got + 10 * i, 3);
    CLAUSE(3243, "1.9; 2.10.4", "16 buffers fill the buffer registers", good);
    br[31] = header(3) | 1 << 4;
    expect(br, 33);
    CLAUSE(3244, "2.10.4 error 4", "a buffer that runs past BR32: overflow",
           overflowed(send(0, item, 32), 45));
}

static void test_mixed(void)
{
    static L4_Word_t page[PAGE_SIZE / sizeof(L4_Word_t)]
        __attribute__((aligned(PAGE_SIZE)));
    L4_Word_t item[4] = { header(20), address(sent), FREE_WINDOW | 8,
                          page_at((L4_Word_t)page, L4_Readable).raw };

    page[1] = 77;
    expect((L4_Word_t[]){ L4_CompleteAddressSpace.raw | 1, header(20),
                          address(got) },
           3);
    CLAUSE(3245, "2.10.4; 1.10 bits 4..N-1",
           "a string and a mapping in one message",
           send(3, item, 4) == 0 && same(sent, got, 20) &&
               ((volatile L4_Word_t *)FREE_WINDOW)[1] == 77);
    L4_UnmapFpage(page_at((L4_Word_t)page, L4_FullyAccessible));
    /* A worker in another space, and the call's two directions. */
    job = (struct job){ .to = main_id, .from = main_id, .acceptor = 0 };
    job.mr[0] = words_tag(0, 2).raw;
    job.mr[1] = header(30);
    job.mr[2] = address(sent + 40);
    L4_LoadBR(1, header(30));
    L4_LoadBR(2, address(got + 40));
    L4_LoadBR(0, 1);
    job_start(far, &job);
    L4_ThreadId_t from;
    L4_MsgTag_t tag = L4_Wait(&from);
    CLAUSE(3246, "2.10.4", "a string from another space",
           L4_IpcSucceeded(tag) && same(sent + 40, got + 40, 30));
    L4_LoadBR(0, 0);
    L4_LoadMR(1, header(30));
    L4_LoadMR(2, address(sent));
    L4_Set_MsgTag(words_tag(0, 2));
    CLAUSE_IS(3247, "2.10.4; 1.10 bits 0",
              "a caller's acceptor holds for its answer",
              tag_error(L4_Reply(from)), E_OVERFLOW << 1);
    job_wait(&job);
}

int main(void)
{
    support_init();
    far = thread_in_new_space(worker, 0, PRIO_MID);
    settle();
    test_words();
    test_simple();
    test_refused();
    test_two();
    test_substrings();
    test_limits();
    test_mixed();
    return CLAUSES_END();
}
