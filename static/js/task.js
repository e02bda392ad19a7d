// The task page: the way through a long page. Without it every section stands open, one below the other.
(function () {
  "use strict";

  var narrow = window.matchMedia("(max-width: 48rem)");
  var folds = Array.prototype.slice.call(document.querySelectorAll(".task-page details.fold"));
  var links = Array.prototype.slice.call(document.querySelectorAll(".sections a"));

  // On a phone what is long begins folded, but for what the address points at.
  if (narrow.matches) {
    folds.forEach(function (fold) {
      if ("#" + fold.id !== window.location.hash && fold.id !== "reports") fold.open = false;
    });
  }

  // Whoever goes to a section wants to see it.
  function unfold() {
    var found = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    if (found && found.tagName === "DETAILS") found.open = true;
  }
  window.addEventListener("hashchange", unfold);
  links.forEach(function (link) {
    link.addEventListener("click", function () {
      var found = document.getElementById(link.hash.slice(1));
      if (found && found.tagName === "DETAILS") found.open = true;
    });
  });

  // On paper nothing is folded.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".task-page details.fold").forEach(function (fold) { fold.open = true; });
  });

  // The section that is in view is the one that the navigation marks.
  if (!("IntersectionObserver" in window)) return;
  function mark(id) {
    links.forEach(function (link) {
      if (link.hash === "#" + id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
  var observer = new window.IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) mark(entry.target.id); });
  }, { rootMargin: "-15% 0px -75% 0px" });
  links.forEach(function (link) {
    var found = document.getElementById(link.hash.slice(1));
    if (found) observer.observe(found);
  });
})();
