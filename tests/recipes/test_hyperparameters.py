import pytest

from aisle.recipes.hyperparameters import Flag, Number, Whole, check_order, defaults, parse

DECLARED = (Number("rate", 0.5, 0.0, 1.0), Whole("size", 149, 32, 256), Flag("mask", default=True))


def test_defaults_are_shown_as_the_service_writes_them() -> None:
    assert defaults(DECLARED) == {"rate": "0.5", "size": "149", "mask": "true"}


def test_what_is_not_given_has_its_default() -> None:
    assert parse(DECLARED, {"size": "32"}) == {"rate": 0.5, "size": 32, "mask": True}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("rate", "1.01", "a number between 0 and 1"),
        ("rate", "nan", "a number between 0 and 1"),
        ("rate", "much", "a number between 0 and 1"),
        ("size", "31", "a whole number between 32 and 256"),
        ("size", "64.5", "a whole number between 32 and 256"),
        ("mask", "maybe", "true or false"),
    ],
)
def test_a_refusal_names_the_parameter_the_rule_and_the_value(
    name: str, value: str, rule: str
) -> None:
    with pytest.raises(ValueError, match=f"Hyperparameter {name} must be {rule}; it is '{value}'"):
        parse(DECLARED, {name: value})


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"Unknown hyperparameter rat: .* mask, rate, size"):
        parse(DECLARED, {"rat": "1"})


def test_bounds_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="low must be less than high"):
        check_order({"low": 0.5, "high": 0.5}, "low", "high")
