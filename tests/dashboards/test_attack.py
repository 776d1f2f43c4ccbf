"""Words that another program would take for a command, wherever somebody from outside can write one."""

from __future__ import annotations

import socket

import pytest

from tests.dashboards.portal import Portal

WORDS = (
    "' OR '1'='1", "'; DROP TABLE people; --", '" UNION SELECT hash FROM accounts --', "{{7*7}}", "{% raw x %}",
    "../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "<script>alert(1)</script>", "\x00", "a\r\nSet-Cookie: x=1",
    "stroke-hospitals\x00", "%s%s%n", "𝕒" * 300,
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_words_of_an_attacker_are_only_text(portal: Portal, word: str) -> None:
    """In the name of a report, a parameter, the address and a name at the log-in: refused, or shown as it is."""
    client = portal.client("an.peeters")
    people = portal.house.open_state.people.everything()[2]
    for path, query in (
        ("/api/report", {"id": word}),
        ("/api/report", {"id": "stroke-hospitals", "year": word}),
        ("/report", {"id": word}),
        ("/access", {"view": "mine", "collection": word}),
        ("/access", {"view": word, "person": word}),
        ("/catalogue/" + "x", {"q": word}),
    ):
        answer = client.get(path, **query)
        assert answer.status in (200, 303, 400, 403, 404), f"{path}: {answer.status}"
        assert "$argon2" not in answer.text and "root:" not in answer.text
        if not answer.headers["Content-Type"].startswith("application/json"):
            assert "<script>alert" not in answer.text
        assert "x" not in {cookie.name for cookie in client.jar}
    if word in WORDS[:4]:  # not all: failures of one address are counted
        assert portal.client().log_in(word, word).status in (400, 403)
    assert portal.house.open_state.people.everything()[2] == people


def test_a_request_without_end_is_cut_off(portal: Portal) -> None:
    """A body that says it has 100 GB is not waited for."""
    with socket.create_connection(("127.0.0.1", portal.port), timeout=60) as line:
        line.sendall(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000000\r\n\r\n")
        line.sendall(b"x" * 1000)
        said = line.recv(1000)
    assert said == b"" or said.split()[1] in (b"400", b"413")
