"""A plan: which calls of lockgauge make one run."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from lockgauge_tools import calls
from lockgauge_tools.errors import InputError

# For the estimate only: what a trial takes beyond its duration, and roughly
# what a second of one simulated thread takes (less if it waits, more if not).
_TRIAL_OVERHEAD_S = 0.01
_SIMULATED_SECOND_S = 1.0

_DURATION = re.compile(r"([0-9.]+)(us|ms|s)")
_UNITS_S = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
_TYPES = {"scenario": str, "threads": list, "duration": str,
          "repetitions": int, "backends": list, "placement": str, "set": dict,
          "target": str}


@dataclass(frozen=True)
class Step:
    """One call of lockgauge."""
    scenario: str
    threads: list[int | str]  # numbers, "all", "ladder"
    duration: str
    repetitions: int
    backends: list[str] = field(default_factory=list)  # none: all
    placement: str = ""  # none: the scenario's own
    set: dict[str, str] = field(default_factory=dict)  # values, comma joined
    target: str = ""  # none: host

    def __post_init__(self):
        for name, kind in _TYPES.items():
            if not isinstance(getattr(self, name), kind):
                raise TypeError(f"{name} must be a {kind.__name__}")
        if not all(isinstance(values, str) for values in self.set.values()):
            raise TypeError("set must hold strings, as maps = \"1,16\"")
        if not _DURATION.fullmatch(self.duration):
            raise TypeError(f"duration is '{self.duration}'; expected such as "
                            "30ms or 1s")

    def call(self, program, out, machine=""):
        """The call of the program; `machine`: to be simulated, or this one.

        Asks the program what it would run, and refuses what that refuses.
        """
        command = self._command(program, out, machine)
        number, unit = _DURATION.fullmatch(self.duration).groups()
        duration_s = float(number) * _UNITS_S[unit]
        seconds = sum(
            _TRIAL_OVERHEAD_S
            + duration_s * (threads * _SIMULATED_SECOND_S if machine else 1)
            for threads in calls.teams(command))
        return calls.Call(self.scenario, command, self.repetitions * seconds)

    def _command(self, program, out, machine):
        words = [str(program), f"--scenario={self.scenario}",
                 f"--threads={','.join(map(str, self.threads))}",
                 f"--duration={self.duration}",
                 f"--repetitions={self.repetitions}"]
        if machine:
            words.append(f"--machine={machine}")
        if self.target:
            words.append(f"--target={self.target}")
        if self.backends:
            words.append(f"--backend={','.join(self.backends)}")
        if self.placement:
            words.append(f"--placement={self.placement}")
        for name, values in self.set.items():
            words += ["--set", f"{name}={values}"]
        return [*words, f"--out={out}"]


@dataclass(frozen=True)
class Plan:
    rounds: int
    steps: list[Step]

    def calls(self, program, out, machine=""):
        """The calls of the steps in the order they run; see Step.call()."""
        return [step.call(program, out, machine)
                for step in self.steps] * self.rounds


def load(path) -> Plan:
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        return Plan(raw["rounds"], [Step(**step) for step in raw["step"]])
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}")
    except KeyError as error:
        raise InputError(f"{path}: needs {error}: a plan is `rounds` and "
                         "[[step]] tables")
    except (tomllib.TOMLDecodeError, TypeError) as error:
        reason = str(error).replace("Step.__init__() ", "")
        raise InputError(f"{path}: {reason}")
