"""A verdict in words and in JSON."""

import json
import textwrap
from collections import Counter
from dataclasses import asdict

from lockgauge_tools.doctor.checks import worst
from lockgauge_tools.doctor.finding import LEVELS, OK

WIDTH = 80
_INDENT = "    "


def text(verdict):
    """The worst first; each with what it does to results and what helps."""
    shown = sorted(((name, finding) for name, finding in verdict.items()
                    if finding), key=lambda item: -LEVELS.index(item[1].level))
    blocks = [_block(name, finding) for name, finding in shown]
    if unseen := _unseen(verdict):
        blocks.append(_wrap(f"not shown here: {', '.join(unseen)}", ""))
    return "\n".join([*blocks, _counts(verdict), ""])


def as_json(verdict):
    return json.dumps({"level": worst(verdict),
                       "findings": findings(verdict),
                       "not_shown": _unseen(verdict)}, indent=2)


def findings(verdict):
    """All but what is not shown here, as JSON has them."""
    return [{"check": name,
             **{part: value for part, value in asdict(finding).items()
                if value and part != "setting"}}
            for name, finding in verdict.items() if finding]


def _block(name, finding):
    head = f"{finding.level:<8} {name:<20} "
    lines = [textwrap.fill(finding.found, WIDTH, initial_indent=head,
                           subsequent_indent=" " * len(head))]
    if finding.level != OK:
        lines += [_wrap(finding.effect, _INDENT), _fix(finding.fix)]
    return "\n".join(lines)


def _fix(fix):
    """A pipe goes on after its bar, so that two lines are one command."""
    text = f"{_INDENT}fix: {fix}"
    if len(text) > WIDTH and " | " in fix:
        return text.replace(" | ", f" |\n{_INDENT}  ")
    return _wrap(text.strip(), _INDENT)


def _wrap(line, indent):
    return textwrap.fill(line, WIDTH, initial_indent=indent,
                         subsequent_indent=indent, break_on_hyphens=False,
                         break_long_words=False)


def _unseen(verdict):
    return [name for name, finding in verdict.items() if finding is None]


def _counts(verdict):
    counts = Counter(finding.level for finding in verdict.values() if finding)
    return ", ".join(f"{level} {counts[level]}" for level in reversed(LEVELS))
