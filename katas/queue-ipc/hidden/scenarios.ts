/** The hidden scenarios: they stay in the course's repository. */
import { order } from "./order.ts";
import { timeouts } from "./timeouts.ts";
import { deaths } from "./deaths.ts";
import { parent } from "./parent.ts";
import { waiting } from "./waiting.ts";
import { ports } from "./ports.ts";
import { native } from "./native.ts";

export default [...order, ...timeouts, ...deaths, ...parent, ...waiting, ...ports, ...native];
