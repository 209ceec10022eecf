"""Runs a plan cell by cell, here or on other computers: scripts/sweep."""

import argparse
import platform
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from lockgauge_tools import calls, plan, runs
from lockgauge_tools.errors import InputError
from lockgauge_tools.sweep import fleet, local, slurm, ssh, status
from lockgauge_tools.sweep.folder import Folder


def main():
    args = parse()
    try:
        if args.list:
            # Beside the others: where the nodes of a cluster see it.
            args.out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=args.out.parent) as path:
                return list_cells(begin(args, Path(path) / "sweep"), args)
        if args.collect:
            return collect(Folder.open(args.out), args)
        folder = Folder.open(args.out) if args.resume else begin(args,
                                                                 args.out)
        folder.lock()
        slurm.refuse_running(folder)
        folder.recheck()
        fleet.run(folder, *work(folder, args))
        folder.collect()
    except InputError as error:
        print(f"sweep: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # as of --list | head
        return 0
    except OSError as error:  # a full disk, mostly
        print(f"sweep: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"sweep: stopped; go on with scripts/sweep --resume {args.out}",
              file=sys.stderr)
        return 130
    if not folder.lines:
        print("sweep: no cell of this plan is for this machine",
              file=sys.stderr)
        return 3
    print(text(folder))
    return 0 if is_done(folder) else 1


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--collect", action="store_true")  # Slurm's last job
    parser.add_argument("--list", action="store_true")
    # Of a new sweep:
    parser.add_argument("--plan", type=Path)
    parser.add_argument("--machine", default="")  # this one, measured
    parser.add_argument("--hosts", type=Path)
    parser.add_argument("--slurm", action="store_true")
    parser.add_argument("--constraint", default="")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def begin(args, path):
    """The folder of a new sweep; bad input leaves none."""
    if args.slurm and not shutil.which("sbatch"):
        raise InputError("--slurm: no sbatch; call it where jobs are "
                         "submitted")
    chosen = plan.load(args.plan)
    [build, *_] = calls.answers(
        [[str(args.program), "--version"]]
        + [[*command, "--benchmark_list_tests=true"] for step in chosen.steps
           for command in step.commands(args.program, args.machine)])
    copies = {"plan.toml": args.plan}
    if args.hosts:
        ssh.load(args.hosts, args.program, path)
        copies["hosts.toml"] = args.hosts
    if path.exists():
        raise InputError(f"--out: {path} exists; name a new folder, or "
                         "--resume it")
    return Folder.create(path, {
        "plan": args.plan.name, "seed": args.seed, "machine": args.machine,
        "slurm": args.slurm, "constraint": args.constraint,
        "build": build.strip()}, copies)


def work(folder, args):
    """The plan of a sweep, and its queues."""
    chosen = plan.load(folder.path / "plan.toml")
    hosts = folder.path / "hosts.toml"
    if hosts.exists():
        return chosen, ssh.load(hosts, args.program, folder.path)
    if folder.facts["slurm"]:
        return chosen, [slurm.Queue(folder.facts["constraint"], args.program,
                                    folder.path)]
    return chosen, [local.Queue(platform.node(), args.program)]


def list_cells(folder, args):
    chosen, queues = work(folder, args)
    try:
        fleet.ready(folder, chosen, queues)
    finally:
        fleet.close(queues)
    for line in folder.lines:
        what = " ".join(line.cell.command("lockgauge")) if line.cell \
            else line.detail
        print(line.queue, line.cell.id if line.cell else "-", what)
    return 0 if folder.lines else 3


def collect(folder, args):
    _, queues = work(folder, args)
    for queue in queues:
        queue.collect(folder)
    folder.collect()
    return 0


def is_done(folder):
    return all(line.state == status.DONE and runs.FAILED not in line.detail
               for line in folder.lines)


def text(folder):
    """What became of each queue, and why where cells are missing."""
    said = []
    for queue in folder.queues():
        lines = [line for line in folder.lines if line.queue == queue]
        done = sum(line.state == status.DONE for line in lines)
        said.append(f"{queue}: {done} of {len(folder.cells(queue))} cells "
                    f"done, in {folder.path / queue}")
        missing = Counter((line.state, line.detail) for line in lines
                          if line.state != status.DONE)
        said += [f"  {count} {state}: {detail}"
                 for (state, detail), count in missing.items()]
    return "\n".join([*said, f"each cell: {folder.path / 'status.csv'}"])


if __name__ == "__main__":
    sys.exit(main())
