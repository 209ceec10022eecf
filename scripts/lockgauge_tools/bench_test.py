"""What scripts/bench refuses before it measures anything."""

import sys
from unittest import mock

import pytest

from lockgauge_tools import bench, synthetic


def call(capsys, *options):
    with mock.patch.object(sys, "argv", ["bench", *map(str, options)]):
        code = bench.main()
    return code, capsys.readouterr()


@pytest.mark.parametrize("target, machine, expected", [
    ("host", "desktop", "holds measured numbers, these will be simulated"),
    ("sim", "", "holds simulated numbers, these will be measured"),
])
def test_a_folder_of_another_world_is_refused(tmp_path, capsys, target,
                                              machine, expected):
    run = synthetic.write_run(tmp_path / "run", synthetic.trials(
        threads=(1,), invocations=1, repetitions=1, target=target))
    before = (run / "trials.csv").read_bytes()
    code, said = call(capsys, "--program=/nonesuch", "--plan=/nonesuch",
                      f"--machine={machine}", "--out", run)
    assert code == 2 and said.out == ""
    assert said.err.startswith("bench: --out: ") and expected in said.err
    assert said.err.count("\n") == 1
    assert (run / "trials.csv").read_bytes() == before
