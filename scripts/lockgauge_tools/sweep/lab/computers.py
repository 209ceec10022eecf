"""Computers for the tests: an sshd each, on this one, with a home each."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

from lockgauge_tools.sweep.lab import traps

_PATH = "/usr/sbin:/usr/bin"
MISSING = [name for name in ("sshd", "ssh", "parallel", "rsync")
           if not shutil.which(name, path=_PATH)]

_CONFIG = """ListenAddress 127.0.0.1
Port {port}
HostKey {lab}/key
PidFile none
AuthorizedKeysFile {lab}/key.pub
StrictModes no
UsePAM no
UseDNS no
ForceCommand cd {home} && export HOME={home} STUB_TRAP={home}/trap \
PATH={home}/bin:$PATH && exec sh -c "$SSH_ORIGINAL_COMMAND"
"""
# How a test reaches them.
_SSH = ("-F none -i {lab}/key -p {port} -o StrictHostKeyChecking=no "
        "-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "
        "-o ConnectionAttempts={attempts} 127.0.0.1")


class Host:
    def __init__(self, lab, name):
        self.name = name
        self.comes_back = False
        self.home = lab / name
        (self.home / "bin").mkdir(parents=True)
        self.command("uname", f"echo {name}")
        self._port = _free_port()
        self._lab = lab
        self._config = lab / f"{name}.sshd"
        self._config.write_text(_CONFIG.format(
            port=self._port, lab=lab, home=self.home))
        self._sshd = None

    def command(self, name, script):
        """Replaces a command there."""
        path = self.home / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def inventory(self):
        # One that is expected back is waited for, others are not.
        attempts = 60 if self.comes_back else 1
        ssh = _SSH.format(lab=self._lab, port=self._port, attempts=attempts)
        return f'[{self.name}]\nssh = "{ssh}"\n'

    def start(self):
        with open(self._lab / f"{self.name}.log", "a") as log:
            self._sshd = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL",
                 shutil.which("sshd", path=_PATH), "-D", "-e", "-f",
                 self._config], stderr=log)
        while not self._answers():
            assert self._sshd.poll() is None, log.name

    def kill(self):
        """All at once, as when the power goes."""
        if self._sshd:
            traps.kill_tree(self._sshd.pid)
            self._sshd.wait()
            self._sshd = None
        traps.kill_marked(f"HOME={self.home}")

    def left_behind(self):
        return list((self.home / ".cache/lockgauge").iterdir())

    def trap(self):
        return traps.Trap(self.home / "trap")

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def make(lab, names):
    if os.geteuid() == 0:  # where sshd locks itself in before it knows who
        Path("/run/sshd").mkdir(exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                    lab / "key"], check=True)
    hosts = [Host(lab, name) for name in names]
    return hosts


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
