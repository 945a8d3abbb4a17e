// The remote: selects a wall and what it shows. Each press is one request to the server.
(function () {
  "use strict";
  var selected = null;
  var status = document.getElementById("remote-status");
  try { selected = window.localStorage.getItem("remote-wall"); } catch (error) { selected = null; }

  function walls() {
    window.fetch("/wall/walls", { cache: "no-store" }).then(function (response) { return response.json(); }).then(function (all) {
      var box = document.getElementById("walls");
      var active = all.filter(function (w) { return !w.revoked; });
      if (active.length && active.every(function (w) { return w.name !== selected; })) { selected = active[0].name; }
      box.replaceChildren.apply(box, active.map(function (w) {
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = w.name + (w.online ? "" : "（离线）");
        button.className = w.name === selected ? "on" : "";
        button.addEventListener("click", function () {
          selected = w.name;
          try { window.localStorage.setItem("remote-wall", selected); } catch (error) { return; }
          walls();
        });
        return button;
      }));
      status.textContent = active.length ? "" : "还没有大屏打开过。请先在大屏上打开 /wall。";
    }, function () { status.textContent = "服务器没有回应，请检查网络。"; });
  }

  function send(command) {
    if (!selected) { status.textContent = "请先选择一块大屏。"; return; }
    window.fetch("/wall/walls/" + encodeURIComponent(selected), {
      method: "POST", headers: { "Content-Type": "application/json", "X-Cockpit": "remote" }, body: JSON.stringify(command)
    }).then(function (response) { return response.json(); }).then(function (result) { status.textContent = result.fault || ""; },
      function () { status.textContent = "没有送到，请再按一次。"; });
  }

  document.addEventListener("click", function (event) {
    var data = event.target.dataset || {};
    if (data.action) { send({ action: data.action }); }
    if (data.scene) { send({ action: "show", scene: data.scene }); }
    if (data.town) { send({ action: "show", scene: "overview", deep: "town:" + data.town }); }
    if (data.chain) { send({ action: "show", scene: "overview", deep: "chain:" + data.chain }); }
  });
  walls();
  window.setInterval(walls, 5000);
})();
