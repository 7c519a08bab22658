/** The graded scenarios. They stay in the course repository. */
import { shared } from "./shared.ts";
import { once } from "./once.ts";

export default [...shared, ...once];
