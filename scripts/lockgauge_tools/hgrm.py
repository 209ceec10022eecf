"""Latencies in the text format of HdrHistogram's percentile output."""

import re

import numpy

from lockgauge_tools import latencies, runs

_CASE = ["machine", *runs.CASE, "kind"]
_NS_PER_US = 1000
# What measure/histogram.h has: octaves above the first 256 values, and the
# values that a bucket of one could be told apart by.
_FOOTER = "#[Buckets = {:12d}, SubBuckets     = {:12d}]\n".format(57, 256)


def write(run):
    """A file for each case and kind. Answers their paths."""
    folder = run.path / "hgrm"
    paths = []
    for case, buckets in latencies.load(run).groupby(_CASE, sort=False):
        folder.mkdir(exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9.=-]+", "_",
                      "_".join(map(str, case))) + ".hgrm"
        (folder / name).write_text(text(buckets), encoding="ascii")
        paths.append(folder / name)
    return paths


def text(buckets):
    """A line for each bucket: all up to its highest value, in microseconds."""
    counts = buckets["count"].to_numpy()
    values = buckets.bucket_high_ns.to_numpy() / _NS_PER_US
    totals = counts.cumsum()
    count = totals[-1]
    middles = (buckets.bucket_low_ns.to_numpy() / _NS_PER_US + values) / 2
    mean = numpy.average(middles, weights=counts)
    deviation = numpy.sqrt(numpy.average((middles - mean) ** 2,
                                         weights=counts))
    lines = ["{:>12} {:>14} {:>10} {:>14}\n\n".format(
        "Value", "Percentile", "TotalCount", "1/(1-Percentile)")]
    for value, total in zip(values, totals):
        line = f"{value:12.3f} {total / count:2.12f} {total:10d}"
        # The last one's is infinite and left out, as HdrHistogram does.
        lines.append(line + (f" {count / (count - total):14.2f}\n"
                             if total < count else "\n"))
    return "".join([
        *lines,
        f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation:12.3f}]\n",
        f"#[Max     = {values[-1]:12.3f}, Total count    = {count:12d}]\n",
        _FOOTER])
