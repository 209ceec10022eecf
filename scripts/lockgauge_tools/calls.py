"""Calls of the lockgauge program: what they will run, and running them."""

import re
import shlex
import subprocess
from dataclasses import dataclass

from lockgauge_tools.errors import InputError

# For calls whose stdout nobody reads: the console form of google-benchmark
# puts a banner on stderr each time.
QUIET = "--benchmark_format=json"

_CASE = re.compile(r"^([^/]+)/([^/]+)/(.*?)/?([^/]+)/threads:([0-9]+)/", re.M)


@dataclass(frozen=True)
class Case:
    """What the program measures in one go; params as in trials.csv."""
    scenario: str
    backend: str
    params: str
    placement: str
    threads: int


@dataclass(frozen=True)
class Call:
    label: str  # what progress says of it
    command: list[str]
    seconds: float  # about how long it takes


def answers(commands, shell=("sh",)) -> list[str]:
    """What each command prints; refuses with the words of the first that does.

    `shell` takes a script on stdin: of this computer or, through ssh or srun,
    of another.
    """
    script = "".join(f"{shlex.join(map(str, command))} </dev/null || exit\n"
                     "printf '\\0'\n" for command in commands)
    done = subprocess.run(shell, input=script, capture_output=True, text=True)
    check(done)
    return done.stdout.split("\0")[:-1]


def cases(commands, shell=("sh",)) -> list[list[Case]]:
    """The cases each command would run; refuses a bad one."""
    # google-benchmark prints a name a case and runs none.
    listed = answers([[*command, "--benchmark_list_tests=true"]
                      for command in commands], shell)
    return [[_case(*found) for found in _CASE.findall(names)]
            for names in listed]


def _case(scenario, backend, path, placement, threads):
    # The names of google-benchmark part parameters as no others do.
    params = path.replace(":", "=").replace("/", ";")
    return Case(scenario, backend, params, placement, int(threads))


def check(done):
    """The program's own line for bad input becomes ours."""
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or
                  [f"lockgauge ended with {done.returncode}"])[-1]
        raise InputError(reason.removeprefix("lockgauge: "))


def run(calls, after=lambda call: None):
    """Makes every call, `after` each its own; returns (call, exit code) of
    those that failed."""
    # Not before: plans are read where there is no python3-rich yet.
    from lockgauge_tools.progress import progress
    failed, said = [], set()
    with progress(calls) as show:
        for call in calls:
            show.begin(call)
            done = subprocess.run(call.command, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True)
            # Each call warns of the same missing counters; once is enough.
            for line in done.stderr.splitlines():
                if line not in said:
                    show.say(line)
                said.add(line)
            if done.returncode:
                failed.append((call, done.returncode))
            after(call)
            show.end(call)
    return failed
