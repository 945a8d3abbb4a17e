"""The check of legibility itself: it must report what a person would notice."""

from __future__ import annotations

import pytest

from tests.browser.legibility import problems

_PAGE = """<body style="margin:0;font:14px sans-serif"><section class="panel" style="position:relative;width:400px;height:200px">
{}</section></body>"""
_CHART = '<div class="js-plotly-plot" style="width:200px;height:100px"><svg width="200" height="100">{}</svg></div>'


def at(x, y, text, style=""):
    return f'<span style="position:absolute;left:{x}px;top:{y}px;white-space:nowrap;{style}">{text}</span>'


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        (at(10, 10, "产值") + at(60, 10, "税收"), None),
        (at(10, 10, "产值") + at(10, 30, "税收"), None),
        (at(10, 10, "产值") + at(20, 12, "税收"), "相碰: 产值 / 税收"),
        (at(10, 10, "产值", "font-size:10px"), "太小: 产值 10"),
        (at(380, 10, "工业总产值"), "出框: 工业总产值"),
        (f'<div style="width:30px;overflow:hidden;white-space:nowrap">{"工业总产值" * 3}</div>', "截断: " + "工业总产值" * 3),
        (
            f'<div title="全文" style="width:30px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap">{"产值" * 9}</div>',
            None,
        ),
        (
            '<div class="scroll" style="width:200px;overflow:auto"><div style="width:40px;overflow:hidden;text-overflow:ellipsis;'
            f'white-space:nowrap"><a>{"产值" * 9}</a></div>' + at(60, 2, "税收") + "</div>",
            None,
        ),
        (
            at(10, 10, "产值" * 9, "width:60px;overflow:hidden;text-overflow:ellipsis") + at(60, 10, "税收"),
            f"相碰: {'产值' * 9} / 税收",
        ),
        (
            _CHART.format('<text x="9" y="50" font-size="13">一月</text><text x="20" y="52" font-size="13">二月</text>'),
            "重叠: 一月 / 二月",
        ),
        (_CHART.format('<text x="190" y="50" font-size="13">十二月</text>'), "图外: 十二月"),
        ("<details><summary>口径</summary><p style='position:absolute;top:0'>定义</p></details>", None),
    ],
)
def test_what_is_wrong_is_reported_and_nothing_else(chromium, markup, problem):
    page = chromium.new_page(viewport={"width": 800, "height": 600})
    page.set_content(_PAGE.format(markup))
    assert problems(page) == ([problem] if problem else [])
    page.close()


def test_a_page_wider_than_the_screen_is_reported(chromium):
    page = chromium.new_page(viewport={"width": 390, "height": 600})
    page.set_content('<body style="margin:0"><div style="width:500px;height:10px"></div></body>')
    assert problems(page) == ["横向滚动 500"]
    page.close()
