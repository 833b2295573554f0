"""Batches: documents that pass the stages together come out as each would alone, and fail alone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_double

import pytest
from conftest import write_article

from pipeline.engines.batches import BATCH_BYTES, BATCH_DOCUMENTS, OpenGuard, pass_stages, raw_subject, stored_subject
from pipeline.engines.tasks import Verdict
from pipeline.engines.worker import DONE, INDEX, SINCE, STAGE, SlotGuard
from pipeline.flow import Outcome, TimeLimit, process_document
from pipeline.models import Extraction, RawDocument, Reason, Segmented, Stage
from pipeline.order import STAGES, stages_between


def _raw(number: int, text: str | None = None) -> RawDocument:
    payload = (write_article(number) if text is None else text).encode()
    return RawDocument(hashlib.sha256(payload).hexdigest()[:16], f"{number:03}.txt", payload)


class Notes(OpenGuard):
    """A guard that writes down the steps, and raises where it is told to."""

    def __init__(self, late: tuple[int, Stage] | None = None) -> None:
        self.steps: list[tuple[int, Stage]] = []
        self.finished: list[int] = []
        self._late = late

    @contextmanager
    def step(self, index: int, stage: Stage) -> Iterator[None]:
        self.steps.append((index, stage))
        yield
        if self._late == (index, stage):
            raise TimeLimit("more than 60 s")

    def finish(self, index: int) -> None:
        self.finished.append(index)


def _pass(raws: list[RawDocument], guard: OpenGuard, verdicts: dict[int, Verdict] | None = None) -> list[Outcome]:
    return list(pass_stages(list(map(raw_subject, raws)), STAGES, verdicts=verdicts or {}, guard=guard))


def test_together_as_alone() -> None:
    raws = [_raw(number) for number in range(BATCH_DOCUMENTS + 3)]
    raws[1:1] = [_raw(90, ""), _raw(91, "The people's committee met on Monday. " * 30)]
    outcomes = _pass(raws, OpenGuard())
    alone = [process_document(raw) for raw in raws]
    assert [outcome.state for outcome in outcomes] == [outcome.state for outcome in alone]
    assert [[row.reason for row in outcome.rejections] for outcome in outcomes] == [
        [row.reason for row in outcome.rejections] for outcome in alone
    ]
    assert [row.article_id for outcome in outcomes[1:3] for row in outcome.rejections] == [
        raw.article_id for raw in raws[1:3]
    ]


def test_a_stage_takes_up_the_whole_batch_before_the_next() -> None:
    raws = [_raw(number) for number in range(BATCH_DOCUMENTS + 1)]
    guard = Notes()
    _pass(raws, guard)
    first = [(index, stage) for stage in STAGES for index in range(BATCH_DOCUMENTS)]
    assert guard.steps == [*first, *((BATCH_DOCUMENTS, stage) for stage in STAGES)]
    assert guard.finished == list(range(BATCH_DOCUMENTS + 1))


def test_a_batch_is_closed_by_its_size() -> None:
    long = write_article(1) + "Hội nghị thống nhất cao các nội dung.\n" * 1_000
    assert len(long.encode()) > BATCH_BYTES / 2
    guard = Notes()
    _pass([_raw(1, long), _raw(2, long + "Hết."), _raw(3)], guard)
    assert [index for index, stage in guard.steps if stage is STAGES[0]] == [0, 1, 2]
    assert guard.steps[: len(STAGES)] == [(0, stage) for stage in STAGES]


def test_no_document_is_no_outcome() -> None:
    assert _pass([], OpenGuard()) == []


@pytest.mark.parametrize("stage", [STAGES[0], Stage.SEGMENT, Stage.LINK])
def test_a_verdict_stops_one_document_before_its_stage(stage: Stage) -> None:
    guard = Notes()
    verdict = Verdict(stage, Reason.CRASHED, "ended")
    outcomes = _pass([_raw(1), _raw(2), _raw(3)], guard, {1: verdict})
    assert [each for index, each in guard.steps if index == 1] == list(STAGES[: STAGES.index(stage)])
    assert [(row.stage, row.reason, row.detail) for row in outcomes[1].rejections] == [(stage, Reason.CRASHED, "ended")]
    assert [isinstance(outcome.state, Extraction) for outcome in outcomes] == [True, False, True]


def test_a_limit_that_goes_off_after_the_stage_costs_nothing() -> None:
    outcomes = _pass([_raw(1), _raw(2)], Notes(late=(0, Stage.RECOGNISE)))
    assert [isinstance(outcome.state, Extraction) for outcome in outcomes] == [True, True]


class Late(OpenGuard):
    """A guard whose limit goes off before the stage begins."""

    @contextmanager
    def step(self, index: int, stage: Stage) -> Iterator[None]:
        if (index, stage) == (0, Stage.RECOGNISE):
            raise TimeLimit("more than 60 s")
        yield


def test_a_late_document_keeps_what_it_has_and_ends() -> None:
    outcomes = _pass([_raw(1), _raw(2)], Late())
    assert isinstance(outcomes[0].state, Segmented)
    assert [(row.stage, row.reason) for row in outcomes[0].rejections] == [(Stage.RECOGNISE, Reason.TIMEOUT)]
    assert isinstance(outcomes[1].state, Extraction)


def test_a_stored_article_is_taken_up_where_it_stands() -> None:
    state = process_document(_raw(1), until=Stage.SEGMENT).state
    assert state is not None
    guard = Notes()
    stages = stages_between(Stage.RECOGNISE, Stage.LINK)
    [outcome] = pass_stages([stored_subject(state)], stages, verdicts={}, guard=guard)
    assert outcome.state == process_document(_raw(1)).state
    assert guard.steps == [(0, stage) for stage in stages]


def test_the_time_of_a_document_is_that_of_all_its_stages() -> None:
    slot = (c_double * 4)()
    guard = SlotGuard(slot, time_limit=60.0)
    with guard.step(0, Stage.CLEAN):
        assert (slot[INDEX], slot[STAGE]) == (0, STAGES.index(Stage.CLEAN))
        time.sleep(0.05)
    assert slot[INDEX] == -1
    with guard.step(1, Stage.CLEAN):
        assert (slot[INDEX], slot[STAGE]) == (1, STAGES.index(Stage.CLEAN))
    with guard.step(0, Stage.SEGMENT):
        assert time.monotonic() - slot[SINCE] >= 0.05
    guard.finish(0)
    assert slot[DONE] == 1
    before = time.monotonic()
    with guard.step(0, Stage.CLEAN):  # the first document of the next task
        assert slot[SINCE] >= before
