/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_KDEBUG_H__
#define __L4_KDEBUG_H__
/*
 * The kernel console and debugger (docs/x2.md 4.12). A kernel without the
 * debugger still prints and reads characters.
 */
#include <l4/types.h>
#include __L4_INC_ARCH(syscalls.h)

/* Operations of __L4_Kdb(). */
enum { __L4_KDB_ENTER = 0, __L4_KDB_PRINT_CHAR = 1, __L4_KDB_READ_CHAR = 3 };

/* Enters the debugger, which shows the literal; or does nothing (x2.md 4.12).
 */
#define L4_KDB_Enter(text) \
    ((void)__L4_Kdb(__L4_KDB_ENTER, (L4_Word_t)("" text)))

/* Writes a character to the kernel console. (x2.md 4.12) */
L4_INLINE void L4_KDB_PrintChar(char c)
{
    (void)__L4_Kdb(__L4_KDB_PRINT_CHAR, (L4_Word_t)(unsigned char)c);
}
/* Writes a text, character by character, so that the kernel touches no user
 * memory (x2.md 4.12). */
L4_INLINE void L4_KDB_PrintString(const char *s)
{
    while (*s != 0)
        L4_KDB_PrintChar(*s++);
}
/* Nothing: a serial line has no page. (x2.md 4.12) */
L4_INLINE void L4_KDB_ClearPage(void)
{
}
/* Nothing: no key breaks in. (x2.md 4.12) */
L4_INLINE void L4_KDB_ToggleBreakin(void)
{
}
/* A key or, if there is none, a negative number. An int, since plain char has
 * no negative values on some processors (x2.md 4.12). */
L4_INLINE int L4_KDB_ReadChar(void)
{
    return (int)(L4_SignedWord_t)__L4_Kdb(__L4_KDB_READ_CHAR, 0);
}
/* Waits for a key. (x2.md 4.12) */
L4_INLINE int L4_KDB_ReadChar_Blocked(void)
{
    int c;

    while ((c = L4_KDB_ReadChar()) < 0)
        L4_ThreadSwitch(L4_nilthread);
    return c;
}

#define enter_kdebug(text) L4_KDB_Enter(text)
#define kd_inchar()        L4_KDB_ReadChar_Blocked()

#endif
