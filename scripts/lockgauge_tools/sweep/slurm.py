"""Cells on a cluster: one queue of jobs that have a node for themselves.

Nodes and this computer share the folder of the sweep.
"""

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lockgauge_tools import calls
from lockgauge_tools.errors import InputError
from lockgauge_tools.sweep import status, valid
from lockgauge_tools.sweep.local import CELL_SH

# The longest array Slurm takes unless it is told otherwise.
_ARRAY = 1000
_SCRIPTS = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Queue:
    constraint: str  # as sbatch takes it; empty: any node
    our_program: Path
    home: Path  # of the sweep

    @property
    def name(self):
        return re.sub(r"[^A-Za-z0-9._-]+", "_", self.constraint) or "slurm"

    @property
    def program(self):
        """A copy, so that all cells are of one build."""
        return self.home / self.our_program.name

    @property
    def shell(self):
        return ["srun", "--quiet", *self._node(), "sh"]

    def prepare(self):
        if not self.program.exists():
            shutil.copy(self.our_program, self.program)
        return ""

    def run(self, folder, remark):
        """Waits for the last job, which collects: also if nobody waits."""
        cells = folder.left(self.name)
        if not cells:
            return
        work = folder.work(self.name)
        work.mkdir(parents=True, exist_ok=True)
        jobs = [self._submit(work, number, cells[begin:begin + _ARRAY])
                for number, begin in enumerate(range(0, len(cells), _ARRAY))]
        (work / "jobs").write_text(",".join(jobs))
        collect = shlex.join([
            "env", f"PYTHONPATH={_SCRIPTS}", "/usr/bin/python3", "-m",
            "lockgauge_tools.sweep", f"--program={self.our_program}",
            f"--out={self.home}", "--collect"])
        # Whether it could or not, what it should have done is done again.
        subprocess.run(["sbatch", "--wait", "--quiet", f"--wrap={collect}",
                        f"--dependency=afterany:{':'.join(jobs)}",
                        f"--output={work}/log.collect"],
                       stdin=subprocess.DEVNULL, check=False)
        folder.reload()
        self.collect(folder)

    def collect(self, folder):
        """Takes what the jobs left, and says of each cell why it has none."""
        folder.recheck()
        logs = {}
        for queue in folder.work(self.name).glob("queue.*"):
            for task, line in enumerate(queue.read_text().splitlines(), 1):
                cell_id = Path(shlex.split(line)[1]).name
                logs[cell_id] = queue.with_name(f"log{queue.suffix}.{task}")
        for line in folder.cells(self.name):
            if line.state == status.WAITING and line.cell.id in logs:
                line.state = status.LOST
                line.detail = valid.last_line(logs[line.cell.id]) \
                    or "its job ended before it began"
        folder.save()

    def close(self):
        pass

    def _submit(self, work, number, cells):
        """The id of an array of jobs, one a cell."""
        queue = work / f"queue.{number}"
        queue.write_text("".join(
            shlex.join(cell.script(CELL_SH, self.program, work)) + "\n"
            for cell in cells))
        done = subprocess.run(
            ["sbatch", "--parsable", *self._node(), "--requeue",
             f"--array=1-{len(cells)}", f"--output={work}/log.{number}.%a"],
            input=f'#!/bin/sh\nsed -n "$SLURM_ARRAY_TASK_ID"p {queue} | sh\n',
            capture_output=True, text=True)
        calls.check(done)
        return done.stdout.strip().split(";")[0]

    def _node(self):
        return ["--exclusive", "--nodes=1", "--ntasks=1",
                *([f"--constraint={self.constraint}"]
                  if self.constraint else [])]


def refuse_running(folder):
    """What an earlier call submitted must have ended."""
    for file in folder.path.glob("*/work/jobs"):
        jobs = file.read_text()
        found = subprocess.run(["squeue", "--noheader", f"--jobs={jobs}"],
                               capture_output=True, text=True)
        if found.stdout.strip():  # those long gone are an error
            raise InputError(f"{folder.path}: jobs {jobs} are not done; wait "
                             "for them, or scancel them")
