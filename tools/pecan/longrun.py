# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Long runs of the tests: what passed is kept and not run again while the sources
are the same, so that the parts may be run one by one, also on other machines;
docs/measurements/long.json has it, and long.md says what there was."""

import functools
import hashlib
import json
import os
import re
import subprocess
import threading

import boards

DIRECTORY = os.path.join(boards.TOP, "docs", "measurements")
KEPT = os.path.join(DIRECTORY, "long.json")
PATH = os.path.join(DIRECTORY, "long.md")
ALWAYS = ("build", "status", "lint")  # others need it, or it looks at docs/
MUTANTS = "tests/mutants/"
# What counts for some stages only, and for the mutants that those notice.
ONLY = {"tests/api/": ("api",),
        "tests/bench/budgets.json": ("bench",),
        "tests/equal/": ("equal", "static"),
        "tests/fuzz/": ("fuzz", "bench", "static"),
        "tests/host/": ("host", "model", "coverage"),
        "tests/model/": ("model", "coverage", "static"),
        "tests/oracle/": ("oracle",),
        "tests/run/": ("run", "coverage", "bench", "sdk"),
        "tools/plugin/pecan_branch": ("equal",),
        "tools/plugin/pecan_count": ("bench",),
        "tools/plugin/pecan_latency": ("bench",),
        "tools/plugin/pecan_tlb": ("oracle",),
        "tools/pecan/longrun.py": ()}
ONLY.update(("tools/pecan/%s.py" % name, (stage,)) for name, stage in (
    ("coverage", "coverage"), ("equal", "equal"), ("fuzz", "fuzz"),
    ("latency", "bench"), ("model", "model"), ("oracle", "oracle"),
    ("static", "static"), ("lint", "lint"), ("bench_tests", "bench"),
    ("run_tests", "run"), ("sdk_tests", "sdk")))
# A test program, or a header that some have; and stages that boot none of them.
PROGRAM = re.compile(r"tests/(kernel|conformance)/(?:[\w-]+/)*(\w+)\.([ch])")
OTHERS = ("host", "api", "model", "equal", "fuzz", "boot", "chains")
# Of sources their comments do not count, nor how they are laid out.
SOURCE = re.compile(r".*\.(?:[chS]|inc)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
ARM_COMMENT = re.compile(r"@.*")
HEAD = """# Long runs

Written by `./pecan test --long%s`: the stages with their random operations ten to a hundred times as many as otherwise, all mutants, all forced branches. A test that passed is not run again with the same sources, which are all that is committed but `docs/`, comments, other mutants and test programs, and what is for other stages only; so each part may be run by itself, and a run that was stopped goes on.

Last run at commit %s. The sources of a stage have one name for all of its tests'. Minutes are the sum over the tests of a stage; two run at a time.

