"""A policy from the content of its file; every fault is told in Chinese with its path."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from cockpit.errors import PolicyError
from cockpit.evaluation.policy import Policy


def read_policy(content: Any, name: str = "评价办法") -> Policy:
    """A policy from parsed YAML; ``PolicyError`` lists every fault with its path, e.g. ``groups[0].indicators[2].weight``."""
    if not isinstance(content, dict):
        raise PolicyError(f"{name}有误：应是一组“名称: 内容”，现在不是。")
    try:
        return Policy.model_validate(content)
    except ValidationError as error:
        faults = "\n".join(f"  {_path(e['loc']) or '（整体）'}：{_words(e)}" for e in error.errors())
        raise PolicyError(f"{name}有误，没有评价：\n{faults}") from error


def _path(place: tuple[int | str, ...]) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


_SAID = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "string_type": "应是文字",
    "tuple_type": "应是列表",
    "model_type": "应是一组“名称: 内容”",
    "model_attributes_type": "应是一组“名称: 内容”",
}
_COMPARED = {"greater_than": ("gt", "应大于"), "greater_than_equal": ("ge", "应不小于"), "less_than_equal": ("le", "应不大于")}


def _words(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _COMPARED:
        limit, words = _COMPARED[kind]
        return f"{words} {context[limit]}，现为 {fault['input']}"
    if kind == "literal_error":
        return f"应是 {context['expected'].replace(' or ', '、').replace(', ', '、')} 之一，现为“{fault['input']}”"
    if kind.endswith(("_parsing", "_type")) and kind not in _SAID:
        return f"应是数字，现为“{fault['input']}”"
    return _SAID.get(kind, f"写法不对，现为“{fault.get('input')}”")
