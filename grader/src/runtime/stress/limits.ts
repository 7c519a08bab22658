/** Heap of each thread of a stress run, in MiB. */
export const THREAD_HEAP = 192;
