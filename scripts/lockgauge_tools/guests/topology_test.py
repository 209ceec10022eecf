import pytest

from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import topology


def test_one_node_needs_no_numa():
    assert topology.parse("1x2x1").arguments() == [
        "-smp", "2,sockets=1,cores=2,threads=1", "-m", "512M"]


def test_each_node_has_its_cpus_its_memory_and_a_distance():
    words = topology.parse("2x2x2").arguments()
    assert words[:4] == ["-smp", "8,sockets=2,cores=2,threads=2",
                         "-m", "1024M"]
    assert "memory-backend-ram,id=memory1,size=512M" in words
    assert "node,nodeid=0,memdev=memory0,cpus=0-3" in words
    assert "node,nodeid=1,memdev=memory1,cpus=4-7" in words
    assert words[-1] == "dist,src=0,dst=1,val=21"


@pytest.mark.parametrize("text", ["", "2", "2x2", "0x2x1", "4x4x2", "2x2x2x2",
                                  "axbxc"])
def test_a_bad_topology_gets_one_clear_line(text):
    with pytest.raises(InputError, match=f"^--topology: '{text}'; expected "):
        topology.parse(text)
