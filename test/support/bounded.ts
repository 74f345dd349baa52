import fc from "fast-check";
import { minute } from "../../src/base/clock.ts";
import { isLong } from "./long.ts";

// Of a property that does not hold, fast-check looks for the smallest case, and of a large one that may take hours in
// which nothing else is heard of it: what was found until then is told instead.
fc.configureGlobal({ interruptAfterTimeLimit: isLong ? 30 * minute : minute });
