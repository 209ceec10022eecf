"""What a person types answers in one line when it can not go on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lockgauge_tools import synthetic

SCRIPTS = Path(__file__).resolve().parents[1]


def call(name, *args, **environment):
    return subprocess.run([SCRIPTS / name, *args], capture_output=True,
                          text=True, env=os.environ | environment)


@pytest.mark.parametrize("name", ["bench", "compare", "doctor", "hgrm",
                                  "kernel-guests", "mailtable", "predict",
                                  "report", "state-table", "sweep", "test"])
def test_help_names_the_exit_codes(name):
    result = call(name, "--help")
    assert result.returncode == 0 and "Exit codes: 0" in result.stdout


@pytest.mark.parametrize("name, options", [
    ("bench", ["--bogus"]), ("bench", ["--out"]), ("test", ["--bogus"]),
    ("bench", ["--machine="]), ("bench", ["--plan", "nonesuch"]),
    ("bench", ["stray"]), ("predict", ["--plan=x.toml"]),
    ("predict", ["--machine=desktop"]), ("state-table", ["--bogus"]),
    ("state-table", ["--hazards", "stray"]),
    ("kernel-guests", ["--plan", "nonesuch"]),
    ("kernel-guests", ["--kernel", "newest"]),
    ("kernel-guests", ["--kernel", "/nonesuch/vmlinuz"]),
    ("kernel-guests", ["--topology", "1x3"]),
    ("kernel-guests", ["--preempt=voluntarily"]),
    ("kernel-guests", ["--accel=hvf"]), ("kernel-guests", ["--out=/tmp"]),
    ("sweep", []), ("sweep", ["quick", "smoke"]), ("sweep", ["nonesuch"]),
    ("sweep", ["quick", "--bogus"]), ("sweep", ["quick", "--slurm=yes"]),
    ("sweep", ["quick", "--hosts=/nonesuch"]),
    ("sweep", ["quick", "--constraint=epyc"]),
    ("sweep", ["quick", "--hosts=x", "--slurm"]),
    ("sweep", ["quick", "--seed=x"]), ("sweep", ["--resume=/nonesuch"]),
    ("sweep", ["quick", "--resume=/nonesuch"])])
def test_bad_usage(name, options):
    result = call(name, *options)
    assert result.returncode == 2
    assert result.stderr.startswith(f"{name}: ")
    assert result.stderr.count("\n") == 1 and result.stdout == ""


@pytest.mark.parametrize("args, words", [
    (["nonesuch"], "nonesuch: No such file"), (["."], "no trials.csv in it"),
    (["a", "b"], "--out: several runs"),
    (["a", "--out=."], "--out: .: expected a file"),
    (["a", "--out=b/c"], "--out: b/c: expected a file")])
def test_report_of_what_is_no_run(tmp_path, args, words):
    result = subprocess.run([SCRIPTS / "report", *args], cwd=tmp_path,
                            capture_output=True, text=True)
    assert result.returncode == 2 and result.stdout == ""
    assert words in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("name, package", [
    ("bench", "g++"), ("predict", "g++"), ("state-table", "g++"),
    ("test", "relacy-dev"), ("kernel-guests", "qemu-system-x86")])
def test_no_install_names_what_is_missing(tmp_path, name, package):
    dpkg = tmp_path / "dpkg-query"  # knows of no package
    dpkg.write_text("#!/bin/sh\nexit 1\n")
    dpkg.chmod(0o755)
    result = call(name, "--no-install",
                  PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert result.returncode == 2
    assert result.stderr.startswith("missing packages: ")
    assert package in result.stderr.split()


PLAN = """rounds = 1
[[step]]
threads = [1]
duration = "1ms"
repetitions = 1
"""
READERS = ["compare", "hgrm", "mailtable", "report"]


@pytest.mark.parametrize("name", READERS)
def test_ctrl_c_ends_what_only_reads(tmp_path, name):
    run = tmp_path / "trials.csv"
    os.mkfifo(run)
    started = subprocess.Popen([SCRIPTS / name, run], stderr=subprocess.PIPE)
    with open(run, "wb"):  # waits for whoever reads it
        started.send_signal(signal.SIGINT)
        _, said = started.communicate()
    assert (started.returncode, said) == (-signal.SIGINT, b"")


def run_for_nobody(command):
    """With a stdout that nobody reads any more."""
    end, closed = os.pipe()
    os.close(end)
    with open(closed, "wb") as nobody:
        return subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE,
                              env=os.environ | {"PYTHONPATH": str(SCRIPTS)})


def test_head_ends_what_only_reads(tmp_path):
    run = synthetic.write_run(tmp_path / "run", synthetic.trials())
    result = run_for_nobody([SCRIPTS / "mailtable", run])
    assert (result.returncode, result.stderr) == (-signal.SIGPIPE, b"")


def test_head_ends_doctor():
    result = run_for_nobody([SCRIPTS / "doctor"])
    assert (result.returncode, result.stderr) == (-signal.SIGPIPE, b"")


def test_head_ends_bench_when_all_is_there(tmp_path):
    run = synthetic.write_run(tmp_path / "run", synthetic.trials())
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    result = run_for_nobody(
        [sys.executable, "-m", "lockgauge_tools.bench", "--program=true",
         f"--plan={plan}", f"--out={run}"])
    assert result.returncode == -signal.SIGPIPE
    assert b"Traceback" not in result.stderr
    assert (run / "report.html").exists()


@pytest.mark.parametrize("name", ["bench", "predict"])
def test_no_folder_can_be_made(tmp_path, name):
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    result = subprocess.run(
        [sys.executable, "-m", f"lockgauge_tools.{name}", "--program=true",
         f"--plan={plan}", f"--out={plan}/run"], capture_output=True,
        text=True, env=os.environ | {"PYTHONPATH": str(SCRIPTS)})
    assert result.returncode == 2 and result.stderr == (
        f"{name}: --out: cannot make the folder {plan}/run: Not a directory; "
        "name one that can be written\n")
