"""What a project's settings mean, rule by rule, and what is wrong with them.

An error that stops the compile binds: whoever could silence it would have a fleet that lints and does not compile. Some
rules have milder findings beside their errors (a key of another tool in front matter); those may be silenced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import LINK_RULES, Rule
from orchestra_compiler.lint.codes import LINT_RULES, PATTERN_UNUSED, RULE_BINDING, RULE_OPTION, UNKNOWN_RULE
from orchestra_compiler.lint.rule_names import RuleNames
from orchestra_compiler.lint.settings import LintSettings, Number, PathSetting, RuleSetting, Word
from orchestra_compiler.source.codes import CODES, shown
from orchestra_compiler.suggestions import Names

BINDING = frozenset(
    rule.code for rule in (*CODES.values(), *LINK_RULES, *LINT_RULES) if rule.severity is Severity.ERROR
)
"""The rules whose errors nothing silences."""
_BAD = (Severity.INFO, Severity.WARNING, Severity.ERROR)


def binds(found: Diagnostic) -> bool:
    """Return whether a finding stays whatever anybody says."""
    return found.code in BINDING and found.severity is Severity.ERROR


class _Attempt(NamedTuple):
    """A setting that names a binding rule in order to silence it."""

    word: Word
    rule: Rule


class _InFiles(NamedTuple):
    """Codes that are not looked at in some files."""

    matches: Callable[[str], bool]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for each rule.

    Attributes:
        selected: Codes that are looked at; None for all.
        off: Codes that are not.
        severities: Code -> what the rule's findings are, where the project says so.
        numbers: Code -> option -> number.
        diagnostics: What is wrong with the settings themselves.
    """

    selected: frozenset[str] | None = None
    off: frozenset[str] = frozenset()
    severities: Mapping[str, Severity]
    numbers: Mapping[str, Mapping[str, float]]
    in_files: tuple[_InFiles, ...] = ()
    attempts: tuple[_Attempt, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def with_severity(self, found: Diagnostic) -> Diagnostic:
        """Return a finding as bad as the project wants it."""
        wanted = self.severities.get(found.code)
        return found if wanted is None or binds(found) else replace(found, severity=wanted)

    def silences(self, found: Diagnostic) -> bool:
        """Return whether the settings do not want a finding."""
        if binds(found):
            return False
        code, path = found.code, found.span.path
        if code in self.off or (self.selected is not None and code not in self.selected):
            return True
        return any(code in each.codes and each.matches(path) for each in self.in_files)

    def in_vain(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield a finding for each setting that names a binding rule, unless milder findings of it are there."""
        mild = {each.code for each in found if each.code in BINDING and not binds(each)}
        for word, rule in self.attempts:
            if rule.code not in mild:
                yield in_vain(word, rule.code)


def in_vain(word: Word, code: str) -> Diagnostic:
    """Return the finding that a word is to silence an error that stays."""
    message = f"{code} is an error that stops the compile: nothing silences it"
    return RULE_BINDING.at(word.span, message, "mend what it finds, and remove this")


def decide(settings: LintSettings, names: RuleNames, paths: Iterable[str]) -> Policy:
    """Return what settings mean; `paths` are the project's files."""
    return _Decision(settings, names).policy(tuple(paths))


class _Decision:
    """Looks the words of some settings up."""

    def __init__(self, settings: LintSettings, names: RuleNames) -> None:
        self._settings = settings
        self._names = names
        self._found: list[Diagnostic] = []
        self._attempts: list[_Attempt] = []

    def policy(self, paths: tuple[str, ...]) -> Policy:
        settings = self._settings
        selected = None if settings.select is None else self._codes(settings.select)
        off = self._codes(settings.ignore, silencing=True)
        severities: dict[str, Severity] = {}
        numbers: dict[str, dict[str, float]] = {}
        for setting in settings.rules:
            rule = self._rule(setting)
            if rule is None:
                continue
            if setting.off:
                off |= {rule.code}
            if setting.severity is not None:
                severities[rule.code] = setting.severity
            numbers[rule.code] = dict(self._numbers(rule, setting.numbers))
        return Policy(
            selected=selected,
            off=off,
            severities=severities,
            numbers=numbers,
            in_files=tuple(self._in_files(each, paths) for each in settings.paths),
            attempts=tuple(self._attempts),
            diagnostics=tuple(self._found),
        )

    def _codes(self, words: Iterable[Word], *, silencing: bool = False) -> frozenset[str]:
        codes: set[str] = set()
        for word in words:
            named = self._names.codes(word.text)
            if not named:
                self._unknown(word)
            codes |= named
            rule = self._names.one(word.text)
            if silencing and rule and rule.code in BINDING:
                self._attempts.append(_Attempt(word, rule))
        return frozenset(codes)

    def _unknown(self, word: Word) -> None:
        message = f"no rule is called `{shown(word.text)}`"
        self._found.append(UNKNOWN_RULE.at(word.span, message, self._names.hint(word.text)))

    def _rule(self, setting: RuleSetting) -> Rule | None:
        rule = self._names.one(setting.rule.text)
        if rule is None:
            self._unknown(setting.rule)
        elif rule.code in BINDING and (
            setting.off or (setting.severity and _BAD.index(setting.severity) < _BAD.index(rule.severity))
        ):
            self._attempts.append(_Attempt(setting.rule, rule))
        return rule

    def _numbers(self, rule: Rule, numbers: Iterable[Number]) -> Iterator[tuple[str, float]]:
        known = Names(rule.options)
        for option, value, span in numbers:
            asked = rule.options.get(option.text)
            if asked is None:
                message = f"the rule `{rule.name}` has no option `{shown(option.text)}`"
                otherwise = f"its options are {known.listed()}" if known else "it has none"
                self._found.append(RULE_OPTION.at(option.span, message, known.hint(option.text, otherwise)))
            elif not asked.minimum <= value <= asked.maximum:
                message = f"`{option.text}` of the rule `{rule.name}` cannot be {value:.12g}"
                hint = f"write a number from {asked.minimum:.12g} to {asked.maximum:.12g}; the default is {asked.default:.12g}"
                self._found.append(RULE_OPTION.at(span, message, hint))
            else:
                yield option.text, float(value)

    def _in_files(self, setting: PathSetting, paths: tuple[str, ...]) -> _InFiles:
        matches = _matcher(setting.pattern.text)
        if matches is None or not any(map(matches, paths)):
            reason = "cannot be read" if matches is None else "matches no file of the project"
            message = f"the pattern `{shown(setting.pattern.text)}` {reason}"
            hint = "write it as in .gitignore, from the project's folder on: agents/legacy/**"
            self._found.append(PATTERN_UNUSED.at(setting.pattern.span, message, hint))
        return _InFiles(matches or _nowhere, self._codes(setting.ignore, silencing=True))


def _matcher(pattern: str) -> Callable[[str], bool] | None:
    """Return whether a path is matched by a pattern, as a function; None for what is no pattern."""
    from orchestra_compiler.routing.matching import glob_matcher, is_glob

    if not is_glob(pattern):
        return None
    match = glob_matcher([pattern])
    return lambda path: bool(path) and match(path) is not None


def _nowhere(_path: str) -> bool:
    return False
