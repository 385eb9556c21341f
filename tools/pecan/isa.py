# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Does a binary hold an instruction that its processor does not have? What is
disassembled is assembled again, by an assembler that is told of this processor
only; so nobody has to list instructions. A linked program is asked, because the
compiler's library may have been built for another processor.

arch/<arch>/cpu/<back end>/isa.json says which: "kernel" and "user" are options
of the assembler, and "newer" an instruction each that they do not let through,
of the next model or of a unit that is not used. "but" has others for what matches PROGRAM/FUNCTION: code that
runs only where the processor was found to have more; null: it is no code, or
that of a test which tries what the processor has not.
"""

import glob
import json
import os
import re
import subprocess
import tempfile

import boards
import build
import elffile

OBJDUMP = {"x86": [], "arm": [], "riscv": ["-M", "no-aliases"]}
ASSEMBLER = {"x86": ["--32"], "arm": ["-mimplicit-it=always"],
             "riscv": ["-misa-spec=2.2"]}
FIRST = {"x86": "", "arm": ".syntax unified\n", "riscv": ""}
FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t([0-9a-f ]+?)\s*\t(.*)$")
ERROR = re.compile(r"^[^:\n]*:(\d+): Error: (.*)$", re.M)
# From what objdump writes to what the assembler reads.
WRITTEN = [
    (re.compile(r"\s+[#;@] .*$"), ""),            # a remark
    (re.compile(r"\b(0x)?[0-9a-f]+ <.*>"), ".+4"),  # a target
    (re.compile(r",%eiz,1"), ""),                 # no index, at length
    (re.compile(r"^nop\t\{0\}$"), "nop"),
    (re.compile(r"\{(\d)\}$"), r"\1"),            # of a coprocessor
    (re.compile(r"^(vmov\.f\d\d\t\w+, #)\d+$"), r"\g<1>1.0"),  # as coded
    (re.compile(r"^lock nop$"), "nop"),           # KernelInterface
]


def description(board):
    """Of the board's back end."""
    with open(os.path.join(boards.TOP, "arch", board["arch"], "cpu",
                           board["backend"], "isa.json"),
              encoding="utf-8") as f:
        return json.load(f)


def readable(arch, raw, text):
    """An instruction for the assembler."""
    for pattern, by in WRITTEN:
        text = pattern.sub(by, text)
    if arch == "arm":
        text = (".arm\n" if re.fullmatch(r"[0-9a-f]{8}", raw) else ".thumb\n") \
            + text
    return text


def instructions(arch, file):
    """{instruction: (address, function)} of a program, each of them once for
    each function."""
    argv = [boards.PREFIX[arch] + "objdump", "-d"] + OBJDUMP[arch] + [file]
    end = dict(elffile.symbols(file)).get("kernel_text_end")
    if end:  # constants follow in the same section
        argv.append("--stop-address=%#x" % end)
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    found, function = {}, ""
    for line in done.stdout.splitlines():
        begins, match = FUNCTION.match(line), INSTRUCTION.match(line)
        if begins:
            function = begins.group(1)
        elif match and not match.group(3).startswith("."):
            text = readable(arch, match.group(2), match.group(3))
            found.setdefault((text, function), match.group(1))
    return found


def refused(arch, options, texts):
    """{text: why} of those that the assembler does not know."""
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        source = os.path.join(work, "all.s")
        lines = FIRST[arch].splitlines()
        owner = {}
        for text in texts:
            lines += text.splitlines()
            owner[len(lines)] = text
        with open(source, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        done = subprocess.run(
            [boards.PREFIX[arch] + "as"] + ASSEMBLER[arch] + options.split()
            + ["-o", os.path.join(work, "all.o"), source],
            capture_output=True, text=True, check=False)
    found = {owner[int(line)]: why for line, why in ERROR.findall(done.stderr)}
    if done.returncode and not found:
        return {"": done.stderr.strip()}
    return found


def newer(board, file, who):
    """Instructions of a program that its processor may not have; who: "kernel"
    or "user". Result: complaints."""
    known, groups = description(board), {}
    name = os.path.basename(file)
    places = instructions(board["arch"], file)
    if not places:
        return [name + ": no instructions"]
    for (text, function), address in places.items():
        options = known[who]
        for pattern, own in known.get("but", {}).items():
            if re.fullmatch(pattern, name + "/" + function):
                options = own
        if options is not None:
            groups.setdefault(options, {}).setdefault(text,
                                                      (function, address))
    return ["%s: %s in %s: %s" % (name, address, function, why)
            for options, texts in groups.items()
            for text, why in refused(board["arch"], options, texts).items()
            for function, address in [texts.get(text, ("?", "?"))]]


def toothless(board):
    """Which of "newer" are let through. Result: complaints."""
    known = description(board)
    return ["%s of %s: %s lets it through" % (text, who, known[who])
            for who, text in known["newer"].items()
            if text not in refused(board["arch"], known[who], [text])]


def programs(out):
    """All that was linked for users in a build directory."""
    return sorted(p for p in glob.glob(os.path.join(out, "*"))
                  if os.path.isfile(p) and build.is_program(p)
                  and not p.endswith(".elf"))


def check(board, tailored, portable):
    """All that was linked for a board, in two build directories; of the second
    only the kernel, as the programs are the same. Result: of a test, one for
    each program and one for what is not let through."""
    files = [(os.path.join(out, "pecan.elf"), "kernel")
             for out in (tailored, portable)]
    files += [(p, "user") for p in programs(tailored)]
    bad = [newer(board, file, who) for file, who in files]
    bad.append(toothless(board))
    return (sum(not b for b in bad), sum(bool(b) for b in bad),
            [line for b in bad for line in b[:5]])
