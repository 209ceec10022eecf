"""The parts of a page that its script draws when they come into view."""

from dataclasses import asdict

from lockgauge_tools import levels, summary
from lockgauge_tools.report import (across, core_to_core, counters, failures,
                                    figures, glossary, handovers, latency,
                                    loads, over_threads, predicted, shares,
                                    sources)
from lockgauge_tools.summary import findings, kernel

_PROBES = "core_to_core"
_MAP = "From CPU to CPU"
_SIDE_FILES = {"counters.csv": ["event", "count_value"],
               "threads.csv": ["thread", "node", "ops_count"],
               "latency.csv": ["kind", "bucket_high_ns", "count"],
               "core_to_core.csv": ["from_cpu", "to_cpu", "one_way_ns"]}


def of_all(predictions, trials):
    """What is of no single machine. `trials`: of all runs, with `place`."""
    for measured, guess in predictions:
        figure, table = predicted.section(measured, guess)
        yield _section("", "", "Prediction and measurement", [figure], [table])
    known = trials[summary.LOAD].drop_duplicates()
    for load, figure in across.heats(trials):
        yield _section("", load.scenario, loads.short_name(load, known),
                       [figure], load=load)


def of_run(run, name, winners):
    """The machine's own, then one a load. `name`: of the machine."""
    files = {file: sources.side_file(run, file, values)
             for file, values in _SIDE_FILES.items()}
    if heat := core_to_core.figure(files["core_to_core.csv"],
                                   levels.cpus_by_cache(run.path)):
        yield _section(name, _PROBES, _MAP, [heat])
    known = run.trials[summary.LOAD].drop_duplicates()
    for tables, trials in summary.loads(run):
        load = trials.iloc[0][summary.LOAD]
        yield _section(
            name, load.scenario, loads.short_name(load, known),
            _figures(run, load, trials, _of(load, winners),
                     {file: _of(load, rows) for file, rows in files.items()}),
            tables, bool(findings.columns(trials)), load,
            counters.per_operation(_of(load, files["counters.csv"]), trials))
    for table in kernel.tables(run.trials):
        title = table.title.split("] ")[-1]  # without its worlds
        yield _section(name, "", title.capitalize(), [], [table], is_open=True)


def _figures(run, load, trials, winners, files):
    if load.scenario == _PROBES:
        return [figures.words(
            "Its times are in core_to_core.csv, which is not beside the "
            "trials.csv of this run." if files["core_to_core.csv"].empty
            else f"Its times are under “{_MAP}”.")]
    # A larger team crosses into the next cache only if it fills the first.
    bounds = levels.boundaries(run.path) if load.placement == "compact" else {}
    buckets = files["latency.csv"]
    return [over_threads.time(trials, bounds, winners),
            *(latency.from_percentiles(trials) if buckets.empty
              else latency.from_buckets(buckets)),
            *failures.shares(trials),
            over_threads.fairness(trials, bounds),
            shares.figure(files["threads.csv"], trials),
            over_threads.cache_lines(trials, bounds),
            handovers.figure(trials)]


def _of(load, rows):
    for column, value in load.items():
        rows = rows[rows[column] == value]
    return rows


def _section(machine, scenario, title, figures, tables=(), is_open=False,
             load=None, counted=()):
    """Without a machine or a scenario it is of all. `is_open`: the tables
    say what no figure does."""
    about = detail = ""
    if load is not None:
        about = glossary.load(load.scenario, load.placement)
        detail = ", ".join(filter(None, [load.params.replace(";", "; "),
                                         load.placement]))
    return {"machine": machine, "scenario": scenario, "title": title,
            "about": about, "detail": detail,
            "counters": [figure for figure in counted if figure],
            "figures": [figure for figure in figures if figure],
            "tables": list(map(asdict, tables)), "open": is_open}
