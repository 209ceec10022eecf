"""The folder of a sweep (results/README.md): what was asked, what became of
each cell, and a run folder for each queue."""

import fcntl
import json
import os
import shutil
import threading

from lockgauge_tools import runs
from lockgauge_tools.errors import InputError
from lockgauge_tools.sweep import merge, status, valid


class Folder:
    """Thread-safe, where queues report."""

    def __init__(self, path, facts):
        self.path = path
        self.facts = facts  # sweep.json
        self.lines = []
        self._machines = {}  # of each queue, from its first valid cell
        self._lock = threading.RLock()
        self._file = open(path / "sweep.json", "rb")
        self.stopping = False  # the user wants it to end

    @staticmethod
    def create(path, facts, copies):
        """`copies`: what the sweep was asked with, by name."""
        path.mkdir(parents=True)
        for name, file in copies.items():
            shutil.copyfile(file, path / name)
        (path / "sweep.json").write_text(json.dumps(facts, indent=2) + "\n",
                                         encoding="utf-8")
        return Folder(path, facts)

    @staticmethod
    def open(path):
        try:
            facts = json.loads((path / "sweep.json").read_text("utf-8"))
            if not isinstance(facts, dict):
                raise ValueError("sweep.json is no object")
            folder = Folder(path, facts)
            folder.reload()
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"{path}: not the folder of a sweep: {error}")
        return folder

    def reload(self):
        if (self.path / "status.csv").exists():
            self.lines = status.read(self.path / "status.csv")

    def lock(self):
        """Ends at the end of the process."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{self.path}: another sweep is at work in it")

    def add(self, queue, cells):
        """A queue's cells, in the order they run."""
        with self._lock:
            self.lines = [line for line in self.lines if line.queue != queue]
            self.lines += [status.Line(queue, cell) for cell in cells]

    def cells(self, queue):
        return [line for line in self.lines if line.queue == queue
                and line.cell]

    def left(self, queue):
        """The cells not done yet; last those that failed before, for they may
        do it again."""
        left = [line for line in self.cells(queue)
                if line.state != status.DONE]
        return [line.cell for line
                in sorted(left, key=lambda line: line.state == status.FAILED)]

    def work(self, queue):
        """Where cell.sh writes, a folder a cell; deliver() takes it away."""
        return self.path / queue / "work"

    def deliver(self, queue, cell_id, remark=""):
        """Takes what a cell left: as a whole if it is valid, or not at all.
        `remark`: what to know of any cell from there."""
        [line] = [line for line in self.cells(queue)
                  if line.cell.id == cell_id]
        came, done = self._came(line), self._done(line)
        with self._lock:
            line.node = valid.text(came / "node")
            if problem := self._problem(line, came):
                line.state, line.detail = status.FAILED, problem
                shutil.rmtree(came, ignore_errors=True)
            else:
                line.state = status.DONE
                line.detail = "; ".join(
                    filter(None, [valid.note(came), remark]))
                done.parent.mkdir(exist_ok=True)
                # What is there is not valid, or it would not have run again.
                shutil.rmtree(done, ignore_errors=True)
                os.rename(came, done)
            self.save()

    def give_up(self, queue, problem, began=False):
        """What waits in the queue is not going to run; `began`: the first
        that waits had."""
        if self.stopping:
            return
        with self._lock:
            if not self.cells(queue):
                self.add(queue, [None])
            state = status.FAILED if began else status.LOST
            for line in self.lines:
                if line.queue == queue and line.state == status.WAITING:
                    line.state, line.detail = state, problem
                    state = status.LOST
            self.save()

    def recheck(self):
        """Trusts no state but what is there: a cell is done if its results
        are valid."""
        lines = [line for line in self.lines if line.cell]
        for line in lines:
            if not self._problem(line, self._done(line)):
                line.state = status.DONE
            elif line.state != status.FAILED:
                line.state, line.detail = status.WAITING, ""
        for line in lines:
            if line.state != status.DONE and self._came(line).exists():
                self.deliver(line.queue, line.cell.id)
        self.save()

    def collect(self):
        """Joins what is done into the run folders of the queues."""
        for queue in self.queues():
            parts = [(line.cell.id, line.node, self._done(line))
                     for line in self.cells(queue)
                     if line.state == status.DONE]
            if parts:
                merge.merge(parts, self.path / queue)

    def save(self):
        status.write(self.path / "status.csv", self.lines)

    def queues(self):
        return list(dict.fromkeys(line.queue for line in self.lines))

    def _problem(self, line, folder):
        """Why the folder has not the results of the line's cell."""
        if problem := valid.problem(folder, line.cell, self.facts["build"]):
            return problem
        machine = runs.load(folder).facts["machine"].get("id")
        first = self._machines.setdefault(line.queue, machine)
        return "" if machine == first else \
            f"of a machine {machine}; the others of its queue are of {first}"

    def _came(self, line):
        return self.work(line.queue) / line.cell.id

    def _done(self, line):
        return self.path / line.queue / "cells" / line.cell.id
