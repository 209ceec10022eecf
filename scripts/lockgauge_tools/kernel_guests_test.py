import asyncio
from pathlib import Path

import pytest

from lockgauge_tools import kernel_guests
from lockgauge_tools.calls import Call
from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import qemu, session, topology
from lockgauge_tools.guests.kernels import Kernel

CALL = Call("handoff", ["/build/lockgauge"], 1.0)


class Said(list):
    say = list.append


def guests(*kinds):
    return [(qemu.Guest(Kernel(f"6.{number}", Path("vmlinuz")),
                        topology.parse("1x3x1"), kind=kind), [CALL])
            for number, kind in enumerate(kinds)]


def booted(monkeypatch, life, booked):
    """What came of each guest, by its kernel; and what was said."""
    monkeypatch.setattr(session, "run", life)
    monkeypatch.setattr(kernel_guests.os, "sched_getaffinity",
                        lambda _: {0, 1})
    said = Said()
    sound = asyncio.run(kernel_guests.boot([], booked, Path("out"), said))
    return {guest.kernel.version: sound[guest] for guest, _ in booked}, said


def test_guests_of_one_cpu_run_side_by_side_and_others_alone(monkeypatch):
    running, beside = set(), {}

    async def life(_emulator, guest, *_):
        running.add(guest)
        for _ in range(3):
            beside.setdefault(guest, set()).update(running)
            await asyncio.sleep(0)
        running.remove(guest)
        return []

    booked = guests("", "parallel", "", "", "paravirt")
    assert all(booted(monkeypatch, life, booked)[0].values())
    assert [len(beside[guest]) > 1 for guest, _ in booked] == [
        True, False, True, False, False]  # two CPUs: the third waits


def test_a_guest_that_dies_leaves_the_others_to_live(monkeypatch):
    async def life(_emulator, guest, *_):
        if guest.kernel.version == "6.0":
            raise qemu.GuestDied("kernel panic")
        return [(CALL, 2)] if guest.kernel.version == "6.1" else []

    sound, said = booted(monkeypatch, life, guests("", "", "parallel"))
    assert sound == {"6.0": None, "6.1": False, "6.2": True}
    assert said == ["kernel-guests: 6.0-1x3x1-full: kernel panic; see "
                    "out/6.0-1x3x1-full/console.txt",
                    "kernel-guests: handoff ended with 2"]


def test_a_folder_that_can_not_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="^--out: cannot make .*Not a dir"):
        kernel_guests.make_folder(tmp_path / "file/out")
