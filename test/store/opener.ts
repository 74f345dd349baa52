import { sqliteStore } from "../../src/store/sqlite/store.ts";

// Run as a process of its own: opens a store, writes, and says that it is up.
const [file = "", migrations = "", name = ""] = process.argv.slice(2);
const store = await sqliteStore({ file, migrations, tagHost: "digest.example.org" });
await store.allow(name, 1, 0);
await store.close();
process.stdout.write(`up ${name}\n`);
