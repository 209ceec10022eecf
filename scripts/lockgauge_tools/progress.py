"""How far the calls of a plan are and how long they will take, on stderr."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def progress(calls):
    """A live bar on a terminal, one plain line a call elsewhere."""
    return (_Bar if sys.stderr.isatty() else _Lines)(calls)


class _Lines:
    def __init__(self, calls):
        self._count = len(calls)
        self._total_s = sum(call.seconds for call in calls)
        self._done_s = 0.0  # of the calls' own estimate
        self._calls = 0

    def __enter__(self):
        self._begin = time.monotonic()
        return self

    def __exit__(self, *_):
        pass

    def begin(self, call):
        self._calls += 1
        self.say(f"[{self._calls}/{self._count}] {self._label(call)}")

    def end(self, call):
        self._done_s += call.seconds

    def say(self, line):
        print(line, file=sys.stderr, flush=True)

    def _label(self, call):
        left = self._total_s - self._done_s
        if self._done_s:  # the estimate, corrected by how it did so far
            left *= (time.monotonic() - self._begin) / self._done_s
        return f"{call.label}, {left:.0f} s left"


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

    def begin(self, call):
        self._bar.update(self._task, description=self._label(call))

    def end(self, call):
        super().end(call)
        self._bar.update(self._task, completed=self._done_s)

    def say(self, line):
        self._bar.console.print(line, markup=False, highlight=False)
