"""Finds `@agent-name` mentions in prose.

What counts: `@` and a name in lower case that starts with a letter, hyphens allowed, neither glued to a word before it
nor going on after it. What does not:

- anything in code fences and code spans,
- e-mail addresses and versions (`me@host`, `tool@latest`), handles in URLs (`https://host/@me`),
- package scopes (`@scope/pkg`),
- calls, attributes and names with underscores (`@app.route`, `@given(...)`, `@code_warntype`): decorators,
- a plain word alone on its line: a decorator as well,
- at-rules, documentation tags, well-known decorators and group handles (`@media`, `@param`, `@property`, `@here`),
- comments to tools, directives of frameworks and scopes of packages (`@ts-ignore`, `@csrf`, `@aws-sdk`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.patterns import pattern
from orchestra_compiler.text_checks.found import Found
from orchestra_compiler.text_checks.prose import Prose

# A final full stop ends the sentence; a full stop before a word makes an attribute.
_MENTION = pattern(
    r"(?<![\w@./\\:+=&?#$%`'\"-])@(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?![\w/(@=\\]|-\w|\.\w|:\w|\[)", re.ASCII
)
_URL = pattern(r"\b[a-z][a-z0-9+.-]*://[^\s)>\]]+", re.IGNORECASE)

_AT_RULES = (
    "apply charset color-profile config container counter-style custom-media custom-selector document else "
    "font-face font-feature-values font-palette-values forward function if import include keyframes layer media "
    "mixin namespace page plugin position-try property reference return scope screen source starting-style supports "
    "tailwind theme use utility variant variants view-transition viewport while extend for each debug warn error"
)
_TAGS = (
    "abstract access alias api apiparam async author augments brief callback category class code constant constructor "
    "constructs copyright default deprecated description details doc docs enum event example exception export "
    "exports external file fires generator global group hidden ignore implements inheritdoc inner instance "
    "interface internal kind lends license link listens method module mixes name note override package param "
    "parblock pre post private protected public readonly remarks requires return returns sa satisfies see self "
    "serial since spec static summary template test this throws ticket todo tutorial type typedef typeparam val "
    "var variation version virtual warning yields yield"
)
_DECORATORS = (
    "abstractmethod action actor after around atomic autowired available bean before beforeall cache cached "
    "cachedproperty classmethod coroutine component computed contextmanager controller controllers cron "
    "dataclass dataclasses decorator derived dynamicmemberlookup effect entity environment escaping final fixture "
    "frozen given hybrid inject injectable inline input inputs inlinable jit lazy lru macro main mainactor mark "
    "mock mocks mutation njit objc observable observed output outputs overload parametrize patch prefix profile "
    "pytest pure query receiver register repository required resolver result retry route router section service "
    "services setter signal singleton staticmethod state store subscription suppress system task tasks threads "
    "time timing tool tools transactional typechecked update validator value views vite when where wire wraps"
)
_COMMENTS = "eslint-disable ts-check ts-expect-error ts-ignore ts-nocheck vite-ignore"
_FRAMEWORKS = (
    "behaviour can case csrf empty endforeach endif endsection error foreach guest impl "
    "inaccessible interfaceobject key kickoff lang listen livewire moduledoc moduletag persist "
    "provides push shareable stack start switch"
)
_SCOPES = (
    "ai-sdk anthropic-ai aws-cdk aws-sdk babel dnd-kit floating-ui google-cloud headlessui heroicons hookform "
    "microsoft-graph mui nestjs octokit radix-ui react-native react-three reduxjs remix-run tanstack testing-library "
    "trpc types typescript-eslint vueuse"
)
_HANDLES = "all channel everyone here latest next nobody noreply someone team username user users you"
NOT_AGENTS = frozenset(f"{_AT_RULES} {_TAGS} {_DECORATORS} {_COMMENTS} {_FRAMEWORKS} {_SCOPES} {_HANDLES}".split())
"""Words that follow an `@` in technical prose and name no agent, whatever a fleet may hold."""


def scan(text: str, prose: Prose | None = None) -> Iterator[Found]:
    """Yield the mentions; `what` is the name without its `@`. `prose` is that of the text, where the caller has it."""
    if "@" not in text:
        return
    for offset, paragraph in (prose or Prose(text)).paragraphs("@"):
        yield from _scan(paragraph, offset)


def _scan(prose: str, offset: int) -> Iterator[Found]:
    if "://" in prose:
        prose = _URL.sub(lambda match: " " * len(match[0]), prose)
    for match in _MENTION.finditer(prose):
        name = match["name"]
        if name not in NOT_AGENTS and ("-" in name or not _alone(prose, match)):
            yield Found(offset + match.start(), offset + match.end(), name)


def _alone(prose: str, match: re.Match[str]) -> bool:
    """Return whether nothing else stands on the mention's line."""
    start = prose.rfind("\n", 0, match.start()) + 1
    end = prose.find("\n", match.end())
    return prose[start : len(prose) if end < 0 else end].strip() == match[0]
