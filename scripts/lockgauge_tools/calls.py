"""Calls of the lockgauge program: what they will run, and running them."""

import re
import subprocess
from dataclasses import dataclass

from lockgauge_tools.errors import InputError
from lockgauge_tools.progress import progress


@dataclass(frozen=True)
class Call:
    scenario: str
    command: list[str]
    seconds: float  # about how long it takes


def teams(command) -> list[int]:
    """Team size of each case the command would run; refuses a bad one."""
    # google-benchmark prints a name a case and runs none.
    asked = subprocess.run([*command, "--benchmark_list_tests=true"],
                           capture_output=True, text=True)
    check(asked)
    return list(map(int, re.findall(r"/threads:([0-9]+)/", asked.stdout)))


def check(done):
    """The program's own line for bad input becomes ours."""
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or
                  [f"lockgauge ended with {done.returncode}"])[-1]
        raise InputError(reason.removeprefix("lockgauge: "))


def run(calls):
    """Makes every call; returns (call, exit code) of those that failed."""
    failed, said = [], set()
    with progress(calls) as show:
        for call in calls:
            show.begin(call)
            # JSON, for the console form of google-benchmark puts a banner on
            # stderr at each call.
            done = subprocess.run([*call.command, "--benchmark_format=json"],
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True)
            # Each call warns of the same missing counters; once is enough.
            for line in done.stderr.splitlines():
                if line not in said:
                    show.say(line)
                said.add(line)
            if done.returncode:
                failed.append((call, done.returncode))
            show.end(call)
    return failed
