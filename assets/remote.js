// The remote: which wall, and what it shall show. Each press is one small question to the server.
(function () {
  "use strict";
  var chosen = null;
  var told = document.getElementById("remote-status");
  try { chosen = window.localStorage.getItem("remote-wall"); } catch (error) { chosen = null; }

  function walls() {
    window.fetch("/wall/walls", { cache: "no-store" }).then(function (answer) { return answer.json(); }).then(function (found) {
      var box = document.getElementById("walls");
      var known = found.filter(function (w) { return !w.revoked; });
      if (known.length && known.every(function (w) { return w.name !== chosen; })) { chosen = known[0].name; }
      box.replaceChildren.apply(box, known.map(function (w) {
        var button = document.createElement("button");
        var alive = w.seen && Date.now() / 1000 - w.seen < 60;
        button.type = "button";
        button.textContent = w.name + (alive ? "" : "（离线）");
        button.className = w.name === chosen ? "on" : "";
        button.addEventListener("click", function () {
          chosen = w.name;
          try { window.localStorage.setItem("remote-wall", chosen); } catch (error) { return; }
          walls();
        });
        return button;
      }));
      told.textContent = known.length ? "" : "还没有大屏打开过。请先在大屏上打开 /wall。";
    }, function () { told.textContent = "服务器没有回应，请检查网络。"; });
  }

  function press(command) {
    if (!chosen) { told.textContent = "请先选择一块大屏。"; return; }
    window.fetch("/wall/walls/" + encodeURIComponent(chosen), {
      method: "POST", headers: { "Content-Type": "application/json", "X-Cockpit": "remote" }, body: JSON.stringify(command)
    }).then(function (answer) { return answer.json(); }).then(function (answer) { told.textContent = answer.fault || ""; },
      function () { told.textContent = "没有送到，请再按一次。"; });
  }

  document.addEventListener("click", function (event) {
    var data = event.target.dataset || {};
    if (data.action) { press({ action: data.action }); }
    if (data.scene) { press({ action: "show", scene: data.scene }); }
    if (data.town) { press({ action: "show", scene: "overview", deep: "town:" + data.town }); }
    if (data.chain) { press({ action: "show", scene: "overview", deep: "chain:" + data.chain }); }
  });
  walls();
  window.setInterval(walls, 5000);
})();
