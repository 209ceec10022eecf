"""Sorts runs into the sides of a comparison, and says how these differ."""

from dataclasses import dataclass

import pandas

from lockgauge_tools import runs, schema
from lockgauge_tools.errors import InputError

# What names a case, unless it is what is compared.
CASE = ["target", "machine", "scenario", "placement", "params", "backend",
        "threads"]
# What --by takes, besides parameters.
_COLUMNS = ["machine", "placement", "backend", "threads"]
# Two sides may differ in one of these as a whole and still be compared.
_MAY_DIFFER = [*_COLUMNS, "params"]
# Cases that share one noise floor: all locks under the same load.
_LOAD = ["target", "machine", "scenario", "placement", "params", "threads"]


@dataclass(frozen=True)
class Sides:
    labels: list[str]  # the baseline first
    sources: list[str]  # of each side: the run, or ""
    case: list[str]  # the columns that tell cases apart
    # All trials; beside the run's columns: `side`, a place in labels;
    # `measured_on`, the machine; and as numbers `on_machine`, `load`, and
    # `process`, alike within an independent run.
    trials: pandas.DataFrame
    notes: list[str]


def of_runs(loaded: list[runs.Run], labels=None) -> Sides:
    """Each run is a side; the first is the baseline. Labels default to
    letters."""
    trials = _together(loaded)
    trials["side"] = trials.run
    labels = labels or [_letter(place) for place in range(len(loaded))]
    notes = _merge_what_differs(trials, len(loaded))
    return Sides(labels, [str(run.path) for run in loaded], CASE, trials,
                 notes + _other_facts(labels, loaded))


def of_column(loaded: list[runs.Run], column, baseline=None) -> Sides:
    """The sides are the values of a key column, or of a parameter."""
    trials = _together(loaded)
    if column in _COLUMNS:
        values = trials[column].astype(str)
    else:
        values = _take_parameter(trials, column)
        trials, values = trials[values.notna()], values.dropna()
    labels = list(dict.fromkeys(values))
    if baseline is not None and baseline not in labels:
        raise InputError(f"--baseline: no {column} '{baseline}' here; there "
                         f"is {', '.join(labels)}")
    if len(labels) < 2:
        raise InputError(f"--by: {column} is {labels[0]} everywhere; nothing "
                         "to compare it with")
    labels.sort(key=lambda label: label != baseline)
    trials = trials.assign(side=values.map(
        {label: place for place, label in enumerate(labels)}))
    case = [name for name in CASE if name != column]
    return Sides(labels, [""] * len(labels), case, trials, [])


def _together(loaded):
    """The trials of all; worlds never share a comparison."""
    worlds = {run.path: sorted(set(run.trials.target)) for run in loaded}
    if len(set().union(*worlds.values())) > 1:
        held = " and ".join(f"{path} holds {'/'.join(names)} numbers"
                            for path, names in worlds.items())
        raise InputError(f"{held}: worlds never share a comparison; choose "
                         "one with --target")
    trials = pandas.concat([run.trials.assign(run=place)
                            for place, run in enumerate(loaded)],
                           ignore_index=True)
    trials["measured_on"] = trials.machine
    trials["on_machine"] = pandas.factorize(trials.machine)[0]
    trials["load"] = trials.groupby(_LOAD, sort=False).ngroup()
    trials["process"] = runs.processes(trials) + (
        trials.run * (schema.LARGEST_KEY + 1)).where(~runs.is_seeded(trials), 0)
    return trials


def _merge_what_differs(trials, sides_count):
    """A column with one value on each side, but not the same one, tells sides
    apart instead of cases."""
    notes = []
    kinds = trials[["side", *_MAY_DIFFER, "preemption"]].drop_duplicates()
    for name in _MAY_DIFFER:
        values = kinds.groupby("side")[name].unique()
        first = [str(value[0]) for value in values]
        if values.map(len).max() == 1 and len(set(first)) > 1:
            trials[name] = " / ".join(first)
            notes.append(f"The sides differ in {name} ({', '.join(first)}): "
                         "this compares that, not only the locks.")
    preemption = kinds.groupby("side").preemption.unique()
    if len({" and ".join(sorted(each)) for each in preemption}) > 1:
        notes.append("The sides differ in the column preemption.")
    return notes


def _other_facts(labels, loaded):
    """What run.json says otherwise about machine and build."""
    known = [_facts(run) for run in loaded]
    names = dict.fromkeys(name for facts in known for name in facts)
    differing = [
        f"{name} ({', '.join(str(facts.get(name)) for facts in known)})"
        for name in names
        if all(known) and len({facts.get(name) for facts in known}) > 1]
    if not differing:
        return []
    return [f"{', '.join(labels)} also differ in {'; '.join(differing)}."]


# Differs from run to run and explains nothing.
_OF_A_MOMENT = {"clock_ticks_per_s", "clock_disagreement_ppm", "description"}


def _facts(run):
    return {name: value for part in ("machine", "build")
            if isinstance(run.facts.get(part), dict)
            for name, value in run.facts[part].items()
            if isinstance(value, (str, int, float))
            and name not in _OF_A_MOMENT}


def _take_parameter(trials, name):
    """The values of a parameter, which goes from `params`."""
    sets = {params: dict(pair.partition("=")[::2]
                         for pair in params.split(";") if pair)
            for params in set(trials.params)}
    known = sorted(set().union(*sets.values()))
    if name not in known:
        raise InputError(f"--by: '{name}' is nothing to compare by; valid are "
                         f"{', '.join([*_COLUMNS, *known])}")
    rest = {params: ";".join(f"{other}={value}"
                             for other, value in pairs.items() if other != name)
            for params, pairs in sets.items()}
    values = trials.params.map({params: pairs.get(name)
                                for params, pairs in sets.items()})
    trials["params"] = trials.params.map(rest)
    return values


def _letter(place):
    return chr(ord("A") + place) if place < 26 else str(place + 1)
