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
L4_INLINE void L4_LoadMR(int i, L4_Word_t w)
{
    __L4_Utcb()[i] = w;
}
L4_INLINE void L4_StoreMR(int i, L4_Word_t *w)
{
    *w = __L4_Utcb()[i];
}
L4_INLINE void L4_LoadMRs(int i, int k, L4_Word_t *w)
{
    if (k > 0)
        __L4_CopyWords(__L4_Utcb() + i, w, (L4_Word_t)k);
}
L4_INLINE void L4_StoreMRs(int i, int k, L4_Word_t *w)
{
    if (k > 0)
        __L4_CopyWords(w, __L4_Utcb() + i, (L4_Word_t)k);
}
L4_INLINE void L4_LoadBR(int i, L4_Word_t w)
{
    __L4_Utcb()[__L4_TCR_BR0 - i] = w;
}
L4_INLINE void L4_StoreBR(int i, L4_Word_t *w)
{
    *w = __L4_Utcb()[__L4_TCR_BR0 - i];
}
L4_INLINE void L4_LoadBRs(int i, int k, const L4_Word_t *w)
{
    int n;

    for (n = 0; n < k; n++)
        L4_LoadBR(i + n, w[n]);
}
L4_INLINE void L4_StoreBRs(int i, int k, L4_Word_t *w)
{
    int n;

    for (n = 0; n < k; n++)
        L4_StoreBR(i + n, &w[n]);
}

/* ---- Tag ------------------------------------------------------------- */

L4_INLINE L4_Bool_t L4_IsMsgTagEqual(L4_MsgTag_t l, L4_MsgTag_t r)
{
    return l.raw == r.raw;
}
L4_INLINE L4_Bool_t L4_IsMsgTagNotEqual(L4_MsgTag_t l, L4_MsgTag_t r)
{
    return l.raw != r.raw;
}
L4_INLINE L4_Word_t L4_Label(L4_MsgTag_t t)
{
    return t.raw >> 16;
}
L4_INLINE L4_Word_t L4_UntypedWords(L4_MsgTag_t t)
{
    return t.raw & 0x3F;
}
L4_INLINE L4_Word_t L4_TypedWords(L4_MsgTag_t t)
{
    return t.raw >> 6 & 0x3F;
}
L4_INLINE void L4_Set_Label(L4_MsgTag_t *t, L4_Word_t label)
{
    t->raw = (t->raw & 0xFFFF) | label << 16;
}
L4_INLINE L4_MsgTag_t L4_MsgTagAddLabel(L4_MsgTag_t t, int label)
{
    L4_Set_Label(&t, (L4_Word_t)label);
    return t;
}
L4_INLINE L4_MsgTag_t L4_MsgTagAddLabelTo(L4_MsgTag_t *t, int label)
{
    L4_Set_Label(t, (L4_Word_t)label);
    return *t;
}
L4_INLINE L4_MsgTag_t L4_MsgTag(void)
{
    L4_MsgTag_t t;

    L4_StoreMR(0, &t.raw);
    return t;
}
L4_INLINE void L4_Set_MsgTag(L4_MsgTag_t t)
{
    L4_LoadMR(0, t.raw);
}

/* ---- Map and grant items --------------------------------------------- */

L4_INLINE L4_MapItem_t L4_MapItem(L4_Fpage_t f, L4_Word_t SndBase)
{
    L4_MapItem_t m;

    m.raw[0] = (SndBase & ~0x3FFUL) | 0x8;
    m.raw[1] = f.raw;
    return m;
}
L4_INLINE L4_Bool_t L4_IsMapItem(L4_MapItem_t m)
{
    return (m.raw[0] & 0xE) == 0x8;
}
L4_INLINE L4_Fpage_t L4_MapItemSndFpage(L4_MapItem_t m)
{
    return m.X.snd_fpage;
}
L4_INLINE L4_Word_t L4_MapItemSndBase(L4_MapItem_t m)
{
    return m.raw[0] & ~0x3FFUL;
}
L4_INLINE L4_GrantItem_t L4_GrantItem(L4_Fpage_t f, L4_Word_t SndBase)
{
    L4_GrantItem_t g;

    g.raw[0] = (SndBase & ~0x3FFUL) | 0xA;
    g.raw[1] = f.raw;
    return g;
}
L4_INLINE L4_Bool_t L4_IsGrantItem(L4_GrantItem_t g)
{
    return (g.raw[0] & 0xE) == 0xA;
}
L4_INLINE L4_Fpage_t L4_GrantItemSndFpage(L4_GrantItem_t g)
{
    return g.X.snd_fpage;
}
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

