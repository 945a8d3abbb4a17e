"""A patch changes what is different and nothing else, and the page ends as a fresh visit shows it."""

from __future__ import annotations

import pytest

#: The page as text: contents of all panels and the data of their charts.
SHOWN = """() => {
  const page = document.querySelector('.shell').cloneNode(true);
  page.querySelectorAll('.graph, [id^=radix], .search-results, .data-grid').forEach((n) => n.remove());
  const lines = [...page.querySelectorAll('*')].map((n) => {
    const attributes = [...n.attributes].filter((a) => !/^(data-(dash|ready)|aria-controls|id$)/.test(a.name) && a.value !== '');
    const own = [...n.childNodes].filter((c) => c.nodeType === 3).map((c) => c.nodeValue).join('');
    return n.nodeName + attributes.map((a) => `${a.name}=${a.value}`).sort().join() + own;
  });
  const chart = (c) => JSON.stringify([c.data.map((t) => [t.type, t.text, t.meta, t.y]), c.layout.annotations]);
  return lines.concat([...document.querySelectorAll('.js-plotly-plot')].map(chart));
}"""
ADDRESSES = (
    "/",
    "/?town=tangqi",
    "/?town=tangqi&by=chain",
    "/?town=tangqi&metric=tax",
    "/chain/fashion?town=tangqi",
    "/?compare=none",
    "/?period=2020-01",
    "/land",
    "/none",
    "/?town=donghu&town=tangqi&period=ttm",
)


#: How many requests are pending: an expected response may queue behind those that are obsolete.
COUNT = """
  window.pending = 0;
  const original = window.fetch, done = () => { window.pending -= 1; };
  window.fetch = function () {
    window.pending += 1;
    const response = original.apply(this, arguments);
    response.then(done, done);
    return response;
  };
"""


def go(window, address):
    window.page.evaluate("(to) => window.cockpit.navigate(to)", address)


def shown(window):
    """Return the page as lines, once it no longer changes."""
    last = None
    while True:
        window.settle()
        now = window.page.evaluate(SHOWN)
        if now == last:
            return now
        last = now


@pytest.fixture
def fresh(window):
    """Return a function: address -> what a fresh visit shows there."""
    pages = {}

    def look(address):
        if address not in pages:
            one = window()
            one.open(address)
            pages[address] = shown(one)
        return pages[address]

    return look


def test_each_step_shows_what_a_fresh_visit_shows(window, fresh):
    one = window()
    one.open(ADDRESSES[0])
    for address in ADDRESSES[1:]:
        go(one, address)
        assert shown(one) == fresh(address), address
    for address in reversed(ADDRESSES[:-1]):
        one.page.go_back()
        assert shown(one) == fresh(address), address


def test_changes_faster_than_the_responses_end_at_the_last(window, fresh):
    one = window()
    one.page.add_init_script(COUNT)
    one.open("/")
    for turn in range(4):
        for address in (*ADDRESSES[1:4], ADDRESSES[5 + turn % 2], ADDRESSES[-1]):
            go(one, address)
            one.page.wait_for_timeout(30 * turn)
    while one.page.evaluate("window.pending"):
        one.page.wait_for_timeout(100)
    assert shown(one) == fresh(ADDRESSES[-1])
    go(one, "/")
    assert shown(one) == fresh("/")


def test_what_stays_the_same_is_not_touched(window):
    one = window()
    one.open("/")
    one.page.evaluate("""() => {
      window.touched = new Set();
      new MutationObserver((all) => all.forEach((m) => {
        const node = m.target.nodeType === 1 ? m.target : m.target.parentElement;
        const panel = node && node.closest('.panel');
        if (panel) { window.touched.add(`${panel.id} ${m.attributeName || m.type}`); }
      })).observe(document.querySelector('main'), {subtree: true, childList: true, attributes: true, characterData: true});
    }""")
    one.posts.clear()
    go(one, "/?by=chain")
    one.settle()
    assert len(one.posts) == 1
    touched = set(one.page.evaluate("[...window.touched]"))
    assert "contributions childList" in touched
    assert {what for what in touched if what.startswith(("kpis", "systems", "trend"))} <= {"kpis href", "systems href"}


def test_focus_and_what_is_open_stay_where_they_are(window):
    one = window()
    page = one.open("/")
    page.evaluate("document.querySelector('#towns details.definition').open = true")
    page.evaluate("document.querySelector('#towns details.definition').marked = true")
    link = page.locator("#towns .row-link").filter(has_text="塘栖")
    link.focus()
    page.keyboard.press("Enter")
    one.settle()
    assert "town=tangqi" in page.url
    assert page.evaluate("document.activeElement.textContent") == "塘栖镇"
    assert page.evaluate("document.querySelector('#towns details.definition').marked")
    assert page.evaluate("document.querySelector('#towns tr.on .row-link') === document.activeElement")


def test_a_toast_is_announced_and_can_be_closed(window):
    one = window()
    page = one.open("/")
    toast = page.locator("#connection-toast")
    assert not toast.is_visible()
    page.evaluate("window.dash_clientside.set_props('connection-toast', {is_open: true, header: '连接中断'})")
    toast.get_by_text("连接中断").wait_for()
    assert toast.get_attribute("role") == "alert"
    toast.get_by_role("button", name="关闭").click()
    toast.wait_for(state="hidden")


def test_a_toast_closes_by_itself(window):
    one = window()
    page = one.open("/")
    page.evaluate("window.dash_clientside.set_props('action-toast', {is_open: true, duration: 300, children: '已保存'})")
    page.locator("#action-toast").get_by_text("已保存").wait_for()
    page.locator("#action-toast").wait_for(state="hidden")


def test_a_chart_follows_its_box(window):
    one = window()
    page = one.open("/projects")
    wide = page.locator("#timeline-graph .main-svg").first.bounding_box()["width"]
    page.set_viewport_size({"width": 1300, "height": 900})
    page.wait_for_timeout(1000)
    one.settle()
    narrow = page.locator("#timeline-graph .main-svg").first.bounding_box()["width"]
    assert narrow < wide
    assert abs(narrow - page.locator("#timeline-box").bounding_box()["width"]) < 2


def test_elements_with_a_key_stay_open_wherever_they_move(window):
    one = window()
    page = one.open("/")

    def show(keys):
        rows = "".join(f'<li data-key="{k}"><details><summary>{k}</summary>{k * 3}</details></li>' for k in keys)
        page.evaluate("(html) => window.dash_clientside.set_props('briefing', {html})", f"<b>x</b><ul>{rows}</ul>")
        page.wait_for_timeout(100)
        assert page.locator("#briefing li").all_inner_texts() == [f"{k}\n{k * 3}" if k in opened else k for k in keys]

    opened = set()
    show("abc")
    page.click("#briefing li:has-text('b') summary")
    opened.add("b")
    for keys in ("bca", "ab", "xyb", "b", "cba"):
        show(keys)
    show("ac")
    opened.clear()
    show("abc")
