"""A cluster for the tests: one controller and two nodes, all on this
computer, with an authentication service of its own."""

import os
import shutil
import socket
import subprocess

from lockgauge_tools.sweep.lab import traps

_PATH = "/usr/sbin:/usr/bin"
NEEDED = ["munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol"]
MISSING = [name for name in NEEDED if not shutil.which(name, path=_PATH)]
if os.geteuid() != 0:
    MISSING.append("root")

# Impatient, so that a test sees a node being missed.
_CONFIG = """ClusterName=lab
SlurmctldHost=localhost
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={lab}/munge.socket,cred_expire=5
ProctrackType=proctrack/pgid
TaskPlugin=task/none
ReturnToService=2
SlurmdTimeout=3
SchedulerParameters=sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
SlurmctldPidFile={lab}/slurmctld.pid
SlurmdPidFile={lab}/slurmd.%n.pid
SlurmdSpoolDir={lab}/spool.%n
StateSaveLocation={lab}/state
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=DEFAULT CPUs=1 Feature=lab
NodeName=node1 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[1]}
NodeName=node2 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[2]}
PartitionName=all Nodes=ALL Default=YES OverSubscribe=EXCLUSIVE
"""


class Cluster:
    def __init__(self, lab):
        self._lab = lab
        self._config = lab / "slurm.conf"
        self._running = {}
        self.environment = os.environ | {"SLURM_CONF": str(self._config)}
        sockets = [socket.socket() for _ in range(3)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        self._config.write_text(_CONFIG.format(
            lab=lab, ports=[one.getsockname()[1] for one in sockets]))
        for one in sockets:
            one.close()

    def start(self):
        key = self._lab / "munge.key"
        key.write_bytes(os.urandom(64))
        key.chmod(0o600)
        files = [f"--{file}-file={self._lab}/munge.{file}"
                 for file in ("key", "pid", "log", "seed")]
        # --force: the folder is writable by more than root.
        self._start("munged", "--force", "--foreground", *files,
                    f"--socket={self._lab}/munge.socket")
        self._start("slurmctld", "-D", "-f", self._config)
        for node in ("node1", "node2"):
            self._start("slurmd", "-D", "-N", node, "-f", self._config,
                        key=node)

    def kill_node_of(self, pid):
        """Its node, as when the power goes, with the job."""
        node = traps.variable(pid, "SLURMD_NODENAME")
        self._kill(node)
        traps.kill([traps.ancestor(pid, "slurmstepd")])
        traps.kill_marked(f"SLURMD_NODENAME={node}")

    def job_of(self, pid):
        return (traps.variable(pid, "SLURM_ARRAY_JOB_ID") + "_"
                + traps.variable(pid, "SLURM_ARRAY_TASK_ID"))

    def stop(self):
        for name in reversed(list(self._running)):
            self._kill(name)
        traps.kill_marked(f"SLURM_CONF={self._config}")

    def _kill(self, name):
        process = self._running.pop(name)
        traps.kill_tree(process.pid)
        process.wait()

    def _start(self, name, *options, key=None):
        with open(self._lab / f"{key or name}.log", "a") as log:
            self._running[key or name] = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL",
                 shutil.which(name, path=_PATH), *options], stdout=log,
                stderr=log)
