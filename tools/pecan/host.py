# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""What this machine has: packages, tools and their versions.

Nothing is ever removed: installing gcc-multilib and the cross compilers
exclude each other in Debian, and the user's choice stays.
"""

import contextlib
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys

from boards import BUILD, Failure
from build import locked, quiet

TESTED_QEMU = "7.2"
TESTED_GCC = "12.2"

# Package, and a file or command that shows that it is there.
PACKAGES = [
    ("gcc", "gcc"),
    ("libc6-dev", "/usr/include/stdio.h"),
    ("cmake", "cmake"),
    ("ninja-build", "ninja"),
    ("gcc-i686-linux-gnu", "i686-linux-gnu-gcc"),
    ("gcc-arm-none-eabi", "arm-none-eabi-gcc"),
    ("gcc-riscv64-unknown-elf", "riscv64-unknown-elf-gcc"),
    ("binutils-riscv64-linux-gnu", "riscv64-linux-gnu-ld"),
    ("qemu-system-x86", "qemu-system-i386"),
    ("qemu-system-arm", "qemu-system-arm"),
    ("qemu-system-misc", "qemu-system-riscv64"),
    ("python3-matplotlib", "/usr/lib/python3/dist-packages/matplotlib"),
]
# Boot chains and debugging need more than building and measuring.
CHAIN_PACKAGES = [
    ("grub-common", "grub-mkrescue"),
    ("grub-pc-bin", "/usr/lib/grub/i386-pc/multiboot.mod"),
    ("xorriso", "xorriso"),
    ("xz-utils", "xz"),
    ("mtools", "mcopy"),
    ("u-boot-tools", "mkimage"),
    ("u-boot-qemu", "/usr/lib/u-boot/qemu_arm/u-boot.bin"),
    ("bochs", "bochs-bin"),
    ("bochsbios", "/usr/share/bochs/BIOS-bochs-latest"),
    ("vgabios", "/usr/share/bochs/VGABIOS-lgpl-latest"),
]
DEBUG_PACKAGES = [("gdb-multiarch", "gdb-multiarch")]
TEST_PACKAGES = [("g++", "g++"), ("clang", "clang"), ("cppcheck", "cppcheck"),
                 ("clang-format", "clang-format"), ("git", "git"),
                 ("patch", "patch")]
# What boot loaders are made with of which Debian has sources only.
SOURCE_PACKAGES = [("dpkg-dev", "dpkg-source"), ("xz-utils", "xz"),
                   ("make", "make"), ("bison", "bison"), ("flex", "flex"),
                   ("libssl-dev", "/usr/include/openssl/ssl.h")]
SETS = {
    "build": PACKAGES,
    "run": PACKAGES + CHAIN_PACKAGES,
    "debug": PACKAGES + CHAIN_PACKAGES + DEBUG_PACKAGES,
    "test": PACKAGES + CHAIN_PACKAGES + DEBUG_PACKAGES + TEST_PACKAGES,
    "source": SOURCE_PACKAGES,
}
# Without Debian: what to look for, and which version was tested.
TOOLS = [
    ("QEMU (i386, arm, riscv64)", TESTED_QEMU),
    ("GCC for i686-linux-gnu, arm-none-eabi, riscv64-unknown-elf", TESTED_GCC),
    ("CMake", "3.25"), ("Ninja", "1.11"), ("Python with matplotlib", "3.11"),
    ("gdb-multiarch", "13.1"), ("grub-mkrescue, xorriso, mtools", "2.06"),
    ("U-Boot for QEMU and mkimage", "2023.01"), ("clang", "14"), ("cppcheck", "2.10"),
]


def present(witness):
    if witness.startswith("/"):
        return os.path.exists(witness)
    return shutil.which(witness) is not None


def native_i386():
    """Does the machine's own compiler build for i386?"""
    if not shutil.which("gcc"):
        return False
    done = subprocess.run(
        ["gcc", "-m32", "-ffreestanding", "-nostdlib", "-static", "-xc", "-",
         "-lgcc", "-o", "/dev/null"], input=b"void _start(void) {}",
        stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def missing(kind):
    return [p for p, witness in SETS[kind] if not present(witness)]


def apt(arguments, capture=False, sudo=()):
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C")
    return subprocess.run(list(sudo) + ["apt-get"] + arguments, env=env,
                          stdout=subprocess.PIPE if capture else None,
                          stderr=subprocess.STDOUT if capture else None,
                          text=True, check=False)


INSTALL = ["install", "--no-install-recommends", "--no-remove"]


def simulate(packages):
    """What apt would do: (possible, removed packages, its words)."""
    done = apt(["-s"] + INSTALL + packages, capture=True)
    removed = re.findall(r"^Remv (\S+)", done.stdout, re.M)
    if done.returncode and not removed:
        # --no-remove makes apt refuse; ask again for the names.
        again = apt(["-s", "install", "--no-install-recommends"] + packages,
                    capture=True)
        removed = re.findall(r"^Remv (\S+)", again.stdout, re.M)
    return done.returncode == 0 and not removed, removed, done.stdout


def known(packages):
    """Their installed sizes in KiB, of those that apt has heard of."""
    done = subprocess.run(["apt-cache", "show", "--no-all-versions"] + packages,
                          capture_output=True, text=True, check=False)
    return dict(re.findall(r"^Package: (\S+)$.*?^Installed-Size: (\d+)$",
                           done.stdout, re.M | re.S))


def sizes(packages):
    """One line a package, its name and installed size; then what apt says of
    all together, with what they need."""
    size = known(packages)
    lines = ["  %-28s %8.1f MB" % (p, int(size[p]) / 1024) if p in size
             else "  %-28s  unknown" % p for p in packages]
    done = apt(["--assume-no"] + INSTALL + packages, capture=True)
    return lines + re.findall(r"^(?:Need to get|After this operation).*",
                              done.stdout, re.M)


def without_conflicts(packages):
    """Split into what can be installed and what would remove something."""
    fine, refused = [], []
    for package in packages:
        good, removed, words = simulate(fine + [package])
        if good:
            fine.append(package)
        else:
            refused.append((package, removed, words))
    return fine, refused


def check_refused(refused):
    for package, removed, words in refused:
        if package.endswith("i686-linux-gnu") and native_i386():
            print("pecan: %s would remove %s: i386 is built with gcc -m32"
                  % (package, " ".join(removed)))
            continue
        if removed:
            raise Failure("%s conflicts with %s, which is not removed for it; "
                          "nothing was installed"
                          % (package, " ".join(removed)), 3)
        line = [l for l in words.splitlines() if l.startswith("E:")]
        raise Failure("%s cannot be installed: %s"
                      % (package, line[0] if line else "apt-get failed"), 3)


def without_apt(packages):
    lines = ["%s (tested: %s)" % t for t in TOOLS]
    raise Failure("no apt-get here, and something is missing (Debian calls it "
                  "%s). Needed:\n  %s"
                  % (" ".join(packages), "\n  ".join(lines)), 3)


def agree(packages, yes, root, sudo):
    """May they be installed?"""
    if yes:
        return True
    if not sys.stdin.isatty():
        return root
    if len(known(packages)) < len(packages):
        apt(["-qq", "update"], sudo=sudo)  # a fresh machine has no lists
    print("These packages are missing:")
    print("\n".join(sizes(packages)))
    try:
        answer = input("Install them? [Y/n] ")
    except EOFError:
        return False
    return answer.strip().lower() in ("", "y", "yes")


def setup(kind, yes=False, dry_run=False):
    """Make sure that the tools of SETS[kind] are there."""
    packages = missing(kind)
    if native_i386():
        packages = [p for p in packages if not p.endswith("i686-linux-gnu")]
    if not packages:
        if dry_run:
            print("nothing to install")
        return
    if not shutil.which("apt-get"):
        without_apt(packages)
    command = "apt-get " + " ".join(INSTALL + packages)
    root = os.geteuid() == 0
    if dry_run:
        print(command)
        return
    if not root and not shutil.which("sudo"):
        raise Failure("packages are missing; as root: " + command, 3)
    sudo = [] if root else ["sudo"]
    if not agree(packages, yes, root, sudo):
        raise Failure("packages are missing; as root: " + command, 3)
    apt(["-qq", "update"], sudo=sudo)
    fine, refused = without_conflicts(packages)
    check_refused(refused)
    if fine and apt(INSTALL + ["-y", "-qq"] + fine, sudo=sudo).returncode:
        raise Failure("apt-get failed: " + command, 3)


def private_apt(top, options=()):
    """apt-get with its state below a directory: what it knows of this machine
    stays as it is."""
    for directory in ("lists/partial", "archives/partial"):
        os.makedirs(os.path.join(top, directory), exist_ok=True)
    command = ["apt-get", "-q", "-o", "APT::Sandbox::User=root"]
    for name, value in (("Dir::State", top), ("Dir::Cache", top)) + options:
        command += ["-o", "%s=%s" % (name, value)]
    return command


def fetch(package, top, command, words):
    """Have apt download something into a directory."""
    if not shutil.which("apt-get"):
        raise Failure("no apt-get here to fetch %s with" % package, 3)
    log = os.path.join(top, "apt.log")
    with contextlib.suppress(Failure):  # a list that is not needed
        quiet(command + ["update"], log, top)
    quiet(command + words + [package], log, top)


def unpacked(package, architecture, file):
    """Where a file of a Debian package is that is for another architecture:
    below build/, as nothing of it is installed."""
    top = os.path.join(BUILD, "packages", "%s_%s" % (package, architecture))
    with locked(top):
        path = os.path.join(top, "files", file)
        if not os.path.exists(path):
            fetch(package, top, private_apt(top, (
                ("APT::Architecture", architecture),
                ("APT::Architectures", architecture),
                ("Dir::State::status", os.devnull))), ["download"])
            for found in glob.glob(os.path.join(top, "*.deb")):
                quiet(["dpkg-deb", "-x", found, os.path.join(top, "files")],
                      os.path.join(top, "apt.log"))
        return path


def source_lists(top):
    """apt's options for the sources of what this machine has packages of."""
    parts = os.path.join(top, "sources.list.d")
    os.makedirs(parts, exist_ok=True)
    for file in (glob.glob("/etc/apt/sources.list")
                 + glob.glob("/etc/apt/sources.list.d/*.list")
                 + glob.glob("/etc/apt/sources.list.d/*.sources")):
        with open(file, encoding="utf-8") as f:
            text = re.sub(r"^(deb|Types:\s*deb)(?=\s)", r"\1-src", f.read(),
                          flags=re.M)
        with open(os.path.join(parts, os.path.basename(file)), "w",
                  encoding="utf-8") as f:
            f.write(text)
    return ("Dir::Etc::SourceList", os.devnull), ("Dir::Etc::SourceParts", parts)


def source(package):
    """The directory of a Debian package's source, below build/."""
    top = os.path.join(BUILD, "packages", package)
    path = os.path.join(top, "source")
    with locked(top):
        setup("source")
        if not os.path.exists(path):
            fetch(package, top, private_apt(top, source_lists(top)),
                  ["source", "--download-only"])
            unfinished = path + ".new"
            shutil.rmtree(unfinished, ignore_errors=True)
            quiet(["dpkg-source", "-x"]
                  + glob.glob(os.path.join(top, "*.dsc")) + [unfinished],
                  os.path.join(top, "apt.log"))
            os.rename(unfinished, path)
    return path


# Of riscv64's binutils, Linux's link what relocates itself.
BINUTILS = {"arm": "arm-none-eabi-", "riscv": "riscv64-linux-gnu-"}


def made(board, package, defconfig, config, file):
    """Where a file is that is made of a Debian package's source, once for each
    configuration: defconfig is the source's, config are lines added to it."""
    tree = source(package)
    key = hashlib.sha256("\n".join(config).encode()).hexdigest()[:8]
    top = os.path.join(BUILD, "packages", package, defconfig + "-" + key)
    log = os.path.join(top, "make.log")
    # Python's part of the device tree compiler would need SWIG.
    make = ["make", "-C", tree, "O=" + top, "CONFIG_PYLIBFDT=",
            "CROSS_COMPILE=" + BINUTILS[board["arch"]],
            "CC=" + compiler_of(board)]
    with locked(top):
        path = os.path.join(top, file)
        if not os.path.exists(path):
            quiet(make + [defconfig], log)
            with open(os.path.join(top, ".config"), "a",
                      encoding="utf-8") as f:
                f.writelines(line + "\n" for line in config)
            quiet(make + ["olddefconfig"], log)
            quiet(make + ["-j%d" % os.cpu_count(), file], log)
        return path


# ---- versions ---------------------------------------------------------------

def major_minor(argv):
    """The first version number that a tool prints, as (major.minor, all)."""
    try:
        text = subprocess.run(argv, capture_output=True, text=True,
                              check=False).stdout
    except OSError:
        return None, None
    match = re.search(r"(\d+\.\d+)(\.\d+)?", re.sub(r"\([^)]*\)", "",
                                                    text.splitlines()[0]
                                                    if text else ""))
    return (match.group(1), match.group(0)) if match else (None, None)


def compiler_of(board):
    if board["arch"] == "x86":
        return next((c for c in ("i686-linux-gnu-gcc", "gcc")
                     if shutil.which(c)), "i686-linux-gnu-gcc")
    return {"arm": "arm-none-eabi-gcc",
            "riscv": "riscv64-unknown-elf-gcc"}[board["arch"]]


def versions(boards):
    """(QEMU, compiler) versions of the first board; both are one package set.
    """
    return (major_minor([boards[0]["qemu"][0], "--version"])[1],
            major_minor([compiler_of(boards[0]), "-dumpfullversion"])[1])


def untested(boards):
    """One line a tool that is not the tested one; an empty list: all are."""
    lines = []
    checks = {(b["qemu"][0], "--version", TESTED_QEMU) for b in boards}
    checks |= {(compiler_of(b), "-dumpfullversion", TESTED_GCC) for b in boards}
    for tool, option, tested in sorted(checks):
        found, full = major_minor([tool, option])
        if found != tested:
            lines.append("pecan: %s is version %s, tested with %s"
                         % (tool, full or "unknown", tested))
    return lines
