#!/usr/bin/python3
"""Reads the object code of an uncontended section under each lock.

The way through it that takes no conditional jump (what a lock marks as
unlikely, compilers move out of that way) must reach the return, so without a
call, and meet exactly one atomic read-modify-write.
"""

import argparse
import platform
import re
import shutil
import subprocess
import sys

SKIPPED = 77

HEADER = re.compile(r"^[0-9a-f]+ <(.*)>:$")
PROBE = re.compile(r"void lockgauge::hot_path<lockgauge::backend::(\w+)<")
INSTRUCTION = re.compile(r"^\s+([0-9a-f]+):\t(.*?)\s*(?:<.*>|#.*)?$")
RELOCATION = re.compile(r"^\s+[0-9a-f]+: R_X86_64_")
ATOMIC = re.compile(r"lock |xchg .*\(")  # xchg with memory locks by itself


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("object", help="hot_path_probe.cc, compiled")
    args = parser.parse_args()
    if platform.machine() != "x86_64":
        print("skipped: reads x86-64 object code only")
        return SKIPPED
    if not shutil.which("objdump"):
        print("skipped: no objdump (package binutils)")
        return SKIPPED
    listing = subprocess.run(
        ["objdump", "--disassemble", "--reloc", "--demangle",
         "--no-show-raw-insn", args.object],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    probes = find_probes(listing)
    if not probes or not all(probes.values()):
        print("no probes, or none that can be read:", *probes)
        return 1
    wrong = False
    print(f"{'backend':24} instructions  atomic RMWs")
    for backend, code in sorted(probes.items()):
        path = hot_path(code)
        atomics = sum(bool(ATOMIC.match(text)) for text in path)
        print(f"{backend:24} {len(path):12}  {atomics:11}")
        if atomics != 1 or not path[-1].startswith("ret"):
            wrong = True
            print("  expected one atomic RMW, then a return; found:",
                  *path, sep="\n    ")
    return int(wrong)


def find_probes(listing):
    """{backend: {address: instruction}}"""
    probes, code, address = {}, {}, ""
    for line in listing.splitlines():
        if header := HEADER.match(line):
            code = {}
            if probe := PROBE.match(header[1]):
                probes[probe[1]] = code
        elif instruction := INSTRUCTION.match(line):
            address, code[instruction[1]] = instruction.groups()
        elif RELOCATION.match(line) and code[address].startswith("jmp"):
            code[address] = "jmp elsewhere"  # a call, the last thing done
    return probes


def hot_path(code):
    """The instructions up to the return, to a call or to one seen before."""
    following = dict(zip(code, list(code)[1:]))
    path, left, address = [], dict(code), next(iter(code))
    while address in left:
        path.append(left.pop(address))
        if path[-1].startswith(("ret", "call")):
            break
        if path[-1].startswith("jmp"):
            address = path[-1].split()[1]
        else:
            address = following.get(address)
    return path


if __name__ == "__main__":
    sys.exit(main())
