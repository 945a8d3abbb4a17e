"""Policy files (评价办法): YAML on disk or in the database, validated, with the hash that a record is frozen under."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cockpit.errors import PolicyError, UsageError
from cockpit.evaluation.policy.parser import read_policy
from cockpit.evaluation.policy.policy import Policy
from data.district_pack import pack_folder


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy with the text that it was read from and the text's SHA-256."""

    policy: Policy
    text: str
    sha256: str


@lru_cache(maxsize=512)
def parse_policy(text: str, name: str) -> PolicyText:
    """A policy from YAML text; ``PolicyError`` names every fault with its path."""
    try:
        twice = _written_twice(yaml.compose(text, Loader=yaml.SafeLoader))
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that isn't one, e.g. 2022-13-01
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        raise PolicyError(f"{name}不是有效的 YAML，{place}写法不对，没有评价。请检查缩进、冒号和括号。") from error
    if twice:
        raise PolicyError(f"{name}有误，没有评价：\n" + "\n".join(f"  {fault}" for fault in twice))
    return PolicyText(read_policy(content, name), text, hashlib.sha256(text.encode()).hexdigest())


def _written_twice(root: yaml.Node | None) -> list[str]:
    """Keys that stand twice in one mapping: YAML would silently keep the last."""
    found: dict[str, None] = {}
    seen: set[int] = set()
    waiting = [root] if root else []
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and keys.count(key.value) > 1:
                    found[f"第{key.start_mark.line + 1}行：“{key.value}”写了两次"] = None
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return list(found)


def load_policy(file: Path) -> PolicyText:
    """A policy from its file; ``PolicyError`` also when the file can't be read."""
    try:
        text = file.read_bytes().decode()  # as it stands, line ends too: the hash is the file's
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"评价办法文件读不了：{file}。请检查路径，文件须是 UTF-8 编码的 YAML。") from error
    return parse_policy(text, file.name)


def find_policy(district: str, named: Path) -> PolicyText:
    """The policy of a file: a path that exists, else the district pack's file of that name (``huangyan-2022`` will do).

    ``UsageError`` lists the pack's files when there is neither.
    """
    if named.is_file():
        return load_policy(named)
    own = {file.name: file for file in _files(district)}
    if named.name == str(named):
        for name in (named.name, f"{named.name}.yaml"):
            if name in own:
                return load_policy(own[name])
    raise UsageError(f"找不到评价办法文件：{named}。请写文件的路径，或本区县已有的：{'、'.join(own) or '无'}。")


def district_policies(district: str) -> tuple[PolicyText, ...]:
    """The policies of a district pack: the district's own first, then the examples, by file name."""
    return tuple(load_policy(file) for file in _files(district))


def _files(district: str) -> list[Path]:
    files = sorted((pack_folder(district) / "policies").glob("*.yaml"))
    return sorted(files, key=lambda f: not f.name.startswith(f"{district}-"))


def policy_text(policy: Policy) -> PolicyText:
    """A policy made in the cockpit (a simulation), written as a file would be."""
    content: dict[str, Any] = policy.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    return parse_policy(text, policy.name)
