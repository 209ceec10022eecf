"""One self-contained HTML file: the machine, every table, every chart."""

import json
from pathlib import Path

import jinja2

from lockgauge_tools import (charts, curves, levels, runs, summary,
                             summary_kernel, summary_ladder)
from lockgauge_tools.doctor import record
from lockgauge_tools.tables import EMPTY

_TEMPLATES = Path(__file__).parent / "templates"


def write(run: runs.Run) -> Path:
    path = run.path / "report.html"
    path.write_text(html(run), encoding="utf-8")
    return path


def html(run: runs.Run) -> str:
    colours = charts.colours(run.trials)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True)
    return environment.get_template("report.html").render(
        title=run.facts.get("run_id", run.path.name),
        facts={part: _flat(run.facts.get(part, {}))
               for part in ("machine", "build")},
        trials_count=len(run.trials),
        sections=[*((tables, _charts(run, trials, colours))
                    for tables, trials in summary.loads(run)),
                  *(([table], [])
                    for table in summary_kernel.tables(run.trials))],
        legend=summary.legend(run), doctor=record.lines(run.facts))


def _charts(run, trials, colours):
    if not summary_ladder.is_ladder(trials):
        return charts.costs(trials, colours)
    compact = set(trials.placement) == {"compact"}
    return (curves.scaling(trials, colours,
                           levels.boundaries(run.path) if compact else {})
            + curves.handovers(trials))


def _flat(facts):
    """What is unknown shows as an empty cell, what is nested as JSON."""
    return {name: EMPTY if value is None else value if isinstance(value, str)
            else json.dumps(value, ensure_ascii=False)
            for name, value in facts.items()}
