"""The archive of runs that one run alone is compared with."""

from pathlib import Path

import pandas

from lockgauge_tools import runs
from lockgauge_tools.errors import InputError

# Holds <machine>/<run>/, as results/README.md says.
FOLDER = Path(__file__).resolve().parents[3] / "results" / "reference"


def like(run: runs.Run, columns=None) -> dict[str, runs.Run]:
    """By machine, what the archive has of the cases of `run`, without itself.

    Its other cases are no answer to what `run` asks, and are left out.
    """
    wanted = _cases(run)
    found = []
    for file in sorted(FOLDER.glob("*/*/trials.csv")):
        if run.path.resolve() in (file, file.parent):
            continue
        there = runs.load(file.parent, columns)
        trials = there.trials[_cases(there).isin(wanted)]
        if len(trials):
            found.append(runs.Run(there.path, there.facts, trials))
    if not found:
        worlds = "/".join(sorted(set(run.trials.target)))
        raise InputError(f"{run.path}: no reference run has one of its {worlds}"
                         " cases; name another run, or --by COLUMN")
    machines = [_machine(one) for one in found]
    return {name if machines.count(name) == 1 else f"{name} {one.path.name}":
            one for name, one in zip(machines, found)}


def _cases(run):
    return pandas.MultiIndex.from_frame(run.trials[runs.CASE])


def _machine(run):
    return " and ".join(run.trials.machine.unique())
