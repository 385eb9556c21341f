# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Walks part 4 of docs/x2.md: every name in its tables and text is compiled,
from its section's header alone, in C and in C++, for every processor.

A function must have the very signature of the table, a constant the value that
the text gives it, and above every function the header says in a line what it
does and where x2.md says so. Ends with "N passed, N failed".
"""

import glob
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PORTS = {
    "x86": (["gcc", "-m32"], ["g++", "-m32"], "ia32"),
    "arm": (["arm-none-eabi-gcc", "-marm", "-march=armv7-a"],
            ["arm-none-eabi-g++", "-marm", "-march=armv7-a"], "arm"),
    "riscv": (["riscv64-unknown-elf-gcc", "-march=rv64imac", "-mabi=lp64"],
              ["riscv64-unknown-elf-g++", "-march=rv64imac", "-mabi=lp64"],
              "riscv64"),
}
STANDARDS = {"C": ("c11", "c17"), "C++": ("c++98", "c++17")}
STRICT = ["-ffreestanding", "-Wall", "-Wextra", "-Werror", "-pedantic",
          "-fsyntax-only", "-Wno-unused-function", "-fmax-errors=0"]

# Part 4's abbreviations, and those of single sections.
SHORT = {"W": "L4_Word_t", "B": "L4_Bool_t", "T": "L4_ThreadId_t",
         "F": "L4_Fpage_t", "Tm": "L4_Time_t", "Tag": "L4_MsgTag_t",
         "M": "L4_Msg_t"}
SHORT_IN = {
    "kip.h": {"k": "void *", "m": "L4_MemoryDesc_t *", "p": "L4_ProcDesc_t *"},
    "thread.h": {"s": "L4_ThreadState_t"},
    "message.h": {"s": "L4_StringItem_t", "m": "L4_MapItem_t",
                  "g": "L4_GrantItem_t", "c": "L4_CtrlXferItem_t",
                  "a": "L4_Acceptor_t", "b": "L4_MsgBuffer_t",
                  "h": "L4_CacheAllocationHint_t"},
    "bootinfo.h": {"r": "const L4_BootRec_t *"},
}
# What (l, r) are is in the function's name.
PAIRS = (("Clock", "L4_Clock_t"), ("Hint", "L4_CacheAllocationHint_t"),
         ("Acceptor", "L4_Acceptor_t"))
# Said of other processors: on each of ours only one of these is there, and
# layout.c knows which.
NOT_HERE = {"L4_32BIT", "L4_64BIT", "L4_BIG_ENDIAN", "L4_ARCH_IA32",
            "L4_ARCH_AMD64", "L4_ARCH_POWERPC", "L4_ARCH_POWERPC64",
            "L4_ThreadId32_t"}
# Macros that are no values.
NO_VALUE = re.compile(r"L4_(LITTLE_ENDIAN|INLINE|HAVE_\w+|BITFIELD\d|SHUFFLE\d|"
                      r"KDB_Enter)|__L4_(ARCH__|INC_ARCH)|enter_kdebug|kd_inchar")
# Patterns, written out elsewhere in x2.md.
FAMILIES = {"L4_Err…": ("## 2.1", r"L4_Err[A-Z]\w+"),
            "L4_ERROR_…": ("## 2.1", r"L4_ERROR_\w+"),
            "L4_SCHEDRESULT_…": ("## 2.9", r"L4_SCHEDRESULT_\w+")}


# Which headers bring others ("Include graph" at the beginning of part 4).
BRINGS = {"ipc.h": ("message.h", "thread.h"), "sigma0.h": ("kip.h", "ipc.h")}
BRING_CALLS = ("kip.h", "space.h", "schedule.h", "misc.h", "thread.h")


class Check:
    """One name: its line of C or C++, or none in that language."""

    def __init__(self, name, c=None, cxx=None, header=True):
        self.name, self.lines = name, {"C": c, "C++": cxx}
        self.header = header  # needs a comment there


def c_type(text, header, name):
    """A type as part 4 writes it, without a parameter's name; or None."""
    text = text.replace("const ", "const  ").strip()
    match = re.match(r"(const\s+)?(\w+)\s*(\**)\s*(\w+)?(\[\w*\])?$", text)
    if not match:
        return None
    const, base, stars, _, array = match.groups()
    base = SHORT_IN.get(header, {}).get(base, SHORT.get(base, base))
    if base in ("l", "r"):
        base = next(t for key, t in PAIRS if key in name)
    if array:
        stars += "*"
    return "%s%s %s" % ("const " if const else "", base, stars)


