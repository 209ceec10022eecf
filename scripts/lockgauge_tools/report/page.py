"""The page: an overview in its HTML, and sections for its script to draw."""

import json
from pathlib import Path

import jinja2
import pandas

from lockgauge_tools import summary
from lockgauge_tools.report import (doubts, glance, glossary, overview,
                                    sections, sources)
from lockgauge_tools.report.winners import winners
from lockgauge_tools.tables import EMPTY

_TEMPLATES = Path(__file__).parent / "templates"
_MOST_IN_TITLE = 2


def html(found: sources.Sources) -> str:
    names = _names(found.runs)
    won = {name: winners(run) for run, name in zip(found.runs, names)}
    parts = [_part(run, name, won[name])
             for run, name in zip(found.runs, names)]
    trials = pandas.concat([run.trials.assign(place=name)
                            for run, name in zip(found.runs, names)])
    of_all = list(sections.of_all(found.predictions, trials))
    drawn = of_all + [section for part in parts for section
                      in part.pop("sections")]
    for number, section in enumerate(drawn):
        section["id"] = f"s{number}"
    return _template().render(
        title=_title(names, trials), parts=parts, of_all=of_all, sections=drawn,
        glance=glance.table(won),
        links={section["title"]: section["id"] for section in of_all},
        counts=_counts(trials),
        locks=glossary.locks(set(trials.backend)),
        legend=" ".join(dict.fromkeys(map(summary.legend, found.runs))),
        data={"sections": drawn,
              "looks": glossary.looks(set(trials.backend))})


def _part(run, name, won):
    return {"name": name, "about": overview.machine(run),
            "sentences": overview.sentences(run, won),
            "winners": overview.table(won), "doubts": doubts.doubts(run),
            "facts": _flat(run.facts),
            "sections": list(sections.of_run(run, name, won))}


def _names(runs):
    """Of each run its machine; where several share one, also the run, and
    where that is not enough its folder."""
    names = [_machine(run) for run in runs]
    more = [[f"{name}, {run.facts.get('run_id', run.path.name)}",
             f"{name}, {'/'.join(run.path.parts[-2:])}"]
            for name, run in zip(names, runs)]
    for step in range(2):
        names = [name if names.count(name) == 1 else longer[step]
                 for name, longer in zip(names, more)]
    return names


def _machine(run):
    """A host figure is what a reader expects; any other says so."""
    name = ", ".join(dict.fromkeys(map(_short, run.trials.machine)))
    worlds = dict.fromkeys(run.trials.target)
    return name if list(worlds) == ["host"] else \
        f"{name} ({glossary.worlds(worlds)})"


def _counts(trials):
    machines = trials.machine.nunique()
    return (f"{len(trials):,} trials of {trials.backend.nunique()} locks on "
            f"{machines} machine{'s' if machines > 1 else ''}, "
            f"{glossary.worlds(trials.target)}.")


def _short(machine):
    """Without the shape that hwloc's string gives a matrix of latencies."""
    shape, *changes = machine.split("+")
    named = [part for part in changes if "=" not in part]
    return "+".join(changes) if ":" in shape and named else machine


def _title(names, trials):
    if len(names) <= _MOST_IN_TITLE:
        return ", ".join(names)
    kind = "machines" if trials.machine.nunique() == len(names) else "runs"
    return f"{len(names)} {kind}"


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
