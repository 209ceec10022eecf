"""Calls of the sweep in a folder, with a stub for lockgauge."""

import subprocess
import sys
from pathlib import Path

from lockgauge_tools.sweep import status
from lockgauge_tools.sweep.lab import stub

_SCRIPTS = Path(__file__).resolve().parents[3]
# Three cells.
PLAN = """rounds = 1
[[step]]
scenario = "handoff"
backends = ["a"]
threads = [1, 2, 3]
placement = "compact"
duration = "5ms"
repetitions = 2
set = { x = "1" }
"""


class Sweeps:
    def __init__(self, path):
        self.path = path
        path.mkdir(exist_ok=True)
        self.program = stub.write(path / "lockgauge")
        (path / "plan.toml").write_text(PLAN)

    def start(self, out, *options, environment=None):
        return subprocess.Popen(
            [sys.executable, "-m", "lockgauge_tools.sweep",
             f"--program={self.program}", f"--out={self.path / out}",
             *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, cwd=_SCRIPTS, env=environment)

    def new(self, out, *options, environment=None):
        return self.start(out, f"--plan={self.path / 'plan.toml'}", *options,
                          environment=environment)

    def lines(self, out):
        return status.read(self.path / out / "status.csv")

    def states(self, out, queue=""):
        return sorted(line.state for line in self.lines(out)
                      if queue in ("", line.queue))

    def trials(self, out, queue="*"):
        """trials.csv of a queue, or of the only one."""
        [found] = (self.path / out).glob(f"{queue}/trials.csv")
        return found.read_bytes()


def end(process):
    """Its exit code, what it printed and what it said."""
    # No figure: so that a test which hangs fails, and cleans up.
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err