def parameters(text, header, name):
    if text.strip() in ("void", ""):
        return ["void"]
    return [c_type(p, header, name) for p in text.split(",")]


def signature(span, header, before):
    """(result, name, parameters) of a table's entry; what it leaves out is as
    in the entry before. None: it is no function."""
    match = re.match(r"(?P<r>.*?)(?P<n>(?:__)?\w*L4_\w+)\s*(?:\((?P<p>.*)\))?$",
                     span.strip(), re.I)
    if not match or match["n"].endswith("_t"):
        return None
    name, result = match["n"], match["r"].strip()
    # A type of its own before a star belongs to the result.
    result = before[0] if result in ("", "…") and before else \
        c_type(result, header, name)
    params = before[2] if match["p"] is None or match["p"] == "…" else \
        parameters(match["p"], header, name)
    return (result, name, params)


def pointer(number, sig):
    result, name, params = sig
    return "void use_%d(void); void use_%d(void) { %s (*f)(%s) = %s; (void)f; }" \
        % (number, number, result, ", ".join(params), name)


def operator(number, op, left, right):
    """left op right compiles; neither is evaluated."""
    value = lambda t: "(*(%s *)16)" % t.replace("const ", "").replace("*", "")\
        .strip() if "void" not in t else "((void *)16)"
    return "void use_%d(void); void use_%d(void) { (void)sizeof(%s %s %s); }" \
        % (number, number, value(left), op, value(right))


def spans(cell):
    return re.findall(r"`([^`]+)`", cell)


