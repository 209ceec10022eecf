"""What goes into a mail, compared whole with testdata/mailtable.txt."""

import json
from pathlib import Path

import pytest

from lockgauge_tools import entry_points, synthetic

GOLDEN = Path(__file__).parent / "testdata" / "mailtable.txt"
LOCKS = ["no_lock", "percpu_busy", "qspinlock", "rqspinlock", "std_mutex"]
COMMAND = ["/home/me/build/lockgauge", "--scenario=handoff",
           "--backend=no_lock,percpu_busy,qspinlock,rqspinlock,std_mutex",
           "--threads=1,2", "--set", "hold_ns=0,100", "--out", "runs/mine"]


@pytest.fixture
def run(tmp_path):
    """Something skipped, something disturbed, a second world; the invocations
    of std_mutex with two threads far apart, of all others close."""
    cost = {"qspinlock": 1, "rqspinlock": 1.02, "std_mutex": 1.2,
            "percpu_busy": 1.5}
    rows = synthetic.trials(
        noise=0, invocations=5, backends=LOCKS,
        params=["hold_ns=0;think_ns=0", "hold_ns=100;think_ns=0"],
        scale=lambda case: cost.get(case[2], 1) / (1 + LOCKS.index(case[2])))
    for row in rows:
        apart = 0.2 if (row["backend"], row["threads"]) == ("std_mutex", 2) \
            else 0.01
        drift = 1 + apart * (row["invocation"] - 2)
        row["ns_per_op"] = repr(drift * float(row["ns_per_op"]))
    rows = [synthetic.skipped(row, "needs 2 CPUs")
            if row["backend"] == "no_lock" and row["threads"] == 2 else row
            for row in rows]
    rows[0]["validity"] = "preempted;stolen"
    rows += synthetic.trials(scenarios=["same_cpu"], backends=LOCKS[2:3],
                             target="sim", machine="epyc-2s", invocations=1,
                             noise=0)
    for row in rows:
        row["seed"] = row["repetition"]
    folder = synthetic.write_run(tmp_path / "mine", rows)
    facts = json.loads((folder / "run.json").read_text())
    facts["machine"] |= {"cpus_count": "2", "kernel_release": "6.19.0",
                         "governor": None}
    facts["invocations"] = [{"command": COMMAND}] * 5
    (folder / "run.json").write_text(json.dumps(facts))
    return folder


def test_golden(run):
    result = entry_points.call("mailtable", run, "--baseline", "qspinlock")
    assert result.returncode == 0 and result.stderr == ""
    assert result.stdout == GOLDEN.read_text(encoding="utf-8")


def measured(row):
    """What latency trials and teardown have beside the time of an operation."""
    ns = float(row["ns_per_op"])
    if row["scenario"] == "handoff_latency":
        return row | {"p50_ns": ns, "p90_ns": 2 * ns, "p99_ns": 3 * ns,
                      "p999_ns": 50 * ns, "max_ns": 900 * ns}
    lost = 64 if row["backend"] == "merged" else 0
    return row | {"map_free_count": 3, "map_free_p99_ns": ns,
                  "elements_made_count": 10000, "leaked_elements_count": lost,
                  "leaked_bytes": 130 * lost, "charge_left_bytes": 0}


def test_a_load_shows_what_it_measures(tmp_path):
    rows = synthetic.trials(scenarios=["handoff_latency", "teardown"], noise=0,
                            threads=(2,), backends=["before", "merged"])
    run = synthetic.write_run(tmp_path / "run", map(measured, rows))
    result = entry_points.call("mailtable", run, "--baseline", "before")
    assert "/M: per million elements made." in result.stdout
    assert result.stdout.split("\n\n", 2)[2] == """\
handoff_latency hold_ns=0, compact
                       before               merged
         threads       median       median   ratio
p50_ns         2  40.0 +- 0.0  80.0 +- 0.0  2.00
p99_ns         2     120 +- 0     240 +- 0  2.00
p999_ns        2    2000 +- 0    4000 +- 0  2.00
max_ns         2   36000 +- 0   72000 +- 0  2.00

teardown hold_ns=0, compact
                                 before               merged
                   threads       median       median   ratio
map_free_p99_ns          2  40.0 +- 0.0  80.0 +- 0.0  2.00
leaked_elements/M        2       0 +- 0    6400 +- 0       -
leaked_bytes/M           2       0 +- 0  832000 +- 0       -
0 throughout: charge_left_bytes/M
"""


@pytest.mark.parametrize("options", [[], ["--baseline", "std_mutex"]])
def test_a_mail_takes_it(run, options):
    result = entry_points.call("mailtable", run, run / "trials.csv", *options)
    assert result.returncode == 0
    assert result.stdout.isascii() and "\t" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 75
    assert result.stdout.count("Machine: ") == 2


def test_an_unknown_baseline_is_one_line(run):
    result = entry_points.call("mailtable", run, "--baseline", "nonesuch")
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith("mailtable: --baseline: ")
    assert result.stderr.count("\n") == 1 and "rqspinlock" in result.stderr
