// The wall: its list turns its pages, a lost connection shows, Escape leaves. The board renews itself through htmx.
(function () {
  "use strict";

  var head = document.querySelector("[data-wall]");
  if (!head) return;
  var stale = head.querySelector("[data-wall-stale]");
  var pause = head.querySelector("[data-wall-pause]");
  var full = head.querySelector("[data-wall-full]");
  var PATIENCE = 150000; // two renewals and a half
  var renewed = Date.now();
  var place = 0;
  var isPaused = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function pages() {
    return Array.from(document.querySelectorAll("[data-wall-page]"));
  }

  function show(number) {
    var all = pages();
    place = all.length ? number % all.length : 0;
    all.forEach(function (page, index) { page.hidden = index !== place; });
    var where = document.querySelector("[data-wall-place]");
    if (where && all.length > 1) where.textContent = place + 1 + " / " + all.length;
  }

  function tellAge() {
    var board = document.getElementById("board");
    if (board && !stale.textContent) stale.textContent = head.dataset.stale.replace("0", board.dataset.moment);
  }

  window.setInterval(function () { if (!isPaused) show(place + 1); }, Number(head.dataset.every) * 1000);
  window.setInterval(function () { if (Date.now() - renewed > PATIENCE) tellAge(); }, 10000);

  document.addEventListener("htmx:sendError", tellAge);
  document.addEventListener("htmx:responseError", tellAge);
  document.addEventListener("htmx:timeout", tellAge);
  document.addEventListener("htmx:afterSwap", function () {
    renewed = Date.now();
    stale.textContent = "";
    show(place);
  });

  var words = { pause: pause.textContent, goOn: pause.dataset.goOn };
  function tellPause() {
    pause.textContent = isPaused ? words.goOn : words.pause;
  }
  pause.hidden = pages().length < 2;
  pause.addEventListener("click", function () { isPaused = !isPaused; tellPause(); });
  tellPause();

  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", function () {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    window.location.assign(head.dataset.leave);
  });
})();