class Walk:
    """The checks of part 4, section by section."""

    def __init__(self):
        with open(os.path.join(TOP, "docs/x2.md"), encoding="utf-8") as f:
            self.text = f.read()
        self.sections = []  # (number, header, [Check])
        self.count = 0
        part = self.text[self.text.index("\n# 4. "):
                         self.text.index("\n# 5. ")]
        pieces = re.split(r"\n## (4\.\d+) ([^\n]*)\n", part)
        self.calls = self.system_calls()
        for number, title, body in zip(*[iter(pieces[1:])] * 3):
            header = re.search(r"l4/(\w+\.h)", title)[1]
            self.sections.append((number, header,
                                  self.section(number, header, body)))
        self.graph()

    def graph(self):
        """What a header brings is there with it alone."""
        found = {header: checks for _, header, checks in self.sections}
        for header, brought in BRINGS.items():
            for other in brought:
                found[header] += [
                    Check(c.name, c.lines["C"], c.lines["C++"], False)
                    for c in list(found[other])
                    if c.lines["C"] and "[" not in c.lines["C"]]
        for header in BRING_CALLS:
            for name, call in self.calls.items():
                line = pointer(self.next(), call)
                found[header].append(Check(name, line, line, False))

    def next(self):
        self.count += 1
        return self.count

    def system_calls(self):
        """Prototypes in part 2's blocks of C: {name: signature}."""
        part = self.text[self.text.index("\n# 2. "):
                         self.text.index("\n# 3. ")]
        found = {}
        for block in re.findall(r"```c\n(.*?)```", part, re.S):
            for line in " ".join(block.split()).split(";"):
                match = re.match(r"(.*?)\b(L4_\w+) \((.*)\)$", line.strip())
                if match:
                    found[match[2]] = (c_type(match[1], "", match[2]),
                                       match[2],
                                       parameters(match[3], "", match[2]))
        return found

    def section(self, number, header, body):
        checks, named = [], set()
        before = None
        for line in body.splitlines():
            if line.startswith("|"):
                before = self.row(line, header, before, checks, named)
        names = set()
        for line in body.splitlines():
            if not line.startswith("|"):
                self.prose(line, names, checks)
        for name in sorted(names - named):
            if name in self.calls:
                line = pointer(self.next(), self.calls[name])
                checks.append(Check(name, line, line, False))
            else:
                checks.append(self.plain(name))
        return checks

    def plain(self, name):
        """A type, a macro, an expression or a function: it is declared."""
        i = self.next()
        if NO_VALUE.fullmatch(name):
            line = "@ifdef " + name
        else:
            line = "typedef __typeof__(%s) use_%d;" % (name, i)
        return Check(name, line, line, False)

    def prose(self, line, names, checks):
        if line.startswith("Types: section 1.1,"):
            start = self.text.index("\n## 1.1")
            names.update(re.findall(r"L4_\w+_t", self.text[
                start:self.text.index("\n## ", start + 4)]))
        for span in spans(line):
            first = re.match(r"(L4_[A-Z]+?)(\d+)$", span)
            follow = re.search(re.escape("`%s`…`" % span) + r"L4_[A-Z]+(\d)",
                               line)
            if first and follow:
                names.update(first[1] + str(n) for n in
                             range(int(first[2]), int(follow[1]) + 1))
            elif span in FAMILIES:
                head, pattern = FAMILIES[span]
                start = self.text.index("\n%s " % head)
                end = self.text.index("\n## ", start + 4)
                names.update(re.findall(pattern, self.text[start:end]))
            elif "<" in span or "…" in span and "(" not in span:
                continue
            else:
                match = re.match(r"(?:\w+ \*?)?((?:__)?L4_\w+|enter_kdebug|"
                                 r"kd_inchar)(?:$|\s*\()", span)
                if match and match[1] not in NOT_HERE and \
                        not match[1].endswith("_"):
                    names.add(match[1])
        # A constant and its value.
        for name, value in re.findall(
                r"`(L4_\w+)` (0x[0-9A-F]+|\d+<<\d+|\d+)(?![\w.:-])", line):
            if name not in NOT_HERE:
                i = self.next()
                text = "typedef char use_%d[(%s) == (%s) ? 1 : -1];" % (
                    i, name, value)
                checks.append(Check(name, text, text, False))

    def row(self, line, header, before, checks, named):
        """A table's row; result: its last signature."""
        cells = [c.strip() for c in line.strip("|").replace("||", "@@")
                 .split("|")]
        sigs = []
        for span in spans(cells[0]):
            for piece in re.split(r", (?=(?:void|B|W|L4_\w+ )\s?\*?L4_)", span):
                sig = signature(piece, header, before)
                if sig is None:
                    if re.match(r"L4_\w+_t$", piece):
                        checks.append(self.plain(piece))
                    continue
                if sig[0] is None or sig[2] is None or \
                        "…" in span and "(str" in span:
                    checks.append(self.plain(sig[1]))
                    named.add(sig[1])
                    continue
                before = sig
                sigs.append(sig)
                named.add(sig[1])
                text = pointer(self.next(), sig)
                checks.append(Check(sig[1], text, text))
        elsewhere = len(cells) > 2 and re.search(r"see thread\.h|on x86",
                                                 cells[2])
        if len(cells) > 2 and cells[2] not in ("", "C++") and not elsewhere:
            self.cxx(cells[2], header, sigs, checks)
        return before

    def cxx(self, cell, header, sigs, checks):
        names = spans(re.sub(r"\([^`]*exists misspelt as", "(", cell))
        types = re.search(r"\((int, Word64, Clock)\)", cell)
        ops = [n for n in names if not re.search(r"[Ll]4_", n)
               and not n.startswith("(")]
        if ops:
            ops = [o for n in ops for o in re.findall(r"[-+<>=!]=|[-+<>]", n)]
            left = sigs[0][2][0]
            rights = ["int", "L4_Word64_t", "L4_Clock_t"] if types else \
                [sigs[0][2][-1]]
            for op in ops:
                for right in rights:
                    checks.append(Check(
                        "%s %s %s" % (left, op, right), None,
                        operator(self.next(), op, left, right), False))
            return
        plain = [n for n in names if re.search(r"[Ll]4_|^\(", n)]
        pairs = []
        if len(plain) == len(sigs):
            pairs = list(zip(plain, sigs))
        elif sigs:
            pairs = [(n, s) for n in plain
                     for s in (sigs if "(" not in n else sigs[:1])]
        else:
            pairs = [(n, ("L4_Bool_t", "", ["void"])) for n in plain]
        last = ""
        for name, sig in pairs:
            if name.startswith("("):
                name = last + " " + name
            last = name.split(" (")[0].split()[-1]
            if sig[1] == "L4_CacheAlloctionHint":
                continue
            mine = self.overload(name, header, sig)
            if mine:
                checks.append(Check(mine[1], None,
                                    pointer(self.next(), mine), False))

    def overload(self, text, header, sig):
        match = re.match(r"(?:B )?(\w+)\s*(?:\((.*)\))?$", text)
        params = sig[2]
        if match[2] is not None and match[2] != "…":
            params = parameters(match[2], header, match[1])
        return (sig[0], match[1], params)


