from dataclasses import replace

from lockgauge_tools import plan
from lockgauge_tools.sweep import status
from lockgauge_tools.sweep.cell import Cell, expand
from lockgauge_tools.sweep.lab import stub

CELL = Cell("handoff", "qspinlock", 2, "compact", "hold_ns=0;think_ns=5",
            "20ms", 3, 0, "", "host")
PLAN = """rounds = 2
[[step]]
scenario = ["handoff", "same_cpu"]
backends = ["a", "b"]
threads = [1, 2, 3]
placement = "compact"
duration = "5ms"
repetitions = 2
"""


def cells_of(tmp_path, text=PLAN, seed=1):
    (tmp_path / "plan.toml").write_text(text)
    program = stub.write(tmp_path / "lockgauge")
    return expand(plan.load(tmp_path / "plan.toml"), program, "", ("sh",),
                  seed)


def test_an_id_is_of_the_keys_for_ever():
    assert CELL.id == "8195bafb5e77"
    assert replace(CELL, round=1).id != CELL.id
    assert replace(CELL, machine="desktop").id != CELL.id


def test_the_call_of_a_cell_asks_for_that_cell():
    assert CELL.command("lockgauge") == [
        "lockgauge", "--scenario=handoff", "--threads=2", "--duration=20ms",
        "--repetitions=3", "--backend=qspinlock", "--set", "hold_ns=0",
        "--set", "think_ns=5", "--placement=compact"]
    kernel = replace(CELL, target="kernel")
    assert "--target=kernel" in kernel.command("lockgauge")
    assert kernel.id != CELL.id


def test_cells_come_round_by_round_in_an_order_of_the_seed(tmp_path):
    cells = cells_of(tmp_path)
    assert len(set(cells)) == len(cells) == 2 * 12
    assert [cell.round for cell in cells] == [0] * 12 + [1] * 12
    assert cells_of(tmp_path) == cells
    other = cells_of(tmp_path, seed=2)
    assert other != cells and set(other) == set(cells)
    assert cells != sorted(cells, key=lambda cell: (cell.round, cell.scenario,
                                                    cell.backend))


def test_a_plan_that_grows_keeps_its_cells_and_their_order(tmp_path):
    cells = cells_of(tmp_path)
    # The same step twice is no more, one thread count more is.
    step = PLAN.removeprefix("rounds = 2\n")
    more = cells_of(tmp_path, PLAN + step.replace("[1, 2, 3]", "[3, 4]"))
    assert len(more) == 2 * 16
    assert [cell for cell in more if cell in cells] == cells


def test_status_gives_back_what_was_put_in(tmp_path):
    lines = [status.Line("lab1", CELL, status.FAILED, 'said "no", left', "n1"),
             status.Line("lab2", None, status.LOST, "refused")]
    status.write(tmp_path / "status.csv", lines)
    assert status.read(tmp_path / "status.csv") == lines
