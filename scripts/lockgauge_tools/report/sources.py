"""What a path on the command line holds: runs, perhaps a prediction of one."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas

from lockgauge_tools import schema
from lockgauge_tools.errors import InputError
from lockgauge_tools.runs import Run
from lockgauge_tools.runs import load as load_run


@dataclass
class Sources:
    runs: list[Run] = field(default_factory=list)
    # (measured, predicted): both are among the runs.
    predictions: list[tuple[Run, Run]] = field(default_factory=list)


def load(paths) -> Sources:
    """Run folders, trials.csv files, what scripts/predict left, or folders
    that hold run folders."""
    found = Sources()
    for path in map(Path, paths):
        if (path / "prediction.csv").exists():
            pair = load_run(path / "host"), load_run(path / "sim")
            found.runs += pair
            found.predictions.append(pair)
        elif not path.is_dir() or (path / "trials.csv").exists():
            found.runs.append(load_run(path))
        else:
            inside = sorted(file.parent for file in path.glob("*/trials.csv"))
            if not inside:
                raise InputError(f"{path}: not a run: no trials.csv in it, "
                                 "nor in a folder in it")
            found.runs += map(load_run, inside)
    return found


def side_file(run, name, values) -> pandas.DataFrame:
    """Another CSV of the run: its keys and `values`; no rows if not there."""
    keys = [column for column in schema.load().files["trials.csv"]
            if column.role == "key"]
    path = run.path / name
    if not path.is_file():
        return pandas.DataFrame(columns=[*(key.name for key in keys), *values])
    text = {key.name: str for key in keys if key.type == "string"}
    try:
        rows = pandas.read_csv(path, dtype=text | {"status": str},
                               keep_default_na=False, na_values={
                                   value: [""] for value in values})
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {error}")
    missing = [column for column in [*(key.name for key in keys), *values]
               if column not in rows]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing[:3])}")
    return rows
