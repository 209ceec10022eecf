"""What is set on a machine made of files, and put back."""

import json

import pytest

from lockgauge_tools.doctor import checks, fake, settings
from lockgauge_tools.errors import InputError

GOVERNOR = "sys/devices/system/cpu/cpufreq/policy{}/scaling_governor"
BOOST = "sys/devices/system/cpu/cpufreq/boost"
PAGES = "sys/kernel/mm/transparent_hugepage/enabled"
KERNEL = "proc/sys/kernel/"
WRONG = {GOVERNOR.format(0): "powersave", GOVERNOR.format(1): "schedutil",
         BOOST: "1", PAGES: "always",
         KERNEL + "randomize_va_space": "2",
         KERNEL + "perf_event_paranoid": "3", KERNEL + "nmi_watchdog": "1"}


@pytest.fixture
def machine(tmp_path):
    return fake.machine(tmp_path, WRONG | {PAGES: "[always] madvise never\n"})


def apply(machine):
    said = []
    return settings.apply(machine, checks.judge(machine), said.append), said


def restore(machine):
    said = []
    return settings.restore(machine, said.append), said


def values(machine):
    return {path: machine.value(path) for path in WRONG}


def test_it_sets_what_is_wrong_and_puts_exactly_that_back(machine):
    done, said = apply(machine)
    assert done and len(said) == len(WRONG) + 1
    assert f"/{BOOST}: 1 -> 0" in said
    right = checks.judge(machine)
    assert {finding.level for finding in right.values()} == {"ok"}
    done, said = restore(machine)
    assert done and f"/{BOOST}: 0 -> 1" in said
    assert values(machine) == WRONG
    assert not (machine.root / settings.STATE).exists()


def test_twice_is_once(machine):
    apply(machine)
    assert apply(machine) == (True, ["nothing to set"])
    restore(machine)
    assert restore(machine) == (True, ["nothing to restore"])
    assert values(machine) == WRONG


def test_what_is_right_is_not_touched(tmp_path):
    machine = fake.machine(tmp_path)
    assert apply(machine) == (True, ["nothing to set"])
    assert not (tmp_path / settings.STATE).exists()


def test_what_others_set_since_stays(machine):
    apply(machine)
    fake.write(machine.root, {GOVERNOR.format(0): "ondemand",
                              KERNEL + "nmi_watchdog": "1"})
    done, said = restore(machine)
    assert done and values(machine) == WRONG | {GOVERNOR.format(0): "ondemand"}
    assert (f"/{GOVERNOR.format(0)}: stays ondemand: set by others since "
            "(was powersave)") in said
    assert f"/{KERNEL}nmi_watchdog: is 1 already" in said


def test_what_others_set_between_two_applies_is_put_back(machine):
    apply(machine)
    fake.write(machine.root, {GOVERNOR.format(0): "ondemand"})
    apply(machine)
    restore(machine)
    assert values(machine) == WRONG | {GOVERNOR.format(0): "ondemand"}


@pytest.mark.parametrize("writes", range(len(WRONG)))
@pytest.mark.parametrize("before", [True, False])
def test_stopped_at_any_write_it_is_put_back(machine, monkeypatch, writes,
                                             before):
    really, left = settings._write, [writes]

    def stopping(*args):
        if not left[0] and before:
            raise KeyboardInterrupt
        result = really(*args)
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return result

    monkeypatch.setattr(settings, "_write", stopping)
    with pytest.raises(KeyboardInterrupt):
        apply(machine)
    left[0] = writes // 2  # and again while it puts back
    if writes:
        with pytest.raises(KeyboardInterrupt):
            restore(machine)
    monkeypatch.undo()
    assert restore(machine)[0]
    assert values(machine) == WRONG
    assert not (machine.root / settings.STATE).exists()


def test_the_old_value_is_on_disk_before_the_new_one(machine, monkeypatch):
    really = settings._write

    def looking(machine, path, value):
        state = json.loads((machine.root / settings.STATE).read_text())
        assert state[path] == {"was": WRONG[path], "set": value}
        return really(machine, path, value)

    monkeypatch.setattr(settings, "_write", looking)
    assert apply(machine)[0]


def test_what_can_not_be_written_is_said_and_not_remembered(machine,
                                                            monkeypatch):
    really = settings._write
    monkeypatch.setattr(settings, "_write", lambda machine, path, value: (
        "Operation not permitted" if path == BOOST
        else really(machine, path, value)))
    done, said = apply(machine)
    assert not done
    assert f"/{BOOST}: stays 1: Operation not permitted" in said
    assert BOOST not in json.loads((machine.root / settings.STATE).read_text())
    monkeypatch.undo()
    assert restore(machine)[0] and values(machine) == WRONG


def test_what_can_not_be_put_back_is_kept_for_another_try(machine,
                                                          monkeypatch):
    apply(machine)
    monkeypatch.setattr(settings, "_write", lambda *_: "Device busy")
    assert not restore(machine)[0]
    monkeypatch.undo()
    assert restore(machine)[0] and values(machine) == WRONG


def test_a_write_that_does_not_take_is_a_failure(machine, monkeypatch):
    really = type(machine).value
    monkeypatch.setattr(type(machine), "value", lambda self, path: (
        "1" if path == BOOST else really(self, path)))
    done, said = apply(machine)
    assert not done and f"/{BOOST}: stays 1: written 0, reads 1" in said


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '{"a": {"was": 1}}'])
def test_a_damaged_state_is_one_line(machine, text):
    fake.write(machine.root, {settings.STATE: text})
    with pytest.raises(InputError, match="doctor.json: damaged"):
        restore(machine)
    assert values(machine) == WRONG