L4_INLINE L4_StringItem_t L4_StringItem(int size, void *address)
{
    L4_StringItem_t s;

    s.raw[0] = (L4_Word_t)size << 10;
    s.raw[1] = (L4_Word_t)address;
    return s;
}
L4_INLINE L4_Bool_t L4_IsStringItem(L4_StringItem_t *s)
{
    return (s->raw[0] & 0x8) == 0;
}
L4_INLINE L4_Bool_t L4_CompoundString(L4_StringItem_t *s)
{
    return s->X.c;
}
L4_INLINE L4_Word_t L4_Substrings(L4_StringItem_t *s)
{
    return s->X.j + 1UL;
}
/* n counts from 1. */
L4_INLINE void *L4_Substring(L4_StringItem_t *s, L4_Word_t n)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    return (void *)words[n == 0 ? 1 : n];
}
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
L4_INLINE L4_StringItem_t *L4_AddSubstringAddressTo(L4_StringItem_t *dest,
                                                    void *addr)
{
    L4_Word_t *words = (L4_Word_t *)dest;
    L4_Word_t last = __L4_StringLastPart(words);

    words[last + __L4_StringPartWords(words[last])] = (L4_Word_t)addr;
    words[last] += 1UL << 4;
    return dest;
}
L4_INLINE L4_CacheAllocationHint_t L4_CacheAllocationHint(L4_StringItem_t s)
{
    L4_CacheAllocationHint_t h;

    h.raw = s.raw[0] & 0x6;
    return h;
}
L4_INLINE L4_CacheAllocationHint_t L4_CacheAlloctionHint(L4_StringItem_t s)
{
    return L4_CacheAllocationHint(s);
}
L4_INLINE L4_Bool_t L4_IsCacheAllocationHintEqual(L4_CacheAllocationHint_t l,
                                                  L4_CacheAllocationHint_t r)
{
    return l.raw == r.raw;
}
L4_INLINE L4_Bool_t L4_IsCacheAllocationHintNotEqual(L4_CacheAllocationHint_t l,
                                                     L4_CacheAllocationHint_t r)
{
    return l.raw != r.raw;
}
L4_INLINE L4_StringItem_t L4_AddCacheAllocationHint(L4_StringItem_t s,
                                                    L4_CacheAllocationHint_t h)
{
    s.raw[0] |= h.raw & 0x6;
    return s;
}
L4_INLINE L4_StringItem_t
L4_AddCacheAllocationHintTo(L4_StringItem_t *s, L4_CacheAllocationHint_t h)
{
    s->raw[0] |= h.raw & 0x6;
    return *s;
}

/* ---- Message objects ------------------------------------------------- */

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
L4_INLINE void L4_MsgPut(L4_Msg_t *msg, L4_Word_t label, int u,
                         L4_Word_t *Untyped, int t, void *Items)
{
    L4_Word_t untyped = (L4_Word_t)u, typed = (L4_Word_t)t;

    __L4_CopyWords(&msg->raw[1], Untyped, untyped);
    __L4_CopyWords(&msg->raw[1 + untyped], (const L4_Word_t *)Items, typed);
    msg->raw[0] = label << 16 | (typed & 0x3F) << 6 | (untyped & 0x3F);
}
L4_INLINE void L4_MsgGet(const L4_Msg_t *msg, L4_Word_t *Untyped, void *Items)
{
    L4_Word_t typed = __L4_MsgTyped(msg);

    __L4_CopyWords(Untyped, &msg->raw[1], typed - 1);
    __L4_CopyWords((L4_Word_t *)Items, &msg->raw[typed],
                   __L4_MsgEnd(msg) - typed);
}
L4_INLINE L4_MsgTag_t L4_MsgMsgTag(const L4_Msg_t *msg)
{
    return msg->tag;
}
L4_INLINE void L4_Set_MsgMsgTag(L4_Msg_t *msg, L4_MsgTag_t t)
{
    msg->tag = t;
}
L4_INLINE L4_Word_t L4_MsgLabel(const L4_Msg_t *msg)
{
    return L4_Label(msg->tag);
}
L4_INLINE void L4_Set_MsgLabel(L4_Msg_t *msg, L4_Word_t label)
{
    L4_Set_Label(&msg->tag, label);
}
L4_INLINE void L4_MsgLoad(L4_Msg_t *msg)
{
    L4_LoadMRs(0, (int)__L4_MsgEnd(msg), msg->raw);
}
L4_INLINE void L4_MsgStore(L4_MsgTag_t t, L4_Msg_t *msg)
{
    msg->tag = t;
    L4_StoreMRs(1, (int)__L4_MsgEnd(msg) - 1, &msg->raw[1]);
}

