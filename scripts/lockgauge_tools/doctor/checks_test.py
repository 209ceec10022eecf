"""Each problem by itself, on a machine that has no other."""

import pytest

from lockgauge_tools.doctor import checks, fake
from lockgauge_tools.doctor.machine import Machine, cpu_list, cpu_set

CPU = "sys/devices/system/cpu/"
CLOCK = "sys/devices/system/clocksource/clocksource0/"
KERNEL = "proc/sys/kernel/"
GUEST = "flags : fpu hypervisor constant_tsc nonstop_tsc\n"

# name, level, a word of what is found, a word of the fix, files, files later
PROBLEMS = [
    ("governor", "warning", "powersave on 1 of 2", "scaling_governor",
     {CPU + "cpufreq/policy1/scaling_governor": "powersave\n"}, {}),
    ("boost", "warning", "on", "echo 0 | sudo tee /" + CPU + "cpufreq/boost",
     {CPU + "cpufreq/boost": "1\n"}, {}),
    ("boost", "warning", "on", "echo 1 | sudo tee /" + CPU + "intel_pstate/no",
     {CPU + "cpufreq/boost": None, CPU + "intel_pstate/no_turbo": "0\n"}, {}),
    ("smt", "note", "share cores", "one-per-core",
     {CPU + "smt/active": "1\n"}, {}),
    ("huge_pages", "note", "always", "echo madvise",
     {"sys/kernel/mm/transparent_hugepage/enabled":
      "[always] madvise never\n"}, {}),
    ("aslr", "note", "on (2)", "echo 0",
     {KERNEL + "randomize_va_space": "2\n"}, {}),
    ("allowed_cpus", "note", "2 of 4 online: 0-1", "taskset -c 0-3",
     {CPU + "online": "0-3\n"}, {}),
    ("cpu_quota", "warning", "1.5 CPUs' time on 2", "--cpus=2",
     {"sys/fs/cgroup/user.slice/cpu.max": "150000 100000\n"}, {}),
    ("isolated_cpus", "note", "2-3; the run gets 0-1", "taskset -c 2-3",
     {CPU + "online": "0-3\n", CPU + "isolated": "2-3\n"}, {}),
    ("isolated_cpus", "note", "1; the run gets 0-1", "taskset -c 1 ",
     {CPU + "isolated": "1\n"}, {}),
    ("nohz_full", "note", "1; the run gets 0-1", "taskset -c 1 ",
     {CPU + "nohz_full": "1\n"}, {}),
    ("pmu", "note", "no hardware counters", "pmu=on",
     {"sys/bus/event_source/devices/cpu/type": None}, {}),
    ("perf_event_paranoid", "note", "2", "echo 1",
     {KERNEL + "perf_event_paranoid": "2\n"}, {}),
    ("nmi_watchdog", "note", "on", "echo 0",
     {KERNEL + "nmi_watchdog": "1\n"}, {}),
    ("clock_source", "warning", "hpet", "echo tsc",
     {CLOCK + "current_clocksource": "hpet\n"}, {}),
    ("clock_source", "warning", "hpet", "dmesg",
     {CLOCK + "current_clocksource": "hpet\n",
      CLOCK + "available_clocksource": "hpet acpi_pm\n"}, {}),
    ("clock_source", "note", "kvm-clock", "echo tsc",
     {CLOCK + "current_clocksource": "kvm-clock\n"}, {}),
    ("cycle_counter", "warning", "no nonstop_tsc", "max_cstate",
     {"proc/cpuinfo": "flags : fpu constant_tsc\n"}, {}),
    ("hypervisor", "note", "xen", "bare metal",
     {"proc/cpuinfo": GUEST, "sys/hypervisor/type": "xen\n"}, {}),
    ("hypervisor", "note", "QEMU Standard PC", "bare metal",
     {"proc/cpuinfo": GUEST, "sys/class/dmi/id/sys_vendor": "QEMU\n",
      "sys/class/dmi/id/product_name": "Standard PC\n"}, {}),
    ("hypervisor", "note", "kvm", "bare metal",
     {"proc/cpuinfo": GUEST,
      CLOCK + "available_clocksource": "tsc kvm-clock\n"}, {}),
    ("steal", "warning", "5 % now", "another host", {},
     {"proc/stat": fake.stat(idle=9090, steal=10)}),
    ("steal", "warning", "0 % now, 9.1 %", "another host",
     {"proc/stat": fake.stat(steal=100)},
     {"proc/stat": fake.stat(idle=9100, steal=100)}),
    ("steal", "note", "0 % now, 0.1 %", "another host",
     {"proc/stat": fake.stat(steal=1)},
     {"proc/stat": fake.stat(idle=9100, steal=1)}),
    ("load", "warning", "0.80 of 2 CPUs; load average 0.01; most: a) b (7)",
     "end them",
     {"proc/7/stat": fake.process(7, "a) b", 100),
      "proc/8/stat": fake.process(8, "idle", 900)},
     {"proc/7/stat": fake.process(7, "a) b", 180),
      "proc/stat": fake.stat(busy=1080, idle=9020)}),
    ("load", "note", "load average 1.5", "wait",
     {"proc/loadavg": "1.50 0.40 0.10 1/100 42\n"}, {}),
]


