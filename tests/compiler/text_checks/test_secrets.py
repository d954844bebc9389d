from __future__ import annotations

import random
import string

import pytest

from orchestra_compiler.text_checks import secrets

LETTERS = string.ascii_letters + string.digits


def random_text(length: int, alphabet: str = LETTERS) -> str:
    """Made at run time, so that no file of this repository looks like it holds a key."""
    made = random.Random(length).choices(alphabet, k=length)
    return "".join(made)


SHAPES = {
    "AWS access key": "AKIA" + random_text(16, string.ascii_uppercase + "234567"),
    "GitHub token": "ghp_" + random_text(36),
    "GitHub fine-grained token": "github_pat_" + random_text(22) + "_" + random_text(59),
    "GitLab token": "glpat-" + random_text(20),
    "Slack token": "xoxb-"
    + random_text(11, string.digits)
    + "-"
    + random_text(12, string.digits)
    + "-"
    + random_text(24),
    "Anthropic key": "sk-ant-api03-" + random_text(95),
    "OpenAI key": "sk-proj-" + random_text(64),
    "Google API key": "AIza" + random_text(35),
    "Google OAuth secret": "GOCSPX-" + random_text(28),
    "Stripe key": "sk_live_" + random_text(24),
    "SendGrid key": "SG." + random_text(22) + "." + random_text(43),
    "Twilio key": "SK" + random_text(32, "0123456789abcdef"),
    "npm token": "npm_" + random_text(36),
    "PyPI token": "pypi-AgEI" + random_text(70),
    "Hugging Face token": "hf_" + random_text(34, string.ascii_letters),
    "DigitalOcean token": "dop_v1_" + random_text(64, "0123456789abcdef"),
    "Shopify token": "shpat_" + random_text(32, "0123456789abcdef"),
    "Telegram bot token": "8" + random_text(9, string.digits) + ":AA" + random_text(33),
    "JSON web token": "eyJ" + random_text(30) + ".eyJ" + random_text(40) + "." + random_text(43),
    "Azure storage key": "AccountKey=" + random_text(86) + "==",
    "AWS secret key": "AWS_SECRET_ACCESS_KEY=" + random_text(40),
    "private key": "-----BEGIN RSA PRIVATE KEY-----\n" + random_text(64) + "\n",
}


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_each_shape_is_found_and_not_shown(kind: str) -> None:
    secret = SHAPES[kind]
    text = f'key = "{secret}" # keep'
    (found,) = secrets.scan(text)
    assert text[found.start : found.end] in secret
    assert found.what.startswith(kind)
    assert secret[8:] not in found.what


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "ghp_" + "x" * 36,
        "ghp_" + "0" * 36,
        "sk-" + "your-key-here",
        "sk-ant-api03-" + "YOUR_KEY_HERE_" * 4,
        "AIza" + "*" * 35,
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "a commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "task-" + random_text(48),
        "desk_" + random_text(30),
        "prefixAKIA" + random_text(16, string.ascii_uppercase),
        "the prefix ghp_ is GitHub's",
    ],
)
def test_placeholders_and_other_words_pass(text: str) -> None:
    assert list(secrets.scan(text)) == []
