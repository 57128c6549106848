"""The OpenAPI document holds: a published validator reads it, and real answers keep to it."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from shopfront import Browser, StandInEngine

REQUESTS = (
    ("GET", "/items?category=books&page=2", 200),
    ("GET", "/items?page=-1", 400),
    ("GET", "/items?category=nothing", 404),
    ("GET", "/items/p04", 200),
    ("GET", "/items/%00", 400),
    ("GET", "/items/nothing", 404),
    ("GET", "/items/p04/description", 200),
    ("GET", "/items/%00/description", 400),
    ("GET", "/items/nothing/description", 404),
    ("GET", "/recommendations/", 200),
    ("GET", "/recommendations/?x=%00", 400),
    ("GET", "/recommendations/1870", 200),
    ("GET", "/recommendations/%00", 400),
    ("GET", "/recommendationsitem/p04", 200),
    ("GET", "/recommendationsitem/%00", 400),
    ("GET", "/recommendationsitem/nothing/", 404),
    ("GET", "/session", 200),
    ("GET", "/session?x=%00", 400),
    ("GET", "/search?q=thing&u=1870", 200),
    ("GET", "/search", 400),
    ("GET", "/categories", 200),
    ("GET", "/categories?x=%00", 400),
    ("GET", "/products?user_id=1870&filters=books", 200),
    ("GET", "/products?user_id=%00", 400),
    ("GET", "/products?filters=nothing", 404),
    ("GET", "/users?persona=electronics_books_instruments", 200),
    ("GET", "/users", 400),
    ("GET", "/users/persona", 200),
    ("GET", "/users/persona?x=%00", 400),
    ("GET", "/healthz", 200),
    ("GET", "/healthz?x=%00", 400),
    ("POST", '/clickevent {"itemID": "p05", "userID": "undefined"}', 200),
    ("POST", "/clickevent {}", 400),
    ("POST", '/clickevent {"itemID": "p05", "userID": "1870"}', 403),
    ("POST", '/clickevent {"itemID": "nothing"}', 404),
    ("POST", "/clickevent", 415),
    ("POST", f"/clickevent {' ' * 70_000}", 413),
)
KEPT = ("/items", "/items/p04", "/items/p04/description", "/categories", "/users/persona")
KEPT_USERS = "/users?persona=electronics_books_instruments"


@pytest.fixture
def document(browser: Browser) -> dict[str, Any]:
    answer: dict[str, Any] = browser.get("/openapi.json").json()
    return answer


def ask(browser: Browser, method: str, asked: str, **headers: str) -> httpx.Response:
    path, _, body = asked.partition(" ")
    kind = {"Content-Type": "application/json"} if body else {}
    return browser.http.request(method, path, content=body, headers={**headers, **kind})


def operation_of(document: Mapping[str, Any], answer: httpx.Response) -> dict[str, Any]:
    """The operation that answered: of those whose path fits, the one with the fewest parameters."""
    path = answer.request.url.path.rstrip("/")
    fitting = [
        template
        for template in document["paths"]
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    best = min(fitting, key=lambda template: template.count("{"))
    operation: dict[str, Any] = document["paths"][best][answer.request.method.lower()]
    return operation


def check(document: Mapping[str, Any], answer: httpx.Response) -> tuple[str, str]:
    """The operation and the status that the document has for an answer; fails where it differs."""
    operation, status = operation_of(document, answer), str(answer.status_code)
    promised = operation["responses"][status]
    declared = {name.lower(): each for name, each in promised.get("headers", {}).items()}
    of_the_shop = {name for name in answer.headers if name.startswith("x-allstore")}
    assert of_the_shop <= set(declared)
    assert {name for name, each in declared.items() if each.get("required")} <= set(answer.headers)
    if "content" not in promised:
        assert answer.content == b""
    else:
        (kind,) = promised["content"]
        assert answer.headers["content-type"] == kind
        schema = {**promised["content"][kind]["schema"], "components": document["components"]}
        OAS31Validator(schema).validate(answer.json())
    return operation["operationId"], status


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_answer_that_is_declared_is_given_and_no_other(
    browser: Browser, document: dict[str, Any], engine: StandInEngine
) -> None:
    seen = set()
    for method, asked, status in REQUESTS:
        answer = ask(browser, method, asked)
        assert answer.status_code == status, asked
        seen.add(check(document, answer))
    for path in (*KEPT, KEPT_USERS):
        tag = browser.get(path).headers["etag"]
        seen.add(check(document, ask(browser, "GET", path, **{"If-None-Match": tag})))
    engine.fails_with = "ThrottlingException"
    for path in ("/recommendations", "/products", "/search?q=thing&u=1870"):
        answer = browser.get(path)
        assert "x-allstore-warning" in answer.headers
        check(document, answer)
    assert seen == {
        (operation["operationId"], status)
        for methods in document["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/items", "/products", "/users", "/search"]),
    query=st.dictionaries(
        st.sampled_from(["q", "u", "page", "category", "filters", "user_id", "persona"]),
        st.text(max_size=12) | st.sampled_from(["books", "1870", "2", "0"]),
    ),
)
def test_whatever_is_asked_the_answer_is_one_that_is_declared(
    browser: Browser, document: dict[str, Any], path: str, query: dict[str, str]
) -> None:
    check(document, browser.get(path, params=query))


def test_the_page_lists_every_operation_and_member_without_a_script(
    browser: Browser, document: dict[str, Any]
) -> None:
    text = browser.get("/docs").text
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in text
    for schema in document["components"]["schemas"].values():
        for member in schema["properties"]:
            assert f"<code>{member}</code>" in text


def test_only_the_page_of_swagger_ui_may_style_its_elements(browser: Browser) -> None:
    strict = browser.get("/docs").headers["content-security-policy"]
    tried = browser.get("/docs/try")
    assert "unsafe-inline" not in strict
    rules = dict(
        rule.strip().partition(" ")[::2]
        for rule in tried.headers["content-security-policy"].split(";")
    )
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert rules["default-src"] == "'self'"
    assert "script-src" not in rules


def test_the_document_may_be_kept_but_is_asked_for_again(browser: Browser) -> None:
    answer = browser.get("/openapi.json")
    assert answer.headers["cache-control"] == "public, no-cache"
    assert msgspec.json.decode(answer.content) == answer.json()
