"""Simulated runs of the real program: exact, and different by seed."""

from pathlib import Path

import pytest

from lockgauge_tools import calls, plan, runs, stats

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/workloads/lockgauge"
PLAN = """rounds = 1
[[step]]
scenario = "handoff"
threads = ["ladder"]
duration = "20us"
repetitions = 3
backends = ["qspinlock", "percpu_busy_rqspinlock"]
[[step]]
scenario = "storage_churn"
threads = [1, "all"]
duration = "20us"
repetitions = 3
backends = ["rqspinlock"]
"""

pytestmark = pytest.mark.skipif(not PROGRAM.exists(),
                                reason="the release build is not there")


@pytest.fixture(scope="module")
def simulate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    (folder / "plan.toml").write_text(PLAN)
    chosen = plan.load(folder / "plan.toml")

    def simulate(name):
        out = folder / name
        assert calls.run(chosen.calls(PROGRAM, out, "desktop")) == []
        return out
    return simulate


@pytest.fixture(scope="module")
def first(simulate):
    return simulate("first")


@pytest.mark.parametrize("file", ["trials.csv", "threads.csv"])
def test_the_same_seed_is_the_same_run(simulate, first, file):
    again = simulate(file)
    assert (again / file).read_bytes() == (first / file).read_bytes()


def test_seeds_differ_and_give_an_interval(first):
    trials = runs.load(first).trials
    assert set(trials.seed) == {1, 2, 3}
    crowded = trials[(trials.scenario == "handoff") & (trials.threads == 16)
                     & (trials.backend == "qspinlock")]
    found, = stats.medians(crowded, ["backend"]).itertuples()
    assert found.low < found.high


def test_the_ladder_is_the_machines(first):
    trials = runs.load(first).trials
    handoff = trials[trials.scenario == "handoff"]
    assert set(handoff.threads) == {1, 2, 4, 8, 16}
    assert set(handoff.target) == {"sim"}


def test_the_simulated_plan_is_valid_and_of_one_round():
    chosen = plan.load(ROOT / "scripts/plans/simulated.toml")
    assert chosen.rounds == 1  # a second would repeat the first exactly
    assert chosen.calls(PROGRAM, "out", "chiplets")
