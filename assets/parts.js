// The page's own components (layouts/components/part.py): contents as HTML text, charts, and the painter of an answer.
(function () {
  "use strict";
  var React = window.React;

  // What a node was made from tells what to change: nodes stay, and with them focus, what is open and how far it is scrolled.
  function change(before, after, live) {
    if (before.isEqualNode(after)) { return; }
    Array.from(after.attributes).forEach(function (a) {
      if (before.getAttribute(a.name) !== a.value) { live.setAttribute(a.name, a.value); }
    });
    Array.from(before.attributes).forEach(function (a) {
      if (!after.hasAttribute(a.name)) { live.removeAttribute(a.name); }
    });
    changeAll(before, after, live);
  }

  // Nodes with a key keep it, wherever they move; the others are matched by their places.
  function changeAll(before, after, live) {
    var old = Array.from(before.childNodes), shown = Array.from(live.childNodes), keyed = {}, used = new Set();
    // A script of ours has changed what stands there.
    if (old.length !== shown.length) { live.replaceChildren.apply(live, Array.from(after.childNodes, copy)); return; }
    old.forEach(function (node, i) { if (keyOf(node)) { keyed[keyOf(node)] = i; } });
    Array.from(after.childNodes).forEach(function (node, i) {
      var key = keyOf(node), at = key ? keyed[key] : i, known = old[at], place;
      if (known && known.nodeName === node.nodeName && keyOf(known) === key && !used.has(at)) {
        used.add(at);
        place = shown[at];
        if (node.nodeType === Node.ELEMENT_NODE) { change(known, node, place); }
        else if (known.nodeValue !== node.nodeValue) { place.nodeValue = node.nodeValue; }
      }
      else { place = copy(node); }
      if (live.childNodes[i] !== place) { live.insertBefore(place, live.childNodes[i] || null); }
    });
    shown.forEach(function (node, i) { if (!used.has(i)) { node.remove(); } });
  }

  function keyOf(node) { return node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null; }

  function copy(node) { return document.importNode(node, true); }

  function parsed(html) {
    var made = document.createElement("template");
    made.innerHTML = html;
    return made.content;
  }

  function attributes(props) {
    var found = Object.assign({}, props.attributes);
    Object.keys(props).forEach(function (name) {
      if (/^(id|className|role|tabIndex|data-.*|aria-.*)$/.test(name)) { found[name] = props[name]; }
    });
    return found;
  }

  // An element with HTML in it; ``html`` is text that the server has escaped (layouts/ui/markup.py).
  function Markup(props) {
    var place = React.useRef(null), shown = React.useRef(null);
    React.useLayoutEffect(function () {
      if (shown.current === null) { place.current.innerHTML = props.html; }
      else if (shown.current !== props.html) { changeAll(parsed(shown.current), parsed(props.html), place.current); }
      shown.current = props.html;
    }, [props.html]);
    return React.createElement(props.tag, Object.assign(attributes(props), { ref: place }));
  }

  function Part(props) {
    if (typeof props.html === "string") { return React.createElement(Markup, props); }
    return React.createElement(props.tag, attributes(props), props.children);
  }

  // A chart in its box; it is drawn anew when its figure or the box's size changes, as soon as it is on the screen or half
  // a screen away: those further down cost nothing until then. Whoever prints gets all. The library comes with the first of them.
  function Chart(props) {
    var box = React.useRef(null), newest = React.useRef(null), near = React.useRef(false), owed = React.useRef(false);
    function draw() {
      owed.current = !near.current;
      if (!box.current || owed.current) { return; }
      // Without an answer the next figure asks again.
      if (!window.Plotly) { window.cockpitLate("Plotly").then(draw, function () { return null; }); return; }
      // Plotly writes into what it draws from.
      var own = structuredClone(newest.current);
      window.Plotly.react(box.current, own.data, own.layout, props.config);
    }
    React.useEffect(function () {
      newest.current = props.figure || { data: [] };
      if (newest.current.data.length || box.current.classList.contains("js-plotly-plot")) { draw(); }
    }, [props.figure]);
    React.useEffect(function () {
      function come(isNear) { near.current = isNear; if (isNear && owed.current) { draw(); } }
      function print() { come(true); }
      var watch = new IntersectionObserver(function (seen) { come(seen[seen.length - 1].isIntersecting); }, { rootMargin: "50% 0px" });
      watch.observe(box.current);
      window.addEventListener("beforeprint", print);
      return function () { watch.disconnect(); window.removeEventListener("beforeprint", print); };
    }, []);
    React.useEffect(function () {
      var place = box.current;
      var watch = new ResizeObserver(function () {
        var drawn = place._fullLayout;
        var same = drawn && Math.abs(drawn.width - place.clientWidth) < 1 && Math.abs(drawn.height - place.clientHeight) < 1;
        if (drawn && !same && place.clientWidth && place.clientHeight) { window.Plotly.Plots.resize(place); }
      });
      watch.observe(place);
      return function () { watch.disconnect(); if (window.Plotly) { window.Plotly.purge(place); } };
    }, []);
    var fill = { ref: box, style: { width: "100%", height: "100%" } };
    return React.createElement("div", { id: props.id, className: "graph" }, React.createElement("div", fill));
  }

  // Words in the corner, read out when they appear.
  function Toast(props) {
    function close() { props.setProps({ is_open: false }); }
    React.useEffect(function () {
      if (!props.is_open || !props.duration) { return; }
      var clock = window.setTimeout(close, props.duration);
      return function () { window.clearTimeout(clock); };
    }, [props.is_open, props.children]);
    var make = React.createElement;
    var head = make("div", { key: "head", className: "toast-header" }, make("strong", null, props.header),
      make("button", { className: "btn-close", type: "button", "aria-label": "关闭", onClick: close }));
    var place = { id: props.id, className: props.className + (props.is_open ? " show" : ""), role: "alert", "aria-atomic": "true" };
    return make("div", place, props.is_open ? [head, make("div", { key: "body", className: "toast-body" }, props.children)] : null);
  }

  // Sets what isn't so already. What is on a page that was left meanwhile is nobody's any more.
  function paint(painting) {
    Object.keys(painting).forEach(function (component) {
      var given = painting[component], now = window.dash_component_api.getLayout(component), fresh = {};
      if (!now || !now.props || now.props.id !== component) { return; }
      Object.keys(given).forEach(function (property) {
        if (JSON.stringify(now.props[property]) !== JSON.stringify(given[property])) { fresh[property] = given[property]; }
      });
      if (Object.keys(fresh).length) { window.dash_clientside.set_props(component, fresh); }
    });
  }

  function Painter(props) {
    React.useEffect(function () { if (props.painting) { paint(props.painting); } }, [props.painting]);
    return null;
  }

  window.cockpit_parts = { Part: Part, Chart: Chart, Painter: Painter, Toast: Toast };
})();
