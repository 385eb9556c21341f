# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Is docs/tour.md true? Compares its table with the files, symbols and lines
that the plugin saw in one IPC."""

import os
import re

import anatomy
import elffile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
ROW = re.compile(r"^\| ([\w-]+) \| `([^`]+)` \| `([^`]+)` \|", re.M)
MOST_FILES, MOST_LINES = 8, 350


def told(backend):
    """{file: {symbols}} of the tour's table for this back end."""
    with open(os.path.join(TOP, "docs", "tour.md"), encoding="utf-8") as f:
        rows = ROW.findall(f.read())
    found = {}
    for of, file, symbol in rows:
        if of == backend:
            found.setdefault(file, set()).add(symbol)
    return found


def seen(arch, elf, traced):
    """({file: {symbols}}, number of source lines) of the kernel's part."""
    addresses = sorted(t.address for t in traced)
    symbols = sorted((a, n) for n, a in elffile.symbols(elf)
                     if n and not n.startswith("$"))
    found, lines = {}, set()
    for address, place in zip(addresses, anatomy.places(arch, elf, addresses)):
        file, line = place.rsplit(":", 1)
        if file.startswith("??"):  # it has another address in the file
            continue
        # Every name of this place: several labels may share an address.
        before = max((a for a, _ in symbols if a <= address), default=None)
        names = {n for a, n in symbols if a == before}
        found.setdefault(file, set()).update(names)
        lines.add((file, line))
    return found, len(lines)


def check(board, elf, traced):
    """What is not as the tour says: a list of sentences."""
    want = told(board["backend"])
    have, lines = seen(board["arch"], elf, traced)
    wrong = ["%s was executed, but the tour does not name it" % f
             for f in sorted(set(have) - set(want))]
    for file, symbols in sorted(want.items()):
        for symbol in sorted(symbols - have.get(file, set())):
            wrong.append("%s: %s was not executed" % (file, symbol))
    if len(have) > MOST_FILES:
        wrong.append("%d files, more than %d" % (len(have), MOST_FILES))
    if lines > MOST_LINES:
        wrong.append("%d lines, more than %d" % (lines, MOST_LINES))
    return wrong
