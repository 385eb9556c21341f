/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_MESSAGE_H__
#define __L4_MESSAGE_H__
/*
 * Messages: registers, tag, typed items, message objects, acceptors and
 * buffers (docs/x2.md 1.7 to 1.15 and 4.7).
 */
#include <l4/tcr.h>
#include <l4/types.h>

#define __L4_NUM_MRS 64
#define __L4_NUM_BRS 33

/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

typedef union {
    L4_Word_t raw;
} L4_CacheAllocationHint_t;

typedef union {
    L4_Word_t raw[2];
    struct {
        L4_BITFIELD4(L4_Word_t, C : 1, __type : 3, __zeros : 6,
                     snd_base : __L4_BITS(22, 54));
        L4_Fpage_t snd_fpage;
    } X;
} L4_MapItem_t;

typedef union {
    L4_Word_t raw[2];
    struct {
        L4_BITFIELD4(L4_Word_t, C : 1, __type : 3, __zeros : 6,
                     snd_base : __L4_BITS(22, 54));
        L4_Fpage_t snd_fpage;
    } X;
} L4_GrantItem_t;

/* Room for one pointer; items with more substrings continue behind it. */
typedef union {
    L4_Word_t raw[2];
    struct {
        L4_BITFIELD5(L4_Word_t, C : 1, __type : 3, j : 5, c : 1,
                     string_length : __L4_BITS(22, 54));
        union {
            void *string_ptr;
            void *substring_ptr[1];
        } str;
    } X;
} L4_StringItem_t;

/* Extension, which Pecan's kernel has not: registers follow behind it. */
typedef union {
    L4_Word_t raw[1];
    struct {
        L4_BITFIELD4(L4_Word_t, C : 1, __type : 3, id : 8,
                     mask : __L4_BITS(20, 52));
    } X;
} L4_CtrlXferItem_t;

typedef union {
    L4_Word_t raw;
    struct {
        L4_BITFIELD4(L4_Word_t, s : 1, c : 1, __zeros : 2,
                     RcvWindow : __L4_BITS(28, 60));
    } X;
} L4_Acceptor_t;

typedef union {
    L4_Word_t raw[__L4_NUM_MRS];
    L4_Word_t msg[__L4_NUM_MRS];
    L4_MsgTag_t tag;
} L4_Msg_t;

typedef union {
    L4_Word_t raw[__L4_NUM_BRS - 1];
    L4_StringItem_t string[1];
} L4_MsgBuffer_t;

#pragma GCC diagnostic pop
/* clang-format on */

#ifdef __cplusplus
__L4_VALUE(L4_CacheAllocationHint_t, CacheAllocationHint)
__L4_VALUE(L4_Acceptor_t, Acceptor)
#define __L4_CACHEHINT(r) __L4_MakeCacheAllocationHint(r)
#define __L4_ACCEPTOR(r)  __L4_MakeAcceptor(r)
#else
#define __L4_CACHEHINT(r) ((L4_CacheAllocationHint_t){ .raw = (r) })
#define __L4_ACCEPTOR(r)  ((L4_Acceptor_t){ .raw = (r) })
#endif

#define L4_Niltag                    __L4_MSGTAG(0UL)
#define L4_UseDefaultCacheAllocation __L4_CACHEHINT(0UL)
#define L4_UntypedWordsAcceptor      __L4_ACCEPTOR(0UL)
#define L4_StringItemsAcceptor       __L4_ACCEPTOR(1UL)
#define L4_CtrlXferAcceptor          __L4_ACCEPTOR(2UL)

/* ---- Message and buffer registers ------------------------------------ */

