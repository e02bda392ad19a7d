// Runs before the first paint, so that a dark screen does not flash white: follows the system unless the person chose.
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return window.localStorage.getItem("theme"); } catch (refused) { return null; }
  }
  function apply() {
    var theme = chosen() || (dark.matches ? "dark" : "light");
    document.documentElement.setAttribute("data-bs-theme", theme);
    document.dispatchEvent(new CustomEvent("gxftz:theme", { detail: theme }));
  }
  window.gxftzTheme = {
    toggle: function () {
      var next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
      try {
        // What equals the system's choice is not kept: the page follows the system again.
        if (next === (dark.matches ? "dark" : "light")) window.localStorage.removeItem("theme");
        else window.localStorage.setItem("theme", next);
      } catch (refused) { /* private windows keep nothing */ }
      document.documentElement.setAttribute("data-bs-theme", next);
      document.dispatchEvent(new CustomEvent("gxftz:theme", { detail: next }));
    }
  };
  apply();
  dark.addEventListener("change", apply);
})();
