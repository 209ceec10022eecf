"""Queues at work side by side."""

from concurrent.futures import ThreadPoolExecutor

from lockgauge_tools import calls
from lockgauge_tools.errors import InputError
from lockgauge_tools.sweep import cell


def run(folder, chosen, queues):
    """Runs what is left of each queue; folder says what became of it."""
    try:
        _at_once(lambda queue, remark: queue.run(folder, remark),
                 ready(folder, chosen, queues), folder)
    finally:
        close(queues)


def ready(folder, chosen, queues):
    """The queues that can run, each with its cells in the folder and a remark
    on its place; the others are given up."""
    def prepare(queue):
        try:
            remark = queue.prepare()
            build = folder.facts["build"]
            [there] = calls.answers([[queue.program, "--version"]],
                                    queue.shell)
            if there.strip() != build:
                raise InputError(f"{there.strip()} there; the sweep is by "
                                 f"{build}")
            if not folder.cells(queue.name):
                folder.add(queue.name, cell.expand(
                    chosen, queue.program, folder.facts["machine"],
                    queue.shell, folder.facts["seed"]))
            return queue, remark
        except InputError as error:
            folder.give_up(queue.name, str(error))
            return None

    prepared = _at_once(prepare, [[queue] for queue in queues], folder)
    place = {queue.name: number for number, queue in enumerate(queues)}
    folder.lines.sort(key=lambda line: place.get(line.queue, len(place)))
    folder.save()
    return [one for one in prepared if one]


def close(queues):
    for queue in queues:
        try:
            queue.close()
        except InputError:
            pass  # it is away, as status.csv says of its cells


def _at_once(work, items, folder):
    with ThreadPoolExecutor(max(1, len(items))) as pool:
        try:
            return list(pool.map(lambda item: work(*item), items))
        except KeyboardInterrupt:
            folder.stopping = True
            raise
