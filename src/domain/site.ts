/** Who we are, as configured: what pages, feeds and mails say of themselves. */
export interface Site {
  readonly title: string;
  /** Absolute http(s), without a slash at the end. */
  readonly url: string;
  /** BCP 47. */
  readonly language: string;
  /** IANA name: the digest's schedule and the dates on pages. */
  readonly timeZone: string;
  readonly author: string;
  /** Who answers for this, with a postal address where the law wants one; lines as written. */
  readonly imprint: string;
}
