"""Whole-page states: unknown page, nothing published yet, something failed."""

from __future__ import annotations

from typing import Any

from layouts.components.panel import navigate
from layouts.components.part import Part
from layouts.ui import html


def not_found(path: str) -> Part:
    """404."""
    words = f"地址“{path[:80]}”不存在，可能是链接写错了，或页面已经移走。"
    return _state("没有这个页面", words, navigate("回到总览", "/", "button"))


def nothing_published() -> Part:
    """Before the first publication."""
    words = "请数据员用 python cli.py load 文件 发布第一份工作簿；发布后刷新本页即可看到。"
    return _state("还没有发布任何数据", words, _reload("刷新"))


def empty_area(name: str, above: str) -> Part:
    """An area of which nobody reports; ``above`` leads to the area that holds it."""
    return _state(
        f"{name}没有月度数据", "这里没有企业上报过。请返回上一级，看别的区域。", navigate("返回上一级", above, "button")
    )


def broken(words: str, fault: str) -> Part:
    """The page could not be made."""
    return _state("暂时无法显示", f"{words} 编号 {fault}，请把编号告诉管理员。", _reload("重试"), "empty-mark-fault")


def _reload(words: str) -> html.Button:
    return html.Button(words, className="button", **{"data-reload": "", "type": "button"})


def _state(title: str, words: str, action: Any, mark: str = "") -> Part:
    return Part([html.Div(className=f"empty-mark {mark}"), html.H2(title), html.P(words), action], className="state")
