"""Looks at every piece of text on a page: collisions, clipping, leaving the screen, and smallness."""
# ruff: noqa: E501

from __future__ import annotations

_SCRIPT = """
() => {
  const problems = [];
  const visible = el => { const s = getComputedStyle(el); return s.visibility !== 'hidden' && s.display !== 'none' && +s.opacity > 0; };
  const box = r => ({l: r.left, r: r.right, t: r.top, b: r.bottom});
  const small = 11.9;
  const isScrolledAway = (el, y) => {
    for (let up = el; up; up = up.parentElement) {
      const c = getComputedStyle(up).overflowY === 'visible' ? null : up.getBoundingClientRect();
      if (c && (y < c.top || y > c.bottom)) return true;
    }
    return false;
  };
  // charts: no two labels overlap, none leaves its figure
  document.querySelectorAll('.js-plotly-plot').forEach(plot => {
    const frame = box(plot.getBoundingClientRect());
    if (frame.r - frame.l < 2) return;
    const labels = [...plot.querySelectorAll('text')].filter(t => t.textContent.trim() && visible(t) && !t.closest('.hoverlayer'))
      .map(t => ({text: t.textContent, ...box(t.getBoundingClientRect()), size: parseFloat(getComputedStyle(t).fontSize)}))
      .filter(l => l.r - l.l > 0);
    labels.forEach((a, i) => {
      if (a.l < frame.l - 2 || a.r > frame.r + 2 || a.t < frame.t - 2 || a.b > frame.b + 2) problems.push('图外: ' + a.text);
      if (a.size < small) problems.push('太小: ' + a.text + ' ' + a.size);
      labels.slice(i + 1).forEach(b => {
        const w = Math.min(a.r, b.r) - Math.max(a.l, b.l), h = Math.min(a.b, b.b) - Math.max(a.t, b.t);
        if (w > 2 && h > 4) problems.push('重叠: ' + a.text + ' / ' + b.text);
      });
    });
  });
  // text in markup: large enough, not cut without an ellipsis, inside the screen; the list's text for screen readers is invisible
  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, el = node.parentElement;
    if (!node.textContent.trim() || !el || el.closest('.js-plotly-plot, script, style, noscript, footer > *:empty, .dash-dropdown-content, .ag-aria-description-container')) continue;
    if (!visible(el) || !el.checkVisibility()) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const r = range.getBoundingClientRect();
    if (!r.width || !r.height) continue;
    const size = parseFloat(getComputedStyle(el).fontSize);
    if (size < small) problems.push('太小: ' + node.textContent.trim() + ' ' + size);
    const scrolled = el.closest('.scroll, .filters, .page-tabs, .panel-towns .panel-body');
    let clipped = null;
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      const s = getComputedStyle(up);
      if (s.overflowX !== 'visible' && !scrolled) { clipped = up; break; }
    }
    if (clipped && getComputedStyle(clipped).textOverflow !== 'ellipsis') {
      const c = clipped.getBoundingClientRect();
      const low = getComputedStyle(clipped).overflowY === 'hidden' && r.bottom > c.bottom + 4;
      if (r.right > c.right + 2 || low) problems.push('截断: ' + node.textContent.trim());
    }
    const panel = el.closest('.panel, .top, .freshness');
    if (panel && !scrolled && !clipped) {
      const p = panel.getBoundingClientRect();
      if (r.right > p.right + 1 || r.left < p.left - 1) problems.push('出框: ' + node.textContent.trim());
    }
    // What a cell, in a list that scrolls as well, ends with an ellipsis is visible as far as the cell goes.
    const shortened = clipped && getComputedStyle(clipped).textOverflow === 'ellipsis';
    let end = shortened ? clipped.getBoundingClientRect().right : Infinity;
    for (let up = el; up && up !== scrolled; up = up.parentElement) {
      const s = getComputedStyle(up);
      if (s.overflowX === 'hidden' && s.textOverflow === 'ellipsis') { end = up.getBoundingClientRect().right; break; }
    }
    // A line of text occupies the height of its letters, not of its line.
    if (panel && (!clipped || shortened)) for (const line of end < Infinity ? [range.getClientRects()[0]] : range.getClientRects()) {
      const middle = (line.top + line.bottom) / 2;
      if (shortened && isScrolledAway(el, middle)) continue;
      pieces.push({text: node.textContent.trim(), panel, l: line.left, r: Math.min(line.right, end), t: middle - size * 0.45, b: middle + size * 0.45});
    }
  }
  // no two pieces of a panel's text lie on each other, labels of its chart included
  document.querySelectorAll('.panel .js-plotly-plot text').forEach(t => {
    if (!t.textContent.trim() || !visible(t) || t.closest('.hoverlayer')) return;
    pieces.push({text: t.textContent, panel: t.closest('.panel'), chart: true, ...box(t.getBoundingClientRect())});
  });
  pieces.forEach((a, i) => pieces.slice(i + 1).forEach(b => {
    if (a.panel !== b.panel || (a.chart && b.chart)) return;
    const w = Math.min(a.r, b.r) - Math.max(a.l, b.l), h = Math.min(a.b, b.b) - Math.max(a.t, b.t);
    if (w > 2 && h > 3) problems.push('相碰: ' + a.text + ' / ' + b.text);
  }));
  if (document.documentElement.scrollWidth > innerWidth) problems.push('横向滚动 ' + document.documentElement.scrollWidth);
  return [...new Set(problems)];
}
"""


def problems(page):
    """Return what is wrong with the texts of the page, one line each; empty when all is well."""
    return page.evaluate(_SCRIPT)
