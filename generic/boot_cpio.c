/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * An initrd in cpio's "newc" format: a header of 14 fields in ASCII, the name,
 * the contents; name and contents end at multiples of four bytes.
 */
#include "boot.h"
#include "string.h"

enum {
    HEADER_BYTES = 110,
    FIELD_MODE = 1,
    FIELD_FILE_SIZE = 6,
    FIELD_NAME_SIZE = 11,
    MODE_TYPE = 0170000,
    MODE_FILE = 0100000,
};

/* A header field: eight hexadecimal digits. Result: false if it is none. */
static bool field(const char *header, unsigned n, word_t *value)
{
    const char *digit = header + 6 + n * 8;

    *value = 0;
    for (int i = 0; i < 8; i++) {
        char c = digit[i];
        if (c >= '0' && c <= '9')
            *value = *value << 4 | (word_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            *value = *value << 4 | (word_t)((c | 0x20) - 'a' + 10);
        else
            return false;
    }
    return true;
}

static word_t pad(word_t n)
{
    return (n + 3) & ~(word_t)3;
}

/* Before the first byte is read: a loader may put it where the kernel cannot
 * look, or say it did where there is nothing. */
static void check_place(const struct boot *b, paddr_t start, word_t size)
{
    paddr_t low, high;

    boot_mapped(b, &low, &high);
    if (size > ~start || start < low || start + size > high ||
        !boot_is_ram(b, start, start + size))
        boot_fail(BOOT_MODULE_OUTSIDE, "the initrd");
}

void boot_cpio(struct boot *b, paddr_t start, word_t size)
{
    const char *archive = phys_to_virt(start);
    word_t at = 0;

    check_place(b, start, size);
    while (size - at >= HEADER_BYTES) {
        const char *header = archive + at;
        const char *name = header + HEADER_BYTES;
        word_t mode, file_size, name_size;

        if (memcmp(header, "07070", 5) != 0 ||
            (header[5] != '1' && header[5] != '2') ||
            !field(header, FIELD_MODE, &mode) ||
            !field(header, FIELD_FILE_SIZE, &file_size) ||
            !field(header, FIELD_NAME_SIZE, &name_size))
            boot_fail(BOOT_BAD_IMAGE, "the initrd is no cpio newc archive");
        /* Compare what is left, so that nothing can overflow. */
        word_t left = size - at - HEADER_BYTES;
        if (name_size == 0 || name_size > left || name[name_size - 1] != '\0')
            boot_fail(BOOT_BAD_IMAGE, "a name in the initrd is cut off");
        if (strcmp(name, "TRAILER!!!") == 0)
            return;
        word_t data = pad(at + HEADER_BYTES + name_size);
        if (data > size || file_size > size - data)
            boot_fail(BOOT_MODULE_OUTSIDE, name);
        if ((mode & MODE_TYPE) == MODE_FILE)
            boot_add_module(b, start + data, file_size, name);
        at = pad(data + file_size);
        if (at > size)
            break;
    }
    boot_fail(BOOT_BAD_IMAGE, "the initrd has no end mark");
}
