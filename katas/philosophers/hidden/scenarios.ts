/** The graded scenarios. They stay in the course repository. */
import { plainLock } from "./plain-lock.ts";
import { reEntrantLock } from "./re-entrant-lock.ts";
import { dinner } from "./dinner.ts";
import { native } from "./native.ts";

export default [...plainLock, ...reEntrantLock, ...dinner, ...native];
