"""Components as HTML text: what the wall and its remote are made of."""

from __future__ import annotations

from layouts.ui import html
from layouts.ui.markup import to_html


def test_tags_attributes_and_text():
    tree = html.Div(
        [html.B("1,899.3", **{"data-count": ""}), None, " 亿元", html.Img(src="data:,", alt="")],
        className="w-hero",
        style={"maskImage": "none", "width": "3.5%"},
        hidden=False,
    )
    assert to_html(tree) == (
        '<div class="w-hero" style="mask-image:none;width:3.5%"><b data-count="">1,899.3</b> 亿元<img src="data:," alt=""></div>'
    )


def test_what_a_workbook_names_stays_text():
    assert to_html(html.B("<script>alert(1)</script> & Co")) == "<b>&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co</b>"
    assert to_html(html.Span(title='" onload="x', **{"data-deep": "town:<b>"})) == (
        '<span title="&quot; onload=&quot;x" data-deep="town:&lt;b&gt;"></span>'
    )


def test_flags_and_numbers():
    assert to_html(html.Button("停", hidden=True, tabIndex=0)) == '<button hidden tabindex="0">停</button>'
    assert to_html([html.Br(), 3, 2.5]) == "<br>32.5"
