"""The rules that a word names: a code, the beginning of codes, or a rule's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchestra_compiler.findings import Rule
from orchestra_compiler.suggestions import Names

_PREFIX = "ORC"


class RuleNames:
    """All rules, to be looked up by any of their names."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._by_name = {rule.name: code for code, rule in rules.items()}
        self._names = Names((*rules, *self._by_name))

    def codes(self, word: str) -> frozenset[str]:
        """Return the codes that a word stands for; none where it names no rule."""
        bare = word.strip()
        if bare.lower() in self._by_name:
            return frozenset({self._by_name[bare.lower()]})
        upper = bare.upper()
        if not upper.startswith(_PREFIX):
            return frozenset()
        return frozenset(code for code in self._rules if code.startswith(upper))

    def one(self, word: str) -> Rule | None:
        """Return the rule that a word is the very code or name of."""
        bare = word.strip()
        return self._rules.get(self._by_name.get(bare.lower(), bare.upper()))

    def all_codes(self, words: Iterable[str]) -> frozenset[str]:
        """Return the codes that some words stand for together."""
        return frozenset(code for word in words for code in self.codes(word))

    def hint(self, word: str) -> str:
        """Return the question whether a near miss was meant, or how rules are named."""
        bare = word.strip()
        wanted = bare.upper() if bare.upper().startswith(_PREFIX) else bare.lower()
        return self._names.hint(wanted, "rules are named ORC205, or handoff-to-nobody; ORC2 means all of ORC2xx")
