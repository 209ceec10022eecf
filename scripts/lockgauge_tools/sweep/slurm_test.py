"""A sweep of a cluster that loses a job, then a node."""

import subprocess

import pytest

from lockgauge_tools.sweep.lab import cluster, traps
from lockgauge_tools.sweep.lab.sweeps import Sweeps, end

pytestmark = pytest.mark.skipif(
    cluster.MISSING, reason=f"without {', '.join(cluster.MISSING)}")


@pytest.fixture(name="nodes")
def a_cluster(tmp_path):
    lab = cluster.Cluster(tmp_path)
    try:
        lab.start()
        yield lab
    finally:
        lab.stop()


def test_a_cancelled_job_costs_its_cell_and_a_node_that_dies_none(nodes,
                                                                  tmp_path):
    sweeps = Sweeps(tmp_path)
    assert sweeps.new("calm").wait() == 0
    trap = tmp_path / "trap"
    environment = nodes.environment | {"STUB_TRAP": str(trap)}

    stops = traps.Trap(trap)
    cells = sweeps.new("cells", "--slurm", "--constraint=lab",
                       environment=environment)
    job = nodes.job_of(traps.first(cells, stops).pid)
    subprocess.run(["scancel", job], env=environment, check=True)
    code, out, err = end(cells)
    assert code == 1, out + err
    assert sweeps.states("cells", "lab") == ["done", "done", "failed"]
    assert "1 failed: cut short" in out

    stops = traps.Trap(trap, cell=1)
    cells = sweeps.start("cells", "--resume", environment=environment)
    nodes.kill_node_of(traps.first(cells, stops).pid)
    code, out, err = end(cells)
    assert code == 0, out + err
    assert sweeps.trials("cells") == sweeps.trials("calm")
