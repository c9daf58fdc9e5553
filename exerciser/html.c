/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The report as one HTML page that needs nothing else: counts, a filter, one row for each case. */
#include "exerciser/internal.h"

#include <inttypes.h>

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<style>\n"
	"body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 75em; "
	"padding: 0 1em; color: #222; background: #fff }\n"
	"table { border-collapse: collapse; width: 100% }\n"
	"th, td { text-align: left; vertical-align: top; padding: .3em .6em; "
	"border-bottom: 1px solid #ddd }\n"
	"code, .id, .message { font: 13px ui-monospace, monospace }\n"
	".message { white-space: pre-wrap; margin: .3em 0 0 }\n"
	".outcome { font-weight: 600; white-space: nowrap }\n"
	".pass .outcome, .conforms .outcome { color: #1a7f37 }\n"
	".fail .outcome { color: #c62828 }\n.skip .outcome { color: #666 }\n"
	".deviation .outcome { color: #9a6700 }\n"
	"nav button { font: inherit; margin: 0 .4em .4em 0; padding: .2em .8em; "
	"border: 1px solid #bbb; border-radius: 1em; background: none; color: inherit; "
	"cursor: pointer }\n"
	"nav button[aria-pressed=true] { background: #ddd }\n"
	"@media (prefers-color-scheme: dark) { body { background: #16181c; color: #ddd }\n"
	"th, td { border-color: #333 } nav button[aria-pressed=true] { background: #444 } }\n"
	"</style>\n";

static const char script[] =
	"<script>\n"
	"for (const b of document.querySelectorAll('nav button')) b.onclick = () => {\n"
	"  for (const o of document.querySelectorAll('nav button'))\n"
	"    o.setAttribute('aria-pressed', o === b);\n"
	"  for (const r of document.querySelectorAll('tbody tr'))\n"
	"    r.hidden = b.value && r.className !== b.value;\n"
	"};\n"
	"</script>\n";

static void print_buttons(FILE *file, const struct run *run)
{
	fprintf(file, "<nav><button value=\"\" aria-pressed=\"true\">all %zu</button>", run->count);
	for (unsigned int i = 0; i < OUTCOMES; i++)
		if (run->counts[i])
			fprintf(file, "<button value=\"%s\" aria-pressed=\"false\">%s %zu</button>",
				outcome_name(i), outcome_name(i), run->counts[i]);
	fputs("</nav>\n", file);
}

static void print_block(FILE *file, const char *text)
{
	if (!*text)
		return;
	fputs("<div class=\"message\">", file);
	print_xml(file, text);
	fputs("</div>", file);
}

static void print_row(FILE *file, const struct result *result)
{
	const struct exerciser_case *about = result->about;

	fprintf(file, "<tr class=\"%s\"><td class=\"outcome\">%s<td class=\"id\">",
		outcome_name(result->outcome), outcome_name(result->outcome));
	print_xml(file, about->id);
	fputs("<td>", file);
	print_xml(file, about->title);
	print_block(file, result->message);
	if (result->deviation) {
		fputs("<div>known of this driver: ", file);
		print_xml(file, result->deviation->instead);
		fputs(" (", file);
		print_xml(file, result->deviation->number);
		fputs(")</div>", file);
	}
	print_block(file, result->notes);
	fputs("<td>", file);
	print_xml(file, about->shows ? about->shows : "");
	fputs("<td>", file);
	print_xml(file, about->source ? about->source : "");
	fprintf(file, "<td>%.1f</tr>\n", (double)result->microseconds / 1e3);
}

static void html_end(FILE *file, const struct run *run)
{
	fputs(head, file);
	fprintf(file, "<title>chanio exercise: %s</title>\n<h1>%s</h1>\n<p>target <code>",
		run->options->suite->name, run->options->suite->name);
	print_xml(file, run->options->target);
	fputs("</code>: ", file);
	print_xml(file, run->surroundings.described);
	fprintf(file, "; driver <code>%s</code>; seed %" PRIu64 "</p>\n<p>", run->options->driver,
		run->options->seed);
	print_summary(file, run);
	fputs("</p>\n", file);
	print_buttons(file, run);
	fputs("<table><thead><tr><th>outcome<th>case<th>what it shows<th>decisions, problems"
	      "<th>source<th>ms</thead>\n<tbody>\n",
	      file);
	for (size_t i = 0; i < run->count; i++)
		print_row(file, &run->results[i]);
	fputs("</tbody></table>\n", file);
	fputs(script, file);
	fputs("</html>\n", file);
}

const struct report report_html = {"html", NULL, NULL, html_end};
