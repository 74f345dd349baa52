import { slugOf } from "../base/text.ts";
import type { Category } from "./post.ts";

/** The configured order of categories as slugs: each may be named by its old name or by the one it is given. */
export function categoryOrder(rules: {
  readonly order: readonly string[];
  readonly rename: Readonly<Record<string, string>>;
}): readonly string[] {
  return rules.order.map((name) => slugOf(rules.rename[name] ?? name));
}

/** Compares categories by `order` (slugs); the others follow by name. */
export function byOrder(order: readonly string[]): (a: Category, b: Category) => number {
  const rank = ({ slug }: Category) => {
    const place = order.indexOf(slug);
    return place === -1 ? order.length : place;
  };
  return (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
