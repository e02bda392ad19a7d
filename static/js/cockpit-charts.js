// How the charts of the cockpit look: options for ECharts from rows; nothing here reads or changes the page but its tokens.
(function () {
  "use strict";

  var place = document.getElementById("charts");
  if (!place) return;
  var words = place.dataset;
  var COLOURS = ["red", "yellow", "green", "blue", "grey"];
  var english = document.documentElement.lang === "en";
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

  // The plan's mean against what was approved, month by month, with a line for the day that is looked at.
  function curve(rows, look, title, width) {
    var day = rows.find(function (row) { return row.is_day; });
    var blue = token("--chart-blue");
    function line(name, field, style) {
      return Object.assign({
        name: name, type: "line", connectNulls: false, cursor: "pointer", symbolSize: 6,
        data: rows.map(function (row) { return { value: [row.on, row[field]], key: row.on, open: row.can_open }; })
      }, style);
    }
    return Object.assign(frame(look, title), {
      tooltip: Object.assign(tooltip(look), {
        trigger: "axis",
        formatter: function (items) {
          var row = rows.find(function (each) { return each.on === items[0].data.key; });
          var box = document.createElement("div");
          var head = document.createElement("strong");
          head.textContent = row.on;
          box.className = "chart-tip";
          box.appendChild(head);
          [[words.meanPlanned, row.planned], [words.meanActual, row.actual]].forEach(function (pair) {
            if (pair[1] === null) return;
            var text = document.createElement("div");
            text.textContent = pair[0] + " " + pair[1] + "%";
            box.appendChild(text);
          });
          return box;
        }
      }),
      grid: { left: 8, right: 24, top: below(width) + 18, bottom: 4, containLabel: true },
      xAxis: {
        type: "time", axisLabel: { color: look.muted, fontSize: 11, formatter: "{yyyy}-{MM}", hideOverlap: true },
        axisLine: { lineStyle: { color: look.line } }, splitLine: { show: false }
      },
      yAxis: {
        type: "value", min: 0, max: 100, axisLabel: { color: look.muted, fontSize: 11, formatter: "{value}%" },
        splitLine: { lineStyle: { color: look.line } }
      },
      series: [
        line(words.meanPlanned, "planned", { symbol: "emptyCircle", lineStyle: { color: look.muted, type: "dashed", width: 2 }, itemStyle: { color: look.muted } }),
        line(words.meanActual, "actual", {
          symbol: "circle", lineStyle: { color: blue, width: 3 }, itemStyle: { color: blue }, areaStyle: { color: blue, opacity: 0.12 },
          markLine: {
            silent: true, symbol: "none", lineStyle: { color: look.strong, type: "solid", width: 1 },
            label: { formatter: words.day, color: look.strong, fontSize: 11, position: "insideEndTop", rotate: 0, align: "right", padding: [0, 4, 0, 0] },
            data: day ? [{ xAxis: day.on }] : []
          }
        })
      ]
    });
  }

  // The same picture in smaller letters.
  function shrink(part, scale) {
    Object.keys(part).forEach(function (name) {
      if (typeof part[name] === "number" && SIZES.indexOf(name) >= 0) part[name] *= scale;
      else if (name === "symbolSize" && Array.isArray(part[name])) part[name] = [part[name][0] * scale, part[name][1]];
      else if (part[name] && typeof part[name] === "object") shrink(part[name], scale);
    });
    return part;
  }

  window.gxftzCharts = { COLOURS: COLOURS, curve: curve, lights: lights, pace: pace, shrink: shrink, token: token, tokens: tokens };
})();
