"""What damage and age a trials.csv may have; runs_test.py has more of it."""

import csv
import io
import random

import pytest

from lockgauge_tools import entry_points, schema, synthetic, trials
from lockgauge_tools.errors import InputError


@pytest.fixture
def file(tmp_path):
    rows = synthetic.trials(invocations=2, repetitions=2, threads=(1,),
                            backends=["no_lock", "qspinlock"])
    rows[0] = synthetic.skipped(rows[0], 'one CPU, "two" wanted')
    return synthetic.write_run(tmp_path / "run", rows) / "trials.csv"


def message(path):
    with pytest.raises(InputError) as error:
        trials.read(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def columns_of(text, keep):
    """The CSV with the columns that `keep` takes."""
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(filter(keep, rows[0])),
                            extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_only_what_is_asked_for_is_read(file):
    whole, some = trials.read(file), trials.read(file, columns=["p99_ns"])
    assert list(some) == [*trials.KEYS, "p99_ns"]
    assert some.equals(whole[list(some)])


@pytest.mark.parametrize("version", range(1, schema.load().version + 1))
def test_every_version_since_the_first_is_read(file, version):
    columns = schema.load().files["trials.csv"]
    young = {column.name for column in columns if column.since > version}
    now = trials.read(file)
    file.write_text(columns_of(file.read_text(), lambda c: c not in young))
    then = trials.read(file)
    assert list(then) == list(now)
    assert then[[c for c in then if c not in young]].equals(
        now[[c for c in now if c not in young]])
    assert then[list(young)].isna().all(axis=None)
    assert entry_points.call("compare", file, file).returncode == 0


def test_half_a_version_is_none(file):
    file.write_text(columns_of(file.read_text(), lambda c: c != "seed"))
    assert "no column seed;" in message(file)


@pytest.mark.parametrize("change, expected", [
    (lambda text: text.replace(b"\n", b"\r\n"), ":1: a carriage return"),
    (lambda text: text + text.split(b"\n")[1] + b"\n",
     ":10: the key of line 2 again"),
    (lambda text: text + text, ":10: the header again"),
    (lambda text: text.replace(b"ns_per_op", b"ops_per_s", 1),
     ":1: column 'ops_per_s' twice"),
    (lambda text: text.replace(b",50000000,", b"," + b"9" * 400 + b",", 1),
     ":3: elapsed_ns is '99999999999999999999'"),
    (lambda text: text.replace(b",1,compact", b",99999999999,compact", 1),
     ":2: threads is '99999999999'"),
    (lambda text: text.replace(b",1,compact", b",1.5,compact", 1),
     ":2: threads is '1.5'"),
    (lambda text: text.replace(b",1,compact", b"," + b"9" * 30 + b",compact",
                               1), ":2: threads is '99999999999999999999'"),
    (lambda text: text.replace(b"qspinlock", b'"a\nb"', 1),
     ":6: a cell over a line's end"),
    (lambda text: text + b"\n", ":10: 0 cells"),
    (lambda text: text.replace(b"qspin", b'q"spin', 1), ":6: a quote inside"),
])
def test_damage_is_named(file, change, expected):
    file.write_bytes(change(file.read_bytes()))
    assert expected in message(file)


def mutated(text, random):
    """One or two small injuries, as disks, editors and scripts do them."""
    for _ in range(random.randint(1, 2)):
        place = random.randrange(max(1, len(text) // random.choice([1, 4])))
        end = min(len(text), place + random.randint(1, 60))
        text = random.choice([
            lambda: text[:place],
            lambda: text[:text.rfind(b"\n", 0, place) + 1],
            lambda: text[:place] + text[end:],
            lambda: text[:place] + text[place:end] * 2 + text[end:],
            lambda: text[:place] + random.choice(
                [b",", b"\n", b'"', b"\r", b"\0", b"-", b"nan", b"inf", b"1e9",
                 b"\xff", b"=", b";", b" ", b"9" * 30]) + text[place:],
            lambda: text[:place] + bytes([random.randrange(140)])
            + text[place + 1:],
            lambda: text.replace(*random.choices(text.split(b","), k=2), 1),
            lambda: b"".join(random.choices(text.splitlines(True) or [b""],
                                            k=text.count(b"\n"))),
        ])()
    return text


def test_no_injury_is_a_traceback(file):
    random_ = random.Random(1)
    whole = file.read_bytes()
    injured = file.with_name("injured.csv")
    outcomes = set()
    for _ in range(150):
        injured.write_bytes(mutated(whole, random_))
        result = entry_points.call("compare", file, injured)
        outcomes.add(result.returncode)
        if result.returncode == 2:
            assert result.stdout == "" and result.stderr.count("\n") == 1
            assert result.stderr.startswith("compare: ")
    assert outcomes >= {0, 2} and outcomes <= {0, 2, 3}


@pytest.mark.parametrize("facts", [
    "", "[]", "{}", "[" * 100000, '{"schema_version": ' + "9" * 5000 + "}",
    '{"schema_version": 1, "machine": [], "build": 3, "invocations": {"a": 1}}',
    '{"schema_version": 2, "invocations": [1, {"command": 2}, null]}'])
@pytest.mark.parametrize("name", ["compare", "mailtable"])
def test_no_run_json_is_a_traceback(file, facts, name):
    (file.parent / "run.json").write_text(facts)
    result = entry_points.call(name, file.parent, file)
    assert result.returncode in (0, 2)
    assert result.stderr.count("\n") == result.returncode / 2