/* Word by word: nothing may call a library function here. */
L4_INLINE void __L4_CopyWords(L4_Word_t *to, const L4_Word_t *from, L4_Word_t n)
{
    L4_Word_t i;

    for (i = 0; i < n; i++)
        to[i] = from[i];
}
/* Writes MR i. (x2.md 4.7) */
L4_INLINE void L4_LoadMR(int i, L4_Word_t w)
{
    __L4_Utcb()[i] = w;
}
/* Reads MR i. (x2.md 4.7) */
L4_INLINE void L4_StoreMR(int i, L4_Word_t *w)
{
    *w = __L4_Utcb()[i];
}
/* Writes k message registers from MR i on. (x2.md 4.7) */
L4_INLINE void L4_LoadMRs(int i, int k, L4_Word_t *w)
{
    if (k > 0)
        __L4_CopyWords(__L4_Utcb() + i, w, (L4_Word_t)k);
}
/* Reads k message registers from MR i on. (x2.md 4.7) */
L4_INLINE void L4_StoreMRs(int i, int k, L4_Word_t *w)
{
    if (k > 0)
        __L4_CopyWords(w, __L4_Utcb() + i, (L4_Word_t)k);
}
/* Writes BR i. (x2.md 4.7) */
L4_INLINE void L4_LoadBR(int i, L4_Word_t w)
{
    __L4_Utcb()[__L4_TCR_BR0 - i] = w;
}
/* Reads BR i. (x2.md 4.7) */
L4_INLINE void L4_StoreBR(int i, L4_Word_t *w)
{
    *w = __L4_Utcb()[__L4_TCR_BR0 - i];
}
/* Writes k buffer registers from BR i on. (x2.md 4.7) */
L4_INLINE void L4_LoadBRs(int i, int k, const L4_Word_t *w)
{
    int n;

    for (n = 0; n < k; n++)
        L4_LoadBR(i + n, w[n]);
}
/* Reads k buffer registers from BR i on. (x2.md 4.7) */
L4_INLINE void L4_StoreBRs(int i, int k, L4_Word_t *w)
{
    int n;

    for (n = 0; n < k; n++)
        L4_StoreBR(i + n, &w[n]);
}

/* ---- Tag ------------------------------------------------------------- */

/* Are these the same? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsMsgTagEqual(L4_MsgTag_t l, L4_MsgTag_t r)
{
    return l.raw == r.raw;
}
/* Are these different? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsMsgTagNotEqual(L4_MsgTag_t l, L4_MsgTag_t r)
{
    return l.raw != r.raw;
}
/* Its label. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_Label(L4_MsgTag_t t)
{
    return t.raw >> 16;
}
/* How many untyped words. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_UntypedWords(L4_MsgTag_t t)
{
    return t.raw & 0x3F;
}
/* How many words of typed items. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_TypedWords(L4_MsgTag_t t)
{
    return t.raw >> 6 & 0x3F;
}
/* Replaces the label. (x2.md 4.7) */
L4_INLINE void L4_Set_Label(L4_MsgTag_t *t, L4_Word_t label)
{
    t->raw = (t->raw & 0xFFFF) | label << 16;
}
/* t with this label. (x2.md 4.7) */
L4_INLINE L4_MsgTag_t L4_MsgTagAddLabel(L4_MsgTag_t t, int label)
{
    L4_Set_Label(&t, (L4_Word_t)label);
    return t;
}
/* Replaces the label; the new value. (x2.md 4.7) */
L4_INLINE L4_MsgTag_t L4_MsgTagAddLabelTo(L4_MsgTag_t *t, int label)
{
    L4_Set_Label(t, (L4_Word_t)label);
    return *t;
}
/* MR 0. (x2.md 4.7) */
L4_INLINE L4_MsgTag_t L4_MsgTag(void)
{
    L4_MsgTag_t t;

    L4_StoreMR(0, &t.raw);
    return t;
}
/* Writes MR 0. (x2.md 4.7) */
L4_INLINE void L4_Set_MsgTag(L4_MsgTag_t t)
{
    L4_LoadMR(0, t.raw);
}

/* ---- Map and grant items --------------------------------------------- */

