"""What is set beside the kernel's own, and that nothing is without it."""

import pytest

from lockgauge_tools import runs, summary, synthetic
from lockgauge_tools.summary import kernel

HOST = {"target": "host"}
KERNEL = {"target": "kernel"}


def trials(scenario, params, backend, ns, **cells):
    rows = synthetic.trials(scenarios=[scenario], params=[params],
                            backends=[backend], threads=[1], noise=0,
                            **cells)
    return [row | {"ns_per_op": repr(ns)} for row in rows]


synthetic_backends = ["kernel:no_lock", "kernel:spin_lock",
                      "kernel:percpu_busy"]


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.setattr(synthetic, "BACKENDS",
                        synthetic.BACKENDS + synthetic_backends)

    def load(make):
        return runs.load(synthetic.write_run(tmp_path / "run", make()))
    return load


def test_a_run_of_the_host_alone_has_none(load):
    run = load(lambda: trials("handoff", "hold_ns=0", "qspinlock", 10.0))
    assert kernel.tables(run.trials) == []


def test_costs_are_net_of_the_loop_and_over_ours(load):
    run = load(lambda: (
        trials("handoff", "hold_ns=0", "qspinlock", 10.0, **HOST)
        + trials("handoff", "hold_ns=9", "qspinlock", 99.0, **HOST)
        + trials("handoff", "hold_ns=0", "kernel:no_lock", 5.0, **KERNEL)
        + trials("handoff", "hold_ns=0", "kernel:spin_lock", 45.0, **KERNEL)))
    row, = kernel.tables(run.trials)[0].rows
    assert row == ["handoff", "", "1", "qspinlock", "10.0", "spin_lock",
                   "45.0", "40.0", "4.00 [4.00, 4.00]"]
    assert "engine against kernel" in summary.text(run)


def test_parameters_of_one_side_alone_do_not_part_a_pair(load):
    run = load(lambda: (
        trials("storage_get", "access=get;maps=1", "percpu_busy", 4.0, **HOST)
        + trials("storage_get", "owner=sk", "kernel:percpu_busy", 8.0,
                 **KERNEL)))
    row, = kernel.tables(run.trials)[0].rows
    assert row[1:3] == ["sk", "1"]
    assert row[-2:] == ["-", "2.00 [2.00, 2.00]"]


def test_who_is_refused_is_of_scenarios_that_the_kernel_has(load):
    run = load(lambda: (
        trials("storage_costs", "elements=1", "percpu_busy", 9.0, **HOST)
        + trials("same_cpu", "caller=drop", "percpu_busy", 9.0, **HOST)
        + trials("same_cpu", "", "kernel:percpu_busy", 9.0, **KERNEL)))
    table, = kernel.tables(run.trials)
    assert {row[0].split()[0] for row in table.rows} == {"same_cpu"}


def test_interrupts_are_what_is_refused(load):
    refused = {"interrupts_count": 200, "fail_busy_count": 150,
               "spurious_count": 150, "real_count": 0,
               "spurious_streak_max_count": ""}
    run = load(lambda: (
        trials("reentry", "by=interrupt;map=other", "kernel:percpu_busy", 9.0,
               **KERNEL, **refused)
        + trials("reentry", "by=unlink;map=other", "kernel:percpu_busy", 9.0,
                 **KERNEL, **refused)))
    table, = kernel.tables(run.trials)
    assert table.rows[0] == ["reentry interrupt", "kernel:percpu_busy", "1",
                             "3k", "75 %", "busy", "100 %", "-"]
    assert table.rows[1][0] == "reentry unlink"
