"""Real kernels, booted: minutes, hence only with scripts/test --guests."""

import os
import subprocess
from pathlib import Path

import pytest

from lockgauge_tools import runs

SCRIPT = Path(__file__).resolve().parents[2] / "kernel-guests"

pytestmark = pytest.mark.skipif("LOCKGAUGE_GUESTS" not in os.environ,
                                reason="boots kernels: scripts/test --guests")


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Trials of the kernel before the change, and of the one after it."""
    out = tmp_path_factory.mktemp("kernels") / "out"
    done = subprocess.run([SCRIPT, "--no-install", f"--out={out}"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    usual = [folder for folder in out.iterdir()
             if not folder.name.endswith(("-parallel", "-paravirt"))]
    found = {trials.backend[trials.scenario == "same_cpu"].iloc[0]: trials
             for trials in (runs.load(folder).trials for folder in usual)}
    return found["kernel:percpu_busy"], found["kernel:merged"]


def refused(trials, scenario, **params):
    words = {f"{name}={value}" for name, value in params.items()}
    case = trials[(trials.scenario == scenario)
                  & (trials.backend != "kernel:no_lock")
                  & trials.params.map(lambda text: words <= set(text.split(";")))]
    assert case.attempts_count.sum() > 0
    return case


@pytest.mark.parametrize("owner", ["task", "cgroup"])
def test_only_the_counter_refuses_spuriously(kernels, owner):
    before, after = (refused(trials, "same_cpu", owner=owner)
                     for trials in kernels)
    assert before.spurious_count.sum() > 0
    assert after.spurious_count.sum() == 0


@pytest.mark.parametrize("by", ["update", "alloc"])
def test_a_nested_create_is_refused_always_or_never(kernels, by):
    before, after = (refused(trials, "reentry", by=by, map="other")
                     for trials in kernels)
    assert before.fail_busy_count.sum() >= before.interrupts_count.sum() - 1
    assert after.spurious_count.sum() == after.fail_busy_count.sum() == 0


def test_failures_moved_to_the_outer_create_and_to_real_cycles(kernels):
    _, after = kernels
    assert refused(after, "reentry", by="update",
                   map="same").fail_again_count.sum() > 0
    unlink = refused(after, "reentry", by="unlink", map="other")
    assert unlink.fail_deadlock_count.sum() == unlink.real_count.sum() > 0
