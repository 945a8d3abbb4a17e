// The wall: plays scenes, follows publications and the remote, and never goes blank. Runs for months, so it keeps no
// history, at most two scenes in the document, and one request at a time of each kind.
(function () {
  "use strict";
  var root = document.getElementById("wall");
  var config = JSON.parse(root.dataset.config);
  var stage = document.getElementById("stage");
  var speed = Number(new URLSearchParams(window.location.search).get("fast")) || 1; // for tests: seconds run faster
  var SECOND = 1000 / speed;
  var sceneIndex = 0, secondsLeft = 0, isPaused = false, deep = "", idleSeconds = 0, current = null, version = null, commandNumber = null;
  var isLoading = false, isPolling = false, offlineSince = null, changes = 0;

  function byId(name) { return document.getElementById(name); }
  // The unit of type as `wall.css` has it for this screen: the mark is three of them wide.
  function typeUnit() { return document.querySelector(".w-logo").getBoundingClientRect().width / 3; }
  function screenShape() {
    var ratio = window.innerWidth / window.innerHeight;
    return ratio < 1 ? "tall" : ratio >= 3 ? "ultra" : "wide";
  }

  // The current scene is kept over a restart of the browser.
  function storeScene() { try { window.localStorage.setItem("wall-at", config.scenes[sceneIndex].key); } catch (error) { return; } }
  function storedScene() {
    var key = null;
    try { key = window.localStorage.getItem("wall-at"); } catch (error) { key = null; }
    return Math.max(config.scenes.map(function (s) { return s.key; }).indexOf(key), 0);
  }

  function requestJson(path, timeout) {
    var controller = new AbortController();
    var timer = window.setTimeout(function () { controller.abort(); }, timeout);
    return window.fetch(path, { signal: controller.signal, cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).finally(function () { window.clearTimeout(timer); });
  }

  function address(index) {
    return "/wall/scene/" + index + "?u=" + typeUnit().toFixed(2) + "&shape=" + screenShape() + "&theme=" + config.theme +
      (deep ? "&deep=" + encodeURIComponent(deep) : "");
  }

  // Show a scene; on failure the last one stays, and after three seconds the next is tried.
  function show(index, nextDeep) {
    if (isLoading) { return; }
    isLoading = true;
    var before = { sceneIndex: sceneIndex, deep: deep };
    sceneIndex = (index + config.scenes.length) % config.scenes.length;
    deep = nextDeep || "";
    secondsLeft = deep ? config.deep : config.scenes[sceneIndex].seconds;
    requestJson(address(sceneIndex), 15000).then(function (scene) { online(); showScene(scene); storeScene(); }, function () {
      sceneIndex = before.sceneIndex; deep = before.deep; secondsLeft = 3;
      offline();
    }).finally(function () { isLoading = false; updateFrame(); });
  }

  function showScene(scene) {
    var next = document.createElement("section");
    next.className = "w-scene";
    next.innerHTML = scene.html;
    stage.appendChild(next);
    plotFigures(next, scene.figures);
    var old = current;
    current = { element: next, scene: scene };
    version = scene.version;
    changes += 1;
    root.dataset.changes = String(changes);
    root.dataset.scene = scene.key;
    byId("scene-name").textContent = scene.name;
    // Two frames: the first paints the new scene unseen, the second lets it appear.
    window.requestAnimationFrame(function () {
      window.requestAnimationFrame(function () {
        next.classList.add("on");
        if (old) { old.element.classList.remove("on"); window.setTimeout(function () { discard(old.element); }, 700 / speed); }
      });
    });
  }

  function discard(element) {
    element.querySelectorAll(".js-plotly-plot").forEach(function (plotted) { window.Plotly.purge(plotted); });
    element.remove();
  }

  function plotFigures(element, figures) {
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
    if (isLoading || !current) { return; }
    isLoading = true;
    requestJson(address(sceneIndex), 15000).then(function (scene) {
      online();
      version = scene.version;
      var fresh = document.createElement("section");
      fresh.innerHTML = scene.html;
      var olds = current.element.querySelectorAll("[data-count]"), news = fresh.querySelectorAll("[data-count]");
      if (olds.length !== news.length) { showScene(scene); return; }
      var from = [].map.call(olds, function (e) { return e.textContent; });
      [].forEach.call(fresh.querySelectorAll("[data-figure]"), function (holder) {
        var old = current.element.querySelector('[data-figure="' + holder.dataset.figure + '"]');
        if (old) { holder.replaceWith(old); }
      });
      current.element.replaceChildren.apply(current.element, [].slice.call(fresh.childNodes));
      current.scene = scene;
      plotFigures(current.element, scene.figures);
      [].forEach.call(current.element.querySelectorAll("[data-count]"), function (e, i) { countUp(e, from[i], e.textContent); });
    }, offline).finally(function () { isLoading = false; });
  }

  function countUp(element, from, to) {
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

  function showDeeper(what) { show(sceneIndex, what); wake(); }

  // Each second: is there a new publication, another build of the scripts, a command of the remote?
  function poll() {
    if (isPolling) { return; }
    isPolling = true;
    var scene = deep || config.scenes[sceneIndex].key;
    requestJson("/wall/live?name=" + encodeURIComponent(config.name) + "&scene=" + encodeURIComponent(scene) + (isPaused ? "&state=paused" : ""), 4000).then(function (now) {
      online();
      updateFreshness(now);
      if (now.build !== config.build) { reload(now.build); return; }
      // Where the server can't say which command is the newest, there is none to run.
      if (commandNumber === null) { commandNumber = now.number; }
      if (now.number !== null && now.number !== commandNumber) { commandNumber = now.number; runCommand(now.command); }
      else if (version !== null && now.version !== version) { refresh(); }
      else if (!current) { show(sceneIndex); }
    }, function (error) {
      if (error.message === "403") { window.location.reload(); return; }
      offline();
    }).finally(function () { isPolling = false; });
  }

  function reload(build) {
    var tried = null;
    try { tried = window.sessionStorage.getItem("wall-build"); window.sessionStorage.setItem("wall-build", build); } catch (error) { tried = null; }
    if (tried !== build) { window.location.reload(); }
  }

  function runCommand(command) {
    if (!command) { return; }
    var index = config.scenes.map(function (s) { return s.key; }).indexOf(command.scene);
    if (command.action === "pause") { isPaused = true; idleSeconds = 0; }
    if (command.action === "play") { isPaused = false; }
    if (command.action === "next") { show(sceneIndex + 1); }
    if (command.action === "previous") { show(sceneIndex - 1); }
    if (command.action === "show") { isPaused = false; show(index < 0 ? sceneIndex : index, command.deep); }
    updateFrame();
  }

  function updateFreshness(now) {
    var text = now.silent ? "数据库没有回答 · 自" + now.silent + "起为此前的数据" : !now.due ? now.month :
      now.overdue > 0 ? "数据已过期 · 仍为" + now.month + "，" + now.due + "数据已晚" + now.overdue + "天" :
      "数据月份 " + now.month + (screenShape() === "tall" ? "" : "　" + now.published + " 发布");
    byId("freshness").textContent = text;
    document.querySelector(".w-foot").classList.toggle("empty", !now.due && !now.silent);
    document.querySelector(".w-foot").classList.toggle("stale", now.overdue > 0 || Boolean(now.silent));
  }

  function online() {
    if (offlineSince) { offlineSince = null; byId("connection").textContent = ""; }
  }
  function offline() {
    if (!offlineSince) { offlineSince = new Date(); }
    var two = function (n) { return (n < 10 ? "0" : "") + n; };
    byId("connection").textContent = "连接中断，自 " + two(offlineSince.getHours()) + ":" + two(offlineSince.getMinutes()) + " 起显示此前的数据";
  }

  function updateFrame() {
    var dots = byId("dots");
    if (dots.children.length !== config.scenes.length) {
      dots.replaceChildren.apply(dots, config.scenes.map(function () { return document.createElement("i"); }));
    }
    [].forEach.call(dots.children, function (dot, i) { dot.className = i === sceneIndex ? "on" : ""; });
    var seconds = deep ? config.deep : config.scenes[sceneIndex].seconds;
    byId("ring").style.setProperty("--gone", String(Math.round((1 - secondsLeft / seconds) * 100)));
    byId("countdown").textContent = isPaused ? "已暂停" : Math.max(secondsLeft, 0) + " 秒";
    byId("next").textContent = deep ? "随后返回" : "下一幕：" + config.scenes[(sceneIndex + 1) % config.scenes.length].name;
    root.dataset.state = isPaused ? "paused" : "playing";
  }

  // One tick a second: the ring, the next scene, the way back from a touch.
  function tick() {
    if (document.hidden) { return; }
    idleSeconds += 1;
    if (isPaused && idleSeconds >= config.resume) { isPaused = false; sleep(); }
    if (!isPaused && !isLoading) {
      secondsLeft -= 1;
      if (secondsLeft <= 0) { if (deep) { show(sceneIndex); } else { show(sceneIndex + 1); } }
    }
    if (idleSeconds === 8) { sleep(); }
    updateFrame();
    poll();
  }

  function wake() { idleSeconds = 0; document.body.classList.add("awake"); byId("bar").hidden = false; }
  function sleep() { document.body.classList.remove("awake"); byId("bar").hidden = true; }

  function onKey(key) {
    wake();
    if (key === "pause") { isPaused = !isPaused; }
    if (key === "next") { show(sceneIndex + 1); }
    if (key === "previous") { show(sceneIndex - 1); }
    if (key === "full") {
      if (document.fullscreenElement) { document.exitFullscreen(); } else { document.documentElement.requestFullscreen().catch(function () { return null; }); }
    }
    updateFrame();
  }

  document.addEventListener("keydown", function (event) {
    var key = { " ": "pause", ArrowRight: "next", ArrowLeft: "previous", f: "full", F: "full" }[event.key];
    if (event.key === "Escape" && deep) { show(sceneIndex); return; }
    if (key) { event.preventDefault(); onKey(key); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-press]"), link = event.target.closest("[data-target]");
    if (button) { onKey(button.dataset.press); }
    else if (link) { showDeeper(link.dataset.target); }
    else if (byId("bar").hidden) { isPaused = true; wake(); updateFrame(); }
  });

  var resizing = null;
  window.addEventListener("resize", function () {
    window.clearTimeout(resizing);
    resizing = window.setTimeout(function () { show(sceneIndex, deep); }, 300);
  });

  // Against burn-in the picture moves by three pixels an hour.
  var moved = 0;
  window.setInterval(function () {
    moved = (moved + 1) % 4;
    stage.style.transform = "translate(" + [0, 3, 3, 0][moved] + "px," + [0, 0, 3, 3][moved] + "px)";
  }, 3600 * SECOND);

  show(storedScene());
  window.setInterval(tick, SECOND);
})();
