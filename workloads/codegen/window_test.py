#!/usr/bin/python3
"""Reads in the linked program what runs inside the window of a trial.

From every run() of a workload, all that it can execute is followed, function
by function, slow paths of locks included; exceptions are not. There must be no
indirect call, no system call, and no call to a library but those listed below.
"""

import argparse
import platform
import re
import shutil
import subprocess
import sys

SKIPPED = 77

# The libraries' functions that windows may call: in which windows ("scenario
# backend"), which ones, and why that is honest.
ALLOWED = [
    # A new element's value is copied in.
    (r"(storage_(c|gap|mix)\w*|same_cpu|reentry|teardown) ",
     ["memcpy", "memset"]),
    # Reading RCU's per-thread state in C++ asks for a constructor. There is
    # none: the library is C, the symbol weak and null, the call skipped.
    (r"(storage_\w+|same_cpu|reentry|teardown) ",
     ["TLS init function for urcu_memb_reader"]),
    # rcu_read_unlock() wakes a grace period that has begun to wait for readers:
    # the one system call (futex), at most once for each such wait.
    (r"(storage_\w+|same_cpu|reentry|teardown) ",
     ["syscall(202)", "__errno_location", "compat_futex_async"]),
    # The median of what a pair has taken, before the next one begins.
    (r"core_to_core ", ["memmove"]),
    # What is measured: callers that yield, and the C library's locks. Between
    # the rounds of teardown its threads wait for each other, yielding.
    (r"(same_cpu|teardown) ", ["sched_yield"]),
    (r"\w+ std_mutex", ["pthread_mutex_lock", "pthread_mutex_unlock",
                        "std::__throw_system_error(int)"]),
    (r"\w+ pthread_spin", ["pthread_spin_init", "pthread_spin_lock",
                           "pthread_spin_unlock"]),
]

# Not followed. Rare, and made to be: memory for a new slab, the clocks at both
# ends of a streak of failures. Indirect as in the kernel: what RCU calls back
# (host/rcu.cc), and the destructor of special fields, for maps that have some.
# And teardown's map_free, which waits for grace periods by what the system
# offers, and the making of maps and owners for its next round.
RARE = re.compile(r"(void )?lockgauge::(storage::Slabs<.*>::grow"
                  r"|storage::call_free_fields<.*>"
                  r"|measure::Streak<.*>::(begin|end)"
                  r"|scenario::teardown::Run<.*>::(free_map|end_round)"
                  r"|host::rcu::.*::reclaim)\(")

NATIVE = r"lockgauge::Host<lockgauge::host::Native> >"
# A scenario's own, or that of Stamped (harness/stamped.h) around it.
WINDOW = re.compile(r"(?P<stamped>lockgauge::harness::Stamped<)?"
                    r"lockgauge::scenario::(?P<scenario>\w+)::"
                    rf"Run<lockgauge::backend::(?P<backend>\w+)<{NATIVE} >"
                    rf"(?(stamped), {NATIVE})"
                    r"::run\(int, [^()]*\)$")
HEADER = re.compile(r"([0-9a-f]+) <(.*)>:\n")
INSTRUCTION = re.compile(r"^ +([0-9a-f]+):\t(.*?) *$", re.MULTILINE)
BRANCH = re.compile(r"(?:bnd |notrack )?(call|jmp|j|loop)[\w,]* +(.*)")
TARGET = re.compile(r"([0-9a-f]+) <(.*?)(?:\+0x([0-9a-f]+))?>$")
END = re.compile(r"(bnd |repz? )?ret|ud2|hlt")
THROW = re.compile(r"std::__throw_")  # never return
SYSTEM = re.compile(r"syscall|sysenter|int ")
FIRST_ARGUMENT = re.compile(r"mov +\$0x([0-9a-f]+),%[er]di$")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="lockgauge, linked")
    parser.add_argument("windows", nargs="+", metavar="SCENARIO:BACKEND",
                        type=lambda text: tuple(text.split(":")))
    args = parser.parse_args()
    if platform.machine() != "x86_64":
        print("skipped: reads x86-64 object code only")
        return SKIPPED
    if not shutil.which("objdump"):
        print("skipped: no objdump (package binutils)")
        return SKIPPED
    listing = subprocess.run(
        ["objdump", "--disassemble", "--demangle", "--no-show-raw-insn",
         args.program], stdout=subprocess.PIPE, text=True, check=True).stdout
    functions = find_functions(listing)
    windows = {window_of(match): start
               for start, (name, _) in functions.items()
               if (match := WINDOW.match(name))}
    wrong = False
    print(f"{'scenario':15} {'backend':23} functions  library calls")
    for window in args.windows:
        if window not in windows:
            wrong = True
            print(*window, "was not found")
            continue
        reached, calls, errors = follow(functions, windows[window])
        errors |= {f"calls {name}" for name in calls - allowed(window)}
        wrong = wrong or bool(errors)
        print(f"{window[0]:15} {window[1]:23} {len(reached):9}  "
              f"{', '.join(sorted(calls)) or '-'}")
        for error in sorted(errors):
            print("  must not:", error)
    return int(wrong)


def window_of(match):
    suffix = "_latency" if match["stamped"] else ""
    return match["scenario"] + suffix, match["backend"]


def find_functions(listing):
    """{address: (name, disassembly)}"""
    return {int(header[1], 16): (header[2], paragraph)
            for paragraph in listing.split("\n\n")
            if (header := HEADER.match(paragraph))}


def allowed(window):
    return {name for windows, names in ALLOWED
            if re.match(windows, " ".join(window)) for name in names}


def follow(functions, entry):
    """The functions that are reached, the library calls, and errors."""
    code, calls, errors, seen = {}, set(), set(), set()
    todo = [(entry, entry)]
    while todo:
        function, address = todo.pop()
        name, disassembly = functions[function]
        if function not in code:
            code[function] = instructions(disassembly)
        argument = None
        while address not in seen:
            seen.add(address)
            text, address = code[function][address]
            if END.match(text):
                break
            if SYSTEM.match(text):
                errors.add(f"{text}, in {name}")
            if constant := FIRST_ARGUMENT.match(text):
                argument = int(constant[1], 16)
            if branch := BRANCH.match(text):
                target = TARGET.match(branch[2])
                if not target:
                    errors.add(f"{text}, in {name}")
                elif target[2] == "syscall@plt":
                    calls.add(f"syscall({argument})")
                elif target[2].endswith("@plt"):
                    calls.add(target[2].removesuffix("@plt"))
                elif not RARE.match(target[2]):
                    to = int(target[1], 16)
                    todo.append((to - int(target[3] or "0", 16), to))
                if branch[1] == "jmp" or (target and THROW.match(target[2])):
                    break
    return code.keys(), calls, errors


def instructions(disassembly):
    """{address: (instruction, the next one's address)}"""
    found = [(int(address, 16), text)
             for address, text in INSTRUCTION.findall(disassembly)]
    following = [address for address, _ in found[1:]] + [None]
    return {address: (text, after)
            for (address, text), after in zip(found, following)}


if __name__ == "__main__":
    sys.exit(main())
