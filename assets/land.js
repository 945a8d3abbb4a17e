// The per-mu page: cells of the list of firms, and asking for its rows anew when the address changes.
(function () {
  "use strict";
  var ROSTER_ID = "firm-grid";
  var SEARCH_ID = "firm-search";
  var CHANGES_ID = "scenario-changes";
  var askedFor = null;

  function tile(grade) {
    var known = grade && grade.length === 1 && "ABCD".indexOf(grade) >= 0;
    return React.createElement("span", { className: known ? "grade-tile grade-" + grade.toLowerCase() : "tag" }, grade);
  }

  var cells = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};

  // A link to the firm's explanation under the filters that are set now.
  cells.FirmLink = function (props) {
    if (!props.data) { return null; }
    var href = window.cockpitAddress.change({ firm: props.data.credit_code });
    return React.createElement("a", { href: href, "data-nav": "", className: "row-link", title: props.data.name }, props.value);
  };

  // The grade of the year before and of this year as two tiles.
  cells.GradeMove = function (props) {
    if (!props.data) { return null; }
    var moved = props.data.before && (props.data.before !== props.data.grade || props.data.grade.length === 1);
    var parts = moved ? [tile(props.data.before), " → "] : [];
    return React.createElement.apply(null, ["span", { className: "grade-move" }].concat(parts, [tile(props.data.grade)]));
  };

  // The what-if. ``asked``: the changes whose outcome is shown or on its way; ``wanted``: those that the sliders show.
  var plan = {};
  var asked = null;
  var wanted = "";
  var since = 0;
  var PATIENCE = 4000; // ms, after which an answer is taken for lost

  function changesOf(dials) {
    var found = [];
    dials.forEach(function (dial) {
      var value = typeof dial.value === "number" ? Math.round(dial.value * 1e4) / 1e4 : dial.value;
      if (dial.id.key in plan && value !== null && value !== undefined && value !== plan[dial.id.key]) {
        found.push(dial.id.key + ":" + value);
      }
    });
    return found.sort().join(";");
  }

  // Weights are relative: what they add up to stands beside their heading, where it isn't the total.
  function weights(dials) {
    document.querySelectorAll(".weights[data-weights]").forEach(function (place) {
      var own = dials.filter(function (d) { return d.id.key.indexOf(place.dataset.weights + "w") === 0; });
      var sum = own.reduce(function (total, d) { return total + (d.value || 0); }, 0);
      var whole = own.reduce(function (total, d) { return total + plan[d.id.key]; }, 0);
      var heading = place.parentElement.textContent.indexOf("权重") === 0;
      place.textContent = heading && Math.abs(sum - whole) > 1e-6 ? "　合计 " + Math.round(sum * 100) / 100 + " 分，按比例折算到 " + whole + " 分" : "";
    });
  }

  // Each slider, and the field beside it, is called what its row says.
  new MutationObserver(function () {
    document.querySelectorAll(".knob-row :is([role=slider], input):not([aria-label])").forEach(function (part) {
      part.setAttribute("aria-label", part.closest(".knob-row").querySelector(".knob-name").textContent);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  // One question at a time: what moves meanwhile is asked when the answer is there.
  function ask() {
    if (wanted === asked || (since && Date.now() - since < PATIENCE)) { return; }
    asked = wanted;
    since = Date.now();
    window.dash_clientside.set_props(CHANGES_ID, { data: wanted });
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : null;
    if (target && target.closest("[data-plan-reset]")) {
      Object.keys(plan).forEach(function (key) {
        var type = typeof plan[key] === "number" ? "slider" : "baseline";
        window.dash_clientside.set_props({ type: type, key: key }, { value: plan[key] });
      });
    }
    var link = target && target.closest("a[data-here]");
    if (link) { link.href = link.getAttribute("href").split("?")[0] + window.location.search; }
  }, true);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.land = {
    // Sliders moved, or were put in: the address follows without an entry in the history, and the outcome is asked for.
    turned: function (_knobs, _baselines, stated) {
      if (!stated) { return; }
      plan = stated;
      var dials = [].concat.apply([], window.dash_clientside.callback_context.inputs_list.slice(0, 2));
      wanted = changesOf(dials);
      weights(dials);
      if (asked === null) { asked = new URLSearchParams(window.location.search).get("sim") || ""; }
      window.history.replaceState(window.history.state, "", window.cockpitAddress.change({ sim: wanted }));
      ask();
    },
    answered: function (text) {
      if (text === null || text === undefined) { return; }
      since = 0;
      ask();
    },
    // Looks for firms by words that the reader didn't type; the list may be out of sight.
    find: function (words) {
      window.dash_clientside.set_props(SEARCH_ID, { value: words });
      document.getElementById("roster").scrollIntoView({ block: "nearest" });
    },
    // Other filters or another search: the rows that the list holds are not the ones asked for any more.
    askAnew: function (search, name) {
      var api = document.getElementById(ROSTER_ID) && window.dash_ag_grid && window.dash_ag_grid.getApi(ROSTER_ID);
      var asked = new URLSearchParams(search || "");
      asked.delete("firm");
      asked.sort();
      var now = asked.toString() + "|" + (name || "");
      if (api && now !== askedFor) {
        if (api.getDisplayedRowCount()) { api.ensureIndexVisible(0); }
        api.purgeInfiniteCache();
      }
      askedFor = now;
      return window.dash_clientside.no_update;
    }
  };
})();
