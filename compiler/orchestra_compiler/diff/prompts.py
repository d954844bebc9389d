"""The compiled prompts side by side: whose text changed, and what that does to the tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestra_compiler.diff.changes import ItemChange, PromptChange, Prompts
from orchestra_compiler.diff.words import Kind
from orchestra_compiler.manifest import Manifest


def prompt_changes(old: Manifest, new: Manifest, agents: Sequence[ItemChange]) -> Prompts:
    """Return the prompts whose text is new, gone or another; a renamed agent's prompt is compared with its old one."""
    was: Mapping[str, str] = {each.name: each.was for each in agents if each.kind is Kind.RENAMED}
    found = []
    for name in sorted((old.prompts.keys() - set(was.values())) | new.prompts.keys()):
        before, after = old.prompts.get(was.get(name, name)), new.prompts.get(name)
        if before is None or after is None or before.sha256 != after.sha256:
            tokens = (None if each is None else each.tokens for each in (before, after))
            found.append(PromptChange(agent=name, before=next(tokens), after=next(tokens)))
    return Prompts(
        before=sum(prompt.tokens for prompt in old.prompts.values()),
        after=sum(prompt.tokens for prompt in new.prompts.values()),
        changed=tuple(found),
    )
