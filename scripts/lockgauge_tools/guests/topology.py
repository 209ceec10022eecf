"""The shape of a guest: NODESxCORESxTHREADS, such as 2x2x2."""

import re
from dataclasses import dataclass

from lockgauge_tools.errors import InputError

# QEMU's CPUs share the host's: more of them only wait for each other.
_MOST_CPUS = 16
_NODE_MIB = 512
_REMOTE = 21  # as a firmware tells it for two sockets; 10 is local


@dataclass(frozen=True)
class Topology:
    nodes: int  # NUMA nodes, a package each
    cores: int  # of a package
    threads: int  # of a core

    def __str__(self):
        return f"{self.nodes}x{self.cores}x{self.threads}"

    @property
    def cpus(self):
        return self.nodes * self.cores * self.threads

    def arguments(self):
        """QEMU's, memory included."""
        words = ["-smp", f"{self.cpus},sockets={self.nodes},"
                         f"cores={self.cores},threads={self.threads}",
                 "-m", f"{self.nodes * _NODE_MIB}M"]
        if self.nodes == 1:
            return words
        package = self.cpus // self.nodes
        for node in range(self.nodes):
            first = node * package
            words += ["-object", f"memory-backend-ram,id=memory{node},"
                                 f"size={_NODE_MIB}M",
                      "-numa", f"node,nodeid={node},memdev=memory{node},"
                               f"cpus={first}-{first + package - 1}"]
        for node in range(self.nodes):
            for other in range(node):
                words += ["-numa", f"dist,src={other},dst={node},"
                                   f"val={_REMOTE}"]
        return words


def parse(text) -> Topology:
    match = re.fullmatch("([1-9][0-9]?)x([1-9][0-9]?)x([1-9][0-9]?)", text)
    topology = Topology(*map(int, match.groups())) if match else None
    if topology is None or topology.cpus > _MOST_CPUS:
        raise InputError(f"--topology: '{text}'; expected NODESxCORESxTHREADS "
                         f"of at most {_MOST_CPUS} CPUs, such as 2x2x2")
    return topology
