"""Recognisers of secrets; what they find is named by kind and place, never repeated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Forms that are a secret by themselves. Where there is a group `value`, only it is judged.
FORMS = {
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)(?P<value>[0-9A-Z]{16})\b"),
    "AWS secret key": re.compile(
        r"(?i:aws_?secret(?:_?access)?_?key)['\"\])\s]*[:=,]\s*['\"]?(?P<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])"
    ),
    "GitHub token": re.compile(
        r"\b(?:gh[pousr]_(?P<value>[A-Za-z0-9]{36,})|github_pat_[A-Za-z0-9_]{50,})\b"
    ),
    "GitLab token": re.compile(r"\bglpat-(?P<value>[A-Za-z0-9_-]{20,})"),
    "Slack token": re.compile(r"\bxox[abeoprs]-(?P<value>[A-Za-z0-9-]{10,})"),
    "Slack webhook": re.compile(
        r"hooks\.slack\.com/services/(?P<value>T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,})"
    ),
    "Google API key": re.compile(r"\bAIza(?P<value>[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])"),
    "Stripe key": re.compile(r"\b[rs]k_(?:live|test)_(?P<value>[0-9A-Za-z]{16,})\b"),
    "OpenAI or Anthropic key": re.compile(
        r"\bsk-(?:proj-|svcacct-|ant-[a-z0-9]+-)?(?P<value>[A-Za-z0-9_]{20,})"
    ),
    "Hugging Face token": re.compile(r"\bhf_(?P<value>[A-Za-z0-9]{30,})\b"),
    "PyPI token": re.compile(r"\bpypi-(?P<value>AgE[A-Za-z0-9_-]{40,})"),
    "npm token": re.compile(r"\bnpm_(?P<value>[A-Za-z0-9]{36})\b"),
    "SendGrid key": re.compile(r"\bSG\.(?P<value>[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"),
    "Databricks token": re.compile(r"\bdapi(?P<value>[0-9a-f]{32})\b"),
    "storage account key": re.compile(r"AccountKey=(?P<value>[A-Za-z0-9+/]{40,}={0,2})"),
    "JSON web token": re.compile(
        r"\beyJ(?P<value>[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
    ),
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----"),
    "bearer token": re.compile(r"(?i:\bbearer)\s+(?P<value>[A-Za-z0-9._~+/-]{16,}=*)"),
    "basic authorisation": re.compile(
        r"(?i:authorization)['\"]?\s*[:=]\s*['\"]?(?i:basic)\s+(?P<value>[A-Za-z0-9+/]{12,}=*)"
    ),
    "password in an address": re.compile(
        r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@'\"{}<>]{0,64}:(?P<value>[^\s/@'\"{}<>]{3,128})@"
    ),
    "password in a connection string": re.compile(
        r"(?i:;\s*(?:password|pwd)|(?<=['\"])(?:password|pwd))\s*=\s*(?P<value>[^;\s'\"{}<>]{4,});"
    ),
}
_NAMES = r"(?:password|passwd|passphrase|pwd|secret|secret_?key|api_?key|apikey|access_?key|private_?key|account_?key|client_?secret|auth_?key)"
_LOOSE_NAMES = r"(?:token|credentials?)"
_GIVEN = r"['\"]?\]?\s*(?::\s*[A-Za-z][\w.\[\]| ]{0,30}?\s*=|:|=)\s*[rbf]?(['\"])(?P<value>[^'\"\s(),]{%d,200})\1"
# A literal given to a name: in code, in a dictionary, as a keyword, in JSON or YAML. What is given to
# a `token`, or without quotes, is only one where letters and digits are mixed.
LOOSE = ("token in an assignment", "password in the environment")
GIVEN = {
    "password in an assignment": re.compile(rf"(?i:{_NAMES}){_GIVEN % 6}"),
    "token in an assignment": re.compile(rf"(?i:{_LOOSE_NAMES}){_GIVEN % 16}"),
    # NAME=value as shells, %env and .env files write it, without quotes.
    "password in the environment": re.compile(
        r"(?m)^\s*(?:!?\s*export\s+|!?\s*set\s+|%(?:set_)?env\s+|ENV\s+)?"
        r"[A-Z0-9_]*(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY|SECRET_KEY)"
        r"[ ]?=[ ]?(?P<value>[^\s'\"(){}\[\],;]{8,200})\s*$"
    ),
}
DATA_ADDRESS = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
PLACEHOLDER = re.compile(
    r"(?i)your|my[_-](?:secret|password|token|api|key)|<|>|\{|\}|\$|%[(s]|\*{2,}|x{4,}|\.{3}|…|example|placeholder|dummy|"
    r"change[_-]?me|redacted|removed|insert|enter[_-]|[_-]here|todo|fixme|sample|test[_-]?(?:key|token|pass)|"
    r"os\.environ|getenv|getpass|^(?:none|null|true|false|undefined|pass|password|passwd|passwort|pwd|secret|token|string|text|hidden|unknown)$"
)
SHOWN = re.compile(
    r"(?i)your|x{6,}|\*{2,}|placeholder|redacted|\.{3}|^(?:pass|password|pwd|secret)$|^\$"
)
FEW_SIGNS = 3


@dataclass(frozen=True, kw_only=True)
class Secret:
    """What kind of secret stands on which line; the secret itself is not kept."""

    kind: str
    line: int


def find_secrets(text: str) -> tuple[Secret, ...]:
    """Return the recognised secrets in `text`, by line; placeholders are none."""
    searched = DATA_ADDRESS.sub("", text)
    found = {
        Secret(kind=kind, line=searched.count("\n", 0, start) + 1)
        for kind, start in _found(searched)
    }
    return tuple(sorted(found, key=lambda one: (one.line, one.kind)))


def strip_credentials(text: str) -> str:
    """Return `text` with the user and password of every address removed."""
    return re.sub(r"([a-z][a-z0-9+.-]*://)[^\s/@'\"]+@", r"\1", text)


def _found(text: str) -> Iterator[tuple[str, int]]:
    for kind, pattern in FORMS.items():
        for match in pattern.finditer(text):
            if not _made_up(kind, match.groupdict().get("value") or ""):
                yield kind, match.start()
    for kind, pattern in GIVEN.items():
        for match in pattern.finditer(text):
            value = match["value"]
            if not _placeholder(value) and (kind not in LOOSE or _random(value)):
                yield kind, match.start("value")


def _made_up(kind: str, value: str) -> bool:
    """Tell whether the part of a well-known form that varies is only written to show the form."""
    if not value:
        return False
    if kind == "bearer token":  # any word may follow "bearer"
        return _placeholder(value) or not _random(value)
    return len(set(value)) <= FEW_SIGNS or bool(SHOWN.search(value))


def _placeholder(value: str) -> bool:
    return len(set(value)) <= FEW_SIGNS or bool(PLACEHOLDER.search(value))


def _random(value: str) -> bool:
    """Tell whether letters and digits are mixed, as in what a machine made."""
    return any(one.isdigit() for one in value) and any(one.isalpha() for one in value)
