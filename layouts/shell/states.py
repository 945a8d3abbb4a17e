"""States of the whole page: unknown page, nothing published yet, something failed."""

from __future__ import annotations

from layouts.components.client import Fragment
from layouts.ui.templates import render


def not_found(path: str) -> Fragment:
    """Build the page of an unknown address, which it quotes."""
    return _state("没有这个页面", f"地址“{path[:80]}”不存在，可能是链接写错了，或页面已经移走。", "回到总览", href="/")


def nothing_published() -> Fragment:
    """Build the page before the first publication."""
    text = "请数据员用 python cli.py load 文件 发布第一份工作簿；发布后刷新本页即可看到。"
    return _state("还没有发布任何数据", text, "刷新")


def empty_area(name: str, above: str) -> Fragment:
    """Build the page of an area without monthly data; ``above``: address of the area that contains it."""
    return _state(f"{name}没有月度数据", "这里没有企业上报过。请返回上一级，看别的区域。", "返回上一级", href=above)


def page_error(message: str, fault: str) -> Fragment:
    """Build the page that failed; ``fault``: its number in the log."""
    return _state("暂时无法显示", f"{message} 编号 {fault}，请把编号告诉管理员。", "重试", is_fault=True)


def _state(title: str, text: str, action: str, *, href: str = "", is_fault: bool = False) -> Fragment:
    """Build a state whose action is a link to ``href``, or without one a button that loads the page again."""
    html = render("shell/state.html", title=title, text=text, action=action, href=href, is_fault=is_fault)
    return Fragment(html, className="state")
