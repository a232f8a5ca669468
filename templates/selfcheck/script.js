"use strict";
(() => {
  const data = JSON.parse(document.getElementById("answers").textContent);
  const {words} = data;
  const bytes = text => new TextEncoder().encode(text);

  // SHA-256 (FIPS 180-4); the browser's own is missing in pages opened from a disk
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p)) primes.push(n);
  const fraction = root => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  const START = primes.slice(0, 8).map(p => fraction(Math.sqrt(p)));
  const K = primes.map(p => fraction(Math.cbrt(p)));
  const turn = (x, n) => x >>> n | x << 32 - n;

  const w = new Int32Array(64);

  function compress(state, block) {
    const view = new DataView(block.buffer, block.byteOffset, 64);
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >>> 3) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ b >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
    }
    return [a, b, c, d, e, f, g, h].map((x, i) => x + state[i] | 0);
  }

  // the digest of a message, or of what has led to a state, that many bytes long, and the message after it
  function sha256(message, state = START, before = 0) {
    const padded = new Uint8Array(message.length + 72 >> 6 << 6);
    padded.set(message);
    padded[message.length] = 128;
    new DataView(padded.buffer).setUint32(padded.length - 4, 8 * (before + message.length));
    for (let i = 0; i < padded.length; i += 64) state = compress(state, padded.subarray(i, i + 64));
    const digest = new DataView(new ArrayBuffer(32));
    state.forEach((x, i) => digest.setInt32(4 * i, x));
    return new Uint8Array(digest.buffer);
  }

  // one block of PBKDF2 with HMAC
  function seal(text, {salt, rounds}) {
    const block = new Uint8Array(64);
    const key = bytes(text);
    block.set(key.length > 64 ? sha256(key) : key);
    const [inner, outer] = [54, 92].map(pad => compress(START, block.map(x => x ^ pad)));
    const hmac = message => sha256(sha256(message, inner, 64), outer, 64);
    let last = hmac(Uint8Array.of(...bytes(salt), 0, 0, 0, 1));
    const digest = last.slice();
    for (let n = 1; n < rounds; n++) {
      last = hmac(last);
      for (let i = 0; i < 32; i++) digest[i] ^= last[i];
    }
    return {tag: [...digest.subarray(0, 8)].map(x => x.toString(16).padStart(2, "0")).join(""), key: digest.subarray(8)};
  }

  function opened(hidden, key) {
    const plain = Uint8Array.from(hidden.match(/../g), pair => parseInt(pair, 16));
    for (let i = 0; i < plain.length; i += 32) {
      const stream = sha256(Uint8Array.of(...key, 0, 0, i >> 13, i >> 5 & 255));
      for (let j = 0; j < 32 && i + j < plain.length; j++) plain[i + j] ^= stream[j];
    }
    return new TextDecoder().decode(plain);
  }

  // numbers as digits and the power of ten of the last one; null where the text is none
  function read(text) {
    let clean = text.replace(/[\s\u00a0\u202f]/g, "").replace(/[\u2212\u2013\u2010\u2011]/g, "-").replace(/[*\u00b7\u00d7]10\^?/, "e");
    if (!clean.includes(".")) clean = clean.replace(",", ".");
    const found = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,4}))?$/i.exec(clean);
    if (!found || !(found[2] + found[3])) return null;
    return {sign: found[1] === "-" ? "-" : "", digits: BigInt(found[2] + found[3]), exponent: Number(found[4] || 0) - found[3].length};
  }

  function canonical({sign, digits, exponent}) {
    if (!digits) return "0";
    const short = String(digits).replace(/0+$/, "");
    return `${sign}${short}e${exponent + String(digits).length - short.length}`;
  }

  // how many decimals a number of this size is asked with
  function decimals({digits, exponent}) {
    const leading = String(digits).length + exponent - 1;
    if (data.significant !== null) return Math.max(0, data.significant - 1 - leading);
    return digits && leading < 0 ? Math.max(data.digits, 1 - leading) : data.digits;
  }

  function rounded(number) {
    const drop = -number.exponent - decimals(number);
    if (drop <= 0) return null;
    const unit = 10n ** BigInt(drop);
    return {...number, digits: (number.digits + unit / 2n) / unit, exponent: number.exponent + drop};
  }

  function shown({sign, digits, exponent}) {
    if (exponent >= 0) return sign + digits + "0".repeat(exponent);
    const text = String(digits).padStart(1 - exponent, "0");
    return `${sign}${text.slice(0, exponent)}${data.decimal}${text.slice(exponent)}`.replace("-", "\u2212");
  }

  const right = (text = words.right) => ({verdict: "right", text});
  const wrong = (text, hint = "") => ({verdict: "wrong", text, hint});

  function judged(field, text, otherwise) {
    const {tag, key} = seal(text, field);
    if (field.right.includes(tag)) return right();
    return tag in field.hints ? wrong(words.wrong, opened(field.hints[tag], key)) : wrong(otherwise);
  }

  function number(field, typed) {
    const given = read(typed);
    if (!given) return wrong(words["no-number"]);
    const less = rounded(given);
    const few = !less && -given.exponent < decimals(given);
    const found = judged(field, canonical(given), few ? words.few : words.wrong);
    if (!less || found.verdict === "right") return found;
    const again = judged(field, canonical(less), words.wrong);
    return again.verdict === "right" ? right(words.rounded.replace("{}", shown(less))) : again;
  }

  function order(field, typed) {
    const letters = typed.toUpperCase().replace(/[^A-Z]/g, "");
    if (letters.length !== field.count || new Set(letters).size !== field.count) return wrong(words["no-order"]);
    const tags = new Set();
    for (let i = 0; i < letters.length; i++)
      for (let j = i + 1; j < letters.length; j++) tags.add(seal(`${letters[i]}<${letters[j]}`, field).tag);
    return field.right.every(tag => tags.has(tag)) ? right() : wrong(words.wrong);
  }

  function line(field, typed) {
    const found = /\d+/.exec(typed);
    return found ? judged(field, String(Number(found[0])), words.wrong) : wrong(words["no-line"]);
  }

  const CHECKS = {number, order, line, letter: (field, typed) => judged(field, typed, words.wrong)};

  // one field: its verdict, "" where it is empty, null where nothing can be checked
  function check(field, place) {
    const box = document.getElementById(`a${place}`), said = document.getElementById(`m${place}`);
    if (!(field.kind in CHECKS)) return null;
    const typed = box.value.trim();
    const {verdict, text, hint} = typed ? CHECKS[field.kind](field, typed) : {verdict: "", text: "", hint: ""};
    said.textContent = text;
    said.className = box.className = verdict;
    box.setAttribute("aria-invalid", verdict === "wrong");
    if (hint) {
      const note = document.createElement("span");
      note.className = "hint";
      note.textContent = ` ${words.hint} ${hint}`;
      said.append(note);
    }
    return verdict;
  }

  data.fields.forEach((field, place) => document.getElementById(`a${place}`).addEventListener("change", () => check(field, place)));
  document.getElementById("all").addEventListener("click", () => {
    const found = data.fields.map(check).filter(verdict => verdict !== null);
    const count = found.filter(verdict => verdict === "right").length;
    document.getElementById("summary").textContent = words.summary.replace("{}", count).replace("{}", found.length);
  });
})();
