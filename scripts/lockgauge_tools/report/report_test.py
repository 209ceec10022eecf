import json
import re

import pytest

from lockgauge_tools import cells, report, runs, schema, synthetic
from lockgauge_tools.report import sources


def write(tmp_path, rows):
    run = runs.load(synthetic.write_run(tmp_path / "run", rows))
    return report.write(run).read_text(encoding="utf-8")


def data(page):
    """What the page's script draws."""
    return json.loads(re.search(
        r'<script id="data" type="application/json">(.*?)</script>', page,
        re.DOTALL)[1])


def test_it_stands_alone(tmp_path):
    page = write(tmp_path, synthetic.trials())
    assert not re.search(r"https?:|<link|src=|@import|url\((?!#)", page)
    assert not re.search(r"\{\{|\{%", page)


def test_it_says_what_won_on_which_machine_and_escapes(tmp_path):
    page = write(tmp_path, synthetic.trials(params=("note=<b>",)))
    assert "Simulated CPU &lt;1&gt;" in page
    assert "note=&lt;b&gt;" in page and "note=<b>" not in page
    assert ("With the most threads, fastest or tied: qspinlock in 1 of 1 load"
            in page)
    section, = data(page)["sections"]
    assert section["figures"][0]["title"].startswith(
        "qspinlock is fastest at 2 threads: rqspinlock takes 1.3")
    notes = [note for table in section["tables"] for note in table["notes"]]
    assert any("1 thread, over rmw_floor" in note for note in notes)


def test_the_overview_lists_what_is_called_and_counts_the_rest(tmp_path):
    locks = ["qspinlock", "rqspinlock"]  # the second costs twice the first
    page = write(tmp_path, synthetic.trials(
        scenarios=["handoff", "same_cpu"], backends=locks, scale=lambda case:
        0.5 if case[0] == "same_cpu" and case[2] == "rqspinlock" else 1))
    listed = re.findall(r'<td>(handoff|same_cpu)</td><td>(.)</td>',
                        re.sub(r"\n", "", page))
    assert listed == [("handoff", "1"), ("handoff", "2")]
    assert "2 of 4 are not here: no lock is called faster" in page


def test_a_load_without_numbers_has_a_table_and_no_chart(tmp_path):
    rows = [synthetic.skipped(row, "one CPU") for row in synthetic.trials()]
    page = write(tmp_path, rows)
    section, = data(page)["sections"]
    assert section["figures"] == []
    assert "skipped: one CPU" in section["tables"][0]["notes"][0]


def test_core_to_core_says_where_its_times_are(tmp_path):
    rows = synthetic.trials(scenarios=["core_to_core"], backends=["no_lock"],
                            ns_per_op="")
    folder = synthetic.write_run(tmp_path / "run", rows)

    def said():
        page = report.write(runs.load(folder)).read_text(encoding="utf-8")
        return data(page)["sections"][-1]["figures"][0]["title"]

    assert "in core_to_core.csv, which is not beside" in said()
    (folder / "core_to_core.csv").write_text(
        "target,machine,scenario,backend,threads,placement,params,invocation,"
        "repetition,from_cpu,to_cpu,one_way_ns\n"
        "host,m1,core_to_core,no_lock,2,compact,hold_ns=0,0,0,0,1,50\n")
    assert said() == "Its times are under “From CPU to CPU”."


def test_what_is_doubtful_is_said(tmp_path):
    rows = synthetic.trials(invocations=2, core_to_core_before_ns=50,
                            core_to_core_after_ns=50)
    for row in rows:
        if row["invocation"] == 1:
            row |= {"core_to_core_before_ns": 99, "core_to_core_after_ns": 101}
    rows[0]["validity"] = "failed: 7 sections were lost"
    rows[-1]["ops_count"] = 19
    rows[1]["validity"] = "preempted"
    page = write(tmp_path, rows)
    assert "1 trials failed: 7 sections were lost (no_lock)" in page
    assert "took 50 ns to reach each other in one invocation, 100 ns" in page
    assert "too short: in 1 trials" in page and "(handoff 2 threads)" in page
    assert "preempted 1" in page and "counters: no hardware counters" in page
    alone = tmp_path / "alone"
    alone.mkdir()
    assert "one invocation:" in write(alone, synthetic.trials(invocations=1))


@pytest.mark.parametrize("version", range(1, schema.load().version + 1))
def test_runs_of_every_schema_version_are_shown(tmp_path, version):
    rows = synthetic.trials(
        scenarios=["handoff", "handoff_latency", "same_cpu", "reentry",
                   "deadlock", "teardown"], threads=[1, 2, 4, 8],
        **dict.fromkeys(["p50_ns", "p90_ns", "p99_ns", "p999_ns", "p9999_ns",
                         "max_ns", "interrupts_count", "map_free_p50_ns",
                         "failed_p50_ns", *cells.LINE_TRANSFERS], 9))
    run = runs.load(synthetic.write_run(tmp_path / "run", rows, version))
    sections = data(report.write(run).read_text(encoding="utf-8"))["sections"]
    assert len(sections) == 6
    for section in sections:
        assert section["figures"] and section["tables"]
    lines = "Cache lines that an operation moves"
    moved = [figure for figure in sections[0]["figures"]
             if figure["title"].startswith(lines)]
    assert len(moved) == (version >= 2)  # what was not measured has no figure


def test_a_machine_of_measured_latencies_is_named_by_them(tmp_path):
    rows = [row | {"machine": "package:2_core:4+lab+jitter_percent=5",
                   "target": "sim"} for row in synthetic.trials()]
    page = write(tmp_path, rows)
    assert "<h1>lockgauge: lab+jitter_percent=5 (simulated)</h1>" in page
    assert "simulated: how locks compare" in page


def test_runs_of_one_name_are_told_apart_by_their_folders(tmp_path):
    for folder, ns in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        synthetic.write_run(tmp_path / folder / "host", synthetic.trials(
            scale=lambda case: ns))
    found = sources.load([tmp_path / "a", tmp_path / "b"])
    page = report.write_all(found, tmp_path / "r.html").read_text("utf-8")
    assert {section["machine"] for section in data(page)["sections"]} == {
        "", "m1, a/host", "m1, b/host"}


def test_two_runs_of_a_machine_are_told_apart(tmp_path):
    for name in ("before", "after"):
        synthetic.write_run(tmp_path / name, synthetic.trials())
    found = sources.load([tmp_path])
    page = report.write_all(found, tmp_path / "r.html").read_text("utf-8")
    assert [section["machine"] for section in data(page)["sections"]] == [
        "", "m1, after", "m1, before"]
