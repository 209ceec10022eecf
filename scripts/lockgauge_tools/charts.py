"""Charts as inline SVG that takes the page's text colour."""

import io

import matplotlib
from matplotlib import pyplot

from lockgauge_tools import stats
from lockgauge_tools.tables import team

matplotlib.use("svg")

INK = "#010203"  # stands for the page's text colour until inline()
STYLE = {
    "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False,
    "axes.spines.right": False,
}


def colours(trials):
    """One colour a backend, the same in every chart of a report."""
    palette = matplotlib.colormaps["tab20"].colors
    backends = dict.fromkeys(trials.backend)
    return {name: palette[place % len(palette)]
            for place, name in enumerate(backends)}


def costs(trials, colours) -> str:
    """Bars of ns/op with intervals: a panel a team size, zero-based."""
    measured = trials.dropna(subset=["ns_per_op"])
    if measured.empty:
        return ""
    teams = list(measured.groupby("threads"))
    backends = list(dict.fromkeys(measured.backend))
    with pyplot.rc_context(STYLE):
        figure, panels = pyplot.subplots(
            1, len(teams), squeeze=False, sharey=True, layout="constrained",
            figsize=(1.5 + 3.5 * len(teams), 0.8 + 0.24 * len(backends)))
        for panel, (threads, cases) in zip(panels[0], teams):
            _bars(panel, backends, dict(list(cases.groupby("backend"))),
                  colours)
            panel.set_title(team(threads))
            panel.set_xlabel("ns/op")
        panels[0][0].invert_yaxis()
        return inline(figure)


def _bars(panel, backends, cases, colours):
    for place, backend in enumerate(backends):
        if backend not in cases:
            continue
        groups = stats.sample(cases[backend])
        middle = stats.median(groups)
        low, high = stats.median_interval(groups)
        panel.barh(place, middle, color=colours[backend],
                   xerr=[[max(middle - low, 0)], [max(high - middle, 0)]],
                   ecolor=INK, capsize=2)
    panel.set_yticks(range(len(backends)), backends)
    panel.set_xlim(left=0)


def inline(figure):
    """The svg element alone: HTML needs no prologue, name space or ids."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True,
                   metadata=dict.fromkeys(["Creator", "Date", "Format",
                                           "Type"]))
    pyplot.close(figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg"):].replace(INK, "currentColor")
    for name in ("xmlns", "xmlns:xlink"):
        start = svg.index(f' {name}="')
        svg = svg[:start] + svg[svg.index('"', start + len(name) + 3) + 1:]
    return svg
