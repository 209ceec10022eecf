import asyncio
import os
import select
import subprocess
from pathlib import Path

import pytest

from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import qemu, topology
from lockgauge_tools.guests.kernels import Kernel

PANIC = """\
lockgauge: begins call 0
[    9.1] BUG: kernel NULL pointer dereference, address: 0000000000000008
[    9.1] #PF: supervisor read access in kernel mode
[    9.2] Kernel panic - not syncing: Fatal exception
[    9.3] Rebooting in 0 seconds..
"""


def guest(**settings):
    kernel = Kernel("6.12.90", Path("vmlinuz"))
    return qemu.Guest(kernel, topology.parse("1x2x1"), **settings)


def arguments(**settings):
    return " ".join(guest(**settings).arguments("/k", "/a", "/c", "/r"))


def test_kernel_initramfs_and_both_serial_ports():
    line = arguments()
    assert "-serial file:/c -serial file:/r" in line
    assert "-kernel /k -initrd /a -append" in line
    assert "oops=panic" in line and line.endswith("preempt=full")


def test_a_guest_knows_that_it_is_one_only_if_asked():
    assert ",-hypervisor " in arguments()
    assert "-hypervisor" not in arguments(kind="paravirt")


def test_instructions_are_its_clock_unless_its_cpus_run_at_once():
    line = arguments()
    assert "-accel tcg,thread=single -icount shift=0,sleep=off" in line
    for kind in ("parallel", "paravirt"):
        assert "-accel tcg,thread=multi -cpu" in arguments(kind=kind)
    assert arguments(accel="kvm").startswith("-accel kvm -cpu")


def test_the_kernels_own_preemption_mode():
    assert "preempt" not in arguments(preempt="")


def test_a_name_says_what_was_booted():
    assert str(guest()) == "6.12.90-1x2x1-full"
    assert str(guest(preempt="", kind="paravirt")) == "6.12.90-1x2x1-paravirt"


def test_the_cause_of_a_panic_is_its_one_line():
    assert qemu.last_words(PANIC) == (
        "kernel panic: Fatal exception (BUG: kernel NULL pointer dereference, "
        "address: 0000000000000008)")
    assert qemu.last_words("Kernel panic - not syncing: No init found.\n") == (
        "kernel panic: No init found.")
    # A guest on a busy machine may say so, and lives.
    assert qemu.last_words("BUG: workqueue lockup - pool\n") == ""


@pytest.fixture
def emulator(tmp_path):
    def emulator(text):
        program = tmp_path / "qemu"
        program.write_text(f"#!/bin/sh\n{text}")
        program.chmod(0o755)
        return program
    return emulator


class Follower:
    def __init__(self, limit_s):
        self.limit_s, self.lines = limit_s, []

    def line(self, line):
        self.lines.append(line)


def run(program, console, limit_s=60):
    follower = Follower(limit_s)
    asyncio.run(qemu.run([program, console], console, follower))
    return follower.lines


def test_the_console_is_followed_to_the_end(tmp_path, emulator):
    program = emulator('printf "one\\ntwo\\n" > $1')
    assert run(program, tmp_path / "console") == ["one", "two"]


@pytest.mark.parametrize("text, line", [
    (f"cat > $1 <<'E'\n{PANIC}E\n", "kernel panic: Fatal exception"),
    ("echo qemu: no such image >&2; exit 1", "qemu: no such image"),
    ("kill -9 $$", "QEMU ended with -9"),
])
def test_a_guest_that_dies_says_of_what(tmp_path, emulator, text, line):
    with pytest.raises(qemu.GuestDied, match=line):
        run(emulator(text), tmp_path / "console")


def test_a_guest_that_hangs_is_ended(tmp_path, emulator):
    with pytest.raises(qemu.GuestHung, match="not done after 0 s"):
        run(emulator("exec sleep 1000"), tmp_path / "console", limit_s=0)


def test_a_guest_ends_with_who_started_it(tmp_path, emulator):
    emulator("echo $$ > $1.pid; exec sleep 1000")
    text = f"""
import asyncio, os, pathlib, signal, threading
from lockgauge_tools.guests import qemu
from lockgauge_tools.guests.qemu_test import Follower
console = pathlib.Path("{tmp_path}/console")
def kill():
    pid = pathlib.Path("{tmp_path}/console.pid")
    while not (pid.exists() and pid.read_text().strip()): pass
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=kill).start()
asyncio.run(qemu.run(["{tmp_path}/qemu", console], console, Follower(60)))
"""
    scripts = Path(__file__).parents[2]
    subprocess.run(["/usr/bin/python3", "-c", text], cwd=scripts)
    try:
        alive = os.pidfd_open(int((tmp_path / "console.pid").read_text()))
    except ProcessLookupError:
        return
    assert select.select([alive], [], [], 60)[0]


def test_an_old_qemu_is_not_used(monkeypatch, emulator):
    old = emulator("echo QEMU emulator version 7.2.22 '(Debian)'")
    monkeypatch.setattr(qemu.shutil, "which", lambda _: str(old))

    class Archive:
        def qemu(self):
            return ["/nonesuch/qemu"]

    with pytest.raises(InputError, match="no QEMU of version 10"):
        qemu.find(Archive())
    emulator("echo QEMU emulator version 10.0.2")
    assert qemu.find(Archive()) == [str(old)]
