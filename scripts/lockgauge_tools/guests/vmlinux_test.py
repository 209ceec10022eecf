import gzip
import lzma
import shutil
import struct
import subprocess

import pytest

from lockgauge_tools.guests import vmlinux

ELF = b"\x7fELF" + bytes(1000)
ENTERED = ELF + struct.pack("<III", 4, 8, 18) + b"Xen\0" + bytes(8)


def zstd(kernel):
    return subprocess.run(["zstd", "-c"], input=kernel, check=True,
                          capture_output=True).stdout


@pytest.fixture
def unpacked(tmp_path):
    def unpacked(kernel, pack):
        """What is booted of an image that packs the kernel so; the image."""
        packed = pack(kernel) + struct.pack("<I", len(kernel))
        setup = bytearray(3 * 512)
        setup[0x1f1] = 2
        struct.pack_into("<II", setup, 0x248, 100, len(packed))
        image = tmp_path / "vmlinuz"
        image.write_bytes(setup + bytes(100) + packed + b"and more")
        return vmlinux.unpacked(image, tmp_path), image
    return unpacked


@pytest.mark.parametrize("pack", [
    lzma.compress,
    pytest.param(zstd, marks=pytest.mark.skipif(
        not shutil.which("zstd"), reason="zstd is not installed"))])
def test_a_packed_kernel_is_taken_out_of_its_image(unpacked, pack):
    booted, image = unpacked(ENTERED, pack)
    assert booted != image and booted.read_bytes() == ENTERED


@pytest.mark.parametrize("kernel, pack", [
    (ELF, lzma.compress), (ENTERED, gzip.compress),
    (ENTERED, lambda kernel: lzma.compress(kernel)[:-9])])
def test_an_image_that_must_unpack_itself_is_booted_whole(unpacked, kernel,
                                                          pack):
    booted, image = unpacked(kernel, pack)
    assert booted == image
