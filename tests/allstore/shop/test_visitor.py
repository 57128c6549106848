import stat
from pathlib import Path

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


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert secret(folder) == secret(folder)
    assert len(secret(folder)) >= 32
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
