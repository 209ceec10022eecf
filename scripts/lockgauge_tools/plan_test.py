from pathlib import Path

import pytest

from lockgauge_tools import plan
from lockgauge_tools.errors import InputError

QUICK = Path(__file__).parents[1] / "plans" / "quick.toml"
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


def test_a_step_is_one_call_in_every_round(load):
    chosen = load(STEP + 'backends = ["qspinlock", "rqspinlock"]\n'
                  + 'placement = "compact"\n')
    assert len(chosen.calls()) == 3
    assert chosen.calls()[0].command("bin/lockgauge", "out") == [
        "bin/lockgauge", "--scenario=storage_get", "--threads=1,2",
        "--duration=40ms", "--repetitions=5",
        "--backend=qspinlock,rqspinlock", "--placement=compact",
        "--set", "maps=1,17", "--set", "order=sequential", "--out=out"]
    # 2 team sizes, 2 backends, 2 values of maps; 40 ms and the overhead
    assert chosen.seconds() == pytest.approx(3 * 2 * 2 * 2 * 5 * 0.05)


def test_rounds_come_one_after_the_other(load):
    chosen = load(STEP + STEP.replace("rounds = 3", "")
                  .replace("storage_get", "handoff"))
    assert [step.scenario for step in chosen.calls()] == [
        "storage_get", "handoff"] * 3


def test_the_quick_plan_keeps_its_promise():
    quick = plan.load(QUICK)
    assert quick.seconds() < 105  # two minutes with the start of each process
    assert quick.rounds > 1  # one invocation has no noise floor


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
