// How grids sort text that has no order of its own.
(function () {
  "use strict";
  var collator = new Intl.Collator("zh-Hans-CN-u-co-pinyin", { numeric: true });
  var functions = window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  functions.comparePinyin = function (a, b) { return collator.compare(a || "", b || ""); };
})();
