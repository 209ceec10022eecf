"""Sweeps of computers reached by ssh, some of which die."""

import subprocess

import pytest

from lockgauge_tools.errors import InputError
from lockgauge_tools.sweep import ssh
from lockgauge_tools.sweep.lab import computers, traps
from lockgauge_tools.sweep.lab.stub import write as write_program
from lockgauge_tools.sweep.lab.sweeps import Sweeps, end

needs_ssh = pytest.mark.skipif(
    computers.MISSING, reason=f"without {', '.join(computers.MISSING)}")


@pytest.fixture(name="lab")
def a_lab(tmp_path):
    hosts = computers.make(tmp_path, ["lab1", "lab2", "lab3", "lab4"])
    try:
        for host in hosts:
            host.start()
        yield hosts
    finally:
        for host in hosts:
            host.kill()


def inventory(path, hosts, more=""):
    path.write_text("".join(host.inventory() for host in hosts) + more)
    return f"--hosts={path}"


@needs_ssh
def test_hosts_that_die_cost_only_their_own_cells(lab, tmp_path):
    sweeps = Sweeps(tmp_path)
    assert sweeps.new("calm").wait() == 0
    calm = sweeps.trials("calm")
    dead, back = lab[2:]
    back.comes_back = True
    stops = {back.trap(): back, dead.trap(): dead}
    broken = sweeps.new("broken", inventory(tmp_path / "hosts.toml", lab))
    while stops:
        host = stops.pop(traps.first(broken, *stops))
        host.kill()
        if host is back:
            host.start()
    code, out, err = end(broken)
    assert code == 1, err
    for host in (lab[0], lab[1], back):
        assert sweeps.trials("broken", host.name) == calm
    assert sweeps.states("broken", dead.name) == ["done", "failed", "lost"]
    assert sweeps.trials("broken", dead.name) in calm[:-1]
    assert "lab3: 1 of 3 cells done" in out
    assert "1 lost: ssh: connect to host" in out

    dead.start()
    code, out, err = end(sweeps.start("broken", "--resume"))
    assert code == 0, err
    for host in lab:
        assert sweeps.trials("broken", host.name) == calm
        assert host.left_behind() == []


@needs_ssh
def test_what_is_wrong_with_a_host_is_said_of_its_cells(lab, tmp_path):
    sweeps = Sweeps(tmp_path)
    off, full, other, away = lab
    off.command("date", "echo 1000000000")
    full.command("mkdir", "echo no space left >&2; exit 1")
    own = write_program(tmp_path / "own", version="r2")
    away.kill()
    hosts = inventory(tmp_path / "hosts.toml", [off, full, away],
                      other.inventory() + f'program = "{own}"\n')
    code, out, err = end(sweeps.new("out", hosts))
    assert code == 1, err
    [line, *_] = sweeps.lines("out")
    assert line.state == "done" and line.node == "lab1"
    assert line.detail.startswith("clock ") and "behind" in line.detail
    assert "lost: no space left" in out
    assert "lost: ssh: connect to host" in out
    assert "lost: lockgauge 1 r2 there; the sweep is by lockgauge 1 r1" in out


@needs_ssh
def test_a_disk_that_fills_up_costs_the_cells_after_it(lab, tmp_path):
    sweeps = Sweeps(tmp_path)
    host = lab[0]
    # There is room for one cell's folder.
    host.command("mkdir", f"""case $2 in ./*)
  [ ! -e {host.home}/full ] ||
    {{ echo "mkdir: No space left on device" >&2; exit 1; }}
  touch {host.home}/full
esac
exec /bin/mkdir "$@" """)
    code, out, err = end(sweeps.new("out", inventory(tmp_path / "hosts.toml",
                                                     [host])))
    assert code == 1, err
    assert sweeps.states("out") == ["done", "failed", "lost"]
    assert "1 failed: mkdir: No space left on device" in out
    assert "1 lost: mkdir: No space left on device" in out


# A checkout whose build copies a stub, and fails where there is a file broken.
_BUILD_SH = """build_program() {
  [[ ! -e $HOME/broken ]] || { echo "x.cc:1: error: no" >&2; return 1; }
  mkdir -p "$1/build/release/workloads"
  cp "$1/lockgauge" "$1/build/release/workloads/"
  echo "$3" >>"$HOME/builds"
}
"""


def checkout(path):
    (path / "scripts/lib").mkdir(parents=True)
    (path / "scripts/lib/build.sh").write_text(_BUILD_SH)
    (path / "scripts/lib/install.sh").write_text("install_missing() { :; }")
    git = ["git", "-C", path, "-c", "user.name=x", "-c", "user.email=x"]
    for words in (["init", "-q"], ["add", "lockgauge", "scripts"],
                  ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)


@needs_ssh
def test_sources_are_built_there_once(lab, tmp_path):
    sweeps = Sweeps(tmp_path / "checkout")
    checkout(sweeps.path)
    good, broken = lab[:2]
    (broken.home / "broken").touch()
    hosts = inventory(tmp_path / "hosts.toml", [],
                      "".join(f"{host.inventory()}build = true\n"
                              for host in (good, broken)))
    code, out, err = end(sweeps.new("out", hosts))
    assert code == 1, err
    assert sweeps.states("out", good.name) == ["done"] * 3
    assert "lab2: 0 of 0 cells done" in out
    assert "1 lost: not built there: x.cc:1: error: no; see " in out
    (broken.home / "broken").unlink()
    assert end(sweeps.start("out", "--resume"))[0] == 0
    assert end(sweeps.new("again", hosts))[0] == 0
    for host in (good, broken):
        assert sweeps.states("again", host.name) == ["done"] * 3
        [build] = (host.home / "builds").read_text().splitlines()
        assert build.startswith("-DLOCKGAUGE_REVISION=")
        [kept] = host.left_behind()
        assert kept.name.startswith("sources-")


def test_only_what_is_committed_can_be_built_elsewhere(tmp_path):
    path = tmp_path / "hosts.toml"
    path.write_text("[lab1]\nbuild = true\n")
    sweeps = Sweeps(tmp_path / "checkout")
    with pytest.raises(InputError, match="no git checkout here"):
        ssh.load(path, sweeps.program, tmp_path)
    checkout(sweeps.path)
    [queue] = ssh.load(path, sweeps.program, tmp_path)
    assert queue.program.endswith("/build/release/workloads/lockgauge")
    sweeps.program.write_text("changed")
    with pytest.raises(InputError, match="what is not committed"):
        ssh.load(path, sweeps.program, tmp_path)


@pytest.mark.parametrize("text, expected", [
    ("", "no computer; a table each"),
    ("[lab1", "not TOML"),
    ('["../x"]', "can not name a folder"),
    ("[lab1]\nhost = 1", "lab1: no key 'host'; there are ssh, program, build"),
    ("[lab1]\nssh = 1", "lab1: ssh = 1; expected what follows the word ssh"),
    ('[lab1]\nprogram = "x"', "expected the path of its own lockgauge"),
    ("lab1 = 1", "lab1: expected a table"),
    ("[lab1]\nbuild = 1", "build = 1; expected true"),
    ('[lab1]\nbuild = true\nprogram = "/x"', "program or build, not both"),
])
def test_a_bad_inventory_gets_one_clear_line(tmp_path, text, expected):
    path = tmp_path / "hosts.toml"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        ssh.load(path, tmp_path / "lockgauge", tmp_path)
    assert str(error.value).startswith(str(path))
    assert expected in str(error.value) and "\n" not in str(error.value)
