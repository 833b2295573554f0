"""The documents of a part through the stages, some at a time and stage by stage.

What enters are documents and the stages that they are to pass; what leaves is an :class:`~pipeline.flow.Outcome` each,
in their order. A stage takes up all documents of a batch before the next stage takes up the first: what a stage reads,
its lexicons and its code, then stays in the processor's caches. Over 400 articles this takes a sixth less than one
document after the other (docs/PERFORMANCE.md).

A document that fails, takes too long or is under a verdict of an earlier try costs itself only: each step is one stage
of one document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.engines.tasks import Verdict
from pipeline.flow import Outcome, State, TimeLimit, article_of, clean_document, take_stage
from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.order import STAGES

BATCH_DOCUMENTS = 16
"""More gain no more, and the lines that ``recognise`` has read must still be kept when ``normalise`` asks for them."""

BATCH_BYTES = 60_000
"""Size after which a batch is closed before it is full."""


class Guard(Protocol):
    """What the engine puts round each step: the time limit of the document, and a note of where the work stands."""

    def step(self, index: int, stage: Stage) -> AbstractContextManager[None]:
        """Enter before a stage of document ``index`` of the task, leave after it."""

    def finish(self, index: int) -> None:
        """Call when document ``index`` has passed its last stage; those before it have too."""


class OpenGuard:
    """A guard of nothing: no time limit holds."""

    @contextmanager
    def step(self, index: int, stage: Stage) -> Iterator[None]:
        """See :class:`Guard`."""
        yield

    def finish(self, index: int) -> None:
        """See :class:`Guard`."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One document of a task: what it is before any work, and how it takes its first stage. ``size`` is in bytes."""

    source: str
    article_id: str
    size: int
    untouched: Outcome
    begin: Callable[[Outcome], Outcome]


def raw_subject(raw: RawDocument) -> Subject:
    """A document to be cleaned first."""
    return Subject(raw.source, raw.article_id, len(raw.payload), Outcome(None, ()), lambda _: clean_document(raw))


def stored_subject(state: State) -> Subject:
    """An article to be taken up after the stage that it has reached."""
    article = article_of(state)
    return Subject(article.source, article.article_id, len(article.text), Outcome(state, ()), take_stage)


def pass_stages(
    subjects: Sequence[Subject], stages: Sequence[Stage], *, verdicts: Mapping[int, Verdict], guard: Guard
) -> Iterator[Outcome]:
    """Take documents through ``stages``; ``verdicts`` hold, by the number of a document, where it is to stop."""
    for batch in _batches(subjects):
        outcomes = {index: subjects[index].untouched for index in batch}
        for stage in stages:
            for index in batch:
                if not (outcomes[index].ended or _is_condemned(verdicts.get(index), stage)):
                    step = subjects[index].begin if stage is stages[0] else take_stage
                    outcomes[index] = _take_step(index, subjects[index], stage, outcomes[index], step, guard)
        for index in batch:
            guard.finish(index)
            yield _with_verdict(outcomes[index], subjects[index], verdicts.get(index))


def _batches(subjects: Sequence[Subject]) -> Iterator[range]:
    """Numbers of the subjects that go through the stages together."""
    begin = size = 0
    for index, subject in enumerate(subjects):
        if index > begin and (index - begin == BATCH_DOCUMENTS or size + subject.size > BATCH_BYTES):
            yield range(begin, index)
            begin, size = index, 0
        size += subject.size
    yield range(begin, len(subjects))


def _is_condemned(verdict: Verdict | None, stage: Stage) -> bool:
    return verdict is not None and STAGES.index(stage) >= STAGES.index(verdict.stage)


def _take_step(
    index: int,
    subject: Subject,
    stage: Stage,
    outcome: Outcome,
    step: Callable[[Outcome], Outcome],
    guard: Guard,
) -> Outcome:
    """One stage of one document."""
    taken = None
    try:
        with guard.step(index, stage):
            taken = step(outcome)
    except TimeLimit as error:  # it went off after the stage had returned, or within the handling of an error
        if taken is None:
            late = Rejection(subject.source, subject.article_id, stage, Reason.TIMEOUT, str(error))
            taken = Outcome(outcome.state, (*outcome.rejections, late), ended=True)
    return taken


def _with_verdict(outcome: Outcome, subject: Subject, verdict: Verdict | None) -> Outcome:
    """The outcome with what a verdict says, and all rejections with the article they are of."""
    refused: Iterable[Rejection] = ()
    if verdict:
        refused = [Rejection(subject.source, subject.article_id, verdict.stage, verdict.reason, verdict.detail)]
    rejections = tuple(
        each if each.article_id else replace(each, article_id=subject.article_id)
        for each in (*outcome.rejections, *refused)
    )
    return replace(outcome, rejections=rejections)
