"""Charts over many thread counts: curves, and who hands over to whom."""

from matplotlib import pyplot
from matplotlib.ticker import NullLocator

from lockgauge_tools import cells, charts, stats

_DISTANCES = {"core": "#3b6fb6", "llc": "#66a9c9", "node": "#9ccb86",
              "package": "#e8b54d", "remote": "#c8553d"}
_ACROSS = 4  # panels side by side
_BESIDE = {"loc": "upper left", "bbox_to_anchor": (1, 1), "frameon": False}


def scaling(trials, colours, boundaries) -> str:
    """Operations a second with intervals; where they moved, cache lines too.

    `boundaries`: thread counts at which a level of the machine ends, named.
    """
    # From one thread to all, locks fall by orders of magnitude.
    panels = [("operations/s", _throughput, "log")]
    if trials[cells.LINE_TRANSFERS].notna().any(axis=None):
        panels.append(("cache lines moved, per operation", _lines, "linear"))
    measured = trials[trials.ns_per_op.notna()]
    teams = sorted(set(measured.threads))
    if not teams:
        return ""
    with pyplot.rc_context(charts.STYLE):
        figure, axes = pyplot.subplots(
            len(panels), 1, squeeze=False, sharex=True, layout="constrained",
            figsize=(9, 3.6 * len(panels)))
        for axis, (label, draw, scale) in zip(axes[:, 0], panels):
            for backend, cases in measured.groupby("backend", sort=False):
                draw(axis, list(cases.groupby("threads")), label=backend,
                     color=colours[backend])
            axis.set_ylabel(label)
            axis.set_yscale(scale)
            if scale == "linear":
                axis.set_ylim(bottom=0)
            _mark(axis, teams, boundaries)
        axes[-1, 0].set_xlabel("threads")
        axes[0, 0].legend(**_BESIDE)
        return charts.inline(figure)


def handovers(trials) -> str:
    """How far a hand-over goes: shares by distance, a panel a backend."""
    columns = [f"handover_{name}_ratio" for name in _DISTANCES]
    measured = trials.dropna(subset=columns)
    measured = measured[measured.threads > 1]
    if measured.empty:
        return ""
    backends = list(measured.groupby("backend", sort=False))
    rows = -(-len(backends) // _ACROSS)
    with pyplot.rc_context(charts.STYLE):
        figure, axes = pyplot.subplots(
            rows, _ACROSS, squeeze=False, sharey=True, layout="constrained",
            figsize=(9, 0.6 + 1.7 * rows))
        for axis in axes.flat[len(backends):]:
            axis.set_visible(False)
        for axis, (backend, cases) in zip(axes.flat, backends):
            shares = cases.groupby("threads")[columns].mean()  # adds up to 1
            base = 0 * shares[columns[0]]
            for column, (name, colour) in zip(columns, _DISTANCES.items()):
                axis.bar(range(len(shares)), shares[column], bottom=base,
                         color=colour, label=name)
                base = base + shares[column]
            axis.set_xticks(range(len(shares)), shares.index, rotation=90)
            axis.set_title(backend)
            axis.set_ylim(0, 1)
        axes[0, 0].set_ylabel("share of hand-overs")
        axes[0, min(len(backends), _ACROSS) - 1].legend(**_BESIDE)
        return charts.inline(figure)


def _throughput(axis, cases, **style):
    threads, groups = zip(*((threads, stats.sample(case, "ops_per_s"))
                            for threads, case in cases))
    middles = [stats.median(group) for group in groups]
    intervals = [stats.median_interval(group) for group in groups]
    axis.errorbar(threads, middles, marker=".", capsize=2, **style, yerr=[
        [max(middle - low, 0) for middle, (low, _) in zip(middles, intervals)],
        [max(high - middle, 0) for middle, (_, high)
         in zip(middles, intervals)]])


def _lines(axis, cases, **style):
    axis.plot([threads for threads, _ in cases],
              [cells.line_transfers(case) for _, case in cases],
              marker=".", **style)


def _mark(axis, teams, boundaries):
    axis.set_xscale("log", base=2)
    axis.set_xticks(teams, list(map(str, teams)))
    axis.xaxis.set_minor_locator(NullLocator())
    for threads, name in boundaries.items():
        axis.axvline(threads, color=charts.INK, alpha=0.3, linewidth=0.8,
                     linestyle=":")
        axis.annotate(name, (threads, 1), xycoords=("data", "axes fraction"),
                      xytext=(3, -2), textcoords="offset points", va="top",
                      fontsize=7)
