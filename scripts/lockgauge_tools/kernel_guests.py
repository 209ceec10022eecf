"""Boots kernels in QEMU and runs a plan in each: scripts/kernel-guests."""

import argparse
import sys
from pathlib import Path

from lockgauge_tools import plan, runs, summary
from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import archive, kernels, qemu, session, topology


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--kernel", default="before,after")
    parser.add_argument("--topology", default="1x2x1")
    parser.add_argument("--preempt", default="full")
    parser.add_argument("--accel", default="tcg")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    try:
        return run(args)
    except InputError as error:
        print(f"kernel-guests: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"kernel-guests: stopped; guests that ended are in {args.out}",
              file=sys.stderr)
        return 130


def run(args):
    if args.out.exists():
        raise InputError(f"--out: {args.out} exists; name a new folder")
    chosen = plan.load(args.plan)
    shapes = [topology.parse(text) for text in args.topology.split(",")]
    calls = chosen.calls(args.program, session.RUN)
    debian = archive.Archive(archive.cache_folder())
    emulator = qemu.find(debian)
    guests = [qemu.Guest(kernel(wanted, debian), shape, args.preempt,
                         accel=args.accel)
              for wanted in args.kernel.split(",") for shape in shapes]
    worst = 0
    for guest in guests:
        folder = args.out / str(guest)
        try:
            done = session.run(emulator, guest, calls, args.program, folder)
        except qemu.GuestDied as error:
            print(f"kernel-guests: {guest}: {error}; see {folder}/console.txt",
                  file=sys.stderr)
            worst = 1
            continue
        print(summary.text(runs.load(done.folder)))
        for call, code in done.failed:
            print(f"kernel-guests: {guest}: {call.scenario} failed: lockgauge "
                  f"ended with {code}", file=sys.stderr)
            worst = 1
    print(f"folder: {args.out}")
    return worst


def kernel(wanted, debian):
    if "/" in wanted or Path(wanted).is_file():
        return kernels.from_file(wanted)
    return debian.kernel(wanted)


if __name__ == "__main__":
    sys.exit(main())
