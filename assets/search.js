// The search in the head: keys, focus, and what a screen reader is told. The server finds, links lead on.
(function () {
  "use strict";
  var INPUT = "#search";
  var HITS = "#search-hits";
  var active = -1;
  var going = false; // Enter was pressed before the answer came

  function input() { return document.querySelector(INPUT); }
  function finder() { return document.querySelector(".finder"); }
  function options() { return Array.prototype.slice.call(document.querySelectorAll(HITS + " .search-hit")); }
  function isOpen() { return finder() && finder().classList.contains("open"); }

  // Whether the hits that stand there are those of what is typed.
  function answered() {
    var told = document.querySelector(HITS + " [data-asked]");
    return Boolean(told) && told.getAttribute("data-asked") === input().value;
  }

  function tell() {
    var field = input();
    var found = options();
    var shows = isOpen() && found.length > 0;
    field.setAttribute("aria-expanded", shows ? "true" : "false");
    found.forEach(function (option, i) {
      option.classList.toggle("on", i === active);
      option.setAttribute("aria-selected", i === active ? "true" : "false");
    });
    if (shows && found[active]) {
      field.setAttribute("aria-activedescendant", found[active].id);
      found[active].scrollIntoView({ block: "nearest" });
    }
    else { field.removeAttribute("aria-activedescendant"); }
  }

  function open() {
    finder().classList.add("open");
    input().focus();
    input().select();
    tell();
  }

  function close() {
    if (!finder()) { return; }
    finder().classList.remove("open");
    going = false;
    active = options().length ? 0 : -1;
    tell();
  }

  function leave() {
    close();
    input().blur();
  }

  // The first hit is ready for Enter; a new answer begins anew.
  function fresh() {
    active = options().length ? 0 : -1;
    tell();
    if (going && answered()) { going = false; follow(); }
  }

  function follow() {
    var chosen = options()[active];
    if (chosen) { chosen.click(); }
  }

  function prepare(field) {
    if (field.dataset.ready) { return; }
    field.dataset.ready = "1";
    var roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "search-hits", "aria-expanded": "false", "aria-label": "查找企业" };
    Object.keys(roles).forEach(function (name) { field.setAttribute(name, roles[name]); });
    var list = document.querySelector(HITS);
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "找到的企业");
    // An answer may only change the attribute and the words of the hits that stand there.
    new MutationObserver(fresh).observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-asked"] });
    field.addEventListener("focus", function () { finder().classList.add("open"); tell(); });
  }

  var waiting = new MutationObserver(function () {
    var field = input();
    if (field && document.querySelector(HITS)) { waiting.disconnect(); prepare(field); }
  });
  waiting.observe(document.documentElement, { childList: true, subtree: true });

  function types(element) {
    return element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }

  document.addEventListener("keydown", function (event) {
    if (!input() || event.isComposing) { return; }
    var mine = event.target === input();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" || event.key === "/" && !types(event.target)) {
      event.preventDefault();
      open();
      return;
    }
    if (!mine) { return; }
    var found = options();
    if (event.key === "Escape") { event.stopPropagation(); leave(); }
    else if (event.key === "Tab") { close(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      finder().classList.add("open");
      if (found.length) { active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length; }
      tell();
    }
    else if (event.key === "Enter") {
      event.preventDefault();
      if (answered()) { follow(); }
      else if (input().value.trim()) { going = true; }
    }
    else { finder().classList.add("open"); }
  }, true);

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : null;
    if (!target || !finder()) { return; }
    if (target.closest("[data-search-open]")) { event.preventDefault(); open(); return; }
    if (target.closest(HITS + " .search-hit")) {
      window.dash_clientside.set_props("search", { value: "" });
      leave();
      return;
    }
    if (!target.closest(".finder")) { close(); }
  });
})();
