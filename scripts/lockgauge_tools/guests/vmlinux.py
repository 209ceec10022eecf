"""The kernel in an image, unpacked out here: emulated, one that unpacks itself
takes as long for that as for half of its boot."""

import lzma
import struct
import subprocess
from pathlib import Path

# Where the boot protocol of x86 keeps how long the setup code in front is, in
# sectors, and where behind it the packed kernel begins and how long that is.
_SECTORS_AT, _SECTOR, _PACKED_AT = 0x1f1, 512, 0x248
# The length it unpacks to follows what these formats wrote themselves.
_LENGTH = 4

# A note of type 18 by Xen: where QEMU may enter an ELF image.
_ENTRY = struct.pack("<III4s", 4, 8, 18, b"Xen\0")


def unpacked(image: Path, folder: Path) -> Path:
    """The kernel alone, in the folder; the image itself if it is packed in no
    way that Debian's are, or could not be entered."""
    packed = _packed(image.read_bytes())
    try:
        kernel = next((unpack(packed) for magic, unpack in _FORMATS.items()
                       if packed.startswith(magic)), b"")
    except (OSError, subprocess.CalledProcessError, lzma.LZMAError):
        return image
    if _ENTRY not in kernel:
        return image
    (folder / "vmlinux").write_bytes(kernel)
    return folder / "vmlinux"


def _packed(image):
    begin, length = struct.unpack_from("<II", image, _PACKED_AT)
    begin += (1 + image[_SECTORS_AT]) * _SECTOR
    return image[begin:begin + length - _LENGTH]


def _zstd(packed):
    return subprocess.run(["zstd", "-dc"], input=packed, check=True,
                          capture_output=True).stdout


_FORMATS = {b"\x28\xb5\x2f\xfd": _zstd, b"\xfd7zXZ\0": lzma.decompress}