/* Maps f; SndBase says where in a larger window. (x2.md 4.7) */
L4_INLINE L4_MapItem_t L4_MapItem(L4_Fpage_t f, L4_Word_t SndBase)
{
    L4_MapItem_t m;

    m.raw[0] = (SndBase & ~0x3FFUL) | 0x8;
    m.raw[1] = f.raw;
    return m;
}
/* Is it a map item? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsMapItem(L4_MapItem_t m)
{
    return (m.raw[0] & 0xE) == 0x8;
}
/* What it maps. (x2.md 4.7) */
L4_INLINE L4_Fpage_t L4_MapItemSndFpage(L4_MapItem_t m)
{
    return m.X.snd_fpage;
}
/* Where in the window. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_MapItemSndBase(L4_MapItem_t m)
{
    return m.raw[0] & ~0x3FFUL;
}
/* Grants f; SndBase says where in a larger window. (x2.md 4.7) */
L4_INLINE L4_GrantItem_t L4_GrantItem(L4_Fpage_t f, L4_Word_t SndBase)
{
    L4_GrantItem_t g;

    g.raw[0] = (SndBase & ~0x3FFUL) | 0xA;
    g.raw[1] = f.raw;
    return g;
}
/* Is it a grant item? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsGrantItem(L4_GrantItem_t g)
{
    return (g.raw[0] & 0xE) == 0xA;
}
/* What it grants. (x2.md 4.7) */
L4_INLINE L4_Fpage_t L4_GrantItemSndFpage(L4_GrantItem_t g)
{
    return g.X.snd_fpage;
}
/* Where in the window. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_GrantItemSndBase(L4_GrantItem_t g)
{
    return g.raw[0] & ~0x3FFUL;
}

/* ---- String items ---------------------------------------------------- */

/* A string item is handled as the words it is: parts of 2 + j words each, all
 * but the last with bit c set. */
#define __L4_STRING_CONTINUES 0x200UL
L4_INLINE L4_Word_t __L4_StringPartWords(L4_Word_t header)
{
    return 2 + (header >> 4 & 0x1F);
}
/* Index of the last part's header. */
L4_INLINE L4_Word_t __L4_StringLastPart(const L4_Word_t *s)
{
    L4_Word_t i = 0;

    while (s[i] & __L4_STRING_CONTINUES)
        i += __L4_StringPartWords(s[i]);
    return i;
}
L4_INLINE L4_Word_t __L4_StringWords(const L4_Word_t *s)
{
    L4_Word_t last = __L4_StringLastPart(s);

    return last + __L4_StringPartWords(s[last]);
}

