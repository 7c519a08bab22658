export {
  type Sample,
  type Sampler,
  type SamplerName,
  createSampler,
  strategies,
} from "./sampler.ts";
export type { Choose, Moment, Preparation, SamplingStrategy } from "./strategy.ts";
