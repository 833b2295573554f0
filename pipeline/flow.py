"""The flow of one document through the stages, whatever engine runs it.

What enters is a :class:`~pipeline.models.RawDocument` (or, to take up stored work, the :class:`Outcome` of any stage);
what leaves is an :class:`Outcome`: the result of the last stage that was reached, and every rejection on the way::

    decode -> clean -> segment -> recognise -> normalise -> link

An unexpected exception is one document's affair: it becomes a rejection that names the stage and the exception, what
the earlier stages found is kept, and the run goes on.
"""

from __future__ import annotations

import hashlib
import re
import traceback
from dataclasses import dataclass
from datetime import date

from pipeline.errors import Refused
from pipeline.grammar.dates import find_event
from pipeline.models import (
    Article,
    Block,
    Document,
    Extraction,
    Normalised,
    RawDocument,
    Reason,
    Recognised,
    Rejection,
    Section,
    Segmented,
    Stage,
)
from pipeline.order import STAGES
from pipeline.orthography import settle
from pipeline.readers import decode_document
from pipeline.stages.clean import clean_article
from pipeline.stages.link import link_mentions
from pipeline.stages.normalise import normalise_mentions
from pipeline.stages.recognise import recognise_mentions
from pipeline.stages.segment import segment_article

State = Article | Segmented | Recognised | Normalised | Extraction
"""What a document is after each stage."""


class TimeLimit(BaseException):
    """Raised into a document that takes too long.

    No ``Exception``: a library that catches those must not swallow it.
    """


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far one document came: ``state`` is ``None`` while it is no article. One that has ``ended`` failed at the
    next stage and goes no further.
    """

    state: State | None
    rejections: tuple[Rejection, ...]
    ended: bool = False


def process_document(raw: RawDocument, *, until: Stage = Stage.LINK) -> Outcome:
    """Take one raw document through the stages up to ``until``; never raises for what the document holds.

    >>> outcome = process_document(RawDocument("0" * 16, "empty.txt", b""))
    >>> outcome.state, [str(rejection.reason) for rejection in outcome.rejections]
    (None, ['empty'])
    """
    outcome = clean_document(raw)
    while outcome.state is not None and not outcome.ended and stage_reached(outcome.state) != until:
        outcome = take_stage(outcome)
    return outcome


def clean_document(raw: RawDocument) -> Outcome:
    """The first stage; never raises for what the document holds."""
    try:
        return Outcome(clean_article(decode_document(raw)), ())
    except Refused as refused:
        return Outcome(None, (refused.rejection,), ended=True)
    except (Exception, TimeLimit) as error:
        return Outcome(None, (_failure(raw.source, raw.article_id, Stage.CLEAN, error),), ended=True)


def take_stage(outcome: Outcome) -> Outcome:
    """One stage further, whichever comes next; never raises for what the document holds."""
    state = outcome.state
    if state is None or outcome.ended:
        return outcome
    try:
        state = _advance(state)
    except Refused as refused:
        return Outcome(state, (*_rejections(state), refused.rejection), ended=True)
    except (Exception, TimeLimit) as error:
        article, stage = article_of(state), STAGES[STAGES.index(stage_reached(state)) + 1]
        failure = _failure(article.source, article.article_id, stage, error)
        return Outcome(state, (*_rejections(state), failure), ended=True)
    return Outcome(state, _rejections(state))


def stage_reached(state: State) -> Stage:
    """The stage whose result this is."""
    match state:
        case Article():
            return Stage.CLEAN
        case Segmented():
            return Stage.SEGMENT
        case Recognised():
            return Stage.RECOGNISE
        case Normalised():
            return Stage.NORMALISE
        case Extraction():
            return Stage.LINK


def article_of(state: State) -> Article:
    """The article within the result of any stage."""
    return state if isinstance(state, Article) else state.article


def _advance(state: State) -> State:
    match state:
        case Article():
            return segment_article(state)
        case Segmented():
            return recognise_mentions(state)
        case Recognised():
            return normalise_mentions(state)
        case Normalised():
            return link_mentions(state)
        case Extraction():
            return state


def _rejections(state: State) -> tuple[Rejection, ...]:
    return () if isinstance(state, Article) else state.rejections


def _failure(source: str, article_id: str, stage: Stage, error: BaseException) -> Rejection:
    if isinstance(error, TimeLimit):
        return Rejection(source, article_id, stage, Reason.TIMEOUT, str(error))
    return Rejection(source, article_id, stage, Reason.CRASHED, f"{stage}: {describe_error(error)}")


def describe_error(error: BaseException) -> str:
    """Exception type, message and the innermost line, without a path: the same on every machine.

    >>> try:
    ...     [][1]
    ... except IndexError as error:
    ...     describe_error(error)
    'IndexError: list index out of range (<module>)'
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].name})" if frames else ""
    message = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {message}{where}"


_SAMPLE = (
    "Sáng 12/9/2025, đồng chí Lê Văn Tám, Bí thư Huyện ủy Hàm Yên, làm việc với Đảng ủy xã Thanh Ba, tỉnh Phú Thọ."
)


def load_stages(*, until: Stage = Stage.LINK) -> None:
    """Load the models and lexicons of the stages up to ``until``, by taking one invented sentence through them.

    What is wrong with them is then found before any document, and no document's time limit pays for it. Exceptions go
    to the caller.
    """
    state: State = clean_article(Document("0" * 16, "sample.txt", _SAMPLE, "text", "utf-8"))
    while stage_reached(state) != until:
        state = _advance(state)


_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: no text of any encoding holds one
_LINE = re.compile(r"[^\r\n]*[^\s][^\r\n]*")


def extract_text(text: str, *, title: str | None = None, published_on: date | None = None) -> Extraction:
    """Take a text that is no document through the stages after cleaning, in one go; exceptions go to the caller.

    Its lines are the blocks; the first is the headline when it reads like ``title``.
    """
    text = settle(_SURROGATE.sub("\ufffd", text))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    blocks = tuple(Block(*line.span(), _section(line, title)) for line in _LINE.finditer(text))
    body = "\n".join(text[block.start : block.end] for block in blocks if block.section is Section.BODY)
    article = Article(
        article_id=digest,
        source="",
        format="text",
        encoding="utf-8",
        url=None,
        title=title,
        published_on=published_on,
        event_on=find_event(body, published_on=published_on),
        authors=(),
        text=text,
        blocks=blocks,
    )
    return link_mentions(normalise_mentions(recognise_mentions(segment_article(article))))


def _section(line: re.Match[str], title: str | None) -> Section:
    return Section.TITLE if title and line.start() == 0 and line[0].strip() == settle(title).strip() else Section.BODY
