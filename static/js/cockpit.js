// The charts of the cockpit: drawn from the API and from what the page holds; a table under each of them says the same.
(function () {
  "use strict";

  var place = document.getElementById("charts");
  if (!place) return;
  var words = place.dataset;
  var charts = window.gxftzCharts;
  var MAX_PAGES = 10;
  var english = document.documentElement.lang === "en";
  // Half a page of A4, and letters to match. Set in sizes, not by zoom: printing scales pictures by rules of its own.
  var PRINT_WIDTH = 340;
  var PRINT_HEIGHTS = { pillar: 165, curve: 170, pace: 170, lead: 246, zone: 88 };
  // Units that stand on paper by themselves; the others are one bar. On the screen each has this height.
  var PRINT_UNITS = 20;
  var UNIT_HEIGHT = 23;
  var PRINT_SCALE = 0.7;
  // Trouble first, as in the table beneath.
  function byTrouble(one, other) {
    return other.red - one.red || other.yellow - one.yellow || other.tasks - one.tasks;
  }

  // On paper the units beyond the twentieth are one bar.
  function folded(rows) {
    if (rows.length <= PRINT_UNITS) return rows;
    var rest = { label: words.moreUnits.replace("0", String(rows.length - PRINT_UNITS + 1)) };
    charts.COLOURS.forEach(function (colour) {
      rest[colour] = rows.slice(PRINT_UNITS - 1).reduce(function (sum, row) { return sum + row[colour]; }, 0);
    });
    return rows.slice(0, PRINT_UNITS - 1).concat([rest]);
  }

  function target(panel, data) {
    if (panel.dataset.chart === "pace") return words.task.replace("/0/", "/" + data.key + "/");
    if (panel.dataset.chart === "curve") return data.open ? words.cockpit + data.key : "";
    return words.list + panel.dataset.by + "=" + encodeURIComponent(data.key) + "&light=" + data.colour;
  }

  function fetchJson(url) {
    return window.fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
  }

  // A list comes in pages.
  function fetchRows(url, rows, pages) {
    return fetchJson(url).then(function (answer) {
      if (Array.isArray(answer)) return answer;
      var all = rows.concat(answer.results);
      if (!answer.next || pages >= MAX_PAGES) return all;
      var next = new URL(answer.next, window.location.href);
      return fetchRows(next.pathname + next.search, all, pages + 1);
    });
  }

  function judged(row) {
    return row.planned_percent !== null && ["issued", "ongoing", "closing"].indexOf(row.status) >= 0;
  }

  function Panel(element) {
    this.element = element;
    this.drawing = element.querySelector("[data-drawing]");
    this.state = element.querySelector(".chart-state");
    this.title = element.dataset.title || element.querySelector("h2").textContent;
    this.chart = null;
    this.rows = null;
    var panel = this;
    element.querySelectorAll("[data-download]").forEach(function (button) {
      button.addEventListener("click", function () { panel.download(button.dataset.download); });
    });
  }

  Panel.prototype.load = function () {
    var panel = this;
    if (this.element.dataset.embedded) {
      this.rows = JSON.parse(document.getElementById(this.element.dataset.embedded).textContent);
      this.draw();
      return;
    }
    fetchRows(this.element.dataset.source, [], 1).then(function (rows) {
      panel.rows = panel.element.dataset.chart === "pace" ? rows.filter(judged) : rows;
      if (panel.element.dataset.by === "lead") panel.makeRoom(rows.sort(byTrouble).length);
      panel.draw();
    }).catch(function () { panel.fail(); });
  };

  // Every unit has its line, however many there are.
  Panel.prototype.makeRoom = function (count) {
    var needed = count * UNIT_HEIGHT + 60;
    if (needed > this.drawing.clientHeight + UNIT_HEIGHT) this.height = needed + "px";
  };

  // What is not shown is drawn when it is.
  Panel.prototype.draw = function () {
    if (!this.rows || this.element.hidden) return;
    if (!this.rows.length) { this.say(words.nothing); return; }
    if (this.chart) this.chart.dispose();
    this.state.remove();
    this.drawing.style.height = this.height || "";
    this.chart = window.echarts.init(this.drawing, null, { renderer: "svg", locale: english ? "EN" : "ZH" });
    this.chart.setOption(this.option(this.drawing.clientWidth));
    var panel = this;
    this.chart.on("click", function (event) {
      var url = event.data && event.data.key !== undefined && target(panel.element, event.data);
      if (url) window.location.assign(url);
    });
    this.element.querySelectorAll("[data-download]").forEach(function (button) { button.hidden = false; });
  };

  Panel.prototype.option = function (width) {
    var make = charts[this.element.dataset.chart];
    return make(this.isPaper && this.element.dataset.by === "lead" ? folded(this.rows) : this.rows, charts.tokens(), this.title, width);
  };

  Panel.prototype.say = function (text) {
    this.state.textContent = text;
    if (!this.state.isConnected) this.drawing.appendChild(this.state);
  };

  Panel.prototype.fail = function () {
    var panel = this;
    this.say(words.failed + " ");
    var again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn-sm btn-outline-primary";
    again.textContent = words.retry;
    again.addEventListener("click", function () { panel.load(); });
    this.state.appendChild(again);
    this.element.querySelector("details").open = true;
  };

  Panel.prototype.resize = function (size) {
    if (this.chart) this.chart.resize(size);
  };

  function save(url, name) {
    var link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
  }

  Panel.prototype.download = function (kind) {
    var name = this.title.trim() + "." + kind;
    var svg = this.chart.getDataURL({ type: "svg", backgroundColor: charts.token("--surface") });
    if (kind === "svg") { save(svg, name); return; }
    var scale = 2, image = new Image(), canvas = document.createElement("canvas");
    canvas.width = this.chart.getWidth() * scale;
    canvas.height = this.chart.getHeight() * scale;
    image.onload = function () {
      var pen = canvas.getContext("2d");
      pen.fillStyle = charts.token("--surface");
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(canvas.toDataURL("image/png"), name);
    };
    image.src = svg;
  };

  var panels = Array.from(place.querySelectorAll("[data-chart]")).map(function (element) { return new Panel(element); });

  document.addEventListener("gxftz:theme", function () {
    panels.forEach(function (panel) { panel.draw(); });
  });
  var waiting = 0;
  window.addEventListener("resize", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { panels.forEach(function (panel) { panel.resize(); }); }, 120);
  });

  // On paper a chart is black on white and as wide as its panel, whatever the window was.
  Panel.prototype.toPaper = function () {
    if (!this.chart) return;
    this.isPaper = true;
    this.drawing.style.height = "";
    this.chart.resize({ width: PRINT_WIDTH, height: PRINT_HEIGHTS[this.element.dataset.by || this.element.dataset.chart] });
    this.chart.setOption(charts.shrink(this.option(PRINT_WIDTH / PRINT_SCALE), PRINT_SCALE), true);
    this.isPaper = false;
    this.chart.getZr().flush(); // the printer does not wait for the next frame
  };

  // Of several views one is shown; on paper it is the first.
  place.querySelectorAll("[data-views]").forEach(function (box) {
    var views = Array.from(box.querySelectorAll("[data-chart]"));
    function show(name) {
      views.forEach(function (view) { view.hidden = view.dataset.chart !== name; });
      box.querySelectorAll("[data-view]").forEach(function (button) {
        button.setAttribute("aria-pressed", String(button.dataset.view === name));
      });
      panels.forEach(function (panel) { if (views.indexOf(panel.element) >= 0) panel.draw(); });
    }
    box.querySelector("[data-view-switch]").hidden = false;
    box.querySelectorAll("[data-view]").forEach(function (button) {
      button.addEventListener("click", function () { show(button.dataset.view); });
    });
    show(views[0].dataset.chart);
    window.addEventListener("beforeprint", function () { show(views[0].dataset.chart); });
  });

  // A day of the calendar leads to its line, also where that is folded away.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-day-link]");
    var line = link && document.getElementById(link.hash.slice(1));
    var fold = line && line.closest("details");
    if (fold) fold.open = true;
  });

  var theme = "";
  window.addEventListener("beforeprint", function () {
    theme = document.documentElement.getAttribute("data-bs-theme");
    document.documentElement.setAttribute("data-bs-theme", "light");
    panels.forEach(function (panel) { panel.toPaper(); });
  });
  window.addEventListener("afterprint", function () {
    document.documentElement.setAttribute("data-bs-theme", theme);
    panels.forEach(function (panel) { panel.draw(); });
  });

  panels.forEach(function (panel) { panel.load(); });
})();
