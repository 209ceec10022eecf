"""Cells on this computer, one after the other."""

from dataclasses import dataclass
from pathlib import Path

from lockgauge_tools import calls

CELL_SH = Path(__file__).with_name("cell.sh")


@dataclass(frozen=True)
class Queue:
    name: str
    program: Path
    shell = ("sh",)  # takes a script on stdin and runs it there

    def prepare(self):
        """Makes the program ready there; answers what to remark of the place.
        InputError: cells can not run there."""
        return ""

    def run(self, folder, remark):
        """Runs the cells left, in order, and delivers each."""
        cells = folder.left(self.name)
        work = folder.work(self.name)
        in_turn = iter(cells)

        def deliver(_):
            folder.deliver(self.name, next(in_turn).id, remark)

        calls.run([calls.Call(cell.label(),
                              cell.script(CELL_SH, self.program, work),
                              cell.seconds())
                   for cell in cells], deliver)

    def close(self):
        """Leaves the place as it was."""
