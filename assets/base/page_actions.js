// Buttons and menus of every page, its theme and size.
(function () {
  "use strict";
  var VIEWPORT_ID = "viewport";
  var PAGE_ID = "page", RETRY_MS = 50;
  var NARROW_PX = 700; // below, the server leaves out what a phone has no space for (layouts/ui/theme.py)
  var OPEN_MENUS = "details.choice[open], details.definition[open], details.areas-down[open]";

  function closeMenus(except) {
    document.querySelectorAll(OPEN_MENUS).forEach(function (menu) {
      if (!except || !menu.contains(except)) { menu.removeAttribute("open"); }
    });
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : null;
    if (!target) { return; }
    closeMenus(target.closest("a[data-nav]") ? null : target);
    if (target.closest("[data-copy]")) { copyLink(target.closest("[data-copy]")); }
    if (target.closest("[data-reload]")) { window.location.reload(); }
    if (target.closest("[data-theme-switch]")) { switchTheme(); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var closeLink = document.querySelector(".drawer-close");
    if (closeLink && !document.querySelector(OPEN_MENUS)) { window.cockpit.navigate(closeLink.getAttribute("href")); }
    closeMenus(null);
  });

  function copyLink(button) {
    var text = window.location.href;
    function report(isCopied) {
      var status = button.querySelector(".action-status");
      status.textContent = isCopied ? "链接已复制" : "请从地址栏复制";
      window.setTimeout(function () { status.textContent = ""; }, 2500);
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { report(true); }, function () { report(false); });
      return;
    }
    var field = document.createElement("textarea"), isCopied = false;
    field.value = text;
    document.body.appendChild(field);
    field.select();
    try { isCopied = document.execCommand("copy"); } catch (error) { isCopied = false; }
    field.remove();
    report(isCopied);
  }

  var waiting = null;

  // Request the page of the address again, for this viewport.
  function rerender() {
    var viewport = window.cockpit.storeViewport(window.cockpit.storedTheme());
    // A phone may change its width before Dash has its layout, which alone knows the store; only the newest width counts.
    window.clearTimeout(waiting);
    if (!document.getElementById(PAGE_ID)) {
      waiting = window.setTimeout(rerender, RETRY_MS);
      return;
    }
    // The server must know of an address that was replaced silently.
    window.cockpit.announce();
    window.dash_clientside.set_props(VIEWPORT_ID, { data: viewport });
  }

  function switchTheme() {
    var theme = document.documentElement.dataset.theme === "light" ? "dark" : "light";
    document.documentElement.dataset.theme = theme;
    window.cockpit.storeViewport(theme);
    rerender();
  }

  // Only another theme, another type size, or the step to and from a phone's width makes another page.
  var resizeTimer = null, renderedFor = null;
  window.addEventListener("resize", function () {
    window.clearTimeout(resizeTimer);
    resizeTimer = window.setTimeout(function () {
      window.cockpit.applyFontSize();
      var viewport = window.cockpit.storeViewport(window.cockpit.storedTheme());
      var key = viewport.split(".").slice(0, 2).join(".") + (window.innerWidth < NARROW_PX);
      if (key !== renderedFor) { renderedFor = key; rerender(); }
    }, 250);
  });

  window.cockpit.rerender = rerender;
})();
