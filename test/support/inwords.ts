import { feedLooks, readLocales } from "../../src/app/bundled.ts";
import { speech } from "../../src/base/words.ts";

/** What a publisher says of feeds in English, and what they refer to. */
export const inEnglish = { words: speech(readLocales(), "en").in("en"), looks: feedLooks() } as const;
