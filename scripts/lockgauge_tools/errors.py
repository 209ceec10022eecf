"""The ways that a program of scripts/ ends without its results."""

import signal


class InputError(Exception):
    """One line: what is wrong, where, and what would be valid.

    Entry points print it and exit with 2.
    """


def make_folder(path):
    """For --out; one that is there will do."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out: cannot make the folder {path}: "
                         f"{error.strerror}; name one that can be written")


def end_by_signals():
    """Ctrl-C, and a reader as `head` that has seen enough, end a program that
    only reads, or that does from here on, as they end any other: at once,
    without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
