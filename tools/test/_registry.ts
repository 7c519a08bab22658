import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import process from "node:process";

import { innerEnvironment } from "../ensure-node.mjs";
import { root } from "./_markdown.ts";

/** What a registry says of a version, as far as it is read here. */
interface Published {
  readonly repository?: { readonly url: string };
}

/** A registry on loopback that runs. */
export interface Registry {
  readonly url: string;
  /** The variable that it asks to set. */
  readonly env: Readonly<Record<string, string>>;
  /** The versions of a package, with their package.json. */
  versionsOf(name: string): Promise<readonly (readonly [string, Published])[]>;
  stop(): Promise<void>;
}

/** Starts the registry as an instructor does. */
export async function startRegistry(): Promise<Registry> {
  const server = spawn("npm", ["run", "registry", "--ignore-scripts", "--silent"], {
    cwd: root,
    env: {
      ...innerEnvironment(process.env),
      NO_COLOR: "1",
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let printed = "";
  for await (const chunk of server.stdout) {
    printed += String(chunk);
    const [, url = "", file = ""] =
      /^(http:\S+) takes [^]*\n {2}export npm_config_userconfig=(\S+)\n/.exec(printed) ?? [];
    if (file === "") continue;
    return {
      url,
      env: { npm_config_userconfig: file },
      versionsOf: (name) => versionsOf(url, name),
      async stop() {
        server.stdin.end();
        if (server.exitCode === null) await once(server, "exit");
      },
    };
  }
  throw new Error(`npm run registry ended:\n${printed}`);
}

async function versionsOf(
  url: string,
  name: string,
): Promise<readonly (readonly [string, Published])[]> {
  // A test that waits for a command keeps no connection alive.
  const headers = { connection: "close" };
  const answer = await fetch(`${url}${name.replace("/", "%2f")}`, { headers });
  if (answer.status === 404) return [];
  const { versions } = (await answer.json()) as { versions: Record<string, Published> };
  return Object.entries(versions);
}
