"""TOML files that people write: what is wrong with one is said in one line."""

import tomllib
from pathlib import Path

from lockgauge_tools.errors import InputError


def read(path) -> dict:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not TOML: {error}")


def check(table, keys, needed, where):
    """Refuses a table with a key that is unknown, missing or wrong.

    `keys` has for each a test of its value, and what it should be.
    """
    if not isinstance(table, dict):
        raise InputError(f"{where}: expected a table")
    for name in table:
        if name not in keys:
            raise InputError(f"{where}: no key '{name}'; there are "
                             f"{', '.join(keys)}")
    for name in needed:
        if name not in table:
            raise InputError(f"{where}: needs '{name}', {keys[name][1]}")
    for name, value in table.items():
        valid, expected = keys[name]
        if not valid(value):
            raise InputError(f"{where}: {name} = {value!r}; "
                             f"expected {expected}")


def is_text(value):
    return isinstance(value, str) and value != ""


def is_count(value):
    return type(value) is int and value > 0  # True is an int, and no count


def is_list(value, valid=is_text):
    return isinstance(value, list) and all(map(valid, value))


def is_table(value, valid):
    return isinstance(value, dict) and all(map(valid, value.values()))
