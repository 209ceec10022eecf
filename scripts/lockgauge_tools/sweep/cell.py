"""A cell of a sweep: one case, measured by one process of one round."""

import hashlib
from dataclasses import asdict, dataclass, fields

from lockgauge_tools import calls, plan

# Only a process that hangs takes longer than this and that times its estimate.
_LIMIT_S = 600
_LIMIT_FACTOR = 20


@dataclass(frozen=True)
class Cell:
    scenario: str
    backend: str
    threads: int
    placement: str
    params: str  # as in trials.csv
    duration: str
    repetitions: int
    round: int  # from 0
    machine: str  # simulated; empty: none
    target: str  # as in trials.csv

    @property
    def id(self):
        """Stable: of its keys, not of the plan or the order."""
        keys = "".join(f"{name}={value}\n"
                       for name, value in asdict(self).items())
        return hashlib.sha256(keys.encode()).hexdigest()[:12]

    def label(self):
        return f"{self.scenario} {self.backend} {self.threads}"

    def step(self):
        params = [pair.split("=", 1) for pair in self.params.split(";")
                  if pair]
        return plan.Step([self.threads], self.duration, self.repetitions,
                         [self.scenario], [self.backend], [self.placement],
                         dict(params), target=self.target
                         if self.target == "kernel" else "")

    def command(self, program):
        return self.step().commands(program, self.machine)[0]

    def script(self, cell_sh, program, work):
        """The call of cell.sh that leaves the results in work/id."""
        limit = _LIMIT_S + _LIMIT_FACTOR * self.seconds()
        return [str(cell_sh), f"{work}/{self.id}", f"{limit:.0f}",
                *self.command(program), calls.QUIET]

    def seconds(self):
        """About how long it takes."""
        case = calls.Case(self.scenario, self.backend, self.params,
                          self.placement, self.threads)
        return self.step().seconds([case], self.machine)

    @staticmethod
    def from_texts(texts):
        """The cell of a line of status.csv."""
        return Cell(*(field.type(texts[field.name])
                      for field in fields(Cell)))


def expand(chosen, program, machine, shell, seed) -> list[Cell]:
    """The cells of a plan that a machine can run, each once, in the order
    they run: round by round, shuffled in each.

    A cell's place among others depends on the seed and on nothing else, so a
    plan that grows keeps the order of what it had.
    """
    cells = {Cell(case.scenario, case.backend, case.threads, case.placement,
                  case.params, step.duration, step.repetitions, turn, machine,
                  "sim" if machine else step.target or "host")
             for step, _, cases in plan.possible(chosen, program, machine,
                                                 shell)
             for case in cases for turn in range(chosen.rounds)}

    def place(cell):
        drawn = hashlib.sha256(f"{seed} {cell.id}".encode()).digest()
        return cell.round, drawn

    return sorted(cells, key=place)
