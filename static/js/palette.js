// Ctrl+K finds tasks, units, pages and actions while one types, also by pinyin; the bell shows what is unread.
(function () {
  "use strict";

  var dialog = document.getElementById("palette");
  if (!dialog || !dialog.showModal) return;
  var input = dialog.querySelector("input");
  var list = document.getElementById("palette-list");
  var none = dialog.querySelector(".palette-none");
  var say = dialog.querySelector(".palette-say");
  var LIMIT = 40;
  var data = null; // what the server gave, fetched at the first opening
  var shown = [];
  var active = 0;

  // -- matching -----------------------------------------------------------------------------------------------------

  function fold(text) {
    return Array.prototype.map.call(text, function (each) {
      var narrow = each.normalize("NFKC").toLowerCase();
      return narrow.length === 1 ? narrow : each;
    }).join("");
  }

  // How far along the letters one gets with these readings from `place` on; 0 is not at all. Each character gives its
  // whole reading or a beginning of it.
  function hear(readings, place, typed) {
    var left = [typed];
    for (var at = place; at < readings.length; at += 1) {
      var rest = [];
      for (var i = 0; i < left.length; i += 1) {
        for (var j = 0; j < readings[at].length; j += 1) {
          var reading = readings[at][j];
          for (var n = 1; n <= reading.length && left[i].slice(0, n) === reading.slice(0, n); n += 1) {
            if (n === left[i].length) return at + 1;
            rest.push(left[i].slice(n));
          }
        }
      }
      if (!rest.length) return 0;
      left = rest;
    }
    return 0;
  }

  function range(from, to) {
    var places = [];
    for (var i = from; i < to; i += 1) places.push(i);
    return places;
  }

  // [score, places of the hits] for one word in one text.
  function match(text, word) {
    var at = text.folded.indexOf(word);
    if (at >= 0) return [at === 0 ? 80 : 60 - Math.min(at, 20) / 2, range(at, at + word.length)];
    if (text.readings && /^[a-z0-9]+$/.test(word)) {
      for (var start = 0; start < text.readings.length; start += 1) {
        var end = hear(text.readings, start, word);
        if (end) return [start === 0 ? 70 : 50 - Math.min(start, 20) / 2, range(start, end)];
      }
    }
    return word.length > 1 ? scattered(text.folded, word) : null;
  }

  // All characters of the word in their order, but not side by side: not of Latin letters, which are everywhere.
  function scattered(folded, word) {
    if (/[a-z]/.test(word)) return null;
    var places = [];
    for (var i = 0, from = 0; i < word.length; i += 1) {
      var at = folded.indexOf(word[i], from);
      if (at < 0) return null;
      places.push(at);
      from = at + 1;
    }
    return [20, places];
  }

  function matchNumber(item, word) {
    if (!item.number || !/^#?[0-9]+$/.test(word)) return 0;
    var digits = word.replace("#", "");
    return String(item.number) === digits ? (item.kind === "task" ? 200 : 190) : String(item.number).indexOf(digits) === 0 ? 65 : 0;
  }

  // Every word must be found, in any of the texts; the hits in the label are marked.
  function rate(item, words) {
    var score = 0;
    var marks = {};
    for (var i = 0; i < words.length; i += 1) {
      var best = matchNumber(item, words[i]);
      var places = [];
      for (var j = 0; j < item.texts.length; j += 1) {
        var found = match(item.texts[j], words[i]);
        var rated = found ? found[0] - (j ? 5 : 0) : 0;
        if (rated > best) { best = rated; places = j ? [] : found[1]; }
      }
      if (!best) return null;
      score += best;
      places.forEach(function (place) { marks[place] = true; });
    }
    return { item: item, score: score / words.length + ({ task: 3, page: 2, unit: 1 }[item.kind] || 0), marks: marks };
  }

  function wordsOf(typed) {
    return fold(typed.trim().replace(/['’]/g, "")).split(/\s+/).filter(Boolean);
  }

  // -- what there is ------------------------------------------------------------------------------------------------

  function prepare(item) {
    item.texts = item.texts.map(function (pair) {
      var readings = pair[1] ? pair[1].split(" ").map(function (each) { return each.split("|"); }) : null;
      return { text: pair[0], folded: fold(pair[0]), readings: readings };
    });
    return item;
  }

  function recent() {
    try { return JSON.parse(window.localStorage.getItem("palette-recent")) || []; } catch (error) { return []; }
  }

  function remember(item) {
    if (!item.url || item.kind === "search") return;
    var ids = [item.id].concat(recent().filter(function (id) { return id !== item.id; })).slice(0, 8);
    try { window.localStorage.setItem("palette-recent", JSON.stringify(ids)); } catch (error) { /* not kept */ }
  }

  function isInSight(element) {
    return element.getClientRects().length > 0 && !element.disabled && !dialog.contains(element);
  }

  // The controls of the page one is on: its own buttons, and whatever has a key.
  function controls() {
    var found = document.querySelectorAll("main .page-actions a, main .page-actions button, main [data-key], [data-command]");
    var seen = {};
    return Array.prototype.filter.call(found, isInSight).map(function (element) {
      var label = element.dataset.command || element.dataset.keyLabel || element.getAttribute("aria-label") || element.title || element.placeholder || element.textContent;
      label = label.replace(/\s+/g, " ").trim();
      if (!label || label.length > 40 || seen[label]) return null;
      seen[label] = true;
      return prepare({ id: "here", kind: "here", texts: [[label, ""]], note: "", element: element });
    }).filter(Boolean);
  }

  function isOffered(item) {
    if (!item.press || item.press === "print") return true;
    return item.press === "copy" ? Boolean(navigator.clipboard) : Boolean(document.querySelector(item.press));
  }

  function find(typed) {
    var words = wordsOf(typed);
    var all = data ? data.items.filter(isOffered).concat(data.here) : [];
    if (!words.length) return first(all);
    var latest = recent();
    var found = all.map(function (item) { return rate(item, words); }).filter(Boolean);
    found.forEach(function (each) { if (latest.indexOf(each.item.id) >= 0) each.score += 4; });
    found.sort(function (one, other) { return other.score - one.score; });
    return found.slice(0, LIMIT).concat(search(typed));
  }

  // Nothing typed yet: what was opened lately, then the pages.
  function first(all) {
    var latest = recent();
    var old = latest.map(function (id) { return all.find(function (item) { return item.id === id; }); }).filter(Boolean);
    var rest = all.filter(function (item) {
      return (item.kind === "page" || item.kind === "here") && latest.indexOf(item.id) < 0;
    });
    return old.map(function (item) { return { item: item, marks: {}, isRecent: true }; }).concat(
      rest.map(function (item) { return { item: item, marks: {} }; })
    );
  }

  function search(typed) {
    if (!data) return [];
    var label = data.search.replace("{words}", function () { return typed.trim(); });
    var url = dialog.dataset.search + "?q=" + encodeURIComponent(typed.trim());
    return [{ item: { id: "search", kind: "search", url: url, texts: [{ text: label }], note: "" }, marks: {} }];
  }

  // -- showing ------------------------------------------------------------------------------------------------------

  function tag(name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }


  function labelOf(found) {
    var label = tag("span", "palette-label");
    if (found.item.number && found.item.kind === "task") label.appendChild(tag("span", "task-no", String(found.item.number)));
    var text = found.item.texts[0].text;
    for (var from = 0, to = 0; from < text.length; from = to) {
      while (to < text.length && Boolean(found.marks[to]) === Boolean(found.marks[from])) to += 1;
      var part = text.slice(from, to);
      label.appendChild(found.marks[from] ? tag("mark", "", part) : document.createTextNode(part));
    }
    return label;
  }

  function option(found, place) {
    var line = tag("li", "palette-item");
    var note = tag("span", "palette-note", found.item.note || "");
    line.id = "palette-" + place;
    line.setAttribute("role", "option");
    line.dataset.place = String(place);
    line.append(labelOf(found), note);
    if (found.item.light) line.appendChild(tag("span", "light light-" + found.item.light, found.item.word));
    return line;
  }

  function heading(found, previous) {
    var name = found.isRecent ? dialog.dataset.recent : data.kinds[found.item.kind];
    var before = previous && (previous.isRecent ? dialog.dataset.recent : data.kinds[previous.item.kind]);
    return name && name !== before ? name : "";
  }

  // The best kind first, and within a kind the best first.
  function grouped(found) {
    var order = [];
    found.forEach(function (each) {
      var kind = each.isRecent ? "recent" : each.item.kind;
      if (order.indexOf(kind) < 0) order.push(kind);
    });
    return order.reduce(function (lines, kind) {
      return lines.concat(found.filter(function (each) { return (each.isRecent ? "recent" : each.item.kind) === kind; }));
    }, []);
  }

  function show() {
    shown = grouped(find(input.value));
    list.textContent = "";
    shown.forEach(function (found, place) {
      var name = heading(found, shown[place - 1]);
      if (name) {
        var line = tag("li", "palette-kind", name);
        line.setAttribute("role", "presentation");
        list.appendChild(line);
      }
      list.appendChild(option(found, place));
    });
    var count = shown.filter(function (found) { return found.item.kind !== "search"; }).length;
    none.hidden = !data || count > 0;
    say.textContent = data ? say.dataset.found.replace("{number}", String(count)) : "";
    choose(0);
  }

  function choose(place) {
    active = Math.max(0, Math.min(shown.length - 1, place));
    list.querySelectorAll("[role=option]").forEach(function (line) {
      var isActive = line.dataset.place === String(active);
      line.setAttribute("aria-selected", String(isActive));
      if (isActive) line.scrollIntoView({ block: "nearest" });
    });
    if (shown.length) input.setAttribute("aria-activedescendant", "palette-" + active);
    else input.removeAttribute("aria-activedescendant");
  }

  // -- opening ------------------------------------------------------------------------------------------------------

  var WAYS = {
    print: function () { window.print(); },
    copy: function () { navigator.clipboard.writeText(window.location.href); }
  };

  function open(found, elsewhere) {
    if (!found) return;
    var item = found.item;
    remember(item);
    dialog.close();
    if (item.url && elsewhere) window.open(item.url, "_blank", "noopener");
    else if (item.url) window.location.assign(item.url);
    else if (WAYS[item.press]) window.setTimeout(WAYS[item.press], 0);
    else if (item.press) document.querySelector(item.press).click();
    else if (item.element.matches("input, select, textarea")) item.element.focus();
    else item.element.click();
  }

  function fetchItems() {
    return window.fetch(dialog.dataset.url, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (given) {
        given.items = given.items.map(prepare);
        given.here = controls();
        data = given;
        show();
      })
      .catch(function () {
        none.hidden = false;
        none.textContent = dialog.dataset.failed;
      });
  }

  function start() {
    if (document.querySelector("dialog[open]")) return;
    dialog.showModal();
    input.value = "";
    if (data) { data.here = controls(); show(); } else { show(); none.hidden = true; fetchItems(); }
    input.focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (dialog.open) dialog.close(); else start();
  });

  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-palette]");
    if (!opener) return;
    event.preventDefault();
    if (opener.closest("dialog")) opener.closest("dialog").close();
    start();
  });

  input.addEventListener("input", show);

  input.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return; // the keys belong to the input method
    var step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) choose(active + step);
    else if (event.key === "Home" && event.ctrlKey) choose(0);
    else if (event.key === "Enter" && shown.length) open(shown[active], event.ctrlKey || event.metaKey);
    else if (event.key === "Enter" && input.value.trim()) window.location.assign(dialog.dataset.search + "?q=" + encodeURIComponent(input.value.trim()));
    else return;
    event.preventDefault();
  });

  list.addEventListener("click", function (event) {
    var line = event.target.closest("[data-place]");
    if (line) open(shown[Number(line.dataset.place)], event.ctrlKey || event.metaKey);
  });
  list.addEventListener("mousemove", function (event) {
    var line = event.target.closest("[data-place]");
    if (line && Number(line.dataset.place) !== active) choose(Number(line.dataset.place));
  });

  // With a script the header's search form is a button that opens this.
  document.querySelectorAll("form.find").forEach(function (form) { form.hidden = true; });
  document.querySelectorAll(".find-button").forEach(function (button) { button.hidden = false; });

  // -- the bell -----------------------------------------------------------------------------------------------------

  var POLL = 120000;
  var bell = document.querySelector("details.bell");
  if (!bell || !window.htmx) return;

  bell.addEventListener("toggle", function () {
    if (bell.open) window.htmx.ajax("GET", bell.dataset.url, { target: "#bell-panel", swap: "innerHTML" });
  });

  window.setInterval(function () {
    if (document.visibilityState !== "visible" || bell.open) return;
    window.fetch(bell.dataset.poll, { credentials: "same-origin" }).then(function (answer) {
      return answer.ok && !answer.redirected ? answer.json() : null;
    }).then(function (given) {
      var unread = document.getElementById("unread");
      if (given && unread) unread.outerHTML = given.html;
    }).catch(function () { /* the next time */ });
  }, POLL);
})();
