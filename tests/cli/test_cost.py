from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from commands import Orchestra


def money(value: object) -> list[object]:
    """Every value whose key speaks of dollars."""
    if isinstance(value, dict):
        own = [item for key, item in value.items() if key.endswith("_usd")]
        return own + [found for item in value.values() for found in money(item)]
    return [found for item in value for found in money(item)] if isinstance(value, list) else []


def test_money_in_json_is_a_decimal_string(orchestra: Orchestra, project: Path) -> None:
    answer = orchestra("cost", project, "--json")
    assert (answer.code, answer.err) == (0, "")
    data = json.loads(answer.out, parse_float=Decimal)
    amounts = money(data)
    assert len(amounts) > 5
    assert all(amount is None or isinstance(amount, str) for amount in amounts)
    assert sum(Decimal(tier["month_usd"]) for tier in data["tiers"]) == Decimal(data["total_usd"]) > 0
    assert {price["model"] for price in data["prices"]} >= {tier["model"] for tier in data["baselines"]}
    assert all(price["source"] and price["date"] for price in data["prices"])
    assert "E" not in data["total_usd"]


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_table_fits_the_terminal(
    orchestra: Orchestra, project: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    answer = orchestra("cost", project)
    assert (answer.code, answer.err) == (0, "")
    assert "routine" in answer.out
    assert "USD" in answer.out
    if columns != "40":
        assert max(map(len, answer.out.splitlines())) <= int(columns)


def test_without_a_workload_it_says_so(orchestra: Orchestra, project: Path) -> None:
    settings = (project / "orchestra.yaml").read_text().replace("workload: workload.yaml\n", "")
    (project / "orchestra.yaml").write_text(settings)
    answer = orchestra("cost", project)
    assert answer.code == 0
    assert "workload is empty" in answer.out
    assert json.loads(orchestra("cost", project, "--json").out)["total_usd"] == "0"


def test_cost_writes_nothing(orchestra: Orchestra, project: Path) -> None:
    before = sorted(project.rglob("*"))
    orchestra("cost", project)
    assert sorted(project.rglob("*")) == before
