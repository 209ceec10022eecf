import csv
import json

import pytest

from lockgauge_tools import compare, entry_points, runs, synthetic
from lockgauge_tools.compare import formats, sides
from lockgauge_tools.errors import InputError


@pytest.fixture
def write(tmp_path):
    def write(name, **options):
        return synthetic.write_run(tmp_path / name, synthetic.trials(**options))
    return write


def rows_of(*folders, **options):
    return compare.compare(sides.of_runs([runs.load(folder) for folder
                                          in folders]), **options)


def verdicts(a, b):
    rows = rows_of(a, b)
    return {(row.backend, row.threads): row.verdict.split(" within")[0]
            for row in rows.itertuples()}


def call(*args):
    return entry_points.call("compare", *args)


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


def test_simulated_seeds_are_invocations(tmp_path, write):
    def simulated(name, seeds, scale):
        return synthetic.write_run(tmp_path / name, [
            row | {"seed": row["repetition"] + seeds} for row in
            synthetic.trials(seed=seeds, invocations=1, repetitions=6,
                             target="sim", scale=lambda case: scale)])
    a, same, slower = (simulated("a", 1, 1), simulated("same", 1, 1),
                       simulated("slower", 7, 1.5))
    assert set(verdicts(a, slower).values()) == {"slower"}
    assert set(verdicts(a, same).values()) == {"same"}
    assert "60 trials of 6 seeds" in call(a, same).stdout


def test_backends_of_one_run_side_by_side(write):
    run = write("a", scale=lambda case: 3 if case[2] == "no_lock" else 1)
    result = call(run, "--by", "backend", "--baseline", "rmw_floor",
                  "--format", "csv")
    found = {row["b"]: row for row
             in csv.DictReader(result.stdout.splitlines())
             if row["threads"] == "1"}
    assert {row["a"] for row in found.values()} == {"rmw_floor"}
    assert found["no_lock"]["verdict"] == "slower"
    assert float(found["qspinlock"]["ratio"]) == pytest.approx(1.5, rel=0.05)
    assert "rmw_floor" not in found and len(found) == 4
    text = call(run, "--by", "backend", "--baseline", "rmw_floor").stdout
    heading, _, one, two = text.splitlines()[1:5]
    assert heading.split() == ["rmw_floor", "no_lock", "percpu_busy",
                               "qspinlock", "rqspinlock"]
    assert one.split()[0] == "1" and two.split()[0] == "2"


def test_machines_and_parameters_side_by_side(write):
    a = write("a", params=["hold_ns=0;x=1", "hold_ns=9;x=1"],
              scale=lambda case: 2 if "=9" in case[1] else 1)
    b = write("b", seed=2, params=["hold_ns=0;x=1", "hold_ns=9;x=1"],
              machine="m2")
    by_hold = compare.compare(sides.of_column([runs.load(a)], "hold_ns"))
    assert set(by_hold.verdict) == {"slower"} and set(by_hold.params) == {"x=1"}
    by_machine = compare.compare(sides.of_column(
        [runs.load(a), runs.load(b)], "machine", "m2"))
    assert set(by_machine.verdict[by_machine.params == "hold_ns=9;x=1"]) == {
        "slower"}


def test_runs_that_are_put_together_keep_their_invocations(write):
    loaded = [runs.load(write(name, seed=seed, invocations=1, machine=machine))
              for name, seed, machine in (("a", 1, "m1"), ("b", 2, "m2"))]
    loaded.append(runs.load(write("c", seed=3, invocations=1)))
    rows = compare.compare(sides.of_column(loaded, "machine"))
    assert set(rows.a_invocations_count) == {2}
    assert set(rows.b_invocations_count) == {1}


def test_sides_that_differ_as_a_whole_pair_up_with_a_footnote(write):
    a = write("a", backends=["qspinlock"], placement="compact")
    b = write("b", backends=["rqspinlock"], placement="scatter",
              preemption="token")
    result = " ".join(call(a, b).stdout.split())
    assert "sides differ in backend (qspinlock, rqspinlock)" in result
    assert "sides differ in placement (compact, scatter)" in result
    assert "differ in the column preemption" in result
    assert "qspinlock / rqspinlock" in result


