// Dash's text fields put the caret back a moment after each key (dcc.Input with `debounce`: setTimeout, setSelectionRange).
// A key that comes sooner is then set before the one before it: "jinan" becomes "jnani". Nothing else
// moves the caret, so setSelectionRange of these fields does nothing.
(function () {
  "use strict";
  document.addEventListener("focusin", function (event) {
    if (event.target.classList.contains("dash-input-element")) { event.target.setSelectionRange = function () {}; }
  });
})();
