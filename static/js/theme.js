// Runs before the first paint, so that a dark screen does not flash white. Whoever is logged in chose on the server
// (data-chosen-theme, empty for the system's); on the log-in page what this browser last showed holds.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function system() { return dark.matches ? "dark" : "light"; }
  function kept(theme) {
    try {
      if (theme === undefined) return window.localStorage.getItem("theme") || "";
      if (theme) window.localStorage.setItem("theme", theme); else window.localStorage.removeItem("theme");
    } catch (refused) { /* private windows keep nothing */ }
    return theme || "";
  }
  function chosen() {
    return root.hasAttribute("data-chosen-theme") ? kept(root.getAttribute("data-chosen-theme")) : kept();
  }
  function apply(theme) {
    root.setAttribute("data-bs-theme", theme);
    document.dispatchEvent(new CustomEvent("gxftz:theme", { detail: theme }));
  }
  window.gxftzTheme = {
    // Returns what is to be kept: what equals the system's choice is none, the page follows the system again.
    toggle: function () {
      var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
      var choice = next === system() ? "" : next;
      if (root.hasAttribute("data-chosen-theme")) root.setAttribute("data-chosen-theme", choice);
      kept(choice);
      apply(next);
      return choice;
    }
  };
  apply(chosen() || system());
  dark.addEventListener("change", function () { apply(chosen() || system()); });
})();
