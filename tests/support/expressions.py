"""Random filter expressions as plain data, their text in every spelling, and what they mean.

The meaning is written down a second time here, a row at a time and without the engine, so that it
can stand as the oracle of the engine's own.
"""

import operator
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

Values = Sequence[str] | Sequence[float]
Record = Mapping[str, Values]
"""The values of each field; none where it is null."""


class Constant(NamedTuple):
    """A value that stands in the expression."""

    value: str | float


class Placeholder(NamedTuple):
    """A value that the request brings."""

    name: str


class Test(NamedTuple):
    """One condition; `current` is the field of the item asked about, instead of operands."""

    dataset: str
    field: str
    sign: str
    operands: tuple[Constant | Placeholder, ...]
    current: str | None = None


class Part(NamedTuple):
    """One INCLUDE or EXCLUDE."""

    action: str
    subject: str
    where: tuple[tuple[Test, ...], ...]
    only_if: tuple[Test, ...]


class World(NamedTuple):
    """All that a filter may ask about."""

    rows: Sequence[Record]
    """The catalogue; then come rows that only a model knows, with no fields at all."""
    events: Sequence[tuple[int, str]]
    """Row and type of what the user did."""
    user: Record
    item: Record


NUMBERS = {"ITEMS": ("PRICE", "YEAR"), "USERS": ("AGE",), "ACTIONS": ("VALUE",)}
TEXTS = {"ITEMS": ("GENRES", "COLOUR"), "USERS": ("GENDER",), "ACTIONS": ("TYPE",)}
EVENTS = {"ItemID": "Interactions", "UserID": "Interactions", "ActionID": "ActionInteractions"}
ROWS = {"ItemID": "Items", "UserID": "Users", "ActionID": "Actions"}
WORDS = ("red", "Red", 'it\'s "x"', "back\\slash", "new\nline", "7")
EVENT_TYPES = ("View", "Purchase", "Add to cart")
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

numbers = st.sampled_from([-3.5, 0.25, 7.0, 1990.0])
words = st.sampled_from(WORDS)
_names = st.sampled_from(["P", "q1", "LONG_name"])


def _operands(constants: st.SearchStrategy[Constant]) -> st.SearchStrategy[Constant | Placeholder]:
    return st.one_of(constants, constants, _names.map(Placeholder))


@st.composite
def tests(draw: st.DrawFn, dataset: str, fields: str, *, current: bool) -> Test:
    """A condition on one of the fields of a dataset."""
    numeric = draw(st.booleans())
    field = draw(st.sampled_from((NUMBERS if numeric else TEXTS)[fields]))
    constants = (numbers if numeric else words).map(Constant)
    signs = ["IN", "NOT IN", "=", "!=", *(_ORDERS if numeric else ())]
    sign = draw(st.sampled_from(signs))
    if current and draw(st.integers(0, 3)) == 0:
        other = draw(st.sampled_from((NUMBERS if numeric else TEXTS)[fields]))
        return Test(dataset, field, sign, (), other)
    one = constants if sign == "NOT IN" else _operands(constants)
    most = 3 if sign.endswith("IN") else 1
    return Test(dataset, field, sign, tuple(draw(st.lists(one, min_size=1, max_size=most))))


@st.composite
def event_tests(draw: st.DrawFn, dataset: str) -> Test:
    sign = draw(st.sampled_from(["IN", "NOT IN", "="]))
    kinds = st.sampled_from([*EVENT_TYPES, "vIEW", "*"]).map(Constant)
    one = kinds if sign == "NOT IN" else st.one_of(kinds, st.just(Placeholder("KIND")))
    listed = draw(st.lists(one, min_size=1, max_size=3 if sign.endswith("IN") else 1))
    return Test(dataset, "EVENT_TYPE", sign, tuple(listed))


@st.composite
def parts(draw: st.DrawFn, subject: str) -> Part:
    rows = ROWS[subject]
    of_events = draw(st.integers(0, 2)) == 0
    test = (
        event_tests(EVENTS[subject])
        if of_events
        else tests(rows, rows.upper(), current=subject == "ItemID")
    )
    group = st.lists(test, min_size=1, max_size=3).map(tuple)
    users = tests("CurrentUser", "USERS", current=False)
    only_if: st.SearchStrategy[tuple[Test, ...]] = st.just(())
    if subject != "UserID":
        only_if = st.one_of(only_if, st.lists(users, min_size=1, max_size=2).map(tuple))
    return Part(
        draw(st.sampled_from(["INCLUDE", "EXCLUDE"])),
        subject,
        draw(st.lists(group, min_size=1, max_size=3).map(tuple)),
        draw(only_if),
    )


