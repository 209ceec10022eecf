"""Calls what a person types, for the tests, in this process: a new one would
import pandas and SciPy again, which takes a second."""

import contextlib
import io
import runpy
import subprocess
import sys
from pathlib import Path
from unittest import mock

_SCRIPTS = Path(__file__).resolve().parents[1]


def call(name, *args) -> subprocess.CompletedProcess:
    """As subprocess.run() of a Python entry point would return it."""
    command = [name, *map(str, args)]
    out, err = io.StringIO(), io.StringIO()
    main = runpy.run_path(str(_SCRIPTS / name))["main"]
    with (mock.patch.object(sys, "argv", command),
          contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)):
        try:
            code = main()
        except SystemExit as usage:
            code = usage.code
    return subprocess.CompletedProcess(command, code, out.getvalue(),
                                       err.getvalue())
