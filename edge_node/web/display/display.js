// The customer's second screen: asks the node what the customer at this till may see, and again whenever a notice says
// that it changed. What it cannot reach it waits for; what it showed last stays meanwhile.

import { Slides } from "./slides.js";
import { WORDS, language, tenderName } from "./words.js";

const API = "/api/v1";
const SIGNED_OUT = 4401;
const LOOK_MS = 15000; // also without a notice: a line can die in silence
const TIMEOUT_MS = 8000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const PATIENCE_MS = 4000; // a restart is over by then, and nobody is told of it

const $ = (id) => document.getElementById(id);
const SECTIONS = ["sign-in", "idle", "basket", "paid"];

const slides = new Slides($("pictures"), (seen) => $("idle").classList.toggle("pictured", seen));

const kept = {
  get: (name) => { try { return localStorage.getItem(`stayopen.display.${name}`) || ""; } catch { return ""; } },
  set: (name, value) => { try { localStorage.setItem(`stayopen.display.${name}`, value); } catch { /* for this page only */ } },
};

let token = handedOver() || kept.get("token");
let view = null;
let chosen = ""; // the language of the customer who stands here; the next one finds the shop's own
let socket = null;
let tries = 0;
let asking = false;
let askAgain = false;
let lostTimer = 0;
let endTimer = 0;

function handedOver() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token") || "";
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (given) kept.set("token", given);
  return given;
}

// Words, figures, looks

function tongue() {
  return chosen || language(view ? view.language : navigator.language);
}

const words = () => WORDS[tongue()];

function money(minor) {
  const whole = Math.floor(Math.abs(minor) / 100);
  return `${minor < 0 ? "-" : ""}¥${whole}.${String(Math.abs(minor) % 100).padStart(2, "0")}`;
}

function quantity(milli) {
  const rest = String(milli % 1000).padStart(3, "0").replace(/0+$/, "");
  return `${Math.floor(milli / 1000)}${rest ? "." + rest : ""}`;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function say(id, text) {
  const place = $(id);
  place.hidden = !text;
  place.textContent = text;
}

function show(name) {
  for (const section of SECTIONS) $(section).hidden = section !== name;
}

function dress() {
  const theme = kept.get("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  document.documentElement.lang = words().tag;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = words()[place.dataset.word];
  $("theme").setAttribute("aria-label", words().theme);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === tongue()));
  }
}

// What is shown

function render() {
  dress();
  if (!view || view.state !== "idle") slides.stop();
  if (!token) return show("sign-in");
  if (!view) return show("");
  document.title = view.shop || "StayOpen";
  if (view.state === "basket") renderBasket();
  else if (view.state === "paid") renderPaid();
  else renderIdle();
  show(view.state);
  if (view.state === "basket") $("lines").parentElement.scrollTop = $("lines").parentElement.scrollHeight;
}

function renderIdle() {
  say("idle-shop", view.shop || (view.text ? "" : words().welcome));
  say("idle-text", view.text || (view.shop ? words().welcome : ""));
  slides.show(view.pictures);
}

function renderBasket() {
  say("earlier", view.earlier ? words().earlier.replace("{n}", view.earlier) : "");
  $("lines").replaceChildren(...view.lines.map(lineOf));
  say("member", view.member ? `${words().member} ${view.member}` : "");
  say("saved", view.saved ? `${words().saved} ${money(view.saved)}` : "");
  $("total").textContent = money(view.total);
  $("codes").hidden = !view.codes.length;
  $("codes").replaceChildren(...view.codes.map(codeOf));
}

