# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Configure and compile through CMake; one directory a board and variant."""

import contextlib
import fcntl
import glob
import hashlib
import os
import re
import subprocess

from boards import BUILD, TOP, Failure

TELLING = re.compile(r"error|undefined reference|multiple definition|"
                     r"implicit declaration", re.I)
# What a program from outside the tree is linked against and booted with.
SYSTEM = ("kernel", "sigma0", "demo", "l4", "crt0")


def quiet(argv, log, cwd=None, env=None):
    """Run, output to a file; Failure with its end if it fails."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "a", encoding="utf-8") as f:
        f.write("$ %s\n" % " ".join(argv))
        f.flush()
        done = subprocess.run(argv, stdout=f, stderr=subprocess.STDOUT,
                              cwd=cwd, env=env, check=False)
    if done.returncode:
        with open(log, encoding="utf-8", errors="replace") as f:
            lines = f.read().splitlines()
        errors = [l for l in lines if TELLING.search(l)][-12:]
        raise Failure("%s failed:\n%s\n(all of it: %s)" % (
            " ".join(argv[:3]), "\n".join(errors or lines[-20:]),
            os.path.relpath(log)))


@contextlib.contextmanager
def locked(out):
    """One at a time in a build directory, also of several commands."""
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "pecan.lock"), "w", encoding="ascii") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def directory(board, path="tailored", variant=""):
    name = board["board"]
    if path != "tailored":
        name += "-" + path
    return os.path.join(BUILD, name + variant)


def build(board, path="tailored", variant="", options=(), targets=(),
          top=TOP, out=None):
    """Build these targets of a board, or all; result: the build directory."""
    out = out or directory(board, path, variant)
    with locked(out):
        compile_tree(top, out, ["-DPECAN_BOARD=" + board["board"],
                                "-DPECAN_IPC=" + path] + list(options),
                     targets)
    return out


def compile_tree(top, out, options, targets):
    log = os.path.join(out, "pecan-build.log")
    if os.path.exists(log):
        os.unlink(log)
    quiet(["cmake", "-G", "Ninja", "-S", top, "-B", out] + options, log)
    quiet(["cmake", "--build", out]
          + [a for t in targets for a in ("--target", t)], log)


def plugin(name):
    """Compile tools/plugin/NAME.c, and what else begins so, for this machine's
    QEMU; result: its file. Another run may be using the old one meanwhile."""
    sources = sorted(glob.glob(os.path.join(TOP, "tools", "plugin",
                                            name + "*.c")))
    out = os.path.join(BUILD, "plugin")
    with locked(out):
        path = os.path.join(out, name + ".so")
        quiet(["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-o",
               path + ".new"] + sources + ["-ldl"],
              os.path.join(out, name + ".log"))
        os.replace(path + ".new", path)
    return path


def install(out):
    """Install the SDK of a built board; result: its directory."""
    sdk = os.path.join(out, "sdk")
    with locked(out):
        quiet(["cmake", "--install", out, "--prefix", sdk],
              os.path.join(out, "pecan-build.log"))
    return sdk


ONE_FILE = """cmake_minimum_required(VERSION 3.25)
project(%(name)s LANGUAGES %(languages)s)
find_package(Pecan REQUIRED)
pecan_add_program(%(name)s [==[%(source)s]==])
"""
CXX = (".cc", ".cpp", ".cxx")


def program(out, path):
    """Build a program from anywhere against the SDK of a board.

    path: one C or C++ file, a directory with a CMakeLists.txt whose program
    has the directory's name, or is the only one, or a program that is built
    already. Result: its file.
    """
    path = os.path.abspath(path)
    if not os.path.exists(path):
        raise Failure("no such file or directory: " + path)
    if os.path.isfile(path) and not path.endswith((".c",) + CXX):
        if is_program(path):
            return path
        raise Failure("%s is no .c, %s file, no program and no directory"
                      % (path, ", ".join(CXX)))
    sdk = install(out)
    name = os.path.splitext(os.path.basename(path))[0]
    key = hashlib.sha256(path.encode()).hexdigest()[:8]
    # Boot loaders take a blank for the end of a file's name, CMake a semicolon.
    work = os.path.join(out, "programs", "%s-%s" % (
        re.sub(r"[^\w.+-]", "_", name, flags=re.A), key))
    source = path
    if os.path.isfile(path):
        source = os.path.join(work, "src")
        os.makedirs(source, exist_ok=True)
        text = ONE_FILE % {"name": "program", "source": path, "languages":
                           "C CXX" if path.endswith(CXX) else "C"}
        listing = os.path.join(source, "CMakeLists.txt")
        with open(listing, "w", encoding="utf-8") as f:
            f.write(text)
    elif not os.path.exists(os.path.join(path, "CMakeLists.txt")):
        raise Failure("%s has no CMakeLists.txt" % path)
    binary = os.path.join(work, "build")
    log = os.path.join(work, "build.log")
    with locked(work):
        if os.path.exists(log):
            os.unlink(log)
        quiet(["cmake", "-G", "Ninja", "-S", source, "-B", binary,
               "-DCMAKE_TOOLCHAIN_FILE=%s/toolchain.cmake" % sdk,
               "-DPecan_DIR=%s/lib/cmake/Pecan" % sdk], log)
        quiet(["cmake", "--build", binary], log)
    return find_program(binary, name)


def is_program(path):
    """Is it an ELF file, linked?"""
    with open(path, "rb") as f:
        head = f.read(18)
    return head[:4] == b"\x7fELF" and head[16] in (2, 3)


def find_program(binary, name):
    """The ELF file that a build made."""
    found = []
    for where, directories, files in os.walk(binary):
        directories[:] = [d for d in directories if d != "CMakeFiles"]
        found += [f for f in (os.path.join(where, n) for n in files)
                  if is_program(f)]
    exact = [f for f in found if os.path.basename(f) == name]
    if len(exact or found) != 1:
        raise Failure("%d programs in %s; one is to have the directory's name"
                      % (len(found), binary))
    return (exact or found)[0]
