// The wall: plays scenes, follows publications and the remote, and never goes blank. Runs for months, so it keeps no
// history, at most two scenes in the document, and one question at a time of each kind.
(function () {
  "use strict";
  var root = document.getElementById("wall");
  var told = JSON.parse(root.dataset.told);
  var stage = document.getElementById("stage");
  var fast = Number(new URLSearchParams(window.location.search).get("fast")) || 1; // for tests: seconds run faster
  var SECOND = 1000 / fast;
  var at = 0, left = 0, paused = false, deep = "", idle = 0, shown = null, version = null, number = null;
  var loading = false, asking = false, offlineSince = null, changes = 0;

  function place(name) { return document.getElementById(name); }
  function unit() { return window.innerHeight / 100 * (window.innerHeight > window.innerWidth ? 0.62 : 1); }
  function shape() {
    var ratio = window.innerWidth / window.innerHeight;
    return ratio < 1 ? "tall" : ratio >= 3 ? "ultra" : "wide";
  }

  // Where the wall stands survives a restart of the browser.
  function remember() { try { window.localStorage.setItem("wall-at", told.scenes[at].key); } catch (error) { return; } }
  function recall() {
    var key = null;
    try { key = window.localStorage.getItem("wall-at"); } catch (error) { key = null; }
    return Math.max(told.scenes.map(function (s) { return s.key; }).indexOf(key), 0);
  }

  function ask(path, timeout) {
    var controller = new AbortController();
    var timer = window.setTimeout(function () { controller.abort(); }, timeout);
    return window.fetch(path, { signal: controller.signal, cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).finally(function () { window.clearTimeout(timer); });
  }

  function address(index) {
    return "/wall/scene/" + index + "?u=" + unit().toFixed(2) + "&shape=" + shape() + "&theme=" + told.theme +
      (deep ? "&deep=" + encodeURIComponent(deep) : "");
  }

  // Show a scene; on failure the last picture stays and the next second tries again.
  function show(index, wantedDeep) {
    if (loading) { return; }
    loading = true;
    var before = { at: at, deep: deep };
    at = (index + told.scenes.length) % told.scenes.length;
    deep = wantedDeep || "";
    left = deep ? told.deep : told.scenes[at].seconds;
    ask(address(at), 15000).then(function (scene) { online(); draw(scene); remember(); }, function () {
      at = before.at; deep = before.deep; left = 3;
      offline();
    }).finally(function () { loading = false; frame(); });
  }

  function draw(scene) {
    var next = document.createElement("section");
    next.className = "w-scene";
    next.innerHTML = scene.html;
    stage.appendChild(next);
    plot(next, scene.figures);
    var old = shown;
    shown = { element: next, scene: scene };
    version = scene.version;
    changes += 1;
    root.dataset.changes = String(changes);
    root.dataset.scene = scene.key;
    place("scene-name").textContent = scene.name;
    // Two frames: the first paints the new scene unseen, the second lets it appear.
    window.requestAnimationFrame(function () {
      window.requestAnimationFrame(function () {
        next.classList.add("on");
        if (old) { old.element.classList.remove("on"); window.setTimeout(function () { discard(old.element); }, 700 / fast); }
      });
    });
  }

  function discard(element) {
    element.querySelectorAll(".js-plotly-plot").forEach(function (plotted) { window.Plotly.purge(plotted); });
    element.remove();
  }

  function plot(element, figures) {
    Object.keys(figures).forEach(function (slot) {
      var holder = element.querySelector('[data-figure="' + slot + '"]');
      if (!holder) { return; }
      var target = holder.firstElementChild || holder.appendChild(document.createElement("div"));
      var config = { displayModeBar: false, showSendToCloud: false, responsive: false, staticPlot: false };
      window.Plotly.react(target, figures[slot].data, figures[slot].layout, config);
    });
  }

  // New figures of the same scene: changed numbers count up, charts move, nothing else does.
  function refresh() {
    if (loading || !shown) { return; }
    loading = true;
    ask(address(at), 15000).then(function (scene) {
      online();
      version = scene.version;
      var fresh = document.createElement("section");
      fresh.innerHTML = scene.html;
      var olds = shown.element.querySelectorAll("[data-count]"), news = fresh.querySelectorAll("[data-count]");
      if (olds.length !== news.length) { draw(scene); return; }
      var from = [].map.call(olds, function (e) { return e.textContent; });
      [].forEach.call(fresh.querySelectorAll("[data-figure]"), function (holder) {
        var old = shown.element.querySelector('[data-figure="' + holder.dataset.figure + '"]');
        if (old) { holder.replaceWith(old); }
      });
      shown.element.replaceChildren.apply(shown.element, [].slice.call(fresh.childNodes));
      shown.scene = scene;
      plot(shown.element, scene.figures);
      [].forEach.call(shown.element.querySelectorAll("[data-count]"), function (e, i) { count(e, from[i], e.textContent); });
    }, offline).finally(function () { loading = false; });
  }

  function count(element, from, to) {
    var a = Number(from.replace(/,/g, "").replace("\u2212", "-")), b = Number(to.replace(/,/g, "").replace("\u2212", "-"));
    if (from === to || isNaN(a) || isNaN(b) || window.matchMedia("(prefers-reduced-motion: reduce)").matches) { return; }
    var digits = (to.split(".")[1] || "").length, start = performance.now();
    function step(now) {
      var share = Math.min((now - start) / 900, 1);
      var value = a + (b - a) * (1 - Math.pow(1 - share, 3));
      element.textContent = share < 1 ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }) : to;
      if (share < 1) { window.requestAnimationFrame(step); }
    }
    window.requestAnimationFrame(step);
  }

  function deeper(what) { show(at, what); wake(); }

  // Each second: is there a new publication, another program, a command of the remote?
  function live() {
    if (asking) { return; }
    asking = true;
    var scene = deep || told.scenes[at].key;
    ask("/wall/live?name=" + encodeURIComponent(told.name) + "&scene=" + encodeURIComponent(scene), 4000).then(function (now) {
      online();
      stamp(now);
      if (now.build !== told.build) { reload(now.build); return; }
      if (number === null) { number = now.number; }
      if (now.number !== number) { number = now.number; obey(now.command); }
      else if (version !== null && now.version !== version) { refresh(); }
      else if (!shown) { show(at); }
    }, function (error) {
      if (error.message === "403") { window.location.reload(); return; }
      offline();
    }).finally(function () { asking = false; });
  }

  function reload(build) {
    var tried = null;
    try { tried = window.sessionStorage.getItem("wall-build"); window.sessionStorage.setItem("wall-build", build); } catch (error) { tried = null; }
    if (tried !== build) { window.location.reload(); }
  }

  function obey(command) {
    if (!command) { return; }
    var index = told.scenes.map(function (s) { return s.key; }).indexOf(command.scene);
    if (command.action === "pause") { paused = true; idle = 0; }
    if (command.action === "play") { paused = false; }
    if (command.action === "next") { show(at + 1); }
    if (command.action === "previous") { show(at - 1); }
    if (command.action === "show") { paused = false; show(index < 0 ? at : index, command.deep); }
    frame();
  }

  function stamp(now) {
    var words = now.overdue > 0 ? "数据已过期 · 仍为" + now.month + "，" + now.due + "数据已晚" + now.overdue + "天" :
      "数据月份 " + now.month + (shape() === "tall" ? "" : "　" + now.published + " 发布");
    place("stamp").textContent = words;
    document.querySelector(".w-foot").classList.toggle("stale", now.overdue > 0);
  }

  function online() {
    if (offlineSince) { offlineSince = null; place("sign").textContent = ""; }
  }
  function offline() {
    if (!offlineSince) { offlineSince = new Date(); }
    var two = function (n) { return (n < 10 ? "0" : "") + n; };
    place("sign").textContent = "连接中断，自 " + two(offlineSince.getHours()) + ":" + two(offlineSince.getMinutes()) + " 起显示此前的数据";
  }

  function frame() {
    var dots = place("dots");
    if (dots.children.length !== told.scenes.length) {
      dots.replaceChildren.apply(dots, told.scenes.map(function () { return document.createElement("i"); }));
    }
    [].forEach.call(dots.children, function (dot, i) { dot.className = i === at ? "on" : ""; });
    var seconds = deep ? told.deep : told.scenes[at].seconds;
    place("ring").style.setProperty("--gone", String(Math.round((1 - left / seconds) * 100)));
    place("countdown").textContent = paused ? "已暂停" : Math.max(left, 0) + " 秒";
    place("next").textContent = deep ? "随后返回" : "下一幕：" + told.scenes[(at + 1) % told.scenes.length].name;
    root.dataset.state = paused ? "paused" : "playing";
  }

  // One tick a second: the ring, the next scene, the way back from a touch.
  function tick() {
    if (document.hidden) { return; }
    idle += 1;
    if (paused && idle >= told.resume) { paused = false; sleep(); }
    if (!paused && !loading) {
      left -= 1;
      if (left <= 0) { if (deep) { show(at); } else { show(at + 1); } }
    }
    if (idle === 8) { sleep(); }
    frame();
    live();
  }

  function wake() { idle = 0; document.body.classList.add("awake"); place("bar").hidden = false; }
  function sleep() { document.body.classList.remove("awake"); place("bar").hidden = true; }

  function press(key) {
    wake();
    if (key === "pause") { paused = !paused; }
    if (key === "next") { show(at + 1); }
    if (key === "previous") { show(at - 1); }
    if (key === "full") {
      if (document.fullscreenElement) { document.exitFullscreen(); } else { document.documentElement.requestFullscreen().catch(function () { return null; }); }
    }
    frame();
  }

  document.addEventListener("keydown", function (event) {
    var key = { " ": "pause", ArrowRight: "next", ArrowLeft: "previous", f: "full", F: "full" }[event.key];
    if (event.key === "Escape" && deep) { show(at); return; }
    if (key) { event.preventDefault(); press(key); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-press]"), link = event.target.closest("[data-deep]");
    if (button) { press(button.dataset.press); }
    else if (link) { deeper(link.dataset.deep); }
    else if (place("bar").hidden) { paused = true; wake(); frame(); }
  });

  var resizing = null;
  window.addEventListener("resize", function () {
    window.clearTimeout(resizing);
    resizing = window.setTimeout(function () { show(at, deep); }, 300);
  });

  // To spare the panel the picture moves by a few pixels an hour.
  var moved = 0;
  window.setInterval(function () {
    moved = (moved + 1) % 4;
    stage.style.transform = "translate(" + [0, 3, 3, 0][moved] + "px," + [0, 0, 3, 3][moved] + "px)";
  }, 3600 * SECOND);

  show(recall());
  window.setInterval(tick, SECOND);
})();
