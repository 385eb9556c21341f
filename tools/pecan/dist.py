# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""pecan dist: what a user of a board gets, in build/dist/.

For each board a directory and the same as an archive:
  boot/       kernel, sigma0, the demo, and what QEMU or a loader takes them as
  sdk/        headers, library and CMake package (cmake --install)
  qemu.sh     the exact QEMU line
  LOADER.txt  what to type at a boot loader's prompt, for TFTP and SD
Nothing in it depends on where or when it was made: dates are the commit's.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import tarfile

import boards
import build
import chain
from boards import TOP, Failure

DIST = os.path.join(boards.BUILD, "dist")
NAME = "pecan-%s-%s"

GRUB = """set timeout=0
serial --unit=0 --speed=115200
terminal_output serial
menuentry pecan {
  multiboot $prefix/pecan.elf
  module $prefix/sigma0 sigma0
  module $prefix/demo demo
}
"""

GRUB_TEXT = """{title}: GRUB

boot/ is what GRUB boots, from a disk or from the network: put its files into
GRUB's directory (/boot/grub on a disk or SD card, or where the TFTP server has
grub/), grub.cfg among them.

  SD or disk:  grub-install --target=i386-pc --boot-directory=MOUNT/boot DEVICE
               cp boot/* MOUNT/boot/grub/
  TFTP:        grub-mknetdir --net-directory=TFTP --subdir=grub
               cp boot/* TFTP/grub/

Your own program instead of the demo: replace boot/demo.
"""

UBOOT_TEXT = """{title}: U-Boot

{tested}

SD or another disk: put boot/uImage, boot/initrd and boot/boot.scr into the root
of the first FAT partition. boot.scr is found by U-Boot itself; by hand:

{disk}

TFTP: put boot/uImage and boot/initrd into the server's directory, then

  setenv autoload no
  dhcp
  setenv serverip SERVER
{net}

Your own program instead of the demo: boot/initrd is a cpio archive (newc) of
sigma0, your program, and whatever modules it wants, in this order:

  printf '%s\\n' sigma0 PROGRAM MODULE... | cpio -o -H newc > initrd
"""


def epoch():
    """Seconds, for every date: the commit's, or what the user wants."""
    wanted = os.environ.get("SOURCE_DATE_EPOCH")
    if wanted:
        return int(wanted)
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=TOP,
                          capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else 0


def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def qemu_script(board, to):
    """The default chain's command line, to be run from anywhere."""
    _, recipe = boards.chain_of(board)
    boot = os.path.join(to, "boot")
    images = chain.Images(boot, os.path.join(boot, "demo"))
    # chain.py writes the archive of the modules beside the kernel.
    argv = chain.command(board, recipe, images, None, boot)
    argv = [w.replace(boot + os.sep, "") for w in argv]
    if recipe["kind"] != "initrd" and os.path.exists(boot + "/initrd"):
        os.unlink(boot + "/initrd")
    write(os.path.join(to, "qemu.sh"), "#!/bin/sh\n"
          "# %s: kernel, sigma0 and the demo. Ends with q.\n"
          "cd \"$(dirname \"$0\")/boot\" || exit 1\nexec %s\n"
          % (board["title"], chain.show(argv)), 0o755)


def with_network(line):
    """A line of a script for a disk, for TFTP."""
    match = re.match(r"load \S+ \S+ (\S+) (\S+)$", line)
    return "tftpboot %s %s" % match.groups() if match else line


def uboot(board, recipe, to, tested):
    boot = os.path.join(to, "boot")
    images = chain.Images(boot, os.path.join(boot, "demo"))
    chain.cpio(images.modules, os.path.join(boot, "initrd"))
    chain.uboot_files(recipe, images, boot)
    for name in ("boot.txt", "uboot.log"):
        os.unlink(os.path.join(boot, name))
    script = [l.replace("${devtype} ${devnum}:${distro_bootpart}", "mmc 0:1")
              for l in recipe["script"]]
    indent = lambda lines: "\n".join("  " + l for l in lines)
    write(os.path.join(to, "LOADER.txt"), UBOOT_TEXT.format(
        title=board["title"],
        tested="Tested with the U-Boot of this QEMU machine, from a disk."
        if tested else "Not tested: no U-Boot reads a disk of this QEMU machine.",
        disk=indent(script),
        net=indent([with_network(l) for l in recipe["script"]])))


def loader_files(board, to):
    """What the board's boot loader wants."""
    kinds = {c["kind"]: c for c in board["chains"].values()}
    if "uboot" in board:
        uboot(board, board["uboot"], to, False)
    elif "uboot" in kinds:
        uboot(board, kinds["uboot"], to, True)
    elif "grub-iso" in kinds:
        write(os.path.join(to, "boot", "grub.cfg"), GRUB)
        write(os.path.join(to, "LOADER.txt"),
              GRUB_TEXT.format(title=board["title"]))
    else:
        raise Failure("%s: no boot loader is known" % board["board"])


def files_of(directory):
    """Every file, sorted, relative."""
    found = []
    for where, _, names in os.walk(directory):
        found += [os.path.relpath(os.path.join(where, n), directory)
                  for n in names]
    return sorted(found)


def archive(to, when):
    """DIRECTORY.tar.gz, with nothing of this machine in it."""
    top = os.path.basename(to)

    def plain(info):
        info.mtime, info.uid, info.gid = when, 0, 0
        info.uname = info.gname = ""
        info.mode = 0o755 if info.mode & 0o100 else 0o644
        return info

    with open(to + ".tar.gz", "wb") as raw, \
            gzip.GzipFile("", "wb", 9, raw, when) as packed, \
            tarfile.open(fileobj=packed, mode="w",
                         format=tarfile.USTAR_FORMAT) as tar:
        for name in files_of(to):
            tar.add(os.path.join(to, name), os.path.join(top, name),
                    recursive=False, filter=plain)


def one(board):
    """Make a board's directory; result: it."""
    out = build.build(board, "tailored", "-dist",
                      ["-DPECAN_BUILD=release"], build.SYSTEM)
    to = os.path.join(DIST, NAME % (boards.version(), board["board"]))
    shutil.rmtree(to, ignore_errors=True)
    boot = os.path.join(to, "boot")
    os.makedirs(boot)
    with build.locked(out):
        for name in ("pecan.elf", "pecan.bin", "sigma0", "demo"):
            shutil.copy(os.path.join(out, name), boot)
        build.quiet(["cmake", "--install", out, "--prefix", to + "/sdk"],
                    os.path.join(out, "pecan-build.log"))
    shutil.copy(os.path.join(TOP, "LICENSE"), to)
    qemu_script(board, to)
    loader_files(board, to)
    return to


def dist(chosen):
    """All boards, their archives, and the checksums of everything."""
    when = epoch()
    os.environ["SOURCE_DATE_EPOCH"] = str(when)
    os.makedirs(DIST, exist_ok=True)
    for board in chosen:
        to = one(board)
        archive(to, when)
        print(os.path.relpath(to) + ".tar.gz")
    sums = []
    for name in files_of(DIST):
        if name != "SHA256SUMS":
            with open(os.path.join(DIST, name), "rb") as f:
                sums.append("%s  %s\n" % (
                    hashlib.sha256(f.read()).hexdigest(), name))
    write(os.path.join(DIST, "SHA256SUMS"), "".join(sums))
    return 0
