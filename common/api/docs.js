// SPDX-License-Identifier: MIT
/* Starts Swagger UI on this service's description. A key that is typed in is forgotten with the page. */
"use strict";
const ui = SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    showExtensions: false,
    validatorUrl: null,
    onComplete() {
        document.title = ui.specSelectors.info().get("title");
    },
});
