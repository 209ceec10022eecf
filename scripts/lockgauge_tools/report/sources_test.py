import pytest

from lockgauge_tools import synthetic
from lockgauge_tools.errors import InputError
from lockgauge_tools.report import sources


def test_a_run_a_folder_of_runs_and_a_prediction(tmp_path):
    host = synthetic.write_run(tmp_path / "host", synthetic.trials())
    synthetic.write_run(tmp_path / "sim", synthetic.trials(target="sim"))
    assert len(sources.load([host]).runs) == 1
    assert len(sources.load([host / "trials.csv"]).runs) == 1
    found = sources.load([tmp_path])
    assert [run.path.name for run in found.runs] == ["host", "sim"]
    assert found.predictions == []
    (tmp_path / "prediction.csv").write_text("")
    (measured, predicted), = sources.load([tmp_path]).predictions
    assert (measured.path.name, predicted.path.name) == ("host", "sim")


def test_nothing_in_it_is_one_line(tmp_path):
    with pytest.raises(InputError, match="no trials.csv in it, nor in a"):
        sources.load([tmp_path])


def test_side_files_may_miss_but_not_a_column(tmp_path):
    run, = sources.load([synthetic.write_run(tmp_path / "run",
                                             synthetic.trials())]).runs
    assert sources.side_file(run, "latency.csv", ["count"]).empty
    (run.path / "latency.csv").write_text("target,machine\nhost,m1\n")
    with pytest.raises(InputError, match="latency.csv: no column scenario"):
        sources.side_file(run, "latency.csv", ["count"])
