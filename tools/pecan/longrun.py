# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Long runs of the tests: what passed is kept and not run again while the sources
are the same, so that the parts may be run one by one, also on other machines;
docs/measurements/long.json has it, and long.md says what there was."""

import hashlib
import json
import os
import subprocess
import threading

import boards

DIRECTORY = os.path.join(boards.TOP, "docs", "measurements")
KEPT = os.path.join(DIRECTORY, "long.json")
PATH = os.path.join(DIRECTORY, "long.md")
ALWAYS = ("build", "status", "lint")  # others need it, or it looks at docs/
MUTANTS = "tests/mutants/"
# Of tools/pecan/, what counts for one stage only, and for the mutants.
OF_STAGE = {"coverage.py": "coverage", "equal.py": "equal", "fuzz.py": "fuzz",
            "latency.py": "bench", "model.py": "model", "oracle.py": "oracle",
            "static.py": "static", "lint.py": "lint", "longrun.py": "",
            "bench_tests.py": "bench", "run_tests.py": "run",
            "sdk_tests.py": "sdk"}
# What the mapping tree's tests and its model are for.
HOST, OF_HOST = "tests/host/", ("host", "model", "coverage", "mutants")
OF_PLUGIN = {"tools/plugin/pecan_tlb" + rest: ("oracle", "mutants")
             for rest in (".c", "_lines.c", "_lines.h")}
HEAD = """# Long runs

Written by `./pecan test --long%s`: the stages with their random operations ten to a hundred times as many as otherwise, all mutants, all forced branches. A test that passed is not run again with the same sources, which are all that is committed but `docs/`, other mutants, and what is for other stages only; so each part may be run by itself, and a run that was stopped goes on.

Last run at commit %s. Minutes are the sum over the tests of a stage; two run at a time.

| stage | sources | tests | passed | failed | minutes |
|---|---|---|---|---|---|
"""


def git(*arguments):
    return subprocess.run(("git",) + arguments, cwd=boards.TOP, text=True,
                          capture_output=True, check=False)


def counts(file, test):
    """Do the results of this test depend on this file?"""
    stage = test.split("/")[0]
    if file.startswith(MUTANTS):
        return test == "mutants/" + os.path.basename(file)[:-len(".patch")]
    if file.startswith(HOST) and stage not in OF_HOST or \
            stage not in OF_PLUGIN.get(file, (stage,)):
        return False
    of = OF_STAGE.get(file.partition("tools/pecan/")[2], stage)
    return not file.startswith("docs/") and (of == stage or
                                             stage == "mutants")


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
        self.tree = [line.split("\t") for line in
                     git("ls-tree", "-r", "HEAD").stdout.splitlines()]
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
        if not test.startswith("mutants/"):
            test = test.split("/")[0]
        if test not in self.named:
            text = "\n".join(file + " " + blob for blob, file in self.tree
                             if counts(file, test))
            self.named[test] = hashlib.sha1(text.encode()).hexdigest()[:12]
        return self.named[test]

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
            text += "| %s | %s | %d | %d | %d | %.1f |\n" % (
                stage, self.sources(stage) or "changed", len(found),
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
