// The timeline opens with today in view; without a script its "today" leads there.
(function () {
  "use strict";

  function showToday() {
    var scroll = document.querySelector(".timeline-scroll");
    var today = document.getElementById("timeline-today");
    if (!scroll || !today || scroll.scrollWidth <= scroll.clientWidth) return;
    var name = scroll.querySelector(".timeline-name").getBoundingClientRect();
    var room = scroll.getBoundingClientRect();
    var middle = name.width + (room.width - name.width) / 2;
    scroll.scrollLeft += today.getBoundingClientRect().left - room.left - middle;
  }

  document.addEventListener("htmx:afterSwap", showToday);
  showToday();
})();
