"""The tree is what the README promises."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOW = ["locks", "storage", "workloads", "results", "scripts"]
TOP = {*FLOW, "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md"}


def test_top_level_holds_nothing_else():
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        pytest.skip("not a git checkout, or no git")
    tree = subprocess.run(["git", "ls-files"], capture_output=True, text=True,
                          cwd=ROOT, check=True).stdout
    names = {line.split("/")[0] for line in tree.splitlines()}
    assert {name for name in names if name[0] != "."} <= TOP


@pytest.mark.parametrize("folder", FLOW[:3])
def test_no_include_points_rightwards(folder):
    wrong = re.compile(
        rf'^\s*#\s*include\s*["<]({"|".join(FLOW[FLOW.index(folder) + 1:])})/',
        re.MULTILINE)
    found = [path for path in (ROOT / folder).rglob("*")
             if path.suffix in (".h", ".cc", ".c", ".in")
             and wrong.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_results_hold_no_code():
    assert not [path for path in (ROOT / "results").glob("*")
                if path.suffix in (".py", ".sh", ".cc", ".h")]


def test_shell_files_pass_shellcheck():
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    candidates = [*(ROOT / "scripts").rglob("*"), *(ROOT / ".ci").glob("*")]
    shells = [path for path in candidates if path.is_file() and re.match(
        rb"#!/bin/(ba)?sh|# shellcheck shell", path.read_bytes()[:40])]
    assert len(shells) >= 4
    check = subprocess.run(["shellcheck", "-x", *shells], capture_output=True,
                           text=True, cwd=ROOT)
    assert check.stdout == "" and check.returncode == 0
