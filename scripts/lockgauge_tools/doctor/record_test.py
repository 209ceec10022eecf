import json

import pytest

from lockgauge_tools import report, runs, summary, synthetic
from lockgauge_tools.doctor import fake, record

NOISY = {"sys/devices/system/cpu/cpufreq/boost": "1\n",
         "sys/bus/event_source/devices/cpu/type": None,
         "proc/sys/kernel/randomize_va_space": "2\n"}


def measure(folder, machine):
    with record.judged(folder, machine):
        if not folder.exists():
            synthetic.write_run(folder, synthetic.trials())
    return runs.load(folder)


@pytest.fixture
def machine(tmp_path):
    return fake.machine(tmp_path / "root", NOISY)


def test_run_json_says_what_is_wrong(tmp_path, machine):
    facts = measure(tmp_path / "run", machine).facts
    entry, = facts["doctor"]
    assert entry["level"] == "warning" and entry["before_invocation"] == 0
    assert [(finding["check"], finding["level"])
            for finding in entry["findings"]] == [
        ("boost", "warning"), ("aslr", "note"), ("pmu", "note")]
    assert facts["machine"]["cpus_count"] == 2  # what was there is


def test_summary_and_report_warn(tmp_path, machine):
    run = measure(tmp_path / "run", machine)
    said = record.lines(run.facts)
    assert said[0].startswith("machine: warning: boost: on. The clock")
    assert said[1:] == [
        "machine: aslr on (2); pmu none: no hardware counters"]
    assert said[1] in summary.text(run)
    assert all(line in report.html(run) for line in said)


def test_a_folder_that_goes_on_keeps_each_verdict(tmp_path, machine):
    facts = measure(tmp_path / "run", machine).facts
    facts["invocations"] = [{}, {}]
    (tmp_path / "run/run.json").write_text(json.dumps(facts))
    run = measure(tmp_path / "run", machine)
    assert [entry["before_invocation"] for entry in run.facts["doctor"]] == [
        0, 2]
    assert len(record.lines(run.facts)) == 2  # said once


def test_a_clean_machine_has_a_verdict_and_no_line(tmp_path):
    run = measure(tmp_path / "run", fake.machine(tmp_path / "root"))
    assert run.facts["doctor"][0]["level"] == "ok"
    assert record.lines(run.facts) == []


def test_a_run_that_is_stopped_has_its_verdict(tmp_path, machine):
    with pytest.raises(KeyboardInterrupt):
        with record.judged(tmp_path / "run", machine):
            synthetic.write_run(tmp_path / "run", synthetic.trials())
            raise KeyboardInterrupt
    assert "doctor" in json.loads((tmp_path / "run/run.json").read_text())


def test_where_nothing_was_measured_nothing_is_written(tmp_path, machine):
    with record.judged(tmp_path / "run", machine):
        pass
    assert not (tmp_path / "run").exists()
