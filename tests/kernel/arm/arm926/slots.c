/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small spaces in the MMU's slots, more of them than there are, and spaces that
 * outgrow theirs: each sees its own memory, gets its own faults and messages,
 * and nobody sees more.
 */
#include "tap.h"
#include "worker.h"

enum { SPACES = 40, SLOTS = 12, MEMBER_STACK = 512, WORDS = 63 };
/* Of the members' pages: within a slot, and behind its end. */
#define LOW_PAGE     ((L4_Word_t)0x01800000)
#define SHARED_PAGE  ((L4_Word_t)0x01900000)
#define ABSENT_PAGE  ((L4_Word_t)0x01a00000)
#define LOW_SECTION  ((L4_Word_t)0x01500000)
#define HIGH_PAGE    FREE_WINDOW
#define SLOT_ADDRESS ((L4_Word_t)0xe4000000)
#define SLOT_BYTES   ((L4_Word_t)0x02000000)

/* What a member is asked to do: MR1, with MR2 and MR3. */
enum op { READ, WRITE, CALL, ECHO, LONG_CALL, TELL, TOLD, TEXT };
enum { TEXT_BYTES = 64 };

static L4_Word_t frames[SPACES][PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));
static L4_Word_t shared[PAGE_SIZE / sizeof(L4_Word_t)]
    __attribute__((aligned(PAGE_SIZE)));
static char member_stacks[SPACES + 1][MEMBER_STACK]
    __attribute__((aligned(16)));
static L4_ThreadId_t members_pager;
static L4_Fpage_t section;
static volatile L4_Word_t faulted; /* the last address that is nowhere */

static L4_ThreadId_t member_id(unsigned n)
{
    return L4_GlobalId(user_base + 100 + n, 1);
}

/* ---- members ------------------------------------------------------------ */

/* Result: the first word of the answer. */
static L4_Word_t ask(L4_ThreadId_t t, enum op op, L4_Word_t a, L4_Word_t b)
{
    L4_Word_t answer;

    L4_LoadMR(1, op);
    L4_LoadMR(2, a);
    L4_LoadMR(3, b);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = 3 });
    if (L4_IpcFailed(L4_Call(t)))
        return ~(L4_Word_t)0;
    L4_StoreMR(1, &answer);
    return answer;
}

/* A message that fills the registers comes back with each word one more. */
static bool ask_long(L4_ThreadId_t t)
{
    L4_Word_t seed = L4_Myself().raw, word;
    bool good = true;

    L4_LoadMR(1, ECHO);
    for (int i = 2; i <= WORDS; i++)
        L4_LoadMR(i, seed + (L4_Word_t)i);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = WORDS });
    if (L4_IpcFailed(L4_Call(t)))
        return false;
    for (int i = 2; i <= WORDS; i++) {
        L4_StoreMR(i, &word);
        good &= word == seed + (L4_Word_t)i + 1;
    }
    return good;
}

/* A send, after which one goes on: what to write behind the first word of the
 * other's page, in a message that fills the registers. */
static void tell(L4_ThreadId_t t, L4_Word_t value)
{
    L4_LoadMR(1, TOLD);
    L4_LoadMR(2, LOW_PAGE + sizeof(L4_Word_t));
    L4_LoadMR(3, value);
    L4_Set_MsgTag((L4_MsgTag_t){ .raw = WORDS });
    L4_Send(t);
}

