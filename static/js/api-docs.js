// Draws the API's documentation. Changes tried from it carry the page's CSRF token: scripts may not read the cookie.
"use strict";

const place = document.getElementById("api-docs");
const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");

// The documentation's own dark look follows the page's.
function dress() {
  const isDark = document.documentElement.getAttribute("data-bs-theme") === "dark";
  document.documentElement.classList.toggle("dark-mode", isDark);
}
document.addEventListener("gxftz:theme", dress);
dress();

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor(request) {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    if (isOurs && request.method && request.method !== "GET") Object.assign(request.headers, headers);
    return request;
  },
});
