"""Stopping stubs (stub.py) inside a cell, and killing what runs them."""

import os
import select
import signal
from pathlib import Path


class Trap:
    """Stops the second cell run with STUB_TRAP=path, or the first."""

    def __init__(self, path, cell=2):
        Path(f"{path}.seen").write_text("." * (2 - cell))
        os.mkfifo(path)
        self._path = path
        self._fifo = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.pid = None  # of what it stopped

    def fileno(self):
        return self._fifo

    def take(self):
        os.remove(self._path)
        self.pid = int(os.read(self._fifo, 100))


def first(process, *traps):
    """The trap that stops something first, while the process lives. Cells of
    all computers of a lab take turns, for they are on one."""
    while not (sprung := select.select(traps, [], [], 0.1)[0]):
        assert process.poll() is None, process.communicate()
    sprung[0].take()
    return sprung[0]


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it ended by itself


def kill_tree(pid):
    """The process and all below it, of which none is starting others."""
    children = [one for one in _processes() if _parent(one) == pid]
    kill([pid])
    for child in children:
        kill_tree(child)


def kill_marked(variable):
    """All that have VARIABLE=VALUE in their environment, as when the power
    goes: until none is left, for they may be just about to start others."""
    while marked := [pid for pid in _processes()
                     if f"{variable}\0".encode() in _read(pid, "environ")]:
        kill(marked)


def variable(pid, name):
    """Of its environment."""
    pairs = _read(pid, "environ").decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair)[name]


def ancestor(pid, name):
    """The nearest process above that is called so."""
    while _read(pid, "comm").decode().strip() != name:
        pid = _parent(pid)
    return pid


def _processes():
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _parent(pid):
    status = _read(pid, "stat").decode(errors="replace")
    return int(status.rsplit(")", 1)[1].split()[1]) if status else 0


def _read(pid, file):
    try:
        return (Path("/proc") / str(pid) / file).read_bytes()
    except (ProcessLookupError, FileNotFoundError, PermissionError):
        return b""