static void member(void)
{
    L4_ThreadId_t from;
    L4_Word_t op, a, b;

    L4_Wait(&from);
    for (;;) {
        L4_Word_t answer = 0, words = 1;
        L4_StoreMR(1, &op);
        L4_StoreMR(2, &a);
        L4_StoreMR(3, &b);
        if (op == READ) {
            answer = *(volatile L4_Word_t *)a;
        } else if (op == WRITE) {
            *(volatile L4_Word_t *)a = b;
        } else if (op == CALL) {
            answer = ask((L4_ThreadId_t){ .raw = a }, READ, b, 0);
        } else if (op == LONG_CALL) {
            answer = ask_long((L4_ThreadId_t){ .raw = a });
        } else if (op == TELL) {
            tell((L4_ThreadId_t){ .raw = a }, b);
            answer = *(volatile L4_Word_t *)LOW_PAGE;
        } else if (op == TOLD) {
            *(volatile L4_Word_t *)a = b;
            L4_Wait(&from);
            continue;
        } else if (op == TEXT) { /* its page, as a string */
            L4_LoadMR(2, TEXT_BYTES << 10);
            L4_LoadMR(3, LOW_PAGE);
            words |= 2 << 6;
        } else {
            for (int i = 2; i <= WORDS; i++) {
                L4_StoreMR(i, &a);
                L4_LoadMR(i, a + 1);
            }
            words = WORDS;
        }
        L4_LoadMR(1, answer);
        L4_Set_MsgTag((L4_MsgTag_t){ .raw = words });
        L4_ReplyWait(from, &from);
    }
}

/* The members' pager: the image, to each its own frame at two addresses, the
 * same one to all, and the section. */
static void serve(L4_Word_t arg)
{
    L4_ThreadId_t from;

    (void)arg;
    L4_Wait(&from);
    for (;;) {
        L4_Word_t address, page;
        L4_StoreMR(1, &address);
        page = address & ~(L4_Word_t)(PAGE_SIZE - 1);
        L4_Fpage_t f = page_at(address, L4_FullyAccessible);
        if (page == LOW_PAGE || page == HIGH_PAGE)
            f = page_at((L4_Word_t)frames[L4_ThreadNo(from) - user_base - 100],
                        L4_FullyAccessible);
        else if (page == SHARED_PAGE)
            f = page_at((L4_Word_t)shared, L4_FullyAccessible);
        else if ((page & ~(L4_Word_t)0xfffff) == LOW_SECTION)
            f = L4_FpageAddRights(section, L4_FullyAccessible);
        else if (address < image_low || address >= image_high) {
            faulted = address;
            f = page_at((L4_Word_t)shared, L4_Readable);
        }
        load_map(f, address & ~(L4_Size(f) - 1));
        L4_ReplyWait(from, &from);
    }
}

static bool start(unsigned n)
{
    L4_ThreadId_t t = member_id(n);
    L4_Word_t old;

    frames[n][0] = 1000 + n;
    return L4_ThreadControl(t, t, main_id, L4_nilthread, NO_UTCB) &&
           L4_SpaceControl(t, 0, kip_area(), utcb_area(), L4_anythread, &old) &&
           L4_ThreadControl(t, t, L4_nilthread, main_id,
                            (void *)utcb_start(0)) &&
           L4_Set_Priority(t, PRIO_MID) &&
           L4_ThreadControl(t, t, L4_nilthread, members_pager, NO_UTCB) &&
           L4_IpcSucceeded(send_start(t, (L4_Word_t)member,
                                      (L4_Word_t)member_stacks[n + 1]));
}

static unsigned start_all(void)
{
    unsigned good = 0;

    for (unsigned n = 0; n < SPACES; n++)
        good += start(n);
    return good;
}

static unsigned delete_all(void)
{
    unsigned good = 0;

    for (unsigned n = 0; n < SPACES; n++)
        good += thread_delete(member_id(n));
    return good;
}

/* ---- the tests ---------------------------------------------------------- */

/* How many members say that this is their own word. */
static unsigned own_words(L4_Word_t page)
{
    unsigned good = 0;

    for (unsigned n = 0; n < SPACES; n++)
        good += ask(member_id(n), READ, page, 0) == 1000 + n;
    return good;
}

/* Each calls the one `distance` further on, which says its word. */
static bool call_all(unsigned distance)
{
    bool good = true;

    for (unsigned n = 0; n < SPACES; n++) {
        unsigned other = (n + distance) % SPACES;
        good &= ask(member_id(n), CALL, member_id(other).raw, LOW_PAGE) ==
                1000 + other;
    }
    return good;
}

