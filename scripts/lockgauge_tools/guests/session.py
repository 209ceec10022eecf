"""Calls of programs made inside a guest, and the folder they left."""

import gzip
import io
import shlex
import shutil
import tarfile
import tempfile
from pathlib import Path

from lockgauge_tools.guests import initramfs, labels, qemu, vmlinux

# Of this guest's user space: where it keeps what the host is to get.
RUN = "/results/run"
_BEGIN = "lockgauge: begins call "

# What a call takes beyond its trials, and a boot: on a quiet machine, and by
# how much a busy one may be slower.
_CALL_S, _BOOT_S, _PATIENCE = 2.0, 3.0, 10


async def run(emulator, guest, calls, folder, show):
    """Leaves the run in the folder, and what the kernel said; `show` is told of
    each call. Returns (call, exit code) of those that failed.

    Raises GuestDied.
    """
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        archive, results = Path(scratch, "initramfs"), Path(scratch, "results")
        programs = {Path(call.command[0]) for call in calls}
        initramfs.write(archive, programs, script(calls))
        limit_s = _PATIENCE * (_BOOT_S + sum(call.seconds + _CALL_S
                                             for call in calls))
        console = folder / "console.txt"
        image = vmlinux.unpacked(guest.kernel.image, Path(scratch))
        await qemu.run(
            [*emulator, *guest.arguments(image, archive, console, results)],
            console, limit_s, lambda line: _follow(line, calls, show))
        codes, said = unpack(results.read_bytes(), folder)
        for line in dict.fromkeys(said):
            show.say(line)
    if (folder / "run.json").exists():
        labels.apply(folder, guest)
    return [(call, code) for call, code in zip(calls, codes) if code]


def script(calls):
    """What the guest runs: each call, its words and its exit code kept."""
    lines = [f"mkdir -p {RUN} /results/calls"]
    for place, call in enumerate(calls):
        kept = f"/results/calls/{place:03}"
        command = [f"/{Path(call.command[0]).name}", *call.command[1:]]
        lines += [f"echo {_BEGIN}{place}",
                  f"{shlex.join(command)} >/dev/null 2>{kept}.stderr",
                  f"echo $? >{kept}.code"]
    return "\n".join(lines) + "\n"


def unpack(sent, folder):
    """The run into `folder`; returns exit codes and lines of stderr."""
    try:
        archive = tarfile.open(fileobj=io.BytesIO(gzip.decompress(sent)))
        with tempfile.TemporaryDirectory() as scratch:
            archive.extractall(scratch)
            for file in Path(scratch, "run").glob("*"):
                shutil.move(file, folder)
            kept = sorted(Path(scratch, "calls").glob("*"))
            return ([int(file.read_text()) for file in kept
                     if file.suffix == ".code"],
                    [line for file in kept if file.suffix == ".stderr"
                     for line in file.read_text().splitlines()])
    except (tarfile.TarError, EOFError, gzip.BadGzipFile):
        raise qemu.GuestDied("its results did not arrive whole")


def _follow(line, calls, show):
    if line.startswith(_BEGIN):
        place = int(line.removeprefix(_BEGIN))
        if place:
            show.end(calls[place - 1])
        show.begin(calls[place])
