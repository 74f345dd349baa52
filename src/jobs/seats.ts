/** How many mails are on their way to each domain: mailbox providers turn away who comes with too many at once. */
export interface Seats {
  /** Takes one of the domain's seats; false when there is none free. */
  take(domain: string): boolean;
  leave(domain: string): void;
  /** Domains without a free seat. */
  full(): readonly string[];
}

/** `perDomain` seats for every domain. */
export function seatsFor(perDomain: number): Seats {
  const taken = new Map<string, number>();
  const at = (domain: string) => taken.get(domain) ?? 0;
  return {
    take: (domain) => {
      if (at(domain) >= perDomain) return false;
      taken.set(domain, at(domain) + 1);
      return true;
    },
    leave: (domain) => {
      if (at(domain) > 1) taken.set(domain, at(domain) - 1);
      else taken.delete(domain);
    },
    full: () => [...taken].filter(([, seats]) => seats >= perDomain).map(([domain]) => domain),
  };
}
