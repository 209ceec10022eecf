"""What scripts/kernel-guests is asked for.

Needs nothing but Python, so that a slip is told before anything is installed,
built or fetched: python3 -m lockgauge_tools.guests.arguments ARGUMENT...
"""

import argparse
import re
import sys
from pathlib import Path

from lockgauge_tools import plan
from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import kernels, topology

_PREEMPT = ["full", "lazy", "voluntary", "none"]
_ACCEL = ["tcg", "kvm"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--tests", default="")  # instead of a plan
    parser.add_argument("--kernel", default="before,after")
    parser.add_argument("--topology", default="1x3x1")
    parser.add_argument("--preempt", default="full")
    parser.add_argument("--accel", default="tcg")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def check(args):
    """Refuses what no mirror, kernel or QEMU could make good."""
    if args.out.exists():
        raise InputError(f"--out: {args.out} exists; name a new folder")
    for name, value, known in [("preempt", args.preempt, _PREEMPT),
                               ("accel", args.accel, _ACCEL)]:
        if value not in known:
            raise InputError(f"--{name}: '{value}'; expected "
                             f"{' or '.join(known)}")
    for wanted in args.kernel.split(","):
        if is_file(wanted):
            kernels.from_file(wanted)
        elif not re.fullmatch(r"before|after|[0-9]\S*", wanted):
            raise InputError(f"--kernel: '{wanted}'; expected before, after, "
                             "a version such as 6.12, or a file")
    for text in args.topology.split(","):
        topology.parse(text)
    plan.load(args.plan)


def is_file(kernel):
    return "/" in kernel or Path(kernel).is_file()


def main():
    try:
        check(parse())
    except InputError as error:
        print(f"kernel-guests: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
