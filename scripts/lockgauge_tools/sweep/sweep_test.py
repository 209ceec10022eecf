"""The command, on this computer: with a stub, and once with the program."""


import pytest

from lockgauge_tools import runs, schema
from lockgauge_tools.program_test import PROGRAM
from lockgauge_tools.sweep.lab import stub
from lockgauge_tools.sweep.lab.sweeps import PLAN, Sweeps, end


@pytest.fixture(name="sweeps")
def some_sweeps(tmp_path):
    return Sweeps(tmp_path)


def test_a_sweep_is_done_once_and_resuming_it_changes_nothing(sweeps):
    code, out, err = end(sweeps.new("out"))
    assert code == 0 and "3 of 3 cells done" in out, err
    before = sweeps.trials("out")
    assert before.count(b"\n") == 1 + 3 * 2
    sweeps.program.write_text(sweeps.program.read_text().replace(
        "keys = ", "sys.exit('it ran again')\nkeys = "))
    assert end(sweeps.start("out", "--resume"))[0] == 0
    assert sweeps.trials("out") == before


def test_a_cell_that_kills_its_process_is_named_and_others_go_on(sweeps):
    whole = sweeps.program.read_text()
    sweeps.program.write_text(whole.replace(
        "keys = ", "threads == '2' and os.kill(os.getpid(), 9)\nkeys = "))
    code, out, err = end(sweeps.new("out"))
    assert code == 1 and "1 failed: killed" in out, err
    assert sweeps.states("out") == ["done", "done", "failed"]
    sweeps.program.write_text(whole)
    assert end(sweeps.start("out", "--resume"))[0] == 0
    assert end(sweeps.new("calm"))[0] == 0
    assert sweeps.trials("out") == sweeps.trials("calm")


def test_another_program_does_not_go_on_with_a_sweep(sweeps):
    end(sweeps.new("out"))
    stub.write(sweeps.program, version="r2")
    (sweeps.path / "out" / "sweep.json").touch()
    for cell in sweeps.path.glob("out/*/cells/*/exit"):
        cell.unlink()
    code, out, _ = end(sweeps.start("out", "--resume"))
    assert code == 1
    assert "3 lost: lockgauge 1 r2 there; the sweep is by" in out


def test_the_list_is_what_would_run(sweeps):
    code, out, err = end(sweeps.new("out", "--list", "--seed=5"))
    assert code == 0, err
    listed = [line.split()[1] for line in out.splitlines()]
    end(sweeps.new("out", "--seed=5"))
    assert [line.cell.id for line in sweeps.lines("out")] == listed


@pytest.mark.parametrize("change, code, word", [
    (('"a"', '"nonesuch"'), 2, "--backend=nonesuch: valid are a, b"),
    (("rounds", "round"), 2, "plan.toml: no key 'round'"),
    (("repetitions = 2", "repetitions = 2\nneeds = { cpus = 9 }"), 3, "cpus"),
])
def test_a_bad_plan_leaves_no_folder(sweeps, change, code, word):
    (sweeps.path / "plan.toml").write_text(PLAN.replace(*change))
    ended, out, err = end(sweeps.new("out"))
    assert ended == code and word in err and out == ""
    assert code == 3 or not (sweeps.path / "out").exists()


def test_a_folder_that_is_there_is_not_overwritten(sweeps):
    (sweeps.path / "out").mkdir()
    code, _, err = end(sweeps.new("out"))
    assert code == 2 and "exists; name a new folder" in err


@pytest.mark.skipif(not PROGRAM.exists(),
                    reason="the release build is not there")
@pytest.mark.parametrize("machine", ["", "--machine=desktop"])
def test_the_program_itself_makes_a_run_that_loads(sweeps, machine):
    sweeps.program = PROGRAM
    (sweeps.path / "plan.toml").write_text(
        PLAN.replace('"a"', '"qspinlock", "std_mutex"')
        .replace("[1, 2, 3]", '[1, "2x"]').replace('x = "1"', 'hold_ns = "0"')
        .replace("5ms", "1ms"))
    code, out, err = end(sweeps.new("out", *filter(None, [machine])))
    assert code == 0 and "4 of 4 cells done" in out, err
    [folder] = [path.parent for path in sweeps.path.glob("out/*/cells")]
    run = runs.load(folder)
    assert len(run.trials) == 8 and run.trials.invocation.nunique() == 4
    for file, columns in schema.load().files.items():
        if (folder / file).exists():
            header = (folder / file).read_text().split("\n", 1)[0]
            assert header.split(",") == [column.name for column in columns]
