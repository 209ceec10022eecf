"""One self-contained HTML file for one or many runs: scripts/report."""

from pathlib import Path

from lockgauge_tools import runs
from lockgauge_tools.report import page
from lockgauge_tools.report.sources import Sources


def write(run: runs.Run) -> Path:
    """Beside the run; for what is more than a run, see write_all()."""
    return write_all(Sources([run]), run.path / "report.html")


def write_all(found: Sources, path: Path) -> Path:
    path.write_text(page.html(found), encoding="utf-8")
    return path


def html(run: runs.Run) -> str:
    return page.html(Sources([run]))
