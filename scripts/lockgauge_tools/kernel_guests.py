"""Boots kernels in QEMU and runs a plan, or tests, in each:
scripts/kernel-guests."""

import asyncio
import os
import sys
from dataclasses import replace

from lockgauge_tools import plan, runs
from lockgauge_tools.errors import InputError, end_by_signals
from lockgauge_tools.guests import (archive, arguments, contrast, initramfs,
                                    kernels, qemu, session, suites, topology)
from lockgauge_tools.progress import progress


def main():
    args = arguments.parse()
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
    arguments.check(args)
    initramfs.check_tools()
    tests = list(filter(None, args.tests.split(",")))
    boots = ({"": suites.calls(tests, args.build)} if tests
             else planned(plan.load(args.plan), args.build))
    debian = archive.Archive(archive.cache_folder())
    emulator = qemu.find(debian)
    booked = list(guests(args, boots, debian))
    make_folder(args.out)
    with progress([call for _, calls in booked for call in calls]) as show:
        sound = asyncio.run(boot(emulator, booked, args.out, show))
    end_by_signals()
    lived = [guest for guest, _ in booked if sound[guest] is not None]
    if tests:
        for guest in lived:
            print(f"[guest] tests in {guest}:", flush=True)
            sound[guest] &= suites.count(args.out / str(guest), tests)
    else:
        found = [(guest, runs.load(args.out / str(guest)).trials)
                 for guest in lived]
        for table in contrast.tables(found):
            print(table.text())
        for line in contrast.lacks(found):
            print(line)
    print(f"folder: {args.out}")
    return 0 if all(sound.values()) else 1


async def boot(emulator, booked, out, show):
    """Of each guest whether all its calls ended well; None if it died.

    Those that use one CPU of this machine run side by side: an instruction is a
    nanosecond of theirs however busy the machine is. The others run alone.
    """
    sound = {}
    cpus = asyncio.Semaphore(len(os.sched_getaffinity(0)))

    async def one(guest, calls):
        async with cpus:
            sound[guest] = await life(emulator, guest, calls, out, show)

    await asyncio.gather(*[one(guest, calls) for guest, calls in booked
                           if guest.counts_instructions])
    for guest, calls in booked:
        if not guest.counts_instructions:
            await one(guest, calls)
    return sound


async def life(emulator, guest, calls, out, show):
    folder = out / str(guest)
    try:
        failed = await session.run(emulator, guest, calls, folder, show)
    except qemu.GuestDied as error:
        show.say(f"kernel-guests: {guest}: {error}; see {folder}/console.txt")
        return None
    for call, code in failed:
        show.say(f"kernel-guests: {call.label} ended with {code}")
    return not failed


def make_folder(out):
    try:
        out.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"--out: cannot make {out}: {error.strerror}")


def planned(chosen, build):
    """The plan's calls by the kind of guest that each is for."""
    kinds = dict.fromkeys(step.guest for step in chosen.steps)
    return {kind: plan.Plan(chosen.rounds, [step for step in chosen.steps
                                            if step.guest == kind])
            .calls(build / "workloads/lockgauge", session.RUN)
            for kind in kinds}


def guests(args, boots, debian):
    """Each guest with its calls, which say whose they are and how long they
    take out here: one boot of a kernel for each kind."""
    shapes = [topology.parse(text) for text in args.topology.split(",")]
    for chosen in [kernel(wanted, debian)
                   for wanted in args.kernel.split(",")]:
        for shape in shapes:
            for boot, calls in boots.items():
                guest = qemu.Guest(chosen, shape, args.preempt, boot,
                                   args.accel)
                yield guest, [
                    replace(call, label=f"{guest}: {call.label}",
                            seconds=call.seconds * guest.seconds_a_second)
                    for call in calls]


def kernel(wanted, debian):
    if arguments.is_file(wanted):
        return kernels.from_file(wanted)
    return debian.kernel(wanted)


if __name__ == "__main__":
    sys.exit(main())
