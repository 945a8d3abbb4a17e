"""What pydantic found wrong with a file, a setting or an option, in Chinese: each fault with its path and what to write."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "string_too_long": "太长了",
    "string_type": "应是文字，数字须加引号",
    "tuple_type": "应是列表",
    "list_type": "应是列表",
    "model_type": "应是一组“名称: 内容”",
    "model_attributes_type": "应是一组“名称: 内容”",
    "mapping_type": "应是一组“名称: 内容”",
    "dict_type": "应是一组“名称: 内容”",
    "finite_number": "应是有限的数",
    "invalid_key": "名称应是文字",
}
#: The same, where a single value can be quoted: ``{}`` is the value.
_VALUE_MESSAGES = {
    "bool_type": "应是 true 或 false，现为“{}”",
    "bool_parsing": "应是 true 或 false，现为“{}”",
    "int_type": "应是整数，现为“{}”",
    "int_parsing": "应是整数，现为“{}”",
    "int_from_float": "应是整数，现为“{}”",
    "int_parsing_size": "应是整数，现为“{}”",
}
_PATTERNS = {
    r"^[A-Za-z][A-Za-z0-9-]*$": "应是属性的名称，只用字母、数字和连字符",
    r"^\(.*\)$": "应是带括号的条件，如 (member={dn})",
    r"^\d{2}$": "应是两位行业代码",
    r"^\d{6}$": "应是加引号的六位行政区划代码",
    r"^\d{12}$": "应是加引号的十二位区划代码",
    r"^[a-z][a-z0-9_]*$": "须以小写字母开头，只用小写字母、数字和下划线",
    r"^[a-z][a-z0-9-]*$": "须以小写字母开头，只用小写字母、数字和连字符",
    r"^([a-z][a-z0-9-]*|/.+)$": "应是名称（小写字母、数字和连字符），或以 / 开头的文件夹路径",
}
_COMPARISONS = {
    "greater_than": ("gt", "应大于"),
    "greater_than_equal": ("ge", "应不小于"),
    "less_than": ("lt", "应小于"),
    "less_than_equal": ("le", "应不大于"),
}
_MAX_QUOTED = 60


def list_faults(error: ValidationError, model: type[BaseModel] | None = None) -> list[str]:
    """List the faults as ``path：what is wrong``, e.g. ``groups[0].indicators[2].weight：缺少这一项``.

    ``model``: the model that was validated; what is missing or unknown is then explained by its fields' descriptions.
    """
    independent = [fault for fault in error.errors() if not _is_consequence(fault)]
    return [f"{format_path(fault['loc']) or '（整体）'}：{_explain(fault, model)}" for fault in independent]


def format_path(path: Iterable[int | str]) -> str:
    """Format the path of a field: ``towns[2].short``."""
    text = ""
    for step in path:
        if step != "[key]":  # pydantic's mark for 'the key, not the value'; the key itself comes before it
            text += f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}" if text else _quoted(step)
    return text


def fault_message(fault: Mapping[str, Any]) -> str:
    """Explain one entry of ``ValidationError.errors()`` without its path."""
    kind, context, value = fault["type"], fault.get("ctx", {}), _quoted(fault.get("input"))
    if kind in ("value_error", "assertion_error"):
        return str(context["error"])
    if kind in _COMPARISONS:
        limit, comparison = _COMPARISONS[kind]
        return f"{comparison} {context[limit]}，现为 {value}"
    if kind in ("literal_error", "enum"):
        choices = context["expected"].replace(" or ", "、").replace(", ", "、").replace("'", "")
        return f"应是 {choices} 之一，现为“{value}”"
    if kind == "string_pattern_mismatch":
        return f"{_PATTERNS.get(context['pattern'], '写法不对')}，现为“{value}”"
    if kind in _VALUE_MESSAGES:
        return _VALUE_MESSAGES[kind].format(value)
    if kind.endswith(("_parsing", "_type")) and kind not in _MESSAGES:
        return f"应是数字，现为“{value}”"
    return _MESSAGES.get(kind, f"写法不对，现为“{value}”")


def _explain(fault: Mapping[str, Any], model: type[BaseModel] | None) -> str:
    message = fault_message(fault)
    if model is None or fault["type"] not in ("missing", "extra_forbidden"):
        return message
    fields, name = _fields_at(model, fault["loc"][:-1]), str(fault["loc"][-1])
    if fault["type"] == "extra_forbidden":
        near = next(iter(difflib.get_close_matches(name, fields, 1)), "")
        return f"没有这一项，是不是 {near}？" if near else message
    description = fields[name].description if name in fields else None
    return f"{message}：{description}" if description else message


def _fields_at(model: type[BaseModel], path: Iterable[int | str]) -> Mapping[str, FieldInfo]:
    """Return the fields of the model that stands at ``path`` within ``model``; none where there is no model."""
    current: Any = model
    for step in path:
        if isinstance(step, str):
            field = getattr(current, "model_fields", {}).get(step)
            current = _inner_model(field.annotation) if field else None
    return getattr(current, "model_fields", {})


def _inner_model(annotation: Any) -> Any:
    """Return the model that an annotation such as ``tuple[Area, ...]`` or ``Area | None`` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((inner for arg in getattr(annotation, "__args__", ()) if (inner := _inner_model(arg))), None)


def _is_consequence(fault: Mapping[str, Any]) -> bool:
    """Return whether the fault is an empty list that is empty only because pydantic left its faulty entries out."""
    return fault["type"] == "too_short" and bool(fault["input"])


def _quoted(value: object) -> str:
    text = str(value)
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"
