"""Web addresses: what browsers and the print engine can take apart is taken, anything else is told."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebook.content.addresses import EXAMPLE, read_web_address
from milebook.core.errors import QuantityError

PIECES = st.sampled_from(["http://", "https://", *"[]:/@?#aé℀ \t", "::1", "80"])


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "HTTPS://Example.ORG/",
        "http://localhost:8000",
        "https://user.github.io/repo/",
        "https://läufer.example:8443/ä/b",
        "https://跑步.example/",
        "https://[2001:db8::1]:8080/a",
        "https://192.0.2.1/",
        "https://a_b.example/x%20y?z={1}#q",
    ],
)
def test_an_address_with_port_path_or_letters_of_any_script_is_taken(address):
    assert read_web_address(address) == urlsplit(address)


@pytest.mark.parametrize(
    "text",
    [
        *("", "https://", "https:///x", "https://[", "https://[a]", "https://[::1", "https://x y", "https://x/a b"),
        *("https://a:b", "https://a:0", "https://a:99999", "https://℀.example", "https://-a.example", "https://a..b"),
        *(
            "ftp://a",
            "//a",
            "a",
            "https://a\n",
            " https://a",
            'https://a/"',
            "https://a/<b>",
            f"https://a/{'x' * 2000}",
        ),
    ],
)
def test_what_is_no_web_address_is_told_with_how_to_write_one(text):
    with pytest.raises(QuantityError) as caught:
        read_web_address(text)
    assert caught.value.hint == EXAMPLE
    assert len(caught.value.message) < 200


@given(st.lists(PIECES, max_size=8).map("".join))
def test_whatever_is_taken_can_be_taken_apart_and_put_together_by_others(text):
    try:
        read_web_address(text)
    except QuantityError:
        return
    assert urljoin(text, "x/index.html")
    assert urlsplit(text).hostname
