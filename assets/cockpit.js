// Links, filters and marks all change one thing: the address. The server draws what it says.
(function () {
  "use strict";
  var URL_ID = "url";
  var VIEWPORT_ID = "viewport";
  // Keys of the address in the order of cockpit/selection.py.
  var ORDER = ["town", "industry", "chain", "stage", "grade", "comparable", "period", "compare", "metric", "shade", "by",
    "group", "counted", "view", "firm", "sim", "base", "versus", "record"];

  function go(href) {
    var target = new URL(href, window.location.href);
    var samePath = target.pathname === window.location.pathname;
    if (target.href !== window.location.href) {
      window.history.pushState(null, "", target.pathname + target.search + target.hash);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    }
    if (target.hash) { reveal(target.hash.slice(1), 20); }
    else if (!samePath) { window.scrollTo(0, 0); }
  }

  // A link may keep a part of the address that changed after it was drawn (``data-keep``).
  function kept(link) {
    var target = new URL(link.getAttribute("href"), window.location.href);
    var name = link.dataset.keep, value = new URLSearchParams(window.location.search).get(name);
    if (!name) { return link.getAttribute("href"); }
    target.searchParams.delete(name);
    if (value) { target.searchParams.set(name, value); }
    return target.pathname + target.search + target.hash;
  }

  function reveal(id, tries) {
    var element = document.getElementById(id);
    if (element) {
      document.querySelectorAll(".pointed").forEach(function (other) { other.classList.remove("pointed"); });
      element.classList.add("pointed");
      element.scrollIntoView({ block: "start" });
    }
    else if (tries > 0) { window.setTimeout(function () { reveal(id, tries - 1); }, 100); }
  }

  if (window.location.hash) { reveal(window.location.hash.slice(1), 100); }

  var OPENED = "details.choice[open], details.definition[open], details.areas-down[open]";

  document.addEventListener("click", function (event) {
    var plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    var link = event.target.closest ? event.target.closest("a[data-nav]") : null;
    document.querySelectorAll(OPENED).forEach(function (open) {
      if (!open.contains(event.target) || link) { open.removeAttribute("open"); }
    });
    if (link && plain) { event.preventDefault(); go(kept(link)); return; }
    if (event.target.closest && event.target.closest("[data-copy]")) { copy(event.target.closest("[data-copy]")); }
    if (event.target.closest && event.target.closest("[data-reload]")) { window.location.reload(); }
    if (event.target.closest && event.target.closest("[data-theme-switch]")) { switchTheme(); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var drawer = document.querySelector(".drawer-close");
      if (drawer && !document.querySelector(OPENED)) { go(drawer.getAttribute("href")); }
      document.querySelectorAll(OPENED).forEach(function (open) { open.removeAttribute("open"); });
    }
  });

  function copy(button) {
    var text = window.location.href;
    function done(ok) {
      var told = button.querySelector(".told");
      told.textContent = ok ? "链接已复制" : "请从地址栏复制";
      window.setTimeout(function () { told.textContent = ""; }, 2500);
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { done(true); }, function () { done(false); });
      return;
    }
    var field = document.createElement("textarea");
    field.value = text;
    document.body.appendChild(field);
    field.select();
    var ok = false;
    try { ok = document.execCommand("copy"); } catch (error) { ok = false; }
    field.remove();
    done(ok);
  }

  // No answer from the server: say so, keep what is shown, and stop saying it once it answers again.
  var answer = window.fetch;
  var silent = false;
  window.fetch = function (url) {
    return (window.cockpitEarly(url) || answer.apply(window, arguments)).then(function (response) {
      if (silent) { silent = false; tell(false); }
      return response;
    }, function (error) {
      silent = true;
      tell(true);
      throw error;
    });
  };

  function tell(open) {
    if (window.dash_clientside && window.dash_clientside.set_props) { window.dash_clientside.set_props("connection-toast", { is_open: open }); }
  }

  function redraw(value) {
    // What was replaced in the address meanwhile must be known before the page is drawn from it.
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.dash_clientside.set_props(VIEWPORT_ID, { data: value });
  }

  function switchTheme() {
    var name = document.documentElement.dataset.theme === "light" ? "dark" : "light";
    document.documentElement.dataset.theme = name;
    redraw(window.cockpitScreen.remember(name));
  }

  var waiting = null;
  var drawnFor = document.cookie;
  window.addEventListener("resize", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      window.cockpitScreen.size();
      var value = window.cockpitScreen.remember(window.cockpitScreen.theme());
      var key = value.split(".").slice(0, 2).join(".") + (window.innerWidth < 700);
      if (key !== drawnFor) { drawnFor = key; redraw(value); }
    }, 250);
  });

  // A click on a mark that stands for one firm opens its explanation ("firm:<code>").
  function clickable(plot) {
    if (plot.dataset.clickable || !plot.on) { return; }
    plot.dataset.clickable = "1";
    plot.on("plotly_click", function (event) {
      var point = event.points.length ? event.points[0] : {};
      // A mark that stands for one firm opens its explanation ("firm:<code>"), one for several lists them ("firms:<words>").
      var mark = typeof point.customdata === "string" ? point.customdata : "";
      if (mark.indexOf("firm:") === 0) { go(addressWith({ firm: mark.slice(5) })); }
      if (mark.indexOf("firms:") === 0) { window.dash_clientside.land.find(mark.slice(6)); }
    });
  }

  // The window's title names the page, so that tabs and history can be told apart.
  var name = document.title;
  function entitle() {
    var firm = document.querySelector("main .firm-name");
    var here = document.querySelector(".chain-tabs [aria-current]") || document.querySelector(".navigation [aria-current]");
    var called = firm ? firm.firstChild.textContent : here && window.location.pathname !== "/" ? here.textContent : "";
    var title = called ? called + " · " + name : name;
    if (document.title !== title) { document.title = title; }
  }

  // Another page or view begins at its top.
  var view = null;
  function rise() {
    var grid = document.querySelector("main > .grid");
    if (grid && view && grid.className !== view && !window.location.hash) { window.scrollTo(0, 0); }
    if (grid) { view = grid.className; }
  }

  new MutationObserver(function () {
    rise();
    document.querySelectorAll(".js-plotly-plot").forEach(clickable);
    entitle();
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-current"] });

  function address(query) {
    var pairs = [];
    ORDER.forEach(function (name) {
      query.getAll(name).forEach(function (value) {
        pairs.push(name + "=" + encodeURIComponent(value).replace(/%3A/g, ":").replace(/%3B/g, ";"));
      });
    });
    return window.location.pathname + (pairs.length ? "?" + pairs.join("&") : "");
  }

  // This address with some keys set anew; an empty value takes a key away.
  function addressWith(values) {
    var query = new URLSearchParams(window.location.search);
    Object.keys(values).forEach(function (name) {
      query.delete(name);
      if (values[name]) { query.append(name, values[name]); }
    });
    return address(query);
  }

  window.cockpitAddress = { go: go, change: addressWith };

  function period(kind, month, newest) {
    var iso = month.slice(0, 4) + "-" + month.slice(4);
    var isNewest = month === newest;
    if (kind === "ytd") { return isNewest ? "" : month.slice(0, 4) + "-01.." + iso; }
    if (kind === "year") { return month.slice(0, 4); }
    if (kind === "ttm") { return isNewest ? "ttm" : "ttm:" + iso; }
    return isNewest ? "month" : iso;
  }

  var told = null;
  var mine = {};
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cockpit = {
    // The reader's change of a widget becomes a change of the address; what the server set is no change.
    filtersToUrl: function (towns, industries, kind, month, compare, comparable, stated) {
      var same = window.dash_clientside.no_update;
      if (!stated) { return same; }
      if (stated !== told) { told = stated; mine = Object.assign({}, stated); }
      var now = {
        "filter-town": (towns || []).slice().sort(), "filter-industry": (industries || []).slice().sort(),
        "filter-period": kind, "filter-month": month, "filter-compare": compare, "filter-comparable": comparable
      };
      var asked = window.dash_clientside.callback_context.triggered.map(function (t) { return t.prop_id.split(".")[0]; });
      var changed = asked.filter(function (id) { return JSON.stringify(now[id]) !== JSON.stringify(mine[id]); });
      if (!changed.length) { return same; }
      var query = new URLSearchParams(window.location.search);
      changed.forEach(function (id) {
        mine[id] = now[id];
        var name = id.slice("filter-".length);
        var values = [].concat(now[id]);
        if (name === "period" || name === "month") { name = "period"; values = [period(kind, month, stated.newest)]; }
        if (name === "compare" && compare === "yoy" || name === "comparable" && comparable === "0") { values = []; }
        query.delete(name);
        values.forEach(function (v) { if (v) { query.append(name, v); } });
      });
      go(address(query));
      return same;
    }
  };
})();
