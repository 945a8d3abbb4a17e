// The per-mu page: cells of the list of firms, and asking for its rows anew when the address changes.
(function () {
  "use strict";
  var ROSTER_ID = "roster-grid";
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

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.land = {
    // Other filters or another search: the rows that the list holds are not the ones asked for any more.
    askAnew: function (search, name) {
      var api = document.getElementById(ROSTER_ID) && window.dash_ag_grid && window.dash_ag_grid.getApi(ROSTER_ID);
      var asked = new URLSearchParams(search || "");
      asked.delete("firm");
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
