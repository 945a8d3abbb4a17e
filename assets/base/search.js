// The search for an enterprise in the head: keys, focus, and what a screen reader hears. The server finds, links lead on.
(function () {
  "use strict";
  var INPUT = "#search";
  var RESULTS = "#search-results";
  var activeIndex = -1;
  var followsResponse = false; // Enter was pressed before the response came

  function input() { return document.querySelector(INPUT); }
  function searchBox() { return document.querySelector(".search-box"); }
  function options() { return Array.from(document.querySelectorAll(RESULTS + " .search-result")); }
  function isOpen() { return searchBox() && searchBox().classList.contains("open"); }

  // Whether the results that are shown are those of the text in the field.
  function isUpToDate() {
    var results = document.querySelector(RESULTS + " [data-query]");
    return Boolean(results) && results.getAttribute("data-query") === input().value;
  }

  function updateOptions() {
    var field = input(), all = options(), isExpanded = isOpen() && all.length > 0;
    field.setAttribute("aria-expanded", isExpanded ? "true" : "false");
    all.forEach(function (option, i) {
      option.classList.toggle("on", i === activeIndex);
      option.setAttribute("aria-selected", i === activeIndex ? "true" : "false");
    });
    if (isExpanded && all[activeIndex]) {
      field.setAttribute("aria-activedescendant", all[activeIndex].id);
      all[activeIndex].scrollIntoView({ block: "nearest" });
    }
    else { field.removeAttribute("aria-activedescendant"); }
  }

  function open() {
    searchBox().classList.add("open");
    input().focus();
    input().select();
    updateOptions();
  }

  function close() {
    if (!searchBox()) { return; }
    searchBox().classList.remove("open");
    followsResponse = false;
    activeIndex = options().length ? 0 : -1;
    updateOptions();
  }

  function leave() {
    close();
    input().blur();
  }

  // The first result is ready for Enter; a new response begins anew.
  function onResults() {
    activeIndex = options().length ? 0 : -1;
    updateOptions();
    if (followsResponse && isUpToDate()) { followsResponse = false; followActive(); }
  }

  function followActive() {
    var active = options()[activeIndex];
    if (active) { active.click(); }
  }

  function prepare(field) {
    if (field.dataset.ready) { return; }
    field.dataset.ready = "1";
    var attributes = {
      role: "combobox", "aria-autocomplete": "list", "aria-controls": "search-results", "aria-expanded": "false", "aria-label": "查找企业"
    };
    Object.keys(attributes).forEach(function (name) { field.setAttribute(name, attributes[name]); });
    var list = document.querySelector(RESULTS);
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "找到的企业");
    // A response may change no more than the attribute and the text of the results that are there.
    new MutationObserver(onResults).observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-query"] });
    field.addEventListener("focus", function () { searchBox().classList.add("open"); updateOptions(); });
  }

  var readiness = new MutationObserver(function () {
    var field = input();
    if (field && document.querySelector(RESULTS)) { readiness.disconnect(); prepare(field); }
  });
  readiness.observe(document.documentElement, { childList: true, subtree: true });

  function isEditable(element) {
    return element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }

  function moveActive(step) {
    var count = options().length;
    searchBox().classList.add("open");
    if (count) { activeIndex = (activeIndex + step + count) % count; }
    updateOptions();
  }

  document.addEventListener("keydown", function (event) {
    if (!input() || event.isComposing) { return; }
    var isShortcut = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" || event.key === "/" && !isEditable(event.target);
    if (isShortcut) { event.preventDefault(); open(); return; }
    if (event.target !== input()) { return; }
    if (event.key === "Escape") { event.stopPropagation(); leave(); }
    else if (event.key === "Tab") { close(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); moveActive(event.key === "ArrowDown" ? 1 : -1); }
    else if (event.key === "Enter") {
      event.preventDefault();
      if (isUpToDate()) { followActive(); }
      else if (input().value.trim()) { followsResponse = true; }
    }
    else { searchBox().classList.add("open"); }
  }, true);

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : null;
    if (!target || !searchBox()) { return; }
    if (target.closest("[data-search-open]")) { event.preventDefault(); open(); return; }
    if (target.closest(RESULTS + " .search-result")) {
      window.dash_clientside.set_props("search", { value: "" });
      leave();
      return;
    }
    if (!target.closest(".search-box")) { close(); }
  });
})();
