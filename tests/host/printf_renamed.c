/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/* user/lib/printf.c under names that do not collide with the host's, and with
 * a console that is a buffer. */
#define __L4_KDEBUG_H__
static void L4_KDB_PrintChar(char c);
static int L4_KDB_ReadChar_Blocked(void);
#define printf    user_printf
#define vprintf   user_vprintf
#define snprintf  user_snprintf
#define vsnprintf user_vsnprintf
#define puts      user_puts
#define putc      user_putc
#define getc      user_getc
#include "../../user/lib/printf.c"

char user_console[256];
static unsigned printed;

static void L4_KDB_PrintChar(char c)
{
    if (printed < sizeof(user_console) - 1)
        user_console[printed++] = c;
}
static int L4_KDB_ReadChar_Blocked(void)
{
    return 'k';
}
