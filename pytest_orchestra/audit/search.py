"""Finding messages in a ledger: by what its rows say, by words of the texts, or a whole conversation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orchestra_compiler.errors import UsageError
from pytest_orchestra.audit.lines import Told
from pytest_orchestra.ledger import Ledger, MessageSearch
from pytest_orchestra.report.build import unknown_run

LAST, ALL = "last", "all"


def run_of(ledger: Ledger, asked: str) -> str | None:
    """Return the id of the run that is asked for; None for all of them.

    Raises:
        UsageError: There is no such run; the hint names the latest ones.
        UsageError: The ledger is older than the audit trail.
    """
    if not ledger.has_messages:
        raise UsageError(
            f"the ledger {ledger.path} was written before there was an audit trail",
            "it gets one with the next run of pytest --orchestra",
        )
    if asked == ALL:
        return None
    found = ledger.latest_run() if asked == LAST else ledger.run(asked)
    if found is None:
        raise unknown_run(ledger, asked)
    return found.info.run


def find(ledger: Ledger, search: MessageSearch, *, words: str = "", thread: str | None = None) -> list[Told]:
    """Return the messages that fit, with their texts, in order of time.

    Args:
        ledger: Where to look.
        search: What their rows must be like.
        words: All of these stand in the text, in any order and in any case.
        thread: They belong to the conversation about this task.
    """
    wanted = words.casefold().split()
    rows_asked = replace(search, most=None) if wanted else search
    rows = ledger.messages(rows_asked) if thread is None else ledger.thread(rows_asked, thread)
    told = [Told(row, ledger.message_text(row)) for row in rows]
    if not wanted:
        return told
    fitting = list(_with_words(told, wanted))
    return fitting if search.most is None else fitting[max(len(fitting) - search.most, 0) :]


def _with_words(told: list[Told], wanted: list[str]) -> Iterator[Told]:
    for each in told:
        text = each.kept.text.casefold()
        if all(word in text for word in wanted):
            yield each
