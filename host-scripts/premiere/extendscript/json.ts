// Older ExtendScript engines have no JSON object; this is as much of it as the bridge needs.

const escapes: Record<string, string> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quote(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const code = text.charCodeAt(i);
    const escape = escapes[character];
    if (escape !== undefined) out += escape;
    else if (code >= 32 && code < 127) out += character;
    else out += "\\u" + ("0000" + code.toString(16)).slice(-4);
  }
  return out + '"';
}

/** Writes numbers, text, booleans, null, arrays and plain objects as JSON in ASCII. */
export function writeJson(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return quote(value);
  if (typeof value === "number")
    return isFinite(value) ? String(value) : "null";
  if (typeof value === "boolean") return String(value);
  const parts: string[] = [];
  if (value instanceof Array) {
    for (let i = 0; i < value.length; i++) parts.push(writeJson(value[i]));
    return "[" + parts.join(",") + "]";
  }
  const members = value as Record<string, unknown>;
  for (const key in members) {
    if (Object.prototype.hasOwnProperty.call(members, key)) {
      parts.push(quote(key) + ":" + writeJson(members[key]));
    }
  }
  return "{" + parts.join(",") + "}";
}

/** Reads JSON; throws an Error at the first character that does not belong. */
export function readJson(text: string): unknown {
  const reader = new JsonReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const unescapes: Record<string, string> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class JsonReader {
  text: string;
  at: number;

  constructor(text: string) {
    this.text = text;
    this.at = 0;
  }

  value(): unknown {
    const c = this.peek();
    if (c === "{") return this.members();
    if (c === "[") return this.elements();
    if (c === '"') return this.string();
    if (c === "t") return this.word("true", true);
    if (c === "f") return this.word("false", false);
    if (c === "n") return this.word("null", null);
    return this.number();
  }

  end(): void {
    if (this.peek() !== "") this.fail();
  }

  /** The next character that is not white space. */
  peek(): string {
    while (" \t\r\n".indexOf(this.text.charAt(this.at)) >= 0) {
      if (this.at >= this.text.length) return "";
      this.at++;
    }
    return this.text.charAt(this.at);
  }

  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  need(character: string): void {
    if (!this.take(character)) this.fail();
  }

  fail(): void {
    throw new Error("not JSON at character " + this.at);
  }

  members(): unknown {
    const out: Record<string, unknown> = {};
    this.need("{");
    if (this.take("}")) return out;
    do {
      this.peek();
      const key = this.string();
      this.need(":");
      out[key] = this.value();
    } while (this.take(","));
    this.need("}");
    return out;
  }

  elements(): unknown {
    const out: unknown[] = [];
    this.need("[");
    if (this.take("]")) return out;
    do out.push(this.value());
    while (this.take(","));
    this.need("]");
    return out;
  }

  string(): string {
    this.need('"');
    let out = "";
    for (;;) {
      const c = this.text.charAt(this.at++);
      if (c === '"') return out;
      if (c === "") this.fail();
      if (c !== "\\") {
        out += c;
        continue;
      }
      const escaped = this.text.charAt(this.at++);
      if (escaped === "u") {
        const code = this.text.substr(this.at, 4);
        if (!/^[0-9a-fA-F]{4}$/.test(code)) this.fail();
        out += String.fromCharCode(parseInt(code, 16));
        this.at += 4;
      } else {
        const plain = unescapes[escaped];
        out += plain === undefined ? escaped : plain;
      }
    }
  }

  word(word: string, value: unknown): unknown {
    if (this.text.substr(this.at, word.length) !== word) this.fail();
    this.at += word.length;
    return value;
  }

  number(): number {
    const match = /^-?\d+(\.\d+)?([eE][+-]?\d+)?/.exec(
      this.text.substr(this.at),
    );
    if (match === null) this.fail();
    const digits = String(match![0]);
    this.at += digits.length;
    return parseFloat(digits);
  }
}
