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

  // The first page is asked for while the scripts are still on their way. Dash asks for it later and takes this answer
  // (assets/cockpit.js), unless the address is another one by then.
  function address() { return window.location.pathname + window.location.search; }

  var early = {};
  ["/_dash-layout", "/_dash-dependencies"].forEach(function (path) {
    early[path] = { address: address(), answer: window.fetch(path, { headers: { "X-Cockpit-Address": address() } }) };
    early[path].answer.catch(function () { delete early[path]; });
  });

  window.cockpitEarly = function (url) {
    var found = early[url];
    delete early[url];
    return found && found.address === address() ? found.answer : null;
  };
})();
