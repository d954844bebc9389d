"""The tables of the ledger, as SQL.

Times are whole microseconds since 1970 in UTC, durations whole microseconds, money whole picodollars: integers only, so
that a sum never depends on the order of its rows. A ledger is told by its `application_id` and `user_version`.
"""

from __future__ import annotations

VERSION = 2
APPLICATION_ID = 0x4F524348  # "ORCH"

_CREATE_RUNS = (
    """CREATE TABLE runs (
        run TEXT PRIMARY KEY, project TEXT NOT NULL, manifest_sha256 TEXT NOT NULL, provider TEXT NOT NULL,
        tool TEXT NOT NULL, baseline TEXT NOT NULL, budget_usd TEXT, started_us INTEGER NOT NULL,
        finished_us INTEGER, exit_code INTEGER
    ) WITHOUT ROWID""",
    """CREATE TABLE planned (
        run TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (run, kind, name)
    ) WITHOUT ROWID""",
    # `token` is fresh for each start, so that a second start of an unfinished call shows: `lost` counts those.
    """CREATE TABLE calls (
        run TEXT NOT NULL, key TEXT NOT NULL, mission TEXT NOT NULL, trial INTEGER NOT NULL DEFAULT 0,
        step TEXT NOT NULL, number INTEGER NOT NULL, agent TEXT NOT NULL, tier TEXT NOT NULL, model TEXT NOT NULL,
        provider TEXT NOT NULL, level INTEGER NOT NULL, paid INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
        token INTEGER NOT NULL, started_us INTEGER NOT NULL,
        finished_us INTEGER, latency_us INTEGER, error TEXT, detail TEXT, usage_source TEXT,
        input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER,
        spent_pico INTEGER, priced_pico INTEGER, reply TEXT,
        lost INTEGER NOT NULL DEFAULT 0,
        UNIQUE (run, key)
    )""",
    """CREATE TABLE missions (
        run TEXT NOT NULL, mission TEXT NOT NULL, trial INTEGER NOT NULL DEFAULT 0, category TEXT NOT NULL,
        risk TEXT NOT NULL, outcome TEXT NOT NULL, passed INTEGER NOT NULL, failures TEXT NOT NULL,
        place TEXT NOT NULL, duration_us INTEGER NOT NULL,
        PRIMARY KEY (run, mission, trial)
    ) WITHOUT ROWID""",
    # `passed_checks` names the checks that passed, with repetitions: a row per passed check would be most of the file.
    """CREATE TABLE steps (
        run TEXT NOT NULL, mission TEXT NOT NULL, trial INTEGER NOT NULL, step TEXT NOT NULL, outcome TEXT NOT NULL,
        level INTEGER NOT NULL, attempts INTEGER NOT NULL, accepted INTEGER, started INTEGER NOT NULL,
        passed_checks TEXT NOT NULL, detail TEXT NOT NULL,
        PRIMARY KEY (run, mission, trial, step)
    ) WITHOUT ROWID""",
    """CREATE TABLE verdicts (
        run TEXT NOT NULL, mission TEXT NOT NULL, trial INTEGER NOT NULL, step TEXT NOT NULL, number INTEGER NOT NULL,
        position INTEGER NOT NULL, layer TEXT NOT NULL, gate_check TEXT NOT NULL, kind TEXT NOT NULL,
        evidence TEXT NOT NULL,
        PRIMARY KEY (run, mission, trial, step, number, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE cases (
        run TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, component TEXT NOT NULL, place TEXT NOT NULL,
        passed INTEGER NOT NULL, failure TEXT NOT NULL, duration_us INTEGER NOT NULL,
        PRIMARY KEY (run, name)
    ) WITHOUT ROWID""",
)

