// The what-if: sliders change the scenario, the address follows, and the server evaluates it while a slider is dragged.
(function () {
  "use strict";
  var CHANGES_ID = "scenario-changes";
  var DELETE_ID = "scenario-to-delete";
  var RESPONSE_TIMEOUT_MS = 4000; // after which a response is taken for lost
  var baseValues = {}; // slider key -> value of the policy that is changed
  var requestedChanges = null; // those whose outcome is shown or on its way
  var sliderChanges = ""; // those that the sliders show
  var requestedAt = 0; // 0: no request is on its way

  function changesOf(inputs) {
    var changes = [];
    inputs.forEach(function (input) {
      var key = input.id.key, value = typeof input.value === "number" ? Math.round(input.value * 1e4) / 1e4 : input.value;
      if (key in baseValues && value !== null && value !== undefined && value !== baseValues[key]) { changes.push(key + ":" + value); }
    });
    return changes.sort().join(";");
  }

  // Weights are relative: what they add up to stands beside their heading, where it isn't the total.
  function showWeightTotals(inputs) {
    document.querySelectorAll(".weights[data-weights]").forEach(function (element) {
      var weights = inputs.filter(function (input) { return input.id.key.indexOf(element.dataset.weights + "w") === 0; });
      var sum = weights.reduce(function (total, input) { return total + (input.value || 0); }, 0);
      var baseSum = weights.reduce(function (total, input) { return total + baseValues[input.id.key]; }, 0);
      var isWeightHeading = element.parentElement.textContent.indexOf("权重") === 0;
      element.textContent = isWeightHeading && Math.abs(sum - baseSum) > 1e-6
        ? "　合计 " + Math.round(sum * 100) / 100 + " 分，按比例折算到 " + baseSum + " 分" : "";
    });
  }

  // Each slider, and the field beside it, is labelled by its row.
  new MutationObserver(function () {
    document.querySelectorAll(".slider-row :is([role=slider], input):not([aria-label])").forEach(function (control) {
      control.setAttribute("aria-label", control.closest(".slider-row").querySelector(".slider-name").textContent);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  // One request at a time: what changes meanwhile is requested when the response is there.
  function requestOutcome() {
    var isWaiting = requestedAt && Date.now() - requestedAt < RESPONSE_TIMEOUT_MS;
    if (sliderChanges === requestedChanges || isWaiting) { return; }
    requestedChanges = sliderChanges;
    requestedAt = Date.now();
    window.dash_clientside.set_props(CHANGES_ID, { data: sliderChanges });
  }

  function resetSliders() {
    Object.keys(baseValues).forEach(function (key) {
      var type = typeof baseValues[key] === "number" ? "slider" : "baseline";
      window.dash_clientside.set_props({ type: type, key: key }, { value: baseValues[key] });
    });
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : null;
    if (target && target.closest("[data-scenario-reset]")) { resetSliders(); }
    var button = target && target.closest("[data-delete-scenario]");
    // The time makes a second confirmation another one.
    if (button) { window.dash_clientside.set_props(DELETE_ID, { data: { name: button.dataset.deleteScenario, at: Date.now() } }); }
    // A download of what the page shows now.
    var link = target && target.closest("a[data-current-query]");
    if (link) { link.href = link.getAttribute("href").split("?")[0] + window.location.search; }
  }, true);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.scenario = {
    // Sliders moved, or appeared: the address follows silently, and the outcome is requested.
    onSliders: function (_sliders, _baselines, base) {
      if (!base) { return; }
      baseValues = base;
      var inputs = [].concat.apply([], window.dash_clientside.callback_context.inputs_list.slice(0, 2));
      sliderChanges = changesOf(inputs);
      showWeightTotals(inputs);
      if (requestedChanges === null) { requestedChanges = new URLSearchParams(window.location.search).get("sim") || ""; }
      window.cockpit.replaceAddress(window.cockpit.urlWith({ sim: sliderChanges }), true);
      requestOutcome();
    },
    onOutcome: function (changes) {
      if (changes === null || changes === undefined) { return; }
      requestedAt = 0;
      requestOutcome();
    }
  };
})();
