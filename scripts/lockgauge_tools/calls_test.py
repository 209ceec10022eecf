import pytest

from lockgauge_tools import calls
from lockgauge_tools.errors import InputError

# Warns on each call, and fails when it should measure `broken`.
PROGRAM = """#!/bin/sh
echo "$1" >> "{calls}"
echo "no hardware counters" >&2
test "$1" != --scenario=broken
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        program = tmp_path / "program"
        program.write_text(text)
        program.chmod(0o755)
        return program
    return write


def test_a_failing_call_is_kept_and_does_not_end_the_run(tmp_path, write,
                                                         capfd):
    made = tmp_path / "calls"
    program = write(PROGRAM.format(calls=made))
    broken, handoff = [
        calls.Call(name, [program, f"--scenario={name}"], 1.0)
        for name in ("broken", "handoff")]
    failed = calls.run([broken, handoff] * 2)
    assert made.read_text().split() == ["--scenario=broken",
                                        "--scenario=handoff"] * 2
    assert failed == [(broken, 1)] * 2
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err.count("no hardware counters") == 1
    assert "[3/4] broken, " in shown.err


def test_what_the_program_refuses_is_refused_in_its_words(write):
    program = write("#!/bin/sh\necho a banner >&2\n"
                    "echo lockgauge: --machine=x: no such >&2\nexit 2\n")
    with pytest.raises(InputError, match="^--machine=x: no such$"):
        calls.teams([program])
    with pytest.raises(InputError, match="lockgauge ended with 5"):
        calls.teams([write("#!/bin/sh\nexit 5\n")])
