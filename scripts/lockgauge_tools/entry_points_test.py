"""What a person types answers in one line when it can not go on."""

import os
import subprocess
from pathlib import Path

import pytest

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
    (["a", "b"], "--out: several runs")])
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
