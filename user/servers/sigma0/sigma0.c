/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0 - owns all physical memory and gives each page to one thread
 * (docs/x2.md 3.6).
 *
 * The memory map is a sorted array of ranges that cover all page numbers from
 * 0 to LAST_PAGE without holes; neighbours differ in type or owner. A grant
 * splits at most one range at each end. The array has a fixed size: a request
 * that would need more ranges is refused. The last RESERVE of them are the root
 * task's, and when memory is in many pieces, clients have QUOTA at most, so
 * that one of them cannot starve the others.
 *
 * Where the kernel knows I/O fpages, the ports follow LAST_PAGE in this map, as
 * if each were a page.
 */
#include <l4/ipc.h>
#include <l4/kcp.h>
#include <l4/kip.h>
#include <stdbool.h>
#include <string.h>

enum {
    PAGE_BITS = 12,
    RANGES = 2048,
    RESERVE = 128,
    QUOTA = 64,
    ADDRESS_BITS = L4_BITS_PER_WORD == 32 ? 32 : 56,
};
#define LAST_PAGE  ((1UL << (ADDRESS_BITS - PAGE_BITS)) - 1)
#define FIRST_PORT (LAST_PAGE + 1)

enum { PORTS = 65536 };

struct range {
    L4_Word_t first; /* page number; it ends where the next one starts */
    L4_Word_t type;  /* of memory descriptors */
    L4_Word_t owner; /* global id; 0: free */
};

static struct range map[RANGES + 1]; /* one more, past LAST_PAGE, at the end */
static unsigned ranges;
static L4_Word_t last = LAST_PAGE; /* number in the map */
static L4_Word_t root_id;

/* ---- The map --------------------------------------------------------- */