/* A string or buffer of so many bytes. (x2.md 4.7) */
L4_INLINE L4_StringItem_t L4_StringItem(int size, void *address)
{
    L4_StringItem_t s;

    s.raw[0] = (L4_Word_t)size << 10;
    s.raw[1] = (L4_Word_t)address;
    return s;
}
/* Is it a string item? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsStringItem(L4_StringItem_t *s)
{
    return (s->raw[0] & 0x8) == 0;
}
/* Does it go on in the next item? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_CompoundString(L4_StringItem_t *s)
{
    return s->X.c;
}
/* How many substrings its first part has. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_Substrings(L4_StringItem_t *s)
{
    return s->X.j + 1UL;
}
/* The address of its n-th substring, counted from 1 (x2.md 4.7). */
L4_INLINE void *L4_Substring(L4_StringItem_t *s, L4_Word_t n)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    return (void *)words[n == 0 ? 1 : n];
}
/* Goes on with sub; room behind *dest is needed. (x2.md 4.7) */
L4_INLINE L4_StringItem_t *L4_AddSubstringTo(L4_StringItem_t *dest,
                                             L4_StringItem_t *sub)
{
    L4_Word_t *words = (L4_Word_t *)dest;
    const L4_Word_t *from = (const L4_Word_t *)sub;
    L4_Word_t end = __L4_StringWords(words);

    words[__L4_StringLastPart(words)] |= __L4_STRING_CONTINUES;
    __L4_CopyWords(words + end, from, __L4_StringWords(from));
    return dest;
}
/* One more substring; room is needed. (x2.md 4.7) */
L4_INLINE L4_StringItem_t *L4_AddSubstringAddressTo(L4_StringItem_t *dest,
                                                    void *addr)
{
    L4_Word_t *words = (L4_Word_t *)dest;
    L4_Word_t last = __L4_StringLastPart(words);

    words[last + __L4_StringPartWords(words[last])] = (L4_Word_t)addr;
    words[last] += 1UL << 4;
    return dest;
}
/* The hint in it. (x2.md 4.7) */
L4_INLINE L4_CacheAllocationHint_t L4_CacheAllocationHint(L4_StringItem_t s)
{
    L4_CacheAllocationHint_t h;

    h.raw = s.raw[0] & 0x6;
    return h;
}
/* The convention's spelling. (x2.md 4.7) */
L4_INLINE L4_CacheAllocationHint_t L4_CacheAlloctionHint(L4_StringItem_t s)
{
    return L4_CacheAllocationHint(s);
}
/* Are these the same? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsCacheAllocationHintEqual(L4_CacheAllocationHint_t l,
                                                  L4_CacheAllocationHint_t r)
{
    return l.raw == r.raw;
}
/* Are these different? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsCacheAllocationHintNotEqual(L4_CacheAllocationHint_t l,
                                                     L4_CacheAllocationHint_t r)
{
    return l.raw != r.raw;
}
/* s with this hint. (x2.md 4.7) */
L4_INLINE L4_StringItem_t L4_AddCacheAllocationHint(L4_StringItem_t s,
                                                    L4_CacheAllocationHint_t h)
{
    s.raw[0] |= h.raw & 0x6;
    return s;
}
/* Sets a hint in *s; the new value. (x2.md 4.7) */
L4_INLINE L4_StringItem_t
L4_AddCacheAllocationHintTo(L4_StringItem_t *s, L4_CacheAllocationHint_t h)
{
    s->raw[0] |= h.raw & 0x6;
    return *s;
}

/* ---- Control-transfer items, an extension ---------------------------- */

/* Is it a control-transfer item? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_IsCtrlXferItem(L4_CtrlXferItem_t *c)
{
    return (c->raw[0] & 0xE) == 0xC;
}
/* No register yet of this set (x2.md 4.7). */
L4_INLINE void L4_CtrlXferItemInit(L4_CtrlXferItem_t *c, L4_Word_t id)
{
    c->raw[0] = 0xC | (id & 0xFF) << 4;
}
/* With this fault, these register sets are sent (x2.md 4.7). */
L4_INLINE void L4_FaultConfCtrlXferItemInit(L4_CtrlXferItem_t *c,
                                            L4_Word_t fault_id, L4_Word_t mask)
{
    c->raw[0] = 0xC | (fault_id & 0xFF) << 4 | mask << 12;
}
/* One word, and one for each register in the mask. */
L4_INLINE L4_Word_t __L4_CtrlXferWords(L4_Word_t header)
{
    L4_Word_t mask, n = 1;

    for (mask = header >> 12; mask != 0; mask &= mask - 1)
        n++;
    return n;
}

/* ---- Message objects ------------------------------------------------- */

/* No words, no items, no label. (x2.md 4.7) */
L4_INLINE void L4_MsgClear(L4_Msg_t *msg)
{
    msg->raw[0] = 0;
}
/* Counts of a message as indices: where the typed words start, where all end.
 */
