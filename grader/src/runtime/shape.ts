/** What decoded JSON must look like to be used. Whatever is not of its shape is refused as a whole. */

/** Whether a value has a shape. */
export type Shape = (value: unknown) => boolean;

/** Any text. */
export const text: Shape = (value) => typeof value === "string";

/** A whole number that is not negative. */
export const whole: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

/** A number that JSON can hold. */
export const number: Shape = (value) => typeof value === "number";

/** True or false. */
export const truth: Shape = (value) => typeof value === "boolean";

/** One of these. */
export const oneOf =
  (...values: readonly unknown[]): Shape =>
  (value) =>
    values.includes(value);

/** A list of such values. */
export const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);

/** An object with at least these fields. */
export const record =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, shape]) => shape(value[name]));

/** Such a value, or none. */
export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);

/** True for an object that is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Such a value, or `null`. */
export const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);

/** A value of one of these shapes. */
export const either =
  (...shapes: readonly Shape[]): Shape =>
  (value) =>
    shapes.some((shape) => shape(value));

/** Whatever it is. */
export const anything: Shape = () => true;
