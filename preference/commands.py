"""The commander: sentences about a taste, parsed into edits by a small grammar.

A sentence is clauses (", ; . but and then"); a clause is a cue and what it is about:
"more pastel", "never skulls or blood", "I love line art", "forget cats", "no text please",
"blue instead of red".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from preference.vocabulary import KINDS, STOP_WORDS, SYNONYMS, canonical
from studio.config import Section, validated
from studio.errors import BadText
from studio.profile import Edit

if TYPE_CHECKING:
    from studio.parts import Parts
    from studio.profile import Profile

EXAMPLES = '"more pastel, never skulls", "less pink", "I love line art", "forget cats"'
MOST_WORDS = 4
"""A concept has at most so many words."""


class CommandOptions(Section):
    """``[options.commanders.phrases]``: none."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A way to begin (or end) a clause, and what it does to a weight."""

    pattern: re.Pattern[str]
    change: Callable[[float], float]


def _step(by: float) -> Callable[[float], float]:
    return lambda present: max(-1.0, min(1.0, present + by))


def _set(to: float) -> Callable[[float], float]:
    return lambda present: to


def _cue(words: str, change: Callable[[float], float]) -> Cue:
    return Cue(re.compile(rf"^(?:{words})\b\s*", re.IGNORECASE), change)


_I = r"(?:i(?:['’]m| am|['’]d| would)?\s+)?(?:really\s+|just\s+|also\s+|do\s+|so\s+)*"
_NOT = r"(?:do\s+not|don['’]?t|dont|never|can['’]?t|cannot)"
CUES = (
    _cue(r"forget(?:\s+about)?|ignore|reset|clear|neither like nor dislike", _set(0.0)),
    _cue(rf"{_I}(?:hate|detest|can['’]?t\s+(?:stand|bear)|loathe)", _set(-1.0)),
    _cue(rf"(?:please\s+)?{_NOT}\s+(?:ever\s+)?(?:show|give|draw|use|make|add|want)(?:\s+me)?"
         rf"|{_I}{_NOT}\s+(?:ever\s+)?want(?:\s+to\s+see)?", _set(-1.0)),
    _cue(rf"{_I}(?:dislike|{_NOT}\s+(?:really\s+)?(?:like|love|enjoy|care\s+for))", _set(-0.7)),
    _cue(r"(?:no|not)\s+(?:so|too|as)\s+(?:much|many)?|not\s+(?:that|quite\s+so)", _step(-0.5)),
    _cue(r"never|no\s+more|none\s+of|nothing|no|not\s+any|without|avoid|stop(?:\s+with)?|ban|not",
         _set(-1.0)),
    _cue(r"(?:a\s+(?:bit|little)\s+|much\s+|far\s+)?(?:less|fewer)|tone\s+down|reduce"
         r"|(?:it['’]?s\s+|they['’]?re\s+)?(?:way|far)?\s*too(?:\s+(?:much|many))?", _step(-0.5)),
    _cue(rf"{_I}(?:love|adore)|{_I}(?:crazy|mad)\s+about|always|my\s+favou?rites?(?:\s+\w+)?"
         r"\s+(?:is|are)", _set(1.0)),
    _cue(rf"(?:(?:give|show)\s+me\s+|{_I}(?:want|need|like)\s+)?"
         r"(?:a\s+(?:bit|little)\s+|much\s+|even\s+|lots?\s+)?(?:more|extra|plenty\s+of|lots?\s+of)",
         _step(0.5)),
    _cue(rf"{_I}(?:like|enjoy|prefer|want|into|fond\s+of|would\s+like)(?:\s+to\s+see)?",
         _step(0.5)),
)  # fmt: skip
ENDINGS = (
    (re.compile(r"\s+(?:is|are)\s+(?:great|lovely|nice|wonderful|beautiful|my\s+thing)$"), 0.5),
    (
        re.compile(r"\s+(?:is|are)\s+(?:awful|ugly|boring|horrible|not\s+my\s+thing)$"),
        -0.7,
    ),
)
_INSTEAD = re.compile(
    rf"^(?:{_I}(?:prefer|like|want)\s+|rather\s+)?(.+?)\s+(?:instead\s+of|rather\s+than|over"
    r"|more\s+than)\s+(.+)$",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"\s*(?:[,;.!?\n]|\bbut\b|\bthough\b|\bthen\b)\s*", re.IGNORECASE)
