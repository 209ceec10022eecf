"""The one way bad input is reported."""


class InputError(Exception):
    """One line: what is wrong, where, and what would be valid.

    Entry points print it and exit with 2.
    """
