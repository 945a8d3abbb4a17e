// The address is the state of the page: links and marks change it, Dash's Location component notices, the server renders.
(function () {
  "use strict";
  // Keys of the address in their order, their default values, the filters' keys, and the forms of a period
  // (layouts/shell/url_contract.py).
  var contract = JSON.parse(document.getElementById("url-contract").textContent);
  var HASH_RETRIES = 100, HASH_RETRY_MS = 100;

  // Location listens to this event; neither pushState nor replaceState sends it.
  function announce() { window.dispatchEvent(new PopStateEvent("popstate", { state: window.history.state })); }

  function navigate(href) {
    var target = new URL(href, window.location.href);
    var isSamePage = target.pathname === window.location.pathname;
    if (target.href !== window.location.href) {
      window.history.pushState(null, "", target.pathname + target.search + target.hash);
      announce();
    }
    if (target.hash) { scrollToTarget(target.hash.slice(1), 20); }
    else if (!isSamePage) { window.scrollTo(0, 0); }
  }

  // Change the address without an entry in the history; ``silently``: without a new page from the server, either.
  function replaceAddress(href, silently) {
    if (href === window.location.pathname + window.location.search) { return; }
    window.history.replaceState(window.history.state, "", href);
    if (!silently) { announce(); }
  }

  // This address with some values changed: a text, a list, or '' for the default. Keys that the contract doesn't know stay.
  function urlWith(changes) {
    var query = new URLSearchParams(window.location.search);
    Object.keys(changes).forEach(function (key) {
      query.delete(key);
      [].concat(changes[key]).forEach(function (value) {
        if (value && value !== contract.defaults[key]) { query.append(key, value); }
      });
    });
    var entries = Array.from(query.entries()), keys = contract.keys;
    function position(entry) { return keys.indexOf(entry[0]) < 0 ? keys.length : keys.indexOf(entry[0]); }
    entries.sort(function (a, b) { return position(a) - position(b); });
    var text = new URLSearchParams(entries).toString().replace(/%3A/g, ":").replace(/%3B/g, ";");
    return window.location.pathname + (text ? "?" + text : "");
  }

  // A link may take along a value of the address that has changed since the link was rendered (``data-keep``).
  function currentHref(link) {
    var target = new URL(link.getAttribute("href"), window.location.href);
    var key = link.dataset.keep, value = new URLSearchParams(window.location.search).get(key);
    if (!key) { return link.getAttribute("href"); }
    target.searchParams.delete(key);
    if (value) { target.searchParams.set(key, value); }
    return target.pathname + target.search + target.hash;
  }

  // The element that a hash names may come later than the page.
  function scrollToTarget(id, retries) {
    var element = document.getElementById(id);
    if (element) {
      document.querySelectorAll(".hash-target").forEach(function (other) { other.classList.remove("hash-target"); });
      void element.offsetWidth; // the same target again is marked again
      element.classList.add("hash-target");
      element.scrollIntoView({ block: "start" });
    }
    else if (retries > 0) { window.setTimeout(function () { scrollToTarget(id, retries - 1); }, HASH_RETRY_MS); }
  }

  if (window.location.hash) { scrollToTarget(window.location.hash.slice(1), HASH_RETRIES); }

  document.addEventListener("click", function (event) {
    var isPlainClick = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    var link = event.target.closest ? event.target.closest("a[data-nav]") : null;
    if (link && isPlainClick) { event.preventDefault(); navigate(currentHref(link)); }
  });

  // The window's title names the page, so that tabs and history can be distinguished.
  var appTitle = document.title;
  function updateTitle() {
    var firm = document.querySelector("main .firm-name");
    var tab = document.querySelector(".page-tabs [aria-current]") || document.querySelector(".navigation [aria-current]");
    var page = firm ? firm.firstChild.textContent : tab && window.location.pathname !== "/" ? tab.textContent : "";
    var title = page ? page + " · " + appTitle : appTitle;
    if (document.title !== title) { document.title = title; }
  }

  // Another page or view begins at its top.
  var currentGrid = null;
  function scrollToTopOfNewPage() {
    var grid = document.querySelector("main > .grid");
    if (grid && currentGrid && grid.className !== currentGrid && !window.location.hash) { window.scrollTo(0, 0); }
    if (grid) { currentGrid = grid.className; }
  }

  // A click on a mark of one firm opens its explanation, on a mark of several it lists them. A mark's customdata is
  // "firm:<code>" or "cell:<cell of the plane of land and tax>".
  function listenToMarks(plot) {
    if (plot.dataset.clickable || !plot.on) { return; }
    plot.dataset.clickable = "1";
    plot.on("plotly_click", function (event) {
      var point = event.points.length ? event.points[0] : {};
      var mark = typeof point.customdata === "string" ? point.customdata : "";
      if (mark.indexOf("firm:") === 0) { navigate(urlWith({ firm: mark.slice(5) })); }
      if (mark.indexOf("cell:") === 0) { window.cockpit.listFirms(mark.slice(5)); }
    });
  }

  new MutationObserver(function () {
    scrollToTopOfNewPage();
    document.querySelectorAll(".js-plotly-plot").forEach(listenToMarks);
    updateTitle();
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-current"] });

  Object.assign(window.cockpit, {
    contract: contract, navigate: navigate, replaceAddress: replaceAddress, urlWith: urlWith, announce: announce
  });
})();
