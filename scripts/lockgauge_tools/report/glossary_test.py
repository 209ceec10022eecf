"""The words of the lists are explained, and none that is gone."""

import re
from pathlib import Path

from lockgauge_tools.report import glossary

ROOT = Path(__file__).resolve().parents[3]


def listed(file, *lists):
    text = (ROOT / file).read_text(encoding="utf-8")
    return [word for name in lists for word in
            re.search(rf"set\({name}\s+([^)]*)\)", text)[1].split()]


def test_nothing_is_explained_that_is_not_there():
    locks = [*listed("locks/CMakeLists.txt", "LOCKGAUGE_BACKENDS"),
             *listed("storage/CMakeLists.txt", "LOCKGAUGE_SERIES")]
    explained = glossary.locks(glossary.LOCKS | glossary.CONTROLS)
    assert [name for name in explained
            if name not in locks and not name.startswith("kernel:")] == []
    scenarios = listed("workloads/CMakeLists.txt", "lock_scenarios",
                       "storage_scenarios", "machine_scenarios")
    assert set(glossary.SCENARIOS) <= set(scenarios)


def test_every_tag_of_a_trial_is_explained():
    text = (ROOT / "workloads/harness/totals.cc").read_text(encoding="utf-8")
    assert set(re.findall(r'tags\.push_back\("(\w+)"', text)) == set(
        glossary.TAGS)


def test_a_stranger_needs_no_line():
    assert glossary.tag("strange") == ""
    assert glossary.load("mine", "nowhere") == ""
    assert glossary.load("mine", "one-per-core") == "One thread a core."
    assert glossary.locks(["mine"]) == {}


def test_a_timed_load_is_the_untimed_one():
    assert glossary.load("handoff_latency", "").endswith(
        "in turn, every operation timed.")


def test_a_lock_has_its_colour_whatever_stands_beside_it():
    alone = glossary.looks(["rqspinlock"])
    beside = glossary.looks(["rqspinlock", "no_lock", "mine", "qspinlock"])
    assert beside["rqspinlock"] == alone["rqspinlock"] == 1
    assert beside["no_lock"] < 0 <= beside["mine"]
    assert len(set(beside.values())) == 4
