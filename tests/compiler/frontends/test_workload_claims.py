from __future__ import annotations

from decimal import Decimal

import pytest
import small_project

from orchestra_compiler import codec, project
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.frontends import workload
from orchestra_compiler.link import link
from orchestra_compiler.model import Claim, Workload
from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text

TASKS = "tasks:\n- {task: t, per_month: 4, agent: a, input_tokens: 1, output_tokens: 2}\n"


def build(claims: str) -> workload.Built[Workload]:
    reading = yaml.read(Text("w.yaml", f"{TASKS}claims: {claims}\n"))
    return workload.build(reading.documents[0])


def test_claims() -> None:
    result = build(
        "[{saves_percent: 60.5, against: strategic}, {monthly_usd: '300.10'}, {monthly_usd: {min: 10, max: 20.50}}]"
    )
    assert result.value is not None
    assert result.value.claims == (
        Claim(saves_percent=Decimal("60.5"), against="strategic", span=Span("w.yaml", 3, 10, 3, 51)),
        Claim(most_usd=Decimal("300.10"), span=Span("w.yaml", 3, 53, 3, 76)),
        Claim(least_usd=Decimal(10), most_usd=Decimal("20.50"), span=Span("w.yaml", 3, 78, 3, 114)),
    )
    assert result.value.claims[0].places["against"].column == 41
    assert codec.from_json(Workload, codec.to_json(result.value)) == result.value


@pytest.mark.parametrize(
    "claims",
    [
        "[{}]",
        "[{saves_percent: 101}]",
        "[{saves_percent: many}]",
        "[{saves_percent: 60, monthly_usd: 3}]",
        "[{monthly_usd: 3, against: strategic}]",
        "[{monthly_usd: -3}]",
        "[{monthly_usd: {}}]",
        "[{monthly_usd: {least: 3}}]",
        "[{saves: 60}]",
        "{saves_percent: 60}",
        "[60]",
    ],
)
def test_what_is_no_claim(claims) -> None:
    result = build(claims)
    assert result.value is None
    assert all(each.span.line == 3 for each in result.diagnostics)


def test_a_claim_against_a_tier_that_does_not_exist(tmp_path) -> None:
    text = small_project.FILES["workload.yaml"] + "claims: [{saves_percent: 0, against: stratgic}]\n"
    loaded = project.load(small_project.write(tmp_path, {"workload.yaml": text}))
    assert loaded.fleet is not None
    (finding,) = link(loaded.fleet, tmp_path).diagnostics
    assert (finding.code, finding.span) == ("ORC102", Span("workload.yaml", 4, 38, 4, 46))
