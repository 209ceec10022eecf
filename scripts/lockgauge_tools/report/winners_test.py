"""Who is called fastest, with the truth planted."""

from lockgauge_tools import runs, synthetic
from lockgauge_tools.report.winners import sentence, winners

LOCKS = ["no_lock", "rmw_floor", "raw_spin", "qspinlock", "rqspinlock"]
NS = dict(zip(LOCKS, [1, 2, 100, 100, 200]))


def found(tmp_path, ns=NS, **options):
    """`ns`: the true time of each."""
    rows = synthetic.trials(
        backends=LOCKS, threads=[8], scale=lambda case:
        ns[case[2]] / (160 * (1 + LOCKS.index(case[2]))), **options)
    return winners(runs.load(synthetic.write_run(tmp_path / "run", rows)))


def test_a_tie_is_called_against_the_rest_and_controls_win_nothing(tmp_path):
    row = next(found(tmp_path).itertuples())
    assert {row.fastest, *row.tied} == {"raw_spin", "qspinlock"}
    assert row.next == row.slowest == "rqspinlock"
    assert row.ratio_low < 2 < row.ratio_high
    assert "fastest at 8 threads, too close to call; rqspinlock takes " in \
        sentence(row)


def test_one_winner(tmp_path):
    row = next(found(tmp_path, NS | {"raw_spin": 80}).itertuples())
    assert row.fastest == "raw_spin" and row.tied == []
    assert sentence(row).startswith(
        f"raw_spin is fastest at 8 threads: qspinlock takes {row.ratio:.2f} ×")


def test_one_invocation_calls_nothing(tmp_path):
    row = next(found(tmp_path, invocations=1).itertuples())
    assert row.next == "" and len(row.tied) == 2
    assert sentence(row).startswith("No lock is called faster than another")


def test_simulated_seeds_stand_for_invocations(tmp_path):
    rows = synthetic.trials(backends=LOCKS, threads=[8], invocations=1,
                            target="sim")
    for row in rows:
        row["seed"] = 1 + row["repetition"]
    run = runs.load(synthetic.write_run(tmp_path / "run", rows))
    row = next(winners(run).itertuples())
    assert row.fastest == "raw_spin" and row.next == "qspinlock"


def test_worlds_are_not_compared(tmp_path):
    rows = [row | {"target": target, "ns_per_op": ns + row["invocation"]}
            for target, ns in (("host", 100), ("kernel", 900))
            for row in synthetic.trials(backends=LOCKS, threads=[8])]
    run = runs.load(synthetic.write_run(tmp_path / "run", rows))
    found = winners(run)
    assert found.target.tolist() == ["host", "kernel"]
    assert (found.ns_per_op < 110).tolist() == [True, False]
    assert (found.ratio < 1.1).all()


def test_a_single_lock_has_nobody_to_win_against(tmp_path):
    rows = synthetic.trials(backends=["qspinlock"])
    run = runs.load(synthetic.write_run(tmp_path / "run", rows))
    assert winners(run).empty
