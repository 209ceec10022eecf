import asyncio
import io
import tarfile
from dataclasses import dataclass

import pytest

from lockgauge_tools.calls import Call
from lockgauge_tools.guests import qemu, session


def sent(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()


def test_each_call_leaves_its_words_and_its_exit_code():
    call = Call("handoff", ["/build/lockgauge", "--set", "a=1;b=2"], 1.0)
    lines = session.script([call, call]).splitlines()
    assert lines[1] == "echo lockgauge: begins call 0"
    assert lines[2] == ("/lockgauge --set 'a=1;b=2' >/dev/null "
                        "2>/results/calls/000.stderr")
    assert lines[3] == "echo $? >/results/calls/000.code"
    assert len(lines) == 7


def test_the_run_and_what_was_said_come_back(tmp_path):
    codes, said = session.unpack(sent({
        "run/trials.csv": "a,b\n", "calls/000.code": "0\n",
        "calls/000.stderr": "no counters\n", "calls/001.code": "139\n",
        "calls/001.stderr": ""}), tmp_path)
    assert (tmp_path / "trials.csv").read_text() == "a,b\n"
    assert codes == [0, 139] and said == ["no counters"]


@pytest.mark.parametrize("cut", [0, 10, -9])
def test_results_cut_short_are_refused(tmp_path, cut):
    whole = sent({"run/trials.csv": "a,b\n" * 1000})
    with pytest.raises(qemu.GuestDied, match="did not arrive whole"):
        session.unpack(whole[:cut], tmp_path)


class Show:
    def __init__(self):
        self.told = []

    def begin(self, told):
        self.told.append(told)

    end = say = begin


CALLS = [Call("first", ["/lockgauge"], 1.0), Call("second", ["/lockgauge"], 1.0)]


@dataclass
class Guest:
    counts_instructions: bool = False

    def __str__(self):
        return "6.12-parallel"


def live(monkeypatch, boots, guest=Guest()):
    """What is shown of a guest whose boots say this, all but the last of which
    hang then."""
    async def run(command, console, follower):
        for line in boots.pop(0):
            follower.line(line)
        if boots:
            raise qemu.GuestHung(f"not done after {follower.limit_s:.0f} s")

    monkeypatch.setattr(qemu, "run", run)
    show = Show()
    asyncio.run(session.live([], None, CALLS, show, guest))
    return show.told


WELL = ["a word of the kernel", "lockgauge: begins call 0",
        "lockgauge: begins call 1"]


def test_a_guest_that_hangs_in_its_boot_boots_once_more(monkeypatch):
    first, second = CALLS
    assert live(monkeypatch, [["a word of the kernel"], WELL]) == [
        "kernel-guests: 6.12-parallel: hung in its boot, not done after 30 s; "
        "boots once more", first, first, second]
    with pytest.raises(qemu.GuestHung, match="after 90 s"):
        live(monkeypatch, [[], [], WELL])


def test_one_that_would_hang_again_does_not(monkeypatch):
    with pytest.raises(qemu.GuestHung, match="after 90 s"):
        live(monkeypatch, [[], WELL], Guest(counts_instructions=True))


def test_a_guest_that_hangs_in_a_call_does_not_begin_anew(monkeypatch):
    with pytest.raises(qemu.GuestHung, match="after 90 s"):
        live(monkeypatch, [WELL, WELL])
