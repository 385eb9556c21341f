/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * A root task in C++98: objects that are there before main and gone after it,
 * virtual functions, and the C++ names of the API.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4io.h>
#include <stdlib.h>
#include <string.h>

extern "C" int part(int n);       /* part.c */
extern "C" int unit(float n);     /* unit.c */
extern char _etext, _edata, _end; /* as linkers have them */

class Shape
{
  public:
    virtual ~Shape()
    {
    }
    virtual int corners() const = 0;
};

class Square : public Shape
{
  public:
    explicit Square(int n) : made(n)
    {
    }
    ~Square()
    {
        printf("gone %d\n", made);
    }
    int corners() const
    {
        return 4;
    }
    int made;
};

/* There is no heap but what a program makes. */
void operator delete(void *) throw()
{
}

static Square first(1);
static Square second(first.made + 1);

static int count()
{
    static Square inner(part(2));

    return inner.made;
}

static void last()
{
    printf("at exit\n");
}

int main()
{
    const Shape &shape = second;
    L4_ThreadId_t me = L4_Myself();
    L4_Msg_t msg;

    printf("made %d %d, corners %d\n", first.made, second.made,
           shape.corners());
    printf("inner %d\n", count());
    printf("ten roots of 30: %d\n", unit(1));
    char text[8] = "memory";
    memset(text, 'x', 2);
    puts(strstr(text, "xxmory") != NULL ? text : "wrong");
    L4_Clear(&msg);
    L4_Append(&msg, L4_Word_t(7));
    L4_Load(&msg);
    /* Nobody sends to us: it times out, in the receive phase. */
    L4_MsgTag_t tag = L4_Receive(L4_anylocalthread, L4_TimePeriod(1000));
    if (!L4_IpcFailed(tag) || L4_ErrorCode() != 3)
        return 1;
    if (L4_GlobalId(L4_LocalId(me)) != me || L4_HasFeature("no such thing"))
        return 2;
    if (&_etext > &_edata || &_edata > &_end ||
        reinterpret_cast<char *>(&first) > &_end)
        return 4;
    if (atexit(last) != 0)
        return 3;
    return 7;
}
