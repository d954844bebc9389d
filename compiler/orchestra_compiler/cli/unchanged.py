"""The answer of a compile that has nothing to do; it is on the path of every such compile, so it imports next to nothing."""

from __future__ import annotations

import sys

from orchestra_compiler.freshness import fresh


def answer(root: str, *, checks: bool) -> bool:
    """Say that nothing has changed since the last compile, and return whether that is so; else say nothing."""
    found = fresh(root)
    if found is None:
        return False
    out, files, findings = found
    try:
        if findings:
            many = "1 finding" if findings == 1 else f"{findings} findings"
            sys.stderr.write(f"{many} as before; run orchestra lint to see them\n")
        sys.stdout.write(f"{out}: {files} {'files up to date' if checks else 'unchanged'}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        from orchestra_compiler.cli.pipes import forget_output

        forget_output()
    return True
