// Switches that are kept for the person, help beside the page, a line while something loads. Every page works without.
(function () {
  "use strict";
  var root = document.documentElement;

  // One choice is kept on the server; the page has it already.
  function keep(name, value) {
    var address = root.dataset.preferences;
    if (!address) return;
    var headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    headers["X-Requested-With"] = "XMLHttpRequest";
    var choice = new FormData();
    choice.append(name, value);
    window.fetch(address, { method: "POST", body: choice, headers: headers, credentials: "same-origin" })
      .catch(function () { /* the next page shows what was kept */ });
  }

  document.querySelectorAll("[data-theme-switch]").forEach(function (button) { button.hidden = false; });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-theme-switch]")) keep("theme", window.gxftzTheme.toggle());
  });

  // Close rows or not: the form of templates/components/_density.html, without leaving the page.
  document.addEventListener("submit", function (event) {
    var form = event.target.closest("[data-density-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    var density = event.submitter.value;
    root.setAttribute("data-density", density);
    keep("density", density);
    document.querySelectorAll("[data-density-form] button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === density));
    });
  }, true);

  // A thin line at the top for whatever takes longer than a moment.
  var waiting = 0;
  var late = null;
  var line = document.createElement("div");
  line.className = "progress-line";
  line.hidden = true;
  document.body.appendChild(line);
  function begin() {
    waiting += 1;
    if (late === null) late = window.setTimeout(function () { line.hidden = false; }, 300);
  }
  function end() {
    waiting = Math.max(0, waiting - 1);
    if (waiting) return;
    window.clearTimeout(late);
    late = null;
    line.hidden = true;
  }
  // A file that is fetched leaves the page standing: then the line goes by itself.
  window.addEventListener("beforeunload", function () { begin(); window.setTimeout(end, 8000); });
  window.addEventListener("pageshow", function () { waiting = 0; end(); });
  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:afterRequest", end);

  // <dialog data-dialog> opens by [data-opens="its id"] and closes by [data-closes], Escape or a click beside it; what had
  // the focus before has it again (the browser sees to that). Without <dialog> a link goes to its page.
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-opens]");
    var dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    var shown = event.target.closest("dialog[open]");
    if (shown && (event.target === shown || event.target.closest("[data-closes]"))) shown.close();
  });

  // Help: the page's topic beside the page, fetched when it is asked for.
  var help = document.getElementById("help-panel");
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-help]");
    if (!link || !help || !help.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    var place = help.querySelector("[data-help-text]");
    if (!help.open) help.showModal();
    begin();
    window.fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      place.innerHTML = text;
      help.scrollTop = 0;
      var heading = place.querySelector("h2");
      if (heading) heading.focus();
    }).catch(function () { window.location.assign(link.href); }).finally(end);
  });
})();
