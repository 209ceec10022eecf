"""Histograms as HdrHistogram's plotters read them."""

import csv
import subprocess
from pathlib import Path

import pytest

from lockgauge_tools import hgrm, runs, schema, synthetic
from lockgauge_tools.errors import InputError

HGRM = Path(__file__).resolve().parents[1] / "hgrm"
# 998 latencies of 100 ns, one of 20 us and one of some 10 ms, in two trials.
BUCKETS = [(0, 100, 100, 600), (0, 19968, 20095, 1), (1, 100, 100, 398),
           (1, 9961472, 10027007, 1)]


@pytest.fixture
def folder(tmp_path):
    rows = synthetic.trials(scenarios=["handoff_latency"],
                            backends=["qspinlock"], threads=[2])
    folder = synthetic.write_run(tmp_path / "run", rows)
    names = [column.name for column in schema.load().files["latency.csv"]]
    with open(folder / "latency.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n",
                                extrasaction="ignore")
        writer.writeheader()
        for repetition, low, high, count in BUCKETS:
            writer.writerow(rows[0] | {
                "repetition": repetition, "kind": "wait",
                "bucket_low_ns": low, "bucket_high_ns": high, "count": count})
    return folder


def test_repetitions_are_one_histogram(folder):
    path, = hgrm.write(runs.load(folder))
    assert path.name == ("m1_host_handoff_latency_compact_hold_ns=0_qspinlock_"
                         "2_wait.hgrm")
    lines = path.read_text().splitlines()
    assert lines[0].split() == ["Value", "Percentile", "TotalCount",
                                "1/(1-Percentile)"]
    assert lines[1] == ""
    assert [line.split() for line in lines[2:5]] == [
        ["0.100", "0.998000000000", "998", "500.00"],
        ["20.095", "0.999000000000", "999", "1000.00"],
        ["10027.007", "1.000000000000", "1000"]]
    mean = (998 * 0.1 + 20.0315 + 9994.2395) / 1000
    assert lines[5].startswith(f"#[Mean    = {mean:12.3f}, StdDeviation")
    assert "Max     =    10027.007, Total count    =         1000" in lines[6]


def test_a_run_without_stamps_says_so(tmp_path):
    folder = synthetic.write_run(tmp_path / "run", synthetic.trials())
    done = subprocess.run([HGRM, folder], capture_output=True, text=True)
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr == f"hgrm: {folder}: no latency trial in it\n"
    assert not (folder / "hgrm").exists()


@pytest.mark.parametrize("damage, word", [
    (lambda text: "", "not CSV"),
    (lambda text: text.replace("kind", "sort"), "no column kind"),
    (lambda text: text.replace(",600", ",many"), "count is not")])
def test_a_damaged_file_is_refused(folder, damage, word):
    path = folder / "latency.csv"
    path.write_text(damage(path.read_text()))
    with pytest.raises(InputError, match=word):
        hgrm.write(runs.load(folder))
