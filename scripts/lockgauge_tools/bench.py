"""Runs a plan, prints its summary and writes its report: scripts/bench."""

import argparse
import subprocess
import sys
from pathlib import Path

from lockgauge_tools import plan, report, runs, summary
from lockgauge_tools.errors import InputError
from lockgauge_tools.progress import progress


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    try:
        failed = measure(plan.load(args.plan), args.program, args.out)
        run = runs.load(args.out)
    except InputError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"bench: stopped; what was measured is in {args.out}",
              file=sys.stderr)
        return 130
    print(summary.text(run))
    print(f"run folder: {run.path}\nreport:     {report.write(run)}")
    for step, code in failed:
        print(f"bench: {step.scenario} failed: lockgauge ended with {code}",
              file=sys.stderr)
    return 1 if failed else 0


def measure(chosen, program, out):
    """Makes every call; returns the (step, exit code) of those that failed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    failed, said = [], set()
    with progress(chosen) as show:
        for step in chosen.calls():
            show.begin(step)
            # JSON, for the console form of google-benchmark puts a banner on
            # stderr at each call.
            call = subprocess.run(
                [*step.command(program, out), "--benchmark_format=json"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            # Each call warns of the same missing counters; once is enough.
            for line in call.stderr.splitlines():
                if line not in said:
                    show.say(line)
                said.add(line)
            if call.returncode:
                failed.append((step, call.returncode))
            show.end(step)
    return failed


if __name__ == "__main__":
    sys.exit(main())
