# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""A QEMU machine: start it, hear its console, know how it ended."""

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
import tty

END = re.compile(rb"^pecan: end, status (\d+)", re.M)
STOP = re.compile(rb"^pecan: (stopped|boot error|assertion)", re.M)
FRAME = re.compile(r"^\s+#\d+ (?:0x)?([0-9a-fA-F]+)\s*$")
TIMEOUT, STOPPED = 124, 125
LEAVE = b"\x1d"  # Ctrl-]
# After the last line the machine has this long to go off by itself.
GRACE = 2.0


class Console:
    """What a machine said, and the status that it means."""

    def __init__(self):
        self.data = b""
        self.ended_at = None

    def add(self, data):
        self.data += data.replace(b"\r", b"")
        if self.ended_at is None and (END.search(self.data)
                                      or STOP.search(self.data)):
            self.ended_at = time.monotonic()

    @property
    def text(self):
        return self.data.decode("utf-8", "replace")

    def status(self):
        """None: it has not said that it is at its end."""
        if STOP.search(self.data):
            return STOPPED
        match = END.search(self.data)
        # The line may still be coming in.
        return int(match.group(1)) if match else None


class Machine:
    """Owns the QEMU process. Use as a context manager."""

    def __init__(self, argv):
        self.console = Console()
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        os.set_blocking(self.process.stdin.fileno(), False)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def stop(self):
        # Also what a wrapper script has started; it is our own session. A
        # plugin writes down what it saw when QEMU is asked to end.
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                os.killpg(self.process.pid, how)
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                pass

    def send(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except (BrokenPipeError, BlockingIOError):
            pass

    def read(self, wait, others=()):
        """New output (b"" at the end), or None; and what of others is ready.
        """
        out = self.process.stdout
        ready, _, _ = select.select([out] + list(others), [], [], wait)
        data = os.read(out.fileno(), 65536) if out in ready else None
        if data:
            self.console.add(data)
        return data, [r for r in ready if r is not out]

    def over(self, data):
        ended = self.console.ended_at
        return data == b"" or (ended and time.monotonic() > ended + GRACE)


def boot(argv, timeout, until=None, feed=b""):
    """Run without a terminal; result: (status, text).

    until: a text that ends it too, with status 0. feed: input, sent when the
    first user program can hear it.
    """
    deadline = time.monotonic() + timeout
    with Machine(argv) as machine:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return TIMEOUT, machine.console.text
            data, _ = machine.read(min(left, 0.2))
            if feed and machine.console.data.count(b"\n") > 2:
                machine.send(feed)
                feed = b""
            if until and until in machine.console.text:
                return 0, machine.console.text
            if machine.over(data):
                break
        status = machine.console.status()
    return STOPPED if status is None else status, machine.console.text


class Terminal:
    """The user's terminal in raw mode, if there is one."""

    def __init__(self):
        self.saved = None

    def __enter__(self):
        if sys.stdin.isatty():
            self.saved = termios.tcgetattr(0)
            tty.setraw(0)
        return self

    def __exit__(self, *exception):
        if self.saved is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, self.saved)


def show(data, raw):
    text = data.replace(b"\r", b"")
    os.write(1, text.replace(b"\n", b"\r\n") if raw else text)


def attach(argv, timeout=None):
    """Run with this process's input and output; result: (status, text)."""
    deadline = time.monotonic() + timeout if timeout else None
    with Terminal() as terminal, Machine(argv) as machine:
        raw = terminal.saved is not None
        inputs = [0]
        while True:
            now = time.monotonic()
            if deadline and now >= deadline:
                return TIMEOUT, machine.console.text
            # Before the UART is set up, input would be lost.
            hears = machine.console.data.count(b"\n") > 1
            data, ready = machine.read(0.1, inputs if hears or raw else [])
            if data:
                show(data, raw)
            if ready:
                typed = os.read(0, 64)
                if raw and LEAVE in typed:
                    return 0, machine.console.text
                if not typed:
                    inputs = []
                machine.send(typed)
            if machine.over(data):
                break
        status = machine.console.status()
    if status is None:
        print("pecan: the machine went off without a word", file=sys.stderr)
        status = STOPPED
    return status, machine.console.text


def resolve(text, programs, prefix=""):
    """Names for the addresses of back traces in text.

    programs: (ELF file, load address) pairs, the kernel with 0 first.
    Result: lines.
    """
    lines = []
    for line in text.splitlines():
        match = FRAME.match(line)
        if not match:
            continue
        address = int(match.group(1), 16)
        for file, base in programs:
            done = subprocess.run(
                [prefix + "addr2line", "-f", "-s", "-e", file,
                 hex(address - base if address >= base else address)],
                capture_output=True, text=True, check=False)
            name, _, place = done.stdout.strip().partition("\n")
            if done.returncode == 0 and name not in ("", "??"):
                lines.append("%s  %s (%s)" % (line.rstrip(), name, place))
                break
    return lines
