// The widgets of the filter row: a reader's change becomes a change of the address; what the server set is no change.
(function () {
  "use strict";
  var serverValues = null; // values of the widgets in the last response
  var readerValues = {};

  function comparable(value) { return Array.isArray(value) ? value.slice().sort() : value; }
  function isSame(a, b) { return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b)); }

  // The period of a kind up to a month, as the contract writes it: one form for the newest month, one for others.
  function periodText(kind, month) {
    var forms = window.cockpit.contract.period.forms[kind];
    return forms[month === serverValues.newest ? "newest" : "other"].replace("{year}", month.split("-")[0]).replace("{month}", month);
  }

  // The whole pill is its drop-down: a click on the label opens it, or closes it again.
  var wasOpen = false;
  function triggerOf(event) {
    var pill = event.target.closest ? event.target.closest(".pill") : null;
    var trigger = pill ? pill.querySelector(".dash-dropdown") : null;
    return trigger && !trigger.contains(event.target) && !event.target.closest(".dash-dropdown-content") ? trigger : null;
  }
  document.addEventListener("pointerdown", function (event) {
    var trigger = triggerOf(event);
    wasOpen = Boolean(trigger) && trigger.getAttribute("data-state") === "open";
  }, true);
  document.addEventListener("click", function (event) {
    var trigger = triggerOf(event);
    if (trigger && !wasOpen) { trigger.click(); }
  });

  // Dash's drop-down takes the focus by an input that assistive technology doesn't see, and is named by its value alone: here its
  // button takes it, named by the label of its pill, too. Dash sets the input back when the button loses the focus.
  function nameWidgets() {
    document.querySelectorAll(".pill").forEach(function (pill) {
      var label = pill.querySelector(".pill-label"), button = pill.querySelector(".dash-dropdown"), input = pill.querySelector(".dash-dropdown-focus-target");
      if (!button) { return; }
      label.id = label.id || button.id + "-label";
      var names = button.getAttribute("aria-labelledby") || "";
      if (names.split(" ").indexOf(label.id) < 0) { button.setAttribute("aria-labelledby", label.id + " " + names); }
      button.tabIndex = 0;
      if (input) { input.tabIndex = -1; }
    });
    var comparable = document.querySelector(".segmented");
    if (comparable) { comparable.setAttribute("aria-label", "企业范围"); }
    return document.querySelectorAll(".pill .dash-dropdown").length > 0;
  }
  var readiness = new MutationObserver(function () { if (nameWidgets()) { readiness.disconnect(); } });
  readiness.observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("focusout", function () { window.setTimeout(nameWidgets, 0); });

  // Dash writes radio buttons as options of a list, each with an input in it: for assistive technology the inputs alone are the choice.
  function nameChoices() {
    document.querySelectorAll(".segmented").forEach(function (group) {
      if (group.getAttribute("role") !== "radiogroup") { group.setAttribute("role", "radiogroup"); }
      group.querySelectorAll("[role=option], [aria-selected]").forEach(function (label) {
        label.removeAttribute("role");
        label.removeAttribute("aria-selected");
      });
    });
  }
  new MutationObserver(nameChoices).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["aria-selected"] });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.filters = {
    updateAddress: function () {
      var context = window.dash_clientside.callback_context, contract = window.cockpit.contract;
      var fromServer = context.states_list[0].value, values = {}, changes = {};
      if (!fromServer) { return window.dash_clientside.no_update; }
      if (fromServer !== serverValues) { serverValues = fromServer; readerValues = Object.assign({}, fromServer.values); }
      context.inputs_list.forEach(function (input) { values[input.id] = comparable(input.value || []); });
      context.triggered.forEach(function (trigger) {
        var id = trigger.prop_id.split(".")[0], key = contract.filters[id];
        if (isSame(values[id], readerValues[id])) { return; }
        readerValues[id] = values[id];
        var isPeriod = id === contract.period.kind || id === contract.period.month;
        changes[key] = isPeriod ? periodText(values[contract.period.kind], values[contract.period.month]) : values[id];
      });
      if (Object.keys(changes).length) { window.cockpit.navigate(window.cockpit.urlWith(Object.assign({ page: "" }, changes))); }
      return window.dash_clientside.no_update;
    }
  };
})();