def test_what_run_json_says_otherwise_is_a_footnote(write):
    a, b = write("a"), write("b", seed=2)
    facts = b / "run.json"
    facts.write_text(facts.read_text().replace('"0.1.0"', '"0.2.0"'))
    assert "differ in version (0.1.0, 0.2.0)" in call(a, b).stdout


def test_other_columns_and_their_words(write):
    latency = {"p99_ns": 100, "spurious_count": 0, "retries_count": 3}
    a = write("a", **latency)
    b = write("b", **latency | {"p99_ns": 150, "spurious_count": 40})
    rows = rows_of(a, b, metrics=[*latency, "ops_per_s", "p50_ns"])
    found = rows.groupby("metric").verdict.unique().map(list).to_dict()
    assert found.pop("ops_per_s")
    assert found == {"p99_ns": ["slower"], "spurious_count": ["higher"],
                     "retries_count": ["same within 0.1 %"]}
    assert list(rows[rows.metric == "p99_ns"].ratio) == [1.5] * 10
    back = rows_of(b, a, metrics=["spurious_count"])
    assert set(back.verdict) == {"lower"} and set(back.ratio) == {0}
    slow = write("slow", scale=lambda case: 2, seed=3)
    assert set(rows_of(a, slow, metrics=["ops_count"]).verdict) == {"slower"}


@pytest.mark.parametrize("limit, code", [
    ("slower:3%", 1), ("slower", 1), ("slower:60%", 0), ("faster", 0)])
def test_fail_on(write, limit, code):
    a = write("a")
    b = write("b", seed=2, scale=lambda case: 1.5 if case[3] == 2 else 1)
    result = call(a, b, "--fail-on", limit)
    assert result.returncode == code
    assert ("5 of 10 cases slower" in result.stderr) == bool(code)


@pytest.mark.parametrize("options, word", [
    (["--fail-on", "worse"], "slower:3%"), (["--fail-on", "slower:x"], "3%"),
    (["--metric", "nonesuch"], "ns_per_op"), (["--target", "sim"], "host"),
    (["--by", "nonesuch"], "hold_ns"), (["--by", "placement"], "compact"),
    (["--by", "backend", "--baseline", "x"], "qspinlock"),
    (["--baseline", "no_lock"], "--by")])
def test_bad_options_are_one_line(write, options, word):
    result = call(write("a"), write("b"), *options)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith("compare: ")
    assert result.stderr.count("\n") == 1 and word in result.stderr


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
        rows_of(a, b)
    result = call(a, b)
    assert result.returncode == 2 and result.stderr.count("\n") == 1


def test_another_machine_is_compared_and_said(write):
    a = write("a", core_to_core_before_ns=59)
    b = write("b", core_to_core_before_ns=240, machine="m2",
              scale=lambda case: 2)
    assert set(verdicts(a, b).values()) == {"slower"}
    assert "sides differ in machine (m1, m2)" in call(a, b).stdout


def test_machines_pair_up_only_when_each_run_has_one(tmp_path, write):
    other = write("other", machine="m2")
    both = synthetic.write_run(tmp_path / "both", synthetic.trials()
                               + synthetic.trials(machine="m2"))
    rows = rows_of(both, other)
    assert set(rows[rows.verdict == "only in A"].machine) == {"m1"}


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_many_sides_fit_the_width(write, form):
    several = [write(str(seed), seed=seed) for seed in range(9)]
    result = call(*several, "--format", form)
    assert result.returncode == 0 and result.stderr == ""
    assert result.stdout.count("rqspinlock") >= 4
    if form == "text":
        assert max(map(len, result.stdout.splitlines())) <= 100


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
        cases[0]["b_median"] / cases[0]["a_median"])
    only_b = next(case for case in cases if case["threads"] == 4)
    assert only_b["ratio"] is None and only_b["verdict"] == "only in B"


def test_exit_codes(tmp_path, write):
    a = write("a")
    result = call(a, tmp_path / "missing")
    assert result.returncode == 2
    assert result.stderr.startswith("compare: ") and result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert call(a, write("b", scenarios=("storage_get",))).returncode == 3


@pytest.mark.parametrize("form", formats.FORMATS)
def test_a_column_that_nothing_measured_has_nothing_in_common(write, form):
    a = write("a")
    result = call(a, a, "--metric", "failed_p50_ns", "--format", form)
    assert result.returncode == 3
    assert result.stderr == "compare: no case was measured on both sides\n"
