"""What counts as done, and what becomes of everything else."""

import json
import subprocess

import pytest

from lockgauge_tools.errors import InputError
from lockgauge_tools.sweep import status
from lockgauge_tools.sweep.cell import Cell
from lockgauge_tools.sweep.folder import Folder
from lockgauge_tools.sweep.lab import stub
from lockgauge_tools.sweep.local import CELL_SH

CELLS = [Cell("handoff", "a", threads, "compact", "x=1", "5ms", 2, 0, "",
              "host")
         for threads in (1, 2)]


@pytest.fixture(name="folder")
def a_folder(tmp_path):
    """With one cell that was run, and one that was not."""
    made = Folder.create(tmp_path / "out", {"build": "lockgauge 1 r1"}, {})
    made.add("q", CELLS)
    program = stub.write(tmp_path / "lockgauge")
    subprocess.run(CELLS[0].script(CELL_SH, program, made.work("q")),
                   check=True, capture_output=True)
    return made


def without(text):
    return lambda path: path.write_text(
        "".join(line for line in path.read_text().splitlines(keepends=True)
                if text not in line))


def replaced(old, new):
    return lambda path: path.write_text(path.read_text().replace(old, new))


def cut(path):
    path.write_text(path.read_text()[:-9])


def delete(path):
    path.unlink()


@pytest.mark.parametrize("file, damage, why", [
    ("exit", delete, "cut short"),
    ("exit", replaced("0", "137"), "killed"),
    ("exit", replaced("0", "124"), "still running after its time limit"),
    ("exit", replaced("0", "2"), "lockgauge ended with 2"),
    ("run.json", delete, "run.json"),
    ("run.json", cut, "run.json:1: not JSON"),
    ("run.json", replaced('"r1"', '"r2"'), "by lockgauge 1 r2, the sweep is"),
    ("trials.csv", delete, "no trials.csv"),
    ("trials.csv", cut, "row cut short"),
    ("trials.csv", without("x=1,0,1"), "1 trials, not one for each of 2"),
    ("trials.csv", replaced("x=1,0,1", "x=1,0,0"), "the key of line 2 again"),
    ("trials.csv", replaced("x=1", "x=2"), "params is not x=1"),
    ("trials.csv", replaced("host,", "sim,"), "target is not host"),
    ("threads.csv", delete, "0 of 2 rows"),
    ("threads.csv", without("x=1,0,1"), "1 of 2 rows"),
])
def test_what_is_not_all_there_is_not_taken(folder, file, damage, why):
    damage(folder.work("q") / CELLS[0].id / file)
    folder.deliver("q", CELLS[0].id)
    [line, _] = status.read(folder.path / "status.csv")
    assert line.state == status.FAILED and why in line.detail
    assert not (folder.path / "q" / "cells").exists()
    assert folder.left("q") == [CELLS[1], CELLS[0]]  # it may fail again


def test_what_is_valid_is_taken_as_a_whole_and_found_again(folder):
    folder.deliver("q", CELLS[0].id, "clock 7 s ahead")
    [line, _] = status.read(folder.path / "status.csv")
    assert (line.state, line.detail) == (status.DONE, "clock 7 s ahead")
    assert folder.left("q") == [CELLS[1]]
    again = Folder.open(folder.path)
    again.recheck()
    assert again.lines == folder.lines


def test_a_state_is_not_believed(folder):
    folder.deliver("q", CELLS[0].id)
    cut(folder.path / "q" / "cells" / CELLS[0].id / "trials.csv")
    folder.lines[1].state = status.DONE
    folder.recheck()
    assert [line.state for line in folder.lines] == [status.WAITING] * 2


def test_what_came_before_a_sweep_was_killed_is_taken(folder):
    folder.recheck()
    assert [line.state for line in folder.lines] == [status.DONE,
                                                     status.WAITING]


def test_results_of_two_machines_never_share_a_run(folder, tmp_path):
    folder.deliver("q", CELLS[0].id)
    subprocess.run(CELLS[1].script(CELL_SH, tmp_path / "lockgauge",
                                   folder.work("q")),
                   check=True, capture_output=True)
    file = folder.work("q") / CELLS[1].id / "run.json"
    file.write_text(file.read_text().replace('"stub"', '"other"'))
    folder.deliver("q", CELLS[1].id)
    assert folder.lines[1].detail == (
        "of a machine other; the others of its queue are of stub")


def test_a_sweep_at_work_is_left_alone(folder):
    folder.lock()
    with pytest.raises(InputError, match="another sweep is at work in it"):
        Folder.open(folder.path).lock()


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_a_folder_of_something_else_is_refused(tmp_path, text):
    if text:
        (tmp_path / "sweep.json").write_text(text)
    with pytest.raises(InputError, match="not the folder of a sweep"):
        Folder.open(tmp_path)


def test_a_trial_that_failed_is_kept_and_remarked(folder):
    came = folder.work("q") / CELLS[0].id
    (came / "exit").write_text("1\n")
    replaced(",ok,", ",failed: lost update,")(came / "trials.csv")
    delete(came / "threads.csv")
    folder.deliver("q", CELLS[0].id)
    assert folder.lines[0].state == status.DONE
    assert folder.lines[0].detail == "failed: lost update"
    folder.collect()
    run = json.loads((folder.path / "q" / "run.json").read_text())
    assert [one["cell"] for one in run["invocations"]] == [CELLS[0].id]
