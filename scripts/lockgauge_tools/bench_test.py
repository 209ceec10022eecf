from lockgauge_tools import bench, plan

# Warns on each call, and fails when it should measure `broken`.
PROGRAM = """#!/bin/sh
echo "$1" >> "{calls}"
echo "no hardware counters" >&2
test "$1" != --scenario=broken
"""


def step(scenario):
    return plan.Step(scenario, [1], "10ms", 1)


def test_a_failing_step_is_kept_and_does_not_end_the_plan(tmp_path, capfd):
    calls = tmp_path / "calls"
    program = tmp_path / "program"
    program.write_text(PROGRAM.format(calls=calls))
    program.chmod(0o755)
    chosen = plan.Plan(2, [step("broken"), step("handoff")])
    failed = bench.measure(chosen, program, tmp_path / "runs" / "out")
    assert calls.read_text().split() == ["--scenario=broken",
                                         "--scenario=handoff"] * 2
    assert failed == [(step("broken"), 1)] * 2
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err.count("no hardware counters") == 1
    assert "[3/4] broken, " in shown.err
