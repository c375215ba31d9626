// PouchDB's own server, with its LevelDB on the disk: the routes that PouchDB needs and no others, and no compression,
// which only costs time on one machine.

import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, site, place] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const express = require("express");
const PouchDB = require("pouchdb").defaults({ prefix: join(place, "/") });

const databases = require("express-pouchdb")(PouchDB, {
  mode: "minimumForPouchDB",
  overrideMode: { exclude: ["compression"] },
});
const app = express().use(express.static(site)).use("/db", databases);
const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
