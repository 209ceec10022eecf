"""What a check answers."""

from dataclasses import dataclass

OK, NOTE, WARNING = LEVELS = ("ok", "note", "warning")


@dataclass(frozen=True)
class Setting:
    """A value that --apply writes where another stands, until --restore."""
    files: str  # a pattern, relative to the root of the tree
    value: str

    def command(self):
        return f"echo {self.value} | sudo tee /{self.files}"


@dataclass(frozen=True)
class Finding:
    level: str
    found: str
    effect: str = ""  # on results
    fix: str = ""  # a command, or what to do where none helps
    setting: Setting | None = None  # where --apply is the fix


def ok(found):
    return Finding(OK, found)


def note(found, effect, fix=""):
    return Finding(NOTE, found, effect, fix)


def warning(found, effect, fix=""):
    return Finding(WARNING, found, effect, fix)


def settable(level, found, effect, setting):
    return Finding(level, found, effect, setting.command(), setting)
