// Before the first paint: theme and type size of this screen, kept in a cookie so that the server draws figures to fit.
(function () {
  "use strict";
  var root = document.documentElement;

  function stored() {
    var match = document.cookie.match(/(?:^|; )screen=([^;]*)/);
    return match ? match[1].split(".") : [];
  }

  function theme() {
    return stored()[0] === "light" ? "light" : "dark";
  }

  function remember(name) {
    var size = Math.round(parseFloat(getComputedStyle(root).fontSize)) || 16;
    var value = [name, size, window.innerWidth].join(".");
    document.cookie = "screen=" + value + "; path=/; max-age=31536000; SameSite=Strict";
    return value;
  }

  function size() {
    // One type size up to 1920 × 1080; beyond, the whole page grows with the screen's shorter side.
    root.style.fontSize = Math.max(16, Math.round(Math.min(window.innerWidth / 120, window.innerHeight / 67.5))) + "px";
  }

  root.dataset.theme = theme();
  size();
  window.cockpitScreen = { theme: theme, remember: remember, size: size };
  remember(theme());
})();
