// Starts verdaccio on loopback, as a process of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { $, quote } from "zx";

import { innerEnvironment } from "../ensure-node.mjs";

/** A registry on loopback that runs. */
export interface RunningRegistry {
  readonly url: string;
  /** A file for npm: what this user has configured, and our scope goes to this registry. */
  readonly userconfig: string;
  readonly ended: Promise<unknown>;
  stop(): void;
}

const here = import.meta.dirname;

/** Starts a registry that keeps what it gets in `folder`. Installs it first, where it is not. */
export async function startRegistry(folder: string): Promise<RunningRegistry> {
  if (!existsSync(join(here, "node_modules", "verdaccio"))) {
    const options = { cwd: here, env: innerEnvironment(process.env), quote };
    await $({ ...options, quiet: true })`npm ci --ignore-scripts --no-audit --no-fund`;
  }
  const server = spawn(process.execPath, [join(here, "serve.mjs"), folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  const url = await addressOf(server);
  const userconfig = join(folder, "npmrc");
  writeFileSync(userconfig, await configOf(url), { mode: 0o600 });
  return { url, userconfig, ended, stop: () => server.stdin.end() };
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  let printed = "";
  for await (const chunk of stdout ?? []) {
    printed += String(chunk);
    const address = /http:\S+\//.exec(printed)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error(`the registry does not start:\n${printed}`);
}

/** With an account, because publishing needs one. */
async function configOf(url: string): Promise<string> {
  const own = process.env["npm_config_userconfig"] ?? join(homedir(), ".npmrc");
  const account = { name: "instructor", password: "instructor" };
  const answer = await fetch(`${url}-/user/org.couchdb.user:${account.name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
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
