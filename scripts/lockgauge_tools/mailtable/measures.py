"""Which figures of a load a mail shows: what the load is there to measure."""

from lockgauge_tools import schema

COST = "ns_per_op"
_WAITS = ["p50_ns", "p99_ns", "p999_ns", "max_ns"]
# Findings that say how much was done, not what came of it.
_DONE = {"interrupts_count", "interrupts_inside_count", "map_free_count",
         "destroy_count", "elements_made_count", "faults_count",
         "teardown_failures_count", "teardown_retries_count"}
_FINDINGS = [column.name for column in schema.load().files["trials.csv"]
             if column.role == "finding" and column.name not in _DONE]
# Who makes more elements leaves more of them, and of what they hold.
_LEFT = [name for name in _FINDINGS
         if name.startswith(("lingering_", "leaked_", "charge_left_"))
         and name != "lingering_mean_ns"]
_PER_MILLION = {name: f"{name.removesuffix('_count')}/M" for name in _LEFT}

COLUMNS = [COST, *_WAITS, *_FINDINGS, "elements_made_count"]
NAMES = [COST, *_WAITS, *(_PER_MILLION.get(name, name) for name in _FINDINGS)]


def only(trials, load):
    """The trials with those figures alone: the time of an operation only
    where a load (these columns) measures nothing more telling."""
    per_million = {
        name: 1e6 * trials[column] / trials.elements_made_count
        for column, name in _PER_MILLION.items()}
    trials = trials.assign(**per_million)
    telling = trials[NAMES[1:]].notna().any(axis=1)
    beside = telling.groupby([trials[name] for name in load]).transform("any")
    return trials.assign(**{COST: trials[COST].mask(beside)})
