"""The C++ program writes what results/schema.toml says."""

import csv
import subprocess
from pathlib import Path

import pytest

from lockgauge_tools import report, runs, schema, summary

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/workloads/lockgauge"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    if not PROGRAM.exists():
        pytest.skip("the release build is not there")
    out = tmp_path_factory.mktemp("program") / "run"
    for _ in range(2):
        subprocess.run([PROGRAM, "--scenario=handoff", "--threads=1",
                        "--backend=rmw_floor,rqspinlock", "--duration=5ms",
                        "--repetitions=2", f"--out={out}"],
                       check=True, capture_output=True)
    return out


@pytest.mark.parametrize("file", schema.load().files)
def test_columns_are_the_schemas_in_its_order(run, file):
    with open(run / file, newline="", encoding="utf-8") as stream:
        header = next(csv.reader(stream))
    assert header == [column.name for column in schema.load().files[file]]


def test_a_second_call_is_a_second_invocation(run):
    trials = runs.load(run).trials
    assert list(trials.invocation.value_counts().sort_index()) == [4, 4]


def test_summary_and_report_read_it(run):
    loaded = runs.load(run)
    assert "1 thread, over rmw_floor: rqspinlock" in summary.text(loaded)
    assert "rqspinlock" in report.html(loaded)
