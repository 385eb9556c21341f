# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Mutants: patches that take one check away; some test has to notice.

A mutant is tests/mutants/NAME.patch. Its first lines say what it is:
  # guards: the promise that it breaks
  # tests: the tests that notice, as given to `./pecan test`; kernel/NAME/CHAIN
    if only another boot chain does
  # ports: (optional) where, for code that is not a port's own
  # boards: (optional) where; default: the first board of each such port; for
    generic code the first board
They are applied to a copy of the tree, one after the other, and only what the
named test needs is built again. A test that fails with a mutant was seen to
pass without it; the first one that does is enough.
"""

import glob
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time

import boards
import build
import fuzz
import lint
import machine
import oracle
import run
from boards import Failure

WORK = os.path.join(boards.BUILD, "mutants")
IN_CI = 5
FAILED = re.compile(r"^not ok \d+ - (.*)\n", re.M)
# What a test script says when there was nothing to run.
BROKEN = re.compile(r"does not (build|compile)")
HANGS = "it hangs"
# Test programs report all the time. One that says nothing for so many seconds
# of processor time, or waits for nothing for so long, will never go on.
BUSY, IDLE = 8.0, 10.0


def names():
    return sorted(os.path.basename(p)[:-6] for p in glob.glob(
        os.path.join(boards.TOP, "tests", "mutants", "*.patch")))


def head(name):
    """The header lines of a mutant, as a dictionary."""
    path = os.path.join(boards.TOP, "tests", "mutants", name + ".patch")
    found = {"path": path}
    if not os.path.exists(path):
        raise Failure("no such mutant: " + name)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    found.update(re.findall(r"^# (\w+): *(.*)$", text, re.M))
    found["files"] = re.findall(r"^\+\+\+ b/(\S+)", text, re.M)
    if not found.get("tests"):
        raise Failure("mutant %s names no tests" % name)
    return found


def commit():
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=boards.TOP,
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() or boards.version()


def choose(count):
    """count mutants (0: all); the commit's hash says which."""
    every = names()
    if count == 0 or count >= len(every):
        return every
    key = commit()
    order = sorted(every, key=lambda n: hashlib.sha256(
        (key + n).encode()).hexdigest())
    return sorted(order[:count])


def copy_tree(to):
    """Bring the copy up to date without touching what is the same: its build
    directories stay valid."""
    wanted = set(lint.files())
    for name in wanted:
        source, target = os.path.join(boards.TOP, name), os.path.join(to, name)
        with open(source, "rb") as f:
            data = f.read()
        if os.path.exists(target):
            with open(target, "rb") as f:
                if f.read() == data:
                    continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(source, target)
    for where, directories, files in os.walk(to):
        directories[:] = [d for d in directories if d not in ("build", ".git")]
        for file in files:
            full = os.path.join(where, file)
            if os.path.relpath(full, to) not in wanted:
                os.unlink(full)
    return to


def boards_of(mutant, chosen):
    """Where its tests run."""
    if "boards" in mutant:
        return mutant["boards"].split()
    ports = set(mutant.get("ports", "").split()) or {
        f.split("/")[1] for f in mutant["files"] if f.startswith("arch/")}
    platform = {f.split("/")[1] for f in mutant["files"]
                if f.startswith("platforms/")} & set(boards.names())
    if platform:
        return sorted(platform)
    if ports:
        found = []
        for port in sorted(ports):
            found += [b["board"] for b in boards.select(None)
                      if b["arch"] == port][:1]
        return found
    return [chosen[0]["board"]]


class Lane:
    """A copy of the tree with its build directories, kept between runs."""

    def __init__(self, number):
        self.tree = os.path.join(WORK, "tree-%d" % number)
        self.boards = {}
        self.sync()

    def sync(self):
        copy_tree(self.tree)
        self.boards = {}

    def apply(self, mutant):
        """Result: how to undo it, {file: content}; Failure: does not apply."""
        saved = {}
        for name in mutant["files"]:
            with open(os.path.join(self.tree, name), "rb") as f:
                saved[name] = f.read()
        done = subprocess.run(
            ["patch", "-p1", "-s", "-f", "-r-", "--no-backup-if-mismatch", "-i",
             mutant["path"]], cwd=self.tree, capture_output=True, text=True,
            check=False)
        if done.returncode:
            self.sync()
            raise Failure("does not apply: " + done.stdout.strip())
        return saved

    def undo(self, saved):
        for name, content in saved.items():
            with open(os.path.join(self.tree, name), "wb") as f:
                f.write(content)

    def build(self, board, path, targets):
        """Result: the build directory, with these programs up to date."""
        out = os.path.join(self.tree, "build",
                           os.path.basename(build.directory(board, path,
                                                            "-test")))
        if (board["board"], path) not in self.boards:
            build.compile_tree(self.tree, out, [
                "-DPECAN_BOARD=" + board["board"], "-DPECAN_IPC=" + path,
                "-DPECAN_WERROR=OFF"], targets)
            self.boards[board["board"], path] = out
        else:
            log = os.path.join(out, "pecan-build.log")
            os.unlink(log)
            build.quiet(["cmake", "--build", out, "--target"] + list(targets),
                        log)
        return out


