import struct
from pathlib import Path

import pytest

from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import kernels

# What `apt-cache pkgnames linux-` printed, November 2026; a part of it.
NAMES = (Path(__file__).parent / "testdata/pkgnames.txt").read_text().split()


@pytest.fixture(scope="module")
def known():
    return kernels.packages(NAMES)


@pytest.mark.parametrize("wanted, version", [
    ("before", "6.19.14+deb13"),  # not 6.19.9, which a string sorts last
    ("after", "7.3.4+deb13"),
    ("7.0", "7.0.13+deb13"),
    ("6.1", "6.1.0-56"),  # not 6.19, nor 6.12
    ("6.12", "6.12.117+deb13"),
    ("6.12.115", "6.12.115+deb13.1"),
    ("6.12.115+deb12", "6.12.115+deb12"),
])
def test_newest_of_what_is_asked_for(known, wanted, version):
    assert kernels.choose(wanted, known) == version


def test_images_are_packages_of_their_own_since_6_19(known):
    assert known["6.1.0-56"] == "linux-image-6.1.0-56-cloud-amd64"
    assert known["7.3.4+deb13"] == "linux-binary-7.3.4+deb13-cloud-amd64"


def test_only_signed_images_of_one_version_count(known):
    assert not [name for name in known.values()
                if name.endswith(("-unsigned", "-dbg", "-rt-amd64"))]
    assert "6.12" not in known  # depends on the newest, holds nothing


def test_what_debian_lacks_is_answered_with_what_it_has(known):
    with pytest.raises(InputError, match="no 5.10; Debian has 6.1.0-56, 6.12.1"
                                         "17.deb1[23], 6.19.14"):
        kernels.choose("5.10", known)


def image(version):
    head = bytearray(0x4000)
    head[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", head, 0x20e, 0x3000)
    text = f"{version} (someone@somewhere) #1 SMP\0".encode()
    head[0x3200:0x3200 + len(text)] = text
    return bytes(head)


@pytest.mark.parametrize("version, has_counter", [
    ("6.19.14+deb13-amd64", True), ("7.0.0", False), ("10.1.0", False)])
def test_a_file_says_its_version(tmp_path, version, has_counter):
    path = tmp_path / "vmlinuz"
    path.write_bytes(image(version))
    kernel = kernels.from_file(path)
    assert (kernel.version, kernel.has_counter) == (version, has_counter)


def test_a_file_that_is_no_kernel(tmp_path):
    (tmp_path / "elf").write_bytes(b"\x7fELF")
    for path in (tmp_path / "elf", tmp_path / "nonesuch"):
        with pytest.raises(InputError, match=f"^--kernel: {path}: "):
            kernels.from_file(path)
