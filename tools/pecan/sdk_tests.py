# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the SDK: what cmake --install gives builds programs by itself, and
what `pecan dist` gives is the same wherever it is made."""

import hashlib
import os
import shutil
import subprocess
import tempfile

import boards
import chain
import dist
import machine
import mutants
from boards import TOP
from run_tests import pecan, verdict

SOURCE = os.path.join(TOP, "tests", "sdk")
SAYS = ["made 1 2, corners 4\n", "inner 3\n", "ten roots of 30: 54\n",
        "own: xxmory\n", "at exit\ngone 3\ngone 2\ngone 1\n"]


def command(*argv, cwd):
    """Plain CMake, in an environment that knows nothing of us."""
    done = subprocess.run(argv, cwd=cwd, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def mentions(directory, text):
    """Files in which a text occurs."""
    found = []
    for where, _, files in os.walk(directory):
        for file in files:
            with open(os.path.join(where, file), "rb") as f:
                if text.encode() in f.read():
                    found.append(file)
    return found


def installed(board, out):
    """Install, move it, build a program with it, boot both."""
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        status, said = command("cmake", "--install", out, "--prefix",
                               work + "/first", cwd=work)
        if status:
            return 0, 1, ["install: " + said[-300:]]
        sdk = work + "/moved"
        os.rename(work + "/first", sdk)
        copy = os.path.join(work, "sdk-program", "sdk")
        shutil.copytree(SOURCE, copy)
        status, said = command(
            "cmake", "-G", "Ninja", "-S", copy, "-B", work + "/build",
            "-DCMAKE_BUILD_TYPE=Debug",
            "-DCMAKE_TOOLCHAIN_FILE=%s/toolchain.cmake" % sdk,
            "-DCMAKE_PREFIX_PATH=" + sdk, cwd=work)
        if status == 0:
            status, said = command("cmake", "--build", work + "/build",
                                   cwd=work)
        if status:
            return 0, 1, ["build: " + said[-600:]]
        _, recipe = boards.chain_of(board)
        images = chain.Images(os.path.join(sdk, "boot"), work + "/build/sdk")
        ended, text = machine.boot(
            chain.command(board, recipe, images, None, work), 60)
        strangers = mentions(sdk, TOP)
        run, ran = pecan("run", "--board", board["board"], "--timeout", "60",
                         copy, cwd=work, feed="")
        return verdict(
            (ended == 7, "status %d: %s" % (ended, text[-300:])),
            (not strangers, "the tree is named in %s" % strangers),
            (run == 7, "pecan run: %d: %s" % (run, ran[-300:])),
            *[(t in text and t in ran, "no '%s' in %s" % (t, text[-300:]))
              for t in SAYS])


def hashes(directory):
    """{file: hash} of everything below."""
    found = {}
    for name in dist.files_of(directory):
        with open(os.path.join(directory, name), "rb") as f:
            found[name] = hashlib.sha256(f.read()).hexdigest()
    return found


def clone(where, name):
    """The tree as it is, with its history, somewhere else; result: where."""
    tree = os.path.join(where, name)
    if os.path.exists(os.path.join(TOP, ".git")):
        subprocess.run(["git", "clone", "-q", "-n", "-s", TOP, tree],
                       check=True, stderr=subprocess.DEVNULL)
        return mutants.copy_tree(tree)
    return shutil.copytree(TOP, tree, ignore=shutil.ignore_patterns("build"))


def distributed(board):
    """Two clones in different paths give the same bytes, which boot."""
    with tempfile.TemporaryDirectory(prefix="pecan-") as work:
        made = []
        for name in ("here", "somewhere/else"):
            tree = clone(work, name)
            status, said = command("./pecan", "dist", "--board",
                                   board["board"], cwd=tree)
            if status:
                return 0, 1, ["dist: " + said[-400:]]
            made.append(os.path.join(tree, "build", "dist"))
        first, second = map(hashes, made)
        differ = sorted(n for n in first.keys() | second.keys()
                        if first.get(n) != second.get(n))
        title = dist.NAME % (boards.version(), board["board"])
        _, text = machine.boot([os.path.join(made[0], title, "qemu.sh")], 60,
                               feed=b"xq")
        sums, said = command("sha256sum", "-c", "--quiet", "SHA256SUMS",
                             cwd=made[0])
        line = "Pecan %s board %s " % (boards.version(), board["board"])
        page = "Pecan %s (%s" % (boards.version(), board["cpu"])
        wanted = {title + ".tar.gz", title + "/LOADER.txt",
                  title + "/sdk/lib/cmake/Pecan/PecanConfig.cmake"}
        return verdict(
            (not differ, "these differ: %s" % differ[:10]),
            (wanted <= first.keys(), "only %s" % sorted(first)),
            (sums == 0, "checksums: " + said[-200:]),
            (line in text, "no '%s' in %s" % (line, text[-300:])),
            (page in text, "no '%s' in %s" % (page, text[-300:])),
            ("20 + 22 = 42" in text and "pecan: end, status 0" in text,
             "the demo: " + text[-300:]))


def jobs(tests):
    for board in tests.of("sdk"):
        yield "sdk/" + board["board"], lambda b=board: installed(
            b, tests.kernel(b, "tailored"))


def dist_jobs(tests):
    chosen = tests.of("sdk")
    # In CI one board, another one with each commit.
    if not tests.long and not tests.args.names:
        chosen = [chosen[int(mutants.commit()[:4] or "0", 16) % len(chosen)]]
    for board in chosen:
        yield "dist/" + board["board"], lambda b=board: distributed(b)
