import pytest

from lockgauge_tools import plan
from lockgauge_tools.errors import InputError

# Lists two cases, of 1 and of 3 threads, whatever it is asked.
PROGRAM = """#!/bin/sh
echo handoff/a/compact/threads:1/iterations:1/manual_time
echo handoff/a/compact/threads:3/iterations:1/manual_time
"""
STEP = '''rounds = 3
[[step]]
scenario = "storage_get"
threads = [1, 2]
duration = "40ms"
repetitions = 5
set = { maps = "1,17", order = "sequential" }
'''


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "plan.toml"
        path.write_text(text)
        return plan.load(path)
    return load


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "lockgauge"
    path.write_text(PROGRAM)
    path.chmod(0o755)
    return path


def test_a_step_is_one_call_in_every_round(load, program):
    chosen = load(STEP + 'backends = ["qspinlock", "rqspinlock"]\n'
                  + 'placement = "compact"\ntarget = "kernel"\n')
    calls = chosen.calls(program, "out")
    assert len(calls) == 3
    assert calls[0].command == [
        str(program), "--scenario=storage_get", "--threads=1,2",
        "--duration=40ms", "--repetitions=5", "--target=kernel",
        "--backend=qspinlock,rqspinlock", "--placement=compact",
        "--set", "maps=1,17", "--set", "order=sequential", "--out=out"]
    # 2 cases, 5 repetitions of 40 ms and the overhead
    assert calls[0].seconds == pytest.approx(2 * 5 * 0.05)


def test_a_simulated_step_names_the_machine_and_costs_by_the_thread(
        load, program):
    chosen = load(STEP.replace("[1, 2]", '[1, "ladder"]')
                  .replace("40ms", "500us"))
    call = chosen.calls(program, "out", "package:2 core:4")[0]
    assert "--machine=package:2 core:4" in call.command
    assert "--threads=1,ladder" in call.command
    wider = PROGRAM.replace("threads:3", "threads:300")
    program.write_text(wider)
    assert chosen.calls(program, "out", "m")[0].seconds > 5 * call.seconds


def test_rounds_come_one_after_the_other(load, program):
    chosen = load(STEP + STEP.replace("rounds = 3", "")
                  .replace("storage_get", "handoff"))
    assert [call.scenario for call in chosen.calls(program, "out")] == [
        "storage_get", "handoff"] * 3


@pytest.mark.parametrize("change, expected", [
    (("rounds = 3", ""), "needs 'rounds'"),
    (("duration", "time"), "unexpected keyword argument 'time'"),
    (("40ms", "40"), "duration is '40'; expected such as 30ms or 1s"),
    (("[1, 2]", "2"), "threads must be a list"),
    (('"1,17"', "1"), "set must hold strings"),
    (("[[step]]", "[[step"), "line 2"),
])
def test_a_bad_plan_gets_one_clear_line(load, change, expected):
    with pytest.raises(InputError) as error:
        load(STEP.replace(*change))
    assert expected in str(error.value) and "\n" not in str(error.value)
