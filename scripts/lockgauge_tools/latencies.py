"""The latencies of a run: latency.csv, repetitions merged."""

import pandas

from lockgauge_tools import runs, schema
from lockgauge_tools.errors import InputError

FILE = "latency.csv"
_BUCKET = ["bucket_low_ns", "bucket_high_ns"]


def load(run):
    """A row a bucket of each case and kind, in order; empty if none was
    measured."""
    path = run.path / FILE
    columns = [*runs.CASE, "machine", "kind", *_BUCKET, "count"]
    if not path.exists():
        return pandas.DataFrame(columns=columns)
    try:
        buckets = pandas.read_csv(path, keep_default_na=False)
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError,
            UnicodeDecodeError) as error:
        raise InputError(f"{path}: not CSV: {error}")
    schema.check_header(list(buckets), FILE, schema.load().version, path)
    for name in [*_BUCKET, "count"]:
        if buckets[name].dtype.kind != "i":
            raise InputError(f"{path}: {name} is not whole numbers only")
    return (buckets.groupby(columns[:-1], sort=False)["count"].sum()
            .reset_index().sort_values("bucket_low_ns", kind="stable"))
