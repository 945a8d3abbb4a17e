"""Validate the content of a policy file; every fault is reported in Chinese with its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from cockpit.errors import PolicyError
from cockpit.evaluation.policy.policy import Policy
from cockpit.validation import format_path, list_faults


def validate_policy(content: Any, name: str = "评价办法") -> Policy:
    """Build a policy from parsed YAML.

    Raises ``PolicyError`` listing every fault with its path, e.g. ``groups[0].indicators[2].weight``.
    """
    if not content:
        raise PolicyError(f"{name}是空的，没有评价。")
    if not isinstance(content, dict):
        raise PolicyError(f"{name}有误，没有评价：应是一组“名称: 内容”，现在不是。")
    hint = "应是数字或文字，现为真假值（yes、no、on、off 要加引号）"
    faults = [f"{format_path(path)}：{hint}" for path in _boolean_paths(content)]
    if not faults:
        try:
            return Policy.model_validate(content)
        except ValidationError as error:
            faults = list_faults(error)
    report = "\n".join(f"  {fault}" for fault in faults)
    raise PolicyError(f"{name}有误，没有评价：\n{report}")


def _boolean_paths(content: Any, path: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    """Yield the paths of true and false: no entry of a policy is one, but pydantic would take them for 1 and 0."""
    if isinstance(content, bool):
        yield path
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _boolean_paths(value, (*path, str(key)))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _boolean_paths(value, (*path, index))
