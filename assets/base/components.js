// The cockpit's own Dash components; layouts/components/client.py declares them for Python.
//   Fragment      an element with HTML in it, changed node by node
//   PropsPatcher  sets the properties that a response changes, all at once
//   NearViewport  renders its children when they come near the screen
//   Toast         a message in the corner
(function () {
  "use strict";
  var React = window.React;
  var create = React.createElement;

  // ---- Fragment -------------------------------------------------------------------------------------------------------

  // What the reader has opened stays open.
  function isReadersOwn(attribute, element) { return attribute === "open" && element.nodeName === "DETAILS"; }

  var MORPH = {
    morphStyle: "innerHTML",
    callbacks: {
      beforeNodeMorphed: function (before, after) { return !before.isEqualNode(after); },
      beforeAttributeUpdated: function (name, element) { return !isReadersOwn(name, element); }
    }
  };

  // idiomorph matches elements by id: one with a data-key, unique within its fragment, gets an id made of it.
  function parse(html, fragmentId) {
    var template = document.createElement("template");
    template.innerHTML = html;
    template.content.querySelectorAll("[data-key]:not([id])").forEach(function (element) {
      element.id = fragmentId + ":" + element.dataset.key;
    });
    return template.content;
  }

  function elementProps(props) {
    var result = Object.assign({}, props.attributes);
    Object.keys(props).forEach(function (name) {
      if (/^(id|className|role|tabIndex|data-.*|aria-.*)$/.test(name)) { result[name] = props[name]; }
    });
    return result;
  }

  // ``html`` is text that the server has escaped. Nodes that stay the same stay, and with them focus, selection and scroll.
  function HtmlElement(props) {
    var element = React.useRef(null), rendered = React.useRef(null);
    React.useLayoutEffect(function () {
      if (rendered.current === props.html) { return; }
      var content = parse(props.html, props.id);
      if (rendered.current === null) { element.current.replaceChildren(content); }
      else { window.Idiomorph.morph(element.current, content.childNodes, MORPH); }
      rendered.current = props.html;
    }, [props.html]);
    return create(props.tag, Object.assign(elementProps(props), { ref: element }));
  }

  function Fragment(props) {
    if (typeof props.html === "string") { return create(HtmlElement, props); }
    return create(props.tag, elementProps(props), props.children);
  }

  // ---- PropsPatcher ---------------------------------------------------------------------------------------------------

  // Patches of what is out of sight wait here: component id -> properties.
  var deferred = {};

  // What a drop-down's options were last found by (`callbacks/option_search.py`) is no difference: a list that is open stays.
  function asText(value) {
    return JSON.stringify(value, function (name, part) { return name === "search" ? undefined : part; });
  }

  function patchComponent(id, props) {
    if (id in deferred) { Object.assign(deferred[id], props); return; }
    var current = window.dash_component_api.getLayout(id), changes = {};
    // Components of a page that was left meanwhile are gone.
    if (!current || !current.props || current.props.id !== id) { return; }
    Object.keys(props).forEach(function (name) {
      if (asText(current.props[name]) !== asText(props[name])) { changes[name] = props[name]; }
    });
    if (Object.keys(changes).length) { window.dash_clientside.set_props(id, changes); }
  }

  // ``patch``: component id -> property -> value. Only what differs is set: everything else would be rendered for nothing.
  function PropsPatcher(props) {
    React.useEffect(function () {
      var patch = props.patch || {};
      Object.keys(patch).forEach(function (id) { patchComponent(id, patch[id]); });
    }, [props.patch]);
    return null;
  }

  // ---- NearViewport ---------------------------------------------------------------------------------------------------

  // Renders its children once it is on the screen or half a screen away, and when the page is printed; until then, and
  // whenever it is further away, changes of the component ``target`` wait. ``requires``: libraries that are loaded first.
  function NearViewport(props) {
    var box = React.useRef(null), state = React.useState(false), isReady = state[0], setReady = state[1];
    React.useEffect(function () {
      var isMounted = true;
      function come() {
        // A chart without data has no box, neither on the screen nor in print.
        if (!box.current.getClientRects().length) { return; }
        var waiting = deferred[props.target];
        delete deferred[props.target];
        if (waiting) { patchComponent(props.target, waiting); }
        // Without the library the next time that it comes near tries again.
        Promise.all((props.requires || []).map(window.cockpit.loadLibrary)).then(function () {
          if (isMounted) { window.ReactDOM.flushSync(function () { setReady(true); }); }
        }, function () { return null; });
      }
      function leave() { deferred[props.target] = deferred[props.target] || {}; }
      var observer = new IntersectionObserver(function (entries) {
        if (entries[entries.length - 1].isIntersecting) { come(); } else { leave(); }
      }, { rootMargin: "50% 0px" });
      leave();
      observer.observe(box.current);
      window.addEventListener("beforeprint", come);
      return function () {
        isMounted = false;
        delete deferred[props.target];
        observer.disconnect();
        window.removeEventListener("beforeprint", come);
      };
    }, []);
    return create("div", { id: props.id, className: props.className, ref: box }, isReady ? props.children : null);
  }

  // ---- Toast ----------------------------------------------------------------------------------------------------------

  // Read out when it appears; can be closed, and closes by itself after ``duration`` ms. ``action`` labels a button to try again.
  function Toast(props) {
    function close() { props.setProps({ is_open: false }); }
    React.useEffect(function () {
      if (!props.is_open || !props.duration) { return; }
      var timer = window.setTimeout(close, props.duration);
      return function () { window.clearTimeout(timer); };
    }, [props.is_open, props.children]);
    var header = create("div", { key: "header", className: "toast-header" }, create("strong", null, props.header),
      create("button", { className: "btn-close", type: "button", "aria-label": "关闭", onClick: close }));
    var action = props.action ? create("button", { key: "action", className: "button", type: "button", "data-retry": "" }, props.action) : null;
    var body = create("div", { key: "body", className: "toast-body" }, props.children, action);
    var className = props.className + (props.is_open ? " show" : "");
    return create("div", { id: props.id, className: className, role: "alert", "aria-atomic": "true" }, props.is_open ? [header, body] : null);
  }

  window.cockpit_components = { Fragment: Fragment, PropsPatcher: PropsPatcher, NearViewport: NearViewport, Toast: Toast };
})();
