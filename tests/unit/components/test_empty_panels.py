"""Several panels that are empty for one reason are one panel; what they hold besides is there again with their contents."""

from __future__ import annotations

from dash import html

from layouts.components.panel import Panel, PanelContents, PanelFrame, PanelSpec, empty
from layouts.shell.empty_panels import merge_empty


def panel(key, body, controls=None):
    contents = PanelContents(body, controls=controls)
    return Panel(PanelSpec(key, key, lambda ctx: None, lambda view, context: PanelContents()), contents)


def test_a_reason_stands_once_and_other_reasons_stay():
    first, other = empty("没有数据", "换一个期间再看"), empty("没有逾期的项目", "都在时限内")
    panels = merge_empty([panel("a", first), panel("b", first), panel("c", other), panel("d", first)])
    assert [p.spec.key for p in panels] == ["a", "b", "c", "d"]
    frames = [PanelFrame.WHOLE_ROW, PanelFrame.HIDDEN, PanelFrame.DECLARED, PanelFrame.HIDDEN]
    assert [p.contents.frame for p in panels] == frames
    assert panels[0].contents.title == "a、b、d"
    assert [str(p.contents.body).count("换一个期间再看") for p in panels] == [1, 0, 0, 0]
    assert panels[2].contents.body == other


def test_controls_are_kept_since_they_are_made_with_the_page_only():
    boxes = [[html.Div(id=key)] for key in "ab"]
    panels = merge_empty([panel(key, empty("没有数据"), box) for key, box in zip("ab", boxes, strict=True)])
    assert [p.contents.controls for p in panels] == boxes
