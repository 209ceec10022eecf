"""A table of text cells: plain for terminals and mails, or for the report."""

import math
import textwrap
from dataclasses import dataclass, field, replace

WIDTH = 100
EMPTY = "-"  # a cell without a value; never a zero


@dataclass
class Table:
    title: str
    header: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)
    # Headings above the header: (heading, number of columns), in order.
    groups: list[tuple[str, int]] = field(default_factory=list)

    def beside(self, heading, columns):
        """This table with one more group of columns, headers included."""
        header, *rows = [[*line, *cells] for line, cells
                         in zip([self.header, *self.rows], zip(*columns))]
        return replace(self, header=header, rows=rows,
                       groups=[*self.groups, (heading, len(columns))])

    def widths(self):
        widths = [max(map(len, column))
                  for column in zip(self.header, *self.rows)]
        start = 0
        for heading, count in self.groups:  # a heading may be the widest
            inner = sum(widths[start:start + count]) + 2 * (count - 1)
            widths[start] += max(0, len(heading) - inner)
            start += count
        return widths

    def text(self):
        widths = self.widths()
        left = [_is_text(column) for column in zip(*self.rows)]
        lines = _fitting(self.title)
        if self.groups:
            lines.append(self._group_line(widths))
        for row in [self.header, *self.rows]:
            lines.append("  ".join(
                cell.ljust(width) if flush else cell.rjust(width)
                for cell, width, flush in zip(row, widths, left)).rstrip())
        for note in self.notes:
            lines += textwrap.wrap(note, WIDTH, initial_indent="  ",
                                   subsequent_indent="    ")
        return "\n".join(lines) + "\n"

    def _group_line(self, widths):
        cells, start = [], 0
        for heading, count in self.groups:
            inner = sum(widths[start:start + count]) + 2 * (count - 1)
            cells.append(heading.rjust(inner))
            start += count
        return "  ".join(cells).rstrip()


def _fitting(title):
    """In lines of WIDTH, broken between parameters if it must be."""
    return [part for line in title.splitlines() for part in (
        [line] if len(line) <= WIDTH else
        textwrap.wrap(line.replace(";", "; "), WIDTH, subsequent_indent="  ",
                      break_on_hyphens=False))]


def number(value):
    """Three to four digits, never an exponent a mail reader must decode."""
    if math.isnan(value):
        return EMPTY
    return f"{value:.{_digits(value)}f}"


def plus_minus(value, half_width):
    """Both with the digits the value deserves."""
    digits = _digits(value)
    return f"{value:.{digits}f} ±{half_width:.{digits}f}"


def scaled(value):
    """1234567 as 1.23M."""
    if math.isnan(value):
        return EMPTY
    for limit, prefix in [(1e9, "G"), (1e6, "M"), (1e3, "k")]:
        if value >= limit:
            return f"{value / limit:.3g}{prefix}"
    return f"{value:.3g}"


def percent(share):
    if 0 < share < 1e-6:
        return "< 0.0001 %"  # an exponent is nothing for a reader
    if share >= 9.995:
        return f"{100 * share:.0f} %"  # nor is one here
    return EMPTY if math.isnan(share) else f"{100 * share:.3g} %"


def team(threads):
    return f"{threads} thread{'s' if threads > 1 else ''}"


def _digits(value):
    return 0 if value >= 100 or value == 0 else 1 if value >= 10 else 2


def _is_text(column):
    """Words are set flush left, numbers flush right."""
    return any(cell[:1].isalpha() for cell in column)
