"""What each figure shows of trials whose numbers are known."""

import re

import pandas

from lockgauge_tools import cells, prediction, runs, synthetic
from lockgauge_tools.report import (across, core_to_core, counters, failures,
                                    glance, handovers, latency, loads,
                                    over_threads, predicted, shares, winners)


def load(tmp_path, name="run", **options):
    options = {"noise": 0, "backends": ["qspinlock", "rqspinlock"]} | options
    return runs.load(synthetic.write_run(tmp_path / name,
                                         synthetic.trials(**options)))


def bars(panel):
    return {bar["label"]: bar["values"] for bar in panel["bars"]}


def test_few_teams_are_bars_of_time_and_many_curves_of_throughput(tmp_path):
    run = load(tmp_path)
    figure = over_threads.time(run.trials, {}, winners.winners(run))
    assert figure["kind"] == "bars" and figure["x"]["unit"] == "ns"
    assert bars(figure["panels"][1]) == {"qspinlock": [40], "rqspinlock": [80]}
    run = load(tmp_path, "ladder", threads=[1, 2, 4, 8])
    figure = over_threads.time(run.trials, {2: "core"}, winners.winners(run))
    assert figure["kind"] == "lines" and figure["y"]["scale"] == "log"
    assert figure["marks"] == [(2, "1 core")]
    threads, value, low, high = figure["series"][0]["points"][2]
    assert (threads, value) == (4, 12_500_000) and low == high == value


def test_fairness_says_who_is_least_fair(tmp_path):
    trials = load(tmp_path).trials
    even = over_threads.fairness(trials, {})
    assert even["kind"] == "words" and "at least 0.990 of 1" in even["title"]
    trials.loc[trials.backend == "qspinlock", "jain_ratio"] = 0.5
    title = over_threads.fairness(trials, {})["title"]
    assert title == ("qspinlock serves its threads least evenly at 2 threads: "
                     "Jain's index is 0.5")


def test_cache_lines_are_drawn_if_any_moves(tmp_path):
    lines = dict.fromkeys(cells.LINE_TRANSFERS, 0)
    still = over_threads.cache_lines(load(tmp_path, **lines).trials, {})
    assert still["title"] == "No cache line moves from CPU to CPU."
    lines |= {cells.LINE_TRANSFERS[1]: 3}
    moves = over_threads.cache_lines(load(tmp_path, "two", **lines).trials, {})
    assert bars(moves["panels"][0]) == {"qspinlock": [3], "rqspinlock": [3]}


