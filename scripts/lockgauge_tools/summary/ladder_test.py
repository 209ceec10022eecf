"""Runs over many thread counts, as tables and in the report."""

import pytest

from lockgauge_tools import cells, levels, report, runs, summary, synthetic

LOCKS = ["no_lock", "qspinlock", "rqspinlock", "percpu_busy_rqspinlock",
         "a_lock_with_a_long_name", "another_lock_with_a_long_name"]
TEAMS = [1, 2, 4, 8, 64]
# One package of two nodes; the node and the cache end after 4 CPUs.
TOPOLOGY = """<topology><object type="Machine" cpuset="0xff">
<object type="Package" cpuset="0xff"><object type="NUMANode" cpuset="0x0000000f"/>
<object type="L3Cache" cpuset="0xf"><object type="Core" cpuset="0x00000001,,0x00000001"/>
</object></object></object></topology>"""


@pytest.fixture
def write(tmp_path):
    def write(**cells_of_all):
        rows = synthetic.trials(backends=LOCKS, threads=TEAMS, noise=0,
                                **cells_of_all)
        rows = [synthetic.skipped(row, "one thread only")
                if row["backend"] == "no_lock" and row["threads"] > 1 else row
                for row in rows]
        return runs.load(synthetic.write_run(tmp_path / "run", rows))
    return write


def simulated(**more):
    moved = dict(zip(cells.LINE_TRANSFERS, [0.5, 1, 2, 0, 4]))
    shares = {f"handover_{name}_ratio": share for name, share in zip(
        ["core", "llc", "node", "package", "remote"], [.25, .25, .5, 0, 0])}
    return {"target": "sim", "machine": "m256", "overtaken_max_count": 255,
            **moved, **shares, **more}


def test_thread_counts_go_down_and_tables_stay_in_width(write):
    text = summary.text(write(**simulated()))
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith("[sim] handoff hold_ns=0   compact, m256\n")
    rows = [line.split() for line in text.splitlines()]
    # ns/op takes two tables, the narrower lines moved and waits as well.
    assert ["64", "6400", "±0", "7680", "±0", "-", "5120", "±0"] in rows
    assert ["64", "2560", "±0", "3840", "±0"] in rows
    assert rows.count(["64", "7.50", "7.50", "-", "7.50"]) == 1
    assert rows.count(["64", "255", "255", "-", "255"]) == 1
    assert ("skipped: one thread only (no_lock; threads: 2, 4, 8, 64)"
            in text)


def test_ratio_by_threads_and_what_the_kernel_published(write):
    text = " ".join(summary.text(write(**simulated())).split())
    assert "1.50 [1.50, 1.50] at 64" in text
    assert "context, not a claim about this machine: time an acq" in text


def test_measured_runs_have_no_empty_tables(write):
    text = summary.text(write(spurious_count=0))
    assert "cache lines that moved" not in text and "refused" not in (
        text.split("ns/op: median")[0])
    assert "[sim]" not in text


def test_levels_end_where_the_first_of_each_does(tmp_path):
    assert levels.boundaries(tmp_path) == {}
    (tmp_path / "topology.xml").write_text(TOPOLOGY)
    assert levels.boundaries(tmp_path) == {2: "core", 4: "LLC, node"}


def test_report_has_curves_and_hand_over_shares(write):
    run = write(**simulated())
    (run.path / "topology.xml").write_text(TOPOLOGY)
    page = report.html(run)
    for shown in ("operations a second", "Cache lines that an operation moves",
                  "LLC, node", "share of hand-overs", "same node"):
        assert shown in page


def test_levels_are_those_of_compact_placement_only(write):
    run = write(**simulated(), placement="scatter")
    (run.path / "topology.xml").write_text(TOPOLOGY)
    assert "LLC, node" not in report.html(run)