def source(header, checks, language):
    """(text, {line number: check})"""
    lines, where = ["#include <l4/%s>" % header], {}
    if header == "arch.h":
        lines += ["#include <l4/thread.h>"]
    for check in checks:
        line = check.lines[language]
        if line is None:
            continue
        if line.startswith("@ifdef "):
            name = line[7:]
            lines += ["#ifndef " + name, "#error", "#endif"]
            where[len(lines) - 1] = check
            continue
        lines.append(line)
        where[len(lines)] = check
    return "\n".join(lines) + "\n", where


def compile_section(port, language, standard, header, checks):
    """Names that do not compile, and why."""
    cc, cxx, _ = PORTS[port]
    compiler = cc if language == "C" else cxx
    text, where = source(header, checks, language)
    done = subprocess.run(
        compiler + ["-std=" + standard, "-x",
                    "c" if language == "C" else "c++"] + STRICT
        + ["-Iinclude", "-Iuser/lib", "-Iarch/%s/include" % port]
        + ["-I" + d for d in sorted(glob.glob(os.path.join(
            TOP, "arch", port, "cpu", "*", "include")))[-1:]] + ["-"],
        input=text, cwd=TOP, capture_output=True, text=True, check=False)
    bad = {}
    for line in done.stderr.splitlines():
        match = re.match(r"<stdin>:(\d+):\d+: error: (.*)", line)
        if match:
            check = where.get(int(match[1]))
            bad.setdefault(check.name if check else "?", match[2])
        elif ": error: " in line or "fatal error" in line:
            bad.setdefault(header, line)
    if done.returncode and not bad:
        bad[header] = done.stderr[-200:]
    return len(where), bad


def undocumented(text, names, section):
    """Functions without a line above them that names the section."""
    bad = []
    for name in sorted(names):
        match = re.search(r"(/\*[^/]*\*/)\n(?:#define %s\b|"
                          r"L4_INLINE [^;{/(]*?\b%s\()" % (name, name), text)
        # Fields of boot records come from a macro, which has the line.
        family = re.match(r"L4_(SimpleExec|EFI)_", name)
        if match and "(x2.md %s" % section in " ".join(match[1].split()) or \
                family and "(x2.md 4.10)" in text:
            continue
        bad.append(name)
    return bad


def read(*path):
    with open(os.path.join(TOP, *path), encoding="ascii") as f:
        return f.read()


def texts(walk):
    """(file, its functions, those without their line) for every header."""
    for number, header, checks in walk.sections:
        names = {c.name for c in checks if c.header} - set(walk.calls)
        text = read("include/l4", header) + \
            (read("include/l4/tcr.h") if header == "thread.h" else "")
        if header == "arch.h":
            text = read("arch/x86/include/l4/ia32/arch.h")
            names = {n for n in names if re.search(r"\b%s\(" % n, text)}
        if names:
            yield header, names, undocumented(text, names, number)
    for port, (_, _, name) in PORTS.items():
        path = "arch/%s/include/l4/%s/syscalls.h" % (port, name)
        names = set(walk.calls)
        yield path, names, undocumented(read(path), names, "2.")


def main():
    walk = Walk()
    passed = failed = 0
    if sys.argv[1:] == ["--list"]:
        for number, header, checks in walk.sections:
            for check in checks:
                print(number, header, check.name)
                for language, line in check.lines.items():
                    if line:
                        print("    %-4s %s" % (language, line))
        return 0
    for number, header, checks in walk.sections:
        for port in PORTS:
            if header == "arch.h" and PORTS[port][2] != "ia32":
                continue
            for language, standards in STANDARDS.items():
                for standard in standards:
                    count, bad = compile_section(port, language, standard,
                                                 header, checks)
                    passed += max(0, count - len(bad))
                    failed += len(bad)
                    for name, why in bad.items():
                        print("failed: %s %s %s %s: %s" % (
                            number, port, standard, name, why))
    for what, names, missing in texts(walk):
        passed += len(names) - len(missing)
        failed += len(missing)
        for name in missing:
            print("failed: %s: no line with its x2.md section above %s"
                  % (what, name))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
