"""Runs a plan, prints its summary and writes its report: scripts/bench."""

import argparse
import contextlib
import sys
from pathlib import Path

from lockgauge_tools import calls, plan, report, runs, summary, trials
from lockgauge_tools.doctor import record
from lockgauge_tools.errors import InputError, end_by_signals, make_folder


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--machine", default="")  # this one, measured
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    try:
        _check_world(args.out, args.machine)
        chosen = plan.load(args.plan)
        todo = chosen.calls(args.program, args.out, args.machine)
        make_folder(args.out)
        # What is simulated does not depend on this machine.
        with (contextlib.nullcontext() if args.machine
              else record.judged(args.out)):
            failed = calls.run(todo)
        run = runs.load(args.out)
    except InputError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"bench: stopped; what was measured is in {args.out}",
              file=sys.stderr)
        return 130
    end_by_signals()
    page = report.write(run)  # first: who reads what is printed may stop
    print(summary.text(run))
    print(f"run folder: {run.path}\nreport:     {page}")
    for call, code in failed:
        print(f"bench: {call.label} failed: lockgauge ended with {code}",
              file=sys.stderr)
    return 1 if failed else 0


def _check_world(folder, machine):
    """A folder that is there goes on; but not with what is measured beside
    what is simulated."""
    if not (folder / trials.FILE).exists():
        return
    there = "sim" in set(runs.load(folder, []).trials.target)
    if there != bool(machine):
        kinds = "measured", "simulated"
        raise InputError(
            f"--out: {folder} holds {kinds[there]} numbers, these will be "
            f"{kinds[not there]}; name another folder")


if __name__ == "__main__":
    sys.exit(main())
