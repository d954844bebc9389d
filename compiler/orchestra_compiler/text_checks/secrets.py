"""Finds credentials by the exact shapes their issuers give them.

A shape is a prefix, a length and an alphabet that nothing else has; there is no guessing by entropy alone, so a hash or
an identifier is never taken for a secret. Placeholders (`AKIA...EXAMPLE`, `ghp_xxxxxxxx`, `sk-your-key`) are skipped.
The shapes are those that the issuers document for secret scanning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from orchestra_compiler.patterns import pattern
from orchestra_compiler.text_checks.found import Found

_SHAPES: Mapping[str, str] = {
    "AWS access key": r"(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])",
    "GitHub token": r"gh[pousr]_[A-Za-z0-9]{36,251}(?![A-Za-z0-9_])",
    "GitHub fine-grained token": r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9_])",
    "GitLab token": r"gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,}",
    "Slack token": r"xox[abeoprs]-(?:[A-Za-z0-9]+-){1,4}[A-Za-z0-9]{16,}|xapp-\d-[A-Z0-9]{8,}-\d{8,}-[a-z0-9]{32,}",
    "Slack webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{24}",
    "Anthropic key": r"sk-ant-(?:api|admin|oat|ort)\d\d-[A-Za-z0-9_-]{24,}",
    "OpenAI key": r"sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{40,}|sk-[A-Za-z0-9]{48}(?![A-Za-z0-9])",
    "Google API key": r"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
    "Google OAuth secret": r"GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])",
    "Stripe key": r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{24,}|whsec_[A-Za-z0-9+/]{32,}",
    "SendGrid key": r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])",
    "Twilio key": r"SK[0-9a-f]{32}(?![A-Za-z0-9])",
    "npm token": r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])",
    "PyPI token": r"pypi-AgEI[A-Za-z0-9_-]{60,}",
    "Hugging Face token": r"hf_[A-Za-z0-9]{34}(?![A-Za-z0-9])",
    "DigitalOcean token": r"do[opr]_v1_[0-9a-f]{64}(?![A-Za-z0-9])",
    "Shopify token": r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}(?![A-Za-z0-9])",
    "Telegram bot token": r"\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])",
    "JSON web token": r"eyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{32,}",
    "Azure storage key": r"AccountKey=[A-Za-z0-9+/]{86}==",
    "AWS secret key": r"(?i:(?:aws_)?secret_access_key)[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
    "private key": r"-----BEGIN (?:[A-Z0-9]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n|\\r)+(?:[A-Za-z-]+: .*\s+)*"
    r"[A-Za-z0-9+/=]{32,}",
}
_NAMES = tuple(_SHAPES)
# What every shape holds, in a word of at least so many characters: few words are that long, and plain substrings are
# searched much faster than the alternation.
_RUN = b"x" * 20
_SHAPE = bytes(b" x"[chr(code) not in " \t\n\r\x0b\x0c"] for code in range(256))
_HINTS = (
    "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-",
    "glft-", "glsoat-", "xox", "xapp-", "hooks.slack", "sk-", "AIza", "GOCSPX", "sk_", "rk_", "whsec_", "SG.", "SK", "npm_",
    "pypi-", "hf_", "_v1_", "shpat", "shpca", "shppa", "shpss", ":AA", "eyJ", "AccountKey",
)  # fmt: skip
_SPACED_HINTS = ("PRIVATE KEY", "ccess_key", "CCESS_KEY", "ccess_Key")  # white space may stand within these shapes
_PLACEHOLDER = pattern(
    r"example|placeholder|redacted|your|dummy|sample|fake|changeme|insert|replace|x{4}|\.{3}|\*{3}|0{6}|1234567890"
    r"|0123456789|abcdefgh",
    re.IGNORECASE,
)
_LEAST_DIFFERENT = 7  # characters; random tokens of 16 and more have at least that many
_SHOWN = 6  # characters of a secret that a report may show; issuers' prefixes are not secret


def scan(text: str) -> Iterator[Found]:
    """Yield the credentials; `what` names the kind and shows the first characters at most."""
    if not _may_hold(text):
        return
    for match in _secret().finditer(text):
        if match.lastindex is not None and not _is_placeholder(match[0]):
            yield Found(match.start(), match.end(), _name(match[0], _NAMES[match.lastindex - 1]))


def _may_hold(text: str) -> bool:
    if any(map(text.__contains__, _SPACED_HINTS)):
        return True
    long = " ".join(_long_words(text))
    return any(map(long.__contains__, _HINTS))


def _long_words(text: str) -> Iterator[str]:
    """Yield the words of some length, found in the text's mere shape."""
    content = text.encode("utf-8", "replace")
    shape = content.translate(_SHAPE)
    start = shape.find(_RUN)
    while start >= 0:
        end = shape.find(b" ", start)
        end = len(shape) if end < 0 else end
        yield content[start:end].decode("utf-8", "replace")
        start = shape.find(_RUN, end)


@cache
def _secret() -> re.Pattern[str]:
    """Return one alternation behind one look-behind: a token does not begin within a word."""
    return re.compile(r"(?<![A-Za-z0-9_])(?:" + "|".join(f"({shape})" for shape in _SHAPES.values()) + ")")


def _name(secret: str, kind: str) -> str:
    return kind if kind == "private key" else f"{kind} {secret[:_SHOWN]}…"


def _is_placeholder(secret: str) -> bool:
    body = re.split(r"[-_=:.]", secret, maxsplit=1)[-1]
    return bool(_PLACEHOLDER.search(secret)) or len(set(body.lower())) < _LEAST_DIFFERENT
