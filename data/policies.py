"""Policy files (评价办法): YAML on disk or in the database, validated, with the hash that a record is frozen under."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cockpit.errors import PolicyError
from cockpit.evaluation.policy import Policy
from cockpit.evaluation.reading import read_policy
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
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that isn't one, e.g. 2022-13-01
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        raise PolicyError(f"{name}不是有效的 YAML，{place}写法不对，没有评价。请检查缩进、冒号和括号。") from error
    return PolicyText(read_policy(content, name), text, hashlib.sha256(text.encode()).hexdigest())


def load_policy(file: Path) -> PolicyText:
    """A policy from its file; ``PolicyError`` also when the file can't be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"评价办法文件读不了：{file}。请检查路径，文件须是 UTF-8 编码的 YAML。") from error
    return parse_policy(text, file.name)


def district_policies(district: str) -> tuple[PolicyText, ...]:
    """The policies of a district pack: the district's own first, then the examples, by file name."""
    files = sorted((pack_folder(district) / "policies").glob("*.yaml"))
    return tuple(load_policy(f) for f in sorted(files, key=lambda f: not f.name.startswith(f"{district}-")))


def policy_text(policy: Policy) -> PolicyText:
    """A policy made in the cockpit (a simulation), written as a file would be."""
    content: dict[str, Any] = policy.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    return parse_policy(text, policy.name)
