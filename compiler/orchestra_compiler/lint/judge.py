"""Findings with the project's say: each as bad as it is wanted, and shown or hidden, by settings, ignores and baseline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, in_order
from orchestra_compiler.findings import MESSAGE_UNMAKABLE
from orchestra_compiler.lint import baseline, ignores
from orchestra_compiler.lint.baseline import Key, Remaining
from orchestra_compiler.lint.codes import IGNORE_UNUSED
from orchestra_compiler.lint.hidden import Hidden, Silencer
from orchestra_compiler.lint.ignores import Ignore
from orchestra_compiler.lint.policy import Policy, binds, in_vain
from orchestra_compiler.lint.rule_names import RuleNames
from orchestra_compiler.lint.settings import Word

_FOUND_BY_THE_COMPILE = frozenset({MESSAGE_UNMAKABLE.code})
"""What a lint alone does not find: an ignore of it may have its use all the same."""


class Judged(NamedTuple):
    """Findings that are shown, in order, and findings that are not; `gone` counts the baseline's that no longer occur."""

    shown: list[Diagnostic]
    hidden: list[Hidden]
    gone: int = 0


class Judge:
    """Knows what a project's settings, ignores and baseline say.

    Args:
        policy: The settings.
        sources: Path -> content of the project's files, which hold the ignores.
        known: The baseline.
    """

    def __init__(
        self, policy: Policy, sources: Mapping[str, bytes], names: RuleNames, known: Mapping[Key, int]
    ) -> None:
        self._policy = policy
        self._sources = sources
        self._known = known
        self._read = ignores.find(sources, names)
        self._by_path: dict[str, list[Ignore]] = defaultdict(list)
        for each in sorted(self._read.ignores, key=lambda each: each.lines is None):
            self._by_path[each.span.path].append(each)

    def judge(self, found: Iterable[Diagnostic]) -> Judged:
        """Judge all findings of a project, and add what is wrong with its settings and ignores."""
        told = in_order(list(found))
        words: set[Word] = set()
        shown, hidden = self._sorted(told, words)
        own = {*self._policy.diagnostics, *self._policy.in_vain(told), *self._read.diagnostics}
        own |= {in_vain(word, each.code) for each in told if binds(each) for _, word in self._ignored(each)}
        own |= set(self._unused(words))
        wanted = map(self._policy.with_severity, own)
        shown += [each for each in wanted if not self._policy.silences(each)]
        left = self._without_known(in_order(shown))
        return Judged(left.shown, [*hidden, *left.hidden], left.gone)

    def judge_more(self, found: Iterable[Diagnostic]) -> Judged:
        """Judge findings that a later step made; nothing is added to them."""
        shown, hidden = self._sorted(found, set())
        left = self._without_known(in_order(shown))
        return Judged(left.shown, [*hidden, *left.hidden])

    def _sorted(self, found: Iterable[Diagnostic], words: set[Word]) -> tuple[list[Diagnostic], list[Hidden]]:
        """Part findings by settings and ignores; the words of ignores that had their use are added to `words`."""
        shown, hidden = list[Diagnostic](), list[Hidden]()
        for each in map(self._policy.with_severity, found):
            ignored = next(self._ignored(each), None)
            if ignored is not None:
                words.add(ignored[1])
            if self._policy.silences(each):
                continue
            if ignored is None or binds(each):
                shown.append(each)
            else:
                hidden.append(Hidden(each, Silencer.IGNORE, ignored[0].reason, ignored[0].span))
        return shown, hidden

    def _ignored(self, found: Diagnostic) -> Iterator[tuple[Ignore, Word]]:
        for each in self._by_path.get(found.span.path, ()):
            word = each.word_for(found.code) if each.speaks_of(found) else None
            if word is not None:
                yield each, word

    def _without_known(self, found: list[Diagnostic]) -> Remaining:
        if not self._known:
            return Remaining(found, [], 0)
        bound = [each for each in found if binds(each)]
        left = baseline.compare((each for each in found if not binds(each)), self._known)
        return left._replace(shown=in_order([*left.shown, *bound]))

    def _unused(self, used: set[Word]) -> Iterator[Diagnostic]:
        idle_by_path: dict[str, list[_Idle]] = defaultdict(list)
        for each in self._read.ignores:
            idle = [word for word, codes in each.words if word not in used and not codes & _FOUND_BY_THE_COMPILE]
            if idle:
                idle_by_path[each.span.path].append(_Idle(each, idle))
        for path, every in idle_by_path.items():
            yield from self._told(path, every)

    def _told(self, path: str, every: Sequence[_Idle]) -> Iterator[Diagnostic]:
        """Yield the findings about the idle ignores of one file."""
        from orchestra_compiler.lint.unchanged import safe_edits

        safe = safe_edits(path, self._sources[path], [each.edit() for each in every if not each.ignore.in_prompt])
        for one in every:
            yield one.told(Safety.SAFE if one.edit() in safe else Safety.UNSAFE)


class _Idle(NamedTuple):
    """The words of an ignore that silence nothing."""

    ignore: Ignore
    words: list[Word]

    def kept(self) -> list[str]:
        """Return the words that silence something."""
        return [word.text for word, _ in self.ignore.words if word not in self.words]

    def edit(self) -> Edit:
        """Return what takes the words out of the ignore, or the whole of it out of the file."""
        if not self.kept():
            return self.ignore.removal
        first, last = self.ignore.words[0][0].span, self.ignore.words[-1][0].span
        return Edit(first._replace(end_line=last.end_line, end_column=last.end_column), ", ".join(self.kept()))

    def told(self, safety: Safety) -> Diagnostic:
        """Return the finding, with its mend."""
        title, span = "remove the ignore", self.ignore.span
        if self.kept():
            title, span = "remove what silences nothing", self.words[0].span
        message = f"nothing is found here that {_listed(self.words)} could silence"
        fix = Fix(title=title, safety=safety, edits=(self.edit(),))
        return IGNORE_UNUSED.at(span, message, "remove it", fix=fix)


def _listed(words: list[Word]) -> str:
    return ", ".join(f"`{word.text}`" for word in words)
