import re

import pytest

from lockgauge_tools import schema
from lockgauge_tools.errors import InputError

FILES = schema.load().files
KEYS = ["target", "machine", "scenario", "backend", "threads", "placement",
        "params", "invocation", "repetition"]


def columns():
    return [column for file in FILES.values() for column in file]


def test_files_start_with_the_same_keys_and_repeat_no_column():
    assert list(FILES) == ["trials.csv", "threads.csv", "counters.csv",
                           "core_to_core.csv", "latency.csv"]
    for file in FILES.values():
        names = [column.name for column in file]
        assert names[:9] == KEYS
        assert len(set(names)) == len(names)


def test_every_column_is_described():
    for column in columns():
        assert re.fullmatch("[a-z][a-z0-9_]*", column.name)
        assert column.type in ("string", "integer", "number", "time")
        assert column.role in ("key", "context", "metric", "finding")
        assert 1 <= column.since <= schema.load().version
        assert column.meaning.endswith(".") and len(column.meaning) > 10


@pytest.mark.parametrize("suffix, unit", [
    ("_per_s", "1/s"), ("_ratio", "ratio"), ("_ns", "ns")])
def test_units_agree_with_the_names(suffix, unit):
    for column in columns():
        if column.name.endswith(suffix):
            assert column.unit == unit, column.name


def test_a_column_may_join_but_not_go():
    names = [column.name for column in FILES["trials.csv"]]
    schema.check_header([*names, "new_in_version_2"], "trials.csv", 1, "x")
    names.remove("jain_ratio")
    with pytest.raises(InputError, match="x: no column jain_ratio;"):
        schema.check_header(names, "trials.csv", 1, "x")
