"""Measures a plan here and simulates it on this machine: scripts/predict."""

import argparse
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

from lockgauge_tools import calls, plan, prediction, report, runs
from lockgauge_tools.compare.verdicts import REGIME
from lockgauge_tools.doctor import record
from lockgauge_tools.errors import InputError, end_by_signals, make_folder
from lockgauge_tools.report import sources
from lockgauge_tools.tables import WIDTH

# A simulated trial: the machine's own time, and how many seeds.
_SIMULATED = {"duration": "2ms", "repetitions": 3}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    try:
        chosen = plan.load(args.plan)
        if args.out.exists():
            raise InputError(f"--out: {args.out} exists; name a new folder")
        make_folder(args.out)
        failed = measure_and_simulate(chosen, args.program, args.out)
        end_by_signals()
        print(text(args.out))
    except InputError as error:
        print(f"predict: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"predict: stopped; what was done is in {args.out}",
              file=sys.stderr)
        return 130
    for call, code in failed:
        print(f"predict: {call.label} failed: lockgauge ended with {code}",
              file=sys.stderr)
    return 1 if failed else 0


def measure_and_simulate(chosen, program, out):
    """The machine file is written before and after: machines move."""
    measured = chosen.calls(program, out / "host")
    write_machine(program, out / "before.machine")
    with record.judged(out / "host"):
        failed = calls.run(measured)
    write_machine(program, out / "after.machine")
    simulated = plan.Plan(1, [replace(step, **_SIMULATED)
                              for step in chosen.steps])
    return failed + calls.run(simulated.calls(
        program, out / "sim", str(out / "before.machine")))


def write_machine(program, path):
    calls.check(subprocess.run([program, f"--write-machine={path}"],
                               capture_output=True, text=True))


def text(out):
    """What is printed; leaves prediction.csv and report.html in `out`."""
    host, sim = runs.load(out / "host"), runs.load(out / "sim")
    rows = prediction.pairs(host, sim)
    rows.drop(columns="measured_text").to_csv(
        out / "prediction.csv", index=False, lineterminator="\n")
    report.write_all(sources.load([out]), out / "report.html")
    notes = [*prediction.unpaired(host, sim), *_moved(out, host)]
    return "\n".join([prediction.table(rows).text(), *(
        textwrap.fill(note, WIDTH, subsequent_indent="  ") for note in notes),
        f"folder: {out}"])


def _moved(out, host):
    before, after = (prediction.transfers((out / f"{when}.machine").read_text())
                     for when in ("before", "after"))
    said = ", ".join(f"{a:g} -> {b:g}" for a, b in zip(before, after))
    notes = [f"transfer_ns of the machine file, before -> after: {said}; "
             "predicted from the first, nothing is corrected for the change"]
    if (factor := prediction.drift(before, after)) > REGIME:
        notes.append(f"THE MACHINE MOVED: by {factor:.2f}x between the two, "
                     f"more than {REGIME}; errors hold that too")
    if probes := prediction.probes(host):
        notes.append("core to core, one way, as the trials probed it, median "
                     f"of each call: {', '.join(f'{p:.0f}' for p in probes)} ns")
        if (factor := max(probes) / min(probes)) > REGIME:
            notes.append("THE MACHINE MOVED during the measurement: by "
                         f"{factor:.2f}x")
    return notes


if __name__ == "__main__":
    sys.exit(main())
