"""Scenario teardown: what its calls take, and what failing locks left."""

from lockgauge_tools import cells
from lockgauge_tools.tables import Table, percent, scaled

_TIMES = {
    "map_free us": [
        ("median", lambda t: _us(t.map_free_p50_ns.median())),
        ("99 %", lambda t: _us(t.map_free_p99_ns.median())),
        ("longest", lambda t: _us(t.map_free_max_ns.max()))],
    "destroy us": [
        ("median", lambda t: _us(t.destroy_p50_ns.median())),
        ("99 %", lambda t: _us(t.destroy_p99_ns.median())),
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
        ("for us", lambda t: _us(t.lingering_mean_ns.median())),
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
    cases = cells.cases(trials)
    return Table(
        title, ["backend", "threads", *(heading for heading, _ in columns)],
        cells.rows([cell(cases) for _, cell in columns]),
        groups=[("", 2), *((heading, len(group))
                           for heading, group in groups.items())])


def _us(values_ns):
    return (values_ns / 1000).map(scaled)


def _mean(cases, column):
    return cases[column].mean().map(scaled)


def _share(cases, column):
    made = cases.elements_made_count.sum()
    return (cases[column].sum() / made.where(made > 0)).map(percent)
