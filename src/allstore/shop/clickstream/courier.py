"""Who brings events to the engine: the page at once, a thread for what is left over. Another
thread, the clerk, notes what the engine has taken.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError

from allstore.shop.clickstream.delivery import Delivery, Outcome, Verdict, batches
from allstore.shop.clickstream.outbox import Claim, Outbox, StoredEvent

_AT_ONCE = 100
"""Events that a round claims."""
_SPARE = 5.0
"""Seconds before a claim's end after which no call begins: one takes three at most, and what is
sent after the end another sends, too.
"""
_LOOK = 5.0
"""Seconds after which the thread looks for what other processes have left."""
_TIDY = 3600.0
_KEPT = 24 * 3600.0
"""Seconds that delivered events are kept, to be looked at."""

log = structlog.get_logger(__name__)


class _Taken(NamedTuple):
    """What the engine has and the outbox does not know of yet."""

    token: str
    events: Sequence[StoredEvent]


class Courier:
    """One a process; any number of processes may work on one outbox."""

    def __init__(self, outbox: Outbox, delivery: Delivery) -> None:
        self._outbox, self._delivery = outbox, delivery
        self._fails = False
        self._tidied = 0.0
        self._stopping = False
        self._handed: deque[Claim] = deque()
        self._taken: deque[_Taken] = deque()
        self._settling = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._clerk: ThreadPoolExecutor | None = None

    def start(self) -> None:
        self._clerk = ThreadPoolExecutor(1, thread_name_prefix="clerk")
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the call that is under way; what is left is in the outbox."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._clerk is not None:
            self._clerk.shutdown()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def hand(self, claim: Claim) -> None:
        """Have the thread send a claim's events next; should it not come to it, the claim ends."""
        self._handed.append(claim)
        self._wake.set()

    def send(self, claim: Claim) -> bool:
        """Whether the engine took all of a claim's events; after a call that it has not answered
        the rest waits for another attempt, too. Another thread writes down what it took, as no
        page waits for that; what a process that ends before had sent is sent again, by the same
        id.
        """
        return self._send(claim, lambda: True)

    def _send(self, claim: Claim, may_go_on: Callable[[], bool]) -> bool:
        """What does not go is left to whoever claims it next."""
        left = deque(batches(claim.events))
        all_taken = True
        try:
            while left and may_go_on() and self._outbox.now() < claim.ends - _SPARE:
                batch = left.popleft()
                verdict = self._put(claim.token, batch)
                if verdict.outcome is Outcome.REFUSED and len(batch) > 1:
                    # One bad event must not take the others with it.
                    left.extendleft((each,) for each in reversed(batch))
                    continue
                all_taken = all_taken and verdict.outcome is Outcome.TAKEN
                if not verdict.answered:
                    self._postpone(claim.token, [each for rest in left for each in rest], verdict)
                    return False
        finally:
            self._note()
        return all_taken and not left

    def _note(self) -> None:
        """Have the clerk settle, or do so where there is none."""
        clerk = self._clerk
        try:
            if clerk is not None and self._taken:
                clerk.submit(self.settle)
                return
        except RuntimeError:  # it has just gone
            pass
        self.settle()

    def settle(self) -> None:
        """Write down what the engine has taken; it is there when this returns."""
        with self._settling:
            while self._taken:
                taken = self._taken.popleft()
                try:
                    self._outbox.delivered(taken.token, taken.events)
                except SQLAlchemyError as error:  # they are sent again, by the same ids
                    log.warning("delivery_not_noted", events=len(taken.events), error=str(error))

    def round(self) -> int:
        """Send what is due, once; how many events that were."""
        claim = self._outbox.claim(_AT_ONCE)
        self._send(claim, self._goes_on)
        return len(claim.events)

    def _goes_on(self) -> bool:
        return not self._stopping

    def _put(self, token: str, batch: Sequence[StoredEvent]) -> Verdict:
        """A batch of several that is refused stays claimed: each of it is to be put alone."""
        verdict = self._delivery.put(batch)
        match verdict.outcome:
            case Outcome.TAKEN:
                self._taken.append(_Taken(token, batch))
                self._recovered()
            case Outcome.POSTPONED:
                self._postpone(token, batch, verdict)
            case Outcome.REFUSED if len(batch) == 1:
                self._keep(lambda: self._outbox.refused(token, batch, verdict.reason))
        if verdict.outcome is not Outcome.TAKEN:
            log.warning(
                "events_not_sent", events=len(batch), outcome=verdict.outcome, reason=verdict.reason
            )
        return verdict

    def _postpone(self, token: str, events: Sequence[StoredEvent], verdict: Verdict) -> None:
        self._fails = True
        self._keep(lambda: self._outbox.postponed(token, events, verdict.reason))
        self._wake.set()

    def _recovered(self) -> None:
        """The engine answers: what waits because it did not need not wait any longer."""
        if self._fails:
            self._fails = False
            self._keep(self._outbox.hasten)
            self._wake.set()

    def _keep(self, write: Callable[[], None]) -> None:
        """Write what became of events. A failure of the database is logged: what they tell of has
        happened, and they are sent again when their claim has ended.
        """
        try:
            write()
        except SQLAlchemyError as error:
            log.warning("outcome_not_kept", error=str(error))

    def _run(self) -> None:
        while not self._stopping:
            try:
                while self._handed and not self._stopping:
                    self._send(self._handed.popleft(), self._goes_on)
                sent = self.round()
                self._tidy()
                pause = 0.0 if sent == _AT_ONCE else self._pause()
            except SQLAlchemyError as error:
                log.warning("outbox_not_read", error=str(error))
                pause = _LOOK
            except Exception:  # a thread that dies of one fault sends nothing more
                log.warning("courier_failed", exc_info=True)
                pause = _LOOK
            self._wake.wait(pause)
            self._wake.clear()

    def _tidy(self) -> None:
        now = self._outbox.now()
        if now - self._tidied >= _TIDY:
            self._tidied = now
            self._outbox.trim(now - _KEPT)

    def _pause(self) -> float:
        due = self._outbox.next_due()
        return _LOOK if due is None else min(max(due - self._outbox.now(), 0.0), _LOOK)
