// The drawer over the per-mu page (a firm's explanation) takes the focus when it opens, and gives it back when it closes.
(function () {
  "use strict";
  var shown = null; // the way out of the drawer that is open
  var opener = null;

  function look() {
    var way = document.querySelector(".drawer-close");
    if (way === shown) { return; }
    var drawer = document.querySelector(".panel-story"); // none when the page was left
    var inside = document.activeElement === document.body || drawer && drawer.contains(document.activeElement);
    if (way) {
      if (!shown) { opener = document.activeElement; }
      drawer.setAttribute("role", "dialog");
      drawer.setAttribute("aria-label", "得分说明");
      // Another firm in the open drawer: only who was in there is led to the new way out.
      if (!shown || inside) { way.focus({ preventScroll: true }); }
    } else {
      if (drawer) { drawer.removeAttribute("role"); drawer.removeAttribute("aria-label"); }
      if (inside && opener && document.contains(opener)) { opener.focus({ preventScroll: true }); }
      opener = null;
    }
    shown = way;
  }

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
})();
