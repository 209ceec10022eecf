"""The kernel target from outside: what it leaves behind, allowed or not."""

import csv
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/workloads/lockgauge"
BPFTOOL = shutil.which("bpftool", path=f"{os.environ['PATH']}:/usr/sbin")
PATIENCE_S = 60

pytestmark = pytest.mark.skipif(not PROGRAM.exists(),
                                reason="the release build is not there")


def target_line():
    listed = subprocess.run([PROGRAM, "--list"], check=True, text=True,
                            capture_output=True).stdout
    return next(line for line in listed.split("targets\n")[1].splitlines()
                if line.split()[0] == "kernel")


def test_rows_come_measured_or_with_the_reason(tmp_path):
    out = tmp_path / "run"
    subprocess.run([PROGRAM, "--target=kernel", "--scenario=handoff,same_cpu",
                    "--duration=20ms", "--repetitions=1", f"--out={out}"],
                   check=True, capture_output=True)
    with open(out / "trials.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["target"] for row in rows} == {"kernel"}
    assert all(row["backend"].startswith("kernel:") for row in rows)
    for row in rows:
        skipped = row["validity"].startswith("skipped: ")
        assert skipped == (row["ops_count"] == "")
    if "not here: " in target_line():
        reason = target_line().split("not here: ")[1]
        assert {row["validity"] for row in rows} == {f"skipped: {reason}"}


def test_a_killed_run_leaves_no_program_in_the_kernel():
    if "not here: " in target_line():
        pytest.skip(target_line().split("not here: ")[1])
    if BPFTOOL is None:
        pytest.skip("bpftool is not installed")
    run = subprocess.Popen([PROGRAM, "--target=kernel", "--scenario=handoff",
                            "--threads=1", "--duration=600s"],
                           stdout=subprocess.DEVNULL)
    loaded = wait_for(lambda: programs_of(run.pid))
    assert all(in_kernel(program) for program in loaded)
    run.send_signal(signal.SIGKILL)
    run.wait()
    wait_for(lambda: not any(in_kernel(program) for program in loaded))


def wait_for(answer):
    give_up = time.monotonic() + PATIENCE_S
    while not (found := answer()):
        assert time.monotonic() < give_up
        time.sleep(0.01)
    return found


def programs_of(pid):
    """The ids of what a process and its children have loaded."""
    found = set()
    try:
        for info in Path(f"/proc/{pid}/fdinfo").iterdir():
            found |= set(re.findall(r"prog_id:\t(\d+)", info.read_text()))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:  # a descriptor closed meanwhile
        return found
    return found.union(*map(programs_of, children.split()))


def in_kernel(program):
    return subprocess.run([BPFTOOL, "prog", "show", "id", program],
                          capture_output=True).returncode == 0
