const particle =
  "(?:de|da|do|dos|das|del|della|di|du|van|von|der|den|dem|ten|ter|la|le|bin|al|el|y|e|i|zu|zur|af|av)";
const word = "\\p{Lu}[\\p{L}\\p{M}.'’-]{0,30}";
const person = `(?:${word}(?: (?:${particle} ){0,3}${word}){0,4}|${word} \\p{Ll}{3,20})`;
const latinName = new RegExp(
  `^${person}(?:(?:, | and | & | und | et | y | e | en | og | och | i )${person}){0,5}$`,
  "u",
);
const handle = /^[@\p{L}\p{N}_][\p{L}\p{N}_.-]{1,30}$/u;
const otherName = /^[\p{L}\p{M}][\p{L}\p{M}\p{N}·・.,、&\s-]{0,30}$/u;

/** What stands before a writer's name, in languages that write it in letters with capitals. */
const before = new RegExp(
  `^(?:${[
    "(?:(?:posted|written|published|submitted|story|text|words|reported|shared|added|created|started|asked) )?by:? ",
    "(?:geschrieben|verfasst|veröffentlicht|erstellt|eingestellt|ein beitrag) von:? |von:? ",
    "(?:(?:écrit|publié|rédigé|posté) )?par:? |(?:(?:escrito|publicado|redactado|enviado|postado) )?por:? ",
    "(?:(?:scritto|pubblicato) )?da:? |a cura di |di |(?:door|przez):? |(?:skriven|skrevet|publicerad|lagt ut) a[vf]:? |a[vf]:? ",
    "(?:author|autor(?:in)?|auteure?|autrice|autore|verfasser(?:in)?|redakteur(?:in)?|redaktion|redacción|text|texte|texto|testo|yazan|yazar|автор) ?: ?",
  ].join("|")})`,
  "iu",
);

/** What stands before a writer's name in scripts without capitals. */
const beforeOther = new RegExp(
  `^(?:${[
    "(?:作者|撰文|撰稿人?|文字|文|筆者|笔者|著者|執筆者?|投稿者|寫作|写作|ライター|取材・文|文責|글쓴이|작성자|지은이|필자|글) ?[:：/／|｜·=] ?|글 (?=\\p{Script=Hangul}{2,4}$)",
    "(?:本[报報台刊])?(?:[实實][习習]|特[约約派])?[记記]者[:： ]?",
    "(?:بقلم|كتبه|كتبته|الكاتب|الكاتبة|إعداد|تحرير) ?:? ?|(?:מאת|נכתב על ידי|כותב|כותבת) ?:? ?",
  ].join("|")})`,
  "u",
);

/** A reporter, and the place of the report: 王小明／台北報導. */
const reporter =
  /^([\p{Script=Han}\p{Script=Hangul}]{2,5}) ?(?:기자|특파원|인턴기자|[记記]者)?(?:[／/@ ].{1,14}(?:[报報][导導道]))?$/u;
const calledReporter = /^([\p{Script=Hangul}\p{Script=Han}]{2,5}) ?(?:기자|특파원|인턴기자|記者|记者)$/u;

/**
 * The writer that a text names where it says nothing else: "by Jane Doe", "von Anna Beck", 作者：王小明, 記者王小明／台北報導,
 * 홍길동 기자. A name in small letters counts only where `isSure`: beside a date. Null for any other text.
 */
export function bylineIn(text: string, isSure = false): string | null {
  const said = text.trim();
  if (said.length < 2 || said.length > 90) return null;
  const latin = before.exec(said)?.[0];
  if (latin !== undefined) {
    const name = said.slice(latin.length).trim();
    if (latinName.test(name) || (isSure && handle.test(name))) return name;
    return /[:：] ?$/.test(latin) && otherName.test(name) && name.length <= 40 ? name : null;
  }
  const called = calledReporter.exec(said)?.[1];
  if (called !== undefined) return called;
  const other = beforeOther.exec(said)?.[0];
  if (other === undefined) return null;
  const name = said.slice(other.length).trim();
  if (/[记記]者/.test(other)) return reporter.exec(name)?.[1] ?? null;
  return otherName.test(name) ? name : null;
}
