"""YAML as people write it: what is wrong with the text, by line, in Chinese; keys written twice are found."""

from __future__ import annotations

from typing import Any

import yaml


class YamlSyntaxError(Exception):
    """The text is no YAML; ``str()`` says where."""


def parse_yaml(text: str) -> tuple[Any, list[str]]:
    """Parse a text into its content, and a list of the keys that are twice in one mapping: YAML would silently use the last.

    Raises ``YamlSyntaxError``.
    """
    try:
        duplicates = _duplicate_keys(yaml.compose(text, Loader=yaml.SafeLoader))
        return yaml.safe_load(text), duplicates
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that isn't one, e.g. 2022-13-01
        mark = getattr(error, "problem_mark", None)
        position = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        raise YamlSyntaxError(f"{position}写法不对") from error


def _duplicate_keys(root: yaml.Node | None) -> list[str]:
    faults: dict[str, None] = {}
    visited: set[int] = set()
    pending = [root] if root else []
    while pending:
        node = pending.pop()
        if id(node) in visited:  # an alias
            continue
        visited.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and keys.count(key.value) > 1:
                    faults[f"第{key.start_mark.line + 1}行：“{key.value}”写了两次"] = None
            pending += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
    return list(faults)
