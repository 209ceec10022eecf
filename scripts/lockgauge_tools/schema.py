"""The columns of a run's CSV files, as results/schema.toml states them."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lockgauge_tools.errors import InputError

# Of threads, invocations and the like; larger ones are damage.
LARGEST_KEY = 2 ** 31 - 1

SCHEMA = Path(__file__).resolve().parents[2] / "results" / "schema.toml"


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # string | integer | number | time
    unit: str
    role: str  # key | context | metric | finding
    since: int
    meaning: str


@dataclass(frozen=True)
class Schema:
    version: int
    files: dict[str, list[Column]]


@functools.cache
def load() -> Schema:
    raw = tomllib.loads(SCHEMA.read_text(encoding="utf-8"))

    def columns(rows):
        return [Column(**dict(zip(raw["fields"], row, strict=True)))
                for row in rows]

    return Schema(
        raw["version"],
        {name: columns(raw["keys"] + table["columns"])
         for name, table in raw.items() if name.endswith(".csv")})


def check_version(version, where):
    """Refuses files of another schema; additive versions read older ones."""
    newest = load().version
    if not isinstance(version, int) or not 1 <= version <= newest:
        raise InputError(f"{where}: schema version {version}; "
                         f"these scripts read 1 to {newest}")


def version_of(header, file):
    """The version that wrote a file, which its youngest column tells."""
    return max((column.since for column in load().files[file]
                if column.name in header), default=1)


def check_header(header, file, version, where):
    """A column may be missing only if it is younger than the file."""
    missing = [column.name for column in load().files[file]
               if column.since <= version and column.name not in header]
    if missing:
        raise InputError(f"{where}: no column {', '.join(missing[:3])}"
                         f"{' ...' if len(missing) > 3 else ''}; "
                         f"results/schema.toml lists what {file} needs")
