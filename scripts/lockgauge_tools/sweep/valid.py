"""Whether a folder holds the results of a cell: all of them, nothing else."""

import csv

from lockgauge_tools import runs
from lockgauge_tools.errors import InputError

# How cell.sh says that a process ended; others are its own exit codes.
_ENDS = {"": "cut short", "124": "still running after its time limit",
         "137": "killed"}
_KEYS = ["target", "scenario", "backend", "threads", "placement", "params"]


def problem(folder, cell, build) -> str:
    """Why it does not, in a line; empty if it does.

    `build`: what the program that the sweep began with says of itself.
    """
    code = text(folder / "exit")
    if code not in ("0", "1"):  # 1: a trial failed, and its row says so
        end = _ENDS.get(code, f"lockgauge ended with {code}")
        return f"{end}: {last_line(folder / 'stderr')}".removesuffix(": ")
    try:
        run = runs.load(folder)
        return (_wrong_run(run, build) or _wrong_trials(run.trials, cell)
                or _wrong_threads(folder / "threads.csv", run.trials))
    except InputError as error:
        return str(error).replace(f"{folder}/", "")


def note(folder) -> str:
    """What a reader of a valid cell should know: trials without figures."""
    validity = runs.load(folder).trials.validity
    return "; ".join(dict.fromkeys(
        validity[validity.str.startswith(runs.NO_FIGURES)]))


def text(path):
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def last_line(path):
    return (text(path).splitlines() or [""])[-1]


def build_of(facts):
    """As lockgauge --version prints it."""
    build = facts.get("build", {})
    return f"lockgauge {build.get('version')} {build.get('revision')}".strip()


def _wrong_run(run, build):
    if not isinstance(run.facts.get("machine"), dict):
        return "run.json: no machine"
    if build_of(run.facts) != build:
        return f"by {build_of(run.facts)}, the sweep is by {build}"
    return ""


def _wrong_trials(trials, cell):
    for key in _KEYS:
        if set(trials[key]) != {getattr(cell, key)}:
            return f"trials.csv: {key} is not {getattr(cell, key)}"
    if sorted(trials.repetition) != list(range(cell.repetitions)):
        return (f"trials.csv: {len(trials)} trials, not one for each of "
                f"{cell.repetitions} repetitions")
    return ""


def _wrong_threads(path, trials):
    measured = ~trials.validity.str.startswith(runs.NO_FIGURES)
    expected = int(trials.threads[measured].sum())
    found = 0
    if path.exists():
        with open(path, newline="", encoding="utf-8") as file:
            found = sum(1 for _ in csv.reader(file)) - 1
    return "" if found == expected else \
        f"threads.csv: {found} of {expected} rows"