L4_INLINE L4_Word_t __L4_MsgTyped(const L4_Msg_t *msg)
{
    return 1 + (msg->raw[0] & 0x3F);
}
L4_INLINE L4_Word_t __L4_MsgEnd(const L4_Msg_t *msg)
{
    L4_Word_t end = __L4_MsgTyped(msg) + (msg->raw[0] >> 6 & 0x3F);

    return end > __L4_NUM_MRS ? __L4_NUM_MRS : end;
}
/* Makes a message of u words and t words of items. (x2.md 4.7) */
L4_INLINE void L4_MsgPut(L4_Msg_t *msg, L4_Word_t label, int u,
                         L4_Word_t *Untyped, int t, void *Items)
{
    L4_Word_t untyped = (L4_Word_t)u, typed = (L4_Word_t)t;

    __L4_CopyWords(&msg->raw[1], Untyped, untyped);
    __L4_CopyWords(&msg->raw[1 + untyped], (const L4_Word_t *)Items, typed);
    msg->raw[0] = label << 16 | (typed & 0x3F) << 6 | (untyped & 0x3F);
}
/* Takes a message apart. (x2.md 4.7) */
L4_INLINE void L4_MsgGet(const L4_Msg_t *msg, L4_Word_t *Untyped, void *Items)
{
    L4_Word_t typed = __L4_MsgTyped(msg);

    __L4_CopyWords(Untyped, &msg->raw[1], typed - 1);
    __L4_CopyWords((L4_Word_t *)Items, &msg->raw[typed],
                   __L4_MsgEnd(msg) - typed);
}
/* Its tag. (x2.md 4.7) */
L4_INLINE L4_MsgTag_t L4_MsgMsgTag(const L4_Msg_t *msg)
{
    return msg->tag;
}
/* Replaces its tag. (x2.md 4.7) */
L4_INLINE void L4_Set_MsgMsgTag(L4_Msg_t *msg, L4_MsgTag_t t)
{
    msg->tag = t;
}
/* Its label. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_MsgLabel(const L4_Msg_t *msg)
{
    return L4_Label(msg->tag);
}
/* Replaces its label. (x2.md 4.7) */
L4_INLINE void L4_Set_MsgLabel(L4_Msg_t *msg, L4_Word_t label)
{
    L4_Set_Label(&msg->tag, label);
}
/* Into the message registers. (x2.md 4.7) */
L4_INLINE void L4_MsgLoad(L4_Msg_t *msg)
{
    L4_LoadMRs(0, (int)__L4_MsgEnd(msg), msg->raw);
}
/* Out of the message registers, for the tag received. (x2.md 4.7) */
L4_INLINE void L4_MsgStore(L4_MsgTag_t t, L4_Msg_t *msg)
{
    msg->tag = t;
    L4_StoreMRs(1, (int)__L4_MsgEnd(msg) - 1, &msg->raw[1]);
}

/* ---- Untyped words in them ------------------------------------------- */

/* Appends an untyped word; a full message stays. (x2.md 4.7) */
L4_INLINE void L4_MsgAppendWord(L4_Msg_t *msg, L4_Word_t w)
{
    L4_Word_t i, typed = __L4_MsgTyped(msg);

    if (__L4_MsgEnd(msg) >= __L4_NUM_MRS)
        return;
    for (i = __L4_MsgEnd(msg); i > typed; i--)
        msg->raw[i] = msg->raw[i - 1];
    msg->raw[typed] = w;
    msg->raw[0]++;
}
/* Overwrites untyped word u, from 0. (x2.md 4.7) */
L4_INLINE void L4_MsgPutWord(L4_Msg_t *msg, L4_Word_t u, L4_Word_t w)
{
    msg->raw[1 + u] = w;
}
/* Untyped word u, from 0. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_MsgWord(L4_Msg_t *msg, L4_Word_t u)
{
    return msg->raw[1 + u];
}
/* Untyped word u into *w. (x2.md 4.7) */
L4_INLINE void L4_MsgGetWord(L4_Msg_t *msg, L4_Word_t u, L4_Word_t *w)
{
    *w = msg->raw[1 + u];
}

/* ---- Typed items in them --------------------------------------------- */