// A QR code is drawn with the quiet zone of four modules that phones need, black on white in both themes.
function codeOf(code) {
  const box = element("figure");
  const size = code.rows.length + 8;
  const drawn = document.querySelector("svg").namespaceURI;
  const svg = document.createElementNS(drawn, "svg");
  const path = document.createElementNS(drawn, "path");
  const name = code.name || tenderName(words(), code.tender);
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  path.setAttribute("d", code.rows.flatMap((row, y) => [...row].map((dark, x) => (dark === "1" ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join(""));
  svg.append(path);
  box.append(svg, element("figcaption", "", name));
  return box;
}

function lineOf(line) {
  const row = element("li");
  const what = element("div", "what");
  what.append(element("span", "name", line.name));
  what.append(element("span", "quiet", `${money(line.unit_price)} × ${quantity(line.milli_qty)}`));
  const price = element("div", "price");
  if (line.amount < line.list_amount) price.append(element("s", "quiet", money(line.list_amount)));
  price.append(element("span", "", money(line.amount)));
  row.append(what, price);
  return row;
}

function renderPaid() {
  $("change").hidden = !view.change;
  $("change-amount").textContent = money(view.change);
  const rows = [[words().total, money(view.total)]];
  for (const tender of view.tenders) {
    const given = tender.tender === "cash" ? tender.amount + view.change : tender.amount;
    rows.push([tenderName(words(), tender.tender), money(given)]);
  }
  if (view.saved) rows.push([words().saved, money(view.saved)]);
  if (view.credited) rows.push([words().credited, money(view.credited)]);
  if (view.points) rows.push([words().points, `+${view.points}`]);
  if (view.member) rows.push([words().member, view.member]);
  const list = $("payment");
  list.replaceChildren();
  for (const [name, value] of rows) list.append(element("dt", "", name), element("dd", "", value));
}

// The node

async function ask(path, options) {
  const headers = { "Accept-Language": tongue(), ...(options && options.headers) };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(API + path, { cache: "no-store", ...options, headers, signal: stop.signal });
    return { status: response.status, body: await response.json() };
  } finally {
    clearTimeout(timer);
  }
}

async function look() {
  if (!token) return;
  if (asking) { askAgain = true; return; }
  asking = true;
  try {
    do {
      askAgain = false;
      const mine = token;
      const answer = await ask("/customer-screen", { headers: { Authorization: `Bearer ${mine}` } });
      if (mine !== token) askAgain = true;
      else if (answer.status === 200) take(answer.body);
      else if (answer.status === 401 || answer.status === 403) forget();
    } while (askAgain && token);
  } catch {
    if (socket) socket.close();
  } finally {
    asking = false;
  }
}

function take(answer) {
  if (view && view.state !== "idle" && answer.state === "idle") chosen = "";
  view = answer;
  clearTimeout(endTimer);
  if (view.ends_in_ms) endTimer = setTimeout(look, view.ends_in_ms + 50);
  render();
}

function forget() {
  token = "";
  view = null;
  kept.set("token", "");
  if (socket) socket.close();
  linked();
  render();
}

function linked() {
  clearTimeout(lostTimer);
  lostTimer = 0;
  say("link", "");
}

function lost() {
  if (!lostTimer) lostTimer = setTimeout(() => say("link", words().lost), PATIENCE_MS);
}

function connect() {
  if (!token || socket) return;
  const made = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${API}/notices`);
  socket = made;
  made.onopen = () => made.send(JSON.stringify({ token }));
  made.onmessage = () => {
    tries = 0;
    linked();
    look();
  };
  made.onclose = (event) => {
    socket = null;
    if (!token) return;
    if (event.code === SIGNED_OUT) return forget();
    lost();
    setTimeout(connect, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  };
}

async function signIn(event) {
  event.preventDefault();
  const form = $("form");
  const given = Object.fromEntries(new FormData(form));
  say("refusal", "");
  try {
    const answer = await ask("/customer-screen/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    if (answer.status !== 200) return say("refusal", answer.body.message);
    form.reset();
    token = answer.body.token;
    kept.set("token", token);
    render();
    connect();
    look();
  } catch {
    say("refusal", words().offline);
  }
}

// Hands of people

$("form").addEventListener("submit", signIn);
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { chosen = button.dataset.language; render(); });
}
$("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).getPropertyValue("--dark").trim() === "1";
  kept.set("theme", dark ? "light" : "dark");
  render();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) { connect(); look(); } });

render();
connect();
look();
setInterval(look, LOOK_MS);
