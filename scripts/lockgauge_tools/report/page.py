"""The page: an overview in its HTML, and sections for its script to draw."""

import json
from pathlib import Path

import jinja2
import pandas

from lockgauge_tools import summary
from lockgauge_tools.report import doubts, overview, sections, sources
from lockgauge_tools.report.winners import winners
from lockgauge_tools.tables import EMPTY

_TEMPLATES = Path(__file__).parent / "templates"
_MOST_IN_TITLE = 4


def html(found: sources.Sources) -> str:
    names = _names(found.runs)
    parts = [_part(run, name) for run, name in zip(found.runs, names)]
    trials = pandas.concat([run.trials.assign(place=name)
                            for run, name in zip(found.runs, names)])
    of_all = list(sections.of_all(found.predictions, trials))
    drawn = of_all + [section for part in parts for section
                      in part.pop("sections")]
    for number, section in enumerate(drawn):
        section["id"] = f"s{number}"
    return _template().render(
        title=_title(names), parts=parts, of_all=of_all, sections=drawn,
        legend=" ".join(dict.fromkeys(map(summary.legend, found.runs))),
        data={"sections": drawn,
              "backends": list(dict.fromkeys(trials.backend))})


def _part(run, name):
    won = winners(run)
    return {"name": name, "about": overview.machine(run),
            "sentences": overview.sentences(run, won),
            "winners": overview.table(won), "doubts": doubts.doubts(run),
            "facts": _flat(run.facts),
            "sections": list(sections.of_run(run, name, won))}


def _names(runs):
    """Of each run its machine; where several share one, also the run."""
    machines = [_machine(run) for run in runs]
    return [name if machines.count(name) == 1 else
            f"{name}, {run.facts.get('run_id', run.path.name)}"
            for name, run in zip(machines, runs)]


def _machine(run):
    places = run.trials[["target", "machine"]].drop_duplicates().itertuples()
    return ", ".join(place.machine if place.target == "host" else
                     f"{place.machine} [{place.target}]" for place in places)


def _title(names):
    left = len(names) - _MOST_IN_TITLE
    return ", ".join(names[:_MOST_IN_TITLE]) + (
        f" and {left} more" if left > 0 else "")


def _flat(facts):
    """What is unknown shows as an empty cell, what is nested as JSON."""
    return {f"{part}: {name}": EMPTY if value is None else
            value if isinstance(value, str)
            else json.dumps(value, ensure_ascii=False)
            for part in ("machine", "build")
            for name, value in facts.get(part, {}).items()}


def _template():
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True)
    environment.policies["json.dumps_kwargs"] = {
        "separators": (",", ":"), "ensure_ascii": False, "allow_nan": False}
    return environment.get_template("report.html")
