"""Policy files (评价办法): YAML on disk or in the database, validated, with the hash that a record is frozen under."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cockpit.errors import PolicyError, UsageError
from cockpit.evaluation.policy.policy import Policy
from cockpit.evaluation.policy.validation import validate_policy
from data.district_pack import pack_folder
from data.yaml_file import YamlFault, parse_yaml, read_text


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy with the text that it was read from and the text's SHA-256."""

    policy: Policy
    text: str
    sha256: str


@lru_cache(maxsize=512)
def parse_policy(text: str, name: str) -> PolicyText:
    """Parse a policy from YAML text; ``PolicyError`` names every fault with its path."""
    try:
        content, duplicates = parse_yaml(text)
    except YamlFault as fault:
        raise PolicyError(f"没有评价：{name}{fault}。") from fault
    if duplicates:
        raise PolicyError(f"{name}有误，没有评价：\n" + "\n".join(f"  {fault}" for fault in duplicates))
    return PolicyText(validate_policy(content, name), text, hashlib.sha256(text.encode()).hexdigest())


def load_policy(file: Path) -> PolicyText:
    """Load a policy from its file; ``PolicyError`` also when the file can't be read."""
    try:
        text = read_text(file)  # unchanged, line ends too: the hash is the file's
    except OSError as error:
        raise PolicyError(f"评价办法文件读不了：{file}。请检查路径，文件须是 UTF-8 编码的 YAML。") from error
    except YamlFault as fault:
        raise PolicyError(f"评价办法文件读不了：{file.name}{fault}。") from fault
    return parse_policy(text, file.name)


def find_policy(district: str, file: Path) -> PolicyText:
    """Load a policy by path, else by the name of a file of the district pack (``huangyan-2022`` will do).

    ``UsageError`` lists the pack's files when there is neither.
    """
    if file.is_file():
        return load_policy(file)
    files = {file.name: file for file in _files(district)}
    if file.name == str(file):
        for name in (file.name, f"{file.name}.yaml"):
            if name in files:
                return load_policy(files[name])
    raise UsageError(f"找不到评价办法文件：{file}。请写文件的路径，或本区县已有的：{'、'.join(files) or '无'}。")


def district_policies(district: str) -> tuple[PolicyText, ...]:
    """Load the policies of a district pack: the district's own first, then the examples, by file name."""
    return tuple(load_policy(file) for file in _files(district))


def _files(district: str) -> list[Path]:
    paths = sorted((pack_folder(district) / "policies").glob("*.yaml"))
    return sorted(paths, key=lambda f: not f.name.startswith(f"{district}-"))


def serialize_policy(policy: Policy) -> PolicyText:
    """Serialize a policy that was edited in the cockpit (a scenario) to YAML; fields with their default are left out."""
    content: dict[str, Any] = policy.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    return parse_policy(text, policy.name)
