"""A plan: which calls of lockgauge make one run."""

import math
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from lockgauge_tools.errors import InputError

# For the estimate only: backends of a step that names none, and what a trial
# takes beyond its duration.
_ALL_BACKENDS_COUNT = 11
_TRIAL_OVERHEAD_S = 0.01

_DURATION = re.compile(r"([0-9.]+)(ms|s)")
_UNITS_S = {"ms": 1e-3, "s": 1.0}
_TYPES = {"scenario": str, "threads": list, "duration": str,
          "repetitions": int, "backends": list, "placement": str, "set": dict}


@dataclass(frozen=True)
class Step:
    """One call of lockgauge."""
    scenario: str
    threads: list[int]
    duration: str
    repetitions: int
    backends: list[str] = field(default_factory=list)  # none: all
    placement: str = ""  # none: the scenario's own
    set: dict[str, str] = field(default_factory=dict)  # values, comma joined

    def __post_init__(self):
        for name, kind in _TYPES.items():
            if not isinstance(getattr(self, name), kind):
                raise TypeError(f"{name} must be a {kind.__name__}")
        if not all(isinstance(values, str) for values in self.set.values()):
            raise TypeError("set must hold strings, as maps = \"1,16\"")
        if not _DURATION.fullmatch(self.duration):
            raise TypeError(f"duration is '{self.duration}'; expected such as "
                            "30ms or 1s")

    def command(self, program, out):
        words = [str(program), f"--scenario={self.scenario}",
                 f"--threads={','.join(map(str, self.threads))}",
                 f"--duration={self.duration}",
                 f"--repetitions={self.repetitions}"]
        if self.backends:
            words.append(f"--backend={','.join(self.backends)}")
        if self.placement:
            words.append(f"--placement={self.placement}")
        for name, values in self.set.items():
            words += ["--set", f"{name}={values}"]
        return [*words, f"--out={out}"]

    def seconds(self):
        """About how long the call takes."""
        number, unit = _DURATION.fullmatch(self.duration).groups()
        cases = (len(self.threads)
                 * (len(self.backends) or _ALL_BACKENDS_COUNT)
                 * math.prod(len(v.split(",")) for v in self.set.values()))
        trial = float(number) * _UNITS_S[unit] + _TRIAL_OVERHEAD_S
        return cases * self.repetitions * trial


@dataclass(frozen=True)
class Plan:
    rounds: int
    steps: list[Step]

    def calls(self):
        """The steps in the order they run."""
        return self.steps * self.rounds

    def seconds(self):
        return sum(step.seconds() for step in self.calls())


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
