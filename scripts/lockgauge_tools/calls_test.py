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
        calls.cases([["true"], [str(program)]])
    with pytest.raises(InputError, match="lockgauge ended with 5"):
        calls.cases([[str(write("#!/bin/sh\nexit 5\n"))]])


def test_the_cases_of_a_call_are_those_the_program_names(write):
    program = str(write("""#!/bin/sh
echo "$1/qspinlock/hold_ns:0/think_ns:5/one-per-core/threads:8/iterations:1/m"
echo "$1/no_lock/compact/threads:1/iterations:1/repeats:3/manual_time"
"""))
    assert calls.cases([[program, "a"], [program, "it's b"]]) == [[
        calls.Case(scenario, "qspinlock", "hold_ns=0;think_ns=5",
                   "one-per-core", 8),
        calls.Case(scenario, "no_lock", "", "compact", 1)]
        for scenario in ("a", "it's b")]
