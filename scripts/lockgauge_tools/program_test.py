"""The C++ program, from outside: what it writes and what it refuses."""

import csv
import signal
import subprocess
import time
from pathlib import Path

import pandas
import pytest

from lockgauge_tools import plan, report, runs, schema, summary
from lockgauge_tools.doctor import fake, record

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/workloads/lockgauge"


pytestmark = pytest.mark.skipif(not PROGRAM.exists(),
                                reason="the release build is not there")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("program") / "run"
    for _ in range(2):
        subprocess.run([PROGRAM, "--scenario=handoff", "--threads=1",
                        "--backend=rmw_floor,rqspinlock", "--duration=5ms",
                        "--repetitions=2", f"--out={out}"],
                       check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """What is not in every run: stamps, and every two CPUs."""
    out = tmp_path_factory.mktemp("program") / "simulated"
    subprocess.run([PROGRAM, "--scenario=handoff_latency,core_to_core",
                    "--machine=two_packages", "--duration=500us",
                    "--backend=no_lock,rqspinlock", "--threads=2",
                    "--repetitions=2", f"--out={out}"],
                   check=True, capture_output=True)
    return out


@pytest.mark.parametrize("file", schema.load().files)
def test_columns_are_the_schemas_in_its_order(run, simulated, file):
    folder = simulated if file in ("latency.csv", "core_to_core.csv") else run
    with open(folder / file, newline="", encoding="utf-8") as stream:
        header = next(csv.reader(stream))
    assert header == [column.name for column in schema.load().files[file]]


def test_a_second_call_is_a_second_invocation(run):
    trials = runs.load(run).trials
    assert list(trials.invocation.value_counts().sort_index()) == [4, 4]


def test_stopped_it_says_where_its_whole_rows_are(tmp_path):
    out = tmp_path / "run"
    with subprocess.Popen(
            [PROGRAM, "--scenario=handoff", "--backend=no_lock", "--threads=1",
             "--duration=10ms", "--repetitions=100000", f"--out={out}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True) as program:
        while not (out / "trials.csv").exists():
            assert program.poll() is None
            time.sleep(0.01)
        program.send_signal(signal.SIGINT)
        said = program.stderr.read()
    assert program.returncode == 128 + signal.SIGINT
    assert f"lockgauge: stopped; what was measured is in {out}\n" in said
    assert len(runs.load(out).trials) > 0


def test_a_later_call_keeps_what_the_doctor_said(tmp_path):
    for verdict in "first", "second":
        with record.judged(tmp_path / "run", fake.machine(tmp_path / verdict)):
            subprocess.run([PROGRAM, "--scenario=handoff", "--threads=1",
                            "--backend=rmw_floor", "--duration=5ms",
                            "--repetitions=1",
                            f"--out={tmp_path / 'run'}"],
                           check=True, capture_output=True)
    said = runs.load(tmp_path / "run").facts["doctor"]
    assert [entry["before_invocation"] for entry in said] == [0, 1]


def test_the_percentiles_of_a_trial_are_those_of_its_buckets(simulated):
    trials = runs.load(simulated).trials
    buckets = pandas.read_csv(simulated / "latency.csv")
    waits = buckets[(buckets.kind == "wait") & (buckets.repetition == 0)
                    & buckets.params.str.contains("closed")]
    trial, = trials[(trials.scenario == "handoff_latency")
                    & trials.params.str.contains("closed")
                    & (trials.repetition == 0)
                    & (trials.backend == "rqspinlock")].itertuples()
    assert waits["count"].sum() == trial.ops_count
    below = waits[waits["count"].cumsum() * 2 >= trial.ops_count]
    assert below.bucket_high_ns.iloc[0] == trial.p50_ns
    assert (waits.bucket_low_ns.iloc[-1] <= trial.max_ns
            <= waits.bucket_high_ns.iloc[-1])


def test_summary_and_report_read_it(run):
    loaded = runs.load(run)
    assert "1 thread, over rmw_floor: rqspinlock" in summary.text(loaded)
    assert "rqspinlock" in report.html(loaded)


def test_the_quick_plan_keeps_its_promise():
    quick = plan.load(ROOT / "scripts/plans/quick.toml")
    # Two minutes with the start of each process.
    assert sum(call.seconds for call in quick.calls(PROGRAM, "out")) < 105
    assert quick.rounds > 1  # one invocation has no noise floor


@pytest.mark.parametrize("path", sorted((ROOT / "scripts/plans").iterdir()),
                         ids=lambda path: path.stem)
def test_the_program_takes_every_plan(path):
    loaded = plan.load(path)
    if any(step.target for step in loaded.steps):
        pytest.skip("of the kernel that runs, or one in a guest")
    # On a machine with all that a step may need.
    assert loaded.calls(PROGRAM, "out", "two_sockets")


@pytest.mark.parametrize("arguments, code, word", [
    (["--backend=nonesuch"], 2, "rqspinlock"),
    (["--scenario=nonesuch"], 2, "handoff"),
    (["--threads=0"], 2, "from 1"),
    (["--duration=-5ms"], 2, "1us"),
    (["--duration=10us"], 2, "1ms"),
    (["--machine=nonesuch"], 2, "two_packages"),
    (["--machine=two_packages", "--counters=instructions"], 2, "has none"),
    (["--target=nonesuch"], 2, "kernel"),
    (["--target=kernel", "--machine=two_packages"], 2, "no kernel"),
    (["--target=kernel", "--backend=qspinlock"], 2, "kernel:spin_lock"),
    (["--repetitions=0"], 2, "from 1"),
    (["--cpus=4095"], 2, "valid are"),
    (["--placement=nonesuch"], 2, "compact"),
    (["--set", "nonesuch=1"], 2, "hold_ns"),
    (["--set", "hold_ns=-1"], 2, "from 0"),
    (["--counters=nonesuch"], 2, "libpfm4"),
    (["--counters=@nonesuch"], 2, "@cycles, @lines"),
    (["--nonesuch"], 2, "--help"),
    (["stray"], 2, "--help"),
    (["--out=/proc/nonesuch"], 2, "--out"),
    (["--write-machine=/proc/nonesuch"], 2, "cannot be written"),
    (["--write-machine="], 2, "a file"),
    (["--benchmark_filter=nonesuch"], 3, "no case matches"),
])
def test_bad_input_is_one_line_and_leaves_nothing(tmp_path, arguments, code,
                                                  word):
    out = tmp_path / "run"
    if not any(argument.startswith("--out") for argument in arguments):
        arguments = [*arguments, f"--out={out}"]
    done = subprocess.run([PROGRAM, *arguments], capture_output=True,
                          text=True)
    ours = [line for line in done.stderr.splitlines()
            if line.startswith("lockgauge: ")]
    assert done.returncode == code
    assert len(ours) == 1 and word in ours[0]
    assert not out.exists()


def test_this_computer_is_written_as_a_machine(tmp_path):
    file = tmp_path / "here.machine"
    subprocess.run([PROGRAM, f"--write-machine={file}"], check=True)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "\nrmw_ns " in text and "\nllc 0 0  0" in text
