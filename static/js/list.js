// The list of tasks: ticking rows, the form under a row, columns in their order, copying to Excel. The page works without it.
(function () {
  "use strict";

  var place = document.getElementById("task-list");
  var said = document.getElementById("list-said");
  if (!place) return;
  var last = null; // the row ticked last: where a range begins
  var isWhole = false; // every task of the filter, also on other pages

  function all(selector) { return Array.from(place.querySelectorAll(selector)); }
  function one(selector) { return place.querySelector(selector); }
  function boxes() { return all("tbody input[name=task]"); }
  function say(text) { if (said) { said.textContent = ""; window.setTimeout(function () { said.textContent = text; }, 50); } }

  // -- ticking rows -------------------------------------------------------------------------------------------------

  function show() {
    var bar = one("[data-bulk]");
    if (!bar) return;
    var ticked = boxes().filter(function (box) { return box.checked; });
    var count = isWhole ? Number(bar.dataset.total) : ticked.length;
    boxes().forEach(function (box) {
      box.closest("tr").classList.toggle("is-picked", isWhole || box.checked);
      box.disabled = isWhole;
    });
    bar.hidden = !count;
    bar.querySelector("[data-filters]").disabled = !isWhole;
    bar.querySelector("[data-picked-count]").textContent = bar.dataset.picked.replace("{n}", count);
    var whole = bar.querySelector("[data-pick-whole]");
    if (whole) { whole.hidden = false; whole.setAttribute("aria-pressed", String(isWhole)); }
    var head = one("[data-pick-all]");
    head.checked = count > 0 && ticked.length === boxes().length;
    head.indeterminate = count > 0 && !head.checked;
  }

  function clear() {
    isWhole = false;
    boxes().forEach(function (box) { box.checked = false; });
    last = null;
    show();
  }

  function range(from, to, checked) {
    var list = boxes();
    var ends = [list.indexOf(from), list.indexOf(to)].sort(function (a, b) { return a - b; });
    if (ends[0] < 0) return;
    list.slice(ends[0], ends[1] + 1).forEach(function (box) { box.checked = checked; });
  }

  place.addEventListener("click", function (event) {
    var box = event.target.closest("tbody input[name=task]");
    if (box) {
      if (event.shiftKey && last) range(last, box, box.checked);
      last = box;
      show();
    }
    if (event.target.closest("[data-pick-none]")) clear();
    if (event.target.closest("[data-pick-whole]")) { isWhole = !isWhole; show(); }
    if (event.target.closest("[data-copy-table]")) copy(event.target.closest("[data-copy-table]"));
    if (event.target.closest("[data-close-edit]")) closeEdit();
  });
  place.addEventListener("change", function (event) {
    if (!event.target.matches("[data-pick-all]")) return;
    boxes().forEach(function (box) { box.checked = event.target.checked; });
    show();
  });

  // -- keys: j, k, x and e are data-keys of keys.js; here what is left --------------------------------------------------

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") { leave(event); return; }
    if (event.key === "Enter" && event.target.matches("#task-list tr[data-row]")) { event.target.querySelector("th a").click(); return; }
    var row = document.activeElement && document.activeElement.closest("#task-list tbody tr");
    if (event.key !== "X" || !event.shiftKey || !row || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    var box = row.querySelector("input[name=task]");
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    if (last) range(last, box, true);
    last = box;
    show();
  });

  // keys.js would press the first of its kind: without a row, or in one that cannot be edited, these keys do nothing.
  document.addEventListener("keydown", function (event) {
    if ((event.key !== "e" && event.key !== "x") || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    var row = event.target.closest("#task-list tr[data-row]");
    if (!row || !row.querySelector("[data-key='" + event.key + "']")) event.preventDefault();
  }, true);

  function leave(event) {
    if (document.querySelector("dialog[open], details.menu[open]")) return;
    if (one(".edit-row")) { event.preventDefault(); closeEdit(); } else if (isWhole || boxes().some(function (box) { return box.checked; })) clear();
  }

  // -- the form under a row ---------------------------------------------------------------------------------------------

  function closeEdit() {
    all(".edit-row").forEach(function (row) {
      var above = document.getElementById("row-" + row.dataset.editRow);
      row.remove();
      if (above) above.focus();
    });
  }

  var ticked = []; // a row that is swapped for its newer self stays ticked
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (place.contains(event.target)) ticked = boxes().filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
    if (event.target.matches("[data-edit]")) all(".edit-row").forEach(function (row) { row.remove(); });
  });

  function enterEdit() {
    var row = one(".edit-row");
    if (!row) return;
    var wanted = row.querySelector(".is-invalid, .date-conflict + .date-fields [type=submit]") || row.querySelector("[name=due_date]") || row.querySelector("button");
    wanted.focus();
    if (wanted.select) wanted.select();
  }

  // -- columns in their order -------------------------------------------------------------------------------------------

  function arm(list) {
    Array.from(list.children).forEach(function (item) {
      if (item.querySelector("button")) return;
      [["↑", list.dataset.up, -1], ["↓", list.dataset.down, 1]].forEach(function (each) {
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = each[0];
        button.setAttribute("aria-label", each[1] + " " + item.textContent.trim().replace(/[↑↓]/g, ""));
        button.addEventListener("click", function () {
          var other = each[2] < 0 ? item.previousElementSibling : item.nextElementSibling;
          if (!other) return;
          list.insertBefore(each[2] < 0 ? item : other, each[2] < 0 ? other : item);
          button.focus();
        });
        item.appendChild(button);
      });
    });
  }

  // -- copying to Excel: the columns in sight, the rows ticked or all ----------------------------------------------------------

  function clean(cell) {
    var copied = cell.cloneNode(true);
    copied.querySelectorAll(".sub, .edit-date, .bar-plan, .overdue, .visually-hidden").forEach(function (part) { part.remove(); });
    var text = copied.textContent.replace(/\s+/g, " ").trim();
    return text === "—" ? "" : text;
  }

  function line(row) {
    return Array.from(row.cells).filter(function (cell) { return !cell.classList.contains("cell-pick"); }).map(clean).join("\t");
  }

  function table() {
    var rows = all(".ledger tbody tr:not(.edit-row)");
    var picked = rows.filter(function (row) { return row.classList.contains("is-picked"); });
    return [one(".ledger thead tr")].concat(picked.length ? picked : rows).map(line).join("\n");
  }

  // Over plain HTTP, as on many intranets, there is no clipboard to write to: an invisible text is copied instead.
  function toClipboard(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    var box = document.createElement("textarea");
    box.value = text;
    box.className = "visually-hidden";
    document.body.appendChild(box);
    box.select();
    document.execCommand("copy");
    box.remove();
    return Promise.resolve();
  }

  function copy(button) {
    toClipboard(table()).then(function () {
      var word = button.lastChild;
      var before = word.textContent;
      word.textContent = button.dataset.copied;
      say(said.dataset.copied);
      window.setTimeout(function () { word.textContent = before; }, 2000);
    });
  }

  // -- after each load -----------------------------------------------------------------------------------------------------

  function wake() {
    all("[data-print], [data-copy-table], [data-pick-all], [data-pick-none]").forEach(function (element) { element.hidden = false; });
    all(".column-list").forEach(arm);
    last = null;
    isWhole = false;
    show();
  }

  // gxftz.js folds the filters of a page that was loaded; those that came later fold in the same way, as they were.
  function fold(folded) {
    var button = one("[data-fold]");
    var form = one("#filters");
    button.hidden = false;
    form.classList.toggle("folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    button.addEventListener("click", function () {
      button.setAttribute("aria-expanded", String(!form.classList.toggle("folded")));
    });
  }

  // The foot of a printed page says what is printed now: this address, as of this moment.
  function tellPaper() {
    var foot = document.querySelectorAll(".foot > span");
    var moment = one(".as-of");
    if (moment && foot[0]) foot[0].textContent = moment.textContent;
    if (foot[1]) foot[1].textContent = window.location.href;
  }

  var open = [];
  var folded = true;
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target !== place) return;
    folded = one("#filters").classList.contains("folded");
    open = all("details[open]").map(function (each) { return each.id; });
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target === place) {
      open.forEach(function (id) { var again = document.getElementById(id); if (again) again.open = true; });
      open = [];
      fold(folded);
      wake();
      var found = one("[data-announce]");
      if (found) say(found.textContent.replace(/\s+/g, " ").trim());
      tellPaper();
    } else if (place.contains(event.target) || one(".edit-row")) {
      boxes().forEach(function (box) { box.checked = ticked.indexOf(box.value) >= 0; });
      enterEdit();
      show();
    }
  });
  wake();
})();
