"""Names are words of the field: none that a reader has to learn here, and one name for one thing."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict

from tests.architecture import sources

#: Parts of identifiers that stood for many things at once -> what is written instead; more such words: `docs/glossary.md`.
INSTEAD = {
    "told said spoken heard": "text, message or description",
    "strange": "unknown, invalid or unexpected",
    "word words": "text, label, term or token",
    "found": "the name of what was searched (match, finding, row)",
    "place places placed": "path, address, position or area",
    "kept held": "cached, stored or remaining",
    "asked wanted": "requested or expected",
    "given": "the name of what is passed",
    "drawn": "rendered",
    "way ways": "path, direction or method",
    "story stories": "narrative or insight",
    "roster": "register or list",
    "reading": "value or parser",
    "answered answers": "response or result",
    "seen": "known or last_online",
    "lasts": "duration or seconds",
    "knob": "setting, slider or option",
}
BANNED = {word: instead for words, instead in INSTEAD.items() for word in words.split()}
#: A test's name is a sentence of plain English, where some of these are themselves.
BANNED_IN_TEST_NAMES = frozenset(["told", "said", "spoken", "strange", "asked", "held", "drawn", "roster", "knob"])
#: Names of libraries.
LIBRARIES = {"given", "places", "not_found", "NotFound", "FileNotFoundError", "TemplateNotFound", "ModuleNotFoundError"}
#: Properties of CSS.
CSS_PROPERTIES = {"word-break", "place-items"}


def parts(name):
    """Lower-case parts of a name in snake_case or CamelCase."""
    return set(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().split("_"))


def banned_names(path):
    """Identifiers of a file with a banned part, and their lines."""
    for token in tokenize.generate_tokens(io.StringIO(sources.text(path)).readline):
        if token.type != tokenize.NAME or token.string in LIBRARIES:
            continue
        banned = BANNED_IN_TEST_NAMES if token.string.startswith("test_") else BANNED.keys()
        for word in sorted(parts(token.string) & banned):
            yield f"{sources.name(path)}:{token.start[0]} {token.string}: instead of “{word}” write {BANNED[word]}"


def test_no_identifier_is_a_private_word():
    files = [*sources.python(), *sources.python("tests", "bench")]
    wrong = [name for path in files if path.name != "test_language.py" for name in banned_names(path)]
    assert not wrong, "\n".join(wrong)


def test_a_private_word_is_noticed(tmp_path):
    file = tmp_path / "names.py"
    file.write_text("plan_told = KeptAnswers(replace_withholding)", encoding="utf-8")
    wrong = [text.partition(" ")[2] for text in banned_names(file)]
    assert wrong == [
        "plan_told: instead of “told” write text, message or description",
        "KeptAnswers: instead of “answers” write response or result",
        "KeptAnswers: instead of “kept” write cached, stored or remaining",
    ]


def test_scripts_and_style_sheets_have_no_private_words():
    name = re.compile(r"[A-Za-z_][\w-]*")
    wrong = []
    for path in [*sources.assets(".css", ".js"), *sources.templates()]:
        text = re.sub(r"/\*.*?\*/|//[^\n]*|\{#.*?#\}|<!--.*?-->", "", sources.text(path), flags=re.DOTALL)
        identifiers = {match[0] for match in name.finditer(text)} - CSS_PROPERTIES
        for identifier in sorted(identifiers):
            banned = sorted(parts(identifier.replace("-", "_")) & BANNED.keys())
            wrong += [f"{sources.name(path)}: {identifier}: instead of “{word}” write {BANNED[word]}" for word in banned]
    assert not wrong, "\n".join(wrong)


def test_a_class_identifieris_one_class():
    defined = defaultdict(list)
    for path in sources.python():
        for node in sources.parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined[node.name].append(sources.name(path))
    assert {name: paths for name, paths in defined.items() if len(paths) > 1} == {}
