"""A list in an experiment: one variation's answer, or those of both put together."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from allstore.shop.events import Source
from allstore.shop.experiments import Experiments, Participation
from allstore.shop.recommendations import Answer


class Tried(msgspec.Struct, frozen=True):
    answer: Answer
    variations: Mapping[str, str] | None
    """By product id the name of the variation that put it there; None where this list compares
    nothing, because one of the two to be interleaved has no answer.
    """

    def shown(
        self,
        experiments: Experiments,
        participation: Participation,
        source: Source,
        product_ids: Iterable[str],
    ) -> None:
        """Record what the page really shows of the list, and as what its links name the list."""
        if self.variations is not None:
            of = {one: self.variations[one] for one in product_ids if one in self.variations}
            answers = {one: self.answer.recommendation_of(one) for one in of}
            experiments.shown(participation, source, of, answers)


def try_out(participation: Participation, ask: Callable[[str], Answer], count: int) -> Tried:
    """What a participant sees, of at most `count` products; `ask` asks a recommender by the name or
    ARN that a variation has.
    """
    if participation.variation is None:
        return _interleaved(participation, ask, count)
    answer = ask(participation.variation.recommender)
    return Tried(answer, dict.fromkeys(answer.product_ids, participation.variation.name))


def _interleaved(participation: Participation, ask: Callable[[str], Answer], count: int) -> Tried:
    names = [variation.name for variation in participation.experiment.variations]
    answers = [ask(each.recommender) for each in participation.experiment.variations]
    usable = [answer for answer in answers if answer.warning is None and answer.product_ids]
    if len(usable) < len(answers):
        return Tried((usable or answers)[0], None)
    drafted = participation.interleaved([answer.product_ids for answer in answers], count)
    teams = dict(zip(drafted.ids, drafted.teams, strict=True))
    ids = {item: answers[team].recommendation_id for item, team in teams.items()}
    together = Answer(
        recipe=" + ".join(answer.recipe for answer in answers),
        product_ids=drafted.ids,
        scores={
            item: answers[team].scores[item]
            for item, team in teams.items()
            if item in answers[team].scores
        },
        promoted=frozenset(one for one, team in teams.items() if one in answers[team].promoted),
        reasons={
            item: answers[team].reasons[item]
            for item, team in teams.items()
            if item in answers[team].reasons
        },
        recommendation_ids={item: given for item, given in ids.items() if given},
        milliseconds=sum(answer.milliseconds for answer in answers),
    )
    return Tried(together, {item: names[team] for item, team in teams.items()})
