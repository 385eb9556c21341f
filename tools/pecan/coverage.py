# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Which lines of generic/ and arch/ are executed on booted boards. While this
records, every kernel that is booted is watched by tools/plugin/pecan_coverage.c;
debug information says which line an instruction comes from. docs/coverage.md
lists the functions with lines that no board executes, and why."""

import bisect
import collections
import functools
import glob
import hashlib
import os
import re
import shutil
import subprocess
import uuid

import boards
import build

DIRECTORY = os.path.join(boards.BUILD, "coverage")
WANTED = {"generic": 95, "arch": 90}  # percent of the lines
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t", re.M)
SECTION = re.compile(r"^\s*\d+ (\.boot|\.text)\s+([0-9a-f]+)\s+([0-9a-f]+)",
                     re.M)
PLACE = re.compile(r"^build/\./((?:generic|arch)/\S+?):(\d+)")
LOW = 0xfffffff
DOCUMENT = os.path.join(boards.TOP, "docs", "coverage.md")
# The last name before a parenthesis, at the left margin, that a body follows.
FUNCTION = re.compile(r"^(?:[A-Za-z_][^\n;={}]*?[\s*]|)(\w+)\([^;{}]*\)\s*\n\{",
                      re.M)
ATTRIBUTE = re.compile(r"__attribute__\(\([^()]*(\([^()]*\)[^()]*)*\)\)")
LISTED = re.compile(r"^- `(\S+)`: (.*)$", re.M)
LABEL = re.compile(r"^([A-Za-z_.]\w*):", re.M)

# Where boots are recorded, for whatever commands a test starts, too.
VARIABLE = "PECAN_COVERAGE"


def begin():
    """Watch all boots from now on, and forget those before."""
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    os.makedirs(DIRECTORY)
    build.plugin("pecan_coverage")
    os.environ[VARIABLE] = DIRECTORY


def keep(board, elf):
    """The kernel may be built again: a copy of this one. Result: its name."""
    with open(elf, "rb") as f:
        data = f.read()
    name = "%s.%s" % (board["arch"], hashlib.sha1(data).hexdigest())
    path = os.path.join(os.environ[VARIABLE], name + ".elf")
    if not os.path.exists(path):
        with open("%s.%s" % (path, uuid.uuid4().hex), "wb") as f:
            f.write(data)
        os.replace(f.name, path)
    return name


def sections(arch, elf):
    """{.boot, .text: (address, bytes)} of a kernel."""
    done = subprocess.run([boards.PREFIX[arch] + "objdump", "-h", elf],
                          capture_output=True, text=True, check=True)
    return {name: (int(at, 16), int(size, 16))
            for name, size, at in SECTION.findall(done.stdout)}


def words(board, out, recipe):
    """What QEMU is told in addition while boots are recorded."""
    elf = os.path.join(out, "pecan.elf")
    directory = os.environ.get(VARIABLE)
    # Kernels elsewhere are copies that a test has broken.
    if not directory or not os.path.exists(elf) or \
            os.path.dirname(out) != os.path.dirname(directory):
        return []
    log = os.path.join(directory, "%s.%s.log" % (keep(board, elf),
                                                 uuid.uuid4().hex))
    found = sections(board["arch"], elf)
    at, size = found[".text"]
    options = ["log=" + log, "from=%#x" % at, "to=%#x" % (at + size)]
    if recipe["kind"] != "uboot":  # which is somewhere there itself
        first = min(start & LOW for start, _ in found.values())
        options += ["early=%#x" % first,
                    "size=%#x" % ((at & LOW) + size - first),
                    "link=%#x" % (at & ~LOW | first)]
    return ["-plugin", ",".join([os.path.join(
        os.path.dirname(directory), "plugin", "pecan_coverage.so")] + options)]


def places(arch, elf):
    """{address: (file, line)} of a kernel's instructions in the two."""
    done = subprocess.run([boards.PREFIX[arch] + "objdump", "-d", elf],
                          capture_output=True, text=True, check=True)
    addresses = INSTRUCTION.findall(done.stdout)
    done = subprocess.run([boards.PREFIX[arch] + "addr2line", "-e", elf],
                          input="\n".join(addresses), capture_output=True,
                          text=True, check=True)
    found = {}
    for address, line in zip(addresses, done.stdout.splitlines()):
        match = PLACE.match(line)
        if match:
            found[int(address, 16)] = match.group(1), int(match.group(2))
    return found


