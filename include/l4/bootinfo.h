/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef __L4_BOOTINFO_H__
#define __L4_BOOTINFO_H__
/*
 * Boot info: what the boot loader left for the root task (docs/x2.md 3.8 and
 * 4.10). It lies at the physical address that the KIP's BootInfo holds.
 */
#include <l4/types.h>

#define L4_BOOTINFO_MAGIC   0x14B0021DUL
#define L4_BOOTINFO_VERSION 1UL

#define L4_BootInfo_Module     0x0001UL
#define L4_BootInfo_SimpleExec 0x0002UL
#define L4_BootInfo_EFITables  0x0101UL
#define L4_BootInfo_Multiboot  0x0102UL

typedef struct {
    L4_Word_t magic, version;
    L4_Word_t size;        /* bytes, records and strings included         */
    L4_Word_t first_entry; /* bytes from here                             */
    L4_Word_t num_entries;
    L4_Word_t __reserved[3];
} L4_BootInfo_t;

typedef struct {
    L4_Word_t type, version;
    L4_Word_t offset_next; /* bytes from this record                      */
} L4_BootRec_t;

typedef struct {
    L4_Word_t type, version, offset_next;
    L4_Word_t start, size;
    L4_Word_t cmdline_offset; /* bytes from this record; 0: none           */
} L4_Boot_Module_t;

typedef struct {
    L4_Word_t type, version, offset_next;
    L4_Word_t text_pstart, text_vstart, text_size;
    L4_Word_t data_pstart, data_vstart, data_size;
    L4_Word_t bss_pstart, bss_vstart, bss_size;
    L4_Word_t initial_ip;
    L4_Word_t flags, label;
    L4_Word_t cmdline_offset;
} L4_Boot_SimpleExec_t;

typedef struct {
    L4_Word_t type, version, offset_next;
    L4_Word_t systab, memmap, memmap_size, memdesc_size, memdesc_version;
} L4_Boot_EFI_t;

typedef struct {
    L4_Word_t type, version, offset_next;
    L4_Word_t address;
} L4_Boot_MBI_t;

/* Is there boot info at ptr? (x2.md 4.10) */
L4_INLINE L4_Bool_t L4_BootInfo_Valid(const void *ptr)
{
    const L4_BootInfo_t *b = (const L4_BootInfo_t *)ptr;

    return b->magic == L4_BOOTINFO_MAGIC && b->version == L4_BOOTINFO_VERSION;
}
/* Its bytes, records and texts included. (x2.md 4.10) */
L4_INLINE L4_Word_t L4_BootInfo_Size(const void *ptr)
{
    return ((const L4_BootInfo_t *)ptr)->size;
}
/* How many records it has. (x2.md 4.10) */
L4_INLINE L4_Word_t L4_BootInfo_Entries(const void *ptr)
{
    return ((const L4_BootInfo_t *)ptr)->num_entries;
}
/* The first record. (x2.md 4.10) */
L4_INLINE L4_BootRec_t *L4_BootInfo_FirstEntry(const void *ptr)
{
    return (L4_BootRec_t *)((L4_Word_t)ptr +
                            ((const L4_BootInfo_t *)ptr)->first_entry);
}
/* L4_BootInfo_Module and so on. (x2.md 4.10) */
L4_INLINE L4_Word_t L4_BootRec_Type(const L4_BootRec_t *r)
{
    return r->type;
}
/* The next record. (x2.md 4.10) */
L4_INLINE L4_BootRec_t *L4_BootRec_Next(const L4_BootRec_t *r)
{
    return (L4_BootRec_t *)((L4_Word_t)r + r->offset_next);
}
/* The text at this offset of a record, or null. */
L4_INLINE char *__L4_BootRec_Text(const L4_BootRec_t *r, L4_Word_t offset)
{
    return offset != 0 ? (char *)((L4_Word_t)r + offset) : (char *)0;
}

