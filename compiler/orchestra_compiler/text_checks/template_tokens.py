"""Finds the control tokens of chat templates in text that should be data.

Where a provider or a local server renders text into a template, such a token can end the user's turn and begin a
forged one. Only spellings that mean nothing else are reported: a lone `<s>` is HTML for struck-out text, `Human:` in a
sentence is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.patterns import pattern
from orchestra_compiler.text_checks.found import Found

_NAMED_BARS = r"<\|/?[A-Za-z][A-Za-z0-9_]{0,48}\|>"  # ChatML, Llama 3, Phi, Command R, gpt-oss
_WIDE_BARS = r"<\uFF5C[^\s<>\uFF5C]{1,48}\uFF5C>"  # DeepSeek writes its bars full width
_BRACKETS = r"\[/?INST\]|<</?SYS>>|\[/?(?:AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT|MODEL_SETTINGS)\]"  # Llama 2, Mistral
_TURNS = r"</?(?:start_of_turn|end_of_turn|start_of_image|end_of_image|begin_of_sentence|end_of_sentence)>"  # Gemma
_SENTENCES = r"</s>\s*<s>|<s>(?=\s*(?:\[INST\]|<<SYS>>))|<(?:bos|eos)>"
_CALLS = r"</?antml:[a-z_]+"  # the tool-call markup of Claude
_MARKERS = r"(?:(?<=\n\n)|(?<=\r\n\r\n))(?:Human|Assistant):(?=\s|\Z)"  # the text completions of Claude
_ALPACA = r"^### Instruction:[ \t]*$"  # counts only with a response's heading after it

_TOKEN = pattern(
    f"(?P<bars>{_NAMED_BARS}|{_WIDE_BARS})|(?P<other>{_BRACKETS}|{_TURNS}|{_SENTENCES}|{_CALLS})"
    f"|(?P<turn>{_MARKERS}|{_ALPACA})",
    re.MULTILINE,
)
_STARTS = ("<", "[", "Human:", "Assistant:", "### Instruction:")


def scan(text: str) -> Iterator[Found]:
    """Yield the control tokens; `what` quotes the token."""
    end = 0
    for match in _tokens(text):
        if match.start() < end or (match[0].startswith("#") and match.end() > text.rfind("\n### Response:")):
            continue
        end = match.end()
        kind = "turn marker" if match.lastgroup == "turn" else "control token"
        yield Found(match.start(), end, f"{kind} {match[0]!r}")


def _tokens(text: str) -> list[re.Match[str]]:
    """Return the tokens in order: each begins with one of few texts, which are searched much faster than the pattern."""
    found = []
    for start in _STARTS:
        position = text.find(start)
        while position >= 0:
            match = _TOKEN.match(text, position)
            if match:
                found.append(match)
            position = text.find(start, position + 1)
    return sorted(found, key=lambda match: match.start())
