# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Which lines of generic/ and arch/ are executed on booted boards. While this
records, every boot of a tested kernel is watched by
tools/plugin/pecan_coverage.c; debug information says which line an instruction
comes from. docs/coverage.md lists the lines that no board executes."""

import bisect
import collections
import functools
import os
import re
import shutil
import subprocess
import uuid

import boards
import build
import measure

DIRECTORY = os.path.join(boards.BUILD, "coverage")
WANTED = {"generic": 95, "arch": 90}  # percent of the lines
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t", re.M)
SECTION = re.compile(r"^\s*\d+ (\.boot|\.text)\s+([0-9a-f]+)\s+([0-9a-f]+)",
                     re.M)
PLACE = re.compile(r"^(?:.*/)?((?:generic|arch)/\S+?):(\d+)")
BUILDS = re.compile(r"^(\S+)-test$")
LOW = 0xfffffff
DOCUMENT = os.path.join(boards.TOP, "docs", "coverage.md")
# The last name before a parenthesis, at the left margin, that a body follows.
FUNCTION = re.compile(r"^(?:[A-Za-z_][^\n;={}]*?[\s*]|)(\w+)\([^;{}]*\)\s*\n\{",
                      re.M)
ATTRIBUTE = re.compile(r"__attribute__\(\([^()]*(\([^()]*\)[^()]*)*\)\)")
LABEL = re.compile(r"^([A-Za-z_.]\w*):", re.M)

recording = False


def begin():
    """Watch all boots from now on, and forget those before."""
    global recording
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    os.makedirs(DIRECTORY)
    build.plugin("pecan_coverage")
    recording = True


def sections(board, out):
    """{.boot, .text: (address, bytes)} of a kernel."""
    done = subprocess.run([boards.PREFIX[board["arch"]] + "objdump", "-h",
                           os.path.join(out, "pecan.elf")],
                          capture_output=True, text=True, check=True)
    return {name: (int(at, 16), int(size, 16))
            for name, size, at in SECTION.findall(done.stdout)}


def words(board, out, recipe):
    """What QEMU is told in addition, if this boots a kernel under test."""
    if not recording or not BUILDS.match(os.path.basename(out)):
        return []
    found = sections(board, out)
    at, size = found[".text"]
    name = "%s.%s" % (os.path.basename(out), uuid.uuid4().hex)
    options = ["file=" + os.path.join(DIRECTORY, name), "from=%#x" % at,
               "to=%#x" % (at + size)]
    if recipe["kind"] != "uboot":  # which is somewhere there itself
        at, size = found.get(".boot", (at, size))
        options += ["early=%#x" % (at & LOW), "size=%#x" % size,
                    "link=%#x" % at]
    return ["-plugin", ",".join([os.path.join(
        boards.BUILD, "plugin", "pecan_coverage.so")] + options)]


def places(board, out):
    """{address: (file, line)} of a kernel's instructions in the two."""
    elf = os.path.join(out, "pecan.elf")
    prefix = boards.PREFIX[board["arch"]]
    done = subprocess.run([prefix + "objdump", "-d", elf],
                          capture_output=True, text=True, check=True)
    addresses = INSTRUCTION.findall(done.stdout)
    done = subprocess.run([prefix + "addr2line", "-e", elf],
                          input="\n".join(addresses), capture_output=True,
                          text=True, check=True)
    found = {}
    for address, line in zip(addresses, done.stdout.splitlines()):
        match = PLACE.match(line)
        if match:
            found[int(address, 16)] = match.group(1), int(match.group(2))
    return found


def measure_lines(chosen):
    """Result: ({file: lines with code}, {file: those executed}), all boards and
    paths together."""
    code, executed = (collections.defaultdict(set) for _ in range(2))
    logs = collections.defaultdict(set)
    for name in os.listdir(DIRECTORY):
        with open(os.path.join(DIRECTORY, name), encoding="ascii") as f:
            logs[name.rpartition(".")[0]] |= set(f.read().split())
    for board in chosen:
        for path in boards.PATHS:
            out = build.directory(board, path, "-test")
            ran = {int(a, 16) for a in logs[os.path.basename(out)]}
            for address, (file, line) in places(board, out).items():
                code[file].add(line)
                if address in ran:
                    executed[file].add(line)
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
    return {top: (sum(len(executed[f]) for f in code if f.startswith(top + "/")),
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
    """{(file, function): reason} of docs/coverage.md."""
    found = {}
    with open(DOCUMENT, encoding="utf-8") as f:
        for line in f:
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            if len(cells) != 3 or not cells[0].startswith("`"):
                continue
            for name in cells[1].split(","):
                found[cells[0].strip("`"), name.strip(" `")] = cells[2]
    return found


def check(chosen):
    """Result: (passed, failed, complaints and the figures)."""
    code, executed = measure_lines(chosen)
    bad, said, missing = [], [], collections.defaultdict(set)
    for top, (ran, every) in sorted(shares(code, executed).items()):
        said.append("%s/: %d of %d lines, %.1f %%" % (top, ran, every,
                                                      100 * ran / every))
        if ran * 100 < every * WANTED[top]:
            bad.append("less than %d %% of %s/" % (WANTED[top], top))
    for file in sorted(code):
        for line in code[file] - executed[file]:
            missing[file, name_of(file, line)].add(line)
    reasons = listed()
    for file, name in sorted(set(missing) - set(reasons)):
        bad.append("%s: %s: nobody executes line %s, and %s does not say why" % (
            file, name, ranges(missing[file, name]),
            os.path.relpath(DOCUMENT, boards.TOP)))
    for file, name in sorted(set(reasons) - set(missing)):
        bad.append("%s: %s is executed whole, and listed" % (file, name))
    return 1 - bool(bad), len(bad), bad + said
