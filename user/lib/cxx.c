/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What compiled C++ asks for without being told. There is no heap: that a class
 * with a virtual destructor mentions operator delete is no use of it.
 */
#include <stddef.h>
#include <stdlib.h>

/* A program's own of these names come before ours. */
#pragma weak __cxa_pure_virtual
#pragma weak _ZdlPv
#pragma weak _ZdlPvj
#pragma weak _ZdlPvm

void __cxa_pure_virtual(void);
void __cxa_pure_virtual(void)
{
    abort();
}

/* operator delete(void *), and with a size of either type. */
void _ZdlPv(void *p);
void _ZdlPv(void *p)
{
    (void)p;
    abort();
}
void _ZdlPvj(void *p, unsigned int size);
void _ZdlPvj(void *p, unsigned int size)
{
    (void)size;
    _ZdlPv(p);
}
void _ZdlPvm(void *p, unsigned long size);
void _ZdlPvm(void *p, unsigned long size)
{
    (void)size;
    _ZdlPv(p);
}
