"""What a reader must know before believing a run."""

from lockgauge_tools import runs
from lockgauge_tools.compare.verdicts import REGIME
from lockgauge_tools.doctor import record
from lockgauge_tools.report import glossary, loads
from lockgauge_tools.summary import LOAD
from lockgauge_tools.tables import team

_ENOUGH_SEEDS = 5  # a rank test of four against four can just say something


def doubts(run):
    """Lines, the gravest first."""
    return [*_failed(run.trials), *record.lines(run.facts),
            *_simulated(run.trials), *_moved(run.trials),
            *_disturbed(run.trials), *_once(run.trials), *_brief(run.trials),
            *_skipped(run.trials), *_uncounted(run.trials)]


def _failed(trials):
    rows = trials[trials.validity.str.startswith((runs.FAILED, runs.HUNG))]
    return [f"{len(group)} trials {reason} "
            f"({', '.join(dict.fromkeys(group.backend))})"
            for reason, group in rows.groupby("validity", sort=False)]


def _skipped(trials):
    rows = trials[trials.validity.str.startswith(runs.SKIPPED)]
    if rows.empty:
        return []
    counts = rows.backend.value_counts(sort=False)
    return ["trials that could not be run, with the reason under the tables: "
            + ", ".join(f"{name} {count}" for name, count in counts.items())]


def _moved(trials):
    """Cores of a guest move; the same team's then talk at another speed."""
    measured = trials[trials.target != "sim"]
    probes = measured.groupby([*LOAD, "threads", "invocation"])[
        ["core_to_core_before_ns", "core_to_core_after_ns"]].median().mean(
            axis=1).dropna()
    teams = probes.groupby([*LOAD, "threads"])
    ratios = teams.max() / teams.min()
    if ratios.empty or ratios.max() <= REGIME:
        return []
    worst = ratios.idxmax()
    return [f"the machine moved: cores of the same team took "
            f"{teams.min()[worst]:.0f} ns to reach each other in one "
            f"invocation, {teams.max()[worst]:.0f} ns in another"]


def _disturbed(trials):
    tags = runs.tags(trials)
    if not tags:
        return []
    words = "; ".join(f"{tag} {count}{glossary.tag(tag)}"
                      for tag, count in tags.items())
    return [f"disturbed trials, of {len(trials)}, kept and marked *: {words}"]


def _once(trials):
    measured = trials[trials.target != "sim"]
    if measured.invocation.nunique() != 1:
        return []
    return ["one invocation: how much a second would differ is unknown, so no "
            "lock is called fastest"]


def _brief(trials):
    """Windows in which hardly anything happened."""
    brief = trials[(trials.threads > 1) & trials.jain_ratio.notna()
                   & (trials.ops_count < loads.ENOUGH_EACH * trials.threads)]
    if brief.empty:
        return []
    places = brief.groupby(["scenario", "threads"]).size().index
    return [f"too short: in {len(brief)} trials a thread came to fewer than "
            f"{loads.ENOUGH_EACH} operations on average, so how even and how "
            "fast they are is mostly chance ("
            + ", ".join(f"{scenario} {team(threads)}"
                        for scenario, threads in places) + ")"]


def _simulated(trials):
    simulated = trials[trials.target == "sim"]
    if simulated.empty:
        return []
    seeds = simulated.groupby(runs.CASE).seed.nunique().max()
    few = [f"{seeds} seeds a case at most: too few to call small differences; "
           "ten can"] if 0 < seeds < _ENOUGH_SEEDS else []
    return ["simulated: how locks compare as more threads want them is what "
            "this can tell; single nanoseconds it cannot", *few]


def _uncounted(trials):
    reasons = set(trials.counters_status) - {"ok", ""}
    return [f"counters: {reason}" for reason in sorted(reasons)]
