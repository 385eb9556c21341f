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
HEAD = """# Long runs

Written by `./pecan test --long%s`: the stages with their random operations ten to a hundred times as many as otherwise, all mutants, all forced branches. A test that passed is not run again with the same sources, which are all but `docs/`, and all of `tests/mutants/` but the mutant itself; so each part may be run by itself, and a run that was stopped goes on.

Sources %s, last run at commit %s. Minutes are the sum over the tests of a stage; two run at a time.

| stage | tests | passed | failed | minutes |
|---|---|---|---|---|
"""


def git(*arguments):
    return subprocess.run(("git",) + arguments, cwd=boards.TOP, text=True,
                          capture_output=True, check=False)


def sources():
    """What names all that is committed but docs/ and the mutants, and {mutant:
    what names it}; None if the files are not as committed."""
    changed = git("status", "--porcelain", "--", ".", ":!docs")
    if changed.returncode or changed.stdout.strip():
        return None, {}
    tree, patches = [], {}
    for line in git("ls-tree", "-r", "HEAD").stdout.splitlines():
        blob, name = line.split("\t")
        if name.startswith(MUTANTS):
            patches[name[len(MUTANTS):-len(".patch")]] = blob.split()[2][:12]
        elif not name.startswith("docs/"):
            tree.append(line)
    return hashlib.sha1("\n".join(tree).encode()).hexdigest()[:12], patches


class Record:
    """The results of the tests with these sources and this seed."""

    def __init__(self, seed):
        tree, self.patches = sources()
        self.key = [tree, seed]
        self.lock = threading.Lock()
        self.kept = {}
        if tree and os.path.exists(KEPT):
            with open(KEPT, encoding="utf-8") as f:
                found = json.load(f)
            if found["key"] == self.key:
                self.kept = {n: k for n, k in found["results"].items()
                             if k.get("patch") == self.patch(n)}

    def patch(self, name):
        """What names the mutant that a test is about, if it is."""
        return self.patches.get(name.partition("mutants/")[2])

    def passed(self, name):
        """(passed, failed) of an earlier run without failures, or None."""
        kept = self.kept.get(name)
        if kept is None or kept["failed"] or name.split("/")[0] in ALWAYS:
            return None
        return kept["passed"], kept["failed"]

    def add(self, name, passed, failed, said, seconds):
        with self.lock:
            self.kept[name] = {"passed": passed, "failed": failed,
                               "said": said, "seconds": round(seconds, 1)}
            if self.patch(name):
                self.kept[name]["patch"] = self.patch(name)
            os.makedirs(DIRECTORY, exist_ok=True)
            rows = ",\n".join("%s: %s" % (json.dumps(n), json.dumps(k))
                              for n, k in sorted(self.kept.items()))
            with open(KEPT + ".new", "w", encoding="utf-8") as f:
                f.write('{"key": %s, "results": {\n%s\n}}\n'
                        % (json.dumps(self.key), rows))
            os.replace(KEPT + ".new", KEPT)

    def document(self):
        name, seed = self.key
        text = HEAD % (" --seed %d" % seed if seed else "",
                       name or "unknown: the files are changed",
                       git("rev-parse", "HEAD").stdout.strip() or "unknown")
        stages = {}
        for name, kept in sorted(self.kept.items()):
            stages.setdefault(name.split("/")[0], []).append((name, kept))
        for stage, found in stages.items():
            text += "| %s | %d | %d | %d | %.1f |\n" % (
                stage, len(found), sum(k["passed"] for _, k in found),
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
