"""Templates: what comes from data stays text, lines are joined, a missing name is an error."""

from __future__ import annotations

import re

import pytest
from jinja2 import Environment, UndefinedError
from markupsafe import Markup

from layouts.ui.templates import JoinLines, class_attribute, phrases, render


def written(source, **values):
    return Environment(autoescape=True, extensions=[JoinLines]).from_string(source).render(values)


def test_lines_are_joined_where_tags_meet_and_parted_where_text_does():
    assert written("<p>\n  <b>1,899.3</b>\n  <i></i>\n</p>\n") == "<p><b>1,899.3</b><i></i></p>"
    assert written('<a href="x"\n   class="y">a\n  b</a>') == '<a href="x" class="y">a b</a>'
    assert written("{% if yes %}\n  <b>{{ name }}</b>\n{% endif %}", yes=True, name="甲") == "<b>甲</b>"


def test_what_a_workbook_names_stays_text():
    table = render("shell/navigation.html", links=[("<script>alert(1)</script> & Co", '" onload="x', False)])
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in table
    assert 'href="&#34; onload=&#34;x"' in table


def test_html_of_templates_is_not_escaped_again():
    assert written("{{ inner }}", inner=Markup("<b>1</b>")) == "<b>1</b>"


def test_a_name_that_nobody_gives_is_an_error():
    with pytest.raises(UndefinedError):
        render("shell/navigation.html")


def test_a_class_attribute_has_the_names_that_there_are():
    assert class_attribute("row", "", "on", None) == ' class="row on"'
    assert class_attribute("", None) == class_attribute() == ""
    assert class_attribute('"><script>') == ' class="&#34;&gt;&lt;script&gt;"'


def test_lines_break_behind_dots_and_commas():
    text = phrases("全区 · 2022年1—12月，各月 · <b>")
    spans = ["全区 ·", "2022年1—12月，", "各月 ·", "&lt;b&gt;"]
    assert re.findall('<span class="phrase">(.*?)</span>', text) == spans
    assert text.striptags() == "全区 · 2022年1—12月，各月 · <b>"
