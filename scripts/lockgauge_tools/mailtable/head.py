"""What stands above the tables of a mail: calls, machine, legend."""

import os
import shlex
import textwrap

from lockgauge_tools import runs
from lockgauge_tools.compare import tables as compare_tables
from lockgauge_tools.compare import verdicts
from lockgauge_tools.doctor import record


def text(run, baseline, width) -> str:
    paragraphs = [_commands(run, width)] + [
        textwrap.fill(said, width, break_on_hyphens=False)
        for said in (" ".join([_machine(run), *record.lines(run.facts)]),
                     _legend(run, baseline))]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _commands(run, width):
    """Each call once, as a shell takes it."""
    calls = run.facts.get("invocations")
    words = [call.get("command") for call in calls if isinstance(call, dict)] \
        if isinstance(calls, list) else []
    commands = dict.fromkeys(_command(call) for call in words
                             if isinstance(call, list) and call)
    return "\n".join(" \\\n".join(textwrap.wrap(
        f"$ {command}", width - 2, subsequent_indent="      ",
        break_long_words=False, break_on_hyphens=False))
        for command in commands)


def _command(words):
    """Without the folders, which are nobody else's."""
    program, *options = map(str, words)
    kept = [option for before, option in zip([program, *options], options)
            if not option.startswith("--out") and before != "--out"]
    return shlex.join([os.path.basename(program), *kept])


# What a fact of run.json is called, in the order of the paragraph.
_MACHINE = {"cpu_model": "", "packages_count": "packages",
            "cores_count": "cores", "cpus_count": "CPUs",
            "nodes_count": "NUMA nodes", "smt": "SMT",
            "kernel_release": "Linux", "hypervisor": "hypervisor",
            "governor": "governor", "boost": "boost", "microcode": "microcode",
            "thp": "THP"}
_BUILD = ["version", "revision", "compiler", "flags"]


def _machine(run):
    """One paragraph; what is unknown is left out."""
    facts, build = (part if isinstance(part, dict) else {} for part
                    in (run.facts.get("machine"), run.facts.get("build")))
    said = [*sorted(set(run.trials.machine)),
            *(f"{name} {facts[fact]}".strip()
              for fact, name in _MACHINE.items() if facts.get(fact))]
    built = [str(build[fact]) for fact in _BUILD if build.get(fact)]
    return (f"Machine: {', '.join(said)}."
            + (f" lockgauge {', '.join(built)}." if built else ""))


def _legend(run, baseline):
    seeded = runs.is_seeded(run.trials)
    counts = [f"{trials.nunique()} {unit}" for trials, unit in (
        (run.trials.invocation[~seeded], "invocations"),
        (run.trials.seed[seeded], "seeds")) if len(trials)]
    said = (f"Medians over {' or '.join(counts)} +- half their 95 % bootstrap "
            "interval; lower is better.")
    if run.trials.elements_made_count.any():
        said += " /M: per million elements made."
    if baseline is not None:
        said += (f" ratio: to {baseline}; {compare_tables.UNDECIDED} "
                 f"undecided, {compare_tables.SAME} the same within "
                 f"{100 * verdicts.WIDEST_SAME:.0f} %, else different by more "
                 "than noise.")
    if seeded.any():
        said += " [sim]: simulated, not measured."
    return said
