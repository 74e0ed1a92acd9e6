"""Text that is safe to show: one line, printable, short, without credentials."""

from __future__ import annotations

import re

LONGEST = 300
"""Characters of a message that are kept."""

_CREDENTIAL = re.compile(
    r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"
    r"|\b(?:sk|pk|rk|ghp|gho|ghs|ghu|github_pat|glpat|hf|xox[abp])[-_][\w-]{8,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bAIza[\w-]{20,}"
    r"|\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*"  # a JSON web token
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
    r"|(?<=api_key=)[^\s&]+|(?<=api-key: )\S+|(?<=[?&]key=)[^\s&]+"
    r"|(?<=password=)[^\s&]+|(?<=passwd=)[^\s&]+|(?<=token=)[^\s&]+|(?<=secret=)[^\s&]+"
)


def masked(text: str) -> str:
    """The text without what looks like a credential.

    Providers echo keys in their errors, and a URL may carry a password.

    >>> masked("Incorrect API key provided: sk-abcdefgh12345678")
    'Incorrect API key provided: ***'
    """
    return _CREDENTIAL.sub("***", text)


def shown(text: str) -> str:
    """The first ``LONGEST`` characters on one line, masked.

    >>> shown("two  words" + chr(10))
    'two words'
    """
    clear = masked(text[: 8 * LONGEST])[: 4 * LONGEST]  # no half of a credential is at the cut
    line = "".join(sign if sign.isprintable() else " " for sign in clear)
    line = " ".join(line.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