_JOINS = re.compile(r"\s*(?:&|\+|/|\b(?:and|or|nor|plus|with)\b)\s*", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:an?|the|any|some|of|so|such|those|these|my|much|many|very|really|all|every|kinds? of"
    r"|things?\s+(?:with|in)|pictures?\s+(?:with|of|in)|stickers?\s+(?:with|of|in)|to see|with|in"
    r"|about|me|it|that|please)\s+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"\s+(?:please|pls|pictures?|images?|stickers?|posters?|ones?|things?|stuff|styles?|looks?"
    r"|colou?rs?|tones?|shades?|any\s?more|at all|thanks|thank you|for me|too|again|ever|now)$",
    re.IGNORECASE,
)
_FILLERS = STOP_WORDS | {"please", "thank", "it", "them", "one", "everything", "anything",
                         "something", "nothing", "thing", "stuff", "what", "more",
                         "less"}  # fmt: skip
_CONCEPT = re.compile(r"^[^\W_]+(?:[ '’-][^\W_]+)*$")


def _stripped(words: str) -> str:
    """A clause's object without its politeness and its frame ("any of those skulls please")."""
    words = " ".join(words.lower().split())
    before = None
    while words != before and canonical(words) not in KINDS:
        before = words
        words = _TRAILING.sub("", _LEADING.sub("", words)).strip(" '\"“”‘’:-")
    return words


def _concept(words: str, profile: Profile) -> str:
    """The concept that ``words`` name: one of the profile's where one fits; empty for none."""
    bare = _stripped(words)
    if not bare or len(bare.split()) > MOST_WORDS or not _CONCEPT.match(bare):
        return ""
    name = canonical(bare)
    if all(word in _FILLERS for word in name.split()):
        return ""
    for concept in profile.concepts:
        if canonical(concept.name) == name:
            return concept.name
    inside = [
        concept.name
        for concept in profile.concepts
        if concept.kind == "look" and f" {name} " in f" {canonical(concept.name)} "
    ]
    return inside[0] if len(inside) == 1 else name


def _about(
    objects: str, change: Callable[[float], float], profile: Profile
) -> list[tuple[str, float]]:
    """(concept, new weight) of each thing named in ``objects`` ("skulls or blood")."""
    found = []
    whole = canonical(_stripped(objects))
    parts = [objects] if whole in KINDS or whole in SYNONYMS else _JOINS.split(objects)
    for part in parts:
        name = _concept(part, profile)
        if name:
            present = profile[name].weight if name in profile else 0.0
            found.append((name, round(change(present), 4)))
    return found


def _clause(
    clause: str, carried: Callable[[float], float] | None, profile: Profile
) -> tuple[list[tuple[str, float]], Callable[[float], float] | None]:
    """What one clause changes, and the cue that a bare next clause goes on with."""
    instead = _INSTEAD.match(clause)
    if instead:
        kept, dropped = instead.groups()
        changes = _about(kept, _step(0.5), profile) + _about(dropped, _step(-0.5), profile)
        return changes, None
    for cue in CUES:
        match = cue.pattern.match(clause)
        if match and match.end():
            return _about(clause[match.end() :], cue.change, profile), cue.change
    for ending, weight in ENDINGS:
        match = ending.search(clause)
        if match:
            return _about(clause[: match.start()], _set(weight), profile), None
    bare = canonical(_stripped(clause))
    known = bare in KINDS or any(canonical(one.name) == bare for one in profile.concepts)
    if carried is not None:
        return _about(clause, carried, profile), carried
    return (_about(clause, _step(0.5), profile), None) if known else ([], None)


def _split_at_cues(clause: str) -> list[str]:
    """``more pastel and never skulls`` → its two clauses; ``skulls or blood`` stays one."""
    pieces: list[str] = []
    start = 0
    for join in re.finditer(r"\s+(?:and|or)\s+", clause, re.IGNORECASE):
        rest = clause[join.end() :]
        if any((match := cue.pattern.match(rest)) and match.end() for cue in CUES):
            pieces.append(clause[start : join.start()])
            start = join.end()
    return [*pieces, clause[start:]]


def parse(words: str, *, profile: Profile) -> tuple[tuple[str, float], ...]:
    """(concept, new weight in [-1, 1]) of each thing that ``words`` change, the last one winning.

    Steps start from the concept's present weight in ``profile``. Empty where nothing was
    understood.
    """
    changes: dict[str, float] = {}
    carried: Callable[[float], float] | None = None
    for sentence in _CLAUSES.split(words.strip()):
        for clause in _split_at_cues(sentence):
            if clause.strip():
                found, carried = _clause(clause.strip(), carried, profile)
                changes.update(found)
    return tuple(changes.items())


class PhraseCommander:
    """``studio.protocols.Commander`` by grammar."""

    def __call__(self, words: str, *, profile: Profile) -> tuple[Edit, ...]:
        """The edits of one sentence; BadText with examples where nothing was understood."""
        changes = parse(words, profile=profile)
        if not changes:
            shown = " ".join(words.split())[:60]
            raise BadText(
                f"nothing about a taste was understood in “{shown}”; say it like {EXAMPLES}"
            )
        turn = _turn(words, profile)
        return tuple(
            Edit(concept=concept, weight=weight, source="said", words=words, turn=turn)
            for concept, weight in changes
        )


def _turn(words: str, profile: Profile) -> str:
    """One name for the edits of one sentence; said again to a changed profile it is another."""
    known = ",".join(f"{one.name}={one.weight}" for one in profile.concepts)
    return "t" + hashlib.sha256(f"{words}\x1f{known}".encode()).hexdigest()[:16]


def build(parts: Parts, options: Mapping[str, Any]) -> PhraseCommander:
    """The commander of ``studio.toml``."""
    validated(CommandOptions, options, where="commanders.phrases")
    return PhraseCommander()
