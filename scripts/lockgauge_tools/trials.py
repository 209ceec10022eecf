"""Reads a trials.csv: fast if it is sound, line by line to say what is not."""

import io
import re

import numpy
import pandas

from lockgauge_tools import schema, trials_damage
from lockgauge_tools.errors import InputError

FILE = "trials.csv"
KEYS = [c.name for c in schema.load().files[FILE] if c.role == "key"]

_NOT_SHAPE = bytes(set(range(256)) - set(b",\n"))


def read(path, version=None, columns=None) -> pandas.DataFrame:
    """The trials in reading order: keys, and `columns` or all that there are.

    `version` is the schema's; a file on its own shows it by its columns. What
    the version does not have, and what was skipped, is NaN or "".
    """
    text = read_text(path)
    header = _header(text, path)
    version = version or schema.version_of(header, FILE)
    schema.check_header(header, FILE, version, path)
    wanted = [column for column in schema.load().files[FILE]
              if columns is None or column.role == "key"
              or column.name in columns]
    try:
        _check_shape(text, len(header))
        trials = _parse(text, [c for c in wanted if c.name in header])
        _check_values(trials, wanted)
    except (ValueError, OverflowError) as error:
        raise trials_damage.find(text, header, path, error)
    _refuse_repeated_keys(trials, path)
    for column in wanted:
        if column.name not in header:
            trials[column.name] = "" if _is_text(column) else numpy.nan
    return _in_reading_order(trials[[column.name for column in wanted]])


def read_text(path) -> bytes:
    """UTF-8 for certain, and not empty."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; expected a run folder "
                         "or a trials.csv")
    try:
        binary = b"\0" in text or not (text.isascii() or text.decode())
    except UnicodeDecodeError:
        binary = True
    if binary:
        raise InputError(f"{path}: binary; expected UTF-8 text")
    return text


def _header(text, path):
    if not text or text.isspace():
        raise InputError(f"{path}: empty; a trials.csv starts with a header")
    if b"\r" in text:
        line = text.count(b"\n", 0, text.index(b"\r")) + 1
        raise InputError(f"{path}:{line}: a carriage return; lines of a "
                         "trials.csv end in LF alone, as dos2unix makes them")
    lines_count = text.count(b"\n")
    # lockgauge writes a row whole, its line end last.
    if not text.endswith(b"\n"):
        raise InputError(f"{path}:{lines_count + 1}: row cut short: "
                         "no line end")
    header = text[:text.index(b"\n")].decode().split(",")
    if repeated := [name for name in header if header.count(name) > 1]:
        raise InputError(f"{path}:1: column {repeated[0][:40]!r} twice")
    if lines_count == 1:
        raise InputError(f"{path}: a header but no trial")
    return header


def _check_shape(text, columns_count):
    """Every line as many cells as the header. Only skipped trials are quoted
    (a reason may hold a comma), and no cell goes over a line's end."""
    if b'"' in text:
        text = trials_damage.QUOTED_CELL.sub(b"", text)
        if b'"' in text:
            raise ValueError("stray quotes")
    shape = text.translate(None, _NOT_SHAPE)
    line = b"," * (columns_count - 1) + b"\n"
    if shape != line * (len(shape) // len(line)):
        raise ValueError("rows of different lengths")


def _parse(text, columns):
    types = {column.name: "category" if _is_text(column)
             else "int64" if column.role == "key" else "float64"
             for column in columns}
    return pandas.read_csv(
        io.BytesIO(text), usecols=list(types), dtype=types,
        keep_default_na=False, float_precision="round_trip",
        na_values={name: [""] for name in types if types[name] == "float64"})


def _check_values(trials, columns):
    for column in columns:
        if column.name not in trials:
            continue
        cells = trials[column.name]
        if _is_text(column):
            wrong = (column.role == "key" and column.name != "params"
                     and "" in cells.cat.categories)
        else:
            wrong = (cells < 0).any() or numpy.isinf(cells).any()
            if column.role == "key":
                wrong = wrong or cells.max() > schema.LARGEST_KEY
        if wrong:
            raise ValueError(f"a value of {column.name}")


def _refuse_repeated_keys(trials, path):
    repeated = trials.duplicated(KEYS)
    if repeated.any():
        row = repeated.idxmax()
        same = (trials.loc[:row, KEYS] == trials.loc[row, KEYS]).all(axis=1)
        raise InputError(f"{path}:{row + 2}: the key of line "
                         f"{same.idxmax() + 2} again; files put together? "
                         "Give each run on its own")


def _in_reading_order(trials):
    """Trials run in random order; a table lists scenarios as they came first,
    parameters by size and locks by name."""
    places = {"scenario": list, "placement": sorted, "backend": sorted,
              "params": lambda names: sorted(names, key=_by_size)}
    by = ["scenario", "placement", "params", "backend", "threads",
          "invocation", "repetition"]
    columns = []
    for name in by:
        cells = trials[name]
        if name in places:
            order = places[name](cells.unique())
            cells = cells.cat.set_categories(order).cat.codes
        columns.append(cells.to_numpy())
    trials = trials.iloc[numpy.lexsort(columns[::-1])].reset_index(drop=True)
    # As categories they would make a groupby list cases that never ran.
    return trials.astype({name: object for name, cells in trials.items()
                          if cells.dtype == "category"})


def _by_size(params):
    return [(int(digits or 0), word) for digits, word
            in re.findall(r"([0-9]+)|([^0-9]+)", params)]


def _is_text(column):
    return column.type in ("string", "time")
