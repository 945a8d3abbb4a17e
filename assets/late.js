// Libraries that not every page uses: their script is asked for when the first of their components, or the first chart, is
// shown. The page says where the script is: <template data-late="library" data-src="…"> (server/scripts.py).
(function () {
  "use strict";
  var coming = {};

  function placed(library) { return document.querySelector('template[data-late="' + library + '"]'); }

  function fetched(library) {
    var source = placed(library).dataset.src;
    coming[library] = coming[library] || new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = function () {
        delete coming[library];
        script.remove();
        reject(new Error(source));
      };
      document.head.appendChild(script);
    });
    return coming[library];
  }

  // Stands for a component until its library is there, then is that component.
  function standIn(library, name) {
    function Late(props) {
      var there = window.React.useState(false);
      window.React.useEffect(function () {
        var shown = true;
        fetched(library).then(function () { if (shown) { there[1](true); } }, function () { return null; });
        return function () { shown = false; };
      }, []);
      return there[0] ? window.React.createElement(window[library][name], props) : null;
    }
    Late.dashRenderType = true;
    return Late;
  }

  // When the library is there, as a promise.
  window.cockpitLate = fetched;

  document.querySelectorAll("template[data-components]").forEach(function (place) {
    var library = place.dataset.late;
    var parts = {};
    place.dataset.components.split(" ").forEach(function (name) { parts[name] = standIn(library, name); });
    window[library] = parts;
  });
})();
