"""A plan: which calls of lockgauge make one run."""

import re
import sys
from dataclasses import dataclass, field

from lockgauge_tools import calls, config
from lockgauge_tools.errors import InputError

# For the estimate only: what a trial takes beyond its duration, and roughly
# what a second of one simulated thread takes (less if it waits, more if not).
_TRIAL_OVERHEAD_S = 0.01
_SIMULATED_SECOND_S = 1.0

_DURATION = re.compile(r"([0-9.]+)(us|ms|s)")
_UNITS_S = {"us": 1e-6, "ms": 1e-3, "s": 1.0}

# How a guest may be booted for a step: guests/qemu.py says what they are.
GUESTS = ["parallel", "paravirt"]

# What a step may need of a machine, and the options that ask how many it has.
_NEEDS = {"cpus": ("all", "compact"), "cores": ("ladder", "one-per-core"),
          "nodes": ("ladder", "one-per-node")}


@dataclass(frozen=True)
class Step:
    """Cases measured alike: everything named in it times everything else."""
    threads: list[int | str]  # numbers, "all", "2x", "ladder"
    duration: str
    repetitions: int
    scenario: list[str] = field(default_factory=list)  # none: all
    backends: list[str] = field(default_factory=list)  # none: all
    placement: list[str] = field(default_factory=list)  # none: the scenario's
    set: dict[str, str] = field(default_factory=dict)  # values, comma joined
    needs: dict[str, int] = field(default_factory=dict)  # at least so many
    target: str = ""  # none: host, or simulated
    guest: str = ""  # how scripts/kernel-guests boots for it; none: as usual

    def commands(self, program, machine=""):
        """Calls of the program, one a placement, without their --out;
        `machine`: to be simulated, or this one."""
        words = [str(program)]
        if self.scenario:
            words.append(f"--scenario={','.join(self.scenario)}")
        words += [f"--threads={','.join(map(str, self.threads))}",
                  f"--duration={self.duration}",
                  f"--repetitions={self.repetitions}"]
        if machine:
            words.append(f"--machine={machine}")
        if self.target:
            words.append(f"--target={self.target}")
        if self.backends:
            words.append(f"--backend={','.join(self.backends)}")
        for name, values in self.set.items():
            words += ["--set", f"{name}={values}"]
        return [[*words, f"--placement={placement}"]
                for placement in self.placement] or [words]

    def seconds(self, cases, machine=""):
        """About how long these cases of it take."""
        number, unit = _DURATION.fullmatch(self.duration).groups()
        duration_s = float(number) * _UNITS_S[unit]
        return self.repetitions * sum(
            _TRIAL_OVERHEAD_S + duration_s
            * (case.threads * _SIMULATED_SECOND_S if machine else 1)
            for case in cases)


@dataclass(frozen=True)
class Plan:
    rounds: int
    steps: list[Step]

    def calls(self, program, out, machine=""):
        """The calls of the steps in the order they run."""
        made = [calls.Call(",".join(dict.fromkeys(c.scenario for c in cases)),
                           [*command, f"--out={out}", calls.QUIET],
                           step.seconds(cases, machine))
                for step, command, cases in possible(self, program, machine)]
        if not made:
            raise InputError("no step of the plan is for this machine")
        return made * self.rounds


def possible(plan, program, machine="", shell=("sh",)):
    """(step, command, its cases) of each call that makes sense on a machine.

    Asks the program there what it would run, and refuses what that refuses.
    """
    asked = [(step, command) for step in plan.steps
             for command in step.commands(program, machine)]
    needed = sorted({name for step in plan.steps for name in step.needs})
    counted = [Step([threads], "1ms", 1, placement=[placement])
               .commands(program, machine)[0]
               for threads, placement in map(_NEEDS.get, needed)]
    found = calls.cases(counted + [command for _, command in asked], shell)
    has = {name: max(case.threads for case in cases)
           for name, cases in zip(needed, found)}
    suited = [step for step in plan.steps if _suits(step, has)]
    return [(step, command, cases)
            for (step, command), cases in zip(asked, found[len(counted):])
            if step in suited]


def _suits(step, has):
    lacks = [f"{count} {name}, there: {has[name]}"
             for name, count in step.needs.items() if has[name] < count]
    if lacks:
        print(f"left out, {', '.join(step.scenario + step.placement)}: needs "
              f"{'; '.join(lacks)}", file=sys.stderr)
    return not lacks


def load(path) -> Plan:
    raw = config.read(path)
    config.check(raw, _PLAN_KEYS, _PLAN_KEYS, path)
    steps = []
    for number, table in enumerate(raw["step"], 1):
        config.check(table, _STEP_KEYS, ("threads", "duration", "repetitions"),
                     f"{path}: step {number}")
        one_name = {name: [value] for name, value in table.items()
                    if name in ("scenario", "placement")
                    and isinstance(value, str)}
        steps.append(Step(**table | one_name))
    return Plan(raw["rounds"], steps)


def _is_names(value):
    return config.is_text(value) or config.is_list(value)


_NAMES = (_is_names, "a name or a list of names")
_PLAN_KEYS = {
    "rounds": (config.is_count, "a number from 1"),
    "step": (lambda value: config.is_list(value, lambda _: True) and value,
             "[[step]] tables"),
}
_STEP_KEYS = {
    "scenario": _NAMES,
    "backends": (config.is_list, "a list of names"),
    "placement": _NAMES,
    "threads": (
        lambda value: config.is_list(
            value, lambda team: config.is_count(team)
            or config.is_text(team)) and value,
        'a list such as [1, 2, "all", "2x", "ladder"]'),
    "target": (lambda value: value in ("host", "kernel"), "host or kernel"),
    "guest": (lambda value: value in GUESTS, " or ".join(GUESTS)),
    "duration": (
        lambda value: config.is_text(value) and _DURATION.fullmatch(value),
        "such as 30ms or 1s"),
    "repetitions": (config.is_count, "a number from 1"),
    "set": (lambda value: config.is_table(value, config.is_text),
            'strings, such as { maps = "1,16" }'),
    "needs": (lambda value: config.is_table(value, config.is_count)
              and value.keys() <= _NEEDS.keys(),
              f"counts of {', '.join(_NEEDS)}, such as {{ nodes = 2 }}"),
}
