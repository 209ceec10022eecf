"""What scripts/README.md says of compare's verdicts, on fewer pairs."""

import pytest

from lockgauge_tools.compare import calibration


@pytest.mark.parametrize("invocations, repetitions", [(2, 5), (5, 3)])
def test_equal_cases_are_seldom_called_different(invocations, repetitions):
    found = calibration.outcomes(1, invocations, repetitions, drift=0.01,
                                 comparisons=20)
    assert found["faster"] + found["slower"] <= 0.05
    assert found["covered"] >= 0.93


def test_different_cases_are_called_and_their_intervals_hold_the_truth():
    found = calibration.outcomes(1.1, invocations=5, repetitions=5, drift=0.01,
                                 comparisons=8)
    assert found["slower"] > 0.9 and found["faster"] == 0
    assert found["covered"] >= 0.93
