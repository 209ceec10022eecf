"""Figures as the page's scripts draw them: plain data for JSON.

Each has a sentence for a title. `unit` tells how values are written: ns, /s,
share (shown in percent) or none. What names a backend can be filtered by it.
"""

import math


def axis(label, unit="", scale="linear", **more):
    """`scale`: linear (from zero), log, log2 or percentile; more: `ticks`,
    `most`, the largest value there can be, `said`, what a value numbers."""
    return {"label": label, "unit": unit, "scale": scale} | more


def words(title):
    """What would be a dull figure."""
    return {"kind": "words", "title": title, "note": ""}


def lines(title, x, y, series, marks=None, note=""):
    """`series`: {backend: [(x, y, low, high)]}; `marks`: {x: words}."""
    return {"kind": "lines", "title": title, "note": note, "x": x, "y": y,
            "series": [{"backend": name, "points": _rounded(points)}
                       for name, points in series.items() if points],
            "marks": sorted((marks or {}).items())}


def bars(title, x, panels, parts=(), note=""):
    """`panels`: [(title, [bar])]; several `parts` are stacked. The smallest
    of the last panel comes first."""
    sums = {one["label"]: sum(one["values"]) for _, inside in panels
            for one in inside}
    for _, inside in panels:
        inside.sort(key=lambda one: sums[one["label"]])
    return {"kind": "bars", "title": title, "note": note, "x": x,
            "parts": list(parts),
            "panels": [{"title": heading, "bars": inside}
                       for heading, inside in panels if inside]}


def bar(label, values, low=math.nan, high=math.nan, backend=None):
    return {"label": label, "backend": backend or label,
            "values": _rounded(values), "interval": _rounded([low, high])}


def heat(title, unit, rows, columns, values, axes, machines=(), breaks=(),
         note=""):
    """`values`: rows of cells; `axes`: (what a row, what a column is);
    `machines`: of each row, to filter by; `breaks`: rows that begin another
    part of a machine."""
    return {"kind": "heat", "title": title, "note": note, "unit": unit,
            "rows": rows, "columns": columns, "axes": axes,
            "machines": list(machines), "values": _rounded(values),
            "breaks": list(breaks)}


def scatter(title, x, y, points, band, note=""):
    """`points`: (x, y, backend, words); `band`: share around x = y."""
    return {"kind": "scatter", "title": title, "note": note, "x": x, "y": y,
            "points": _rounded(points), "band": band}


def _rounded(value):
    """Four digits are more than any eye reads; not a number is null."""
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    if value is None or isinstance(value, (str, int)):
        return value
    if math.isnan(value):
        return None
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() else short
