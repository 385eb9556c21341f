# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot chains: how kernel, sigma0, root task and modules reach a board.

A recipe is an entry of "chains" in board.json. Its "kind":
  qemu-multiboot  QEMU loads a multiboot kernel and its modules
  grub-iso        a CD with GRUB, made by grub-mkrescue
  initrd          QEMU loads the kernel and one cpio archive of the modules
  uboot           a FAT disk with boot.scr, uImage and the archive
  bochs           the same CD in Bochs, which checks what QEMU does not, segment
                  limits among it; "cpu" is its name for the CPU model
Further keys: "qemu" (arguments added to the board's), "kernel" (file of the
build), "device_tree" (what "{dtb}" in "qemu" stands for: properties, strings or
lists of numbers, and nodes), and for U-Boot "image" (arguments of mkimage),
"script" (lines), "firmware" (what "{firmware}" in "qemu" stands for: U-Boot as
a file that QEMU loads: "file" of a "package" for another "architecture", or of
what the "source" of a Debian package makes with its "defconfig" and the lines
of "config" added, at first use; "image": the arguments that make an image of
it for QEMU),
"memory" (sizes that this chain is tested with, instead of the board's). A board
with one size in "memory" has no other; its "kept" is how many MiB of it others
than Pecan may have.
"""

import os
import shlex
import shutil
import struct

import coverage
import host
from boards import Failure
from build import quiet


class Images:
    """What is booted: the kernel's build directory, and the modules."""

    def __init__(self, out, root, modules=(), arguments="", sigma0=None):
        self.out = out
        self.kernel_elf = os.path.join(out, "pecan.elf")
        # (file, command line)
        self.modules = []
        sigma0 = sigma0 or os.path.join(out, "sigma0")
        if sigma0 != "none":
            self.modules.append((sigma0, "sigma0"))
        if root is not None:
            words = os.path.basename(root) + (" " + arguments
                                              if arguments else "")
            self.modules.append((root, words))
        for spec in modules:
            self.modules.append((os.path.abspath(spec),
                                 os.path.basename(spec)))
        for file, _ in self.modules:
            if not os.path.exists(file):
                raise Failure("no such module: " + file)


def newc_header(name, size, number):
    values = [number, 0o100644, 0, 0, 1, 0, size, 0, 0, 0, 0,
              len(name) + 1, 0]
    return b"070701" + b"".join(b"%08X" % v for v in values)


def pad(data, to=4):
    return data + b"\0" * (-len(data) % to)


def cpio(modules, path):
    """The newc archive of the modules; a member's name is its command line."""
    entries = []
    for number, (file, line) in enumerate(modules, 1):
        with open(file, "rb") as f:
            data = f.read()
        name = line.encode()
        entries.append(pad(newc_header(name, len(data), number) + name
                           + b"\0") + pad(data))
    name = b"TRAILER!!!"
    entries.append(pad(newc_header(name, 0, 0) + name + b"\0"))
    with open(path, "wb") as f:
        f.write(b"".join(entries))


def device_tree(tree, path):
    """A flattened device tree, version 17, of nested dictionaries."""
    names, structure = b"", b""

    def node(name, content):
        nonlocal names, structure
        structure += struct.pack(">I", 1) + pad(name.encode() + b"\0")
        for key, value in content.items():
            if isinstance(value, dict):
                node(key, value)
                continue
            data = (value.encode() + b"\0" if isinstance(value, str)
                    else struct.pack(">%dI" % len(value), *value))
            structure += struct.pack(">III", 3, len(data), len(names))
            structure += pad(data)
            names += key.encode() + b"\0"
        structure += struct.pack(">I", 2)

    node("", tree)
    structure += struct.pack(">I", 9)
    reserved = bytes(16)  # the list's end
    at = 40 + len(reserved)
    size = at + len(structure) + len(names)
    header = struct.pack(">10I", 0xd00dfeed, size, at, at + len(structure),
                         40, 17, 16, 0, len(names), len(structure))
    with open(path, "wb") as f:
        f.write(header + reserved + structure + names)


def substitute(words, values):
    out = []
    for word in words:
        for key, value in values.items():
            word = word.replace("{%s}" % key, value)
        out.append(word)
    return out


def qemu_multiboot(recipe, images, work, values):
    lines = []
    for number, (file, line) in enumerate(images.modules):
        rest = line.split(" ", 1)[1:]
        if " " in file:  # which QEMU takes for the end of its name
            link = os.path.join(work, "m%d" % number)
            if os.path.lexists(link):
                os.unlink(link)
            os.symlink(file, link)
            file = link
        lines.append(" ".join([file] + rest).replace(",", ",,"))
    argv = ["-kernel", images.kernel_elf]
    if lines:
        argv += ["-initrd", ",".join(lines)]
    return argv


GRUB_MODULES = "multiboot normal iso9660 biosdisk serial terminal boot"


def grub_cd(images, work):
    """The file of a CD that boots by itself."""
    tree = os.path.join(work, "iso")
    shutil.rmtree(tree, ignore_errors=True)
    os.makedirs(os.path.join(tree, "boot", "grub"))
    shutil.copy(images.kernel_elf, os.path.join(tree, "boot", "pecan.elf"))
    config = ["serial --unit=0 --speed=115200", "terminal_output serial",
              "terminal_input serial", "set timeout=0",
              "menuentry pecan {", "  multiboot /boot/pecan.elf"]
    for number, (file, line) in enumerate(images.modules):
        name = "m%d" % number
        shutil.copy(file, os.path.join(tree, "boot", name))
        # GRUB leaves the file name out of the command line.
        config.append("  module /boot/%s %s" % (name, line))
    config += ["  boot", "}"]
    grub = os.path.join(tree, "boot", "grub", "grub.cfg")
    with open(grub, "w", encoding="utf-8") as f:
        f.write("\n".join(config) + "\n")
    iso = os.path.join(work, "pecan.iso")
    quiet(["grub-mkrescue", "--directory=/usr/lib/grub/i386-pc",
           "--install-modules=" + GRUB_MODULES,
           "--fonts=", "--locales=", "--themes=", "--compress=xz", "-o", iso,
           tree], os.path.join(work, "grub.log"))
    return iso


def grub_iso(recipe, images, work, values):
    return ["-cdrom", grub_cd(images, work), "-boot", "d"]


# The serial line is standard output. Without a display and a sound card Bochs
# wants a server that waits for nobody and drivers that do nothing. It stops in
# its debugger first, which is told to continue.
BOCHS = """cpu: model=%(cpu)s, ips=20000000
memory: guest=%(memory)s, host=%(memory)s
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=%(iso)s, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=/dev/stdout
display_library: rfb, options="timeout=0"
sound: driver=dummy
speaker: enabled=0
clock: sync=none
panic: action=fatal
log: %(work)s/bochs.log
"""


def bochs(recipe, images, work, memory):
    """The command that boots a CD in Bochs."""
    files = {name: os.path.join(work, name) for name in ("bochsrc", "debugger")}
    with open(files["bochsrc"], "w", encoding="utf-8") as f:
        f.write(BOCHS % {"cpu": recipe["cpu"], "memory": memory.rstrip("M"),
                         "iso": grub_cd(images, work), "work": work})
    with open(files["debugger"], "w", encoding="utf-8") as f:
        f.write("c\n")
    return ["bochs-bin", "-q", "-f", files["bochsrc"], "-rc",
            files["debugger"]]


def initrd(recipe, images, work, values):
    argv = ["-kernel", os.path.join(images.out,
                                    recipe.get("kernel", "pecan.bin"))]
    if images.modules:
        argv += ["-initrd", values["initrd"]]
    return argv


def fat_disk(files, path):
    size = sum(os.path.getsize(f) for f in files) // (1 << 20) + 4
    with open(path, "wb") as f:
        f.truncate(size << 20)
    env = dict(os.environ, MTOOLS_SKIP_CHECK="1")
    log = path + ".log"
    quiet(["mformat", "-i", path, "-h", "16", "-s", "32", "-t", str(size * 4),
           "::"], log, env=env)
    quiet(["mcopy", "-i", path] + files + ["::"], log, env=env)


def uboot_files(recipe, images, work):
    """uImage and boot.scr, which U-Boot loads; result: their files."""
    log = os.path.join(work, "uboot.log")
    kernel = os.path.join(images.out, recipe.get("kernel", "pecan.bin"))
    image = os.path.join(work, "uImage")
    quiet(["mkimage"] + recipe["image"] + ["-d", kernel, image], log)
    script = os.path.join(work, "boot.txt")
    with open(script, "w", encoding="utf-8") as f:
        f.write("\n".join(recipe["script"]) + "\n")
    compiled = os.path.join(work, "boot.scr")
    quiet(["mkimage", "-T", "script", "-C", "none", "-n", "pecan", "-d",
           script, compiled], log)
    return [image, compiled]


def from_source(recipe):
    """Is its boot loader to be made first, which takes its time?"""
    return "source" in recipe.get("firmware", ())


def firmware(board, description, path):
    """U-Boot itself, as QEMU starts a kernel on one core; result: its file."""
    if "source" in description:
        file = host.made(board, description["source"],
                         description["defconfig"], description["config"],
                         description["file"])
    else:
        file = host.unpacked(description["package"],
                             description["architecture"], description["file"])
    if "image" not in description:
        return file
    quiet(["mkimage"] + description["image"] + ["-d", file, path],
          path + ".log")
    return path


def uboot(recipe, images, work, values):
    files = uboot_files(recipe, images, work)
    disk = os.path.join(work, "disk.img")
    fat_disk(files + [values["initrd"]], disk)
    return []


KINDS = {"qemu-multiboot": qemu_multiboot, "grub-iso": grub_iso,
         "initrd": initrd, "uboot": uboot}


def need_qemu(recipe, what):
    """Failure 2 if a chain has something else; what: who needs it."""
    if recipe["kind"] == "bochs":
        raise Failure(what + " needs QEMU; this chain boots in Bochs", 2)


def memories(board, recipe):
    """The memory sizes that a chain of a board is tested with."""
    return recipe.get("memory", board["memory"])


def memory_for(board, recipe, wanted=None):
    """As -m: what is wanted, unless the board comes in one size only."""
    sizes = memories(board, recipe)
    return wanted if wanted and len(sizes) > 1 else sizes[-1]


def command(board, recipe, images, memory=None, work=None):
    """Make the files of a chain; result: the QEMU command that boots it."""
    work = work or os.path.join(images.out, "boot")
    os.makedirs(work, exist_ok=True)
    values = {"initrd": os.path.join(work, "initrd"),
              "disk": os.path.join(work, "disk.img"),
              "dtb": os.path.join(work, "board.dtb"),
              "uimage": os.path.join(work, "uImage"),
              "script": os.path.join(work, "boot.scr"),
              "firmware": os.path.join(work, "firmware"),
              "kernel_bin": os.path.join(images.out, "pecan.bin"),
              "kernel_elf": images.kernel_elf}
    if images.modules:
        cpio(images.modules, values["initrd"])
    if "device_tree" in recipe:
        device_tree(recipe["device_tree"], values["dtb"])
    if "firmware" in recipe:
        values["firmware"] = firmware(board, recipe["firmware"],
                                      values["firmware"])
    memory = memory_for(board, recipe, memory)
    if recipe["kind"] == "bochs":
        return bochs(recipe, images, work, memory)
    argv = board["qemu"] + ["-m", memory]
    argv += KINDS[recipe["kind"]](recipe, images, work, values)
    return (argv + substitute(recipe.get("qemu", ()), values)
            + coverage.words(board, images.out, recipe))


def show(argv):
    """A command as a shell reads it."""
    return shlex.join(argv)
