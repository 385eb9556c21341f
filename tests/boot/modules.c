/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a boot chain hands over: the root task's command line, a module with
 * its content and its name, and memory of the size that the machine has.
 */
#include <l4/bootinfo.h>
#include <l4/kip.h>
#include <l4io.h>
#include <pecan.h>
#include <string.h>

#include "../kernel/tap.h"

static const char content[] = "a module of the boot chain's test\n";

/* Record number n of the boot info, if it is a module. */
static L4_BootRec_t *module(void *info, unsigned n)
{
    L4_BootRec_t *r = L4_BootInfo_FirstEntry(info);

    if (n >= L4_BootInfo_Entries(info))
        return NULL;
    while (n--)
        r = L4_BootRec_Next(r);
    return L4_BootRec_Type(r) == L4_BootInfo_Module ? r : NULL;
}

/* Does the command line begin with this file's name, with or without path? */
static bool names(const char *line, const char *name)
{
    size_t length = strlen(name);

    for (; line != NULL && *line != 0; line++) {
        if (strncmp(line, name, length) == 0 &&
            (line[length] == 0 || line[length] == ' '))
            return true;
    }
    return false;
}

static L4_Word_t megabytes(void *kip)
{
    L4_Word_t sum = 0;

    for (L4_Word_t i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
        L4_MemoryDesc_t *m = L4_MemoryDesc(kip, i);
        if (!L4_IsMemoryDescVirtual(m) &&
            L4_MemoryDescType(m) == L4_ConventionalMemoryType)
            sum += (L4_MemoryDescHigh(m) - L4_MemoryDescLow(m) + 1) >> 10;
    }
    return (sum + 1023) >> 10;
}

int main(void)
{
    void *info = pecan_boot_info();
    L4_BootRec_t *root, *extra;

    plan(6);
    if (!ok(info != NULL, "there is boot info"))
        return 1;
    root = module(info, 0);
    extra = module(info, 1);
    ok(root && names(L4_Module_Cmdline(root), "boot-modules"),
       "the first module is the root task");
    ok(names(pecan_command_line(), "one two"), "its command line");
    if (!ok(extra != NULL, "there is another module"))
        return 1;
    ok(names(L4_Module_Cmdline(extra), "text"), "its name");
    ok(L4_Module_Size(extra) == sizeof(content) - 1 &&
           pecan_map(L4_Module_Start(extra), L4_Module_Size(extra)) &&
           memcmp((void *)L4_Module_Start(extra), content,
                  sizeof(content) - 1) == 0,
       "its content");
    printf("memory: %lu MiB\n", megabytes(L4_GetKernelInterface()));
    return tap_status();
}
