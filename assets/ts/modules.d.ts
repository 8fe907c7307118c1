// What the bundler makes of imports that are not scripts.

/** A drawing: the shapes inside its svg element. */
declare module "*.svg" {
  const shapes: [name: string, attributes: Record<string, string>][];
  export default shapes;
}

/** The sentences of all languages whose keys begin so: language, key, text. */
declare module "catalogue:*" {
  const sentences: Record<string, Record<string, string>>;
  export default sentences;
}
