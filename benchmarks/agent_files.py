"""Writes fleets of Markdown agents of the size that people keep: some 1,250 tokens each, with lists, code and hand-offs."""

from __future__ import annotations

import random
from pathlib import Path

SUBJECTS = (  # noqa: SIM905 - a hundred quoted words read worse
    "accounting animation archives audio backups barcodes billing biology booking caching calendars catalogues charts chemistry "
    "clocks clusters coffee compilers contracts currencies databases deliveries diagrams dictionaries documents drivers energy "
    "exports farming ferries firmware fonts forecasts forms freight gardens geology grammar harbours heating hotels imports "
    "indexes insurance inventories kernels kitchens ledgers lenses libraries lighting logistics maps medicine menus metals "
    "meters mirrors models motors museums networks notaries optics orchards packaging parsers payments pensions pharmacies "
    "phonetics pipelines plumbing postage printing protocols pumps queues radios railways recipes records rentals robots "
    "roofing routes sampling satellites schedules schemas sensors shipping signals soils statistics stocks storage surveys "
    "switches tariffs taxes telephony theatres thermostats tickets timetables toolchains tunnels turbines vaccines valves "
    "vehicles vineyards voting warehouses watches weather websites weaving wiring workshops"
).split()
VERBS = "audits builds checks designs documents maintains measures migrates models plans repairs reviews tests traces".split()  # noqa: SIM905
ENDS = "architect auditor builder engineer expert planner reviewer specialist tester writer".split()  # noqa: SIM905
MODELS = ("haiku", "sonnet", "opus", "inherit")


def write_fleet(folder: Path, count: int) -> None:
    """Write `count` agents and the `orchestra.yaml` that names them; the same count gives the same files."""
    lots = random.Random(count)
    names: dict[str, tuple[str, str]] = {}
    while len(names) < count:
        first, second, end = lots.choice(SUBJECTS), lots.choice(SUBJECTS), lots.choice(ENDS)
        names[f"{first}-{second}-{end}"] = (first, second)
    listed = list(names)
    (folder / "agents").mkdir(parents=True)
    for name, about in names.items():
        text = _front_matter(lots, name, *about) + _body(lots, name, listed)
        (folder / "agents" / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "orchestra.yaml").write_text('orchestra: 1\nname: bench\nagents: "agents/**/*.md"\n', encoding="utf-8")


def _front_matter(lots: random.Random, name: str, first: str, second: str) -> str:
    doing = " and ".join(
        f"{verb} {subject}" for verb, subject in zip(lots.sample(VERBS, 3), lots.sample(SUBJECTS, 3), strict=True)
    )
    return (
        f"---\nname: {name}\n"
        f"description: Knows {first} and {second} well. It {doing}. Call it before {lots.choice(SUBJECTS)} of that kind change, "
        f"and when {lots.choice(SUBJECTS)} and {lots.choice(SUBJECTS)} no longer agree.\n"
        f"tools: {', '.join(lots.sample(['Read', 'Grep', 'Glob', 'Edit', 'Write', 'Bash'], 4))}\n"
        f"model: {lots.choice(MODELS)}\n---\n"
    )


def _body(lots: random.Random, name: str, names: list[str]) -> str:
    parts = [f"You are {name}. Work from the files, not from memory.\n"]
    for _ in range(12):
        title = " ".join(lots.sample(SUBJECTS, 2)).capitalize()
        items = "".join(
            f"- **{lots.choice(SUBJECTS).capitalize()}**: look at the {lots.choice(SUBJECTS)}, then at the `{lots.choice(SUBJECTS)}` of the last release,"
            f" and write down which {lots.choice(SUBJECTS)} {lots.choice(['changed', 'stayed', 'disagree', 'are missing'])}\n"
            for _ in range(lots.randint(2, 4))
        )
        parts.append(f"## {title}\n\n{items}")
    called = lots.choice(SUBJECTS)
    parts.append(
        f"## Example\n\n```python\nfrom shop import {called}\n\n@cached\ndef {called}_of(order):\n    return {called}[order]\n```\n"
    )
    parts.append("".join(f"- For {lots.choice(SUBJECTS)}, hand over to @{each}.\n" for each in lots.sample(names, 2)))
    return "\n".join(parts)
