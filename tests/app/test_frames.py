"""A change of filters works on arrays: no page builds a frame or a series of pandas for it."""

from __future__ import annotations

import pytest
from pandas.core.generic import NDFrame

from callbacks.render import respond
from callbacks.request import PageRequest, parse_selection
from layouts.components.client import build_patch
from layouts.pages import page_of
from layouts.ui.theme import Viewport

PAGES = (
    ("/", ""),
    ("/land", ""),
    ("/land", "view=remediation"),
    ("/projects", ""),
    ("/space", ""),
    ("/innovation", ""),
    ("/chain/fashion", ""),
    ("/chain/fashion", "view=lists"),
    ("/chain/fashion", "view=platform"),
    ("/chain/green-energy", "view=green"),
)
WARM = ("", "town=tangqi", "industry=18", "town=donghu&industry=26")
CHANGES = ("town=tangqi&town=yunhe", "town=linping&industry=18&industry=34", "industry=36", "town=chongxian&compare=mom")


@pytest.mark.parametrize(("path", "view"), PAGES, ids=str)
def test_no_frame_for_a_change(graded_repository, shape, path, view, monkeypatch):
    district = graded_repository.snapshot().district

    def change(filters):
        search = "?" + "&".join(filter(None, (view, filters)))
        page = page_of(path, parse_selection(search, district)[0], district)
        build_patch(respond(graded_repository, shape, PageRequest(path, search, Viewport(), page.key)).props)

    for filters in (*WARM, CHANGES[-1]):
        change(filters)
    built, init = [], NDFrame.__init__  # of frames and of series, however they come about

    def note(self, *args, **kwargs):
        built.append(type(self))
        init(self, *args, **kwargs)

    monkeypatch.setattr(NDFrame, "__init__", note)
    for filters in CHANGES:
        change(filters)
    assert built == []
    graded_repository.snapshot().ledgers["project"].head(1)
    assert built  # so one would have been noticed