def test_who_starves_node_by_node():
    rows = pandas.DataFrame([
        {"backend": backend, "threads": 4, "invocation": 0, "repetition": trial,
         "thread": thread, "node": thread % 2, "ops_count": ops}
        for backend, counts in {"qspinlock": [90, 90, 90, 90],
                                "raw_spin": [60, 10, 80, 10]}.items()
        for trial in (0, 1) for thread, ops in enumerate(counts)])
    trials = pandas.DataFrame({"jain_ratio": [0.6]})
    figure = shares.figure(rows, trials)
    assert figure["title"] == (
        "What the slowest of 4 threads gets of an even share: 25 % under "
        "raw_spin, 100 % under qspinlock")
    assert figure["series"][1] == {"backend": "raw_spin", "points": [
        [1, 2], [2, 1.5], [3, 0.25], [4, 0.25]]}
    assert figure["marks"] == [(2.5, "node 1")]
    assert shares.figure(rows[rows.backend == "qspinlock"], trials) is None
    brief = rows.assign(ops_count=rows.ops_count // 10)
    assert shares.figure(brief, trials) is None
    of_roles = pandas.DataFrame({"jain_ratio": [None]})
    assert shares.figure(rows, of_roles) is None


def test_failures_by_cause_and_by_truth(tmp_path):
    trials = load(tmp_path, spurious_count=0).trials
    assert failures.shares(trials) == [None, None]
    two = (trials.backend == "qspinlock") & (trials.threads == 2)
    trials.loc[two, "attempts_count"] = 100
    trials.loc[two, "fail_busy_count"] = 20
    trials.loc[two, "spurious_count"] = 20
    once, = failures.shares(trials)
    assert once["title"] == "qspinlock refuses most: 20 % of attempts at " \
        "2 threads"
    assert once["note"].startswith("No refusal had a cause")
    panel, = once["panels"]  # one thread met none
    assert bars(panel) == {"qspinlock": [0.2], "rqspinlock": [0]}
    trials.loc[two, ["fail_timeout_count", "real_count"]] = 5
    cause, truth = failures.shares(trials)
    assert bars(cause["panels"][0])["qspinlock"] == [0.2, 0.05]
    assert truth["title"] == "80 % of refusals were without cause"
    assert truth["note"] == ""
    trials.loc[two, "fail_nomem_count"] = 1
    _, truth = failures.shares(trials)
    assert truth["note"].startswith("EAGAIN and ENOMEM are left out")


def test_handovers_name_the_farthest_distance_met(tmp_path):
    trials = load(tmp_path, handover_core_ratio=0, handover_llc_ratio=0.75,
                  handover_node_ratio=0.25, handover_package_ratio=0,
                  handover_remote_ratio=0).trials
    figure = handovers.figure(trials)
    assert figure["parts"] == ["same last-level cache", "same node"]
    assert "(same node) at 2 threads: 25 % under" in figure["title"]


def test_latency_from_buckets_is_the_merged_histogram():
    rows = pandas.DataFrame({
        "kind": "wait", "backend": "qspinlock", "threads": 2,
        "bucket_high_ns": [10, 20, 5000, 10, 20],
        "count": [500, 490, 2, 500, 508]})  # of two trials
    figure, = latency.from_buckets(rows)
    assert figure["series"][0]["points"] == [[2, 10], [1000, 20], [4000, 5000]]
    assert "is longer than 20.0 ns under qspinlock" in figure["title"]


def test_latency_from_percentiles_ends_with_the_largest(tmp_path):
    percentiles = {"p50_ns": 1, "p90_ns": 2, "p99_ns": 3, "p999_ns": 4000,
                   "p9999_ns": 5000, "max_ns": 6000}
    trials = load(tmp_path, ops_count=1_000_000, **percentiles).trials
    figure, = latency.from_percentiles(trials)
    assert figure["series"][0]["points"][-2:] == [[10_000, 5000],
                                                  [1_000_000, 6000]]
    assert "longer than 4 µs under" in figure["title"]
    assert latency.from_percentiles(load(tmp_path, "none").trials) == []


def test_latency_tells_nothing_of_more_operations_than_there_were(tmp_path):
    percentiles = {"p50_ns": 1, "p90_ns": 2, "p99_ns": 5000, "p999_ns": 5000,
                   "p9999_ns": 5000, "max_ns": 5000}
    trials = load(tmp_path, ops_count=60, **percentiles).trials
    figure, = latency.from_percentiles(trials)
    assert figure["series"][0]["points"] == [[2, 1], [10, 2], [60, 5000]]
    assert "1 in 10 times a wait or operation is longer than 2.00 ns under" \
        in figure["title"]
    rows = pandas.DataFrame({"kind": "wait", "backend": "qspinlock",
                             "threads": 2, "bucket_high_ns": [10, 5000],
                             "count": [99, 1]})
    figure, = latency.from_buckets(rows)
    assert figure["title"].startswith("1 in 100 times the wait for the lock is "
                                      "longer than 10.0 ns under qspinlock")


def test_counters_are_per_operation_and_what_never_happens_goes(tmp_path):
    trials = load(tmp_path, ops_count=1000).trials
    keys = ["machine", *runs.CASE, "invocation", "repetition"]
    counts = pandas.concat([
        trials[keys].assign(event="perf::CYCLES", count_value=90_000),
        trials[keys].assign(event="perf::PAGE-FAULTS", count_value=0),
        trials[keys].assign(event="perf::MIGRATIONS", count_value=2)])
    cycles, nothing, rare = counters.per_operation(counts, trials)
    assert bars(cycles["panels"][0])["qspinlock"] == [90]
    assert nothing is None
    assert bars(rare["panels"][0])["qspinlock"] == [2]
    assert "in 1,000 operations" in rare["x"]["label"]


def test_the_heat_map_is_in_the_order_of_caches():
    pairs = pandas.DataFrame({"from_cpu": [0, 1, 2], "to_cpu": [1, 2, 0],
                              "one_way_ns": [120.0, 121.0, 30.0]})
    figure = core_to_core.figure(pairs, [[0, 2, 4], [1, 3]])
    assert figure["rows"] == ["0", "2", "1"] and figure["breaks"] == [2]
    assert figure["values"] == [[None, 30, 120], [30, None, 121],
                                [120, 121, None]]
    assert figure["title"].startswith("A cache line takes 30.0 to 121 ns")
    few = pandas.DataFrame({"from_cpu": [0, 2, 4, 6, 8],
                        "to_cpu": [1, 3, 5, 7, 9],
                        "one_way_ns": [30.0, 31.0, 32.0, 33.0, 34.0]})
    assert core_to_core.figure(few, [])["title"].endswith(
        "5 of 45 pairs were probed.")
    alone = core_to_core.figure(pairs.head(1), [])  # there is no other pair
    assert alone["title"].startswith("A cache line takes 120 ns from one CPU")
    near = core_to_core.figure(pairs.assign(one_way_ns=[133.1, 133.2, 133]), [])
    assert near["title"] == "A cache line takes 133 ns from one CPU to another."


def test_machines_side_by_side(tmp_path):
    trials = pandas.concat([
        load(tmp_path, "a").trials.assign(place="a"),
        load(tmp_path, "b", backends=["rqspinlock", "qspinlock"]).trials
        .assign(place="b"),
        load(tmp_path, "sim", target="sim").trials.assign(place="c")])
    (found, figure), = across.heats(trials)  # no simulated one beside them
    assert found.scenario == "handoff"
    assert figure["values"] == [[1, 2], [2, 1]]
    assert figure["machines"] == ["a", "b"]


def test_machines_on_which_no_lock_is_behind_need_no_heat_map(tmp_path):
    trials = pandas.concat([load(tmp_path, name).trials.assign(
        place=name, ns_per_op=20) for name in "ab"])
    (_, figure), = across.heats(trials)
    assert figure["kind"] == "words"
    assert figure["title"] == ("All locks take the same time on each of 2 "
                               "machines.")


def test_what_won_on_which_machine(tmp_path):
    won = {name: winners.winners(load(tmp_path, name, noise=0.01, threads=[8],
                                      scale=lambda case: scale[case[2]]))
           for name, scale in {
               "a": {"qspinlock": 1, "rqspinlock": 1},
               "b": {"qspinlock": 4, "rqspinlock": 1}}.items()}
    table = glance.table(won)
    assert table.header == ["load", "a", "b"]
    (name, a, b), = table.rows
    assert name == "handoff"
    assert re.fullmatch(r"qspinlock; rqspinlock takes [12]\.\d\d ×; 8 threads",
                        a)
    assert b.startswith("rqspinlock; qspinlock takes ")
    assert glance.table({"a": won["a"]}) is None


def test_prediction_beside_measurement(tmp_path):
    figure, table = predicted.section(
        load(tmp_path, "host"),
        load(tmp_path, "sim", target="sim",
             scale=lambda case: 0.5 if case[2] == "qspinlock" else 1.1))
    assert "in 2 of 4 cases" in figure["title"]
    assert figure["band"] == prediction.GOOD
    assert figure["points"][0][:3] == [20, 10, "qspinlock"]
    assert len(table.rows) == 4


def test_a_load_is_named_by_what_tells_it_apart():
    rows = pandas.DataFrame(
        [("host", "handoff", "hold_ns=0;think_ns=0", "compact"),
         ("host", "handoff", "hold_ns=9;think_ns=0", "compact"),
         ("host", "same_cpu", "caller=drop", "same-cpu"),
         ("kernel", "same_cpu", "think_ns=0", "same-cpu")],
        columns=["target", "scenario", "params", "placement"])
    assert [loads.short_name(row, rows) for row in rows.itertuples()] == [
        "handoff hold_ns=0", "handoff hold_ns=9", "same_cpu",
        "same_cpu in the kernel"]
