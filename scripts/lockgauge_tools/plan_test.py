import pytest

from lockgauge_tools import calls, plan
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
    made = chosen.calls(program, "out")
    assert len(made) == 3
    assert made[0].command == [
        str(program), "--scenario=storage_get", "--threads=1,2",
        "--duration=40ms", "--repetitions=5", "--target=kernel",
        "--backend=qspinlock,rqspinlock",
        "--set", "maps=1,17", "--set", "order=sequential",
        "--placement=compact", "--out=out", calls.QUIET]
    # 2 cases, 5 repetitions of 40 ms and the overhead
    assert made[0].seconds == pytest.approx(2 * 5 * 0.05)


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
                  .replace("storage_get", "same_cpu"))
    assert [call.command[1] for call in chosen.calls(program, "out")] == [
        "--scenario=storage_get", "--scenario=same_cpu"] * 3


def test_each_placement_is_a_call_and_no_scenario_is_every(load, program):
    text = STEP.replace('scenario = "storage_get"\n', "")
    chosen = load(text + 'placement = ["compact", "scatter"]\n')
    made = chosen.calls(program, "out")
    assert [call.command[-3] for call in made] == [
        "--placement=compact", "--placement=scatter"] * 3
    assert not any("--scenario" in word for word in made[0].command)
    assert made[0].label == "handoff"  # what the program says it would run


@pytest.mark.parametrize("needs, left", [
    ("nodes = 3, cpus = 2", 1), ("nodes = 4", 0), ("cores = 4", 0)])
def test_a_step_is_for_machines_that_have_what_it_needs(
        load, program, capsys, needs, left):
    chosen = load(STEP + f"needs = {{ {needs} }}\n")
    assert len(plan.possible(chosen, program)) == left
    said = capsys.readouterr().err
    assert (said == "") == bool(left)
    assert left or "there: 3" in said and said.count("\n") == 1
    if not left:
        with pytest.raises(InputError, match="no step of the plan is for"):
            chosen.calls(program, "out")


@pytest.mark.parametrize("change, expected", [
    (("rounds = 3", ""), "plan.toml: needs 'rounds', a number from 1"),
    (("rounds = 3", "rounds = true"), "rounds = True; expected a number from"),
    (("rounds", "runs"), "no key 'runs'; there are rounds, step"),
    (("duration", "time"), "step 1: no key 'time'; there are scenario, backe"),
    (("repetitions = 5", ""), "step 1: needs 'repetitions'"),
    (("40ms", "40"), "duration = '40'; expected such as 30ms or 1s"),
    (("[1, 2]", "2"), "threads = 2; expected a list"),
    (("[1, 2]", "[]"), "threads = []; expected a list"),
    (("[1, 2]", "[0]"), "threads = [0]; expected a list"),
    (('"1,17"', "1"), "expected strings, such as"),
    (('"storage_get"', "3"), "scenario = 3; expected a name or a list"),
    (("repetitions = 5", "repetitions = 5\nneeds = { disks = 2 }"),
     "expected counts of cpus, cores, nodes"),
    (("[[step]]", "[[step"), "line 2"),
    (("[[step]]", "[step]"), "expected [[step]] tables"),
])
def test_a_bad_plan_gets_one_clear_line(load, change, expected):
    with pytest.raises(InputError) as error:
        load(STEP.replace(*change))
    assert expected in str(error.value) and "\n" not in str(error.value)
