import csv
import json
import subprocess
from pathlib import Path

import pytest

from lockgauge_tools import compare, runs, synthetic
from lockgauge_tools.errors import InputError

COMPARE = Path(__file__).parents[1] / "compare"


@pytest.fixture
def write(tmp_path):
    def write(name, **options):
        return synthetic.write_run(tmp_path / name, synthetic.trials(**options))
    return write


def verdicts(a, b):
    rows = compare.compare(runs.load(a), runs.load(b))
    return {(row.backend, row.threads): row.verdict.split(" within")[0]
            for row in rows.itertuples()}


def call(*args):
    return subprocess.run([COMPARE, *map(str, args)], capture_output=True,
                          text=True)


@pytest.mark.parametrize("seed", range(0, 10, 2))
def test_equal_runs_are_never_faster_or_slower(write, seed):
    found = verdicts(write("a", seed=seed), write("b", seed=seed + 1))
    assert set(found.values()) <= {"same", "undecided"}


def test_a_real_difference_is_called_and_only_that(write):
    cost = {"qspinlock": 0.8, "rqspinlock": 1.25}
    found = verdicts(write("a", seed=1),
                     write("b", seed=2,
                           scale=lambda case: cost.get(case[2], 1)))
    for threads in (1, 2):
        assert found["qspinlock", threads] == "faster"
        assert found["rqspinlock", threads] == "slower"
        assert found["no_lock", threads] in ("same", "undecided")


def test_one_invocation_a_side_decides_nothing(write):
    found = verdicts(
        write("a", invocations=1),
        write("b", invocations=1, seed=2, scale=lambda case: 2))
    assert set(found.values()) == {"undecided"}


def test_a_machine_that_moved_decides_nothing(write):
    found = verdicts(
        write("a", core_to_core_before_ns=59, core_to_core_after_ns=60),
        write("b", core_to_core_before_ns=240, core_to_core_after_ns=242,
              scale=lambda case: 2))
    assert set(found.values()) == {"undecided"}


def test_cases_of_one_side_and_skipped_ones_are_named(tmp_path, write):
    rows = [synthetic.skipped(row, "no such CPU")
            if row["backend"] == "no_lock" else row
            for row in synthetic.trials(backends=["no_lock", "rmw_floor"])]
    b = synthetic.write_run(tmp_path / "b", rows)
    found = verdicts(
        write("a", backends=["no_lock", "rmw_floor", "qspinlock"]), b)
    assert found["no_lock", 1] == "skipped in B"
    assert found["qspinlock", 2] == "only in A"
    assert verdicts(b, b)["no_lock", 2] == "skipped in both"


def test_worlds_are_never_mixed(write):
    a, b = write("a"), write("b", target="sim")
    with pytest.raises(InputError, match="host numbers .* sim"):
        compare.compare(runs.load(a), runs.load(b))


def test_another_machine_is_compared_and_said(write):
    a = write("a", core_to_core_before_ns=59)
    b = write("b", core_to_core_before_ns=240, machine="m2",
              scale=lambda case: 2)
    assert set(verdicts(a, b).values()) == {"slower"}
    assert "The machines differ" in call(a, b).stdout


def test_machines_pair_up_only_when_each_run_has_one(tmp_path, write):
    other = write("other", machine="m2")
    both = synthetic.write_run(tmp_path / "both", synthetic.trials()
                               + synthetic.trials(machine="m2"))
    rows = compare.compare(runs.load(both), runs.load(other))
    assert set(rows[rows.verdict == "only in A"].machine) == {"m1"}


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_formats_to_read(write, form):
    result = call(write("a"), write("b", validity="preempted"),
                  "--format", form)
    assert result.returncode == 0 and result.stderr == ""
    assert result.stdout.count("rqspinlock") == 2
    assert "150 preempted" in " ".join(result.stdout.split())
    if form == "text":
        assert max(map(len, result.stdout.splitlines())) <= 100


def test_formats_to_parse(write):
    runs_ab = write("a"), write("b", threads=(1, 2, 4))
    table = list(csv.DictReader(
        call(*runs_ab, "--format", "csv").stdout.splitlines()))
    cases = json.loads(call(*runs_ab, "--format", "json").stdout)["cases"]
    assert len(table) == len(cases) == 15
    assert [row["verdict"] for row in table] == [c["verdict"] for c in cases]
    assert float(table[0]["ratio"]) == pytest.approx(cases[0]["ratio"])
    assert cases[0]["ratio"] == pytest.approx(
        cases[0]["b_ns_per_op"] / cases[0]["a_ns_per_op"])
    only_b = next(case for case in cases if case["threads"] == 4)
    assert only_b["ratio"] is None and only_b["verdict"] == "only in B"


def test_exit_codes(tmp_path, write):
    a = write("a")
    result = call(a, tmp_path / "missing")
    assert result.returncode == 2
    assert result.stderr.startswith("compare: ") and result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert call(a, write("b", scenarios=("storage_get",))).returncode == 3
    assert call(a).returncode == 2
