"""Cells on computers reached by ssh: a queue each, run by GNU parallel."""

import hashlib
import platform
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lockgauge_tools import calls, config
from lockgauge_tools.errors import InputError
from lockgauge_tools.sweep import sources, valid
from lockgauge_tools.sweep.local import CELL_SH
from lockgauge_tools.sweep.sources import Sources

# A computer that went away is tried this often, each time for about a minute:
# long enough to start again.
_TRIES = 3
_PATIENCE = ["-o", "ConnectionAttempts=60"]
_OPTIONS = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
            "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"]
_CLOCK_OFF_S = 5

_HOST_KEYS = {
    "ssh": (lambda value: config.is_text(value) and value.split(),
            'what follows the word ssh, such as "-p 2222 root@lab1"'),
    "program": (lambda value: config.is_text(value) and value[0] == "/",
                "the path of its own lockgauge, from /"),
    "build": (lambda value: value is True,
              "true: from these sources, there; or nothing"),
}


def load(path, program, sweep) -> list["Queue"]:
    """The queues of an inventory: a table a computer. `sweep` tells apart what
    several sweeps keep there."""
    queues = []
    for name, table in config.read(path).items():
        if not re.fullmatch(r"[A-Za-z0-9._-]*[A-Za-z0-9]", name):
            raise InputError(f"{path}: '{name}' can not name a folder")
        config.check(table, _HOST_KEYS, (), f"{path}: {name}")
        if {"program", "build"} <= table.keys():
            raise InputError(f"{path}: {name}: program or build, not both")
        key = hashlib.sha256(
            f"{platform.node()} {sweep} {name}".encode()).hexdigest()[:12]
        queues.append(Queue(name, shlex.split(table.get("ssh", name)),
                            table.get("program", ""), program,
                            f".cache/lockgauge/{key}",
                            sources.of(program) if "build" in table else None))
    if not queues:
        raise InputError(f"{path}: no computer; a table each, such as [lab1]")
    return queues


@dataclass(frozen=True)
class Queue:
    name: str
    ssh: list[str]  # options of the user's and, last, the destination
    own_program: str  # empty: ours is copied there
    our_program: Path
    home: str  # of the sweep, from the home of the user there
    sources: Sources | None = None  # to be built there, instead of a copy

    @property
    def program(self):
        if self.sources:
            return f"../{self._tree()}/build/release/workloads/lockgauge"
        return self.own_program or f"./{self.our_program.name}"

    @property
    def shell(self):
        return [*self._ssh(), f"cd {self.home} && exec sh"]

    def prepare(self):
        said = self._do("command -v rsync >/dev/null || "
                        "{ echo rsync is not installed there >&2; exit 1; }; "
                        f"mkdir -p {self.home} && date +%s")
        # Some shells greet before.
        off_s = int(said.split()[-1]) - round(time.time())
        *ssh, destination = self._ssh()
        copied = not self.own_program and not self.sources
        files = [CELL_SH, self.our_program] if copied else [CELL_SH]
        calls.check(subprocess.run(
            ["rsync", "-z", "-e", shlex.join(ssh), *files,
             f"{destination}:{self.home}/"], capture_output=True, text=True))
        if self.sources:
            self._build()
        if abs(off_s) < _CLOCK_OFF_S:
            return ""
        return f"clock {abs(off_s)} s {'ahead' if off_s > 0 else 'behind'}"

    def run(self, folder, remark):
        left = {cell.id: cell.script("./cell.sh", self.program, ".")
                for cell in folder.left(self.name)}
        work = folder.work(self.name)
        work.mkdir(parents=True, exist_ok=True)
        (work / "queue").write_text("".join(
            f"{cell}\t{shlex.join(script)}\n"
            for cell, script in left.items()))
        with open(work / "log", "w") as log:
            parallel = subprocess.Popen(
                self._parallel(), cwd=work, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log, text=True)
            # cell.sh prints the name of its folder, which is here by then.
            came = (line.strip() for line in parallel.stdout)
            for count, cell in enumerate(filter(left.get, came), 1):
                folder.deliver(self.name, cell, remark)
                print(f"{self.name}: {count} of {len(left)}", file=sys.stderr)
        if parallel.wait():
            folder.give_up(self.name, _reason(work / "log"), began=True)

    def close(self):
        self._do(f"rm -rf {self.home}")

    def _build(self):
        """Once for all sweeps by a revision; what they share stays."""
        folder = f".cache/lockgauge/{self._tree()}"
        if "built" in self._do(f"ls {folder} 2>/dev/null || true").split():
            return
        print(f"{self.name}: building there", file=sys.stderr)
        done = subprocess.run(
            [*self._ssh(), shlex.join(self.sources.command(folder))],
            input=self.sources.archive(), capture_output=True)
        calls.check(subprocess.CompletedProcess(
            done.args, done.returncode, stderr=done.stderr.decode(
                errors="replace")))

    def _tree(self):
        return f"sources-{self.sources.commit[:12]}"

    def _parallel(self):
        return ["parallel", "--plain", "--will-cite", "--jobs=1",
                "--sshlogin", shlex.join(self._ssh(_PATIENCE)),
                "--workdir", self.home, "--return={1}",
                f"--retries={_TRIES}", "--halt=soon,fail=1", "--joblog=joblog",
                "--colsep=\t", "--arg-file=queue", "{=2 uq(); =}"]

    def _do(self, command):
        done = subprocess.run([*self._ssh(), command],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        calls.check(done)
        return done.stdout

    def _ssh(self, more=()):
        # Those of the user come first: ssh takes the first of two.
        *options, destination = self.ssh
        return ["ssh", *options, *_OPTIONS, *more, destination]


def _reason(log):
    """What ssh or cell.sh said last before parallel let the queue be."""
    said, *_ = valid.text(log).partition("parallel: This job failed")
    lines = [line for line in said.splitlines()
             if not line.startswith("rsync")]
    return lines[-1] if lines else "parallel was stopped"