# Version 2 added the audit trail. A message in the reply of a paid call has a `start`: its text stands there, in
# `calls.reply`. All other texts stand in `texts`, each once, however often and in however many runs it was said.
_CREATE_AUDIT_TRAIL = (
    """CREATE TABLE messages (
        run TEXT NOT NULL, mission TEXT NOT NULL, trial INTEGER NOT NULL, step TEXT NOT NULL, number INTEGER NOT NULL,
        position INTEGER NOT NULL, at_us INTEGER NOT NULL, form TEXT NOT NULL, sender TEXT NOT NULL,
        recipient TEXT NOT NULL, type TEXT NOT NULL, task_id TEXT NOT NULL, parent_task TEXT NOT NULL,
        rule TEXT NOT NULL, gate TEXT, gate_check TEXT NOT NULL, sha256 TEXT NOT NULL, characters INTEGER NOT NULL,
        start INTEGER,
        PRIMARY KEY (run, mission, trial, step, number, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE texts (
        sha256 TEXT PRIMARY KEY, text TEXT NOT NULL, blotted INTEGER NOT NULL
    )""",
)
CREATE = _CREATE_RUNS + _CREATE_AUDIT_TRAIL
AUDIT_TRAIL_SINCE = 2
UPGRADES = {AUDIT_TRAIL_SINCE: _CREATE_AUDIT_TRAIL}
"""Version -> what makes it of the one before."""

START_COLUMNS = (
    *("run", "key", "mission", "trial", "step", "number", "agent", "tier", "model", "provider", "level", "paid"),
    *("prompt_tokens", "token", "started_us"),
)
FINISH_COLUMNS = (
    *("finished_us", "latency_us", "error", "detail", "usage_source", "input_tokens", "output_tokens"),
    *("cache_read_tokens", "cache_write_tokens", "spent_pico", "priced_pico", "reply"),
)
CALL_COLUMNS = START_COLUMNS + FINISH_COLUMNS
MESSAGE_COLUMNS = (
    *("run", "mission", "trial", "step", "number", "position", "at_us", "form", "sender", "recipient", "type"),
    *("task_id", "parent_task", "rule", "gate", "gate_check", "sha256", "characters", "start"),
)


def _insert(table: str, columns: int, otherwise: str = "REPLACE") -> str:
    return f"INSERT OR {otherwise} INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 - our own table names


# One statement for a start, a finish, and a start and finish that fell into the same batch. A call that was paid for
# and answered is never overwritten, whoever comes later.
WRITE_CALL = (
    f"INSERT INTO calls ({', '.join(CALL_COLUMNS)}) VALUES ({', '.join('?' * len(CALL_COLUMNS))}) "  # noqa: S608
    f"ON CONFLICT (run, key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in CALL_COLUMNS[2:])}, "
    "lost = calls.lost + (calls.finished_us IS NULL AND calls.token <> excluded.token) "
    "WHERE NOT (calls.paid AND calls.finished_us IS NOT NULL AND calls.token <> excluded.token)"
)
WRITE_RUN = _insert("runs", 10, "IGNORE")
WRITE_PLANNED = _insert("planned", 3, "IGNORE")
WRITE_MISSION = _insert("missions", 10)
WRITE_STEP = _insert("steps", 11)
WRITE_VERDICT = _insert("verdicts", 10)
WRITE_CASE = _insert("cases", 8)
WRITE_MESSAGE = _insert("messages", len(MESSAGE_COLUMNS))
WRITE_TEXT = _insert("texts", 3, "IGNORE")
FORGET_STEPS = "DELETE FROM steps WHERE run = ? AND mission = ? AND trial = ?"
FORGET_VERDICTS = "DELETE FROM verdicts WHERE run = ? AND mission = ? AND trial = ?"
END_RUN = "UPDATE runs SET finished_us = ?, exit_code = ? WHERE run = ?"

READ_CELLS = """
SELECT c.tier, c.agent, c.model, c.mission, c.trial, c.usage_source,
       COUNT(*), COUNT(c.error), COUNT(s.step), SUM(s.accepted IS c.number),
       SUM(c.input_tokens), SUM(c.output_tokens), SUM(c.cache_read_tokens), SUM(c.cache_write_tokens),
       SUM(c.latency_us), SUM(c.spent_pico), SUM(c.priced_pico)
FROM calls c LEFT JOIN steps s
     ON s.run = c.run AND s.mission = c.mission AND s.trial = c.trial AND s.step = c.step
WHERE c.run = ? AND c.finished_us IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""
