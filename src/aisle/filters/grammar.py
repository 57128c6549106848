"""The grammar of filter expressions, LALR(1) by Lark.

Keywords, datasets and fields are read in any case; what a name means is for `checking` to say.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.visitors import v_args

from aisle.filters.expression import (
    NUMBER,
    QUOTED,
    Action,
    Alternatives,
    Condition,
    Expression,
    Field,
    Filter,
    Literal,
    Operator,
    Parameter,
    Subject,
    Value,
    unquoted,
)
from aisle.filters.pointing import refusal

_GRAMMAR = rf"""
    filter: expression ("|" expression)*
    expression: ACTION SUBJECT _WHERE where (_IF conjunction)?
    where: conjunction (_OR conjunction)*
    conjunction: condition (_AND condition)*
    condition: field IN members          -> listed
             | field NOT IN members      -> not_listed
             | field COMPARISON compared -> comparison
    members: "(" _value ("," _value)* ")" | parameter | field
    compared: _value | "(" _value ")" | field
    _value: string | number | parameter
    field: NAME "." NAME
    string: STRING
    number: NUMBER
    parameter: PARAMETER

    ACTION: /(include|exclude)\b/i
    SUBJECT: /(itemid|userid|actionid)\b/i
    _WHERE: /where\b/i
    _AND: /and\b/i
    _OR: /or\b/i
    _IF: /if\b/i
    NOT: /not\b/i
    IN: /in\b/i
    COMPARISON: /<=|>=|!=|<|>|=/
    NAME: /[A-Za-z_][A-Za-z0-9_]*/
    PARAMETER: /\$[A-Za-z0-9_]+/
    NUMBER: /{NUMBER}/
    STRING: /{QUOTED}/s
    %ignore /\s+/
"""

_WORDS = {
    "ACTION": "INCLUDE or EXCLUDE",
    "SUBJECT": "ItemID, UserID or ActionID",
    "_WHERE": "WHERE",
    "_AND": "AND",
    "_OR": "OR",
    "_IF": "IF",
    "NOT": "NOT IN",
    "IN": "IN",
    "COMPARISON": "one of <, <=, >, >=, =, !=",
    "NAME": "a name",
    "PARAMETER": "a placeholder such as $VALUE",
    "NUMBER": "a number",
    "STRING": "text in quotes",
    "VBAR": "|",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "DOT": ".",
    "$END": "the end",
}
"""How messages call what the grammar expects; the order is that of the messages."""

_CURLY = "\u201c\u201d\u2018\u2019"
_MOST_SHOWN = 30


def read(text: str) -> Filter:
    """The tree of a filter; raises InvalidInputException."""
    try:
        found: object = parser().parse(text)
    except UnexpectedInput as error:
        raise _pointed(text, error) from error
    return cast("Filter", found)  # the transformer's, where Lark's types say Tree


@v_args(inline=True)
class _Tree(Transformer[Token, Any]):
    """Builds the tree while Lark reads."""

    @staticmethod
    def filter(*expressions: Expression) -> Filter:
        return Filter(expressions)

    @staticmethod
    def expression(
        action: Token, subject: Token, where: Alternatives, only_if: tuple[Condition, ...] = ()
    ) -> Expression:
        chosen = next(s for s in Subject if s.upper() == subject.upper())
        return Expression(Action(action.upper()), chosen, where, only_if, _at(action))

    @staticmethod
    def where(*groups: tuple[Condition, ...]) -> Alternatives:
        return groups

    @staticmethod
    def conjunction(*conditions: Condition) -> tuple[Condition, ...]:
        return conditions

    @staticmethod
    def listed(field: Field, _in: Token, members: tuple[Value | Field, ...]) -> Condition:
        return _condition(field, Operator.IN, members)

    @staticmethod
    def not_listed(
        field: Field, _not: Token, _in: Token, members: tuple[Value | Field, ...]
    ) -> Condition:
        return _condition(field, Operator.NOT_IN, members)

    @staticmethod
    def comparison(field: Field, sign: Token, compared: tuple[Value | Field, ...]) -> Condition:
        return _condition(field, Operator(sign.value), compared)

    @staticmethod
    def members(*values: Value | Field) -> tuple[Value | Field, ...]:
        return values

    compared = members

    @staticmethod
    def field(dataset: Token, name: Token) -> Field:
        return Field(dataset.value, name.value, _at(dataset))

    @staticmethod
    def string(token: Token) -> Literal:
        return Literal(unquoted(token.value), quoted=True, at=_at(token))

    @staticmethod
    def number(token: Token) -> Literal:
        return Literal(token.value, quoted=False, at=_at(token))

    @staticmethod
    def parameter(token: Token) -> Parameter:
        return Parameter(token.value[1:], _at(token))


def _condition(field: Field, operator: Operator, operands: tuple[Value | Field, ...]) -> Condition:
    values = tuple(operand for operand in operands if not isinstance(operand, Field))
    current = next((operand for operand in operands if isinstance(operand, Field)), None)
    return Condition(field, operator, values, current)


@cache
def parser() -> Lark:
    """Built at the first call."""
    return Lark(_GRAMMAR, parser="lalr", start="filter", transformer=_Tree())


def _pointed(text: str, error: UnexpectedInput) -> Exception:
    """What stands at the place, and what could stand there."""
    expected: Iterable[str] = ()
    at = len(text.rstrip())
    found = "the text ends"
    if isinstance(error, UnexpectedToken):
        expected = error.expected
        if error.token.type != "$END":
            at = _at(error.token)
            found = f"found {_shown(error.token.value)}"
    elif isinstance(error, UnexpectedCharacters):
        expected = error.allowed or ()
        at = error.pos_in_stream or 0
        found = f"found {_shown(text[at])}"
        if text[at] in "\"'":
            return refusal(text, at, "the quote is not closed.")
        if text[at] in _CURLY:
            return refusal(text, at, f"{text[at]} is no quote here; use \" or '.")
    known = set(expected)
    words = [words for terminal, words in _WORDS.items() if terminal in known]
    return refusal(text, at, f"expected {', or '.join(words)}; {found}.")


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _at(token: Token) -> int:
    return token.start_pos or 0
