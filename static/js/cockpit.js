// The charts of the overview: drawn from the API; the same data stand in a table under each of them.
(function () {
  "use strict";

  var place = document.getElementById("charts");
  if (!place) return;
  var words = place.dataset;
  var COLOURS = ["red", "yellow", "green", "blue", "grey"];
  var MAX_PAGES = 10;
  var english = document.documentElement.lang === "en";
  // Half a page of A4, and letters to match. Set in sizes, not by zoom: printing scales pictures by rules of its own.
  var PRINT_WIDTH = 340;
  var PRINT_HEIGHTS = { pillar: 165, pace: 170, lead: 246, zone: 88 };
  var PRINT_SCALE = 0.7;
  var SIZES = ["fontSize", "lineHeight", "width", "itemWidth", "itemHeight", "itemGap", "barMaxWidth", "top", "left", "right"];
  // Never colour alone: each light has a pattern of its own, faint enough to read over.
  var PATTERNS = {
    red: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 },
    yellow: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 6], rotation: -Math.PI / 4 },
    green: { symbol: "none" },
    blue: { symbol: "circle", symbolSize: 0.45, dashArrayX: [[7, 7], [0, 7, 7, 0]], dashArrayY: [7, 0] },
    grey: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 4], rotation: 0 }
  };

  function token(name) {
    return window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function tokens() {
    return {
      text: token("--bs-body-color"), muted: token("--muted"), line: token("--line-soft"), surface: token("--surface"),
      strong: token("--bs-emphasis-color"),
      font: token("--bs-font-sans-serif").replace(/"/g, "'") // double quotes would break the attributes of a saved SVG
    };
  }

  function decal(colour) {
    return Object.assign({ color: "rgba(255, 255, 255, 0.28)" }, PATTERNS[colour]);
  }

  function tooltip(look) {
    return {
      confine: true, backgroundColor: look.surface, borderColor: look.line,
      textStyle: { color: look.text, fontFamily: look.font, fontSize: 13 }
    };
  }

  function frame(look, title) {
    return {
      animation: false,
      textStyle: { fontFamily: look.font, color: look.text },
      aria: { enabled: true, decal: { show: true }, label: { description: title + " " + words.seeTable } },
      legend: {
        top: 0, left: 8, itemWidth: 14, itemHeight: 10, itemGap: 14,
        textStyle: { color: look.text, fontSize: 12 }, inactiveColor: look.muted
      }
    };
  }

  // English legends take a second line where the picture is narrow.
  function below(width) {
    return english && width < 420 ? 50 : 30;
  }

  // Lights by one dimension: bars lying down, so that long names can be read.
  function lights(rows, look, title, width) {
    var names = rows.map(function (row) { return row.label; });
    var series = COLOURS.map(function (colour) {
      return {
        name: words[colour], type: "bar", stack: "all", barMaxWidth: 20, cursor: "pointer",
        itemStyle: { color: token("--chart-" + colour), borderColor: look.surface, borderWidth: 1, decal: decal(colour) },
        label: {
          show: true, color: "#fff", fontSize: 11, fontWeight: 600, textBorderColor: "rgba(0, 0, 0, 0.55)", textBorderWidth: 2,
          formatter: function (item) { return item.value > 0 ? String(item.value) : ""; }
        },
        data: rows.map(function (row) { return { value: row[colour], key: row.key, colour: colour }; })
      };
    });
    return Object.assign(frame(look, title), {
      tooltip: Object.assign(tooltip(look), { trigger: "axis", axisPointer: { type: "shadow" } }),
      grid: { left: 8, right: 20, top: below(width), bottom: 4, containLabel: true },
      xAxis: {
        type: "value", minInterval: 1, axisLabel: { color: look.muted, fontSize: 11 }, splitLine: { lineStyle: { color: look.line } }
      },
      yAxis: {
        type: "category", inverse: true, data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } },
        axisLabel: {
          color: look.text, fontSize: 11, lineHeight: 13, width: Math.min(english ? 250 : 156, 0.45 * width),
          overflow: english && (width < 420 || rows.length > 10) ? "truncate" : "break", interval: 0
        }
      },
      series: series
    });
  }

  // Planned against approved: a bar for what is approved, a mark where the task should be.
  function pace(rows, look, title, width) {
    return Object.assign(frame(look, title), {
      tooltip: Object.assign(tooltip(look), {
        trigger: "axis", axisPointer: { type: "shadow" },
        formatter: function (items) {
          var row = rows[items[0].dataIndex];
          var box = document.createElement("div");
          var head = document.createElement("strong");
          head.textContent = row.number + " " + (english ? row.title_en : row.title);
          box.className = "chart-tip";
          box.appendChild(head);
          [[words.planned, row.planned_percent], [words.actual, row.percent]].forEach(function (pair) {
            var line = document.createElement("div");
            line.textContent = pair[0] + " " + pair[1] + "%";
            box.appendChild(line);
          });
          return box;
        }
      }),
      grid: { left: 8, right: 12, top: below(width), bottom: 4, containLabel: true },
      xAxis: {
        type: "category", data: rows.map(function (row) { return String(row.number); }),
        axisLabel: { color: look.muted, fontSize: 10 }, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } }
      },
      yAxis: {
        type: "value", min: 0, max: 100, axisLabel: { color: look.muted, fontSize: 11, formatter: "{value}%" },
        splitLine: { lineStyle: { color: look.line } }
      },
      series: [
        {
          name: words.actual, type: "bar", barMaxWidth: 16, cursor: "pointer", itemStyle: { color: token("--chart-grey"), decal: decal("green") },
          data: rows.map(function (row) {
            var colour = row.light.colour;
            return { value: row.percent, key: row.number, itemStyle: { color: token("--chart-" + colour), decal: decal(colour) } };
          })
        },
        {
          name: words.planned, type: "scatter", symbol: "rect", symbolSize: [Math.max(4, Math.min(14, (0.8 * (width - 70)) / rows.length)), 3], cursor: "pointer", z: 3,
          itemStyle: { color: look.strong, decal: { symbol: "none" } },
          data: rows.map(function (row) { return { value: row.planned_percent, key: row.number }; })
        }
      ]
    });
  }

  // The same picture in smaller letters.
  function shrink(part) {
    Object.keys(part).forEach(function (name) {
      if (typeof part[name] === "number" && SIZES.indexOf(name) >= 0) part[name] *= PRINT_SCALE;
      else if (name === "symbolSize" && Array.isArray(part[name])) part[name] = [part[name][0] * PRINT_SCALE, part[name][1]];
      else if (part[name] && typeof part[name] === "object") shrink(part[name]);
    });
    return part;
  }

  function target(panel, data) {
    if (panel.dataset.chart === "pace") return words.task.replace("/0/", "/" + data.key + "/");
    return words.list + "?" + panel.dataset.by + "=" + encodeURIComponent(data.key) + "&light=" + data.colour;
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
    this.title = element.querySelector("h2").textContent;
    this.chart = null;
    this.rows = null;
    var panel = this;
    element.querySelectorAll("[data-download]").forEach(function (button) {
      button.addEventListener("click", function () { panel.download(button.dataset.download); });
    });
  }

  Panel.prototype.load = function () {
    var panel = this;
    fetchRows(this.element.dataset.source, [], 1).then(function (rows) {
      panel.rows = panel.element.dataset.chart === "pace" ? rows.filter(judged) : rows;
      panel.draw();
    }).catch(function () { panel.fail(); });
  };

  Panel.prototype.draw = function () {
    if (!this.rows) return;
    if (!this.rows.length) { this.say(words.nothing); return; }
    if (this.chart) this.chart.dispose();
    this.state.remove();
    this.chart = window.echarts.init(this.drawing, null, { renderer: "svg", locale: english ? "EN" : "ZH" });
    this.chart.setOption(this.option(this.drawing.clientWidth));
    var panel = this;
    this.chart.on("click", function (event) {
      if (event.data && event.data.key !== undefined) window.location.assign(target(panel.element, event.data));
    });
    this.element.querySelectorAll("[data-download]").forEach(function (button) { button.hidden = false; });
  };

  Panel.prototype.option = function (width) {
    var make = this.element.dataset.chart === "pace" ? pace : lights;
    return make(this.rows, tokens(), this.title, width);
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
    var svg = this.chart.getDataURL({ type: "svg", backgroundColor: token("--surface") });
    if (kind === "svg") { save(svg, name); return; }
    var scale = 2, image = new Image(), canvas = document.createElement("canvas");
    canvas.width = this.chart.getWidth() * scale;
    canvas.height = this.chart.getHeight() * scale;
    image.onload = function () {
      var pen = canvas.getContext("2d");
      pen.fillStyle = token("--surface");
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(canvas.toDataURL("image/png"), name);
    };
    image.src = svg;
  };

  var panels = Array.from(place.querySelectorAll("[data-chart]")).map(function (element) { return new Panel(element); });
  panels.forEach(function (panel) { panel.load(); });

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
    this.chart.resize({ width: PRINT_WIDTH, height: PRINT_HEIGHTS[this.element.dataset.by || "pace"] });
    this.chart.setOption(shrink(this.option(PRINT_WIDTH / PRINT_SCALE)));
    this.chart.getZr().flush(); // the printer does not wait for the next frame
  };

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
})();
