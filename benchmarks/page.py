"""The page of results, made from the JSON of the benchmarks.

python -m benchmarks.page > docs/benchmarks.md
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks import machine
from benchmarks.published import GOALS, PUBLISHED, Goal, Published
from benchmarks.quality.rows import Row, read
from benchmarks.training.times import POINT, against_yardstick

RESULTS = Path(__file__).parent / "results"
FILES = ("quality.json", "training.json", "shop.json")
OURS = "aisle"

_INTRODUCTION = """# Benchmarks

This page is made from `benchmarks/results/*.json` by `python -m benchmarks.page`; `make
bench-quality` and `make bench-training` measure the numbers. A row in italics was published by
others under the same protocol; all others were measured on the machine named at the end, each in
a process of its own. Peers run as their own releases, with their defaults, in environments of
their own; the same code measures everybody's lists. `aisle` is the recipe
`aws-user-personalization-v2` with its defaults; `aisle-events` is the same without what is known
of items and users. Seconds are of training, tuning and compilation included; MiB is the peak of
the whole process.
"""
_SECTIONS: Mapping[str, str] = {
    "A": """## A. Leave-one-out, full ranking

A user's last event is to be found; all before it is learnt from and given. All items are ranked
but those the user had; targets that nobody had in training are left out. No rating filter, no
k-core. Plain columns are blind to the time of the request: the model is asked at the time of the
user's last event before the target. With "time given" it is asked at the time of the target,
which a server always knows.""",
    "B": """## B. Global time split

Users and items with five events or more; learnt from is what came before the 0.9 quantile of all
times. To be found is a user's first event after it, the last, or each in turn (successive), given
everything before. Items new after the split count as misses.""",
    "C": """## C. Amazon Personalize's published results

All are of the first-generation recipes; none is published for v2. **ml-1m**: the newest tenth of
each user's events is held out, lists of 25 without what the user had, from users, items and times
alone. "As published" weighs positions 1 and 2 alike and takes as ideal the hits retrieved, sorted
anew. **ml-latest-small**: a tenth of the users is held out, their newest tenth of events to be
found. The event list repeats most watches as a click; nothing is removed from it, and items that
the user had may be listed and count, as in the service's own figures. **ml-100k-liked**: ratings
above 3, the same split.""",
    "D": """## D. Cold start

The split is at the 0.9 quantile of all times; new items are those first seen after it, and are
known by their metadata. New users are asked about after so many events of the visit.""",
    "E": """## E. Training

NDCG@10 on the leave-one-out validation (the event before the test's) against wall time of
training: a peer is asked after each of its epochs, and the clock stands still meanwhile. "s to"
are the seconds until a model is as good as half, three quarters, nine tenths and all of the best
that RecTools' SASRec with its defaults reaches; empty where it never is. `aisle-ridge` is `aisle`
with `transformer` off. **simulated**: our
default model on stores of 20,000 products as events grow. **items**: the ridge with its diagonal
solver, tuned and measured as a solution version is, on simulated catalogues as they grow; the
answer is for one user, over all items. **solvers**: that ridge and the dense one, each alone, on
the same validation.""",
    "ablation": """## What each part brings

Our default recipe with one part changed, leave-one-out.""",
    "search": """## The shop's search

Products of Amazon Sports are looked for by three to six words of their titles, spoilt more and
more; `python -m benchmarks.shop.search` asks SQLite's FTS5 in the same run, with the same texts and
weights. MRR is over the first 100 answers. Re-ranked by made preferences: a neutral shopper likes
what sells, another one a category ten times as much, and "category@10" is that category's part of
the first ten, where there is some of it to find. Seconds and MiB are of the whole run.""",
    "pages": """## The shop's pages

Milliseconds until a page is answered, with the engine on the same machine, asked for one after the
other; `python -m benchmarks.shop.pages`. The goal is 50 at the 95th percentile, the floor a style
sheet. "loop" is a fixed computation between the requests: what its 95th percentile is above its
median, the machine took away.""",
}


def page(rows: Iterable[Row], tried: str = "") -> str:
    """Markdown of all results; `tried` is put before the machine."""
    measured = list(rows)
    found = [row for row in measured if not row.metric.startswith(POINT)]
    found += against_yardstick(measured)
    parts = [_INTRODUCTION]
    for section, words in _SECTIONS.items():
        of_section = [row for row in found if row.section == section]
        if of_section:
            parts += [f"{words}\n", *_tables(section, of_section)]
    if tried:
        parts.append(tried)
    parts.append(_machines([row for row in found if row.section == machine.SECTION]))
    return "\n".join(parts)


def verdict(goal: Goal, value: float) -> str:
    """Whether a goal is met, or by how much it is missed."""
    sign = "at most" if goal.at_most else "at least"
    met = value <= goal.value if goal.at_most else value >= goal.value
    words = f"{goal.metric}: {sign} {goal.value:g}, measured {value:g}"
    if met:
        return f"- {words}: met"
    return f"- {words}: **missed by {abs(value / goal.value - 1):.1%}**"


def _tables(section: str, rows: Sequence[Row]) -> Iterable[str]:
    for dataset in dict.fromkeys(row.dataset for row in rows):
        here = [row for row in rows if row.dataset == dataset]
        published = [one for one in PUBLISHED if (one.section, one.dataset) == (section, dataset)]
        yield f"### {dataset}\n"
        yield _table(here, published)
        goals = [one for one in GOALS if (one.section, one.dataset) == (section, dataset)]
        ours = {row.metric: row.value for row in here if row.model == OURS}
        told = [verdict(goal, ours[goal.metric]) for goal in goals if goal.metric in ours]
        if told:
            yield "Goals of `aisle`:\n\n" + "\n".join(told) + "\n"


def _table(rows: Sequence[Row], published: Sequence[Published]) -> str:
    named = [row.metric for row in rows]
    named += [metric for one in published for metric in one.values]
    metrics = list(dict.fromkeys(named))
    lines = [
        _line("model", *metrics, "s", "MiB", "notes"),
        "|---|" + "---:|" * (len(metrics) + 2) + "---|",
    ]
    for one in published:
        values = [_number(one.values.get(metric)) for metric in metrics]
        lines.append(_line(f"*{one.model}*", *values, "", "", one.source))
    for model in dict.fromkeys(row.model for row in rows):
        cell = [row for row in rows if row.model == model]
        value_of = {row.metric: row.value for row in cell}
        values = [_number(value_of.get(metric)) for metric in metrics]
        name = f"**{model}**" if model == OURS else model
        first = cell[0]
        lines.append(_line(name, *values, f"{first.seconds:g}", str(first.peak_mib), first.note))
    return "\n".join(lines) + "\n"


def _machines(rows: Sequence[Row]) -> str:
    lines = ["## The machine\n"]
    for (system, processor), group in groupby(rows, lambda row: (row.dataset, row.model)):
        facts = list(group)
        told = ", ".join(f"{row.value:g} {row.metric}" for row in facts)
        lines.append(f"- {processor}, {told}, {system}; {facts[0].note}")
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}" if value < 1 else f"{value:g}"


def rendered(results: Path) -> str:
    """The page of a folder of results."""
    rows = list(dict.fromkeys(row for name in FILES for row in read(results / name)))
    tried = results / "tried.md"
    return page(rows, tried.read_text(encoding="utf-8") if tried.exists() else "")


def main() -> None:
    print(rendered(RESULTS), end="")


if __name__ == "__main__":
    main()
