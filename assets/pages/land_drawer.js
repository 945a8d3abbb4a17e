// The drawer over the per-mu page (a firm's explanation) takes the focus when it opens, and gives it back when it closes.
(function () {
  "use strict";
  var PANEL = ".panel-explanation";
  var closeLink = null; // of the drawer that is open
  var opener = null; // what had the focus before

  function update() {
    var link = document.querySelector(".drawer-close");
    if (link === closeLink) { return; }
    var drawer = document.querySelector(PANEL); // none when the page was left
    var hasFocus = document.activeElement === document.body || drawer && drawer.contains(document.activeElement);
    if (link) {
      if (!closeLink) { opener = document.activeElement; }
      drawer.setAttribute("role", "dialog");
      drawer.setAttribute("aria-label", "得分说明");
      // Another firm in the open drawer: only the focus that was inside follows.
      if (!closeLink || hasFocus) { link.focus({ preventScroll: true }); }
    } else {
      if (drawer) { drawer.removeAttribute("role"); drawer.removeAttribute("aria-label"); }
      if (hasFocus && opener && document.contains(opener)) { opener.focus({ preventScroll: true }); }
      opener = null;
    }
    closeLink = link;
  }

  new MutationObserver(update).observe(document.documentElement, { childList: true, subtree: true });
})();
