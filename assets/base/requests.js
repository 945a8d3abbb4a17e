// The requests of Dash's renderer: what the reader sees when one is refused, fails or gets no response, and another attempt.
(function () {
  "use strict";
  var TOAST_ID = "connection-toast";
  var CALLBACK = "_dash-update-component", FIRST_VISIT = /_dash-(layout|dependencies)$/;
  var PAGE_OUTPUT = /(^|\.)page\.children/;
  var SLOW_MS = 15000, MAX_SENTENCE = 200;
  var CHINESE = /[\u4e00-\u9fff]/;
  var NO_RESPONSE = "服务器没有回应，画面保持不变。请检查网络，稍后再试一次。";
  var STILL_WAITING = "服务器还没有回应，画面保持不变，仍在等待。请稍候，或检查网络。";
  // Of a proxy in front of the cockpit, which answers in its own words.
  var SENTENCES = {
    403: "这台设备没有权限，画面保持不变。请联系管理员。",
    413: "请求太大，画面保持不变。请减少所选的项目后再试。",
    414: "所选的项目太多，画面保持不变。请减少后再试。",
    429: "现在使用的人太多，画面保持不变。请过一会儿再试。",
    502: "服务器正在重新启动，画面保持不变。请过一会儿再试。",
    503: "服务器暂时不能回答，画面保持不变。请过一会儿再试。",
    504: "服务器没有及时回答，画面保持不变。请过一会儿再试。"
  };
  var OTHERWISE = "服务器没有完成这次请求，画面保持不变。请稍后再试；还不行就刷新页面。";

  var originalFetch = window.fetch;
  var hasPageFailed = false; // the page is not the one of the address
  var failureListeners = [];

  function showToast(header, sentence) {
    window.dash_clientside.set_props(TOAST_ID, {
      is_open: true, header: header, children: sentence, action: hasPageFailed ? "再试一次" : ""
    });
  }

  function hide() {
    if (window.dash_clientside && window.dash_clientside.set_props) { window.dash_clientside.set_props(TOAST_ID, { is_open: false }); }
  }

  function isJson(response) { return (response.headers.get("content-type") || "").indexOf("application/json") >= 0; }

  // The server's own sentence, or ours in place of what a proxy says.
  function sentenceOf(response) {
    return response.text().then(function (text) {
      var isPlain = (response.headers.get("content-type") || "").indexOf("text/plain") >= 0;
      return isPlain && CHINESE.test(text) ? text.slice(0, MAX_SENTENCE) : SENTENCES[response.status] || OTHERWISE;
    }, function () { return NO_RESPONSE; });
  }

  // Dash throws on most of what isn't JSON, or waits for ever: it gets "nothing changes" (204), and the reader a sentence.
  function answerCallback(pending, output) {
    var isPage = PAGE_OUTPUT.test(output);
    var slow = window.setTimeout(function () { showToast("请稍候", STILL_WAITING); }, SLOW_MS);

    function fail(header, sentence) {
      window.clearTimeout(slow);
      hasPageFailed = hasPageFailed || isPage;
      showToast(header, sentence);
      failureListeners.forEach(function (listener) { listener(output); });
      return new window.Response(null, { status: 204 });
    }

    return pending.then(function (response) {
      if (response.status === 204 || response.status === 200 && isJson(response)) {
        window.clearTimeout(slow);
        if (isPage) { hasPageFailed = false; }
        if (!hasPageFailed) { hide(); }
        return response;
      }
      return sentenceOf(response).then(function (sentence) { return fail("没有完成", sentence); });
    }, function () { return fail("连接中断", NO_RESPONSE); });
  }

  // Without its first two responses Dash has no page on which anything could be said.
  function answerFirstVisit(pending) {
    function fail(sentence) {
      showFailedVisit(sentence);
      return new Promise(function () { return null; });
    }
    return pending.then(function (response) {
      return response.ok && isJson(response) ? response : sentenceOf(response).then(fail);
    }, function () { return fail(NO_RESPONSE); });
  }

  function showFailedVisit(sentence) {
    if (document.querySelector(".failed-visit")) { return; }
    var state = document.createElement("div"), title = document.createElement("h1"), text = document.createElement("p");
    var button = document.createElement("button");
    state.className = "state failed-visit";
    state.setAttribute("role", "alert");
    title.textContent = "暂时无法显示";
    text.textContent = sentence.replace("，画面保持不变", "");
    button.className = "button";
    button.type = "button";
    button.dataset.reload = "";
    button.textContent = "重试";
    state.append(title, text, button);
    document.body.append(state);
  }

  // The two requests that viewport.js has sent already are taken from there.
  window.fetch = function (resource, options) {
    var url = String(resource), pending = window.cockpit.takePrefetched(url) || originalFetch.apply(window, arguments);
    if (url.indexOf(CALLBACK) >= 0) { return answerCallback(pending, JSON.parse(options.body).output); }
    return FIRST_VISIT.test(url) ? answerFirstVisit(pending) : pending;
  };

  function retry() { if (hasPageFailed) { window.cockpit.rerender(); } }

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-retry]")) { retry(); }
  });
  window.addEventListener("online", retry);

  // ``listener`` gets the output of each callback that failed, as Dash writes it.
  window.cockpit.onFailedCallback = function (listener) { failureListeners.push(listener); };
})();
