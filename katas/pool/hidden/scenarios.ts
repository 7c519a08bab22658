/** The hidden scenarios: they stay in the course's repository. */
import { tasks } from "./tasks.ts";
import { deaths } from "./deaths.ts";
import { values } from "./values.ts";
import { close } from "./close.ts";
import { native } from "./native.ts";

export default [...tasks, ...deaths, ...values, ...close, ...native];
