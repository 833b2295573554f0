"""What each stage reads, as a digest: its source files, the libraries they import, and their lexicons.

A stage's own digest changes when anything it reads changes; :func:`chain_digest` ties it to the digest of the tables
that it was given, so that a stored table is up to date exactly when its chain can be computed again.

What a stage reads is found in its source: the modules of this package that it imports, directly or through others,
and the data files that those name. A data file is tied to the function of :mod:`pipeline.lexicon` that names it, and
by it to the modules that call the function; one that no module names counts for the stages that import anything of
its package.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline import __version__
from pipeline.models import Stage
from pipeline.tables import SCHEMA_VERSION

ROOT = Path(__file__).parent.parent
_ENTRIES: Mapping[Stage, tuple[str, ...]] = {
    Stage.CLEAN: ("pipeline.readers", "pipeline.stages.clean", "pipeline.likeness"),
    Stage.SEGMENT: ("pipeline.stages.segment",),
    Stage.RECOGNISE: ("pipeline.stages.recognise",),
    Stage.NORMALISE: ("pipeline.stages.normalise",),
    Stage.LINK: ("pipeline.stages.link",),
}
_DATA_ENDINGS = frozenset({".tsv", ".csv", ".toml", ".json", ".parquet", ".txt"})
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"[\"']([\w./-]+)[\"']")
_FROM = re.compile(r"^\s*from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n]*)", re.MULTILINE)
_IMPORT = re.compile(r"^\s*import\s+([\w.]+)|(?:import_module|find_spec)\(\s*[\"']([\w.]+)", re.MULTILINE)


def chain_digest(before: str, own: str) -> str:
    """Digest of a table that a stage of digest ``own`` made from tables of digest ``before``.

    >>> chain_digest("", "a") == chain_digest("", "a"), chain_digest("a", "b") == chain_digest("b", "a")
    (True, False)
    """
    return hashlib.sha256(f"{before}>{own}".encode()).hexdigest()[:16]


@cache
def stage_digests() -> Mapping[Stage, str]:
    """The own digest of every stage, as the program stands on the disk (first call: about 0.1 s)."""
    return compute_digests(ROOT)


def compute_digests(root: Path) -> Mapping[Stage, str]:
    """The own digest of every stage of the package in folder ``root``."""
    sources = _read_sources(root)
    closures = {stage: _closure(entries, sources) for stage, entries in _ENTRIES.items()}
    files = _assign_data(root, sources, closures)
    return {stage: _digest_stage(root, sources, closures[stage], files[stage]) for stage in _ENTRIES}


def _read_sources(root: Path) -> Mapping[str, str]:
    """Module name to source."""
    sources = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        sources[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text("utf-8")
    return sources


def _closure(entries: tuple[str, ...], sources: Mapping[str, str]) -> tuple[str, ...]:
    """The modules that ``entries`` import, directly or not; the package itself, which all import, is left out."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        module = waiting.pop()
        if module in sources and module not in found and module != "pipeline":
            found.add(module)
            waiting.extend(_imports(sources[module]))
    return tuple(sorted(found))


def _imports(source: str) -> Iterator[str]:
    """Every dotted name that an import statement may mean, parent packages included."""
    for origin, names in _FROM.findall(source):
        yield from _parents(origin)
        for name in _WORD.findall(names):
            yield f"{origin}.{name}"
    for written, looked_up in _IMPORT.findall(source):
        yield from _parents(written or looked_up)


def _parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        yield ".".join(parts[:end])


def _assign_data(
    root: Path, sources: Mapping[str, str], closures: Mapping[Stage, tuple[str, ...]]
) -> Mapping[Stage, list[Path]]:
    """Which data files each stage reads."""
    paths = sorted(path for path in root.rglob("*") if path.suffix in _DATA_ENDINGS)
    named_by = _named_by(sources)
    files: dict[Stage, list[Path]] = {stage: [] for stage in closures}
    for path in paths:
        beside = _modules_beside(path, root, sources)
        # The name without its ending says little ("units"), except within the package that holds the file.
        modules = named_by.get(path.name, frozenset()) | beside.intersection(named_by.get(path.stem, ()))
        for stage, closure in closures.items():
            if (modules or beside).intersection(closure):
                files[stage].append(path)
    return files


def _modules_beside(path: Path, root: Path, sources: Mapping[str, str]) -> frozenset[str]:
    """The modules of the package that a data file lies in."""
    package = path.parent
    while ".".join(package.relative_to(root.parent).parts) not in sources:
        package = package.parent
    prefix = ".".join(package.relative_to(root.parent).parts)
    return frozenset(module for module in sources if f"{module}.".startswith(f"{prefix}."))


def _named_by(sources: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Names in quotes (files, with or without their ending) to the modules that write them or call who writes them."""
    modules: dict[str, set[str]] = {}
    callers: dict[str, set[str]] = {}
    for module, source in sources.items():
        if module != "pipeline.lexicon":
            for name in _quoted(source):
                modules.setdefault(name, set()).add(module)
            for function in _called_of_lexicon(source):
                callers.setdefault(function, set()).add(module)
    for function, source in _accessors(sources.get("pipeline.lexicon", "")).items():
        for name in _quoted(source):
            modules.setdefault(name, set()).update(callers.get(function, ()))
    return {name: frozenset(found) for name, found in modules.items() if found}


def _called_of_lexicon(source: str) -> Iterator[str]:
    """Functions of the lexicon module that a module imports or calls."""
    yield from re.findall(r"\blexicon\.(\w+)", source)
    for origin, names in _FROM.findall(source):
        if origin == "pipeline.lexicon":
            yield from _WORD.findall(names)


def _quoted(source: str) -> Iterator[str]:
    """The last part of every quoted path, with and without its folders."""
    for name in _QUOTED.findall(source):
        yield name
        yield name.rpartition("/")[2]


def _accessors(source: str) -> Mapping[str, str]:
    """Functions of the lexicon module to their source, with that of the private functions they call."""
    segments = {
        node.name: ast.get_source_segment(source, node) or ""
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    return {name: _with_called(name, segments) for name in segments}


def _with_called(name: str, segments: Mapping[str, str]) -> str:
    found = {name}
    waiting = [name]
    while waiting:
        for other in _WORD.findall(segments[waiting.pop()]):
            if other in segments and other not in found:
                found.add(other)
                waiting.append(other)
    return "\n".join(segments[each] for each in sorted(found))


def _digest_stage(root: Path, sources: Mapping[str, str], modules: tuple[str, ...], files: list[Path]) -> str:
    digest = hashlib.sha256(f"{__version__} {SCHEMA_VERSION}\n".encode())
    for module in modules:
        digest.update(f"{module}\0{sources[module]}\0".encode())
    for path in files:
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    for line in _library_versions(modules, sources):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()[:16]


def _library_versions(modules: tuple[str, ...], sources: Mapping[str, str]) -> list[str]:
    """``name==version`` of the foreign libraries that the modules import."""
    names = {name.split(".")[0] for module in modules for name in _imports(sources[module])}
    foreign = sorted(names - sys.stdlib_module_names - {"pipeline"})
    return [f"{name}=={found}" for name in foreign if (found := _version(name))]


@cache
def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
