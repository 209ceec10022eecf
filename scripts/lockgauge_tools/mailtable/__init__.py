"""A run as plain text for a kernel mail: scripts/mailtable."""

import math
import textwrap

from lockgauge_tools import cells, compare, runs
from lockgauge_tools.compare import sides
from lockgauge_tools.compare import tables as compare_tables
from lockgauge_tools.errors import InputError
from lockgauge_tools.mailtable import head, measures
from lockgauge_tools.tables import EMPTY, Table

WIDTH = 75
COLUMNS = [*measures.COLUMNS, *compare.COLUMNS]
# One table holds what was measured under the same load on the same machine.
_LOAD = ["target", "machine", "scenario", "params", "placement"]


def text(run: runs.Run, baseline=None) -> str:
    """ASCII, at most WIDTH columns. `baseline` is a backend of the run."""
    parts = [head.text(run, baseline, WIDTH)]
    for target, trials in run.trials.groupby("target", sort=False):
        trials = measures.only(trials.reset_index(drop=True), _LOAD)
        world = runs.Run(run.path, run.facts, trials)
        ratios = _ratios(world, baseline)
        for load, cases in world.trials.groupby(_LOAD, sort=False):
            tables = _tables(load, cases, ratios, baseline)
            tables[-1] += "".join(f"{line}\n" for note in _footnotes(cases)
                                  for line in _wrapped(note))
            parts += tables
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


# --- tables -------------------------------------------------------------------

def _ratios(run, baseline):
    """The comparison's rows: by load, backend, threads and measure."""
    backends = set(run.trials.backend)
    if baseline not in backends or backends == {baseline}:
        return {}
    compared = compare.compare(
        sides.of_column([run], "backend", baseline), measures.NAMES)
    return {(*(getattr(row, name) for name in _LOAD), row.b, row.threads,
             row.metric): row
            for row in compared[compared.p_rank.notna()].itertuples()}


def _tables(load, trials, ratios, baseline):
    """Threads down, backends across; as many as WIDTH asks for. With more
    measures than one, each is some lines."""
    target, _, scenario, params, placement = load
    title = " ".join(filter(None, [
        "" if target == "host" else f"[{target}]", scenario, params]))
    title = "\n".join(_wrapped(f"{title}, {placement}"))
    shown = _measures(trials)
    lines = [(name, team) for name in shown
             for team in sorted(set(trials.threads))]
    blank = Table(title, ["threads"], [[str(team)] for _, team in lines],
                  groups=[("", 1)])
    heading = compare_tables.UNITS.get(shown[0], shown[0])
    if len(shown) > 1:
        heading = "median"
        blank = Table(title, ["", "threads"], [
            [name, str(team)] for name, team in lines], groups=[("", 2)])
    backends = sorted(dict.fromkeys(trials.backend),
                      key=lambda name: name != baseline)
    figures = {name: cells.medians(trials, name) for name in shown}
    pages = [blank]
    for backend in backends:
        columns = [[heading, *(
            figures[name].get((backend, team), EMPTY).replace("±", "+- ")
            for name, team in lines)]]
        found = [ratios.get((*load, backend, team, name))
                 for name, team in lines]
        if any(found):
            columns.append(["ratio", *map(_ratio, found)])
        wider = pages[-1].beside(backend, columns)
        if _width(wider) > WIDTH and pages[-1] is not blank:
            pages.append(blank)
            wider = blank.beside(backend, columns)
        pages[-1] = wider
    return [page.text() for page in pages]


def _measures(trials):
    """Those that are not empty or zero throughout."""
    return [name for name in measures.NAMES if trials[name].any()] \
        or [measures.COST]


def _ratio(row):
    return EMPTY if row is None or math.isinf(row.ratio) \
        else compare_tables.marked_ratio(row)


def _width(table):
    return sum(table.widths()) + 2 * len(table.header) - 2


# --- below --------------------------------------------------------------------

def _footnotes(trials):
    tags = runs.tags(trials)
    if tags:
        yield (f"{cells.MARK} holds disturbed trials: "
               + ", ".join(f"{tag} {count}" for tag, count in tags.items())
               + f" of {len(trials)}")
    if zeros := [name for name in measures.NAMES
                 if trials[name].notna().any() and not trials[name].any()]:
        yield f"0 throughout: {', '.join(zeros)}"
    for why in (runs.HUNG, runs.FAILED, runs.SKIPPED):
        rows = trials[trials.validity.str.startswith(why)]
        for reason, group in rows.groupby("validity", sort=False):
            backends = ", ".join(dict.fromkeys(group.backend))
            teams = ", ".join(map(str, sorted(set(group.threads))))
            yield f"{EMPTY} {reason} ({backends}; threads: {teams})"


def _wrapped(text):
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False)


def check_baseline(loaded, baseline):
    known = sorted({name for run in loaded for name in run.trials.backend})
    if baseline is not None and baseline not in known:
        raise InputError(f"--baseline: no backend '{baseline}' here; there is "
                         f"{', '.join(known)}")
