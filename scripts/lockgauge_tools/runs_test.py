import pytest

from lockgauge_tools import runs, schema, synthetic
from lockgauge_tools.errors import InputError

CELLS = len(schema.load().files["trials.csv"])


@pytest.fixture
def run(tmp_path):
    rows = synthetic.trials(invocations=1, repetitions=2)
    return synthetic.write_run(tmp_path / "run", rows)


def edit(run, change):
    path = run / "trials.csv"
    path.write_bytes(change(path.read_bytes()))


def message(path):
    with pytest.raises(InputError) as error:
        runs.load(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_folder_and_its_trials_hold_the_same(run):
    folder, alone = runs.load(run), runs.load(run / "trials.csv")
    assert folder.trials.equals(alone.trials)
    assert len(folder.trials) == 20
    assert folder.facts["run_id"] == "run" and alone.facts == {}


def test_a_skipped_trial_has_no_numbers_and_a_marked_one_does(tmp_path):
    rows = synthetic.trials(invocations=1, repetitions=3, backends=["no_lock"],
                            threads=(1,))
    rows[0] = synthetic.skipped(rows[0], "one CPU, two wanted")
    rows[1]["validity"] = "preempted;stolen"
    trials = runs.load(synthetic.write_run(tmp_path / "run", rows)).trials
    assert list(trials.ns_per_op.isna()) == [True, False, False]
    assert runs.tags(trials) == {"preempted": 1, "stolen": 1}


def test_not_a_run(tmp_path):
    assert "not a run: no trials.csv" in message(tmp_path)
    assert "No such file" in message(tmp_path / "missing")


def test_another_schema_version(run):
    facts = run / "run.json"
    newest = schema.load().version
    facts.write_text(facts.read_text().replace(
        f'_version": {newest}', f'_version": {newest + 1}'))
    assert f"run.json: schema version {newest + 1}; these scripts read 1 to " \
        in message(run)


def test_damaged_run_json(run):
    (run / "run.json").write_text("{\n")
    assert "run.json:2: not JSON" in message(run)


@pytest.mark.parametrize("change, expected", [
    (lambda text: b"", "empty"),
    (lambda text: text[:text.index(b"\n") + 1], "a header but no trial"),
    (lambda text: b"\x7fELF\xff\xfe" + text, "binary"),
    (lambda text: text + b"\0", "binary"),
    (lambda text: text.replace(b"jain_ratio", b"jane"),
     "no column jain_ratio;"),
    (lambda text: text[:-30], ":21: "),
    (lambda text: text.replace(b",0.99,", b",", 1),
     f":2: {CELLS - 1} cells, the header has {CELLS}; row cut short"),
    (lambda text: text[:-1], ":21: row cut short: no line end"),
    (lambda text: text.replace(b",50000000,", b",5e999,", 1),
     ":2: elapsed_ns is '5e999'; expected a whole number"),
    (lambda text: text.replace(b",0.99,", b",nan,", 1),
     ":2: jain_ratio is 'nan'; expected a decimal number"),
    (lambda text: text.replace(b",0.99,", b",-0.99,", 1),
     ":2: jain_ratio is '-0.99'"),
    (lambda text: text.replace(b"host,m1", b"host,", 1),
     ":2: machine is empty"),
    (lambda text: text.replace(b"host,m1", b'"host"x,m1', 1),
     ":2: not CSV"),
])
def test_damaged_trials_get_one_clear_line(run, change, expected):
    edit(run, change)
    assert expected in message(run)


def test_trials_come_in_reading_order(tmp_path):
    params = ["maps=100", "maps=17", "maps=1"]
    rows = synthetic.trials(scenarios=("storage_get", "handoff"),
                            params=params, backends=["b", "a"], threads=(2, 1))
    trials = runs.load(synthetic.write_run(tmp_path / "run", rows)).trials
    assert list(dict.fromkeys(trials.scenario)) == ["storage_get", "handoff"]
    assert list(dict.fromkeys(trials.params)) == params[::-1]
    assert list(dict.fromkeys(trials.backend)) == ["a", "b"]
    assert list(trials.threads[:16]) == [1] * 15 + [2]
