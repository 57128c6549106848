import stat
from pathlib import Path

import msgspec

from allstore.shop.visitor import KEY_FILE, Seal, Visitor, new_visitor, secret

SEAL = Seal("a secret")


def test_a_sealed_visitor_comes_back() -> None:
    visitor = Visitor("s", "1870", has_events=True)
    assert SEAL.visitor(SEAL.cookie(visitor)) == visitor


def test_a_visitor_that_was_tampered_with_does_not() -> None:
    forged = Seal("another secret").cookie(Visitor("s", "1870"))
    assert SEAL.visitor(forged) is None
    assert SEAL.visitor(SEAL.cookie(Visitor("s"))[:-1]) is None
    assert SEAL.visitor("") is None
    assert SEAL.visitor(None) is None


def test_a_form_token_is_no_cookie_and_belongs_to_one_session() -> None:
    token = SEAL.form_token(Visitor("s"))
    assert SEAL.permits(Visitor("s", "1870"), token)
    assert not SEAL.permits(Visitor("other"), token)
    assert not SEAL.permits(Visitor("s"), SEAL.cookie(Visitor("s")))
    assert SEAL.visitor(token) is None


def test_a_cold_visitor_is_nobody_until_an_event_or_a_shopper() -> None:
    cold = new_visitor()
    assert cold.user_id is None
    assert cold.clicked().user_id == cold.session_id
    assert cold.chooses("1870").user_id == "1870"


def test_an_anonymous_visit_goes_on_as_the_shopper() -> None:
    anonymous = new_visitor().clicked()
    assert anonymous.chooses("1870").session_id == anonymous.session_id


def test_leaving_a_shopper_starts_another_visit() -> None:
    shopper = new_visitor().clicked().chooses("1870")
    for left in (shopper.chooses(None), shopper.chooses("3")):
        assert left.session_id != shopper.session_id
        assert not left.has_events
    assert shopper.chooses("1870") == shopper


def test_a_visit_goes_on_for_half_an_hour_and_is_noted_every_five_minutes() -> None:
    visitor = Visitor("s", "1870").seen(1000)
    assert (visitor.session_id, visitor.seen_at) == ("s", 1000)
    assert visitor.seen(1299) == visitor
    assert visitor.seen(2799) == msgspec.structs.replace(visitor, seen_at=2799)


def test_after_idle_time_another_visit_of_the_same_customer_begins() -> None:
    left = Visitor("s", "1870", has_events=True).seen(1000)
    back = left.seen(2800)
    assert back.session_id != "s"
    assert not back.has_events
    assert (back.customer_id, back.shopper_id) == ("s", "1870")
    again = back.seen(9000)
    assert len({"s", back.session_id, again.session_id}) == 3
    assert again.customer_id == "s"


def test_requests_that_come_together_begin_one_visit() -> None:
    left = Visitor("s").seen(1000)
    assert left.seen(2800).session_id == left.seen(2801).session_id


def test_what_an_open_page_sends_is_of_its_visit() -> None:
    assert Visitor("s").seen(1000).seen(9000, asks=False).session_id == "s"


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert secret(folder) == secret(folder)
    assert len(secret(folder)) >= 32
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
