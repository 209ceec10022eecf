"""Who was refused, why, and whether with reason."""

from lockgauge_tools import cells
from lockgauge_tools.report import figures, loads
from lockgauge_tools.tables import percent, team

_CAUSES = {"fail_busy_count": "EBUSY: busy",
           "fail_deadlock_count": "EDEADLK: deadlock",
           "fail_timeout_count": "ETIMEDOUT: waited too long",
           "fail_again_count": "EAGAIN: another was first",
           "fail_nomem_count": "ENOMEM: no memory"}
_UNJUDGED = ["fail_again_count", "fail_nomem_count"]
_TRUTHS = {"spurious_count": "spurious: without cause",
           "real_count": "real: re-entering or in a cycle"}


def shares(trials):
    """Figures by cause and by truth; one where the second would repeat it."""
    cause, truth = _by_cause(trials), _by_truth(trials)
    if cause and truth and len(cause["parts"]) == len(truth["parts"]) == 1:
        return [cause | {"note": truth["title"]}]
    return [cause, truth]


def _by_cause(trials):
    refused = _refused(trials, _CAUSES)
    if refused.empty:
        return None
    backend, threads, share = _worst(refused, list(_CAUSES))
    return _shares(f"{backend} refuses most: {percent(share)} of attempts at "
                   f"{team(threads)}", refused, _CAUSES)


def _by_truth(trials):
    refused = _refused(trials, _TRUTHS)
    if refused.empty:
        return None
    counts = refused[list(_TRUTHS)].sum()
    spurious = counts.spurious_count / counts.sum()
    title = ("No refusal had a cause: every caller could have gone on"
             if spurious == 1 else
             "Every refusal had a cause" if spurious == 0 else
             f"{percent(spurious)} of refusals were without cause")
    note = ("EAGAIN and ENOMEM are left out here: there is nothing to judge."
            if refused[_UNJUDGED].any(axis=None) else "")
    return _shares(title, refused, _TRUTHS) | {"note": note}


def _refused(trials, columns):
    """Trials of team sizes that met a refusal; none if there was none."""
    counted = trials[trials.attempts_count.notna()]
    met = counted[list(columns)].fillna(0).sum(axis=1).groupby(
        counted.threads).sum()
    return counted[counted.threads.isin(met[met > 0].index)]


def _worst(trials, columns):
    sums = trials.groupby(["backend", "threads"])[
        [*columns, "attempts_count"]].sum()
    shares = sums[columns].sum(axis=1) / sums.attempts_count
    backend, threads = shares.idxmax()
    return backend, threads, shares.max()


def _shares(title, trials, columns):
    met = {name: label for name, label in columns.items()
           if trials[name].sum() > 0}
    sums = cells.cases(trials)[[*met, "attempts_count"]].sum()
    shares = sums[list(met)].div(sums.attempts_count, axis=0)[
        sums.attempts_count > 0].reset_index()
    panels = [(heading, [figures.bar(backend, values)
                         for backend, _, *values in cases.itertuples(False)])
              for heading, cases in loads.teams(shares)]
    kind = "" if len(met) > 1 else f" refused ({', '.join(met.values())})"
    return figures.bars(title, figures.axis(f"share of attempts{kind}",
                                            "share"), panels, met.values())
