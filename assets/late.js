// Component libraries that few pages use: their script is asked for when the first of their components is shown.
// The page says where the script is: <template data-late="library" data-src="…"> (server/scripts.py).
(function () {
  "use strict";
  var coming = {};

  function fetched(library, source) {
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
  function standIn(library, name, source) {
    function Late(props) {
      var there = window.React.useState(false);
      window.React.useEffect(function () {
        var shown = true;
        fetched(library, source).then(function () { if (shown) { there[1](true); } }, function () { return null; });
        return function () { shown = false; };
      }, []);
      return there[0] ? window.React.createElement(window[library][name], props) : null;
    }
    Late.dashRenderType = true;
    return Late;
  }

  document.querySelectorAll("template[data-late]").forEach(function (place) {
    var library = place.dataset.late;
    var parts = {};
    place.dataset.components.split(" ").forEach(function (name) { parts[name] = standIn(library, name, place.dataset.src); });
    window[library] = parts;
  });
})();
