import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether `authorization` (HTTP Basic, RFC 7617, UTF-8) brings the password; any user name will do. It takes the
 * same time however much of the password is right.
 */
export function opens(authorization: string | undefined, password: string): boolean {
  const [scheme = "", credentials = ""] = (authorization ?? "").split(/\s+/, 2);
  if (scheme.toLowerCase() !== "basic") return false;
  const said = Buffer.from(credentials, "base64").toString("utf8");
  const colon = said.indexOf(":");
  return colon !== -1 && timingSafeEqual(hashed(said.slice(colon + 1)), hashed(password));
}

function hashed(text: string): Buffer {
  return createHash("sha256").update(text.normalize("NFC")).digest();
}
