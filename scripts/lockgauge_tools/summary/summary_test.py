"""The tables people read, compared whole with testdata/summary.txt."""

from pathlib import Path

from lockgauge_tools import cells, runs, summary, synthetic
from lockgauge_tools.summary import latency

GOLDEN = Path(__file__).parent / "testdata" / "summary.txt"
LOCKS = ["no_lock", "rmw_floor", "qspinlock", "rqspinlock", "percpu_busy"]


def trials(*scenario_and_params, **options):
    """Without noise but 20 % between the two invocations."""
    scenario, *params = scenario_and_params
    rows = synthetic.trials(scenarios=[scenario], params=params, noise=0,
                            invocations=2, repetitions=2, **options)
    for row in rows:
        if row["invocation"] == 1:
            row["ns_per_op"] = repr(1.2 * float(row["ns_per_op"]))
    return rows


def teardown(params, **found):
    times = {f"{call}_{what}_ns": value for call, value
             in [("map_free", 12500), ("destroy", 800)]
             for what in ("p50", "p99", "max")}
    none = dict.fromkeys(
        [*(f"{what}_count" for what in (
            "teardown_failures", "teardown_retries", "teardown_warnings",
            "lingering_elements", "leaked_elements", "leaked_storages",
            "leaked_fields")),
         "lingering_bytes", "leaked_bytes", "charge_left_bytes"], 0)
    return trials("teardown", params, threads=[2],
                  **(times | none | {"elements_made_count": 10000} | found))


def rows():
    handoff = trials("handoff", "hold_ns=0;think_ns=0", backends=LOCKS)
    handoff[0]["validity"] = "preempted;stolen"
    handoff = [synthetic.skipped(row, "needs 2 CPUs")
               if row["threads"] == 2 and row["backend"] == "no_lock" else row
               for row in handoff]
    return (handoff
            + trials("storage_get", "access=get;maps=1;order=sequential",
                     "access=load_pair;maps=1;order=sequential",
                     backends=LOCKS[2:], scale=lambda case:
                     2.5 if case[1].startswith("access=get") else 1)
            + trials("storage_create", "batch=32", backends=LOCKS[2:],
                     threads=[1, 2, 4])
            + trials("same_cpu", "caller=drop;think_ns=100", threads=[2, 4],
                     backends=LOCKS[3:], placement="same-cpu")
            + [row | {"validity": "hung: an interrupt waits"}
               if row["backend"] == "qspinlock" else row for row in
               trials("reentry", "every_ns=200000;share=none", threads=[1],
                      backends=LOCKS[2:], interrupts_count=2000,
                      interrupts_inside_count=1900, fail_busy_count=1880,
                      fail_deadlock_count=0, fail_timeout_count=0,
                      fail_again_count=3, fail_nomem_count=0)]
            + trials("storage_costs", "elements=1", backends=LOCKS[3:],
                     threads=[1], create_ns=60, get_hit_ns=2.5, get_miss_ns=3,
                     replace_ns=120, delete_ns=55.5, destroy_ns=70)
            + teardown("fail_ppm=0", backends=["before"])
            + teardown("fail_ppm=1000", backends=["merged"],
                       faults_count=1200, teardown_failures_count=64,
                       teardown_warnings_count=9, lingering_elements_count=500,
                       lingering_bytes=68000, lingering_mean_ns=4600,
                       leaked_elements_count=10, leaked_storages_count=3,
                       leaked_fields_count=7, leaked_bytes=4096)
            + trials("handoff_latency", "arrivals=poisson;rate_per_s=20000",
                     backends=LOCKS[2:4], p50_ns=34, p90_ns=61, p99_ns=8585215,
                     p999_ns=10027007, p9999_ns=10139373, max_ns=10139373,
                     unserved_count=4)
            + trials("handoff", "hold_ns=0", backends=LOCKS[:1], target="sim",
                     machine="epyc-2s", overtaken_max_count=3,
                     **dict.fromkeys(cells.LINE_TRANSFERS, 0.5)))


def test_golden(tmp_path):
    run = synthetic.write_run(tmp_path / "run", rows())
    text = summary.text(runs.load(run))
    assert max(map(len, text.splitlines())) <= 100
    assert text == GOLDEN.read_text(encoding="utf-8")


def shown(folder, rows):
    return summary.text(runs.load(synthetic.write_run(folder, rows)))


def test_what_only_some_loads_have_is_shown_with_them(tmp_path):
    rows = trials("handoff", "hold_ns=0", jain_short_ratio=0.61)
    text = shown(tmp_path / "handoff", rows)
    assert "Jain  short" in text and "0.61" in text and "short: " in text
    times = dict.fromkeys(latency.COLUMNS, 30) | {"max_ns": 40}
    for count in 0, 12:
        text = shown(tmp_path / f"latency{count}", trials(
            "handoff_latency", "hold_ns=0", preempted_sections_count=count,
            **times))
        assert ("preempted: " in text) == ("preempted\n" in text) == (count > 0)
    text = shown(tmp_path / "same_cpu", trials(
        "same_cpu", "caller=retry", retries_p50_count=65535,
        retries_p99_count=174207))
    assert "retries p50" in text and "65.5k  174k" in text


def test_the_legend_explains_what_is_shown(tmp_path):
    rows = trials("handoff", "hold_ns=0", backends=LOCKS[:1], threads=[1])
    run = runs.load(synthetic.write_run(tmp_path / "run", rows))
    assert "retries: " in summary.legend(run)
    assert "hand/s" not in summary.legend(run) + summary.text(run)
    times = dict.fromkeys(latency.COLUMNS, 30) | {"max_ns": 40}
    rows = trials("handoff_latency", "hold_ns=0", **times)
    run = runs.load(synthetic.write_run(tmp_path / "latency", rows))
    assert summary.legend(run) == ""


def test_a_lock_that_failed_is_not_called_disturbed(tmp_path):
    run = runs.load(synthetic.write_run(tmp_path / "run", [
        row | {"validity": "failed: 7 of 9 sections were lost"}
        if row["backend"] == "qspinlock" else row
        for row in trials("handoff", "hold_ns=0", backends=LOCKS)]))
    text = summary.text(run)
    assert "failed: 7 of 9 sections were lost (qspinlock" in text
    assert "disturbed" not in text
