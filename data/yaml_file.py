"""YAML that people write: read as far as a person could have written it; what is wrong is reported in Chinese."""

from __future__ import annotations

import os
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

#: Bytes of a file that a person writes; reading a million lines would take a gigabyte.
MOST_BYTES = 256 * 1024
_MOST_QUOTED = 60
_MOST_DIGITS = 40  # of an integer


class YamlFault(Exception):
    """Why a YAML file can't be read; ``str()`` is a sentence without its subject, in Chinese."""


def read_text(file: Path) -> str:
    """Read a small UTF-8 text, line ends unchanged; raises ``YamlFault`` for any other file, ``OSError`` for one not opened."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise YamlFault("不是普通文件")
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise YamlFault(f"超过 {MOST_BYTES // 1024} KB，不像人写的配置，没有读取")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise YamlFault("不是 UTF-8 文本。请另存为 UTF-8") from error


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Loads plain values; a number beyond measure in any notation (hexadecimal, octal, base 60) is a ``ValueError``."""

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Construct an integer."""
        if len(node.value) > _MOST_DIGITS:
            raise ValueError("an integer of too many digits")
        return int(super().construct_yaml_int(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)


def parse_yaml(text: str) -> tuple[Any, list[str]]:
    """Parse YAML into its content, and a list of the keys that are twice in one mapping: YAML would silently use the last.

    Raises ``YamlFault`` with the position of a mistake, also for numbers and nesting beyond measure.
    """
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is not None and _count_nodes(root, {}) > MOST_BYTES:  # without aliases each takes a byte
            raise YamlFault("里的引用（*）展开后太大，或引用了自己，没有读取。请把内容直接写出来")
        duplicates = _duplicate_keys(root)  # before the content is made: that takes merge keys (<<) out of the nodes
        return None if root is None else loader.construct_document(root), duplicates
    except RecursionError as error:
        raise YamlFault("层次过多，没有读取。请检查缩进和括号") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        position = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        raise YamlFault(f"不是有效的 YAML，{position}写法不对。请检查缩进、冒号和括号") from error
    except (ValueError, OverflowError) as error:  # 2022-13-01, or a number of 5,000 digits
        raise YamlFault("不是有效的 YAML：有不存在的日期，或位数过多的数字") from error


def _count_nodes(node: yaml.Node, counts: dict[int, int]) -> int:
    """Count a node and those within it, of an alias as often as it stands; ``counts``: by id, those that were counted."""
    if id(node) not in counts:
        counts[id(node)] = MOST_BYTES + 1  # within itself it has no end
        values = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        inner = [] if isinstance(node, yaml.ScalarNode) else values
        counts[id(node)] = 1 + sum(_count_nodes(part, counts) for part in inner)
    return counts[id(node)]


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
            times = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and times[key.value] > 1:
                    faults[f"第{key.start_mark.line + 1}行：“{key.value[:_MOST_QUOTED]}”写了两次"] = None
            pending += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
    return list(faults)
