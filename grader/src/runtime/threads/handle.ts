export { buffersOf } from "./handle/buffers.ts";
export { decodeHandle } from "./handle/decode.ts";
export { NotCloneable, encodeHandle } from "./handle/encode.ts";
export type { HandleTree } from "./handle/tree.ts";