/* The range that page p lies in. */
static unsigned find(L4_Word_t p)
{
    unsigned low = 0, high = ranges;

    while (high - low > 1) {
        unsigned middle = (low + high) / 2;

        if (map[middle].first <= p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Make a range start at page p. The caller has seen to the room. */
static unsigned split(L4_Word_t p)
{
    unsigned i;

    if (p > last)
        return ranges;
    i = find(p);
    if (map[i].first == p)
        return i;
    memmove(&map[i + 2], &map[i + 1], (ranges - i) * sizeof(map[0]));
    ranges++;
    map[i + 1] = map[i];
    map[i + 1].first = p;
    return i + 1;
}

/* Join range i with those before and after it that are alike. */
static void join(unsigned first, unsigned end)
{
    unsigned from, to;

    if (first > 0)
        first--;
    if (end < ranges)
        end++;
    to = first;
    for (from = first + 1; from < end; from++) {
        if (map[from].type == map[to].type && map[from].owner == map[to].owner)
            continue;
        map[++to] = map[from];
    }
    to++;
    memmove(&map[to], &map[end], (ranges + 1 - end) * sizeof(map[0]));
    ranges -= end - to;
}

static bool room_for_split(void)
{
    return ranges + 2 <= RANGES;
}

/* ---- What the boot loader and the kernel say ------------------------- */

/* Pages first..final become this; without room for that, a boot with so many
 * descriptors cannot happen: the KIP is one page. */
static void set_pages(L4_Word_t first, L4_Word_t final, L4_Word_t type,
                      L4_Word_t owner)
{
    unsigned i, from, end;

    if (first > final || first > last || !room_for_split())
        return;
    if (final > last)
        final = last;
    from = split(first);
    end = split(final + 1);
    for (i = from; i < end; i++) {
        map[i].type = type;
        map[i].owner = owner;
    }
    join(from, end);
}

/* Pages that are partly conventional memory are not; of anything else, each
 * page that it touches is. */
static void add_descriptor(L4_MemoryDesc_t *m)
{
    L4_Word_t low = L4_MemoryDescLow(m), high = L4_MemoryDescHigh(m);
    L4_Word_t page = 1UL << PAGE_BITS;
    L4_Word_t first = low >> PAGE_BITS, final = high >> PAGE_BITS;

    if (L4_IsMemoryDescVirtual(m) || high < low)
        return;
    if (L4_MemoryDescType(m) == L4_ConventionalMemoryType) {
        first += (low & (page - 1)) != 0;
        if (((high + 1) & (page - 1)) != 0) {
            if (final == 0)
                return;
            final--;
        }
    }
    set_pages(first, final, L4_MemoryDescType(m), 0);
}

static void add_server(const L4_KernelRootServer_t *s, L4_Word_t number)
{
    if (s->low >= s->high)
        return;
    set_pages(s->low >> PAGE_BITS, (s->high - 1) >> PAGE_BITS,
              L4_ConventionalMemoryType, L4_GlobalId(number, 1).raw);
}

static bool has_ports(void *kip)
{
    const char *name;

    for (L4_Word_t i = 0; (name = L4_Feature(kip, i)) != NULL; i++) {
        if (strcmp(name, "ioflexpages") == 0)
            return true;
    }
    return false;
}

static void init(void)
{
    void *kip = L4_GetKernelInterface();
    const L4_KernelConfigurationPage_t *kcp = kip;
    L4_Word_t user_base = L4_ThreadIdUserBase(kip), i;

    ranges = 1;
    map[0].first = 0;
    map[0].type = L4_UndefinedMemoryType;
    map[0].owner = 0;
    if (has_ports(kip))
        last += PORTS;
    map[1].first = last + 1;
    set_pages(FIRST_PORT, last, L4_DedicatedMemoryType, 0);
    for (i = 0; i < L4_NumMemoryDescriptors(kip); i++)
        add_descriptor(L4_MemoryDesc(kip, i));
    root_id = L4_GlobalId(user_base + 2, 1).raw;
    add_server(&kcp->sigma0, user_base);
    add_server(&kcp->sigma1, user_base + 1);
    add_server(&kcp->root_server, user_base + 2);
}

/* ---- Requests -------------------------------------------------------- */

static L4_Word_t range_end(unsigned i)
{
    return map[i + 1].first;
}

/* Is there room for two more ranges, for this client? Once half of the table
 * is in use, who has many ranges gets no more. */
static bool may_split(L4_Word_t client)
{
    unsigned i, has = 0;

    if (client == root_id)
        return ranges + 2 <= RANGES;
    if (ranges + 2 > RANGES - RESERVE)
        return false;
    if (ranges <= RANGES / 2)
        return true;
    for (i = 0; i < ranges; i++)
        has += map[i].owner == client;
    return has < QUOTA;
}

/* May client have this range, by its name or (anonymous) as plain memory. */
static bool available(const struct range *r, L4_Word_t client, bool anonymous)
{
    if (r->owner == client || r->type == L4_SharedMemoryType)
        return true;
    if (r->owner != 0 || r->type == L4_ReservedMemoryType)
        return false;
    return !anonymous || r->type == L4_ConventionalMemoryType;
}

/* Give pages first..first+count-1 to client if each of them is available. */
static bool claim(L4_Word_t first, L4_Word_t count, L4_Word_t client,
                  bool anonymous)
{
    unsigned i, from, end;
    bool owned = true;

    if (first > last || count - 1 > last - first)
        return false;
    for (i = find(first); i < ranges && map[i].first < first + count; i++) {
        if (!available(&map[i], client, anonymous))
            return false;
        if (map[i].owner != client && map[i].type != L4_SharedMemoryType)
            owned = false;
    }
    if (owned)
        return true;
    if (!may_split(client))
        return false;
    from = split(first);
    end = split(first + count);
    for (i = from; i < end; i++)
        if (map[i].type != L4_SharedMemoryType)
            map[i].owner = client;
    join(from, end);
    return true;
}

/* Free conventional pages, aligned to their number: from the smallest range
 * that has them, so that large ones stay whole, and there from the top.
 * Result: false if there are none. */
static bool find_free(L4_Word_t count, L4_Word_t *page)
{
    L4_Word_t best = ~0UL;
    unsigned i;

    for (i = 0; i < ranges; i++) {
        L4_Word_t end = range_end(i), size = end - map[i].first, at;

        if (map[i].type != L4_ConventionalMemoryType || map[i].owner != 0 ||
            size < count || size >= best)
            continue;
        at = (end - count) & ~(count - 1);
        if (at < map[i].first)
            continue;
        best = size;
        *page = at;
    }
    return best != ~0UL;
}

/* An I/O fpage (x2.md 1.5). Result: the same, or nil. */
static L4_Fpage_t request_ports(L4_Fpage_t f, L4_Word_t client)
{
    enum { ANYWHERE = 0xFFFF };
    L4_Word_t bits = f.raw >> 10 & 0x3F, port = f.raw >> 16 & 0xFFFF;

    if (bits > 16 || port == ANYWHERE)
        return L4_Nilpage;
    port &= ~((1UL << bits) - 1);
    return claim(FIRST_PORT + port, 1UL << bits, client, false) ? f
                                                                : L4_Nilpage;
}

static bool is_ports(L4_Fpage_t f)
{
    return last > LAST_PAGE && L4_SizeLog2(f) == 2;
}

/* Result: the fpage to map, or nil. */
static L4_Fpage_t request(L4_Fpage_t f, L4_Word_t client)
{
    L4_Word_t bits = L4_SizeLog2(f), count, page;

    if (is_ports(f))
        return request_ports(f, client);
    if (bits < PAGE_BITS || bits >= ADDRESS_BITS)
        return L4_Nilpage;
    count = 1UL << (bits - PAGE_BITS);
    if ((f.raw | 0x3FF) == ~0UL) {
        if (!find_free(count, &page) || !claim(page, count, client, true))
            return L4_Nilpage;
    } else {
        page = L4_Address(f) >> PAGE_BITS;
        if (!claim(page, count, client, false))
            return L4_Nilpage;
    }
    return L4_FpageAddRights(L4_FpageLog2(page << PAGE_BITS, (int)bits),
                             L4_FullyAccessible);
}

static L4_Fpage_t page_fault(L4_Word_t address, L4_Word_t client)
{
    L4_Word_t page = address >> PAGE_BITS;

    if (!claim(page, 1, client, true))
        return L4_Nilpage;
    return L4_FpageAddRights(L4_FpageLog2(page << PAGE_BITS, PAGE_BITS),
                             L4_FullyAccessible);
}

/* Answer one message into the message registers. Result: false if it is none
 * that gets an answer. */
static bool serve(L4_MsgTag_t tag, L4_Word_t client)
{
    L4_SignedWord_t protocol = (L4_SignedWord_t)tag.raw >> 20;
    L4_Word_t u = L4_UntypedWords(tag), word;
    L4_Fpage_t f;

    if (L4_TypedWords(tag) != 0)
        return false;
    L4_StoreMR(1, &word);
    f.raw = word;
    if (protocol == -6 && (L4_Label(tag) & 0xF) == 0 && (u == 2 || u == 3))
        f = request(f, client);
    else if (protocol == -2 && u == 2)
        f = page_fault(word, client);
    else if (protocol == -8 && u == 2 && is_ports(f))
        f = request_ports(f, client);
    else
        return false;
    L4_LoadMR(0, 2 << 6);
    L4_LoadMR(1, 0x8 | (f.raw & ~0x3FFUL));
    L4_LoadMR(2, f.raw);
    return true;
}

int main(void)
{
    L4_ThreadId_t client = L4_nilthread, from;
    L4_MsgTag_t tag;

    init();
    L4_Accept(L4_UntypedWordsAcceptor);
    for (;;) {
        tag = L4_ReplyWait(client, &from);
        client = L4_nilthread;
        if (!L4_IpcFailed(tag) && serve(tag, from.raw))
            client = from;
    }
}