| stage | sources | tests | passed | failed | minutes |
|---|---|---|---|---|---|
"""


def git(*arguments):
    return subprocess.run(("git",) + arguments, cwd=boards.TOP, text=True,
                          capture_output=True, check=False)


def lines(*path):
    with open(os.path.join(boards.TOP, *path), encoding="utf-8") as f:
        return f.read().splitlines()


def is_mutant(test):
    """Is it one, and still there?"""
    stage, *rest = test.split("/")
    return stage == "mutants" and os.path.exists(
        os.path.join(boards.TOP, MUTANTS, rest[0] + ".patch"))


@functools.cache
def noticing(mutant):
    """The tests that notice a mutant."""
    return next(line for line in lines(MUTANTS, mutant + ".patch")
                if line.startswith("# tests:")).split()[2:]


@functools.cache
def programs(test):
    """The test programs that a test boots, as kernel/tlb; None: any."""
    stage, *rest = test.split("/")
    if stage in ("kernel", "conformance"):
        return {"/".join([stage] + rest[:1])}
    if stage in OTHERS:
        return set()
    if stage == "oracle":
        if rest[0] == "ignore":
            return {word for line in lines("tests", "oracle", "sites")
                    if rest[1] in line.split() for word in line.split()}
        return {"/".join(rest[1:3])} if rest[0] == "suite" else set()
    if is_mutant(test):
        found = [programs(name) for name in noticing(rest[0])]
        return None if None in found else set().union(*found)
    return None


@functools.cache
def parts_of(file):
    """The test programs that a file is part of, as kernel/tlb; None: all."""
    program = PROGRAM.fullmatch(file)
    if program is None:
        return None
    stage, name, kind = program.groups()
    if kind == "c":
        return {stage + "/" + name}
    found = set()
    for other in git("grep", "-l", '#include ".*%s.h"' % name, "--",
                     "tests").stdout.split():
        if other != file:
            parts = parts_of(other)
            if parts is None:
                return None
            found |= parts
    return found


@functools.cache
def stages_of(test):
    """The stage of a test, and of those that notice a mutant."""
    named = noticing(test.split("/")[1]) if is_mutant(test) else []
    return {name.split("/")[0] for name in [test] + named}


def counts(file, test):
    """Do the results of this test depend on this file?"""
    if file.startswith(MUTANTS):
        return test == "mutants/" + os.path.basename(file)[:-len(".patch")]
    if file.startswith("docs/"):
        return False
    for start, stages in ONLY.items():
        if file.startswith(start):
            return not stages_of(test).isdisjoint(stages)
    booted, changed = programs(test), parts_of(file)
    return booted is None or changed is None or not booted.isdisjoint(changed)


def name_of(text):
    return hashlib.sha1(text.encode()).hexdigest()[:12]


def contents(file, blob):
    """What names the contents of a file."""
    if not SOURCE.fullmatch(file):
        return blob
    text = COMMENT.sub(" ", "\n".join(lines(file)))
    if file.startswith("arch/arm/") and not file.endswith((".c", ".h")):
        text = ARM_COMMENT.sub("", text)
    return name_of(" ".join(text.split()))


class Record:
    """The results of the tests with these sources and this seed."""

    def __init__(self, seed):
        self.seed = seed
        self.lock = threading.Lock()
        self.kept = {}
        self.named = {}
        # Files and what names their contents; None: not as committed.
        self.tree = None
        changed = git("status", "--porcelain", "--", ".", ":!docs")
        if changed.returncode or changed.stdout.strip():
            return
        listed = git("ls-tree", "-r", "HEAD").stdout.splitlines()
        self.tree = [(contents(file, blob), file) for blob, file in
                     (line.split("\t") for line in listed)]
        if os.path.exists(KEPT):
            with open(KEPT, encoding="utf-8") as f:
                found = json.load(f)
            if found["seed"] == seed:
                self.kept = {n: k for n, k in found["results"].items()
                             if k["sources"] == self.sources(n)}

    def sources(self, test):
        """What names all that the test's results depend on."""
        if self.tree is None:
            return None
        stage = test.split("/")[0]
        booted = programs(test)
        key = (test if stage == "mutants" else stage,
               None if booted is None else tuple(sorted(booted)))
        if key not in self.named:
            self.named[key] = name_of("\n".join(
                file + " " + blob for blob, file in self.tree
                if counts(file, test)))
        return self.named[key]

    def passed(self, name):
        """(passed, failed) of an earlier run without failures, or None."""
        kept = self.kept.get(name)
        if kept is None or kept["failed"] or name.split("/")[0] in ALWAYS:
            return None
        return kept["passed"], kept["failed"]

    def add(self, name, passed, failed, said, seconds):
        with self.lock:
            self.kept[name] = {"sources": self.sources(name),
                               "passed": passed, "failed": failed,
                               "said": said, "seconds": round(seconds, 1)}
            os.makedirs(DIRECTORY, exist_ok=True)
            rows = ",\n".join("%s: %s" % (json.dumps(n), json.dumps(k))
                              for n, k in sorted(self.kept.items()))
            with open(KEPT + ".new", "w", encoding="utf-8") as f:
                f.write('{"seed": %s, "results": {\n%s\n}}\n'
                        % (json.dumps(self.seed), rows))
            os.replace(KEPT + ".new", KEPT)

    def document(self):
        commit = git("rev-parse", "HEAD").stdout.strip()
        text = HEAD % (" --seed %d" % self.seed if self.seed else "",
                       commit if commit and self.tree else "unknown")
        stages = {}
        for name, kept in sorted(self.kept.items()):
            stages.setdefault(name.split("/")[0], []).append((name, kept))
        for stage, found in stages.items():
            sources = " ".join(sorted({k["sources"] or "" for _, k in found}))
            text += "| %s | %s | %d | %d | %d | %.1f |\n" % (
                stage, name_of(sources), len(found),
                sum(k["passed"] for _, k in found),
                sum(k["failed"] for _, k in found),
                sum(k["seconds"] for _, k in found) / 60)
        for stage, found in stages.items():
            lines = ["- %s: %s" % (name, "; ".join(kept["said"]))
                     for name, kept in found if kept["said"]]
            if lines and stage != "mutants":
                text += "\n## %s\n\n%s\n" % (stage, "\n".join(lines))
        return text

    def write(self):
        os.makedirs(DIRECTORY, exist_ok=True)
        with open(PATH, "w", encoding="utf-8") as f:
            f.write(self.document())
