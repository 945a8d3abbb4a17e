"""Validate the content of a policy file; every fault is reported in Chinese with its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from cockpit.errors import PolicyError
from cockpit.evaluation.policy.policy import Policy


def validate_policy(content: Any, name: str = "评价办法") -> Policy:
    """Build a policy from parsed YAML.

    Raises ``PolicyError`` listing every fault with its path, e.g. ``groups[0].indicators[2].weight``.
    """
    if not content:
        raise PolicyError(f"{name}是空的，没有评价。")
    if not isinstance(content, dict):
        raise PolicyError(f"{name}有误，没有评价：应是一组“名称: 内容”，现在不是。")
    hint = "应是数字或文字，现为真假值（yes、no、on、off 要加引号）"
    faults = [f"{_format_path(path)}：{hint}" for path in _boolean_paths(content)]
    if not faults:
        try:
            return Policy.model_validate(content)
        except ValidationError as error:
            independent = [e for e in error.errors() if not _is_consequence(e)]
            faults = [f"{_format_path(e['loc']) or '（整体）'}：{_fault_message(e)}" for e in independent]
    report = "\n".join(f"  {fault}" for fault in faults)
    raise PolicyError(f"{name}有误，没有评价：\n{report}")


def _is_consequence(fault: Any) -> bool:
    """Return whether the fault is an empty list that is empty only because pydantic left its faulty entries out."""
    return fault["type"] == "too_short" and bool(fault["input"])


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


def _format_path(path: tuple[int | str, ...]) -> str:
    text = ""
    for step in path:
        if step != "[key]":  # pydantic's mark for 'the key, not the value'; the key itself comes before it
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "string_too_long": "太长了",
    "string_type": "应是文字，数字须加引号",
    "tuple_type": "应是列表",
    "model_type": "应是一组“名称: 内容”",
    "model_attributes_type": "应是一组“名称: 内容”",
    "mapping_type": "应是一组“名称: 内容”",
    "dict_type": "应是一组“名称: 内容”",
    "finite_number": "应是有限的数",
    "invalid_key": "名称应是文字",
}
_PATTERNS = {r"^\d{2}$": "应是两位行业代码", r"^[a-z][a-z0-9_]*$": "须以小写字母开头，只用小写字母、数字和下划线"}
_COMPARISONS = {"greater_than": ("gt", "应大于"), "greater_than_equal": ("ge", "应不小于"), "less_than_equal": ("le", "应不大于")}


def _fault_message(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _COMPARISONS:
        limit, comparison = _COMPARISONS[kind]
        return f"{comparison} {context[limit]}，现为 {fault['input']}"
    if kind == "literal_error":
        choices = context["expected"].replace(" or ", "、").replace(", ", "、").replace("'", "")
        return f"应是 {choices} 之一，现为“{fault['input']}”"
    if kind == "string_pattern_mismatch":
        return f"{_PATTERNS[context['pattern']]}，现为“{fault['input']}”"
    if kind.startswith("int_"):
        return f"应是整数，现为“{fault['input']}”"
    if kind.endswith(("_parsing", "_type")) and kind not in _MESSAGES:
        return f"应是数字，现为“{fault['input']}”"
    return _MESSAGES.get(kind, f"写法不对，现为“{fault.get('input')}”")
