# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""The rules of CONTRIBUTING.md that a program can check."""

import glob
import os
import re
import subprocess

import boards
import boot_errors
import conformance
import presets
import thesis

MAX_FUNCTION = 80
SPDX = "SPDX-License-Identifier: BSD-2-Clause"
SOURCE = (".c", ".h", ".S", ".ld", ".py", ".cmake", ".in", ".sh", ".cc")
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b(.*)")
FUNCTION_END = re.compile(r"^\}\s*$")


def files():
    """Every file of the project, also those not committed yet."""
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"],
                          cwd=boards.TOP, capture_output=True, text=True,
                          check=False)
    names = done.stdout.split("\n") if done.returncode == 0 else walk()
    return sorted(n for n in names
                  if n and os.path.isfile(os.path.join(boards.TOP, n)))


def walk():
    """The same for a tree without git."""
    found = []
    for where, directories, names in os.walk(boards.TOP):
        directories[:] = [d for d in directories if d not in
                          ("build", ".git", "__pycache__")]
        found += [os.path.relpath(os.path.join(where, n), boards.TOP)
                  for n in names]
    return found


def lines(name):
    with open(os.path.join(boards.TOP, name), encoding="utf-8",
              errors="replace") as f:
        return f.read().splitlines()


def conditions():
    """generic/ has no conditional compilation but include guards."""
    bad = []
    for name in files():
        if not re.match(r"generic/.*\.[ch]$", name):
            continue
        text = lines(name)
        for number, line in enumerate(text, 1):
            match = CONDITION.match(line)
            guard = match and match.group(1) == "ifndef" and \
                name.endswith(".h") and number < len(text) and \
                text[number].split() == ["#define", match.group(2).strip()]
            if match and not guard:
                bad.append("%s:%d: %s" % (name, number, line.strip()))
    return bad


def model_names():
    """Names of CPUs, back ends and boards, as identifiers would have them."""
    found = set()
    for board in boards.select(None):
        for key in ("board", "cpu", "backend"):
            found.add(board[key].replace("-", "_").lower())
    return found | {"pentium", "i486", "arm926", "cortex"}


def models():
    """No CPU or board name in any #if."""
    bad = []
    words = [re.compile(r"(?<![A-Za-z0-9])%s(?![A-Za-z0-9])" % re.escape(w))
             for w in model_names()]
    for name in files():
        if not name.endswith((".c", ".h", ".S")):
            continue
        for number, line in enumerate(lines(name), 1):
            match = CONDITION.match(line)
            if match and any(w.search(match.group(2).lower()) for w in words):
                bad.append("%s:%d: %s" % (name, number, line.strip()))
    return bad


def board_names():
    """Board names occur in platforms/, docs/ and the presets only."""
    bad = []
    patterns = []
    for name in boards.names():
        if "-" in name:
            patterns.append(re.compile(r"\b%s\b" % re.escape(name)))
        else:  # a common word: only where it must be a board
            patterns.append(re.compile(
                r"platforms/{0}\b|--board[ =]{0}\b|BOARD={0}\b".format(name)))
    for name in files():
        if name.startswith(("platforms/", "docs/")) or \
                name == "CMakePresets.json":
            continue
        for number, line in enumerate(lines(name), 1):
            # A mutant's head names where it is killed.
            patch = name.startswith("tests/mutants/") and (
                "platforms/" in line or line.startswith("# "))
            if not patch and any(p.search(line) for p in patterns):
                bad.append("%s:%d: %s" % (name, number, line.strip()))
    return bad


def licences():
    """Every source file begins with the two SPDX lines."""
    bad = []
    for name in files():
        is_source = name.endswith(SOURCE) or os.path.basename(name) in (
            "CMakeLists.txt", "pecan", "run")
        if is_source and not any(SPDX in l for l in lines(name)[:4]):
            bad.append(name + ": no SPDX lines")
    return bad


def long_functions():
    """No function is longer than 80 lines."""
    bad = []
    for name in files():
        if not name.endswith((".c", ".h")):
            continue
        start, text = None, lines(name)
        for number, line in enumerate(text, 1):
            if line == "{":
                start = number
                while start > 1 and text[start - 2].strip() and \
                        not text[start - 2].startswith(("}", "#", " *", "/*")):
                    start -= 1
            elif FUNCTION_END.match(line) and start:
                if number - start + 1 > MAX_FUNCTION:
                    bad.append("%s:%d: %d lines" % (name, start,
                                                    number - start + 1))
                start = None
    return bad


def formatting():
    """clang-format has nothing to change."""
    # A header of assembly macros is no C.
    names = [n for n in files() if n.endswith((".c", ".h"))
             and not any(l.startswith(".macro") for l in lines(n))]
    done = subprocess.run(["clang-format", "--dry-run", "--style=file"] + names,
                          cwd=boards.TOP, capture_output=True, text=True,
                          check=False)
    return [l for l in done.stderr.splitlines() if "warning:" in l
            or "error:" in l]


def preset_file():
    """CMakePresets.json is what `./pecan presets` writes."""
    return [] if presets.current() else ["CMakePresets.json is out of date"]


def boot_messages():
    """docs/boot-messages.md says of a board what the tests show of it."""
    return [line for b in boards.select(None) for line in boot_errors.untrue(b)]


ATTACK = re.compile(r"^\| [^|]*\| ((?:kernel|conformance)/\S+) \| (.*) \|$",
                    re.M)


def attacks():
    """docs/hostile.md names what tests really say."""
    bad = []
    with open(os.path.join(boards.TOP, "docs", "hostile.md"), encoding="utf-8") as f:
        found = ATTACK.findall(f.read())
    for program, says in found:
        path = os.path.join(boards.TOP, "tests", program + ".c")
        if not os.path.exists(path):
            bad.append("docs/hostile.md: no test " + program)
            continue
        with open(path, encoding="utf-8") as f:
            text = re.sub(r'"\s*"', "", f.read())
        if '"%s"' % says not in text:
            bad.append("docs/hostile.md: %s does not say '%s'"
                       % (program, says))
    return bad or ([] if found else ["docs/hostile.md: no attacks"])


def mutants_apply():
    """Each mutant changes the sources as they are."""
    bad = []
    for file in sorted(glob.glob(os.path.join(boards.TOP, "tests", "mutants",
                                              "*.patch"))):
        done = subprocess.run(["patch", "-p1", "-s", "-f", "--dry-run", "-i",
                               file], cwd=boards.TOP, capture_output=True,
                              text=True, check=False)
        if done.returncode:
            bad.append("%s: %s" % (os.path.basename(file),
                                   done.stdout.strip().splitlines()[-1]))
    return bad


CHECKS = {"conditions": conditions, "models": models, "attacks": attacks,
          "board-names": board_names, "licences": licences,
          "function-length": long_functions, "format": formatting,
          "presets": preset_file, "clauses": conformance.check,
          "boot-messages": boot_messages, "mutants": mutants_apply, "thesis": thesis.complaints}
