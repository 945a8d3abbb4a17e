// What a mark says beside its label (data-hint): a small box at the pointer, or beside the mark in focus.
(function () {
  "use strict";
  var AWAY = 14;
  var box = null;

  // A line of its own for each; what holds for all marks stands at what holds them.
  function words(mark) {
    var all = mark.closest("[data-hint-all]");
    return mark.dataset.hint.split("\n").concat(all ? all.dataset.hintAll : []);
  }

  function show(mark, x, y) {
    if (!box) {
      box = document.createElement("div");
      box.className = "hint";
      // The mark's own label says the same to a screen reader.
      box.setAttribute("aria-hidden", "true");
      document.body.appendChild(box);
    }
    box.replaceChildren.apply(box, words(mark).map(function (line) {
      var row = document.createElement("div");
      row.textContent = line;
      return row;
    }));
    box.hidden = false;
    // On the other side of the point where the screen ends.
    var size = box.getBoundingClientRect();
    var right = x + AWAY + size.width > window.innerWidth, below = y + AWAY + size.height > window.innerHeight;
    box.style.left = Math.max(right ? x - AWAY - size.width : x + AWAY, 0) + "px";
    box.style.top = Math.max(below ? y - AWAY - size.height : y + AWAY, 0) + "px";
  }

  function hide() { if (box) { box.hidden = true; } }

  function marked(event) { return event.target.closest ? event.target.closest("[data-hint]") : null; }

  function follow(event) {
    var mark = marked(event);
    if (mark) { show(mark, event.clientX, event.clientY); } else { hide(); }
  }

  // A finger doesn't hover: its tap follows a link, and shows what other marks say.
  document.addEventListener("pointermove", function (event) { if (event.pointerType !== "touch") { follow(event); } });
  document.addEventListener("pointerup", function (event) {
    if (event.pointerType === "touch" && !event.target.closest("a")) { follow(event); }
  });
  document.addEventListener("focusin", function (event) {
    var mark = marked(event);
    if (!mark || !mark.matches(":focus-visible")) { return; }
    var place = mark.getBoundingClientRect();
    show(mark, place.left + place.width / 2, place.top + place.height / 2);
  });
  ["focusout", "pointerdown", "scroll", "blur"].forEach(function (name) { window.addEventListener(name, hide, true); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { hide(); } });
})();
