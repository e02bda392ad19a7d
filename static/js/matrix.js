// The matrix: arrow keys walk from mark to mark, and a line says which task and which unit meet there.
(function () {
  "use strict";

  var STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function table() { return document.querySelector("[data-matrix]"); }
  function marksOf(row) { return Array.from(row.querySelectorAll("td > a")); }
  function placeOf(mark) { return mark.parentNode.cellIndex; }
  function rowsOf() { return Array.from(table().querySelectorAll("tbody tr")).filter(function (row) { return marksOf(row).length; }); }

  // One mark of the whole grid is in the order of the Tab key; the arrow keys reach the others.
  function rove(mark) {
    table().querySelectorAll("td > a").forEach(function (each) { each.tabIndex = -1; });
    mark.tabIndex = 0;
  }

  function start() {
    var marks = table() && table().querySelectorAll("td > a");
    if (!marks || !marks.length) return;
    rove(marks[0]);
    document.querySelector("[data-matrix-here]").classList.add("is-live");
  }

  function beside(mark, step) {
    var marks = marksOf(mark.closest("tr"));
    return marks[marks.indexOf(mark) + step];
  }

  function above(mark, step) {
    var rows = rowsOf();
    var place = placeOf(mark);
    for (var index = rows.indexOf(mark.closest("tr")) + step; rows[index]; index += step) {
      var cell = rows[index].cells[place];
      var found = cell && cell.querySelector("a");
      if (found) return found;
    }
    return null;
  }

  function target(mark, event) {
    var step = STEPS[event.key];
    if (step) return step[0] ? above(mark, step[0]) : beside(mark, step[1]);
    var marks = marksOf(mark.closest("tr"));
    var rows = rowsOf();
    if (event.key === "Home") return event.ctrlKey ? marksOf(rows[0])[0] : marks[0];
    if (event.key === "End") return event.ctrlKey ? marksOf(rows[rows.length - 1]).pop() : marks[marks.length - 1];
    return undefined;
  }

  document.addEventListener("keydown", function (event) {
    var mark = event.target.closest && event.target.closest("[data-matrix] td > a");
    if (!mark || event.altKey || event.metaKey) return;
    var next = target(mark, event);
    if (next === undefined) return;
    event.preventDefault();
    if (!next) return;
    rove(next);
    next.focus();
  });

  // The heads of the mark's row and column, marked and told in words.
  function headOf(mark) { return table().querySelectorAll(".matrix-units a")[placeOf(mark) - 1].parentNode; }

  function show(mark) {
    table().querySelectorAll(".is-here").forEach(function (each) { each.classList.remove("is-here"); });
    var line = document.querySelector("[data-matrix-here]");
    if (!mark) { line.textContent = ""; return; }
    var head = headOf(mark);
    var row = mark.closest("tr").querySelector("th");
    head.classList.add("is-here");
    row.classList.add("is-here");
    mark.title = line.textContent = [head.querySelector("a").title, row.textContent.trim(), mark.getAttribute("aria-label")].join(" · ");
  }

  document.addEventListener("mouseover", function (event) {
    if (!table() || !event.target.closest) return;
    var cell = event.target.closest("[data-matrix] td");
    if (cell && cell.querySelector("a")) show(cell.querySelector("a"));
  });
  document.addEventListener("focusin", function (event) {
    var mark = event.target.closest && event.target.closest("[data-matrix] td > a");
    if (mark) { rove(mark); show(mark); }
  });

  document.addEventListener("htmx:afterSwap", start);
  start();
})();
