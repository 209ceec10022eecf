"""Sums JUnit files of CTest, GoogleTest and pytest: junit.py FILE.xml..."""

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

# CTest writes <skipped> for tests it could not start, too; only these messages
# mean that the test itself said so.
_CTEST_SKIPS = ("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION")


def main(paths):
    counts = Counter()
    for path in map(Path, paths):
        for name, outcome, reason in outcomes(path):
            counts[outcome] += 1
            if outcome != "passed":
                print(f"{outcome}: {path.stem}/{name}"
                      + (f": {reason}" if reason else ""))
    print(", ".join(f"{counts[outcome]} {outcome}"
                    for outcome in ("passed", "failed", "skipped")))
    return 1 if counts["failed"] else 0


def outcomes(path):
    """(test, passed|failed|skipped, reason) of each test in the file.

    A file that is missing, broken or without a test is itself a failure: the
    build or the runner before it went wrong.
    """
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        cases = []
    if not cases:
        return [("all", "failed", "no results; see the output above")]
    return [(case.get("name"), *_outcome(case)) for case in cases]


def _outcome(case):
    if case.get("status") == "disabled":
        return "skipped", "disabled in the source"
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed", ""
    skip = case.find("skipped")
    if skip is None:
        return "passed", ""
    message = skip.get("message", "")
    if case.get("result") == "skipped":  # GoogleTest: file:line, then why
        return "skipped", " ".join(message.splitlines()[1:])
    if case.get("status") is None:  # pytest
        return "skipped", message
    output = case.findtext("system-out", "")
    # CTest lets the skip win over the exit code of a sanitizer.
    if not message.startswith(_CTEST_SKIPS) or "Sanitizer:" in output:
        return "failed", ""
    return "skipped", _reason(output)


def _reason(output):
    """What GoogleTest printed after "file:line: Skipped", or the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for place, line in enumerate(lines):
        if line.endswith(": Skipped"):
            after = lines[place + 1]
            return "no reason given" if after.startswith("[") else after
    return lines[-1] if lines else "no reason given"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
