/** The graded scenarios. They stay in the course repository. */
import { sharedSlots } from "./shared-slots.ts";
import { local } from "./local.ts";

export default [...sharedSlots, ...local];