/* Where a module is in memory. (x2.md 4.10) */
L4_INLINE L4_Word_t L4_Module_Start(const L4_BootRec_t *r)
{
    return ((const L4_Boot_Module_t *)r)->start;
}
/* Its bytes. (x2.md 4.10) */
L4_INLINE L4_Word_t L4_Module_Size(const L4_BootRec_t *r)
{
    return ((const L4_Boot_Module_t *)r)->size;
}
/* Its command line, or null. (x2.md 4.10) */
L4_INLINE char *L4_Module_Cmdline(const L4_BootRec_t *r)
{
    return __L4_BootRec_Text(r, ((const L4_Boot_Module_t *)r)->cmdline_offset);
}

/* The fields of a loaded program (x2.md 4.10). */
#define __L4_SIMPLE_EXEC_FIELD(name, field) \
    L4_INLINE L4_Word_t L4_SimpleExec_##name(const L4_BootRec_t *r) \
    { \
        return ((const L4_Boot_SimpleExec_t *)r)->field; \
    }
__L4_SIMPLE_EXEC_FIELD(TextVstart, text_vstart)
__L4_SIMPLE_EXEC_FIELD(TextPstart, text_pstart)
__L4_SIMPLE_EXEC_FIELD(TextSize, text_size)
__L4_SIMPLE_EXEC_FIELD(DataVstart, data_vstart)
__L4_SIMPLE_EXEC_FIELD(DataPstart, data_pstart)
__L4_SIMPLE_EXEC_FIELD(DataSize, data_size)
__L4_SIMPLE_EXEC_FIELD(BssVstart, bss_vstart)
__L4_SIMPLE_EXEC_FIELD(BssPstart, bss_pstart)
__L4_SIMPLE_EXEC_FIELD(BssSize, bss_size)
__L4_SIMPLE_EXEC_FIELD(InitialIP, initial_ip)
__L4_SIMPLE_EXEC_FIELD(Flags, flags)
__L4_SIMPLE_EXEC_FIELD(Label, label)
#undef __L4_SIMPLE_EXEC_FIELD

/* Sets the flags of a loaded program. (x2.md 4.10) */
L4_INLINE void L4_SimpleExec_Set_Flags(const L4_BootRec_t *r, L4_Word_t w)
{
    ((L4_Boot_SimpleExec_t *)(L4_Word_t)r)->flags = w;
}
/* Sets its label. (x2.md 4.10) */
L4_INLINE void L4_SimpleExec_Set_Label(const L4_BootRec_t *r, L4_Word_t w)
{
    ((L4_Boot_SimpleExec_t *)(L4_Word_t)r)->label = w;
}
/* Its command line, or null. (x2.md 4.10) */
L4_INLINE char *L4_SimpleExec_Cmdline(const L4_BootRec_t *r)
{
    return __L4_BootRec_Text(r,
                             ((const L4_Boot_SimpleExec_t *)r)->cmdline_offset);
}

/* The fields of a record on EFI (x2.md 4.10). */
#define __L4_EFI_FIELD(name, field) \
    L4_INLINE L4_Word_t L4_EFI_##name(const L4_BootRec_t *r) \
    { \
        return ((const L4_Boot_EFI_t *)r)->field; \
    }
__L4_EFI_FIELD(Systab, systab)
__L4_EFI_FIELD(Memmap, memmap)
__L4_EFI_FIELD(MemmapSize, memmap_size)
__L4_EFI_FIELD(MemdescSize, memdesc_size)
__L4_EFI_FIELD(MemdescVersion, memdesc_version)
#undef __L4_EFI_FIELD

/* Where the multiboot structure is in memory. (x2.md 4.10) */
L4_INLINE L4_Word_t L4_MBI_Address(const L4_BootRec_t *r)
{
    return ((const L4_Boot_MBI_t *)r)->address;
}

#ifdef __cplusplus
L4_INLINE L4_Word_t L4_Type(const L4_BootRec_t *r)
{
    return L4_BootRec_Type(r);
}
L4_INLINE L4_BootRec_t *L4_Next(const L4_BootRec_t *r)
{
    return L4_BootRec_Next(r);
}
#endif

#endif
