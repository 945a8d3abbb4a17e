// A row of a table or grid that has one link (or one fold) is that link: a click anywhere in it, or Enter on its cell, follows it.
(function () {
  "use strict";
  var ROWS = ".table tbody tr, .data-grid .ag-row";
  var OWN_CLICK = "a, button, input, select, textarea, label, summary";

  function targetOf(row) {
    var targets = row ? row.querySelectorAll("a.row-link, summary") : [];
    return targets.length === 1 ? targets[0] : null;
  }

  function isTextMarked() { return Boolean(window.getSelection && String(window.getSelection())); }

  document.addEventListener("click", function (event) {
    var isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain || !event.target.closest || event.target.closest(OWN_CLICK) || isTextMarked()) { return; }
    var target = targetOf(event.target.closest(ROWS));
    if (target) { target.click(); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.classList || !event.target.classList.contains("ag-cell")) { return; }
    var target = targetOf(event.target.closest(ROWS));
    if (target) { event.preventDefault(); target.click(); }
  });
})();
