// Before the first paint: theme and type size of this viewport, stored in a cookie so that the server sizes charts to fit; and
// the first two requests of a visit, sent while the scripts are still on their way.
(function () {
  "use strict";
  var root = document.documentElement;
  var COOKIE = /(?:^|; )screen=([^;]*)/;
  var ONE_YEAR = 31536000;

  function storedTheme() {
    var match = document.cookie.match(COOKIE);
    return match && match[1].split(".")[0] === "light" ? "light" : "dark";
  }

  // The cookie's value: theme, type size in px, width in px (layouts/ui/theme.py).
  function storeViewport(theme) {
    var fontSize = Math.round(parseFloat(getComputedStyle(root).fontSize)) || 16;
    var value = [theme, fontSize, window.innerWidth].join(".");
    document.cookie = "screen=" + value + "; path=/; max-age=" + ONE_YEAR + "; SameSite=Strict";
    return value;
  }

  function applyFontSize() {
    // One type size up to 1920 × 1080; beyond, the whole page grows with the screen's shorter side.
    root.style.fontSize = Math.max(16, Math.round(Math.min(window.innerWidth / 120, window.innerHeight / 67.5))) + "px";
  }

  root.dataset.theme = storedTheme();
  applyFontSize();
  storeViewport(storedTheme());

  function currentAddress() { return window.location.pathname + window.location.search; }

  // Dash asks for these two later and takes the response that is under way (requests.js), unless the address has changed.
  var prefetched = {};
  ["/_dash-layout", "/_dash-dependencies"].forEach(function (path) {
    var response = window.fetch(path, { headers: { "X-Cockpit-Address": currentAddress() } });
    prefetched[path] = { address: currentAddress(), response: response };
    response.catch(function () { delete prefetched[path]; });
  });

  function takePrefetched(url) {
    var entry = prefetched[url];
    delete prefetched[url];
    return entry && entry.address === currentAddress() ? entry.response : null;
  }

  window.cockpit = {
    storedTheme: storedTheme, storeViewport: storeViewport, applyFontSize: applyFontSize, takePrefetched: takePrefetched
  };
})();
