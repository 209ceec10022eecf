"""Scenario teardown: what its calls take, and what failing locks left."""

import math

from lockgauge_tools.tables import Table, percent, scaled

_TIMES = {
    "map_free us": [
        ("median", lambda t: _us(t.map_free_p50_ns.dropna().median())),
        ("99 %", lambda t: _us(t.map_free_p99_ns.dropna().median())),
        ("longest", lambda t: _us(t.map_free_max_ns.max()))],
    "destroy us": [
        ("median", lambda t: _us(t.destroy_p50_ns.dropna().median())),
        ("99 %", lambda t: _us(t.destroy_p99_ns.dropna().median())),
        ("longest", lambda t: _us(t.destroy_max_ns.max()))],
    "locks": [
        ("faults", lambda t: _mean(t, "faults_count")),
        ("missed", lambda t: _mean(t, "teardown_failures_count")),
        ("retried", lambda t: _mean(t, "teardown_retries_count")),
        ("warned", lambda t: _mean(t, "teardown_warnings_count"))],
}
_LEFT = {
    "of all elements": [
        ("linger", lambda t: _share(t, "lingering_elements_count")),
        ("for us", lambda t: _us(t.lingering_mean_ns.dropna().median())),
        ("leak", lambda t: _share(t, "leaked_elements_count")),
        ("fields leak", lambda t: _share(t, "leaked_fields_count"))],
    "storages": [
        ("leak", lambda t: _mean(t, "leaked_storages_count"))],
    "bytes": [
        ("lingered", lambda t: _mean(t, "lingering_bytes")),
        ("leaked", lambda t: _mean(t, "leaked_bytes")),
        ("charged", lambda t: _mean(t, "charge_left_bytes"))],
}


def tables(title, trials):
    """One row a backend and team size; what is left where anything is."""
    shown = [_table(title, trials, _TIMES)]
    left = ["lingering_bytes", "leaked_bytes", "charge_left_bytes"]
    if trials[left].sum().any():
        shown.append(_table("what was left:", trials, _LEFT))
    return shown


def _table(title, trials, groups):
    columns = [column for group in groups.values() for column in group]
    return Table(
        title, ["backend", "threads", *(heading for heading, _ in columns)],
        [[backend, str(threads), *(cell(case) for _, cell in columns)]
         for (backend, threads), case
         in trials.groupby(["backend", "threads"], sort=False)],
        groups=[("", 2), *((heading, len(group))
                           for heading, group in groups.items())])


def _us(value_ns):
    return scaled(value_ns / 1000)


def _mean(trials, column):
    return scaled(trials[column].mean())


def _share(trials, column):
    made = trials.elements_made_count.sum()
    return percent(trials[column].sum() / made if made else math.nan)
