// Live progress and drag and drop. Everything works without this file.
"use strict";

// A page that follows something: /live/… tells how far it has come, and when it
// has ended the page is asked for again.
const live = document.body.dataset.live;
if (live) {
	const stream = new EventSource(live);
	stream.onmessage = (message) => {
		const e = JSON.parse(message.data);
		if (e.state) {
			stream.close();
			location.replace(location.pathname + location.search);
			return;
		}
		for (const box of document.querySelectorAll("[data-progress]")) {
			const bar = box.querySelector("progress");
			if (e.all > 0) { bar.max = e.all; bar.value = e.done; } else { bar.removeAttribute("value"); }
			box.querySelector("[data-step]").textContent = e.step;
			box.querySelector("[data-count]").textContent = e.done ? e.done.toLocaleString("ru") + (e.all ? " / " + e.all.toLocaleString("ru") : "") : "";
		}
	};
}

// Files dropped onto the form are sent as if they had been chosen.
for (const zone of document.querySelectorAll(".drop")) {
	const input = zone.querySelector("input[type=file]");
	const form = zone.closest("form");
	for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.add("over"); });
	for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.remove("over"); });
	const list = zone.querySelector("[data-chosen]");
	const chosen = () => { list.textContent = [...input.files].map((f) => f.name).join(", "); };
	zone.addEventListener("drop", (e) => { input.files = e.dataTransfer.files; chosen(); });
	input.addEventListener("change", chosen);
	form.addEventListener("submit", (e) => {
		e.preventDefault();
		const bar = form.querySelector("[data-progress]");
		const data = new FormData(form, e.submitter);
		const request = new XMLHttpRequest();
		request.open("POST", form.action);
		request.setRequestHeader("Accept", "application/json");
		bar.hidden = false;
		for (const b of form.querySelectorAll("button")) b.disabled = true;
		request.upload.onprogress = (p) => {
			const progress = bar.querySelector("progress");
			if (p.lengthComputable) { progress.max = p.total; progress.value = p.loaded; }
		};
		const failed = (text) => {
			for (const b of form.querySelectorAll("button")) b.disabled = false;
			bar.hidden = true;
			const box = form.querySelector("[data-fault]");
			box.textContent = text || form.dataset.broken;
			box.hidden = false;
		};
		request.onload = () => {
			let answer = {};
			try { answer = JSON.parse(request.responseText); } catch (_) { /* not for us */ }
			if (request.status < 300 && answer.location) { location.assign(answer.location); return; }
			failed([answer.title, answer.detail].filter(Boolean).join(" "));
		};
		request.onerror = () => failed("");
		request.send(data);
	});
}

// A button that cannot be taken back asks first.
document.addEventListener("submit", (e) => {
	const ask = e.submitter && e.submitter.dataset.ask;
	if (ask && !confirm(ask)) e.preventDefault();
}, true);

// Printing is what people do with letters and lists.
for (const b of document.querySelectorAll("[data-print]")) { b.hidden = false; b.addEventListener("click", () => print()); }
