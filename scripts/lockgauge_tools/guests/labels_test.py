from pathlib import Path

import pytest

from lockgauge_tools import runs, synthetic
from lockgauge_tools.guests import labels, qemu, topology
from lockgauge_tools.guests.kernels import Kernel


@pytest.fixture
def labelled(tmp_path):
    def labelled(kind, threads=1):
        kernel = Kernel("7.0.1", Path("vmlinuz"))
        guest = qemu.Guest(kernel, topology.parse("1x1x1"), kind=kind)
        folder = synthetic.write_run(tmp_path / "run", synthetic.trials(
            threads=(threads,), invocations=1, p50_ns=20.0,
            create_ns=30.0))
        before = runs.load(folder).trials
        labels.apply(folder, guest)
        return before, runs.load(folder)
    return labelled


def test_a_guest_has_counts_and_no_performance(labelled):
    before, run = labelled("parallel")
    assert set(run.trials.target) == {"guest"}
    assert set(run.trials.machine) == {"guest-7.0.1-1x1x1-full-parallel"}
    assert run.facts["target"] == "guest"
    assert run.facts["machine"]["id"] == "guest-7.0.1-1x1x1-full-parallel"
    assert list(run.trials.ops_count) == list(before.ops_count)
    for column in ("ns_per_op", "ops_per_s", "handovers_per_s", "p50_ns",
                   "core_to_core_before_ns", "create_ns",
                   "instructions_per_op"):
        assert run.trials[column].isna().all()
    assert set(run.trials.elapsed_ns) == {50_000_000}


def test_where_a_nanosecond_is_an_instruction_they_are_counted(labelled):
    before, run = labelled("")
    assert list(run.trials.instructions_per_op) == list(before.ns_per_op)
    assert run.trials.ns_per_op.isna().all()


def test_instructions_of_many_threads_are_nobodys(labelled):
    _, run = labelled("", threads=2)
    assert run.trials.instructions_per_op.isna().all()
