"""Prediction against measurement, with a program that only pretends."""

import subprocess
from pathlib import Path

import pandas
import pytest

from lockgauge_tools import predict, prediction, runs, synthetic
from lockgauge_tools.errors import InputError

PACKAGE = Path(__file__).parents[1]
PLAN = """rounds = 1
[[step]]
scenario = "handoff"
threads = [1, 2]
duration = "20ms"
repetitions = 3
set = { hold_ns = "0,200" }
"""
# Here raw_spin costs 2 in the simulation and 1 measured, std_mutex is not
# simulated, and each machine file that is written has slower transfers.
PROGRAM = """#!/usr/bin/python3
import sys
from pathlib import Path
sys.path.insert(0, "{package}")
from lockgauge_tools import synthetic

options = dict(word.partition("=")[::2] for word in sys.argv[1:])
if "--benchmark_list_tests" in options:
    print("handoff/raw_spin/hold_ns:0/compact/threads:2/iterations:1")
elif path := options.get("--write-machine"):
    count = Path("{made}").stat().st_size if Path("{made}").exists() else 0
    Path("{made}").write_bytes(b"." * (count + 1))
    Path(path).write_text(f"# a comment\\ntransfer_ns 10 {{30 + 9 * count}} 60 60 150  # costs\\n")
else:
    simulated = "--machine" in options
    rows = synthetic.trials(
        noise=0, backends=["qspinlock", "raw_spin", "std_mutex"],
        params=["hold_ns=0;stall_ns=0", "hold_ns=200;stall_ns=0"],
        scale=lambda case: 2 if simulated and case[2] == "raw_spin" else 1,
        target="sim" if simulated else "host",
        core_to_core_before_ns=60, core_to_core_after_ns=60)
    synthetic.write_run(Path(options["--out"]), [
        synthetic.skipped(row, "not ours")
        if simulated and row["backend"] == "std_mutex" else row
        for row in rows])
"""


@pytest.fixture
def files(tmp_path):
    program = tmp_path / "program"
    program.write_text(PROGRAM.format(package=PACKAGE, made=tmp_path / "made"))
    program.chmod(0o755)
    (tmp_path / "plan.toml").write_text(PLAN)
    return [f"--program={program}", f"--plan={tmp_path / 'plan.toml'}",
            f"--out={tmp_path / 'out'}"]


def call(files):
    return subprocess.run(
        ["/usr/bin/python3", "-m", "lockgauge_tools.predict", *files],
        capture_output=True, text=True, cwd=PACKAGE)


def test_measures_simulates_and_says_how_far_off(tmp_path, files):
    result = call(files)
    assert result.returncode == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 100
    words = " ".join(result.stdout.split())
    assert words.startswith("prediction over measurement, 8 cases, worst first")
    # 20 ns for raw_spin's place in the list, times two threads; first comes
    # the worst.
    assert "handoff hold_ns=0 raw_spin 2 80.0 ±0.0 160 +100" in words
    assert words.index("+100") < words.index("+0")
    assert "all: median absolute error 50 %, under 25 % in 4 of 8" in words
    assert "not simulated: std_mutex (skipped: not ours)" in words
    assert "median of each call: 60, 60, 60 ns" in words
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {
        "host", "sim", "before.machine", "after.machine", "prediction.csv",
        "report.html"}
    assert set(runs.load(out / "host").trials.target) == {"host"}
    assert set(runs.load(out / "sim").trials.target) == {"sim"}
    table = pandas.read_csv(out / "prediction.csv")
    assert list(table.error_ratio.head(4)) == [1, 1, 1, 1]
    assert "backend" in table and "measured_text" not in table


def test_says_when_the_machine_moved_and_corrects_nothing(files):
    words = " ".join(call(files).stdout.split())
    assert "before -> after: 10 -> 10, 30 -> 39, 60 -> 60" in words
    assert "THE MACHINE MOVED: by 1.30x" in words
    assert "MOVED during" not in words


def test_a_core_to_core_time_that_changed_between_calls_is_said(tmp_path):
    rows = synthetic.trials(core_to_core_before_ns=50,
                            core_to_core_after_ns=50)
    rows = [row | {"core_to_core_before_ns": 99, "core_to_core_after_ns": 101}
            if row["invocation"] == 2 else row for row in rows]
    host = synthetic.write_run(tmp_path / "host", rows)
    synthetic.write_run(tmp_path / "sim", synthetic.trials(target="sim"))
    for when in ("before", "after"):
        (tmp_path / f"{when}.machine").write_text("transfer_ns 1 2 3 4 5\n")
    said = " ".join(predict.text(tmp_path).split())
    assert "50, 50, 100 ns THE MACHINE MOVED during the measurement: by 2.00x" \
        in said
    assert prediction.probes(runs.load(host)) == [50, 50, 100]


def test_bad_input_is_one_line(tmp_path, files):
    (tmp_path / "out").mkdir()
    result = call(files)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr == (f"predict: --out: {tmp_path / 'out'} exists; "
                             "name a new folder\n")
    with pytest.raises(InputError, match="no line transfer_ns"):
        prediction.transfers("hit_ns 1\n")
    host = synthetic.write_run(tmp_path / "h", synthetic.trials())
    other = synthetic.write_run(
        tmp_path / "s", synthetic.trials(scenarios=["storage_get"]))
    with pytest.raises(InputError, match="no case has figures both"):
        prediction.pairs(runs.load(host), runs.load(other))
