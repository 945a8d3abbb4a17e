// Scripts that not every page uses: each is loaded when the first component that needs it is shown. The index page says where
// it is: <template data-library="name" data-src="…">, with data-components="…" for a library of Dash components, which have
// placeholders until it is loaded (server/assets/scripts.py).
(function () {
  "use strict";
  var loading = {};

  // Load a library once; the promise is rejected when it can't be had, and the next call tries again.
  function loadLibrary(name) {
    var source = document.querySelector('template[data-library="' + name + '"]').dataset.src;
    loading[name] = loading[name] || new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = function () {
        delete loading[name];
        script.remove();
        reject(new Error(source));
      };
      document.head.appendChild(script);
    });
    return loading[name];
  }

  function placeholderFor(library, component) {
    function LazyComponent(props) {
      var state = window.React.useState(false), isLoaded = state[0], setLoaded = state[1];
      window.React.useEffect(function () {
        var isMounted = true;
        loadLibrary(library).then(function () { if (isMounted) { setLoaded(true); } }, function () { return null; });
        return function () { isMounted = false; };
      }, []);
      return isLoaded ? window.React.createElement(window[library][component], props) : null;
    }
    LazyComponent.dashRenderType = true;
    return LazyComponent;
  }

  document.querySelectorAll("template[data-components]").forEach(function (template) {
    var library = template.dataset.library, components = {};
    template.dataset.components.split(" ").forEach(function (name) { components[name] = placeholderFor(library, name); });
    window[library] = components;
  });

  window.cockpit.loadLibrary = loadLibrary;
})();
