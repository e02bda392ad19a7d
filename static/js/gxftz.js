// Small comforts on every page; each page works without them.
(function () {
  "use strict";

  // Enter that picks a candidate of an input method never submits a form.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) {
      event.stopImmediatePropagation();
      if (event.target.tagName === "INPUT") event.preventDefault();
    }
  }, true);

  // Menus made of <details class="menu"> close on a click elsewhere and on Escape.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details.menu[open]");
    if (!open) return;
    closeMenus(null);
    open.querySelector("summary").focus();
  });

  // A form is sent once, however often the button is pressed.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // Without https a browser gives no clipboard; then the old command copies from a field that nobody sees.
  function copy(text, done) {
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, function () {}); return; }
    var held = document.activeElement;
    var area = document.createElement("textarea");
    area.className = "visually-hidden";
    area.value = text;
    document.body.appendChild(area);
    area.select();
    if (document.execCommand("copy")) done();
    area.remove();
    if (held) held.focus();
  }

  // data-print prints; data-copy="…" copies the text, without a value the page's address.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    if (button.hasAttribute("data-print")) { window.print(); return; }
    copy(button.dataset.copy || window.location.href, function () {
      if (button.dataset.copied) button.textContent = button.dataset.copied;
    });
  });
  document.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });
  document.querySelectorAll("[data-copy]").forEach(function (button) { button.hidden = false; });

  // What is shown to be copied is chosen whole as soon as one is in it.
  document.querySelectorAll("textarea[readonly]").forEach(function (area) {
    area.addEventListener("focus", function () { area.select(); });
    if (area === document.activeElement) area.select();
  });

  // data-leave-warning: text that was typed and not saved is not lost by a careless click.
  document.querySelectorAll("form[data-leave-warning]").forEach(function (form) {
    var changed = false;
    form.addEventListener("input", function () { changed = true; });
    form.addEventListener("submit", function () { changed = false; });
    window.addEventListener("beforeunload", function (event) {
      if (!changed) return;
      event.preventDefault();
      event.returnValue = "";
    });
  });

  // data-rows with a <template>: one more row of the same kind, numbered for Django's formsets.
  document.addEventListener("click", function (event) {
    var add = event.target.closest("[data-add-row]");
    if (!add) return;
    var rows = document.getElementById(add.dataset.addRow);
    var total = rows.closest("form").querySelector("[name$=-TOTAL_FORMS]");
    var holder = document.createElement("tbody");
    holder.innerHTML = rows.parentNode.querySelector("template").innerHTML.replace(/__prefix__/g, total.value);
    var row = holder.firstElementChild;
    rows.appendChild(row);
    total.value = String(Number(total.value) + 1);
    row.querySelector("input:not([type=hidden])").focus();
  });
  document.querySelectorAll("[data-add-row]").forEach(function (button) { button.hidden = false; });

  // data-fold="id": on a phone the form with this id begins folded and opens by this button.
  document.querySelectorAll("[data-fold]").forEach(function (button) {
    var form = document.getElementById(button.dataset.fold);
    button.hidden = false;
    form.classList.add("folded");
    button.addEventListener("click", function () {
      var folded = form.classList.toggle("folded");
      button.setAttribute("aria-expanded", String(!folded));
    });
  });

  // On a phone the navigation scrolls sideways: the page one is on stands in view.
  var here = document.querySelector(".main-nav [aria-current]");
  if (here) here.closest(".main-nav").scrollLeft = Math.max(0, here.offsetLeft - 80);

  // Empty fields of a search stay out of the address.
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb !== "get") return;
    var given = event.detail.formData || event.detail.parameters;
    Array.from(given.keys ? given.keys() : Object.keys(given)).forEach(function (name) {
      var value = given.get ? given.getAll(name).join("") : given[name];
      if (value === "") { if (given.delete) given.delete(name); else delete given[name]; }
    });
  });

  // A whole page as the answer to a request for a part (the session ended, an error page): show it as a page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var text = event.detail.xhr.responseText || "";
    if (/^\s*<!doctype/i.test(text) && event.detail.target !== document.body) {
      event.detail.shouldSwap = false;
      window.location.assign(event.detail.pathInfo.finalRequestPath || window.location.href);
    }
  });
})();
