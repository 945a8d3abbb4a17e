// The list of evaluated firms: its cells, and its rows, which are loaded again when the address changes. What is looked for
// stands in the address: ``q`` is a text, ``cell`` a cell of the plane of land and tax.
(function () {
  "use strict";
  var GRID_ID = "firm-grid";
  var SEARCH_ID = "firm-search";
  var PANEL = "firm-list";
  var RETRY_MILLISECONDS = 5000;
  var loadedFor = null;
  var retry = null;

  function gradeTile(grade) {
    var isGrade = grade && grade.length === 1 && "ABCD".indexOf(grade) >= 0;
    return React.createElement("span", { className: isGrade ? "grade-tile grade-" + grade.toLowerCase() : "tag" }, grade);
  }

  var renderers = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};

  // A link to the firm's explanation under the filters that are set now.
  renderers.FirmLink = function (props) {
    if (!props.data) { return null; }
    var href = window.cockpit.urlWith({ firm: props.data.credit_code });
    return React.createElement("a", { href: href, "data-nav": "", className: "row-link", title: props.data.name }, props.value);
  };

  // The grade of the year before and of this year as two tiles.
  renderers.GradeMove = function (props) {
    if (!props.data) { return null; }
    var before = props.data.before, grade = props.data.grade;
    var hasMoved = before && (before !== grade || grade.length === 1);
    var children = hasMoved ? [gradeTile(before), " → "] : [];
    return React.createElement.apply(null, ["span", { className: "grade-move" }].concat(children, [gradeTile(grade)]));
  };

  // Here, not by the address: the field may still have the focus. And as by the keyboard: the field reports what was typed a
  // moment late, and would report the old text after this.
  function emptySearch() {
    var field = document.getElementById(SEARCH_ID);
    Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, "value").set.call(field, "");
    field.dispatchEvent(new window.Event("input", { bubbles: true }));
    window.dash_clientside.set_props(SEARCH_ID, { value: "" });
  }

  window.cockpit.listFirms = function (cell) {
    window.cockpit.navigate(window.cockpit.urlWith({ cell: cell, q: "" }));
    emptySearch();
    document.getElementById(PANEL).scrollIntoView({ block: "nearest" });
  };

  function grid() {
    return document.getElementById(GRID_ID) && window.dash_ag_grid && window.dash_ag_grid.getApi(GRID_ID);
  }

  // Whether the grid still waits for the rows of a request.
  function isOpen(request) {
    var blocks = Object.values(grid().getCacheBlockState());
    return blocks.some(function (b) { return b.startRow === request.startRow && b.pageStatus === "loading"; });
  }

  function isTyping() { return document.activeElement && document.activeElement.id === SEARCH_ID; }

  // A fault brings no rows, and the grid would wait for them for ever: its request fails after a while, and all are made anew.
  function retryLater(request) {
    window.clearTimeout(retry);
    retry = window.setTimeout(function () {
      if (!request || !grid() || !isOpen(request)) { return; }
      request.failCallback();
      grid().refreshInfiniteCache();
    }, RETRY_MILLISECONDS);
  }

  window.cockpit.onFailedCallback(function (output) {
    var layout = output.indexOf(GRID_ID + ".") >= 0 && window.dash_component_api.getLayout(GRID_ID);
    if (layout && layout.props) { retryLater(layout.props.getRowsRequest); }
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.firmList = {
    // What the reader types goes into the address, without an entry in the history for each pause.
    updateAddress: function (text) {
      // Only another text begins at the first page: the field reports its text when it appears, too.
      var isKnown = text === null || text === undefined || text.trim() === (new URLSearchParams(window.location.search).get("q") || "");
      if (!isKnown) { window.cockpit.replaceAddress(window.cockpit.urlWith({ q: text.trim(), page: "" })); }
      return window.dash_clientside.no_update;
    },
    // The server says that there was a fault.
    retryRows: function (_status, request) {
      retryLater(request);
      return window.dash_clientside.no_update;
    },
    // Another address has other rows; only the explained firm changes nothing in the list.
    reloadRows: function (search) {
      var query = new URLSearchParams(search || ""), text = query.get("q") || "";
      query.delete("firm");
      query.sort();
      var api = grid();
      if (api && query.toString() !== loadedFor) {
        if (api.getDisplayedRowCount()) { api.ensureIndexVisible(0); }
        api.purgeInfiniteCache();
      }
      loadedFor = query.toString();
      // Back, forward and links change what the field must show; what is being typed is newer than the address.
      if (document.getElementById(SEARCH_ID) && !isTyping()) { window.dash_clientside.set_props(SEARCH_ID, { value: text }); }
      return window.dash_clientside.no_update;
    }
  };
})();
