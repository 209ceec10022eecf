"""What bash offers after TAB, by asking it as readline does."""

import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1]
PROGRAM = SCRIPTS.parent / "build/release/workloads/lockgauge"
COMPLETION = SCRIPTS / "lib/lockgauge.bash-completion"
PLANS = {plan.stem for plan in (SCRIPTS / "plans").glob("*.toml")}
# What lockgauge prints, in its form.
LIST = """\
scenarios (parameter = default values)
  handoff                  one lock, taken by every thread in turn
    hold_ns = 0: time inside the section, besides its data
  same_cpu                 threads on one CPU
backends
  qspinlock
  rqspinlock
steps of the kernel's change, run by scenarios of storage if named
  rfc_v1
placements
  scatter
  same-cpu
machines to simulate
  desktop                  Invented: one socket.
targets
  host
  kernel
"""
HELP = """\
Usage: lockgauge [OPTIONS]
  -h,--help                   Print this
  --list                      Print scenarios, and end
  --write-machine TEXT        Write this computer, see --machine

google-benchmark's --benchmark_* flags work as usual.
"""


@pytest.fixture
def lockgauge(tmp_path):
    program = tmp_path / "lockgauge"
    program.write_text(f"""#!/bin/bash
case $1 in --list) cat <<'E'
{LIST}E
;; --help) cat <<'E'
{HELP}E
esac
""")
    program.chmod(0o755)
    return program


def offered(command, *words):
    """The last of `words` is being typed; bash has split them at '='."""
    return set(subprocess.run(["bash", "-uc", """
        . "$0"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        set -- $(complete -p "${1##*/}")  # complete -o default -F it name
        "$5" "${COMP_WORDS[0]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """, COMPLETION, command, *words], capture_output=True, text=True,
        check=True).stdout.split())


@pytest.mark.parametrize("words, expected", [
    (["--scenario", ""], {"handoff", "same_cpu"}),
    (["--scenario", "=", "ha"], {"handoff"}),
    (["--backend", "="], {"qspinlock", "rqspinlock", "rfc_v1"}),
    (["--backend", "=", "qspinlock,r"],
     {"qspinlock,rqspinlock", "qspinlock,rfc_v1"}),
    (["--placement", "s"], {"scatter", "same-cpu"}),
    (["--machine", ""], {"desktop"}),
    (["--target", "="], {"host", "kernel"}),
    (["--target=host", "-"], {"--help", "--list", "--write-machine"}),
    (["--out", ""], set())])  # then bash offers files
def test_the_program(lockgauge, words, expected):
    assert offered(lockgauge, *words) == expected


@pytest.mark.skipif(not PROGRAM.exists(),
                    reason="the release build is not there")
@pytest.mark.parametrize("option, word", [
    ("--scenario", "handoff"), ("--backend", "rqspinlock"),
    ("--backend", "merged"), ("--placement", "compact"),
    ("--machine", "desktop"), ("--target", "host")])
def test_the_program_lists_in_that_form(option, word):
    assert word in offered(PROGRAM, option, word[:2])


@pytest.mark.parametrize("script, words", [
    ("bench", ["--plan", ""]), ("bench", ["--plan", "="]),
    ("kernel-guests", ["--plan", ""]), ("sweep", [""]),
    ("sweep", ["--hosts", "lab.toml", ""]), ("sweep", ["--slurm", ""])])
def test_plans(script, words):
    assert offered(SCRIPTS / script, *words) == PLANS


def test_options_are_those_of_the_script():
    assert offered(SCRIPTS / "bench", "--") == {
        "--machine", "--plan", "--out", "--no-install"}
    assert offered(SCRIPTS / "compare", "--b") == {"--by", "--baseline"}


def test_every_script_has_it_and_another_of_its_name_does_not(lockgauge):
    for script in SCRIPTS.iterdir():
        if script.is_file() and script.suffix != ".md":
            assert {"--help", "--no-install"} & offered(script, "-"), script
    assert offered(lockgauge.rename(lockgauge.parent / "test"), "-") == set()
    assert offered("test", "-") == set()