def measure_lines(pairs):
    """Result: ({file: lines with code}, {file: those executed}), all boards and
    builds together; code is what the kernels under test have."""
    code, executed = (collections.defaultdict(set) for _ in range(2))
    logs = collections.defaultdict(set)
    for file in glob.glob(os.path.join(DIRECTORY, "*.log")):
        with open(file, encoding="ascii") as f:
            logs[".".join(os.path.basename(file).split(".")[:2])] |= set(
                f.read().split())
    for name, log in logs.items():
        ran = {int(a, 16) for a in log}
        ran |= {a & LOW for a in ran}  # .boot is linked where it runs
        for address, place in places(
                name.split(".")[0],
                os.path.join(DIRECTORY, name + ".elf")).items():
            if address in ran:
                executed[place[0]].add(place[1])
    for board, path in pairs:
        for file, line in places(board["arch"], os.path.join(
                build.directory(board, path, "-test"), "pecan.elf")).values():
            code[file].add(line)
    return code, executed


def ranges(numbers):
    """[1, 2, 3, 7] as "1-3 7"."""
    found = []
    for n in sorted(numbers):
        if found and found[-1][1] == n - 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return " ".join("%d" % a if a == b else "%d-%d" % (a, b) for a, b in found)


def shares(code, executed):
    """{"generic" or "arch": (executed, all)}"""
    return {top: (sum(len(executed[f] & code[f]) for f in code if f.startswith(top + "/")),
                  sum(len(code[f]) for f in code if f.startswith(top + "/")))
            for top in WANTED}


@functools.lru_cache(None)
def functions(file):
    """[(first line, name)] of a C file, in order; assembly: its labels."""
    found = []
    with open(os.path.join(boards.TOP, file), encoding="utf-8") as f:
        text = ATTRIBUTE.sub(lambda m: " " * len(m.group()), f.read())
    for match in (LABEL if file.endswith(".S") else FUNCTION).finditer(text):
        found.append((text.count("\n", 0, match.start(1)) + 1, match.group(1)))
    return found


def name_of(file, line):
    """The function, or in assembly the label, that the line belongs to."""
    names = functions(file)
    at = bisect.bisect(names, (line, "~")) - 1
    return names[at][1] if at >= 0 else "-"


def listed():
    """{(file, function)} of docs/coverage.md."""
    found = set()
    with open(DOCUMENT, encoding="utf-8") as f:
        for file, names in LISTED.findall(f.read()):
            found |= {(file, n.strip(" `")) for n in names.split(",")}
    return found


def check(pairs):
    """Result: (passed, failed, complaints and the figures)."""
    os.environ.pop(VARIABLE)
    code, executed = measure_lines(pairs)
    bad, said, missing = [], [], collections.defaultdict(set)
    for top, (ran, every) in sorted(shares(code, executed).items()):
        said.append("%s/: %d of %d lines, %.1f %%" % (top, ran, every,
                                                      100 * ran / every))
        if ran * 100 < every * WANTED[top]:
            bad.append("less than %d %% of %s/" % (WANTED[top], top))
    for file in code:
        for line in code[file] - executed[file]:
            missing[file, name_of(file, line)].add(line)
    known = listed()
    for file, name in sorted(set(missing) - known):
        bad.append("%s: %s: nobody executes line %s, and %s does not say why" % (
            file, name, ranges(missing[file, name]),
            os.path.relpath(DOCUMENT, boards.TOP)))
    for file, name in sorted(known - set(missing)):  # it may depend on timing
        said.append("%s: %s is executed whole, and listed" % (file, name))
    return 1 - bool(bad), len(bad), bad + said