filters: st.SearchStrategy[tuple[Part, ...]] = st.sampled_from(sorted(ROWS)).flatmap(
    lambda subject: st.lists(parts(subject), min_size=1, max_size=3).map(tuple)
)


def number_text(value: float) -> str:
    """A number as it may be written."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def quoted(text: str, quote: str = '"') -> str:
    """Text between quotes, with what needs it escaped."""
    return quote + re.sub(rf"([\\{quote}])", r"\\\1", text) + quote


def plain_text(parts: Iterable[Part]) -> str:
    """The text in its canonical form."""
    return " | ".join(_plain_part(part) for part in parts)


def _plain_part(part: Part) -> str:
    where = " OR ".join(" AND ".join(map(_plain_test, group)) for group in part.where)
    ending = " IF " + " AND ".join(map(_plain_test, part.only_if)) if part.only_if else ""
    return f"{part.action} {part.subject} WHERE {where}{ending}"


def _plain_test(test: Test) -> str:
    left = f"{test.dataset}.{test.field} {test.sign}"
    if test.current is not None:
        return f"{left} CurrentItem.{test.current}"
    listed = ", ".join(map(_plain_operand, test.operands))
    return f"{left} ({listed})" if test.sign.endswith("IN") else f"{left} {listed}"


def _plain_operand(operand: Constant | Placeholder) -> str:
    if isinstance(operand, Placeholder):
        return f"${operand.name}"
    return _plain_value(operand.value)


def _plain_value(value: str | float) -> str:
    return quoted(value) if isinstance(value, str) else number_text(value)


def spelled(parts: Sequence[Part], seed: int) -> str:
    """The text with some case of keywords and names, some white space, either quote."""
    return _Spelling(random.Random(seed)).filter(parts)


class _Spelling:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def filter(self, parts: Sequence[Part]) -> str:
        return self._join(self._gap("|"), [self._part(part) for part in parts])

    def _part(self, part: Part) -> str:
        groups = [
            self._join(self._gap(self._any_case("AND"), least=1), g) for g in self._where(part)
        ]
        words = [
            self._any_case(part.action),
            self._any_case(part.subject),
            self._any_case("WHERE"),
            self._join(self._gap(self._any_case("OR"), least=1), groups),
        ]
        if part.only_if:
            tests = [self._test(test) for test in part.only_if]
            words += [self._any_case("IF"), self._join(self._gap("and", least=1), tests)]
        return self._space(1).join(words)

    def _where(self, part: Part) -> list[list[str]]:
        return [[self._test(test) for test in group] for group in part.where]

    def _test(self, test: Test) -> str:
        field = self._name(test.dataset) + self._gap(".") + self._name(test.field)
        sign = self._space(1).join(self._any_case(word) for word in test.sign.split())
        listed = test.sign.endswith("IN")
        space = self._space(1 if listed else 0)
        return field + space + sign + self._right(test, listed=listed)

    def _right(self, test: Test, *, listed: bool) -> str:
        if test.current is not None:
            return self._space(1) + self._any_case("CurrentItem") + "." + self._name(test.current)
        texts = [self._operand(operand) for operand in test.operands]
        if not listed and self._chance.random() < 0.5:
            return self._space(0) + texts[0]
        return self._space(0) + self._gap("(") + self._join(self._gap(","), texts) + self._gap(")")

    def _operand(self, operand: Constant | Placeholder) -> str:
        if isinstance(operand, Constant) and isinstance(operand.value, str):
            return quoted(operand.value, self._chance.choice("\"'"))
        return _plain_operand(operand)

    def _name(self, name: str) -> str:
        if name == "ActionInteractions" and self._chance.random() < 0.5:
            name = "Action_Interactions"
        return self._any_case(name)

    def _any_case(self, word: str) -> str:
        return self._chance.choice([word, word.upper(), word.lower(), word.swapcase()])

    def _gap(self, sign: str, least: int = 0) -> str:
        return self._space(least) + sign + self._space(least)

    def _space(self, least: int) -> str:
        return self._chance.choice([" ", "  ", "\n\t"] if least else ["", " ", "\n"])

    @staticmethod
    def _join(between: str, texts: Sequence[str]) -> str:
        return between.join(texts)


def allowed(
    parts: Sequence[Part], world: World, values: Mapping[str, Values], size: int
) -> list[bool]:
    """Whether each row of the answer space is left: the oracle.

    `values` are those of the parameters. An EXCLUDE that lacks one, and a part whose IF fails, are
    not in force.
    """
    rows = [*world.rows, *[{} for _ in range(size - len(world.rows))]]
    in_force = [part for part in parts if _in_force(part, world, values)]
    includes = [part for part in in_force if part.action == "INCLUDE"]
    excludes = [part for part in in_force if part.action == "EXCLUDE"]
    return [
        (not includes or any(_meets(part, code, row, world, values) for part in includes))
        and not any(_meets(part, code, row, world, values) for part in excludes)
        for code, row in enumerate(rows)
    ]


def placeholders(part: Part) -> set[str]:
    """The names of a part's parameters."""
    operands = [operand for test in _tests(part) for operand in test.operands]
    return {operand.name for operand in operands if isinstance(operand, Placeholder)}


