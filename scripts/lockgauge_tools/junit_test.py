import pytest

from lockgauge_tools import junit

# As CTest 3.25 writes them.
CTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="8">
<testcase name="locks.Ok" status="run"><system-out/></testcase>
<testcase name="locks.Bad" status="fail"><failure message=""/></testcase>
<testcase name="locks.Skip" status="notrun">
<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
<system-out>[ RUN      ] Locks.Skip
/src/locks/x_test.cc:5: Skipped
needs 2 NUMA nodes

[  SKIPPED ] Locks.Skip (0 ms)
</system-out></testcase>
<testcase name="locks.Bare" status="notrun">
<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
<system-out>/src/locks/x_test.cc:6: Skipped

[  SKIPPED ] Locks.Bare (0 ms)
</system-out></testcase>
<testcase name="locks.Race" status="notrun">
<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
<system-out>/src/locks/x_test.cc:7: Skipped
later
SUMMARY: ThreadSanitizer: data race</system-out></testcase>
<testcase name="pmu" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
<system-out>no PMU here
</system-out></testcase>
<testcase name="off" status="disabled"><system-out>Disabled</system-out>
</testcase>
<testcase name="gone" status="notrun">
<skipped message="Unable to find executable"/></testcase>
</testsuite>"""

PYTEST = """<testsuites><testsuite name="pytest">
<testcase classname="a" name="ok"/>
<testcase classname="a" name="skip">
<skipped type="pytest.skip" message="shellcheck is not installed"/></testcase>
<testcase classname="a" name="broken"><error message="import"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name
    return write


def test_counts_reasons_and_exit_code(write, capsys):
    code = junit.main([write("release.xml", CTEST),
                       write("scripts.xml", PYTEST)])
    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert lines[-1] == "2 passed, 4 failed, 5 skipped"
    assert "failed: release/locks.Bad" in lines
    assert "failed: release/locks.Race" in lines
    assert "failed: release/gone" in lines
    assert "failed: scripts/broken" in lines
    assert "skipped: release/locks.Skip: needs 2 NUMA nodes" in lines
    assert "skipped: release/locks.Bare: no reason given" in lines
    assert "skipped: release/pmu: no PMU here" in lines
    assert "skipped: release/off: disabled in the source" in lines
    assert "skipped: scripts/skip: shellcheck is not installed" in lines


def test_all_well(write, capsys):
    ok = '<testsuite><testcase name="a" status="run"/></testsuite>'
    assert junit.main([write("release.xml", ok)]) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed, 0 skipped\n"


@pytest.mark.parametrize("text", [None, "", "<testsuite", "<testsuite/>"])
def test_a_suite_without_results_is_a_failure(write, tmp_path, capsys, text):
    path = tmp_path / "asan.xml" if text is None else write("asan.xml", text)
    assert junit.main([path]) == 1
    assert capsys.readouterr().out.endswith("0 passed, 1 failed, 0 skipped\n")
