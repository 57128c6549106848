"""Lines and quotes of CSV files: no line vanishes, and texts may still go over lines."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aisle.loading.report import Note
from loaded import START, Loaded, load_in

HEADER = "user_id,item_id,timestamp,review_text\n"
META = "item_id,title,category\n"


def in_file(folder: Path, content: str) -> Loaded:
    return load_in(folder, {"r.csv": content.encode()})


@st.composite
def rows_with_stray_quotes(draw: st.DrawFn) -> list[str]:
    """Lines that are whole rows, `u0` the user of the first, with quotes put in anywhere."""
    lines = []
    for number in range(draw(st.integers(1, 12))):
        line = f"u{number},i1,{START},some text"
        for place in draw(st.lists(st.integers(0, len(line)), max_size=2)):
            line = f'{line[:place]}"{line[place:]}'
        lines.append(line)
    return lines


@settings(max_examples=100)
@given(rows_with_stray_quotes())
def test_every_line_is_a_row_kept_or_a_line_rejected(lines: list[str]) -> None:
    content = "\n".join([HEADER.strip(), *lines, f"last,i1,{START},x"])
    with TemporaryDirectory() as folder:
        loaded = in_file(Path(folder), content)
        kept = {row["USER_ID"].replace('"', "") for row in loaded.rows("interactions")}
        rejected = {line for line, _ in loaded.rejected()}
    for number in range(len(lines)):
        assert (f"u{number}" in kept) != (number + 2 in rejected)


@pytest.mark.parametrize("end", [2, 3, 150, 190])
def test_a_stray_quote_costs_its_own_line_alone(tmp_path: Path, end: int) -> None:
    lines = [f"i{number},T{number},A" for number in range(300)]
    lines[1] = 'i1,"Tall lamp,A'
    lines[end] = f'i{end},lamp 30",A'
    loaded = in_file(tmp_path, META + "\n".join(lines))
    assert loaded.rejected() == [(3, "a quote is opened and never closed")]
    expected = [f"i{number}" for number in range(300) if number != 1]
    assert [row["ITEM_ID"] for row in loaded.rows("items")] == expected


def test_an_id_does_not_go_over_lines(tmp_path: Path) -> None:
    lines = [f"u1,i1,{START},a", f'"u2,i1,{START},a', f'u3,i1",i1,{START},a', f"u4,i1,{START},a"]
    loaded = in_file(tmp_path, HEADER + "\n".join(lines))
    assert [line for line, _ in loaded.rejected()] == [3, 4]
    assert [row["USER_ID"] for row in loaded.rows("interactions")] == ["u1", "u4"]


def test_a_row_over_several_lines_with_too_few_values_costs_its_first_line(tmp_path: Path) -> None:
    lines = [f'u1,i1,"{START}', 'more"', f"u2,i1,{START},a"]
    loaded = in_file(tmp_path, HEADER + "\n".join(lines))
    reason = "fewer values than the file has columns"
    assert loaded.rejected() == [(2, reason), (3, reason)]
    assert loaded.file.kept == 1


lines_of_text = st.sampled_from(["well", "I, you, they", "we, all", "", '""ha""', "30 cm, or"])
prose = st.lists(lines_of_text, min_size=1, max_size=5).map(lambda lines: ["a", *lines, "z"])


@given(st.lists(prose, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_texts_in_quotes_go_over_lines_as_they_like(texts: list[list[str]], end: str) -> None:
    rows = [f'i{number},"{end.join(text)}",x' for number, text in enumerate(texts)]
    content = end.join([META.strip(), *rows])
    expected = [row[1] for row in csv.reader(io.StringIO(content, newline=""))][1:]
    with TemporaryDirectory() as folder:
        loaded = in_file(Path(folder), content)
        assert loaded.rejected() == []
        found = [row["TITLE"] for row in loaded.rows("items")]
    assert found == [" ".join(title.split()) for title in expected]


def test_rows_over_several_lines_are_counted_and_noted(tmp_path: Path) -> None:
    loaded = in_file(tmp_path, META + 'i1,"one\ntwo\nthree",x\ni2,plain,x\ni3,"four\nfive",x\n')
    assert loaded.file.rows == 3
    assert set(loaded.file.notes) == {
        Note("rows go over several lines, in quotes", 2),
        Note("lines go on with a value in quotes from the line before", 3),
    }
