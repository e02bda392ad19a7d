// What the API documentation's script expects and Chromium 90 to 96 do not have yet.
(function () {
  "use strict";

  function give(owner, name, value) {
    if (!owner[name]) Object.defineProperty(owner, name, { value: value, writable: true, configurable: true });
  }

  give(Object, "hasOwn", function (object, key) { return Object.prototype.hasOwnProperty.call(object, key); });
  give(Array.prototype, "at", function (index) { return this[index < 0 ? this.length + index : index]; });
  give(Array.prototype, "findLast", function (test) { return this.slice().reverse().find(test); });
})();
