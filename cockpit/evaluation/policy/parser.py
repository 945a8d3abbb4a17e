"""A policy from the content of its file; every fault is told in Chinese with its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from cockpit.errors import PolicyError
from cockpit.evaluation.policy.policy import Policy


def read_policy(content: Any, name: str = "评价办法") -> Policy:
    """A policy from parsed YAML; ``PolicyError`` lists every fault with its path, e.g. ``groups[0].indicators[2].weight``."""
    if not content:
        raise PolicyError(f"{name}是空的，没有评价。")
    if not isinstance(content, dict):
        raise PolicyError(f"{name}有误，没有评价：应是一组“名称: 内容”，现在不是。")
    faults = [f"{_path(place)}：应是数字或文字，现为真假值（yes、no、on、off 要加引号）" for place in _truths(content)]
    if not faults:
        try:
            return Policy.model_validate(content)
        except ValidationError as error:
            faults = [f"{_path(e['loc']) or '（整体）'}：{_words(e)}" for e in error.errors() if not _follows(e)]
    told = "\n".join(f"  {fault}" for fault in faults)
    raise PolicyError(f"{name}有误，没有评价：\n{told}")


def _follows(fault: Any) -> bool:
    """A list that is empty only because pydantic left its faulty entries out."""
    return fault["type"] == "too_short" and bool(fault["input"])


def _truths(content: Any, place: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    """Places of true and false: no entry of a policy is one, but pydantic would take them for 1 and 0."""
    if isinstance(content, bool):
        yield place
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _truths(value, (*place, str(key)))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _truths(value, (*place, index))


def _path(place: tuple[int | str, ...]) -> str:
    text = ""
    for step in place:
        if step != "[key]":  # pydantic's word for 'the key, not the value': the key itself stands before it
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


_SAID = {
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
_COMPARED = {"greater_than": ("gt", "应大于"), "greater_than_equal": ("ge", "应不小于"), "less_than_equal": ("le", "应不大于")}


def _words(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _COMPARED:
        limit, words = _COMPARED[kind]
        return f"{words} {context[limit]}，现为 {fault['input']}"
    if kind == "literal_error":
        words = context["expected"].replace(" or ", "、").replace(", ", "、").replace("'", "")
        return f"应是 {words} 之一，现为“{fault['input']}”"
    if kind == "string_pattern_mismatch":
        return f"{_PATTERNS[context['pattern']]}，现为“{fault['input']}”"
    if kind.startswith("int_"):
        return f"应是整数，现为“{fault['input']}”"
    if kind.endswith(("_parsing", "_type")) and kind not in _SAID:
        return f"应是数字，现为“{fault['input']}”"
    return _SAID.get(kind, f"写法不对，现为“{fault.get('input')}”")
