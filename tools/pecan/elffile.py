# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the tools read of ELF files of 32 and 64 bits: symbols, sections, labels
of instructions (arch/<arch>/include/arch/site.h), what is loaded where."""

import struct

from boards import Failure


def symbols(path):
    """Symbols of an ELF file: a list of (name, address)."""
    with open(path, "rb") as f:
        data = f.read()
    wide = data[4] == 2
    header = "<16xHHIQQQIHHHHHH" if wide else "<16xHHIIIIIHHHHHH"
    fields = struct.unpack_from(header, data)
    offset, size, count = fields[5], fields[10], fields[11]
    section = "<IIQQQQIIQQ" if wide else "<IIIIIIIIII"
    symbol = struct.Struct("<IBBHQQ" if wide else "<IIIBBH")
    sections = [struct.unpack_from(section, data, offset + i * size)
                for i in range(count)]
    found = []
    for kind, start, length, link in ((s[1], s[4], s[5], s[6])
                                      for s in sections):
        if kind != 2:  # SHT_SYMTAB
            continue
        strings = sections[link][4]
        for at in range(start, start + length, symbol.size):
            entry = symbol.unpack_from(data, at)
            name, address = entry[0], entry[4] if wide else entry[1]
            end = data.index(b"\0", strings + name)
            found.append((data[strings + name:end].decode(), address))
    return found


def section(path, wanted):
    """The bytes of a section of an ELF file, and whether it has 64 bits."""
    with open(path, "rb") as f:
        data = f.read()
    wide = data[4] == 2
    header = struct.unpack_from("<16xHHIQQQIHHHHHH" if wide else
                                "<16xHHIIIIIHHHHHH", data)
    entry = "<IIQQQQ" if wide else "<IIIIII"
    found = [struct.unpack_from(entry, data, header[5] + i * header[10])
             for i in range(header[11])]
    names = found[header[12]][4]
    for s in found:
        start = names + s[0]
        if data[start:data.index(b"\0", start)].decode() == wanted:
            return data[s[4]:s[4] + s[5]], wide
    raise Failure("%s has no section %s" % (path, wanted))


def loaded(path, start, end):
    """What an ELF file loads at these addresses."""
    with open(path, "rb") as f:
        data = f.read()
    wide = data[4] == 2
    offset, = struct.unpack_from("<Q" if wide else "<I", data,
                                 32 if wide else 28)
    size, count = struct.unpack_from("<HH", data, 54 if wide else 42)
    for i in range(count):
        at, address, length = struct.unpack_from(
            "<8xQQ8xQ" if wide else "<4xII4xI", data, offset + i * size)
        if address <= start and end <= address + length:
            return data[at + start - address:at + end - address]
    raise Failure("%s has nothing at %#x" % (path, start))


def labels(path, wanted):
    """{label: [addresses]} of a section that holds labels."""
    data, wide = section(path, wanted)
    found, at = {}, 0
    while at < len(data):
        address, = struct.unpack_from("<Q" if wide else "<I", data, at)
        at += 8 if wide else 4
        end = data.index(b"\0", at)
        found.setdefault(data[at:end].decode(), []).append(address)
        at = end + 1
    return found
