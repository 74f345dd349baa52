/** Month names and their usual short forms, January first: English, German, French, Spanish, Italian, Portuguese, Dutch. */
const westernNames = [
  "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari",
  "february feb februar février fevrier févr fevr febrero febbraio fevereiro fev februari",
  "march mar märz maerz mrz mars marzo março marco maart mrt",
  "april apr avril avr abril abr aprile",
  "may mai mayo maggio mag maio mei",
  "june jun juni juin junio giugno giu junho",
  "july jul juli juillet juill juil julio luglio lug julho",
  "august aug août aout agosto ago augustus",
  "september sep sept septembre septiembre settembre set setembro",
  "october oct oktober okt octobre octubre ottobre ott outubro out",
  "november nov novembre noviembre novembro",
  "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro december",
];

/**
 * As they stand after a day, in Swedish, Danish, Norwegian, Polish, Czech, Russian, Ukrainian, Turkish, Finnish, Greek,
 * Hebrew, Arabic of three regions; `_` is a space.
 */
const otherNames = [
  "stycznia ledna января січня ocak tammikuuta ιανουαρίου ינואר يناير كانون_الثاني جانفي",
  "lutego února февраля лютого şubat helmikuuta φεβρουαρίου פברואר فبراير شباط فيفري",
  "marts marca března марта березня mart maaliskuuta μαρτίου מרץ مارس آذار",
  "kwietnia dubna апреля квітня nisan huhtikuuta απριλίου אפריל أبريل ابريل إبريل نيسان أفريل",
  "maj maja května мая травня mayıs toukokuuta μαΐου מאי مايو أيار ماي",
  "czerwca června июня червня haziran kesäkuuta ιουνίου יוני يونيو يونيه حزيران جوان",
  "lipca července июля липня temmuz heinäkuuta ιουλίου יולי يوليو يوليه تموز جويلية",
  "augusti sierpnia srpna августа серпня ağustos elokuuta αυγούστου אוגוסט أغسطس آب أوت",
  "września září сентября вересня eylül syyskuuta σεπτεμβρίου ספטמבר سبتمبر أيلول",
  "października října октября жовтня ekim lokakuuta οκτωβρίου אוקטובר أكتوبر تشرين_الأول",
  "listopada listopadu ноября листопада kasım marraskuuta νοεμβρίου נובמבר نوفمبر تشرين_الثاني",
  "desember grudnia prosince декабря грудня aralık joulukuuta δεκεμβρίου דצמבר ديسمبر كانون_الأول",
];

const monthNames = westernNames.map((names, index) => `${names} ${otherNames[index] ?? ""}`.trim());

const months = new Map(
  monthNames.flatMap((names, index) =>
    names.split(" ").map((name) => [name.replaceAll("_", " "), index + 1] as const),
  ),
);

const longestFirst = (words: Iterable<string>) => [...words].sort((a, b) => b.length - a.length).join("|");

/** A pattern for any month name. */
export const monthPattern = longestFirst(months.keys());

/** A pattern for how any month name starts: three letters. */
export const monthStartPattern = [...new Set([...months.keys()].map((name) => name.slice(0, 3)))].join("|");
/** A pattern for the names of months that may stand before their day. */
export const leadingMonthPattern = longestFirst(westernNames.flatMap((names) => names.split(" ")));

/** 1 … 12 for a month's name, else null. */
export function monthNumber(name: string): number | null {
  return months.get(name.toLowerCase()) ?? null;
}

const weekdayNames = [
  "monday mon montag mo lundi lun lunes lunedì segunda-feira segunda seg maandag ma 一 月 월",
  "tuesday tue tues dienstag di mardi mar martes martedì terça-feira terça ter dinsdag 二 火 화",
  "wednesday wed mittwoch mi mercredi mer miércoles mié mercoledì quarta-feira quarta qua woensdag wo 三 水 수",
  "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedì gio quinta-feira quinta qui donderdag 四 木 목",
  "friday fri freitag fr vendredi ven viernes vie venerdì sexta-feira sexta sex vrijdag vr 五 金 금",
  "saturday sat samstag sa sonnabend samedi sam sábado sáb sabato sab zaterdag za 六 土 토",
  "sunday sun sonntag so dimanche dim domingo dom domenica zondag zo 日 天 일",
];

const weekdays = new Map(
  weekdayNames.flatMap((names, index) => names.split(" ").map((name) => [name, index + 1] as const)),
);

/** A pattern for a weekday in Latin letters, with its dot and comma. */
export const weekdayPattern = `(?:${longestFirst([...weekdays.keys()].filter((name) => /^\p{Script=Latin}/u.test(name)))})`;

/** 1 (Monday) … 7 for a weekday's name in any of the languages, else null. */
export function weekdayNumber(name: string): number | null {
  return weekdays.get(name.toLowerCase()) ?? null;
}

const digits = new Map([..."〇一二三四五六七八九"].map((digit, value) => [digit, value]));
digits.set("零", 0).set("两", 2).set("兩", 2).set("元", 1);

/** A pattern for a number in Arabic or Chinese numerals. */
export const numberPattern = "(?:\\d+|[〇零一二两兩三四五六七八九十百廿卅元]+)";

/**
 * The value of a number in Arabic or Chinese numerals (十二 = 12, 二十三 = 23, 二〇二六 = 2026), else null.
 */
export function readNumber(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const plain = text.replaceAll("廿", "二十").replaceAll("卅", "三十");
  if (/^[〇零一二三四五六七八九]{2,}$/.test(plain))
    return Number([...plain].map((digit) => digits.get(digit)).join(""));
  let total = 0;
  let last: number | null = null;
  for (const char of plain) {
    const unit = char === "十" ? 10 : char === "百" ? 100 : null;
    const value = digits.get(char);
    if (unit !== null) {
      total += (last ?? 1) * unit;
      last = null;
    } else if (value !== undefined) {
      last = value;
    } else {
      return null;
    }
  }
  return plain === "" ? null : total + (last ?? 0);
}
