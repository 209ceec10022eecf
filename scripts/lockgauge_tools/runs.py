"""Loads a run: the folder lockgauge wrote, or a trials.csv on its own."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy
import pandas

from lockgauge_tools import schema
from lockgauge_tools import trials as trials_file
from lockgauge_tools.errors import InputError

# What names a case; the machine is left out so that two can be compared.
CASE = ["target", "scenario", "placement", "params", "backend", "threads"]
# How the validity of a trial without figures begins: it could not be run, what
# it left behind was wrong, or it would never have come to an end.
SKIPPED = "skipped: "
FAILED = "failed: "
HUNG = "hung: "
NO_FIGURES = (SKIPPED, FAILED, HUNG)


@dataclass(frozen=True, eq=False)
class Run:
    path: Path
    facts: dict  # run.json; empty for a trials.csv on its own
    trials: pandas.DataFrame  # in reading order; what was skipped is NaN


def load(path, columns=None) -> Run:
    """All columns of its trials, or the keys and `columns`."""
    path = Path(path)
    if not path.is_dir():
        return Run(path, {}, trials_file.read(path, columns=columns))
    if not (path / trials_file.FILE).exists():
        raise InputError(f"{path}: not a run: no trials.csv in it")
    facts = read_facts(path / "run.json")
    version = facts.get("schema_version")
    schema.check_version(version, path / "run.json")
    return Run(path, facts,
               trials_file.read(path / trials_file.FILE, version, columns))


def processes(trials) -> numpy.ndarray:
    """Which independent run a trial is of: its process or, simulated, its
    seed, for which a process makes no difference."""
    return numpy.where(is_seeded(trials), trials.seed, trials.invocation)


def is_seeded(trials) -> numpy.ndarray:
    # Asked for every case of a report: a Series would take ten times as long.
    return ((trials.target.to_numpy() == "sim")
            & ~numpy.isnan(trials.seed.to_numpy()))


def read_facts(path) -> dict:
    """A run.json."""
    try:
        facts = json.loads(trials_file.read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}")
    except (ValueError, RecursionError):  # a number or a depth beyond Python
        raise InputError(f"{path}: not a run.json")
    if not isinstance(facts, dict):
        raise InputError(f"{path}: not a JSON object")
    return facts


def is_disturbed(trials) -> pandas.Series:
    """Which trials were kept but have a tag other than ok."""
    return trials.validity.isin([
        validity for validity in trials.validity.unique()
        if validity != "ok" and not validity.startswith(NO_FIGURES)])


def tags(trials) -> dict[str, int]:
    """How many trials carry each validity tag other than ok, most first."""
    counts = Counter()
    for validity, count in Counter(trials.validity).items():
        if not validity.startswith(NO_FIGURES):
            counts.update(dict.fromkeys(validity.split(";"), count))
    del counts["ok"]
    return dict(counts.most_common())
