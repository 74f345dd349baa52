import type { Category } from "../domain/post.ts";
import type { Visit } from "./visit.ts";

/** Checkboxes for the categories; none ticked is everything, and that is said. */
export function CategoryChoice(props: {
  visit: Visit;
  categories: readonly Category[];
  ticked: ReadonlySet<string>;
}) {
  const { visit, categories, ticked } = props;
  if (categories.length === 0) return null;
  return (
    <fieldset>
      <legend>{visit.words.say("choice.categories")}</legend>
      <p class="hint" id="categories-hint">
        {visit.words.say("choice.everything")}
      </p>
      {categories.map(({ slug, name }) => (
        <label class="tick">
          <input
            type="checkbox"
            name="category"
            value={slug}
            checked={ticked.has(slug)}
            aria-describedby="categories-hint"
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The language of the mails, where there is more than one to choose. */
export function LanguageChoice({ visit, chosen }: { visit: Visit; chosen: string | null }) {
  const { speech } = visit.app;
  if (speech.languages.length < 2) return null;
  const current = speech.in(chosen ?? visit.words.language).language;
  return (
    <p class="field">
      <label for="language">{visit.words.say("choice.language")}</label>
      <select id="language" name="language">
        {speech.languages.map((language) => (
          <option value={language} lang={language} selected={language === current ? true : undefined}>
            {speech.in(language).say("page.language")}
          </option>
        ))}
      </select>
    </p>
  );
}

/** What was ticked, as far as it is among `offered`; null is everything. */
export function tickedIn(form: URLSearchParams, offered: readonly Category[]): readonly string[] | null {
  const ticked = new Set(form.getAll("category"));
  const wanted = offered.map(({ slug }) => slug).filter((slug) => ticked.has(slug));
  return wanted.length > 0 ? wanted : null;
}

/** The language chosen, when it is one we speak. */
export function languageIn(form: URLSearchParams, visit: Visit): string | null {
  const chosen = form.get("language");
  return chosen !== null && visit.app.speech.languages.includes(chosen) ? chosen : null;
}
