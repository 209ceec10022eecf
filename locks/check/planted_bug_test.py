#!/usr/bin/python3
"""Plants one bug of planted_bugs.toml in a copy of locks/ and checks the copy.

Succeeds if the check finds what the table says, or nothing if nothing was
planted. What follows "--" compiles and links a check.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

CHECK = Path(__file__).resolve().parent
LOCKS = CHECK.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="table of planted_bugs.toml")
    parser.add_argument("--build", type=Path, required=True,
                        help="folder for the copy and what is built from it")
    parser.add_argument("compile", nargs="+", help="the compiler's command")
    args = parser.parse_args()
    bug = tomllib.loads((CHECK / "planted_bugs.toml").read_text())[args.name]

    root = args.build / args.name
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(LOCKS, root / "locks")
    if "file" in bug:
        plant(bug, root / "locks" / bug["file"])
    program = root / bug["check"]
    compiler, *rest = args.compile
    built = subprocess.run([compiler, root / f"locks/check/{program.name}.cc",
                            f"-I{root}", *rest, "-o", program])
    if built.returncode:
        sys.exit(f"{args.name}: the copy in {root} does not compile")
    run = subprocess.run([program, f"--gtest_filter={bug['cases']}"],
                         stdout=subprocess.PIPE, text=True)

    expected = {bug["finds"]} if "finds" in bug else set()
    found = set(re.findall(r'^    Which is: "(.+)"$', run.stdout, re.M))
    ran = re.search(r"^\[=+\] [1-9]\d* tests? .* ran\.", run.stdout, re.M)
    if ran and found == expected and run.returncode == bool(expected):
        print(f"{args.name}: {', '.join(found) or 'nothing'} found")
        shutil.rmtree(root)  # left to look at otherwise
        return 0
    print(run.stdout[-4000:])
    print(f"{args.name}: expected {expected or 'nothing'}, "
          f"found {found or 'nothing'}; exit code {run.returncode}")
    return 1


def plant(bug, path):
    text = path.read_text()
    times = bug.get("times", 1)
    if text.count(bug["was"]) != times:
        sys.exit(f"planted_bugs.toml: {bug['file']} has {bug['was']!r} "
                 f"{text.count(bug['was'])} times, not {times}")
    path.write_text(text.replace(bug["was"], bug["becomes"]))


if __name__ == "__main__":
    sys.exit(main())
