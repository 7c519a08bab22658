import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { root } from "./_markdown.ts";
import { shell } from "./_starter.ts";

const home = join(root, "tools", "registry");

/** What a registry says of a version, as far as it is read here. */
interface Published {
  readonly repository?: { readonly url: string };
}

/** A registry on loopback, for packages of our scope. */
export interface Registry {
  readonly url: string;
  /** What makes npm take it, and publish to it: `npm_config_userconfig`. */
  readonly env: Readonly<Record<string, string>>;
  /** The versions of a package, with their package.json. */
  versionsOf(name: string): Promise<readonly (readonly [string, Published])[]>;
  stop(): Promise<void>;
}

/** Installs verdaccio if it is not there, and starts it with an empty folder. */
export async function startRegistry(scratch: string): Promise<Registry> {
  if (!existsSync(join(home, "node_modules", "verdaccio"))) {
    const { status, stdout } = shell("npm ci --ignore-scripts --no-audit --no-fund", home);
    if (status !== 0) throw new Error(stdout);
  }
  const folder = join(scratch, "registry");
  mkdirSync(folder);
  const server = spawn(process.execPath, [join(home, "serve.mjs"), folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const url = await addressOf(server);
  const userconfig = join(scratch, "npmrc");
  writeFileSync(userconfig, await configOf(url));
  return {
    url,
    env: { npm_config_userconfig: userconfig },
    async versionsOf(name) {
      // A test that waits for a command keeps no connection alive.
      const headers = { connection: "close" };
      const answer = await fetch(`${url}${name.replace("/", "%2f")}`, { headers });
      if (answer.status === 404) return [];
      const { versions } = (await answer.json()) as { versions: Record<string, Published> };
      return Object.entries(versions);
    },
    async stop() {
      server.stdin.end();
      if (server.exitCode === null) await once(server, "exit");
    },
  };
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  let printed = "";
  for await (const chunk of stdout ?? []) {
    printed += String(chunk);
    const address = /http:\S+/.exec(printed)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error(`the registry does not start:\n${printed}`);
}

/** What this user tells npm, and a user of the registry. */
async function configOf(url: string): Promise<string> {
  const own = process.env["npm_config_userconfig"] ?? join(homedir(), ".npmrc");
  const account = { name: "instructor", password: "instructor" };
  const answer = await fetch(`${url}-/user/org.couchdb.user:${account.name}`, {
    method: "PUT",
    headers: { connection: "close", "content-type": "application/json" },
    body: JSON.stringify(account),
  });
  const { token } = (await answer.json()) as { readonly token: string };
  return [
    existsSync(own) ? readFileSync(own, "utf8") : "",
    `@concurrency-katas:registry=${url}`,
    `${url.replace("http:", "")}:_authToken=${token}`,
    "",
  ].join("\n");
}
