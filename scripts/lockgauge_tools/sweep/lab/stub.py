"""A program in place of lockgauge, as quick as Python starts."""

from lockgauge_tools import schema

# Its figures follow from what it is asked, so two runs of a cell are equal.
# A fifo $STUB_TRAP stops it for good in the second cell run with that, and
# gets its process id.
_TEXT = '''#!/usr/bin/python3
import argparse, csv, itertools, json, os, signal, sys
VERSION = {version!r}
HEADERS = {headers!r}
parser = argparse.ArgumentParser()
parser.add_argument("--version", action="store_true")
parser.add_argument("--benchmark_list_tests")
parser.add_argument("--benchmark_format")
for name in "scenario", "threads", "backend", "placement", "duration", "out":
    parser.add_argument("--" + name)
parser.add_argument("--repetitions", type=int)
parser.add_argument("--set", action="append", default=[])
args = parser.parse_args()
if args.version:
    sys.exit(print("lockgauge 1", VERSION))
if args.backend == "nonesuch":
    sys.exit("lockgauge: --backend=nonesuch: valid are a, b")
cases = list(itertools.product(
    (args.scenario or "handoff").split(","), (args.backend or "a").split(","),
    args.threads.replace("all", "2").replace("ladder", "2").split(",")))
if args.benchmark_list_tests:
    for scenario, backend, threads in cases:
        print("/".join([scenario, backend, *args.set, args.placement,
                        "threads:" + threads, ""]).replace("=", ":"))
    sys.exit()

trap = os.environ.get("STUB_TRAP", "")
if trap:
    with open(trap + ".seen", "a") as file:
        file.write(".")
    if os.path.exists(trap) and os.path.getsize(trap + ".seen") == 2:
        with open(trap, "w") as file:
            file.write(str(os.getpid()))
        signal.pause()

[(scenario, backend, threads)] = cases
os.makedirs(args.out, exist_ok=True)
os.chdir(args.out)
with open("run.json", "w") as file:
    json.dump({{"schema_version": {schema}, "machine": {{"id": "stub"}},
               "created_utc": "2026-01-01T00:00:00Z",
               "build": {{"version": "1", "revision": VERSION}},
               "invocations": [{{"command": sys.argv}}]}}, file)
with open("topology.xml", "w") as file:
    file.write("<topology/>")
keys = {{"target": "host", "machine": "stub", "scenario": scenario,
        "backend": backend, "threads": threads, "placement": args.placement,
        "params": ";".join(args.set), "invocation": 0, "validity": "ok",
        "ns_per_op": 10 * int(threads), "event": "none"}}
for name, header in HEADERS.items():
    with open(name, "w") as file:
        rows = csv.DictWriter(file, header, restval="", lineterminator="\\n",
                              extrasaction="ignore")
        rows.writeheader()
        for repetition in range(args.repetitions):
            for thread in range(int(threads) if name == "threads.csv" else 1):
                rows.writerow(keys | {{"repetition": repetition,
                                      "thread": thread}})
'''


def write(path, version="r1"):
    """Writes the program; --version says `version`."""
    headers = {name: [column.name for column in columns]
               for name, columns in schema.load().files.items()}
    path.write_text(_TEXT.format(version=version, headers=headers,
                                 schema=schema.load().version))
    path.chmod(0o755)
    return path