/* Append n typed words, if there is room. */
L4_INLINE void __L4_MsgAppendTyped(L4_Msg_t *msg, const L4_Word_t *words,
                                   L4_Word_t n)
{
    L4_Word_t end = __L4_MsgEnd(msg);

    if (end + n > __L4_NUM_MRS)
        return;
    __L4_CopyWords(&msg->raw[end], words, n);
    msg->raw[0] += n << 6;
}
L4_INLINE void __L4_MsgPutTyped(L4_Msg_t *msg, L4_Word_t t,
                                const L4_Word_t *words, L4_Word_t n)
{
    __L4_CopyWords(&msg->raw[__L4_MsgTyped(msg) + t], words, n);
}
/* Appends a map item; a full message stays. (x2.md 4.7) */
L4_INLINE void L4_MsgAppendMapItem(L4_Msg_t *msg, L4_MapItem_t m)
{
    __L4_MsgAppendTyped(msg, m.raw, 2);
}
/* Appends a grant item; a full message stays. (x2.md 4.7) */
L4_INLINE void L4_MsgAppendGrantItem(L4_Msg_t *msg, L4_GrantItem_t g)
{
    __L4_MsgAppendTyped(msg, g.raw, 2);
}
/* Appends a simple string. (x2.md 4.7) */
L4_INLINE void L4_MsgAppendSimpleStringItem(L4_Msg_t *msg, L4_StringItem_t s)
{
    s.raw[0] &= ~0x3F0UL;
    __L4_MsgAppendTyped(msg, s.raw, 2);
}
/* Appends a string with all its parts. (x2.md 4.7) */
L4_INLINE void L4_MsgAppendStringItem(L4_Msg_t *msg, L4_StringItem_t *s)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    __L4_MsgAppendTyped(msg, words, __L4_StringWords(words));
}
/* Overwrites from typed word t on. (x2.md 4.7) */
L4_INLINE void L4_MsgPutMapItem(L4_Msg_t *msg, L4_Word_t t, L4_MapItem_t m)
{
    __L4_MsgPutTyped(msg, t, m.raw, 2);
}
/* Overwrites from typed word t on. (x2.md 4.7) */
L4_INLINE void L4_MsgPutGrantItem(L4_Msg_t *msg, L4_Word_t t, L4_GrantItem_t g)
{
    __L4_MsgPutTyped(msg, t, g.raw, 2);
}
/* Overwrites from typed word t on. (x2.md 4.7) */
L4_INLINE void L4_MsgPutSimpleStringItem(L4_Msg_t *msg, L4_Word_t t,
                                         L4_StringItem_t s)
{
    s.raw[0] &= ~0x3F0UL;
    __L4_MsgPutTyped(msg, t, s.raw, 2);
}
/* Overwrites from typed word t on. (x2.md 4.7) */
L4_INLINE void L4_MsgPutStringItem(L4_Msg_t *msg, L4_Word_t t,
                                   L4_StringItem_t *s)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    __L4_MsgPutTyped(msg, t, words, __L4_StringWords(words));
}
/* The map item at typed word t; 2. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_MsgGetMapItem(L4_Msg_t *msg, L4_Word_t t,
                                     L4_MapItem_t *m)
{
    __L4_CopyWords(m->raw, &msg->raw[__L4_MsgTyped(msg) + t], 2);
    return 2;
}
/* The grant item at typed word t; 2. (x2.md 4.7) */
L4_INLINE L4_Word_t L4_MsgGetGrantItem(L4_Msg_t *msg, L4_Word_t t,
                                       L4_GrantItem_t *g)
{
    __L4_CopyWords(g->raw, &msg->raw[__L4_MsgTyped(msg) + t], 2);
    return 2;
}
/* The string at typed word t, with all its parts, into room for it at *s; its
 * words (x2.md 4.7). */
L4_INLINE L4_Word_t L4_MsgGetStringItem(L4_Msg_t *msg, L4_Word_t t,
                                        L4_StringItem_t *s)
{
    const L4_Word_t *words = &msg->raw[__L4_MsgTyped(msg) + t];
    L4_Word_t left = __L4_MsgEnd(msg) - __L4_MsgTyped(msg) - t;
    L4_Word_t n = 0, part;

    /* Part by part: what arrived may claim to go on beyond its end. */
    while (n < left) {
        part = n;
        n += __L4_StringPartWords(words[part]);
        if ((words[part] & __L4_STRING_CONTINUES) == 0)
            break;
    }
    if (n > left)
        n = left;
    __L4_CopyWords((L4_Word_t *)s, words, n);
    return n;
}

