"""How often compare is right, on simulated pairs whose truth is known.

Prints the table of scripts/README.md:
PYTHONPATH=scripts python3 -m lockgauge_tools.compare.calibration
"""

from pathlib import Path

import numpy
import pandas

from lockgauge_tools import compare, runs, synthetic
from lockgauge_tools.compare import sides
from lockgauge_tools.tables import Table, percent

_CASES = 20  # of one comparison, so that p is corrected as in real ones
_OUTLIERS = 0.03  # trials that take half as long again


def simulated(rng, ratio, invocations, repetitions, drift) -> sides.Sides:
    """Two runs of _CASES locks under one load; B takes `ratio` as long.

    Invocations drift by `drift` times 0.5 to 2, as locks differ, trials by
    another 1 %, both with heavy tails (Student's t, 4 and 3 degrees).
    """
    shape = (2, _CASES, invocations, repetitions)
    own_drift = drift * rng.choice([0.5, 1, 2], size=(1, _CASES, 1, 1))
    noise = own_drift * rng.standard_t(4, (*shape[:3], 1)) / 2 ** 0.5
    noise = noise + 0.01 * rng.standard_t(3, shape) / 3 ** 0.5
    cost = numpy.arange(20, 20 + _CASES)[:, None, None] * numpy.exp(noise)
    cost[rng.random(shape) < _OUTLIERS] *= 1.5
    cost[1] *= ratio
    return sides.of_runs([_run(values) for values in cost])


def _run(values):
    blank = {name: numpy.nan for name in compare.COLUMNS}
    lock, invocation, repetition = numpy.indices(values.shape)
    return runs.Run(Path("simulated"), {}, pandas.DataFrame(
        synthetic.trials(backends=["x"], threads=(2,), invocations=1,
                         repetitions=1)[0] | blank | {
            "validity": "ok", "preemption": "native",
            "backend": lock.ravel().astype(str).astype(object),
            "invocation": invocation.ravel(),
            "repetition": repetition.ravel(), "ns_per_op": values.ravel()}))


def outcomes(ratio, invocations, repetitions, drift, comparisons, seed=1):
    """Shares of the pairs called faster, called slower, and covered."""
    rng = numpy.random.default_rng(seed)
    rows = pandas.concat([compare.compare(simulated(
        rng, ratio, invocations, repetitions, drift))
        for _ in range(comparisons)])
    covered = (rows.ratio_low <= ratio) & (rows.ratio_high >= ratio)
    return {"faster": (rows.verdict == "faster").mean(),
            "slower": (rows.verdict == "slower").mean(),
            "covered": covered.mean()}


def main():
    rows = []
    for drift in (0.01, 0.03):
        for invocations, repetitions in ((2, 5), (3, 5), (5, 5), (10, 3)):
            found = {ratio: outcomes(ratio, invocations, repetitions, drift,
                                     comparisons=1000 // _CASES)
                     for ratio in (1, 1.05, 1.1, 1.2)}
            rows.append([
                f"{drift:.0%}", f"{invocations} x {repetitions}",
                percent(found[1]["faster"] + found[1]["slower"]),
                *(percent(found[ratio]["slower"])
                  for ratio in (1.05, 1.1, 1.2)),
                percent(min(each["covered"] for each in found.values()))])
    print(Table("1,000 pairs a cell", [
        "drift", "trials", "A/A called", "5 % called", "10 %", "20 %",
        "covered, least"], rows).text(), end="")


if __name__ == "__main__":
    main()
