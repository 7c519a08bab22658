// A registry on loopback, for the test of a release: `node serve.mjs FOLDER` prints its address, keeps
// what is published in the folder, and ends with its standard input.

import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

/** @typedef {{ runServer(config: object): Promise<import("node:http").Server> }} Verdaccio */

const verdaccio = /** @type {Verdaccio} */ (createRequire(import.meta.url)("verdaccio"));

const [, , folder = ""] = process.argv;
const server = await verdaccio.runServer({
  self_path: folder,
  storage: join(folder, "storage"),
  auth: { htpasswd: { file: join(folder, "htpasswd"), max_users: 1 } },
  packages: { "@concurrency-katas/*": { access: "$all", publish: "$authenticated" } },
  // It asks no other registry, and nobody looks at it.
  uplinks: {},
  web: { enable: false },
  log: { type: "stdout", level: "fatal" },
});
server.listen(0, "127.0.0.1", () => {
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${address.port}/`);
});
process.stdin.on("end", () => process.exit()).resume();
