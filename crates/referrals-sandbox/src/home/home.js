"use strict";
const at = (id) => document.getElementById(id);

/** A cell. Whatever the text is, it stays text. */
function cell(row, text, kind) {
  const made = row.insertCell();
  made.textContent = text === null || text === undefined ? "" : String(text);
  // Names are written from either side.
  made.dir = "auto";
  if (kind) made.className = kind;
}

/** Fills a table, or says that there is nothing. */
function fill(id, items, none, write) {
  const body = document.createElement("tbody");
  for (const item of items) write(body.insertRow(), item);
  if (items.length === 0) {
    const row = body.insertRow();
    cell(row, none, "quiet");
    row.cells[0].colSpan = at(id).tHead.rows[0].cells.length;
  }
  at(id).tBodies[0].replaceWith(body);
}

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error("the sandbox answered " + answer.status);
  return answer.json();
}

const day = (text) => (text || "").slice(0, 10);
let page = 1, search = "", turn = 0;

async function showReferrals() {
  const mine = ++turn;
  at("data-status").textContent = "Looking …";
  try {
    const query = new URLSearchParams({ search, page });
    const found = await ask("/sandbox/page/referrals?" + query);
    if (mine !== turn) return;
    fill("referrals", found.referrals, "No referral has this text.", (row, referral) => {
      cell(row, referral.name);
      cell(row, referral.customer);
      cell(row, [referral.status, referral.substatus].filter(Boolean).join(" / "), "word");
      cell(row, referral.type);
      cell(row, referral.direction);
      cell(row, [referral.dealValue, referral.currency].filter(Boolean).join(" "), "number");
      cell(row, day(referral.updatedDateTime), "date");
      cell(row, referral.id, "code");
    });
    const of = found.total === null ? "" : " of " + Math.max(1, Math.ceil(found.total / found.size));
    at("data-status").textContent = "Page " + page + of +
      (found.total === null ? "" : ", " + found.total.toLocaleString("en") + " referrals");
    at("back").disabled = page === 1;
    at("on").disabled = !found.more;
  } catch (error) {
    if (mine === turn) at("data-status").textContent = "That did not work: " + error.message;
  }
}

async function showState() {
  try {
    const state = await ask("/sandbox/page/state");
    at("clock").textContent = state.now;
    fill("requests", state.requests, "No requests yet.", (row, request) => {
      cell(row, request.time.slice(11, 19), "date");
      cell(row, request.method, "code");
      cell(row, request.path + (request.options.length ? "?" + request.options.join("&") : ""), "code");
      cell(row, request.status ?? "none", request.status && request.status < 400 ? "good" : "bad");
      cell(row, request.milliseconds.toFixed(1) + " ms", "number");
      const refusal = request.refusal ? [request.refusal.code, request.refusal.target] : [];
      cell(row, [request.fault && "fault: " + request.fault, ...refusal].filter(Boolean).join(", "));
    });
    fill("faults", state.faults, "Nothing goes wrong on purpose.", (row, fault) => {
      cell(row, fault.fault, "code");
      cell(row, fault.struck, "number");
    });
    at("state-status").textContent = "";
  } catch (error) {
    at("state-status").textContent = "The sandbox does not answer: " + error.message;
  }
}

at("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  search = at("search").value.trim();
  page = 1;
  showReferrals();
});
at("back").addEventListener("click", () => { page -= 1; showReferrals(); });
at("on").addEventListener("click", () => { page += 1; showReferrals(); });
setInterval(() => { if (!document.hidden) showState(); }, 2000);
showReferrals();
showState();