/* Appends an item and its registers, to be sent (x2.md 4.7). */
L4_INLINE void L4_MsgAppendCtrlXferItem(L4_Msg_t *msg, L4_CtrlXferItem_t *c)
{
    __L4_MsgAppendTyped(msg, c->raw, __L4_CtrlXferWords(c->raw[0]));
}
/* Overwrites from typed word t on (x2.md 4.7). */
L4_INLINE void L4_MsgPutCtrlXferItem(L4_Msg_t *msg, L4_Word_t t,
                                     L4_CtrlXferItem_t *c)
{
    __L4_MsgPutTyped(msg, t, c->raw, __L4_CtrlXferWords(c->raw[0]));
}
/* The item at typed word t into room for it at *c; its words (x2.md 4.7). */
L4_INLINE L4_Word_t L4_MsgGetCtrlXferItem(L4_Msg_t *msg, L4_Word_t t,
                                          L4_CtrlXferItem_t *c)
{
    const L4_Word_t *words = &msg->raw[__L4_MsgTyped(msg) + t];
    L4_Word_t left = __L4_MsgEnd(msg) - __L4_MsgTyped(msg) - t;
    L4_Word_t n = __L4_CtrlXferWords(words[0]);

    if (n > left)
        n = left;
    __L4_CopyWords(c->raw, words, n);
    return n;
}
/* One item for each fault in a mask, C in the last if asked (x2.md 4.7). */
L4_INLINE void L4_AppendFaultConfCtrlXferItems(L4_Msg_t *msg,
                                               L4_Word64_t fault_mask,
                                               L4_Word_t mask, L4_Bool_t C)
{
    L4_CtrlXferItem_t c;
    L4_Word_t fault;

    for (fault = 0; fault_mask != 0; fault++, fault_mask >>= 1) {
        if ((fault_mask & 1) == 0)
            continue;
        L4_FaultConfCtrlXferItemInit(&c, fault, mask);
        if (fault_mask != 1 || C)
            c.raw[0] |= 1;
        __L4_MsgAppendTyped(msg, c.raw, 1);
    }
}

/* ---- Acceptors and buffers ------------------------------------------- */

/* Accepts map and grant items into this window. (x2.md 4.7) */
L4_INLINE L4_Acceptor_t L4_MapGrantItems(L4_Fpage_t window)
{
    L4_Acceptor_t a;

    a.raw = window.raw & ~0xFUL;
    return a;
}
/* Accepts both; the window of r if it has one. (x2.md 4.7) */
L4_INLINE L4_Acceptor_t L4_AddAcceptor(L4_Acceptor_t l, L4_Acceptor_t r)
{
    L4_Acceptor_t a;

    a.raw = ((l.raw | r.raw) & 0xF) |
            ((r.raw & ~0xFUL) != 0 ? r.raw & ~0xFUL : l.raw & ~0xFUL);
    return a;
}
/* The same: l is a copy. (x2.md 4.7) */
L4_INLINE L4_Acceptor_t L4_AddAcceptorTo(L4_Acceptor_t l, L4_Acceptor_t r)
{
    return L4_AddAcceptor(l, r);
}
/* Accepts what l does and r does not. (x2.md 4.7) */
L4_INLINE L4_Acceptor_t L4_RemoveAcceptor(L4_Acceptor_t l, L4_Acceptor_t r)
{
    L4_Acceptor_t a;

    a.raw =
        (l.raw & 0xF & ~r.raw) | ((r.raw & ~0xFUL) != 0 ? 0 : l.raw & ~0xFUL);
    return a;
}
/* The same: l is a copy. (x2.md 4.7) */
L4_INLINE L4_Acceptor_t L4_RemoveAcceptorFrom(L4_Acceptor_t l, L4_Acceptor_t r)
{
    return L4_RemoveAcceptor(l, r);
}
/* Are strings accepted? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_HasStringItems(L4_Acceptor_t a)
{
    return a.X.s;
}
/* Are map and grant items accepted? (x2.md 4.7) */
L4_INLINE L4_Bool_t L4_HasMapGrantItems(L4_Acceptor_t a)
{
    return (a.raw & ~0xFUL) != 0;
}
/* The window for them. (x2.md 4.7) */
L4_INLINE L4_Fpage_t L4_RcvWindow(L4_Acceptor_t a)
{
    L4_Fpage_t f;

    f.raw = a.raw & ~0xFUL;
    return f;
}
/* From now on this is accepted: writes BR 0. (x2.md 4.7) */
L4_INLINE void L4_Accept(L4_Acceptor_t a)
{
    L4_LoadBR(0, a.raw);
}
/* What is accepted: BR 0. (x2.md 4.7) */
L4_INLINE L4_Acceptor_t L4_Accepted(void)
{
    L4_Acceptor_t a;

    L4_StoreBR(0, &a.raw);
    return a;
}

