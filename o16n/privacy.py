"""Recognisers of secrets; what they find is named by kind and place, never repeated."""

from __future__ import annotations

import re
from dataclasses import dataclass

PATTERNS = {
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b"),
    "Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "Google API key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "Stripe key": re.compile(r"\b[sr]k_live_[0-9A-Za-z]{20,}\b"),
    "JSON web token": re.compile(
        r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    ),
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "password in an address": re.compile(
        r"\b[a-z][a-z0-9+.-]*://[^\s:/@'\"{}]+:[^\s:/@'\"{}]{3,}@"
    ),
    "password in an assignment": re.compile(
        r"(?i)\b(?:password|passwd|secret_key|api_key|apikey|auth_token|access_token)\s*=\s*['\"](?!\s*['\"]|<|\{|x{3,}|your)[^'\"\s]{8,}['\"]"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Secret:
    """What kind of secret stands on which line; the secret itself is not kept."""

    kind: str
    line: int


def find_secrets(text: str) -> tuple[Secret, ...]:
    """Return the recognised secrets in `text`, by line."""
    found = [
        Secret(kind=kind, line=text.count("\n", 0, match.start()) + 1)
        for kind, pattern in PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    return tuple(sorted(found, key=lambda one: (one.line, one.kind)))


def strip_credentials(text: str) -> str:
    """Return `text` with the user and password of every address removed."""
    return re.sub(r"([a-z][a-z0-9+.-]*://)[^\s/@'\"]+@", r"\1", text)
