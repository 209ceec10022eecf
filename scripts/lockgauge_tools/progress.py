"""How far a plan is and how long it will take, on stderr."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def progress(plan):
    """A live bar on a terminal, one plain line a call elsewhere."""
    return (_Bar if sys.stderr.isatty() else _Lines)(plan)


class _Lines:
    def __init__(self, plan):
        self._count = len(plan.calls())
        self._total_s = plan.seconds()
        self._done_s = 0.0  # of the plan's own estimate
        self._calls = 0

    def __enter__(self):
        self._begin = time.monotonic()
        return self

    def __exit__(self, *_):
        pass

    def begin(self, step):
        self._calls += 1
        self.say(f"[{self._calls}/{self._count}] {self._label(step)}")

    def end(self, step):
        self._done_s += step.seconds()

    def say(self, line):
        print(line, file=sys.stderr, flush=True)

    def _label(self, step):
        left = self._total_s - self._done_s
        if self._done_s:  # the estimate, corrected by how it did so far
            left *= (time.monotonic() - self._begin) / self._done_s
        return f"{step.scenario}, {left:.0f} s left"


class _Bar(_Lines):
    def __enter__(self):
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(),
                             TimeElapsedColumn(), transient=True,
                             console=Console(stderr=True))
        self._bar.start()
        self._task = self._bar.add_task("", total=self._total_s)
        return super().__enter__()

    def __exit__(self, *_):
        self._bar.stop()

    def begin(self, step):
        self._bar.update(self._task, description=self._label(step))

    def end(self, step):
        super().end(step)
        self._bar.update(self._task, completed=self._done_s)

    def say(self, line):
        self._bar.console.print(line, markup=False, highlight=False)
