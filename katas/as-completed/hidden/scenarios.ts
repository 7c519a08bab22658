/** The hidden scenarios: they stay with the course, and graders add them to the public ones. */
import { order } from "./order.ts";
import { limits } from "./limits.ts";
import { rejections } from "./rejections.ts";
import { leaving } from "./leaving.ts";
import { deadlines } from "./deadlines.ts";
import { inputs } from "./inputs.ts";
import { cost } from "./cost.ts";

export default [...order, ...limits, ...rejections, ...leaving, ...deadlines, ...inputs, ...cost];
