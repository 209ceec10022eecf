import pytest

from lockgauge_tools import entry_points, runs, synthetic
from lockgauge_tools.compare import reference

COMMITTED = sorted(reference.FOLDER.glob("*/*"))


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Adds a run of a machine to an archive that begins empty."""
    folder = tmp_path / "reference"
    monkeypatch.setattr(reference, "FOLDER", folder)

    def archive(machine, run="run", **options):
        (folder / machine).mkdir(parents=True, exist_ok=True)
        return synthetic.write_run(folder / machine / run, synthetic.trials(
            machine=machine, **options))
    return archive


@pytest.fixture
def mine(tmp_path):
    return synthetic.write_run(tmp_path / "mine", synthetic.trials())


def call(*args):
    return entry_points.call("compare", *args)


def headings(result):
    return result.stdout.splitlines()[1].split()


def test_one_run_is_compared_with_the_machines_of_the_archive(archive, mine):
    archive("epyc", seed=2, scale=lambda case: 2)
    archive("xeon", seed=3)
    result = call(mine)
    assert result.returncode == 0 and result.stderr == ""
    assert headings(result) == ["this", "run", "epyc", "xeon"]
    assert "sides differ in machine (m1, epyc, xeon)" in result.stdout
    row = result.stdout.splitlines()[3].split()
    assert row[0] == "no_lock" and 1.9 < float(row[4]) < 2.1


def test_one_machine_has_room_for_verdicts(archive, mine):
    archive("intel-xeon-processor-2c", seed=2, scale=lambda case: 2)
    lines = call(mine).stdout.splitlines()
    assert lines[3].endswith("slower") and len(lines[1]) <= 100


def test_runs_of_one_machine_keep_apart(archive, mine):
    archive("m1", "first", seed=2)
    archive("m1", "second", seed=3)
    assert headings(call(mine)) == ["this", "run", "m1", "first",
                                    "m1", "second"]


def test_only_cases_of_the_run_are_asked_for(archive, mine):
    archive("epyc", threads=(2, 64), scenarios=("handoff", "storage_get"))
    archive("sim", target="sim")
    archive("other", scenarios=("storage_get",))
    found = reference.like(runs.load(mine))
    assert list(found) == ["epyc"]
    assert set(found["epyc"].trials.threads) == {2}
    assert set(found["epyc"].trials.scenario) == {"handoff"}


def test_a_reference_run_is_compared_with_the_others(archive):
    first, _ = archive("epyc"), archive("xeon", seed=2)
    for path in first, first / "trials.csv":
        assert list(reference.like(runs.load(path))) == ["xeon"]


def test_nothing_to_compare_with_is_one_line(archive, mine):
    for add in lambda: None, lambda: archive("sim", target="sim"):
        add()
        result = call(mine)
        assert result.returncode == 2 and result.stdout == ""
        assert result.stderr == (
            f"compare: {mine}: no reference run has one of its host cases; "
            "name another run, or --by COLUMN\n")


@pytest.mark.parametrize("folder", COMMITTED, ids=lambda path: path.name)
def test_what_is_committed_is_what_the_readme_asks_for(folder):
    run = runs.load(folder)
    assert {path.name for path in folder.iterdir()} == {
        "run.json", "trials.csv", "topology.xml"}
    assert run.facts["machine"]["id"] == folder.parent.name
    assert set(run.trials.machine) == {folder.parent.name}
    assert not run.facts["build"]["revision"].endswith("-dirty")
