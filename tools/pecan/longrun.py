# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Long runs of the tests: what passed at a commit is kept and not run again, so
that the parts may be run one by one, and docs/measurements/long.md says what
there was."""

import json
import os
import subprocess
import threading

import boards

KEPT = os.path.join(boards.BUILD, "long-results.json")
PATH = os.path.join(boards.TOP, "docs", "measurements", "long.md")
ALWAYS = ("build", "status")  # others need what they do
HEAD = """# Long runs

Written by `./pecan test --long%s`: the stages with their random operations ten to a hundred times as many as otherwise, all mutants, all forced branches. A test that passed at a commit is not run again there, so each stage may be run by itself, and a run that was stopped goes on.

Commit %s. Minutes are the sum over the tests of a stage; two run at a time.

| stage | tests | passed | failed | minutes |
|---|---|---|---|---|
"""


def state():
    """The commit, or None if the sources are not as it has them."""
    def git(*arguments):
        return subprocess.run(("git",) + arguments, cwd=boards.TOP, text=True,
                              capture_output=True, check=False)
    changed = git("status", "--porcelain", "--", ".", ":!docs")
    if changed.returncode or changed.stdout.strip():
        return None
    return git("rev-parse", "HEAD").stdout.strip() or None


class Record:
    """The results of the tests at this commit and with this seed."""

    def __init__(self, seed):
        self.key = [state(), seed]
        self.lock = threading.Lock()
        self.kept = {}
        if self.key[0] and os.path.exists(KEPT):
            with open(KEPT, encoding="utf-8") as f:
                found = json.load(f)
            if found["key"] == self.key:
                self.kept = found["results"]

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
            os.makedirs(boards.BUILD, exist_ok=True)
            with open(KEPT + ".new", "w", encoding="utf-8") as f:
                json.dump({"key": self.key, "results": self.kept}, f,
                          indent=1, sort_keys=True)
            os.replace(KEPT + ".new", KEPT)

    def document(self):
        commit, seed = self.key
        text = HEAD % (" --seed %d" % seed if seed else "",
                       commit or "unknown: the sources are changed")
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
        os.makedirs(os.path.dirname(PATH), exist_ok=True)
        with open(PATH, "w", encoding="utf-8") as f:
            f.write(self.document())
