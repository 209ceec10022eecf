"""Loads a run: the folder lockgauge wrote, or a trials.csv on its own."""

import csv
import io
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

import pandas

from lockgauge_tools import schema
from lockgauge_tools.errors import InputError

# What names a case; the machine is left out so that two can be compared.
CASE = ["target", "scenario", "placement", "params", "backend", "threads"]
# How the validity of a trial without figures begins: it could not be run, what
# it left behind was wrong, or it would never have come to an end.
SKIPPED = "skipped: "
FAILED = "failed: "
HUNG = "hung: "

_PATTERNS = {
    "integer": re.compile(r"[0-9]+"),
    "number": re.compile(r"[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?"),
}
_EXPECTED = {"integer": "a whole number", "number": "a decimal number"}


@dataclass(frozen=True)
class Run:
    path: Path
    facts: dict  # run.json; empty for a trials.csv on its own
    trials: pandas.DataFrame  # in reading order; what was skipped is NaN


def load(path) -> Run:
    path = Path(path)
    if path.is_dir():
        if not (path / "trials.csv").exists():
            raise InputError(f"{path}: not a run: no trials.csv in it")
        facts = read_facts(path / "run.json")
        version = facts.get("schema_version")
        schema.check_version(version, path / "run.json")
        return Run(path, facts, read_trials(path / "trials.csv", version))
    return Run(path, {}, read_trials(path, schema.load().version))


def read_trials(path, version) -> pandas.DataFrame:
    text = _read_text(path)
    if not text.strip():
        raise InputError(f"{path}: empty; a trials.csv starts with a header")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
        schema.check_header(header, "trials.csv", version, path)
        rows = [_parse_row(row, header, f"{path}:{reader.line_num}")
                for row in reader]
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: not CSV: {error}")
    if not rows:
        raise InputError(f"{path}: a header but no trial")
    # lockgauge writes a row whole, its line end last.
    if not text.endswith("\n"):
        raise InputError(f"{path}:{reader.line_num}: row cut short: "
                         "no line end")
    return _in_reading_order(pandas.DataFrame(rows, columns=header))


def read_facts(path) -> dict:
    """A run.json."""
    try:
        facts = json.loads(_read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}")
    if not isinstance(facts, dict):
        raise InputError(f"{path}: not a JSON object")
    return facts


def tags(trials) -> pandas.Series:
    """How many trials carry each validity tag other than ok."""
    marked = trials.validity[
        ~trials.validity.str.startswith((SKIPPED, FAILED, HUNG))]
    words = marked.str.split(";").explode()
    return words[words != "ok"].value_counts()


def _read_text(path):
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; expected a run folder "
                         "or a trials.csv")
    except UnicodeDecodeError:
        raise InputError(f"{path}: binary; expected UTF-8 CSV")
    if "\0" in text:
        raise InputError(f"{path}: binary; expected UTF-8 CSV")
    return text


def _in_reading_order(trials):
    """Trials run in random order; a table lists scenarios as they came first,
    parameters by size and locks by name."""
    first = {name: place
             for place, name in enumerate(dict.fromkeys(trials.scenario))}

    def place(trial):
        params = [(int(digits or 0), word) for digits, word
                  in re.findall(r"([0-9]+)|([^0-9]+)", trial.params)]
        return (first[trial.scenario], trial.placement, params, trial.backend,
                trial.threads, trial.invocation, trial.repetition)

    order = sorted(trials.itertuples(), key=place)
    return trials.loc[[trial.Index for trial in order]].reset_index(drop=True)


def _parse_row(row, header, where):
    if len(row) != len(header):
        raise InputError(f"{where}: {len(row)} cells, the header has "
                         f"{len(header)}; row cut short or damaged")
    columns = {c.name: c for c in schema.load().files["trials.csv"]}
    return [_parse_cell(cell, columns[name], where) if name in columns
            else cell for cell, name in zip(row, header)]


def _parse_cell(cell, column, where):
    if cell == "" and column.role == "key" and column.name != "params":
        raise InputError(f"{where}: {column.name} is empty; "
                         "a key needs a value")
    pattern = _PATTERNS.get(column.type)
    if pattern is None:
        return cell
    if cell == "":
        return math.nan
    if not pattern.fullmatch(cell):
        raise InputError(f"{where}: {column.name} is '{cell[:20]}'; "
                         f"expected {_EXPECTED[column.type]}")
    return int(cell) if column.role == "key" else float(cell)
