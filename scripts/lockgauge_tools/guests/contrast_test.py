import pytest

from lockgauge_tools import runs, synthetic
from lockgauge_tools.guests import contrast, qemu, topology
from lockgauge_tools.guests.kernels import Kernel

NOBODY = {f"fail_{code}_count": 0 for code in
          ("busy", "deadlock", "timeout", "again", "nomem")} | {
              "spurious_streak_max_count": ""}


@pytest.fixture
def guest(tmp_path):
    def guest(version, kind="", **cells):
        rows = synthetic.trials(**{
            "invocations": 1, "repetitions": 1, "threads": (1,),
            "backends": ["kernel:merged"], **NOBODY, **cells})
        folder = synthetic.write_run(tmp_path / f"{version}{kind}", rows)
        shape = topology.parse("1x2x1")
        return (qemu.Guest(Kernel(version, None), shape, kind=kind),
                runs.load(folder).trials)
    return guest


def texts(*guests):
    return [table.text() for table in contrast.tables(guests)]


def test_storage_is_one_case_whatever_the_kernel_has(guest):
    setting = {"scenarios": ("same_cpu",), "params": ("think_ns=0",)}
    text, = texts(
        guest("6.19.14", attempts_count=2000, fail_busy_count=1500,
              spurious_streak_max_count=700, **setting,
              backends=["kernel:percpu_busy"]),
        guest("7.3.4", attempts_count=3000, **setting))
    assert "6.19.14 1x2x1 full  7.3.4 1x2x1 full" in text
    assert "1.5k busy of 2k (75 %), 700 in a row" in text
    assert text.splitlines()[2].endswith(" 0 of 3k")


def test_what_was_not_measured_is_no_zero(guest):
    text, = texts(guest("7.3.4", scenarios=("reentry",), attempts_count=0),
                  guest("6.1.0", scenarios=("reentry",), attempts_count=5))
    assert text.splitlines()[2].split()[-4:] == ["-", "0", "of", "5"]


def test_of_reentry_those_in_between_count(guest):
    text, = texts(guest("7.3.4", scenarios=("reentry",), attempts_count=200,
                        interrupts_count=100, fail_busy_count=100))
    assert text.splitlines()[2].endswith("100 busy of 100")


@pytest.mark.parametrize("ratio, ending", [
    ("", "10 timeout of 10, each after 245 to 270 ms"),
    (0.5, "10 timeout of 10")])  # the lock was given back: nothing follows
def test_patience_follows_from_how_often_it_ended(guest, ratio, ending):
    text, = texts(guest(
        "7.3.4", "parallel", params=("stall_ns=1000",), attempts_count=10,
        fail_timeout_count=10, elapsed_ns=2_700_000_000, min_max_ratio=ratio))
    assert text.splitlines()[2].endswith(ending)


def test_costs_are_instructions_and_never_time(guest):
    text, = texts(guest("7.3.4", scenarios=("storage_get",),
                        instructions_per_op=78.25))
    assert "instructions an operation" in text and " 78.2" in text
    assert "ns" not in text.replace("instructions", "")


def test_what_a_kernel_lacks_is_told_once(guest):
    why = {"validity": "skipped: this kernel has no bpf_cgrp_storage_get"}
    guests = [
        guest("6.1.0", scenarios=("storage_get", "same_cpu"), **why),
        guest("6.1.0", "parallel", scenarios=("same_cpu",), **why),
        guest("6.12.1", validity="skipped: takes 2 threads")]
    assert contrast.lacks(guests) == [
        "6.1.0 has no bpf_cgrp_storage_get: same_cpu, storage_get"]


def test_nothing_run_gives_no_table():
    assert contrast.tables([]) == []