static bool call_all_long(unsigned distance)
{
    bool good = true;

    for (unsigned n = 0; n < SPACES; n++)
        good &= ask(member_id(n), LONG_CALL,
                    member_id((n + distance) % SPACES).raw, 0) == 1;
    return good;
}

/* It still sees its own page; the other has what it was told. */
static bool tell_all(unsigned distance)
{
    bool good = true;

    for (unsigned n = 0; n < SPACES; n++) {
        L4_ThreadId_t other = member_id((n + distance) % SPACES);
        good &= ask(member_id(n), TELL, other.raw, 50 + n) == 1000 + n &&
                ask(other, READ, LOW_PAGE + sizeof(L4_Word_t), 0) == 50 + n;
    }
    return good;
}

static bool call_near_and_far(bool (*all)(unsigned distance))
{
    return all(1) && all(SLOTS - 1) && all(SLOTS) && all(SLOTS + 1);
}

static void test_more_than_slots(void)
{
    is(start_all(), SPACES, "more small spaces than slots");
    ok(own_words(LOW_PAGE) == SPACES && own_words(LOW_PAGE) == SPACES,
       "each has its own memory, twice");
    ok(call_near_and_far(call_all), "they call each other");
    ok(call_near_and_far(call_all_long), "with long messages, too");
    ok(call_near_and_far(tell_all), "and send such, and go on");
    L4_Flush(page_at((L4_Word_t)frames[7], L4_FullyAccessible));
    frames[7][0] = 5;
    is(ask(member_id(7), READ, LOW_PAGE, 0), 5,
       "a page taken from one without a slot is gone there");
    frames[7][0] = 1007;
    is(ask(member_id(9), READ, ABSENT_PAGE + 0x124, 0), 0,
       "a page that is not there comes from the pager");
    is(faulted, ABSENT_PAGE + 0x124,
       "who is told the address as the user knows it");
}

/* One frame at the same address in two spaces, and at another here. */
static void test_shared(void)
{
    L4_ThreadId_t a = member_id(1), b = member_id(2);

    shared[1] = 1;
    is(ask(a, READ, SHARED_PAGE + 4, 0), 1, "a page in several spaces");
    ask(b, WRITE, SHARED_PAGE + 4, 2);
    ok(ask(a, READ, SHARED_PAGE + 4, 0) == 2 && shared[1] == 2,
       "what one writes there all see");
    ask(a, WRITE, SHARED_PAGE + 4, 3);
    ok(ask(b, READ, SHARED_PAGE + 4, 0) == 3 && shared[1] == 3,
       "and what another one writes");
}

static void test_section(void)
{
    L4_ThreadId_t a = member_id(3), b = member_id(4);
    L4_Word_t *here = (L4_Word_t *)L4_Address(section);

    here[300] = 17;
    is(ask(a, READ, LOW_SECTION + 1200, 0), 17, "a section in a small space");
    L4_UnmapFpage(section);
    L4_UnmapFpage(section);
    ask(a, READ, LOW_SECTION, 0);
    is(L4_Rights(L4_GetStatus(section)) & L4_Writable, 0, "is read");
    ask(b, WRITE, LOW_SECTION + 1200, 18);
    is(ask(a, READ, LOW_SECTION + 1200, 0), 18, "written by another");
    is(L4_Rights(L4_GetStatus(section)) & L4_Writable, L4_Writable,
       "as its status says");
    L4_UnmapFpage(page_at((L4_Word_t)here, L4_Writable));
    ask(b, WRITE, LOW_SECTION + PAGE_SIZE, 19);
    is(here[PAGE_SIZE / sizeof(L4_Word_t)], 19, "also when it was divided");
}

/* Strings between small spaces and this large one, copied in a small one's
 * name.
 */
static void test_strings(void)
{
    static L4_Word_t text[TEXT_BYTES / sizeof(L4_Word_t)];
    unsigned good = 0;

    L4_LoadBR(0, 1);
    L4_LoadBR(1, TEXT_BYTES << 10);
    L4_LoadBR(2, (L4_Word_t)text);
    for (unsigned n = 0; n < SPACES; n++) {
        text[0] = 0;
        ask(member_id(n), TEXT, 0, 0);
        good += text[0] == 1000 + n;
    }
    L4_LoadBR(0, 0);
    is(good, SPACES, "a large space gets strings from small ones");
}

