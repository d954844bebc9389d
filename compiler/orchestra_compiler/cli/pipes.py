"""What becomes of output that nobody reads any more, as under `orchestra lint | head -1`."""

from __future__ import annotations

import os
import sys


def forget_output() -> None:
    """Drop what stands in the buffer of standard output: its reader has gone, and writing must not fail again at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # standard output is no file of the system: nothing is flushed to it at exit
        return
