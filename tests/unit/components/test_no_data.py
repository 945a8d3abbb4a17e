"""Several panels that are empty for one reason: the first says it."""

from __future__ import annotations

from layouts.components.no_data import tell_once
from layouts.components.panel import Panel, PanelContents, PanelSpec, empty


def panel(key, body):
    return Panel(PanelSpec(key, key, lambda ctx: None, lambda view, context: PanelContents()), PanelContents(body))


def test_a_reason_stands_once_and_other_reasons_stay():
    first, other = empty("没有数据", "换一个期间再看"), empty("没有逾期的项目", "都在时限内")
    panels = tell_once([panel("a", first), panel("b", first), panel("c", other), panel("d", first)])
    assert [p.contents.body == b for p, b in zip(panels, (first, first, other, first), strict=True)] == [True, False, True, False]
    assert [p.spec.key for p in panels] == ["a", "b", "c", "d"]
    assert "换一个期间再看" not in panels[3].contents.body
    assert "同样没有数据" in panels[3].contents.body
