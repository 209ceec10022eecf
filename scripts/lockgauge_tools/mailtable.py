"""A run as plain text for a kernel mail: scripts/mailtable."""

import textwrap

from lockgauge_tools import (cells, compare, compare_tables, mailtable_head,
                             runs, sides, stats)
from lockgauge_tools.errors import InputError
from lockgauge_tools.tables import EMPTY, Table, plus_minus

WIDTH = 75
COLUMNS = ["ns_per_op", *compare.COLUMNS]
# One table holds what was measured under the same load on the same machine.
_LOAD = ["target", "machine", "scenario", "params", "placement"]


def text(run: runs.Run, baseline=None) -> str:
    """ASCII, at most WIDTH columns. `baseline` is a backend of the run."""
    parts = [mailtable_head.text(run, baseline, WIDTH)]
    for target, trials in run.trials.groupby("target", sort=False):
        world = runs.Run(run.path, run.facts, trials.reset_index(drop=True))
        ratios = _ratios(world, baseline)
        for load, cases in world.trials.groupby(_LOAD, sort=False):
            tables = _tables(load, cases, ratios, baseline)
            tables[-1] += "".join(f"{line}\n" for note in _footnotes(cases)
                                  for line in _wrapped(note))
            parts += tables
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


# --- tables -------------------------------------------------------------------

def _ratios(run, baseline):
    """The comparison's row of each case: by load, backend and threads."""
    backends = set(run.trials.backend)
    if baseline not in backends or backends == {baseline}:
        return {}
    compared = compare.compare(sides.of_column([run], "backend", baseline))
    return {(*(getattr(row, name) for name in _LOAD), row.b, row.threads): row
            for row in compared[compared.p_rank.notna()].itertuples()}


def _tables(load, trials, ratios, baseline):
    """Threads down, backends across; as many as WIDTH asks for."""
    target, _, scenario, params, placement = load
    title = " ".join(filter(None, [
        "" if target == "host" else f"[{target}]", scenario, params]))
    title = "\n".join(_wrapped(f"{title}, {placement}"))
    teams = sorted(set(trials.threads))
    blank = Table(title, ["threads"], [[str(team)] for team in teams],
                  groups=[("", 1)])
    backends = sorted(dict.fromkeys(trials.backend),
                      key=lambda name: name != baseline)
    cases = dict(list(trials.groupby(["backend", "threads"])))
    pages = [blank]
    for backend in backends:
        columns = [["ns/op", *(_cost(cases.get((backend, team)))
                               for team in teams)]]
        if any((*load, backend, team) in ratios for team in teams):
            columns.append(["ratio", *(
                _ratio(ratios.get((*load, backend, team))) for team in teams)])
        wider = pages[-1].beside(backend, columns)
        if _width(wider) > WIDTH and pages[-1] is not blank:
            pages.append(blank)
            wider = blank.beside(backend, columns)
        pages[-1] = wider
    return [page.text() for page in pages]


def _cost(trials):
    groups = [] if trials is None else stats.sample(trials)
    if not groups:
        return EMPTY
    low, high = stats.median_interval(groups)
    mark = cells.MARK if len(runs.tags(trials)) else ""
    cost = plus_minus(stats.median(groups), (high - low) / 2)
    return cost.replace("±", "+- ") + mark


def _ratio(row):
    return EMPTY if row is None else compare_tables.marked_ratio(row)


def _width(table):
    return sum(table.widths()) + 2 * len(table.header) - 2


# --- below --------------------------------------------------------------------

def _footnotes(trials):
    tags = runs.tags(trials)
    if len(tags):
        yield (f"{cells.MARK} holds disturbed trials: "
               + ", ".join(f"{tag} {count}" for tag, count in tags.items())
               + f" of {len(trials)}")
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
