# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the SDK: what cmake --install gives builds programs by itself."""

import os
import shutil
import subprocess
import tempfile

import boards
import chain
import machine
from boards import TOP
from run_tests import pecan, verdict

SOURCE = os.path.join(TOP, "tests", "sdk")
SAYS = ["made 1 2, corners 4\n", "inner 3\n", "at exit\ngone 3\ngone 2\ngone 1\n"]


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
            "cmake", "-S", copy, "-B", work + "/build",
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


def jobs(tests):
    for board in tests.chosen:
        yield "sdk/" + board["board"], lambda b=board: installed(
            b, tests.kernel(b, "tailored"))
