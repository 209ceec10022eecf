"""Names the line of a damaged trials.csv, and what is wrong there."""

import csv
import io
import re

from lockgauge_tools import schema
from lockgauge_tools.errors import InputError

QUOTED_CELL = re.compile(rb'(?<![^,\n])"(?:[^"\n]|"")*"(?![^,\n])')

_PATTERNS = {
    "integer": re.compile(r"[0-9]{1,20}"),
    "number": re.compile(r"[0-9]{1,20}(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?"),
}
_EXPECTED = {"integer": "a whole number", "number": "a decimal number"}


def find(text, header, path, error) -> InputError:
    """`error` is what made the fast reader give up."""
    columns = {c.name: c for c in schema.load().files["trials.csv"]}
    types = [columns.get(name) for name in header]
    reader = csv.reader(io.StringIO(text.decode(), newline=""), strict=True)
    line = 1
    try:
        for line, row in enumerate(reader, start=1):
            if reader.line_num != line:
                return InputError(f"{path}:{line}: a cell over a line's end; "
                                  "a row is one line")
            wrong = line > 1 and (_wrong_row(row, header)
                                  or _wrong_cell(row, types))
            if wrong:
                return InputError(f"{path}:{line}: {wrong}")
    except csv.Error as not_csv:
        return InputError(f"{path}:{reader.line_num}: not CSV: {not_csv}")
    for line, cells in enumerate(text.split(b"\n"), start=1):
        if b'"' in QUOTED_CELL.sub(b"", cells):
            return InputError(f"{path}:{line}: a quote inside a cell")
    reason = str(error).splitlines()[0]
    return InputError(f"{path}: not a trials.csv: {reason}")


def _wrong_row(row, header):
    if row == header:
        return "the header again; files put together? Give each on its own"
    if len(row) != len(header):
        return (f"{len(row)} cells, the header has {len(header)}; row cut "
                "short or damaged")
    return None


def _wrong_cell(row, columns):
    for cell, column in zip(row, columns):
        if column is None:
            continue
        if cell == "":
            if column.role == "key" and column.name != "params":
                return f"{column.name} is empty; a key needs a value"
            continue
        pattern = _PATTERNS.get(column.type)
        if pattern and not (
                pattern.fullmatch(cell) and (
                    column.role != "key" or int(cell) <= schema.LARGEST_KEY)):
            return (f"{column.name} is {cell[:20]!r}; expected "
                    f"{_EXPECTED[column.type]}")
    return None
