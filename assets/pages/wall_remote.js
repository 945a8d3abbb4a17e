// The remote: selects a wall and what it shows, and says what the wall does. Each press is one request to the server.
(function () {
  "use strict";
  var selected = null, sent = "";
  var status = document.getElementById("remote-status");
  try { selected = window.localStorage.getItem("remote-wall"); } catch (error) { selected = null; }

  // What the server set beside the session; it refuses a request without it.
  function csrfToken() {
    var match = document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/);
    return match ? match[1] : "";
  }

  function say(text) { if (status.textContent !== text) { status.textContent = text; } }

  function buttonOf(scene) {
    return Array.from(document.querySelectorAll("[data-scene], [data-deep]")).find(function (button) {
      return (button.dataset.scene || button.dataset.deep) === scene.split("/")[0];
    });
  }

  // What the wall does, in words and on the buttons; an answer to a press stays until the wall has followed it.
  function report(wall) {
    var shown = buttonOf(wall.scene), name = shown ? shown.textContent : "";
    document.querySelectorAll("[data-scene], [data-deep]").forEach(function (button) {
      var isShown = wall.online && button === shown;
      button.classList.toggle("on", isShown);
      button.setAttribute("aria-pressed", String(isShown));
    });
    document.querySelectorAll("[data-action='pause'], [data-action='play']").forEach(function (button) {
      button.disabled = wall.online && (button.dataset.action === "pause") === wall.paused;
    });
    var state = JSON.stringify([wall.scene, wall.paused]);
    if (sent && sent === state) { return; }
    sent = "";
    if (!wall.online) { say(wall.name + "已断开，重新连上后会执行最后一次操作。"); }
    else if (wall.paused) { say("已暂停" + (name ? "，停在“" + name + "”" : "")); }
    else if (shown && shown.dataset.deep) { say("正在看“" + name + "”，稍后自动返回轮播"); }
    else { say(name ? "正在播放“" + name + "”" : "正在播放"); }
  }

  function walls() {
    return window.fetch("/wall/walls", { cache: "no-store" }).then(function (response) { return response.json(); }).then(function (all) {
      if (all.fault) { say(all.fault); return null; }
      var box = document.getElementById("walls");
      var active = all.filter(function (w) { return !w.revoked; });
      if (active.length && active.every(function (w) { return w.name !== selected; })) { selected = active[0].name; }
      box.replaceChildren.apply(box, active.map(function (w) {
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = w.name + (w.online ? "" : "（已断开）");
        button.className = w.name === selected ? "on" : "";
        button.setAttribute("aria-pressed", String(w.name === selected));
        button.addEventListener("click", function () {
          selected = w.name;
          sent = "";
          try { window.localStorage.setItem("remote-wall", selected); } catch (error) { return; }
          walls();
        });
        return button;
      }));
      var current = active.find(function (w) { return w.name === selected; });
      if (current) { report(current); } else { say("还没有大屏打开过。请先在大屏上打开 /wall。"); }
      return current;
    }, function () { say("服务器没有回应，请检查网络。"); });
  }

  function send(command, label) {
    if (!selected) { say("请先选择一块大屏。"); return; }
    walls().then(function (before) {
      return window.fetch("/wall/walls/" + encodeURIComponent(selected), {
        method: "POST", headers: { "Content-Type": "application/json", "X-Cockpit": "remote", "X-CSRFToken": csrfToken() }, body: JSON.stringify(command)
      }).then(function (response) { return response.json(); }).then(function (result) {
        if (result.fault) { say(result.fault); return; }
        sent = before ? JSON.stringify([before.scene, before.paused]) : "";
        say("已发送“" + label + "”，等大屏响应");
        // The wall asks each second; where it shows that already, nothing will change.
        [1200, 2400, 4000].forEach(function (wait) { window.setTimeout(walls, wait); });
        window.setTimeout(function () { sent = ""; walls(); }, 5000);
      });
    }).catch(function () { say("没有送到，请再按一次。"); });
  }

  document.addEventListener("click", function (event) {
    var data = event.target.dataset || {}, label = event.target.textContent;
    if (data.action) { send({ action: data.action }, label); }
    if (data.scene) { send({ action: "show", scene: data.scene }, label); }
    if (data.deep) { send({ action: "show", scene: "overview", deep: data.deep }, label); }
  });
  walls();
  window.setInterval(walls, 2000);
})();