/* ---- Untyped words in them ------------------------------------------- */

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
L4_INLINE void L4_MsgPutWord(L4_Msg_t *msg, L4_Word_t u, L4_Word_t w)
{
    msg->raw[1 + u] = w;
}
L4_INLINE L4_Word_t L4_MsgWord(L4_Msg_t *msg, L4_Word_t u)
{
    return msg->raw[1 + u];
}
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
L4_INLINE void L4_MsgAppendMapItem(L4_Msg_t *msg, L4_MapItem_t m)
{
    __L4_MsgAppendTyped(msg, m.raw, 2);
}
L4_INLINE void L4_MsgAppendGrantItem(L4_Msg_t *msg, L4_GrantItem_t g)
{
    __L4_MsgAppendTyped(msg, g.raw, 2);
}
L4_INLINE void L4_MsgAppendSimpleStringItem(L4_Msg_t *msg, L4_StringItem_t s)
{
    s.raw[0] &= ~0x3F0UL;
    __L4_MsgAppendTyped(msg, s.raw, 2);
}
L4_INLINE void L4_MsgAppendStringItem(L4_Msg_t *msg, L4_StringItem_t *s)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    __L4_MsgAppendTyped(msg, words, __L4_StringWords(words));
}
L4_INLINE void L4_MsgPutMapItem(L4_Msg_t *msg, L4_Word_t t, L4_MapItem_t m)
{
    __L4_MsgPutTyped(msg, t, m.raw, 2);
}
L4_INLINE void L4_MsgPutGrantItem(L4_Msg_t *msg, L4_Word_t t, L4_GrantItem_t g)
{
    __L4_MsgPutTyped(msg, t, g.raw, 2);
}
L4_INLINE void L4_MsgPutSimpleStringItem(L4_Msg_t *msg, L4_Word_t t,
                                         L4_StringItem_t s)
{
    s.raw[0] &= ~0x3F0UL;
    __L4_MsgPutTyped(msg, t, s.raw, 2);
}
L4_INLINE void L4_MsgPutStringItem(L4_Msg_t *msg, L4_Word_t t,
                                   L4_StringItem_t *s)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    __L4_MsgPutTyped(msg, t, words, __L4_StringWords(words));
}
L4_INLINE L4_Word_t L4_MsgGetMapItem(L4_Msg_t *msg, L4_Word_t t,
                                     L4_MapItem_t *m)
{
    __L4_CopyWords(m->raw, &msg->raw[__L4_MsgTyped(msg) + t], 2);
    return 2;
}
L4_INLINE L4_Word_t L4_MsgGetGrantItem(L4_Msg_t *msg, L4_Word_t t,
                                       L4_GrantItem_t *g)
{
    __L4_CopyWords(g->raw, &msg->raw[__L4_MsgTyped(msg) + t], 2);
    return 2;
}
/* The caller provides room for the whole item; result: its words. */
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

/* ---- Acceptors and buffers ------------------------------------------- */

L4_INLINE L4_Acceptor_t L4_MapGrantItems(L4_Fpage_t window)
{
    L4_Acceptor_t a;

    a.raw = window.raw & ~0xFUL;
    return a;
}
L4_INLINE L4_Acceptor_t L4_AddAcceptor(L4_Acceptor_t l, L4_Acceptor_t r)
{
    L4_Acceptor_t a;

    a.raw = ((l.raw | r.raw) & 0xF) |
            ((r.raw & ~0xFUL) != 0 ? r.raw & ~0xFUL : l.raw & ~0xFUL);
    return a;
}
L4_INLINE L4_Acceptor_t L4_AddAcceptorTo(L4_Acceptor_t l, L4_Acceptor_t r)
{
    return L4_AddAcceptor(l, r);
}
L4_INLINE L4_Acceptor_t L4_RemoveAcceptor(L4_Acceptor_t l, L4_Acceptor_t r)
{
    L4_Acceptor_t a;

    a.raw =
        (l.raw & 0xF & ~r.raw) | ((r.raw & ~0xFUL) != 0 ? 0 : l.raw & ~0xFUL);
    return a;
}
L4_INLINE L4_Acceptor_t L4_RemoveAcceptorFrom(L4_Acceptor_t l, L4_Acceptor_t r)
{
    return L4_RemoveAcceptor(l, r);
}
L4_INLINE L4_Bool_t L4_HasStringItems(L4_Acceptor_t a)
{
    return a.X.s;
}
L4_INLINE L4_Bool_t L4_HasMapGrantItems(L4_Acceptor_t a)
{
    return (a.raw & ~0xFUL) != 0;
}
L4_INLINE L4_Fpage_t L4_RcvWindow(L4_Acceptor_t a)
{
    L4_Fpage_t f;

    f.raw = a.raw & ~0xFUL;
    return f;
}
L4_INLINE void L4_Accept(L4_Acceptor_t a)
{
    L4_LoadBR(0, a.raw);
}
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
L4_INLINE void L4_MsgBufferClear(L4_MsgBuffer_t *b)
{
    b->raw[0] = 0;
    b->raw[1] = 0;
}
L4_INLINE void L4_MsgBufferAppendSimpleRcvString(L4_MsgBuffer_t *b,
                                                 L4_StringItem_t s)
{
    s.raw[0] &= ~0x3F0UL;
    __L4_MsgBufferAppend(b, s.raw, 2);
}
L4_INLINE void L4_MsgBufferAppendRcvString(L4_MsgBuffer_t *b,
                                           L4_StringItem_t *s)
{
    const L4_Word_t *words = (const L4_Word_t *)s;

    __L4_MsgBufferAppend(b, words, __L4_StringWords(words));
}
L4_INLINE void L4_AcceptStrings(L4_Acceptor_t a, L4_MsgBuffer_t *b)
{
    L4_Word_t last;

    L4_LoadBR(0, a.raw);
    L4_LoadBRs(1, (int)__L4_MsgBufferWords(b, &last), b->raw);
}

#ifdef __cplusplus
#include <l4/message_cxx.h>
#endif

#endif
