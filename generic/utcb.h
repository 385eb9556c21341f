/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_UTCB_H
#define PECAN_UTCB_H
/*
 * The user thread control block: words relative to MR0 (x2.md 1.19).
 * tcb.utcb points at MR0, in kernel addresses. The user may write all of it,
 * so the kernel reads from it but never believes it.
 */
enum {
    UTCB_SAVE = -64, /* 16 words kept for kernel-made IPC, see kipc.c      */
    UTCB_SAVE_WORDS = 16,
    UTCB_BR0 = -16, /* BR i is at UTCB_BR0 - i                             */
    UTCB_MY_ID = -15,
    UTCB_PROCESSOR = -14,
    UTCB_HANDLE = -13,
    UTCB_PAGER = -12,
    UTCB_EXCEPTION_HANDLER = -11,
    UTCB_FLAGS = -10,
    UTCB_ERROR = -9,
    UTCB_XFER_TIMEOUTS = -8,
    UTCB_INTENDED_RECEIVER = -7,
    UTCB_SENDER = -6, /* VirtualSender written, ActualSender read          */
    UTCB_WORD1 = -5,
    UTCB_WORD0 = -4,
    UTCB_SAVE_FROM = -3, /* of an Ipc, while its transfer meets page faults */
    UTCB_SAVE_TIMEOUTS = -2,
    UTCB_TO = -1, /* global id: where a message of a redirected space goes  */
    UTCB_MR0 = 0,
    UTCB_WORDS = 128,
    UTCB_START = -64, /* first word of the UTCB                            */
};
#endif
