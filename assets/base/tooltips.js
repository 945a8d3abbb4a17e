// Tooltips of marks (data-tooltip): a small box at the pointer, or beside the mark in focus.
(function () {
  "use strict";
  var OFFSET_PX = 14;
  var box = null;

  // A line of its own for each; what holds for all marks stands at the element around them.
  function linesOf(mark) {
    var container = mark.closest("[data-tooltip-all]");
    return mark.dataset.tooltip.split("\n").concat(container ? container.dataset.tooltipAll : []);
  }

  function show(mark, x, y) {
    if (!box) {
      box = document.createElement("div");
      box.className = "tooltip";
      // The mark's own label says the same to a screen reader.
      box.setAttribute("aria-hidden", "true");
      document.body.appendChild(box);
    }
    box.replaceChildren.apply(box, linesOf(mark).map(function (line) {
      var row = document.createElement("div");
      row.textContent = line;
      return row;
    }));
    box.hidden = false;
    // On the other side of the point where the screen ends.
    var size = box.getBoundingClientRect();
    var flipsLeft = x + OFFSET_PX + size.width > window.innerWidth, flipsUp = y + OFFSET_PX + size.height > window.innerHeight;
    box.style.left = Math.max(flipsLeft ? x - OFFSET_PX - size.width : x + OFFSET_PX, 0) + "px";
    box.style.top = Math.max(flipsUp ? y - OFFSET_PX - size.height : y + OFFSET_PX, 0) + "px";
  }

  function hide() { if (box) { box.hidden = true; } }

  function markOf(event) { return event.target.closest ? event.target.closest("[data-tooltip]") : null; }

  function update(event) {
    var mark = markOf(event);
    if (mark) { show(mark, event.clientX, event.clientY); } else { hide(); }
  }

  // A finger doesn't hover: its tap follows a link, and shows the tooltip of other marks.
  document.addEventListener("pointermove", function (event) { if (event.pointerType !== "touch") { update(event); } });
  document.addEventListener("pointerup", function (event) {
    if (event.pointerType === "touch" && !event.target.closest("a")) { update(event); }
  });
  document.addEventListener("focusin", function (event) {
    var mark = markOf(event);
    if (!mark || !mark.matches(":focus-visible")) { return; }
    var rect = mark.getBoundingClientRect();
    show(mark, rect.left + rect.width / 2, rect.top + rect.height / 2);
  });
  ["focusout", "pointerdown", "scroll", "blur"].forEach(function (name) { window.addEventListener(name, hide, true); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { hide(); } });
})();
