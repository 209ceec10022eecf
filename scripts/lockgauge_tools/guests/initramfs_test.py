import shutil
import subprocess
from pathlib import Path

import pytest

from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import initramfs


def test_a_program_comes_with_its_libraries_and_what_loads_them():
    names = [path.name for path in initramfs.libraries("/usr/bin/python3")]
    assert "libc.so.6" in names
    assert any(name.startswith("ld-linux") for name in names)


def test_a_tool_that_is_missing_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="^busybox is not here"):
        initramfs.check_tools()


@pytest.mark.skipif(not (shutil.which("cpio") and shutil.which("busybox")),
                    reason="cpio or busybox is not installed")
def test_the_archive_has_all_that_a_guest_needs(tmp_path):
    archive = tmp_path / "initramfs"
    initramfs.write(archive, [Path("/usr/bin/python3")], "true\n")
    listed = subprocess.run(["cpio", "--quiet", "-t"], check=True, text=True,
                            input=archive.read_bytes().decode("latin1"),
                            encoding="latin1", capture_output=True).stdout
    names = listed.split()
    assert {"init", "calls", "bin/busybox", "bin/sh", "python3"} <= set(names)
    assert any(name.endswith("/libc.so.6") for name in names)
    assert any(name.endswith("machines/chiplets.machine") for name in names)
    assert not any(tmp_path.glob("*.root"))
