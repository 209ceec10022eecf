"""The verdict beside what was measured: written to run.json, read from it."""

import contextlib
import json
from datetime import datetime, timezone

from lockgauge_tools import runs
from lockgauge_tools.doctor import checks, show
from lockgauge_tools.doctor.finding import NOTE, OK, WARNING
from lockgauge_tools.doctor.machine import Machine


@contextlib.contextmanager
def judged(folder, machine=None):
    """Judges this machine before the calls inside, which make the run folder,
    and adds the verdict to its run.json, also when they are stopped."""
    path = folder / "run.json"
    before = runs.read_facts(path) if path.exists() else {}
    entry = {"judged_utc": f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
             "before_invocation": len(before.get("invocations", [])),
             **_verdict(machine or Machine())}
    try:
        yield
    finally:
        if path.exists():
            _add(path, entry)


def lines(facts):
    """What a reader of the figures must know: warnings, then notes in one."""
    found = [finding for entry in facts.get("doctor", [])
             for finding in entry["findings"]]
    said = [f"machine: warning: {finding['check']}: {finding['found']}. "
            f"{finding['effect']}"
            for finding in found if finding["level"] == WARNING]
    notes = [f"{finding['check']} {finding['found']}"
             for finding in found if finding["level"] == NOTE]
    if notes:
        said.append(f"machine: {'; '.join(dict.fromkeys(notes))}")
    return list(dict.fromkeys(said))


def _verdict(machine):
    """What is wrong only: the settings of the machine are in run.json."""
    verdict = checks.judge(machine)
    return {"level": checks.worst(verdict),
            "findings": [finding for finding in show.findings(verdict)
                         if finding["level"] != OK]}


def _add(path, entry):
    run = runs.read_facts(path)
    run.setdefault("doctor", []).append(entry)
    fresh = path.with_suffix(".json.new")
    fresh.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n",
                     encoding="utf-8")
    fresh.replace(path)
