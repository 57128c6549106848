// Copy each library from node_modules to where it is served or inlined: `npm run build`.
import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";

const libraries = {
  "htmx.org/dist/htmx.min.js": ["src/allstore/web/static/vendor"],
  "echarts/dist/echarts.common.min.js": ["src/aisle/charts/static/vendor"],
  "swagger-ui-dist/swagger-ui-bundle.js": ["src/allstore/web/static/vendor"],
  "swagger-ui-dist/swagger-ui.css": ["src/allstore/web/static/vendor"],
};

for (const [from, folders] of Object.entries(libraries)) {
  for (const to of folders) {
    mkdirSync(to, { recursive: true });
    copyFileSync(join("node_modules", from), join(to, basename(from)));
  }
}