def disturbed(verdict):
    return {name: finding for name, finding in verdict.items()
            if finding and finding.level != "ok"}


def test_a_clean_machine_shows_everything_and_has_no_fault(tmp_path):
    verdict = checks.judge(fake.machine(tmp_path))
    assert disturbed(verdict) == {}
    assert None not in verdict.values()


@pytest.mark.parametrize("name, level, found, fix, files, later", PROBLEMS)
def test_it_names_the_problem_and_no_other(tmp_path, name, level, found, fix,
                                           files, later):
    verdict = disturbed(checks.judge(fake.machine(tmp_path, files, later)))
    assert list(verdict) == [name]
    finding = verdict[name]
    assert finding.level == level and found in finding.found
    assert finding.effect and fix in finding.fix


@pytest.mark.parametrize("ppm, level", [(-2000, "warning"), (500, "ok")])
def test_a_clock_that_is_steered(tmp_path, ppm, level):
    verdict = checks.judge(fake.machine(tmp_path, steered_ppm=ppm))
    assert verdict["clock_rate"].level == level
    assert f"{ppm:+} ppm" in verdict["clock_rate"].found


def test_every_check_can_find_something():
    assert {check.__name__ for check in checks.CHECKS} == {
        *(name for name, *_ in PROBLEMS), "clock_rate"}


def test_its_own_time_is_no_load(tmp_path):
    verdict = checks.judge(fake.machine(tmp_path, later={
        "proc/42/stat": fake.process(42, "doctor", 80),
        "proc/stat": fake.stat(busy=1080, idle=9020)}))
    assert verdict["load"].level == "ok"


def test_load_and_steal_are_those_of_the_cpus_a_run_may_use(tmp_path):
    verdict = checks.judge(fake.machine(
        tmp_path,
        {"proc/self/status": "Cpus_allowed_list:\t1\n"},
        {"proc/stat": fake.stat(busy=1050, idle=9000, steal=50)}))
    assert verdict["load"].level == verdict["steal"].level == "ok"


def test_isolated_cpus_that_are_used_are_fine(tmp_path):
    verdict = checks.judge(fake.machine(tmp_path, {
        CPU + "online": "0-3\n", CPU + "isolated": "2-3\n",
        "proc/self/status": "Cpus_allowed_list:\t2-3\n"}))
    assert verdict["isolated_cpus"].level == "ok"
    assert verdict["allowed_cpus"].level == "note"


def test_arm_has_its_own_pmu_and_says_by_dmi_that_it_is_a_guest(tmp_path):
    verdict = checks.judge(fake.machine(tmp_path, {
        "sys/bus/event_source/devices/cpu/type": None,
        "sys/bus/event_source/devices/armv8_pmuv3_0/type": "8\n",
        "proc/cpuinfo": "Features : fp\n",
        "sys/class/dmi/id/product_name": "KVM Virtual Machine\n"}))
    assert verdict["pmu"].found == "armv8_pmuv3_0"
    assert list(disturbed(verdict)) == ["hypervisor"]
    assert verdict["cycle_counter"] is None


def test_an_empty_tree_shows_nothing_and_judges_nothing(tmp_path):
    verdict = checks.judge(Machine(tmp_path, wait=lambda _: None))
    del verdict["clock_rate"]  # no file
    assert set(verdict.values()) == {None}


def test_lists_of_cpus():
    assert cpu_set("0-2,5\n") == {0, 1, 2, 5}
    assert cpu_set("(null)") == cpu_set("") == set()
    assert cpu_set(None) is None
    assert cpu_list({5, 0, 1, 2}) == "0-2,5"
