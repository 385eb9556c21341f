# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Instructions that maintain TLB and caches lie in labelled sites
(docs/oracle.md)."""

import os
import re
import struct
import subprocess

import boards
import run
from boards import Failure

# Maintenance, and what changes the translation, as objdump writes it.
MAINTENANCE = {
    "x86": re.compile(r"\t(invlpg|invpcid|wbinvd|invd\b|clflush|"
                      r"mov +%\w+,%cr3)"),
    "arm": re.compile(r"\tmcr\w*\t15, 0, \w+, cr(8, |7, cr(5|6|10|11|14), |"
                      r"2, cr0, |13, cr0, \{1\})"),
    "riscv": re.compile(r"\t(sfence|fence\.i|csr[a-z]+\t(\w+,)?satp,\w)"),
}


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


def sites(kernel):
    """{label: [addresses]} of a kernel."""
    data, wide = section(kernel, ".sites")
    found, at = {}, 0
    while at < len(data):
        address, = struct.unpack_from("<Q" if wide else "<I", data, at)
        at += 8 if wide else 4
        end = data.index(b"\0", at)
        found.setdefault(data[at:end].decode(), []).append(address)
        at = end + 1
    return found


def unlabelled(board, kernel):
    """Instructions of maintenance without a label, and labels of others."""
    done = subprocess.run(
        [run.PREFIX[board["arch"]] + "objdump", "-d", kernel],
        capture_output=True, text=True, check=True)
    known = {a for places in sites(kernel).values() for a in places}
    seen, bad = set(), []
    for line in done.stdout.splitlines():
        place = re.match(r"\s*([0-9a-f]+):\t", line)
        if not place or not MAINTENANCE[board["arch"]].search(line):
            continue
        address = int(place.group(1), 16)
        seen.add(address)
        if address not in known:
            bad.append("no label: " + line.strip())
    return bad + ["no maintenance at the label's address %#x" % a
                  for a in sorted(known - seen)]


def check_sites(board, kernel):
    """A test's result: one test a label, and one that nothing has none."""
    bad = unlabelled(board, kernel)
    return len(sites(kernel)) + (not bad), len(bad), bad


def notices(lane, test, board, path):
    """For mutants.py: run a test on the lane's tree; why it failed, or None."""
    out = lane.build(board, path, ["kernel"])
    if test == "oracle/sites":
        bad = unlabelled(board, os.path.join(out, "pecan.elf"))
        return bad[0] if bad else None
    raise Failure("no such test: " + test)


def jobs(tests):
    """The stage."""
    for board in tests.chosen:
        for path in boards.PATHS:
            def job(board=board, path=path):
                return check_sites(board, os.path.join(
                    tests.kernel(board, path), "pecan.elf"))
            yield "oracle/sites/%s/%s" % (board["board"], path), job
