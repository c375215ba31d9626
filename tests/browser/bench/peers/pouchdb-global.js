// The adapter `indexeddb` looks for PouchDB where a script tag leaves it.

import PouchDB from "pouchdb/dist/pouchdb.js";

globalThis.PouchDB = PouchDB;