static volatile L4_Word_t seen;
enum { NOTHING = 123456 };

static void peek(L4_Word_t address)
{
    seen = *(volatile L4_Word_t *)address;
}

static void tell_and_peek(L4_Word_t address)
{
    tell(member_id(0), 0);
    peek(address);
}

/* Can someone in a new small space see a page of anybody's in a slot? The own
 * slot is the own memory, where this page is not. */
static void test_slots_are_closed(void)
{
    bool closed = true;

    for (unsigned n = 0; n < SLOTS; n++) {
        seen = NOTHING;
        L4_ThreadId_t t = thread_in_new_space(
            peek, SLOT_ADDRESS + n * SLOT_BYTES + LOW_PAGE, PRIO_MID);
        own_words(LOW_PAGE);
        settle();
        closed &= seen == NOTHING;
        thread_delete(t);
    }
    ok(closed, "nobody sees what is in another's slot");
    closed = true;
    for (unsigned n = 0; n < SLOTS; n++) {
        seen = NOTHING;
        own_words(LOW_PAGE);
        ask(member_id(0), READ, LOW_PAGE, 0);
        L4_ThreadId_t t = thread_in_new_space(
            tell_and_peek, SLOT_ADDRESS + n * SLOT_BYTES + LOW_PAGE, PRIO_MID);
        settle();
        closed &= seen == NOTHING;
        thread_delete(t);
    }
    ok(closed, "not even after a long message to its owner");
    closed = true;
    own_words(LOW_PAGE);
    for (unsigned n = 0; n < SLOTS; n++) {
        seen = NOTHING;
        L4_ThreadId_t t = thread_here(
            peek, SLOT_ADDRESS + n * SLOT_BYTES + LOW_PAGE, PRIO_MID);
        settle();
        closed &= seen == NOTHING;
        thread_delete(t);
    }
    ok(closed, "nor does a large space");
}

static void test_outgrown(void)
{
    bool good = true;

    for (unsigned n = 0; n < SPACES; n += 3) {
        good &= ask(member_id(n), READ, HIGH_PAGE, 0) == 1000 + n &&
                ask(member_id(n), READ, LOW_PAGE, 0) == 1000 + n;
        ask(member_id(n), WRITE, HIGH_PAGE + 8, n);
        good &= ask(member_id(n), READ, LOW_PAGE + 8, 0) == n;
    }
    ok(good, "some outgrow their slots and see the same memory as before");
    is(own_words(LOW_PAGE), SPACES, "so do the others");
    ok(call_near_and_far(call_all), "large and small ones call each other");
    ok(call_near_and_far(call_all_long), "with long messages, too");
    is(own_words(HIGH_PAGE), SPACES, "all outgrow their slots");
    ok(call_near_and_far(call_all), "and large ones call each other");
    ok(call_near_and_far(call_all_long), "with long messages, too");
}

static void test_lives(void)
{
    unsigned good = 0;

    for (unsigned i = 0; i < 3; i++) {
        start_all();
        good += own_words(i & 1 ? HIGH_PAGE : LOW_PAGE);
        delete_all();
    }
    is(good, 3 * SPACES, "later ones find slots again");
}

int main(void)
{
    plan(31);
    support_init();
    section = L4_Sigma0_GetAny(L4_nilthread, 20, L4_CompleteAddressSpace);
    ok(!L4_IsNilFpage(section), "a section");
    ok(!L4_IsNilFpage(
           L4_Sigma0_GetAny(L4_nilthread, 12, L4_FpageLog2(FREE_WINDOW, 12))),
       "a page that makes this space large");
    members_pager = thread_here(serve, 0, PRIO_HIGH);
    settle();
    test_more_than_slots();
    test_shared();
    test_section();
    test_strings();
    test_slots_are_closed();
    test_outgrown();
    is(delete_all(), SPACES, "all of them die");
    test_lives();
    return tap_status();
}
