"""What scripts/compare does with its arguments."""

import sys

from lockgauge_tools import compare, runs, schema
from lockgauge_tools.compare import formats, reference, sides, verdicts
from lockgauge_tools.errors import InputError


def main(args):
    limits = [verdicts.threshold(text) for text in args.fail_on]
    metrics = _metrics(args.metric)
    chosen = _sides(args, [*metrics, *compare.COLUMNS])
    rows = compare.compare(chosen, metrics)
    print(formats.FORMATS[args.format](rows, chosen), end="")
    if rows.p_rank.isna().all():
        print("compare: no case was measured on both sides", file=sys.stderr)
        return 3
    found = [(word, least, len(verdicts.beyond(rows, word, least)))
             for word, least in limits]
    for word, least, count in found:
        if count:
            print(f"compare: {count} of {len(rows)} cases {word} by "
                  f"{100 * least:g} % or more", file=sys.stderr)
    return 1 if any(count for *_, count in found) else 0


def _sides(args, columns):
    if args.by is None and args.baseline is not None:
        raise InputError("--baseline goes with --by; of runs the first one is "
                         "it")
    loaded = [_load(path, columns, args.target) for path in args.runs]
    if args.by is not None:
        return sides.of_column(loaded, args.by, args.baseline)
    if len(loaded) > 1:
        return sides.of_runs(loaded)
    archived = reference.like(*loaded, columns)
    return sides.of_runs([*loaded, *archived.values()],
                         ["this run", *archived])


def _load(path, columns, target):
    run = runs.load(path, columns)
    if target is None:
        return run
    trials = run.trials[run.trials.target == target]
    if trials.empty:
        raise InputError(f"{path}: no {target} numbers, but "
                         f"{', '.join(sorted(set(run.trials.target)))}")
    return runs.Run(run.path, run.facts, trials)


def _metrics(names):
    known = [column.name for column in schema.load().files["trials.csv"]
             if column.role in ("metric", "finding")]
    metrics = list(dict.fromkeys(names.split(",")))
    for name in metrics:
        if name not in known:
            raise InputError(f"--metric: no column '{name}' to compare; "
                             f"results/schema.toml has {', '.join(known[:6])}"
                             ", ...")
    return metrics
