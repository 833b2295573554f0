"""The frames of an article as a scene: which stand beside, before and behind each other.

What enters are the frames in text order; what leaves are the coordinated titles of each, and its nearest fitting frame
on either side.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.discourse.frames import Frame
from pipeline.discourse.units import Units
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.lexicon import Body, joints

_WINDOW = 300  # frames looked at on either side; beyond that nothing is near
_LIST = 24  # coordinated titles; the longest list of one person in the development articles has seven
_SIGNS = frozenset({",", "-", "–", "—", "(", ")", "&", ".", "/"})


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a pass may look at; ``meant`` gives the institution of a family that the article means at a frame."""

    frames: Sequence[Frame]
    groups: Mapping[int, Sequence[Frame]]
    units: Units
    meant: Callable[[str, Frame], Frame | None]


def grouped(frames: Sequence[Frame]) -> dict[int, list[Frame]]:
    """Coordinated titles: nothing but commas, dashes, kiêm and the like between them."""
    groups: dict[int, list[Frame]] = {}
    current: list[Frame] = []
    for frame in frames:
        if frame.title is None:
            continue
        if current and (len(current) == _LIST or not _coordinated(current[-1], frame)):
            current = []
        current.append(frame)
        groups[frame.mention.mention_id] = current
    return groups


def _coordinated(one: Frame, other: Frame) -> bool:
    if one.block != other.block or one.title is None or other.title is None:
        return False
    between = range(one.title.end, other.title.start)
    return len(between) <= 4 and all(one.line.keys[k] in _SIGNS or one.line.keys[k] in joints("list") for k in between)


def neighbours(frame: Frame, scene: Scene) -> Iterator[Frame]:
    """Coordinated titles: first those behind a frame, the nearest first, then those before it."""
    group = scene.groups.get(frame.mention.mention_id, ())
    at = next((k for k, other in enumerate(group) if other is frame), 0)
    yield from group[at + 1 :]
    yield from reversed(group[:at])


def nearest(frame: Frame, scene: Scene, fits: Callable[[Frame], bool]) -> Frame | None:
    """The nearest frame before that fits, else the first after."""
    found = next((f for f in before(frame, scene) if f.done and fits(f)), None)
    return found or next((f for f in after(frame, scene) if f.done and fits(f)), None)


def before(frame: Frame, scene: Scene) -> Iterator[Frame]:
    """Frames before, the nearest first."""
    at = bisect_left(scene.frames, frame.start, key=lambda f: f.start)
    yield from (scene.frames[k] for k in range(at - 1, max(at - 1 - _WINDOW, -1), -1))


def after(frame: Frame, scene: Scene) -> Iterator[Frame]:
    """Frames behind, the nearest first."""
    at = bisect_right(scene.frames, frame.start, key=lambda f: f.start)
    yield from (scene.frames[k] for k in range(at, min(at + _WINDOW, len(scene.frames))))


def same_sentence(one: Frame, other: Frame) -> bool:
    """Whether two frames stand in one sentence."""
    return one.mention.sentence_id == other.mention.sentence_id


def same_block(one: Frame, other: Frame) -> bool:
    """Whether two frames stand in one block of the article."""
    return one.block == other.block


def phrase_of(entry: Body, frame: Frame) -> BodyPhrase:
    """A body of the lexicon that no word of the frame names."""
    at = frame.token
    return BodyPhrase(at, at, at, entry.name, BodyKind(entry.kind), entry.branch, entry.level)