@st.composite
def parameters(
    draw: st.DrawFn, parts: Sequence[Part]
) -> tuple[Mapping[str, str], Mapping[str, Values]]:
    """Values of the placeholders, on the wire and in the oracle's form.

    All that the parts accept: of each EXCLUDE some may be missing.
    """
    needed = set().union(*(placeholders(part) for part in parts if part.action == "INCLUDE"))
    values: dict[str, Values] = {}
    for name in sorted(set().union(*map(placeholders, parts))):
        if name not in needed and draw(st.booleans()):
            continue
        values[name] = draw(
            _values_for([test for part in parts for test in _tests(part) if _uses(test, name)])
        )
    wire = {name: ",".join(map(_plain_value, held)) for name, held in values.items()}
    return wire, values


def _values_for(tests: Sequence[Test]) -> st.SearchStrategy[Values]:
    """What a placeholder of all these conditions may hold."""
    most = 3 if all(test.sign.endswith("IN") for test in tests) else 1
    if any(_is_numeric(test.field) for test in tests):
        return st.lists(numbers, min_size=1, max_size=most)
    kinds = st.sampled_from([*EVENT_TYPES, "*"])
    return st.lists(kinds if tests[0].field == "EVENT_TYPE" else words, min_size=1, max_size=most)


def _uses(test: Test, name: str) -> bool:
    return Placeholder(name) in test.operands


def _tests(part: Part) -> list[Test]:
    return [test for group in part.where for test in group] + list(part.only_if)


def _in_force(part: Part, world: World, values: Mapping[str, Values]) -> bool:
    if not placeholders(part) <= set(values):
        return False
    return all(_true(test, world.user.get(test.field, ()), world, values) for test in part.only_if)


def _meets(part: Part, code: int, row: Record, world: World, values: Mapping[str, Values]) -> bool:
    for group in part.where:
        met = True
        for test in group:
            if test.field == "EVENT_TYPE":
                met = met and _took_part(test, code, world, values)
            else:
                met = met and _true(test, row.get(test.field, ()), world, values)
        if met:
            return True
    return False


def _took_part(test: Test, code: int, world: World, values: Mapping[str, Values]) -> bool:
    wanted = {str(value).lower() for value in _wanted(test, world, values)}
    kinds = {kind.lower() for row, kind in world.events if row == code}
    found = bool(kinds) if "*" in wanted else bool(kinds & wanted)
    return not found if test.sign == "NOT IN" else found


def _true(test: Test, held: Values, world: World, values: Mapping[str, Values]) -> bool:
    wanted = _wanted(test, world, values)
    if test.sign in _ORDERS:
        order = _ORDERS[test.sign]
        return any(order(float(a), float(b)) for a in held for b in wanted)
    found = any(a == b for a in held for b in wanted)
    return not found if test.sign in {"NOT IN", "!="} else found


def _wanted(test: Test, world: World, values: Mapping[str, Values]) -> list[str | float]:
    if test.current is not None:
        return list(world.item.get(test.current, ()))
    wanted: list[str | float] = []
    for operand in test.operands:
        wanted += values[operand.name] if isinstance(operand, Placeholder) else [operand.value]
    if _is_numeric(test.field):
        return wanted
    return [number_text(value) if isinstance(value, float) else value for value in wanted]


def _is_numeric(field: str) -> bool:
    return any(field in names for names in NUMBERS.values())
