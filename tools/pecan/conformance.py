# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""The conformance suite: its clauses, and what docs/x2.md asks for.

A clause is a CLAUSE(number, where, text, ...) of tests/conformance/. A row is a
line of a table of docs/x2.md, or an error code that a section mentions; it is
named by section, head of the first column, and first cell: "2.4 error 6". Every
row of parts 2 and 3 needs a clause.
"""

import collections
import glob
import json
import os
import re

import boards
from boards import Failure

SOURCES = os.path.join(boards.TOP, "tests", "conformance")
MANUAL = os.path.join(boards.TOP, "docs", "x2.md")
LIST = os.path.join(boards.TOP, "docs", "conformance.md")
RESULTS = os.path.join(boards.BUILD, "conformance-results.json")
STRING = r'"(?:[^"\\]|\\.)*"'
CLAUSE = re.compile(r"\bCLAUSE(?:_IS)?\(\s*(\d+),\s*((?:%s\s*)+),\s*((?:%s\s*)+),"
                    % (STRING, STRING))
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
# What any X.2 system has, and what every C compiler has without a library.
ALLOWED = re.compile(r"l4/\w+\.h|l4io\.h|stdbool\.h|stddef\.h")
HEADING = re.compile(r"^#{1,3} (\d+(?:\.\d+)*)\.? ")
NUMBERED = ("2", "3")
# Rows that no portable program can try, or that are no demand.
EXEMPT = {
    "2.12": "Pecan's own calls: tests/kernel/quota, tls",
    "3 number -1": "needs a device: tests/kernel/interrupt",
    "3 number -1001": "optional",
    "3.5 message generic trap with address":
        "an instruction of each processor: tests/kernel/*/trap",
    "3.5 message foreign system call":
        "an instruction of each processor: tests/kernel/*/trap",
    "3.5 mr RIP": "no port has this processor",
    "3.5 mr RSI": "no port has this processor",
}

Clause = collections.namedtuple("Clause", "number where text file")
RESULT = re.compile(r"^(ok|not ok) \d+ - (\d+): ", re.M)


# ---- the sources --------------------------------------------------------------------

def joined(strings):
    """The text of adjacent C string literals."""
    return "".join(s[1:-1] for s in re.findall(STRING, strings)).replace(
        '\\"', '"')


def programs():
    return sorted(os.path.basename(p)[:-2]
                  for p in glob.glob(os.path.join(SOURCES, "*.c")))


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def clauses(program=None):
    """All clauses, or those of one program, in the order of their numbers."""
    found = []
    for name in [program] if program else programs():
        text = read(os.path.join(SOURCES, name + ".c"))
        for match in CLAUSE.finditer(text):
            found.append(Clause(int(match.group(1)),
                                joined(match.group(2)).split("; "),
                                joined(match.group(3)), name))
    return sorted(found)


# ---- the manual ---------------------------------------------------------------------

def plain(cell):
    """A cell without marks and markup."""
    cell = re.sub(r"\[(?:V|MEM|2|IMPL|REC)\]", "", cell.replace("`", ""))
    cell = cell.replace("\u2026", "...").replace("\u2014", "-")
    return " ".join(cell.replace("**", "").split())


def table_rows(lines):
    """(head of the first column, cells) of each row; an empty first cell stands
    for the one above."""
    head = [plain(c) for c in lines[0].strip().strip("|").split("|")]
    above = None
    for line in lines[2:]:
        cells = [plain(c) for c in line.strip()[1:-1].split("|")]
        if not cells[0]:
            cells = [above] + cells[1:] if above else cells[1:]
        above = cells[0]
        yield head[0].lower(), cells


def table_keys(section, lines):
    """Keys of a table: as many cells as it takes to tell its rows apart."""
    rows = list(table_rows(lines))
    width = 1
    while width < 3 and len({tuple(c[:width]) for _, c in rows}) < len(rows):
        width += 1
    for head, cells in rows:
        head = {"code": "error"}.get(head, head)
        yield " ".join([section, head, ", ".join(
            c for c in cells[:width] if c)])


def error_keys(section, line):
    """Errors that the text mentions, one by one or in a list."""
    for match in re.finditer(r"\b(?:error|ErrorCode) (\d)\b", line):
        yield "%s error %s" % (section, match.group(1))
    match = re.search(r"\b[Ee]rrors(?: \[\w+\])?: (.*)", line)
    if match:
        for code in re.findall(r"(?:^|[;,] )(\d)\b", match.group(1)):
            yield "%s error %s" % (section, code)


def rows(text=None):
    """(sections, rows) of the manual: the rows as an ordered set."""
    lines = (text if text is not None else read(MANUAL)).splitlines()
    sections, found, section, number = set(), {}, "", 0
    while number < len(lines):
        line = lines[number]
        heading = HEADING.match(line)
        if heading:
            section = heading.group(1)
            sections.add(section)
        end = number
        while end < len(lines) and lines[end].startswith("|"):
            end += 1
        if end - number > 2 and section:
            found.update((k, 0) for k in table_keys(section,
                                                    lines[number:end]))
            number = end
            continue
        if section and not line.startswith("|"):
            found.update((k, 0) for k in error_keys(section, line))
        number += 1
    return sections, list(found)


def demanded(keys):
    """Those of parts 2 and 3."""
    return [k for k in keys if k.split(" ")[0].split(".")[0] in NUMBERED
            and k not in EXEMPT and k.split(" ")[0] not in EXEMPT]


def covered():
    """{row: numbers of its clauses}"""
    _, keys = rows()
    found = {k: [] for k in keys}
    for clause in clauses():
        for where in clause.where:
            if where in found:
                found[where].append(clause.number)
    return found


# ---- checks -------------------------------------------------------------------------

def wrong_includes():
    for path in sorted(glob.glob(os.path.join(SOURCES, "*.[ch]"))):
        for name in INCLUDE.findall(read(path)):
            if not ALLOWED.fullmatch(name) and not os.path.exists(
                    os.path.join(SOURCES, name)):
                yield "%s includes %s" % (os.path.relpath(path, boards.TOP),
                                          name)


def check():
    """Complaints about the suite as it is written."""
    sections, keys = rows()
    bad, seen = list(wrong_includes()), {}
    for clause in clauses():
        if clause.number in seen or clause.number == 0:
            bad.append("clause %d: %s and %s" % (
                clause.number, clause.file, seen.get(clause.number)))
        seen[clause.number] = clause.file
        for where in clause.where:
            if where not in sections and where not in keys:
                bad.append("clause %d: docs/x2.md has no '%s'" % (
                    clause.number, where))
    have = covered()
    return bad + ["no clause for '%s'" % k for k in demanded(keys)
                  if not have[k]]


def number_new():
    """Give clauses with number 0 the next free ones of their file."""
    for name in programs():
        path = os.path.join(SOURCES, name + ".c")
        text = read(path)
        used = [c.number for c in clauses(name)]
        base = re.search(r"^ \* clauses: (\d+)$", text, re.M)
        following = max(used + [int(base.group(1)) - 1 if base else 0]) + 1

        def fill(match):
            nonlocal following
            following += 1
            return "%s%d," % (match.group(1), following - 1)
        new = re.sub(r"(\bCLAUSE(?:_IS)?\(\s*)0,", fill, text)
        if new != text:
            if not base:
                raise Failure("%s.c says no 'clauses: N' to begin with" % name)
            with open(path, "w", encoding="utf-8") as f:
                f.write(new)


def list_rows():
    have = covered()
    for key in demanded(have):
        print("%-44s %s" % (key, " ".join(map(str, have[key])) or "-"))


# ---- results ------------------------------------------------------------------------

def record(board, path, text, found):
    """Note which clauses held, from what a program printed."""
    found.setdefault("%s, %s" % (board, path), {}).update(
        (number, word == "ok") for word, number in RESULT.findall(text))


def save(found):
    """Keep the results of this run beside those of other programs."""
    if not found:
        return
    old = {}
    if os.path.exists(RESULTS):
        old = json.loads(read(RESULTS))
    for where, numbers in found.items():
        old.setdefault(where, {}).update(numbers)
    with open(RESULTS, "w", encoding="utf-8") as f:
        json.dump(old, f, indent=1, sort_keys=True)


def held_on():
    """Board and path, as many as each change is tested on."""
    return ["%s, %s" % (b["board"], p) for b, p in
            boards.tested("conformance", boards.select(None))]


def passed_where(number, found):
    """How the list says where a clause held."""
    wanted = held_on()
    good = [w for w in wanted if found.get(w, {}).get(str(number))]
    if good == wanted:
        return "all"
    return "; ".join(good) or "nowhere"


def generated(found):
    every = clauses()
    lines = [
        "# Conformance", "",
        "<!-- generated by ./pecan conformance -->",
        "The clauses of `tests/conformance/`: what each demands, where "
        "[x2.md](x2.md) says so, and where it held in the last run of all "
        "tests. \"all\": on " + "; ".join(held_on()) + ".", "",
        "%d clauses. Every error code and every table row of x2.md parts 2 "
        "and 3 has one; a row is named by section, head of the first column, "
        "first cell. Exempt: %s." % (len(every), "; ".join(
            "%s (%s)" % e for e in sorted(EXEMPT.items()))), "",
        "| number | x2.md | demand | program | held |", "|---|---|---|---|---|"]
    lines += ["| %d | %s | %s | %s | %s |" % (
        c.number, "; ".join(c.where), c.text.replace("|", "\\|"), c.file,
        passed_where(c.number, found)) for c in every]
    return "\n".join(lines) + "\n"


def results():
    if not os.path.exists(RESULTS):
        raise Failure("no results; run ./pecan test conformance first")
    return json.loads(read(RESULTS))


def compare():
    """Complaints when the committed list is not what the tests say."""
    if os.path.exists(LIST) and read(LIST) == generated(results()):
        return []
    return ["docs/conformance.md is out of date: run ./pecan conformance"]


def main(args):
    if args.number:
        number_new()
    elif args.rows:
        list_rows()
    else:
        with open(LIST, "w", encoding="utf-8") as f:
            f.write(generated(results()))
    return 0
