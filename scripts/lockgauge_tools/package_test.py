"""The Debian package, as cpack makes it of the release build."""

import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build/release"


def output(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          **options).stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    for tool in "cpack", "dpkg-deb", "dpkg-shlibdeps":
        if not shutil.which(tool):
            pytest.skip(f"no {tool} here")
    for part in "CPackConfig.cmake", "workloads/lockgauge":
        if not (BUILD / part).exists():
            pytest.skip("the release build is not there")
    folder = tmp_path_factory.mktemp("package")
    output("cpack", "-B", folder, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip",
           cwd=BUILD)
    (file,) = folder.glob("*.deb")
    return file


@pytest.fixture(scope="module")
def installed(package):
    folder = package.parent / "root"
    output("dpkg-deb", "-x", package, folder)
    return folder / "usr"


def test_it_names_what_it_needs(package):
    depends = output("dpkg-deb", "-f", package, "Depends")
    assert {"libc6", "libhwloc15", "libnuma1"} <= {
        words.split()[0] for words in depends.split(",")}
    assert output("dpkg-deb", "-f", package, "Package") == "lockgauge\n"


def test_it_holds_the_program_and_what_goes_with_it(installed):
    found = {str(path.relative_to(installed))
             for path in installed.rglob("*") if path.is_file()}
    machines = {path for path in found if path.endswith(".machine")}
    assert {Path(path).stem for path in machines} >= {"desktop", "chiplets"}
    assert found - machines == {
        "bin/lockgauge", "share/bash-completion/completions/lockgauge",
        "share/doc/lockgauge/README.md", "share/doc/lockgauge/copyright",
        "share/lockgauge/schema.toml"}


def test_its_program_runs_on_its_machines(installed, tmp_path):
    machines = installed / "share/lockgauge/machines"
    shutil.copy(machines / "desktop.machine", machines / "another.machine")
    output(installed / "bin/lockgauge", "--scenario=handoff", "--threads=2",
           "--backend=qspinlock", "--duration=20us", "--repetitions=1",
           "--machine=another", f"--out={tmp_path / 'run'}")
    assert "another" in (tmp_path / "run/trials.csv").read_text()


def test_its_completion_is_for_the_program_alone(installed):
    said = output("bash", "-uc", '. "$0"; complete -p', installed /
                  "share/bash-completion/completions/lockgauge")
    assert said == "complete -o default -F _lockgauge lockgauge\n"
