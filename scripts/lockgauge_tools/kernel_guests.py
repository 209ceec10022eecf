"""Boots kernels in QEMU and runs a plan, or tests, in each:
scripts/kernel-guests."""

import sys

from lockgauge_tools import plan, runs
from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import (archive, arguments, contrast, kernels,
                                    qemu, session, suites, topology)


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
    tests = list(filter(None, args.tests.split(",")))
    boots = ({"": suites.calls(tests, args.build)} if tests
             else planned(plan.load(args.plan), args.build))
    debian = archive.Archive(archive.cache_folder())
    emulator = qemu.find(debian)
    done, sound = [], True
    for guest, calls in guests(args, boots, debian):
        print(f"guest {guest}", file=sys.stderr)
        folder = args.out / str(guest)
        try:
            failed = session.run(emulator, guest, calls, folder)
        except qemu.GuestDied as error:
            print(f"kernel-guests: {guest}: {error}; see {folder}/console.txt",
                  file=sys.stderr)
            sound = False
            continue
        for call, code in failed:
            print(f"kernel-guests: {guest}: {call.label} ended with {code}",
                  file=sys.stderr)
            sound = False
        if tests:
            print(f"[guest] tests in {guest}:", flush=True)
            sound = suites.count(folder, tests) and sound
        else:
            done.append((guest, runs.load(folder).trials))
    for table in contrast.tables(done):
        print(table.text())
    print(f"folder: {args.out}")
    return 0 if sound else 1


def planned(chosen, build):
    """The plan's calls by the kind of guest that each is for."""
    kinds = dict.fromkeys(step.guest for step in chosen.steps)
    return {kind: plan.Plan(chosen.rounds, [step for step in chosen.steps
                                            if step.guest == kind])
            .calls(build / "workloads/lockgauge", session.RUN)
            for kind in kinds}


def guests(args, boots, debian):
    """Each guest with its calls: one boot of a kernel for each kind."""
    shapes = [topology.parse(text) for text in args.topology.split(",")]
    for chosen in [kernel(wanted, debian)
                   for wanted in args.kernel.split(",")]:
        for shape in shapes:
            for boot, calls in boots.items():
                yield qemu.Guest(chosen, shape, args.preempt, boot,
                                 args.accel), calls


def kernel(wanted, debian):
    if arguments.is_file(wanted):
        return kernels.from_file(wanted)
    return debian.kernel(wanted)


if __name__ == "__main__":
    sys.exit(main())
