"""Whole-page states: unknown page, nothing published yet, something failed."""

from __future__ import annotations

from dash import html

from layouts.components.panel import navigate


def not_found(path: str) -> html.Div:
    """404."""
    return _state("没有这个页面", f"地址“{path[:80]}”不存在，可能是链接写错了，或页面已经移走。", "回到总览")


def nothing_published() -> html.Div:
    """Before the first publication."""
    return _state("还没有发布任何数据", "请数据员用 python cli.py load 文件 发布第一份工作簿；发布后刷新本页即可看到。", "刷新")


def broken(words: str, fault: str) -> html.Div:
    """The page could not be made."""
    return _state("暂时无法显示", f"{words} 编号 {fault}，请把编号告诉管理员。", "重试")


def _state(title: str, words: str, action: str) -> html.Div:
    return html.Div([html.H1(title), html.P(words), navigate(action, "/", "button")], className="state")
