from hypothesis import given
from hypothesis import strategies as st

from allstore.web.line_chart import HEIGHT, WIDTH, line_chart

RATES = st.none() | st.floats(0, 1)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(RATES, min_size=n, max_size=n))))
def test_every_value_has_a_dot_within_the_picture_and_the_ticks(
    rates: list[list[float | None]],
) -> None:
    names = [f"line {at}" for at in range(len(rates[0]) if rates else 1)]
    chart = line_chart(names, [f"day {at}" for at in range(len(rates))], rates)
    ticks = [tick.at for tick in chart.rates]
    assert 2 <= len(ticks) <= 7
    for at, line in enumerate(chart.lines):
        assert len(line.dots) == sum(row[at] is not None for row in rates)
        for dot in line.dots:
            assert 0 <= dot.x <= WIDTH
            assert 0 <= min(ticks) - 0.1 <= dot.y <= max(ticks) + 0.1 <= HEIGHT


def test_a_higher_rate_stands_higher_and_says_its_value() -> None:
    chart = line_chart(["a", "b"], ["1 May", "2 May"], [[0.01, None], [0.05, 0.03]])
    low, high = chart.lines[0].dots
    (middle,) = chart.lines[1].dots
    assert low.y > middle.y > high.y
    assert low.x < high.x == middle.x
    assert high.label == "2 May, a: 5.00%"
    assert [tick.label for tick in chart.rates] == ["1 %", "2 %", "3 %", "4 %", "5 %"]