/* Words of buffers in b: strings up to and with the first whose C is 0. */
L4_INLINE L4_Word_t __L4_MsgBufferWords(const L4_MsgBuffer_t *b,
                                        L4_Word_t *last)
{
    L4_Word_t n = 0, part;

    *last = 0;
    if (b->raw[0] == 0 && b->raw[1] == 0)
        return 0;
    while (n < __L4_NUM_BRS - 1) {
        *last = n;
        do {
            part = n;
            n += __L4_StringPartWords(b->raw[part]);
        } while ((b->raw[part] & __L4_STRING_CONTINUES) != 0 &&
                 n < __L4_NUM_BRS - 1);
        if ((b->raw[*last] & 1) == 0)
            break;
    }
    return n < __L4_NUM_BRS - 1 ? n : __L4_NUM_BRS - 1;
}
L4_INLINE void __L4_MsgBufferAppend(L4_MsgBuffer_t *b, const L4_Word_t *words,
                                    L4_Word_t n)
{
    L4_Word_t last, end = __L4_MsgBufferWords(b, &last);

    if (end + n > __L4_NUM_BRS - 1)
        return;
    __L4_CopyWords(&b->raw[end], words, n);
    b->raw[end] &= ~1UL;
    if (end != 0)
        b->raw[last] |= 1;
    if (end + n < __L4_NUM_BRS - 1)
        b->raw[end + n] = 0;
    if (end + n + 1 < __L4_NUM_BRS - 1)
        b->raw[end + n + 1] = 0;
}
/* No buffers. (x2.md 4.7) */
L4_INLINE void L4_MsgBufferClear(L4_MsgBuffer_t *b)
{
    b->raw[0] = 0;
    b->raw[1] = 0;
}
/* One more simple buffer. (x2.md 4.7) */
L4_INLINE void L4_MsgBufferAppendSimpleRcvString(L4_MsgBuffer_t *b,
                                                 L4_StringItem_t s)
{
    s.raw[0] &= ~0x3F0UL;
    __L4_MsgBufferAppend(b, s.raw, 2);
}
/* One more buffer with all its parts. (x2.md 4.7) */
L4_INLINE void L4_MsgBufferAppendRcvString(L4_MsgBuffer_t *b,
                                           L4_StringItem_t *s)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    __L4_MsgBufferAppend(b, words, __L4_StringWords(words));
}
/* Writes BR 0, and the buffers from BR 1 on. (x2.md 4.7) */
L4_INLINE void L4_AcceptStrings(L4_Acceptor_t a, L4_MsgBuffer_t *b)
{
    L4_Word_t last;

    L4_LoadBR(0, a.raw);
    L4_LoadBRs(1, (int)__L4_MsgBufferWords(b, &last), b->raw);
}

/* The processor's cache hints, memory attributes and I/O fpages: whoever has
 * messages, MemoryControl or SpaceControl has those, too. */
#include <l4/arch.h>
#ifdef __cplusplus
#include <l4/message_cxx.h>
#endif

#endif
