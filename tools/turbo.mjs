// `turbo` without its telemetry, on every platform: npm scripts cannot set a variable portably.

import { createRequire } from "node:module";
import process from "node:process";

process.env["TURBO_TELEMETRY_DISABLED"] = "1";
const require = createRequire(import.meta.url);
require("turbo");
