"""What --apply sets and --restore puts back.

The old value of each file is on disk before the file is written, in a folder
that a reboot empties as it undoes the settings.
"""

import json
import os

from lockgauge_tools.errors import InputError

STATE = "run/lockgauge/doctor.json"


def apply(machine, verdict, say) -> bool:
    """Sets what is wrong and can be set; False if some of it could not be."""
    settings = [finding.setting for finding in verdict.values()
                if finding and finding.setting]
    state = _State(machine)
    done = [_set(machine, state, path, setting.value, say)
            for setting in settings for path in machine.files(setting.files)
            # Only now: two names may stand for one value.
            if machine.value(path) != setting.value]
    say("scripts/doctor --restore puts it back" if any(done)
        else "nothing was set" if done else "nothing to set")
    return all(done)


def restore(machine, say) -> bool:
    """Puts back what apply() set; False if some of it could not be."""
    state = _State(machine)
    if not state.files:
        say("nothing to restore")
    done = [_put_back(machine, state, path, say)
            for path in reversed(list(state.files))]
    return all(done)


def _set(machine, state, path, value, say):
    was = machine.value(path)
    if was is None:
        say(f"/{path}: can not be read, so it is left as it is")
        return False
    state.remember(path, was=was, set=value)
    if reason := _write(machine, path, value):
        state.forget(path)
        say(f"/{path}: stays {was}: {reason}")
        return False
    say(f"/{path}: {was} -> {value}")
    return True


def _put_back(machine, state, path, say):
    was, ours = state.files[path]["was"], state.files[path]["set"]
    now = machine.value(path)
    if now is None:
        say(f"/{path}: can not be read; was {was}")
        return False
    if now == was:
        say(f"/{path}: is {was} already")
    elif now != ours:
        say(f"/{path}: stays {now}: set by others since (was {was})")
    elif reason := _write(machine, path, was):
        say(f"/{path}: stays {now}: {reason}")
        return False
    else:
        say(f"/{path}: {now} -> {was}")
    state.forget(path)
    return True


def _write(machine, path, value):
    """Why it could not be, or None."""
    try:
        (machine.root / path).write_text(value)
    except OSError as error:
        return error.strerror
    now = machine.value(path)
    return None if now == value else f"written {value}, reads {now}"


class _State:
    """{file: {was, set}} in the order they were set; no file when empty."""

    def __init__(self, machine):
        self._path = machine.root / STATE
        self.files = {}
        try:
            saved = json.loads(self._path.read_text())
            self.files = {path: {key: values[key] for key in ("was", "set")}
                          for path, values in saved.items()}
        except FileNotFoundError:
            pass
        except OSError as error:
            raise InputError(f"{self._path}: {error.strerror}")
        except (ValueError, AttributeError, TypeError, KeyError):
            raise InputError(f"{self._path}: damaged; put back by hand what it "
                             "names, then remove it")

    def remember(self, path, **values):
        self.files.pop(path, None)  # it becomes the last
        self.files[path] = values
        self._save()

    def forget(self, path):
        del self.files[path]
        self._save()

    def _save(self):
        """Whole or not at all, and before anything that follows."""
        try:
            if not self.files:
                return self._path.unlink()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            with open(fresh, "w") as file:
                json.dump(self.files, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            raise InputError(f"{self._path}: {error.strerror}; nothing is set "
                             "that could not be put back")
