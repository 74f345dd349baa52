/** Ways to write an address of this machine as the host of a URL. */
const here = [
  "127.0.0.1 127.0.0.1. 127.1 127.0.1 127.000.000.001 0177.0.0.1 0177.0.0.01 0177.1 017700000001",
  "0x7f.0.0.1 0x7f.0x0.0x0.0x1 0x7F.1 0x7f000001 0X7F000001 2130706433 2130706433. 0x7f.1 0177.0x0.1 00000177.1",
  "127.0.0.2 127.127.127.127 127.255.255.254 2147483646 0 0. 0x0 00 0.0.0.0 0.0 0.0.0.1 0.255.255.255",
  "[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0:1] [0::1] [::0.0.0.1] [::] [0::0] [::0]",
  "[::ffff:127.0.0.1] [::FFFF:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] [::ffff:0.0.0.0]",
  "[::127.0.0.1] [::7f00:1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::127.0.0.1]",
  "[64:ff9b:1:ffff:ffff:ffff:7f00:1] [2002:7f00:1::] [2002:7f00:1::7f00:1] [2001:0:7f00:1::] [2001::7f00:1]",
  "[2001:0:4136:e378:8000:63bf:80ff:fffe] [fe80::5efe:127.0.0.1] [fe80::200:5efe:7f00:1]",
  "%31%32%37.0.0.1 127%2e0%2e0%2e1 127%2E1 %30%78%37%66.1 ①②⑦.⓪.⓪.① １２７.０.０.１ １２７．０．０．１ 127。0。0。1 127｡1",
  "𝟏𝟐𝟕.𝟎.𝟎.𝟏 𝟣𝟤𝟩.1 ０ｘ７ｆ.1 ⓪x7f.1 127.0.0.¹ ₁₂₇.0.0.1 1\u00ad27.0.0.1 127.0.0.\u200b1",
  "localhost LOCALHOST LocalHost localhost. LOCALHOST. a.localhost A.b.LocalHost. ｌｏｃａｌｈｏｓｔ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  "%6cocalhost loc%61lhost %6C%6F%63%61%6C%68%6F%73%74 local\u00adhost ℓocalhost lo\u200bcalhost localhoſt localhost。",
]
  .join(" ")
  .split(" ");

/** Ways to write addresses of networks that nobody outside may see, and of nobody at all. */
const elsewhere = [
  "10.0.0.1 10.255.255.255 012.0.0.1 0xa.1 167772161 172.16.0.1 172.31.255.255 0xac.16.1 192.168.0.1 192.168.257",
  "0xc0a80001 3232235521 169.254.169.254 169.254.43518 0xa9fea9fe 0251.0376.0251.0376 2852039166 [::ffff:a9fe:a9fe]",
  "[::169.254.169.254] [64:ff9b::a9fe:a9fe] [2002:a9fe:a9fe::] １６９.254.169.254 169。254。169。254 [fd00:ec2::254]",
  "100.64.0.1 100.127.255.254 100.100.100.200 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255",
  "198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.254 255.255.255.255 4294967295 0xffffffff",
  "[fc00::1] [fd12:3456::1] [fdff::] [fe80::1] [febf::1] [fec0::1] [feff::1] [ff02::1] [ff0e::1] [100::1] [2001:db8::1]",
  "[2001:2::1] [2001:10::1] [2001:20::1] [2001:1ff::1] [3fff::1] [5f00::1] [4000::1] [::8.8.8.8] [::ffff:8.8.8.8]",
]
  .join(" ")
  .split(" ");

/** Every form that is the host of an http address, as in `http://HOST/`. */
export const hosts: readonly string[] = [...here, ...elsewhere];

/** Whole addresses with something in them that leads away; CANARY stands for `127.0.0.1:<port>`. */
export const urls: readonly string[] = [
  "http://public.example@CANARY/",
  "http://public.example:80@CANARY/",
  "http://public.example%40CANARY/",
  "http://@CANARY/",
  "http://:@CANARY/",
  "http://a:b@CANARY/",
  "http://CANARY#@public.example/",
  "http://CANARY?@public.example/",
  "http://CANARY\\@public.example/",
  "http://CANARY%23@public.example/",
  "http://CANARY\\.public.example/",
  "http:\\\\CANARY\\",
  "http:/CANARY/",
  "http:CANARY",
  "http:///CANARY/",
  "http:////CANARY//",
  "http:\\/\\/CANARY",
  "HTTP://CANARY",
  " http://CANARY/ ",
  "\u0001http://CANARY/",
  "ht\ntp://CANARY/",
  "ht\ttp:\r//127.\n0.0.\t1/",
  "http://[fe80::1%25lo]/",
  "http://[::1%25lo]/",
  "http://[::1]:0/",
  "http://127.0.0.1:22/",
  "http://127.0.0.1:65535/",
  "https://CANARY/",
  "https://[::1]/",
  "http://public.example:22/",
  "http://public.example:25/",
  "http://public.example:6379/",
  "http://public.example:8080/",
  "https://public.example:11211/",
];

/** Addresses of another scheme than http and https. */
export const schemes: readonly string[] = [
  "file:///etc/passwd",
  "file://CANARY/etc/passwd",
  "FILE:/etc/passwd",
  "gopher://CANARY/_GET%20/",
  "ftp://CANARY/",
  "dict://CANARY/x",
  "ldap://CANARY/",
  "ws://CANARY/",
  "wss://CANARY/",
  "data:text/html,<p>x",
  "javascript:fetch('http://CANARY/')",
  "blob:http://CANARY/1",
  "view-source:http://CANARY/",
  "feed:http://CANARY/",
  "feed://CANARY/",
  "jar:http://CANARY/x!/",
  "about:blank",
  "unix:/run/x.sock",
  "http+unix://%2Frun%2Fx.sock/",
];

/** What a name server may answer for a name that looks public. */
export const answers: readonly string[] = [
  "127.0.0.1 127.0.0.2 127.255.255.254 0.0.0.0 0.0.0.1 10.0.0.1 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255",
  "192.0.0.1 192.0.2.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255",
  ":: ::1 ::1%lo 0:0:0:0:0:0:0:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1",
  "64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b:1::7f00:1 2002:7f00:1:: 2001:0:7f00:1:: fe80::1 fe80::1%lo fe80::5efe:7f00:1",
  "fc00::1 fd00::1 fec0::1 ff02::1 100::1 2001:db8::1 0177.0.0.1 2130706433 127.1 localhost",
]
  .join(" ")
  .split(" ");

/** `form` with the canary in its place. */
export function at(form: string, port: number): string {
  return form.replaceAll("CANARY", `127.0.0.1:${port}`);
}
