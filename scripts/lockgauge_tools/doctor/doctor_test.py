"""scripts/doctor as a person calls it, on trees of files."""

import json
import subprocess
from pathlib import Path

import pytest

from lockgauge_tools.doctor import checks, fake, show

DOCTOR = Path(__file__).resolve().parents[2] / "doctor"
BOOST = "sys/devices/system/cpu/cpufreq/boost"
GOVERNOR = "sys/devices/system/cpu/cpufreq/policy0/scaling_governor"


def call(root, *args):
    return subprocess.run([DOCTOR, f"--sysroot={root}", *args],
                          capture_output=True, text=True)


def machine(root, **changes):
    fake.machine(root, changes)
    return root


@pytest.mark.parametrize("files, level, code", [
    ({}, "ok", 0), ({"proc/sys/kernel/nmi_watchdog": "1"}, "note", 0),
    ({BOOST: "1"}, "warning", 1)])
def test_the_exit_code_is_of_the_worst(tmp_path, files, level, code):
    done = call(machine(tmp_path, **files), "--json")
    assert (json.loads(done.stdout)["level"], done.returncode) == (level, code)
    assert done.stderr == ""


def test_apply_and_restore(tmp_path):
    machine(tmp_path, **{BOOST: "1"})
    done = call(tmp_path, "--apply")
    assert (done.returncode, done.stdout) == (
        0, f"/{BOOST}: 1 -> 0\nscripts/doctor --restore puts it back\n")
    assert call(tmp_path).returncode == 0
    done = call(tmp_path, "--restore")
    assert (done.returncode, done.stdout) == (0, f"/{BOOST}: 0 -> 1\n")
    assert (tmp_path / BOOST).read_text() == "1"


def test_a_damaged_state_is_bad_input(tmp_path):
    machine(tmp_path, **{"run/lockgauge/doctor.json": "{"})
    done = call(tmp_path, "--restore")
    assert done.returncode == 2 and done.stderr.startswith("doctor: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("args", [
    ["--bogus"], ["stray"], ["--apply", "--restore"],
    ["--sysroot=/nonesuch"]])
def test_bad_usage(tmp_path, args):
    done = call(machine(tmp_path), *args)
    assert done.returncode == 2 and done.stdout == ""
    assert "doctor: error: " in done.stderr.splitlines()[-1]


def test_the_table_fits_a_terminal_and_shows_the_worst_first(tmp_path):
    text = show.text(checks.judge(fake.machine(tmp_path, {
        GOVERNOR: "powersave", "sys/devices/system/cpu/smt/active": None,
        "proc/sys/kernel/nmi_watchdog": "1", BOOST: "1",
        "sys/kernel/mm/transparent_hugepage/enabled": "[always] never"})))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    words = [line.split()[0] for line in lines if line[:1].strip()]
    assert words[:4] == ["warning"] * 2 + ["note"] * 2
    assert lines[-2:] == ["not shown here: smt", "warning 2, note 2, ok 13"]


def test_a_fix_in_two_lines_is_still_a_command(tmp_path):
    text = show.text(checks.judge(fake.machine(tmp_path,
                                               {GOVERNOR: "powersave"})))
    command = text.split("fix: ")[1].split("ok ")[0]
    fixed = command.replace("sudo tee /", f"tee {tmp_path}/")
    subprocess.run(["sh", "-ec", fixed], check=True, capture_output=True)
    assert (tmp_path / GOVERNOR).read_text() == "performance\n"
