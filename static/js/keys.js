// Shortcuts: what carries data-key="e" or data-key="g t" is pressed by these keys, and "?" lists them all.
// An entry field gets the focus, a fold is opened, a link or a button is pressed. Of several with one key the one in
// the row that has the focus comes first. Nothing happens while somebody types, in a dialog, or where they are off.
(function () {
  "use strict";

  var PAUSE = 1000;
  var TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select";
  var dialog = document.getElementById("shortcuts");
  var typed = "";
  var timer = 0;

  function isOff() {
    try { return window.localStorage.getItem("keys-off") === "1"; } catch (error) { return false; }
  }

  function keep(off) {
    try {
      if (off) window.localStorage.setItem("keys-off", "1");
      else window.localStorage.removeItem("keys-off");
    } catch (error) { /* kept for this page alone */ }
  }

  // A link of the list itself counts though the list is closed; anything else must be in sight.
  function isThere(element) {
    return !element.disabled && ((dialog && dialog.contains(element)) || element.getClientRects().length > 0);
  }

  function keyed() {
    return Array.prototype.filter.call(document.querySelectorAll("[data-key]"), isThere);
  }

  function choose(found) {
    var row = document.activeElement && document.activeElement.closest("tr, li, article, [data-row]");
    return found.find(function (element) { return row && row.contains(element); }) || found[0];
  }

  function press(element) {
    if (element.matches(TYPED)) {
      element.focus();
      if (element.select) element.select();
    } else if (element.tagName === "DETAILS") {
      element.querySelector("summary").click();
      element.querySelector("summary").focus();
    } else {
      element.click();
    }
  }

  function forget() {
    window.clearTimeout(timer);
    typed = "";
  }

  // Whether the keys so far were used: pressed something, or begin a longer sequence.
  function tryKeys(keys) {
    var elements = keyed();
    var exact = elements.filter(function (element) { return element.dataset.key === keys; });
    var longer = elements.some(function (element) { return element.dataset.key.indexOf(keys + " ") === 0; });
    forget();
    if (longer) {
      typed = keys;
      timer = window.setTimeout(function () {
        forget();
        if (exact.length) press(choose(exact));
      }, PAUSE);
    } else if (exact.length) {
      press(choose(exact));
    }
    return longer || exact.length > 0;
  }

  // An input method may give the wide form of a mark; with Caps Lock a letter is still the same key.
  function nameOf(event) {
    var key = event.key === "\u3001" && event.code === "Slash" ? "/" : event.key.normalize("NFKC");
    return event.shiftKey ? key : key.toLowerCase();
  }

  function isElsewhere(event) {
    var target = event.target;
    return event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat ||
      event.isComposing || event.keyCode === 229 || event.key.length !== 1 || event.key === " " ||
      (target.closest && target.closest(TYPED + ", [contenteditable]")) || document.querySelector("dialog[open]");
  }

  document.addEventListener("keydown", function (event) {
    if (isElsewhere(event)) return;
    var key = nameOf(event);
    if (key === "?") {
      if (show()) event.preventDefault();
    } else if (!isOff() && ((typed && tryKeys(typed + " " + key)) || tryKeys(key))) {
      event.preventDefault();
    }
  });

  // -- the list ---------------------------------------------------------------------------------------------------

  function labelOf(element) {
    var text = element.dataset.keyLabel || element.getAttribute("aria-label");
    if (!text && element.labels && element.labels.length) text = element.labels[0].textContent;
    return (text || element.title || element.placeholder || element.textContent).replace(/\s+/g, " ").trim();
  }

  function lineOf(element) {
    var line = document.createElement("li");
    var label = document.createElement("span");
    var keys = document.createElement("span");
    label.textContent = labelOf(element);
    keys.className = "keys";
    element.dataset.key.split(" ").forEach(function (key) {
      var one = document.createElement("kbd");
      one.textContent = key;
      keys.appendChild(one);
    });
    line.append(label, keys);
    return line;
  }

  function list() {
    var place = dialog.querySelector("[data-keys-here]");
    var seen = {};
    place.textContent = "";
    dialog.querySelectorAll("[data-key]").forEach(function (element) { seen[element.dataset.key] = true; });
    keyed().forEach(function (element) {
      if (seen[element.dataset.key]) return;
      seen[element.dataset.key] = true;
      place.appendChild(lineOf(element));
    });
    place.closest("section").hidden = !place.children.length;
  }

  function show() {
    if (!dialog || !dialog.showModal) return false;
    list();
    dialog.querySelector("[data-keys-off]").checked = isOff();
    dialog.showModal();
    return true;
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-shortcuts]")) show();
    // A click beside the paper closes a dialog, as does any button in it that says so.
    else if (event.target.matches("dialog[open]") || event.target.closest("dialog [data-close]")) {
      event.target.closest("dialog").close();
    }
  });
  document.querySelectorAll("[data-shortcuts]").forEach(function (button) { button.hidden = !dialog; });
  if (dialog) dialog.addEventListener("change", function (event) {
    if (event.target.matches("[data-keys-off]")) keep(event.target.checked);
  });

  // data-keys on a list: j and k move the focus between its data-row children, as do the arrows while it is inside.
  document.addEventListener("keydown", function (event) {
    var step = { j: 1, k: -1 }[event.key] || (event.target.closest("[data-row]") && { ArrowDown: 1, ArrowUp: -1 }[event.key]);
    if (!step || isElsewhereForRows(event)) return;
    var rows = Array.prototype.slice.call(document.querySelectorAll("[data-keys] [data-row]")).filter(isThere);
    if (!rows.length) return;
    var here = rows.indexOf(event.target.closest("[data-row]"));
    var next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });

  // A row that is answered anew keeps the focus.
  var replaced = "";
  document.addEventListener("htmx:beforeSwap", function (event) {
    var row = event.detail.target.closest("[data-row]");
    replaced = row && row.contains(document.activeElement) ? row.id : "";
  });
  document.addEventListener("htmx:afterSettle", function () {
    var row = replaced && document.getElementById(replaced);
    replaced = "";
    if (row) row.focus();
  });

  function isElsewhereForRows(event) {
    var target = event.target;
    return event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing ||
      (event.key.length === 1 && isOff()) || (target.closest && target.closest(TYPED + ", [contenteditable]")) ||
      document.querySelector("dialog[open], details.menu[open]");
  }
})();