def attempts(mutant, chosen):
    """What may notice: (test, board or None, path or None), in order."""
    for test in mutant["tests"].split():
        if test.split("/")[0] not in ("kernel", "conformance", "oracle"):
            yield test, None, None
            continue
        for name in boards_of(mutant, chosen):
            for path in boards.PATHS:
                yield test, boards.load(name), path


class Watch:
    """Tells whether a process that says nothing will ever say something. Time
    is its own, so that a loaded machine changes nothing."""

    def __init__(self, pid):
        self.pid = pid
        self.heard = self.last = 0.0
        self.active = time.monotonic()

    def usage(self):
        """(seconds of processor time so far, is it waiting)"""
        seconds, states = 0.0, set()
        for file in glob.glob("/proc/%d/task/*/stat" % self.pid):
            try:
                with open(file, encoding="utf-8") as f:
                    fields = f.read().rpartition(")")[2].split()
            except OSError:
                continue
            states.add(fields[0])
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf(
                "SC_CLK_TCK")
        return seconds, states == {"S"}

    def hangs(self, data):
        seconds, waiting = self.usage()
        if data or seconds != self.last or not waiting:
            self.active = time.monotonic()
        if data:
            self.heard = seconds
        self.last = seconds
        return seconds - self.heard > BUSY or \
            time.monotonic() - self.active > IDLE


def booted(board, out, program, chain_name=None):
    """Boot a test program until it is over, or has failed, or says nothing any
    more. Result: why it failed, or None."""
    with tempfile.TemporaryDirectory(prefix="pecan-") as work, \
            run.meddler(board, out, program, work), \
            machine.Machine(run.test_command(
                board, out, program, work, chain_name=chain_name)) as qemu:
        watch = Watch(qemu.process.pid)
        while True:
            data, _ = qemu.read(0.2)
            failed = FAILED.search(qemu.console.text)
            if failed:
                return failed.group(1)
            if qemu.over(data):
                break
            if watch.hangs(data):
                return HANGS
        status = qemu.console.status()
        text = qemu.console.text
    _, failed, complaints = run.tap_verdict(
        machine.STOPPED if status is None else status, text)
    return "; ".join(complaints[:2]) or "failed" if failed else None


def notices(lane, test, board, path):
    """Run one test on the lane's tree. Result: why it failed, or None."""
    if test.startswith("oracle/"):
        return oracle.notices(lane, test, board, path)
    if test.startswith("fuzz/"):
        return fuzz.notices(lane, test)
    if board:
        program = "test-" + test.split("/")[1]
        chain_name = (test.split("/") + [None])[2]
        if test.startswith("conformance/"):
            program = "conformance-" + test.split("/")[1]
        out = lane.build(board, path, ["kernel", "sigma0", program])
        return booted(board, out, program, chain_name)
    if test.startswith("host/"):
        argv = ["sh", "tests/host/run"] + test.split("/")[1:]
    elif test == "api":
        argv = ["sh", "tests/api/run"]
    else:
        argv = [os.path.join(lane.tree, "pecan"), "test", "--allow-warnings",
                test]
        for name in boards.names():  # so that no other is built
            if test.endswith(("-" + name, "/" + name)):
                argv += ["--board", name]
    done = subprocess.run(argv, cwd=lane.tree, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    lines = done.stdout.strip().splitlines() or [""]
    match = re.fullmatch(r"(\d+) passed, (\d+) failed", lines[-1])
    if not match or BROKEN.search(done.stdout):
        raise Failure("%s did not run: %s" % (test, " | ".join(lines[-4:])))
    if match.group(2) == "0":
        return None
    return next((l for l in lines if re.match("not ok|failed:", l)), lines[-1])


lanes = {}
sound = set()  # attempts that are known to pass without a mutant


def kill(name, number, chosen):
    """Result: (passed, failed, complaints) of one mutant."""
    mutant = head(name)
    if number not in lanes:
        lanes[number] = Lane(number)
    lane = lanes[number]
    for test, board, path in attempts(mutant, chosen):
        where = " ".join([test] + ([board["board"], path] if board else []))
        if where not in sound:
            why = notices(lane, test, board, path)
            if why:
                return 0, 1, ["%s fails without it: %s" % (where, why)]
            sound.add(where)
        saved = lane.apply(mutant)
        try:
            why = notices(lane, test, board, path)
        finally:
            lane.undo(saved)
        if why:
            return 1, 0, ["%s: %s" % (where, why)]
    return 0, 1, ["survived " + mutant["tests"]]
