"""The suite's own test programs, run in guests."""

import json
import subprocess
from pathlib import Path

from lockgauge_tools import junit
from lockgauge_tools.calls import Call
from lockgauge_tools.errors import InputError
from lockgauge_tools.guests.session import RUN

_SECONDS = 30.0  # what one takes at most, on a quiet machine


def calls(names, build) -> list[Call]:
    """One call for each test program of the build that is named."""
    known = programs(subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"],
        capture_output=True, text=True, check=True).stdout)
    for name in names:
        if name not in known:
            raise InputError(f"--tests: no test program {name}; there are "
                             f"{', '.join(sorted(known))}")
    return [Call(name, [str(known[name]), f"--gtest_output=xml:{RUN}/{name}.xml"],
                 _SECONDS) for name in names]


def programs(listed) -> dict[str, Path]:
    """By name, of what CTest lists as JSON; those built."""
    commands = [test["command"] for test in json.loads(listed)["tests"]
                if "command" in test]
    paths = [Path(command[0]) for command in commands
             if any(word.startswith("--gtest_filter") for word in command)]
    return {path.name: path for path in paths}


def count(folder, names) -> bool:
    """Prints what was not passed, and the counts; whether nothing failed."""
    return junit.main([folder / f"{name}.xml" for name in names]) == 0
