"""Web addresses as a coach writes them: what any browser, and the print engine, can take apart."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

from milebook.core.errors import QuantityError

LONGEST_ADDRESS_READ = 2000  # characters: browsers differ beyond that
EXAMPLE = "write it in full, for example https://example.org"
_NAME = re.compile(r"(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?")  # letters of any script: an IDN stays as it is written
_STRANGE = re.compile(r"[\s\x00-\x20\x7f-\xa0\"<>\\]")  # what an address has only as %20, %22 and so on


def read_web_address(text: str) -> SplitResult:
    """Take apart an http or https address with a host. Raises QuantityError."""
    parts = split(text)
    if parts.scheme not in ("http", "https") or not _has_host(parts) or _STRANGE.search(text):
        raise QuantityError(f'"{text[:60]}" is not a web address', EXAMPLE)
    return parts


def split(link: str) -> SplitResult:
    """Take a link of any kind apart. Raises QuantityError where that cannot be done."""
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018 - it is read only when asked for, and raises for what is no number
    except ValueError:
        raise QuantityError(f'"{link[:60]}" is not an address', EXAMPLE) from None
    if len(link) > LONGEST_ADDRESS_READ:
        raise QuantityError(f'"{link[:60]}..." is longer than {LONGEST_ADDRESS_READ} characters', EXAMPLE)
    return parts


def _has_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if parts.netloc.rpartition("@")[2].startswith("["):
        return _is_ip_address(host)
    return bool(_NAME.fullmatch(host)) and parts.port != 0


def _is_ip_address(text: str) -> bool:
    try:
        return bool(IPv6Address(text))
    except ValueError:
        return False
